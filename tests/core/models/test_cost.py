"""Counts of the whole zoo against published ones and other tools' figures, and of single layers against formulas."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn.modules import module as torch_hooks
from torchvision import models as tv

from core.errors import UserError
from core.models.cost import Convention, Cost, LayerCost, count
from core.models.zoo import ZOO, on_meta
from tests.examples import examples


@dataclass(frozen=True)
class Golden:
    """Operations by convention: torch 2.14.1, fvcore 0.1.5.post20221221 and torchinfo 1.8.0, run once on each."""

    macs: int
    fvcore: int
    torchinfo: int


GOLDEN = {
    "alexnet": Golden(714_188_480, 714_197_696, 714_682_664),
    "vgg16": Golden(15_470_264_320, 15_470_289_408, 15_483_821_032),
    "googlenet": Golden(1_498_376_192, 1_504_878_688, 1_498_391_752),
    "inception_v3": Golden(5_713_216_096, 5_731_282_144, 5_713_251_528),
    "resnet18": Golden(1_814_073_344, 1_819_065_856, 1_814_083_944),
    "resnet50": Golden(4_089_184_256, 4_111_512_576, 4_089_238_376),
    "resnext50_32x4d": Golden(4_230_479_872, 4_259_381_248, 4_230_549_096),
    "densenet121": Golden(2_834_161_664, 2_865_546_752, 2_834_246_312),
    "mobilenet_v2": Golden(300_774_272, 314_193_216, 300_809_384),
    "shufflenet_v2_x1_0": Golden(144_907_992, 148_808_392, 144_925_172),
    "efficientnet_b0": Golden(385_814_752, 401_659_392, 385_867_108),
    "inception_v4": Golden(12_253_974_624, 12_284_251_296, 12_253_975_624),
    "legacy_xception": Golden(8_357_403_496, 8_399_882_600, 8_357_459_024),
    "mobilenetv1_100": Golden(568_740_352, 578_875_904, 568_741_352),
    "tf_efficientnet_lite0": Golden(385_187_552, 398_725_664, 385_188_552),
}


@pytest.fixture(scope="module")
def costs() -> dict[str, Cost]:
    return {
        name: count(on_meta(name), (3, architecture.input_size, architecture.input_size))
        for name, architecture in ZOO.items()
    }


# ---- the zoo


@pytest.mark.parametrize("name", ZOO)
def test_operations_are_what_each_tool_counts(name: str, costs: dict[str, Cost]) -> None:
    golden, cost = GOLDEN[name], costs[name]
    assert cost.operations(Convention.MACS) == golden.macs
    assert cost.operations(Convention.FLOPS) == 2 * golden.macs
    assert cost.operations(Convention.FVCORE) == golden.fvcore
    assert cost.operations(Convention.TORCHINFO) == golden.torchinfo


@pytest.mark.parametrize("name", [name for name, entry in ZOO.items() if entry.library == "torchvision"])
def test_multiply_adds_are_those_torchvision_publishes(name: str, costs: dict[str, Cost]) -> None:
    assert costs[name].macs / 1e9 == pytest.approx(tv.get_model_weights(name).IMAGENET1K_V1.meta["_ops"], abs=6e-4)


@pytest.mark.parametrize("name", ZOO)
def test_the_layers_add_up(name: str, costs: dict[str, Cost]) -> None:
    cost = costs[name]
    assert cost.params == sum(parameter.numel() for parameter in on_meta(name).parameters())
    assert sum(layer.params for layer in cost.layers) == cost.params
    assert sum(layer.macs for layer in cost.layers) == cost.macs


@pytest.mark.parametrize("name", ZOO)
def test_layers_are_named_and_in_order(name: str, costs: dict[str, Cost]) -> None:
    modules = dict(on_meta(name).named_modules())
    side = ZOO[name].input_size
    layers = costs[name].layers
    assert all(type(modules[layer.name]).__name__ == layer.kind for layer in layers)
    assert layers[0].input == (3, side, side)
    assert layers[0].kind.startswith("Conv2d")
    assert layers[-1].output == (1000,)
    assert layers[-1].name == ZOO[name].head


def test_the_layers_of_alexnet(costs: dict[str, Cost]) -> None:
    layers = {layer.name: layer for layer in costs["alexnet"].layers}
    assert list(layers) == [
        *(f"features.{i}" for i in range(13)),
        "avgpool",
        *(f"classifier.{i}" for i in range(7)),
    ]
    assert layers["features.0"] == LayerCost("features.0", "Conv2d", (3, 224, 224), (64, 55, 55), 23_296, 70_276_800)
    assert layers["features.2"] == LayerCost("features.2", "MaxPool2d", (64, 55, 55), (64, 27, 27), 0, 0)
    assert layers["avgpool"].output == (256, 6, 6)
    assert layers["classifier.1"] == LayerCost("classifier.1", "Linear", (9216,), (4096,), 37_752_832, 37_748_736)


def test_auxiliary_heads_are_parameters_that_no_picture_meets() -> None:
    with torch.device("meta"):
        model = ZOO["inception_v3"].build(aux=True)
    cost = count(model, (3, 299, 299))
    assert cost.params == 27_161_264
    assert cost.macs == GOLDEN["inception_v3"].macs
    assert sum(layer.params for layer in cost.layers) == 23_834_568


def test_another_size_costs_more_but_has_no_more_parameters(costs: dict[str, Cost]) -> None:
    larger = count(on_meta("resnet18"), (3, 448, 448))
    head = 512 * 1000
    assert larger.params == costs["resnet18"].params
    assert larger.macs - head == 4 * (costs["resnet18"].macs - head)


# ---- conventions


def test_every_convention_is_named_and_explained_in_a_sentence() -> None:
    assert [str(convention) for convention in Convention] == ["macs", "flops", "fvcore", "torchinfo"]
    assert len({convention.title for convention in Convention}) == len(Convention)
    for convention in Convention:
        assert Convention(convention.value) is convention
        assert convention.explanation.endswith(".")
        assert convention.explanation.count(".") == 1


@pytest.mark.parametrize(
    ("layer", "shape", "macs", "fvcore", "torchinfo"),
    [
        (nn.Conv2d(3, 8, 3), (3, 10, 10), 8 * 27 * 64, 8 * 27 * 64, (8 * 27 + 8) * 64),
        (nn.Linear(10, 4), (10,), 40, 40, 44),
        (nn.BatchNorm2d(6), (6, 5, 5), 0, 2 * 150, 12),
        (nn.BatchNorm2d(6, affine=False), (6, 5, 5), 0, 150, 0),
        (nn.BatchNorm1d(6), (6,), 0, 12, 12),
        (nn.AdaptiveAvgPool2d(1), (6, 5, 5), 0, 150, 0),
        (nn.AdaptiveAvgPool2d((2, 3)), (6, 5, 5), 0, 150, 0),
        (nn.AvgPool2d(5), (6, 5, 5), 0, 0, 0),
        (nn.MaxPool2d(2), (6, 5, 5), 0, 0, 0),
        (nn.PReLU(6), (6, 5, 5), 0, 0, 6),
        (nn.ConvTranspose2d(4, 2, 3, stride=2), (4, 5, 5), 72 * 25, 72 * 25, (72 + 2) * 121),
    ],
    ids=str,
)
def test_one_layer_by_each_convention(
    layer: nn.Module, shape: tuple[int, ...], macs: int, fvcore: int, torchinfo: int
) -> None:
    cost = count(layer, shape)
    assert (cost.macs, cost.fvcore, cost.torchinfo) == (macs, fvcore, torchinfo)
    assert cost.layers[0].name == ""
    assert cost.layers[0].macs == macs


class Functional(nn.Module):
    """Does by functions what others do by modules."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(8, 3, 3, 3))
        self.inner = nn.Conv2d(8, 8, 1, bias=False)
        self.norm = nn.BatchNorm2d(8)

    def forward(self, x: Tensor) -> Tensor:
        """Convolve by hand, normalise by hand, pool by hand."""
        x = self.inner(F.conv2d(x, self.weight))
        norm = self.norm
        x = F.batch_norm(x, running_mean=norm.running_mean, running_var=norm.running_var, weight=norm.weight)
        return F.adaptive_avg_pool2d(F.relu(x), 1).flatten(1)


def test_functions_count_like_modules() -> None:
    modules = nn.Sequential(
        nn.Conv2d(3, 8, 3, bias=False),
        nn.Conv2d(8, 8, 1, bias=False),
        nn.BatchNorm2d(8),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
    )
    functions, layers = count(Functional(), (3, 10, 10)), count(modules, (3, 10, 10))
    assert functions.macs == layers.macs == 64 * (216 + 64)
    assert functions.fvcore == layers.fvcore == layers.macs + 3 * 8 * 64
    assert functions.params == layers.params
    # what a module does itself and what a layer inside it does are told apart
    assert [(row.name, row.params, row.macs) for row in functions.layers] == [
        ("", 216, 64 * 216),
        ("inner", 64, 64 * 64),
    ]


def test_a_mean_is_no_pooling_to_fvcore() -> None:
    class Mean(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return x.mean((2, 3))

    assert count(Mean(), (3, 4, 4)).fvcore == 0


def test_a_layer_that_is_called_twice_has_its_parameters_once() -> None:
    layer = nn.Linear(4, 4)
    cost = count(nn.Sequential(layer, nn.ReLU(), layer), (4,))
    assert cost.params == 20
    assert [(row.name, row.params, row.macs) for row in cost.layers] == [("0", 20, 16), ("1", 0, 0), ("0", 0, 16)]


# ---- against the formulas


@examples(60, fixed=False)
@given(
    channels=st.integers(1, 4),
    filters=st.integers(1, 4),
    groups=st.sampled_from([1, 2, 3]),
    kernel=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    dilation=st.integers(1, 2),
    size=st.tuples(st.integers(9, 20), st.integers(9, 20)),
    bias=st.booleans(),
)
def test_a_convolution_costs_what_the_formula_says(
    channels: int,
    filters: int,
    groups: int,
    kernel: tuple[int, int],
    stride: int,
    padding: int,
    dilation: int,
    size: tuple[int, int],
    bias: bool,
) -> None:
    layer = nn.Conv2d(
        channels * groups, filters * groups, kernel, stride, padding, dilation=dilation, groups=groups, bias=bias
    )
    out = tuple((n + 2 * padding - dilation * (k - 1) - 1) // stride + 1 for n, k in zip(size, kernel, strict=True))
    weights = filters * groups * channels * kernel[0] * kernel[1]
    row = count(layer, (channels * groups, *size)).layers[0]
    assert row.output == (filters * groups, *out)
    assert row.params == weights + bias * filters * groups
    assert row.macs == weights * out[0] * out[1]


# ---- what it must not do


def test_the_network_is_left_as_it_was() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.Dropout()).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    cost = count(model, (3, 8, 8))
    assert all(module.training for module in model.modules())
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert all(parameter.requires_grad and not parameter.is_meta for parameter in model.parameters())
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert cost == count(model.to("meta"), (3, 8, 8))


def test_other_threads_are_not_looked_at() -> None:
    hooked: list[bool] = []

    class Curious(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            hooked.append(bool(torch_hooks._global_forward_pre_hooks or torch_hooks._global_forward_hooks))
            thread = threading.Thread(target=nn.Linear(8, 8), args=(torch.zeros(1, 8),))
            thread.start()
            thread.join()
            return x

    assert count(nn.Sequential(Curious(), nn.Linear(4, 4)), (4,)).macs == 16
    assert hooked == [False]


# ---- what a visitor gets wrong


@pytest.mark.parametrize(
    ("name", "shape", "said"),
    [
        ("alexnet", (3, 20, 20), r"3 × 20 × 20 .*features\.5 = MaxPool2d.* gets 192 × 1 × 1, .* too small\.$"),
        ("resnet50", (1, 224, 224), r"conv1 = Conv2d\(3, 64.* gets 1 × 224 × 224"),
        ("resnet50", (3, 224), r"3 × 224 does not fit"),
        ("inception_v3", (3, 50, 50), r"Mixed_7a\.branch3x3_2\.conv = .* gets 192 × 1 × 1, and torch says: .+\.$"),
        ("vgg16", (3, 0, 0), r"3 × 0 × 0 does not fit"),
        ("vgg16", (3, -4, 4), r"negative dimension"),
        ("vgg16", (3, 10**10, 10**10), r"overflowed"),
    ],
)
def test_an_input_that_does_not_fit_is_told_where_and_why(name: str, shape: tuple[int, ...], said: str) -> None:
    with pytest.raises(UserError, match=said) as error:
        count(on_meta(name), shape)
    message = str(error.value)
    assert message.startswith("An input of ")
    assert "try another" in message
    assert message.endswith(".")
    assert "\n" not in message
    assert ". " not in message  # one sentence


def test_layers_that_do_not_fit_each_other() -> None:
    with pytest.raises(UserError, match=r"1 = Linear\(in_features=10.* gets 192"):
        count(nn.Sequential(nn.Flatten(), nn.Linear(10, 2)), (3, 8, 8))


def test_a_layer_that_takes_no_tensor() -> None:
    class Pair(nn.Module):
        def forward(self, _: Tensor) -> dict[str, int]:
            return {}

    with pytest.raises(UserError, match="it does not take a tensor and give one"):
        count(nn.Sequential(Pair()), (3,))


def test_our_own_sentences_come_through() -> None:
    class Refuses(nn.Module):
        def forward(self, _: Tensor) -> Tensor:
            raise UserError("Not today.")

    with pytest.raises(UserError, match=r"^Not today\.$"):
        count(Refuses(), (3,))
