"""Stacks as torch modules: constructors as they are written, and what the modules compute."""

from __future__ import annotations

import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from torch import nn

from core.conv.layers import Kind, Layer, Pair, Shape, groups_of, out_channels
from core.conv.module import Constructor, StackModule, constructor, torch_says
from core.conv.presets import PRESETS
from core.conv.stack import Analysis, Stack, analyse, chain
from tests.core.conv.stacks import analyses, pools_only_padding
from tests.examples import examples

VOLUME: Shape = (8, 32, 32)

# layer -> how it is written for 8 channels
WRITTEN = {
    Layer(Kind.CONV, 64, (3, 3)): "nn.Conv2d(8, 64, kernel_size=3)",
    Layer(
        Kind.CONV, 16, (3, 5), (2, 1), (1, 2), (2, 2), groups=4, bias=False
    ): "nn.Conv2d(8, 16, kernel_size=(3, 5), stride=(2, 1), padding=(1, 2), dilation=2, groups=4, bias=False)",
    Layer(Kind.DEPTHWISE, 0, (3, 3), padding=(1, 1)): "nn.Conv2d(8, 8, kernel_size=3, padding=1, groups=8)",
    Layer(
        Kind.TRANSPOSED, 4, (3, 3), (2, 2), (1, 1), output_padding=(1, 1)
    ): "nn.ConvTranspose2d(8, 4, kernel_size=3, stride=2, padding=1, output_padding=1)",
    Layer(Kind.MAXPOOL, 0, (2, 2), (2, 2)): "nn.MaxPool2d(2)",
    Layer(
        Kind.MAXPOOL, 0, (3, 3), (2, 2), (1, 1), (2, 2), ceil_mode=True
    ): "nn.MaxPool2d(3, stride=2, padding=1, dilation=2, ceil_mode=True)",
    Layer(Kind.AVGPOOL, 0, (3, 2), (1, 1)): "nn.AvgPool2d((3, 2), stride=1)",
    Layer(Kind.GLOBAL): "nn.AdaptiveAvgPool2d(1)",
    Layer(Kind.ADAPTIVE, kernel=(6, 6)): "nn.AdaptiveAvgPool2d(6)",
    Layer(Kind.ADAPTIVE, kernel=(6, 7)): "nn.AdaptiveAvgPool2d((6, 7))",
    Layer(Kind.FLATTEN): "nn.Flatten()",
    Layer(Kind.RELU): "nn.ReLU()",
    Layer(Kind.DROPOUT): "nn.Dropout()",
    Layer(Kind.BATCHNORM): "nn.BatchNorm2d(8)",
}


@pytest.mark.parametrize("layer", WRITTEN, ids=lambda layer: WRITTEN[layer])
def test_written_as_torch_users_write_it(layer: Layer) -> None:
    assert str(constructor(layer, (VOLUME,))) == WRITTEN[layer]


def test_layers_of_vectors() -> None:
    assert str(constructor(Layer(Kind.LINEAR, 10), ((84,),))) == "nn.Linear(84, 10)"
    assert str(constructor(Layer(Kind.LINEAR, 10, bias=False), ((84,),))) == "nn.Linear(84, 10, bias=False)"
    assert str(constructor(Layer(Kind.BATCHNORM), ((84,),))) == "nn.BatchNorm1d(84)"


@pytest.mark.parametrize("kind", [Kind.ADD, Kind.CONCAT])
def test_joins_are_no_modules(kind: Kind) -> None:
    assert constructor(Layer(kind), (VOLUME, VOLUME)) is None


def pair(value: int | Pair) -> Pair:
    return (value, value) if isinstance(value, int) else value


def check(module: nn.Module, layer: Layer, channels: int) -> None:
    """Compare what torch keeps of its arguments with the layer."""
    match module:
        case nn.Conv2d() | nn.ConvTranspose2d():
            assert (module.in_channels, module.out_channels) == (channels, out_channels(layer, channels))
            assert module.groups == groups_of(layer, channels)
            assert (module.bias is not None) == layer.bias
            assert pair(module.kernel_size) == layer.kernel
            assert pair(module.stride) == layer.stride
            assert pair(module.padding) == layer.padding
            assert pair(module.dilation) == layer.dilation
            if layer.kind is Kind.TRANSPOSED:
                assert isinstance(module, nn.ConvTranspose2d)
                assert pair(module.output_padding) == layer.output_padding
        case nn.MaxPool2d() | nn.AvgPool2d():
            assert pair(module.kernel_size) == layer.kernel
            assert pair(module.stride) == layer.stride
            assert pair(module.padding) == layer.padding
            assert module.ceil_mode == layer.ceil_mode
            assert isinstance(module, nn.MaxPool2d) == (layer.kind is Kind.MAXPOOL)
            if isinstance(module, nn.MaxPool2d):
                assert pair(module.dilation) == layer.dilation
        case nn.AdaptiveAvgPool2d():
            assert pair(module.output_size) == ((1, 1) if layer.kind is Kind.GLOBAL else layer.kernel)
        case nn.Linear():
            assert (module.in_features, module.out_features) == (channels, layer.out)
            assert (module.bias is not None) == layer.bias
        case nn.BatchNorm2d() | nn.BatchNorm1d():
            assert module.num_features == channels
        case _:
            kinds = {Kind.RELU: nn.ReLU, Kind.DROPOUT: nn.Dropout, Kind.FLATTEN: nn.Flatten}
            assert type(module) is kinds[layer.kind]


@examples(60)
@given(analysis=analyses(most=6))
def test_the_text_builds_the_layer(analysis: Analysis) -> None:
    for row in analysis.rows:
        make = constructor(row.layer, row.inputs)
        if make is None:
            continue
        with torch.device("meta"):
            from_text = eval(str(make), {"nn": nn})
            built = make.build()
        assert repr(from_text) == repr(built)
        check(built, row.layer, row.inputs[0][0])


@examples(40)
@given(analysis=analyses(most=4, largest=14))
def test_it_runs_for_real_with_finite_numbers(analysis: Analysis) -> None:
    """On the CPU, whose checks are complete, two pictures at once."""
    assume(not pools_only_padding(analysis))
    network = StackModule(analysis).eval()
    with torch.inference_mode():
        result = network(torch.rand(2, *analysis.input_shape))
    assert tuple(result.shape) == (2, *analysis.rows[-1].shape)
    assert bool(result.isfinite().all())


def test_branches_meet_as_told() -> None:
    conv = Layer(Kind.CONV, 3, (3, 3), padding=(1, 1), inputs=(0,))
    stack = chain(
        (
            conv,
            conv,
            Layer(Kind.ADD, inputs=(1, 2)),
            Layer(Kind.ADD, inputs=(0, 1, 2)),
            Layer(Kind.CONCAT, inputs=(4, 0, 3)),
        )
    )
    network = StackModule(analyse(stack, (3, 6, 7)))
    picture = torch.randn(2, 3, 6, 7)
    with torch.inference_mode():
        first, second = network.layers[0](picture), network.layers[1](picture)
        expected = torch.cat([picture + first + second, picture, first + second], dim=1)
        torch.testing.assert_close(network(picture), expected)


def test_depthwise_keeps_channels_apart() -> None:
    network = StackModule(analyse(Stack((Layer(Kind.DEPTHWISE, 0, (3, 3), bias=False),)), (4, 8, 8)))
    picture = torch.randn(1, 4, 8, 8)
    weight = next(network.parameters())
    alone = [F.conv2d(picture[:, [c]], weight[[c]]) for c in range(4)]
    torch.testing.assert_close(network(picture), torch.cat(alone, dim=1))


@pytest.mark.parametrize("title", PRESETS)
def test_presets_are_all_accepted_by_torch(title: str) -> None:
    preset = PRESETS[title]
    for row in analyse(preset.stack, preset.input_shape).rows:
        if row.activations < 300_000 and row.cost.params < 1_000_000:
            assert torch_says(row.layer, row.inputs) is None


def test_torchs_own_words() -> None:
    too_large = torch_says(Layer(Kind.CONV, 4, (9, 9)), ((3, 5, 5),))
    assert too_large is not None
    assert "Kernel size can't be greater than actual input size" in too_large
    groups = torch_says(Layer(Kind.CONV, 4, groups=2), ((3, 5, 5),))
    assert groups == "in_channels must be divisible by groups"
    assert torch_says(Layer(Kind.CONV, 4, (3, 3)), ((3, 5, 5),)) is None


def test_a_constructor_is_what_it_says() -> None:
    make = Constructor("Conv2d", (3, 4), (("kernel_size", (3, 5)), ("bias", False)))
    assert str(make) == "nn.Conv2d(3, 4, kernel_size=(3, 5), bias=False)"
    assert isinstance(make.build(), nn.Conv2d)


def test_torch_is_not_asked_to_allocate_what_a_link_wants() -> None:
    """One channel in, 65,536 filters of one weight: small input, small weights, an output of 262 GB."""
    wide = Layer(Kind.CONV, 65_536, (1, 1))
    assert torch_says(wide, ((1, 1000, 1000),)) is None, "it runs, on shapes alone"
