"""Unproductive convolutions: small networks worked out by hand, and those of the libraries at 32 px."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torchvision import models as tv
from torchvision.ops import SqueezeExcitation

from core.errors import UserError
from core.models.fields.unproductive import Reason, Unproductive, unproductive
from core.models.zoo import ZOO, on_meta
from tests.examples import examples


def plain(depth: int) -> nn.Sequential:
    """3 x 3 convolutions that keep the size: the field grows 3, 5, 7, 9."""
    return nn.Sequential(*(nn.Conv2d(2 if number else 3, 2, 3, padding=1) for number in range(depth)))


def found(result: Unproductive) -> list[tuple[str, tuple[int, int], tuple[float, float], Reason]]:
    return [(layer.name, layer.cells, layer.field, layer.reason) for layer in result.layers]


# ---- by hand


def test_the_convolution_after_the_one_that_sees_all_is_the_first() -> None:
    result = unproductive(plain(6), (3, 9, 9))
    assert found(result) == [("4", (9, 9), (9, 9), Reason.COVERED), ("5", (9, 9), (11, 11), Reason.COVERED)]
    assert result.spatial == 6
    assert [(layer.kernel, layer.params, layer.macs) for layer in result.layers] == [
        ((3, 3), 2 * 2 * 9 + 2, 2 * 2 * 9 * 81)
    ] * 2
    assert (result.network_params, result.network_macs) == (56 + 5 * 38, 4374 + 5 * 2916)
    assert result.params_share == pytest.approx(2 * 38 / 246)
    assert result.macs_share == pytest.approx(4 / 13)


def test_none_where_the_field_ends_at_the_edge() -> None:
    assert unproductive(plain(4), (3, 9, 9)).layers == ()
    assert unproductive(plain(6), (3, 12, 12)).layers == ()
    assert unproductive(plain(6), (3, 11, 11)).layers[0].name == "5"


def test_pools_let_the_field_grow_faster_until_the_map_is_one_cell() -> None:
    def conv(before: int) -> nn.Module:
        return nn.Conv2d(before, 4, 3, padding=1)

    def pool() -> nn.Module:
        return nn.MaxPool2d(2)

    vgg = nn.Sequential(conv(3), conv(4), pool(), conv(4), conv(4), pool(), conv(4), pool(), conv(4))
    # 3, 5, pool 6, 10, 14, pool 16, 24, pool 28: what goes into the convolutions is 1, 3, 6, 10, 16 and 28
    assert found(unproductive(vgg, (3, 8, 8))) == [
        ("4", (4, 4), (10, 10), Reason.COVERED),
        ("6", (2, 2), (16, 16), Reason.COVERED),
        ("8", (1, 1), (28, 28), Reason.ONE_CELL),
    ]


def test_one_cell_is_a_reason_of_its_own_and_one_weight_is_none() -> None:
    layers = (nn.Conv2d(3, 4, 1, stride=8), nn.Conv2d(4, 4, 3, padding=1), nn.Conv2d(4, 4, 1))
    result = unproductive(nn.Sequential(*layers), (3, 8, 8))
    assert found(result) == [("1", (1, 1), (1, 1), Reason.ONE_CELL)]
    assert (result.spatial, result.layers[0].params, result.layers[0].macs) == (1, 148, 144)


def test_a_kernel_is_judged_along_the_axes_in_which_it_reaches() -> None:
    upright, lying = nn.Conv2d(2, 2, (3, 1), padding=(1, 0)), nn.Conv2d(2, 2, (1, 3), padding=(0, 1))
    for picture, name in (((3, 4, 16), "2"), ((3, 16, 4), "3")):
        result = unproductive(nn.Sequential(*plain(2), upright, lying, *plain(2)[1:]), picture)
        assert [layer.name for layer in result.layers] == [name]
        assert result.spatial == 5


def test_where_ways_meet_a_layer_is_critical_by_the_largest_field_and_certain_by_the_smallest() -> None:
    class Skip(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.way = nn.Sequential(*plain(3)[1:])
            self.behind = nn.Conv2d(2, 2, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            x = x[:, :2]
            return self.behind(x + self.way(x))

    (layer,) = unproductive(Skip(), (3, 5, 5)).layers
    assert (layer.name, layer.field, layer.smallest, layer.certain) == ("behind", (5, 5), (1, 1), False)
    assert unproductive(Skip(), (3, 5, 5)).certain().layers == ()
    cells = unproductive(Skip(), (3, 1, 1)).certain().layers
    assert [(layer.name, layer.reason) for layer in cells][-1] == ("behind", Reason.ONE_CELL)


def test_other_layers_are_not_looked_at() -> None:
    spread = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.ConvTranspose2d(3, 2, 3), nn.Flatten(), nn.Linear(18, 2))
    result = unproductive(spread, (3, 8, 8))
    assert (result.layers, result.spatial, result.params_share) == ((), 0, 0)
    nothing = unproductive(nn.Sequential(nn.ReLU()), (3, 8, 8))
    assert (nothing.params_share, nothing.macs_share) == (0, 0)


def test_a_layer_that_is_called_twice_has_its_parameters_once() -> None:
    twice = nn.Conv2d(3, 3, 3, padding=1)
    result = unproductive(nn.Sequential(nn.Conv2d(3, 3, 5, padding=2), twice, twice), (3, 5, 5))
    assert [(layer.name, layer.params, layer.macs) for layer in result.layers] == [("1", 84, 2025), ("1", 0, 2025)]


def test_a_gate_makes_no_layer_behind_it_unproductive() -> None:
    gated = nn.Sequential(*plain(2), SqueezeExcitation(2, 1), plain(2)[1])
    assert unproductive(gated, (3, 9, 9)).layers == ()
    assert found(unproductive(gated, (3, 5, 5))) == [("3", (5, 5), (5, 5), Reason.COVERED)]
    assert unproductive(gated, (3, 9, 9)).spatial == 3  # those in the gate are 1 x 1


# ---- the libraries' networks


def test_resnet_at_32_pixels() -> None:
    result = unproductive(tv.resnet18(num_classes=10), (3, 32, 32))
    # stem 7, 11; each 3 x 3 adds twice the jump, which is 4, 8, 16 and 32
    assert [(layer.name, layer.cells[0], layer.field[0]) for layer in result.layers] == [
        ("layer1.1.conv2", 8, 35),
        ("layer2.0.conv1", 8, 43),
        ("layer2.0.conv2", 4, 51),
        ("layer2.1.conv1", 4, 67),
        ("layer2.1.conv2", 4, 83),
        ("layer3.0.conv1", 4, 99),
        ("layer3.0.conv2", 2, 115),
        ("layer3.1.conv1", 2, 147),
        ("layer3.1.conv2", 2, 179),
        ("layer4.0.conv1", 2, 211),
        ("layer4.0.conv2", 1, 243),
        ("layer4.1.conv1", 1, 307),
        ("layer4.1.conv2", 1, 371),
    ]
    assert [layer.name for layer in result.layers if layer.reason is Reason.ONE_CELL] == [
        "layer4.0.conv2",
        "layer4.1.conv1",
        "layer4.1.conv2",
    ]
    assert result.spatial == 17
    assert result.network_params == 11_181_642
    assert result.params_share == pytest.approx(10_874_880 / 11_181_642)


def test_resnet_at_32_pixels_for_certain() -> None:
    """By the skips alone the field stays 11; a first convolution adds twice the jump to it, at 16 that is 43."""
    certain = unproductive(tv.resnet18(num_classes=10), (3, 32, 32)).certain()
    assert {layer.name: layer.smallest[0] for layer in certain.layers} == {
        "layer3.1.conv2": 43,
        "layer4.0.conv2": 43,
        "layer4.1.conv1": 11,
        "layer4.1.conv2": 75,
    }
    assert unproductive(tv.resnet50(), (3, 224, 224)).certain().layers == ()
    assert unproductive(tv.resnet50(), (3, 224, 224)).layers


@examples(20)
@given(st.integers(8, 64))
def test_what_is_certain_is_some_of_all_and_by_a_smaller_field(side: int) -> None:
    for layer in unproductive(tv.resnet18(num_classes=10), (3, side, side)).layers:
        assert layer.smallest <= layer.field
        assert layer.certain or layer.smallest[0] < side


def test_vgg_at_32_pixels() -> None:
    result = unproductive(on_meta("vgg16"), (3, 32, 32))
    assert [layer.name for layer in result.layers] == [f"features.{place}" for place in (14, 17, 19, 21, 24, 26, 28)]
    assert result.spatial == 13
    assert result.layers[0].field == (32, 32)
    assert result.certain() == result


@pytest.mark.parametrize("name", ["alexnet", "vgg16"])
def test_the_early_networks_use_their_own_size(name: str) -> None:
    side = ZOO[name].input_size
    assert unproductive(on_meta(name), (3, side, side)).layers == ()


# ---- in general

stacks = st.lists(
    st.tuples(st.integers(1, 5), st.integers(1, 2), st.booleans()), min_size=1, max_size=6
)  # kernel, stride, whether it pools


@examples(100)
@given(stack=stacks, small=st.integers(1, 40), more=st.integers(0, 40))
def test_a_larger_picture_never_has_more_of_them(stack: list[tuple[int, int, bool]], small: int, more: int) -> None:
    network = nn.Sequential(
        *(
            nn.MaxPool2d(kernel, stride, kernel // 2) if pools else nn.Conv2d(3, 3, kernel, stride, kernel // 2)
            for kernel, stride, pools in stack
        )
    )
    before, after = (
        {layer.name for layer in unproductive(network, (3, side, side)).layers} for side in (small, small + more)
    )
    assert after <= before


def test_what_is_no_picture_is_said() -> None:
    with pytest.raises(UserError, match="needs a picture"):
        unproductive(nn.Linear(3, 2), (3,))
    with pytest.raises(UserError, match="does not fit, try another"):
        unproductive(on_meta("alexnet"), (3, 20, 20))
