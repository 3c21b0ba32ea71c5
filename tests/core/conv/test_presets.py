"""The lecture's networks, to the digit, and beside torchvision's own."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torchvision import models
from torchvision.models.googlenet import Inception

from core.conv.layers import Kind
from core.conv.module import StackModule
from core.conv.presets import PRESETS
from core.conv.stack import Analysis, analyse
from tests.core.conv.stacks import stack_of

# title -> parameters, multiply-adds, output
TOTALS = {
    "AlexNet": (61_100_840, 714_188_480, (1000,)),
    "LeNet-5": (61_706, 416_520, (10,)),
    "VGG16": (138_357_544, 15_470_264_320, (1000,)),
    "ResNet-18 stem": (83_520, 349_224_960, (64, 56, 56)),
    "ResNet-18": (11_689_512, 1_814_073_344, (1000,)),
    "Inception block": (155_504, 121_626_624, (256, 28, 28)),
    "MobileNet start": (30_656, 122_630_144, (128, 56, 56)),
    "Encoder and decoder": (20_010, 14_118_912, (2, 96, 96)),
}

# title -> receptive field and first centre of the last layer that does not see everything
FIELDS = {"AlexNet": (195, 31), "VGG16": (212, 15.5), "ResNet-18": (435, 0), "ResNet-18 stem": (27, 0)}

# title -> (height = width of each windowed layer's output)
SIZES = {
    "AlexNet": [55, 27, 27, 13, 13, 13, 13, 6],
    "LeNet-5": [28, 14, 10, 5, 1],
    "VGG16": [224] * 2 + [112] * 3 + [56] * 4 + [28] * 4 + [14] * 4 + [7],
    "ResNet-18 stem": [112, 56, 56, 56],
    "ResNet-18": [112] + [56] * 5 + [28] * 5 + [14] * 5 + [7] * 5,
    "Encoder and decoder": [48, 24, 24, 48, 96, 96],
}

MODELS: dict[str, Callable[[], nn.Module]] = {
    "AlexNet": models.alexnet,
    "VGG16": models.vgg16,
    "ResNet-18": models.resnet18,
}


def analysed(title: str) -> Analysis:
    preset = PRESETS[title]
    return analyse(preset.stack, preset.input_shape)


def macs(network: nn.Module, shape: tuple[int, ...]) -> int:
    """Multiply-adds for one picture as torch counts them, on the meta device."""
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        network.eval()(torch.empty(1, *shape, device="meta"))
    return counter.get_total_flops() // 2


def test_all_are_known_here() -> None:
    assert set(PRESETS) == set(TOTALS)
    assert next(iter(PRESETS)) == "AlexNet"
    assert all(title == preset.title and preset.about.endswith(".") for title, preset in PRESETS.items())


@pytest.mark.parametrize("title", TOTALS)
def test_totals_to_the_digit(title: str) -> None:
    params, multiply_adds, out = TOTALS[title]
    analysis = analysed(title)
    assert analysis.params == params
    assert analysis.macs == multiply_adds
    assert analysis.rows[-1].shape == out
    with torch.device("meta"):
        network = StackModule(analysis)
    assert sum(p.numel() for p in network.parameters()) == params
    assert macs(network, analysis.input_shape) == multiply_adds


@pytest.mark.parametrize("title", FIELDS)
def test_receptive_fields_to_the_digit(title: str) -> None:
    row = [row for row in analysed(title).rows if not row.fields[0].whole and row.layer.kind is not Kind.ADAPTIVE][-1]
    assert row.fields[0] == row.fields[1]
    assert (row.fields[0].size, row.fields[0].start) == FIELDS[title]


@pytest.mark.parametrize("title", SIZES)
def test_sizes_to_the_digit(title: str) -> None:
    rows = [row for row in analysed(title).rows if row.layer.kind.windowed]
    assert [row.shape[1] for row in rows] == [row.shape[2] for row in rows] == SIZES[title]


@pytest.mark.parametrize("title", MODELS)
def test_cost_is_torchvisions_layer_by_layer(title: str) -> None:
    analysis = analysed(title)
    with torch.device("meta"):
        mine, original = StackModule(analysis), MODELS[title]()
    assert [p.shape for p in mine.parameters()] == [p.shape for p in original.parameters()]
    assert analysis.macs == macs(original, analysis.input_shape)


@pytest.mark.parametrize("title", ["AlexNet", "VGG16"])
def test_layers_come_in_torchvisions_order(title: str) -> None:
    with torch.device("meta"):
        mine, original = StackModule(analysed(title)), MODELS[title]()
    leaves = [type(module) for module in original.modules() if not list(module.children())]
    assert [type(layer) for layer in mine.layers if not isinstance(layer, nn.Flatten)] == leaves


def test_resnet_computes_what_torchvisions_does() -> None:
    """Order of layers, skips and all: the same weights give the same answer."""
    torch.manual_seed(0)
    original = models.resnet18().eval()
    analysis = analyse(stack_of(analysed("ResNet-18")), (3, 64, 48))
    with torch.device("meta"):
        network = StackModule(analysis).eval()
    tensors = dict(zip(network.state_dict(), original.state_dict().values(), strict=True))
    network.load_state_dict(tensors, assign=True)
    picture = torch.randn(2, 3, 64, 48)
    with torch.inference_mode():
        expected = original(picture)
        torch.testing.assert_close(network(picture), expected)
    assert expected.std() > 1e-3, "something comes out"


def test_the_inception_block_is_googlenets() -> None:
    """Its convolutions have biases where torchvision's have a batch norm behind them."""
    with torch.device("meta"):
        original = Inception(192, 64, 96, 128, 16, 32, 32)
    analysis = analysed("Inception block")
    weights = [tuple(m.weight.shape) for m in original.modules() if isinstance(m, nn.Conv2d)]
    with torch.device("meta"):
        mine = [tuple(m.weight.shape) for m in StackModule(analysis).modules() if isinstance(m, nn.Conv2d)]
    assert mine == weights
    assert analysis.macs == macs(original, analysis.input_shape)


def test_depthwise_and_pointwise_are_cheaper() -> None:
    """Howard et al. (arXiv:1704.04861), equation 5: 1/N + 1/D² of a standard convolution."""
    depthwise, pointwise = [row for row in analysed("MobileNet start").rows if row.layer.kind.convolves][1:3]
    standard = 9 * 32 * 64 * 112 * 112
    assert (depthwise.cost.macs + pointwise.cost.macs) / standard == pytest.approx(1 / 64 + 1 / 9)
