"""What is told of members without training them."""

from __future__ import annotations

import pytest

from core.models.cifar10.analysis import cost_of, unproductive_layers
from core.models.cifar10.members import FAMILIES, MEMBERS, League, member


@pytest.mark.parametrize("family", FAMILIES)
def test_every_member_can_be_analysed(family: str) -> None:
    for league in League:
        name = member(family, league).name
        layers, cost = unproductive_layers(name), cost_of(name)
        assert cost.params == MEMBERS[name].architecture.parameters == layers.network_params
        assert layers.network_macs == cost.macs
        assert 0 <= layers.certain().macs_share <= layers.macs_share < 1
        assert layers.spatial >= len(layers.layers)


def test_of_a_plain_stack_the_last_ones_are_unproductive() -> None:
    """VGG-16 at 32 px: the field covers the picture behind the third block, 16 + 4 * 4 = 32 px and more."""
    layers = unproductive_layers("vgg_gpu")
    assert len(layers.layers) == 7
    assert layers.spatial == 13
    assert layers.certain() == layers


def test_the_slim_members_waste_less_on_such_layers() -> None:
    slim, full = unproductive_layers("vgg_laptop"), unproductive_layers("vgg_gpu")
    assert slim.macs_share < full.macs_share
