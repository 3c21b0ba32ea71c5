"""The rule by which networks without an argument for it become narrower, against the library at full width."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from timm.models.inception_v4 import InceptionV4
from timm.models.xception import Xception
from torch import nn
from torchvision.models.googlenet import GoogLeNet
from torchvision.models.inception import Inception3

from core.models.cifar10 import surgery
from core.models.cifar10.slim import MULTIPLE, left_out, narrow, scaled
from tests.examples import examples

LIBRARY: dict[str, Callable[[], nn.Module]] = {
    "googlenet": lambda: GoogLeNet(10, aux_logits=False, init_weights=False),
    "inception_v3": lambda: Inception3(10, aux_logits=False, init_weights=False),
    "inception_v4": lambda: InceptionV4(10),
    "xception": lambda: Xception(10),
}
EACH = pytest.mark.parametrize("name", LIBRARY)
PICTURE = (3, 96, 96)


def on_meta(name: str) -> nn.Module:
    with torch.device("meta"):
        return LIBRARY[name]()


def shapes(network: nn.Module) -> dict[str, tuple[int, ...]]:
    return {name: tuple(value.shape) for name, value in network.state_dict().items()}


@EACH
def test_at_full_width_it_is_the_library_weight_by_weight(name: str) -> None:
    library = on_meta(name)
    assert shapes(narrow(library, 1.0, PICTURE)) == shapes(library)


@EACH
def test_every_convolution_has_its_share_of_filters(name: str) -> None:
    library = on_meta(name)
    slim = narrow(library, 0.25, PICTURE)
    for (place, full), thin in zip(library.named_modules(), slim.modules(), strict=True):
        if isinstance(full, nn.Conv2d):
            assert isinstance(thin, nn.Conv2d)
            assert thin.out_channels == scaled(full.out_channels, 0.25), place
            assert (thin.kernel_size, thin.stride, thin.padding) == (full.kernel_size, full.stride, full.padding)
            if full.groups == full.in_channels > 1:
                assert thin.groups == thin.in_channels == thin.out_channels, place


def test_a_slim_xception_learns_from_batches_of_odd_size() -> None:
    """With numbers of filters that eight does not divide torch 2.14 ended the process here."""
    network = surgery.xception_net(width=0.2, without=[f"block{number}" for number in range(6, 12)])
    network = network.to(memory_format=torch.channels_last)
    assert all(layer.out_channels % 8 == 0 for layer in network.modules() if isinstance(layer, nn.Conv2d))
    x = torch.randn(129, 3, 32, 32).contiguous(memory_format=torch.channels_last)
    for _ in range(2):
        network(x).sum().backward()
    assert all(torch.isfinite(weight.grad).all() for weight in network.parameters() if weight.grad is not None)


@EACH
def test_the_network_that_was_given_stays_as_it_is(name: str) -> None:
    library = on_meta(name)
    before = shapes(library)
    narrow(library, 0.2, PICTURE)
    assert shapes(library) == before
    assert not any(layer._forward_pre_hooks for layer in library.modules())


def test_blocks_that_are_left_out_change_what_the_next_one_takes() -> None:
    without = narrow(left_out(on_meta("googlenet"), ["inception3b"]), 0.5, PICTURE)
    following = without.get_submodule("inception4a.branch1.conv")
    assert isinstance(following, nn.Conv2d)
    assert following.in_channels == 128  # half of 3a's 256, where half of 3b's 480 came before
    assert isinstance(without.get_submodule("inception3b"), nn.Identity)


def test_it_learns_nothing_of_the_picture_that_measured_it() -> None:
    """Running means and variances begin at 0 and 1, and no hook stays behind."""
    slim = narrow(GoogLeNet(10, aux_logits=False, init_weights=False), 0.25, (3, 64, 64))
    assert slim.training
    for layer in slim.modules():
        assert not layer._forward_pre_hooks
        if isinstance(layer, nn.BatchNorm2d):
            assert layer.running_mean is not None
            assert layer.running_var is not None
            assert torch.equal(layer.running_mean, torch.zeros_like(layer.running_mean))
            assert torch.equal(layer.running_var, torch.ones_like(layer.running_var))
    assert all(torch.isfinite(weight).all() for weight in slim.parameters())


@examples(50)
@given(st.integers(1, 2048), st.floats(0.01, 1.0, exclude_max=True))
def test_filters_are_fours_and_about_what_was_asked(filters: int, width: float) -> None:
    found = scaled(filters, width)
    assert found % MULTIPLE == 0
    assert found >= MULTIPLE
    assert abs(found - filters * width) <= MULTIPLE / 2 or found == MULTIPLE


def test_width_one_keeps_every_number() -> None:
    assert [scaled(filters, 1.0) for filters in (1, 3, 7, 80, 208)] == [1, 3, 7, 80, 208]
