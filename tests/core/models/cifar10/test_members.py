"""Eleven families, each in two sizes: what the registry says of them is so."""

from __future__ import annotations

import re

import pytest
import torch

from core.models.cifar10.members import CLASSES, FAMILIES, MEMBERS, League, Member, member
from core.models.cifar10.surgery import SIDE
from core.models.cost import macs
from core.models.registry import architecture, is_known
from core.models.zoo import ZOO

ALL = pytest.mark.parametrize("one", MEMBERS.values(), ids=list(MEMBERS))


def test_the_eleven_of_the_mid_term_in_its_order() -> None:
    assert FAMILIES == (
        "VGG",
        "MobileNet",
        "ResNet",
        "ShuffleNet",
        "GoogLeNet",
        "Inception-v3",
        "Inception-v4",
        "Xception",
        "ResNeXt",
        "DenseNet",
        "EfficientNet",
    )
    assert len(MEMBERS) == 22
    for family in FAMILIES:
        for league in League:
            assert member(family, league).family == family


def test_no_name_is_used_twice() -> None:
    assert not MEMBERS.keys() & ZOO.keys()
    assert all(is_known(name) and architecture(name).name == name for name in (*ZOO, *MEMBERS))
    assert not is_known("alexnet9000")
    with pytest.raises(KeyError):
        architecture("alexnet9000")


@ALL
def test_parameters_as_stated_and_ten_classes(one: Member) -> None:
    with torch.device("meta"):
        network = one.architecture.build().eval()
        out = network(torch.empty(2, 3, SIDE, SIDE))
    assert out.shape == (2, CLASSES)
    assert sum(weight.numel() for weight in network.parameters()) == one.architecture.parameters


@ALL
def test_stages_hold_everything_but_the_head_once(one: Member) -> None:
    with torch.device("meta"):
        network = one.architecture.build()
    inside = [name for stage in one.architecture.stages for name in stage.parameters(network)]
    rest = {name for name, _ in network.named_parameters()} - set(inside)
    assert len(inside) == len(set(inside))
    assert rest == {f"{one.architecture.head}.weight", f"{one.architecture.head}.bias"}
    assert all(network.get_submodule(name) is not None for stage in one.architecture.stages for name in stage.modules)


@ALL
def test_it_is_told_what_it_is(one: Member) -> None:
    assert len(re.findall(r"[.](?: |$)", one.idea)) == 3
    assert one.size.endswith(".")
    assert one.surgery.endswith(".")
    assert not one.architecture.differs or one.architecture.differs.endswith(".")
    assert one.architecture.paper.url.startswith("https://")
    assert one.architecture.source is None


@pytest.mark.parametrize("family", FAMILIES)
def test_the_laptop_member_is_the_cheaper_one(family: str) -> None:
    slim, full = (member(family, league).architecture for league in (League.LAPTOP, League.GPU))
    assert slim.parameters < full.parameters / 3
    assert macs(slim.build(), (3, SIDE, SIDE)) < 30e6


def test_first_weights_follow_the_seed() -> None:
    one = member("GoogLeNet", League.LAPTOP).architecture
    torch.manual_seed(3)
    first = one.build().state_dict()
    torch.manual_seed(3)
    again = one.build().state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
