"""Who counts what: the recorded counts are those of today's networks, and the reasons given add up."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torchvision.models import googlenet, resnet50
from torchvision.models.resnet import Bottleneck

from core.conv.counters import LAYERS, OURS, TOOLS, of_layer, of_network, torch_version
from core.conv.counters import _content as content
from core.conv.published import published
from core.models.cost import count
from core.models.fields.trace import trace
from core.models.zoo import ZOO, on_meta

NUMBERS = 3 * 16 * 16  # that go into each single layer
CONV, STRIDED, TRANSPOSED, LINEAR, NORM, RELU, MAX, AVERAGE, GLOBAL = (layer.name for layer in LAYERS)


def more(name: str) -> dict[str, int]:
    """Tool -> what it counts beside the multiply-adds."""
    layer = next(layer for layer in LAYERS if layer.name == name)
    return {counted.tool.name: counted.more for counted in of_layer(layer) if counted.more}


@pytest.mark.parametrize("name", ZOO)
def test_what_was_recorded_is_what_our_counters_of_the_same_tools_say_now(name: str) -> None:
    cost, found = published(name).cost, content()["networks"][name]
    assert found[OURS] == cost.macs
    assert found["fvcore"] == cost.fvcore
    assert found["torchinfo"] == cost.torchinfo
    counts = of_network(name)
    assert [counted.tool for counted in counts] == list(TOOLS)
    assert counts[0].more == 0
    assert all(counted.operations - counted.more == cost.macs for counted in counts)


@pytest.mark.parametrize("layer", LAYERS, ids=lambda layer: layer.name)
def test_a_layer_alone_too(layer: object) -> None:
    assert layer in LAYERS
    found = content()["layers"][layer.name]  # type: ignore[attr-defined]
    cost = count(nn.Sequential(*layer.build()), layer.shape)  # type: ignore[attr-defined]
    assert (found[OURS], found["fvcore"], found["torchinfo"]) == (cost.macs, cost.fvcore, cost.torchinfo)


def test_the_reasons_add_up() -> None:
    outputs = 8 * 16 * 16
    bias = {"torchinfo": outputs, "ptflops pytorch": outputs, "ptflops aten": outputs}
    assert more(CONV) == bias
    assert more(STRIDED) == {}
    products, large = 3 * 8 * 4 * 256, 8 * 32 * 32
    assert more(TRANSPOSED) == {
        "thop": 3 * products,
        "torchinfo": 3 * products + large,
        "ptflops pytorch": large,
        "ptflops aten": large,
    }
    assert more(LINEAR) == {"torchinfo": 10, "ptflops pytorch": 10, "ptflops aten": 10}
    assert more(NORM) == {
        "fvcore": 2 * NUMBERS,
        "thop": 4 * NUMBERS,
        "ptflops pytorch": 2 * NUMBERS,
        "torchinfo": 6,
    }
    assert more(RELU) == more(MAX) == {"ptflops pytorch": 2 * NUMBERS}
    assert more(AVERAGE) == {"thop": NUMBERS // 4, "ptflops pytorch": 2 * NUMBERS}
    assert more(GLOBAL) == {"fvcore": NUMBERS, "thop": NUMBERS + 3, "ptflops pytorch": 2 * NUMBERS}


def test_resnet_50_is_between_4_09_and_4_14_thousand_millions() -> None:
    found = {counted.tool.name: round(counted.operations / 1e9, 3) for counted in of_network("resnet50")}
    assert found == {
        "multiply-adds": 4.089,
        "fvcore": 4.112,
        "torchinfo": 4.089,
        "thop": 4.134,
        "ptflops pytorch": 4.132,
        "ptflops aten": 4.089,
    }


def test_every_other_tool_has_a_version() -> None:
    assert not of_network("alexnet")[0].version
    assert all(counted.version for counted in of_network("alexnet")[1:])
    assert torch_version().count(".") >= 2


def test_what_is_said_of_the_papers_is_so() -> None:
    with torch.device("meta"):
        google = googlenet(weights=None, aux_logits=False, init_weights=False).eval()
        resnet = resnet50(weights=None).eval()
        for name, module in google.named_modules():
            if name.endswith("branch3.1"):
                channels = module.conv.in_channels, module.conv.out_channels
                module.conv = nn.Conv2d(*channels, 5, padding=2, bias=False)
    google.maxpool4.kernel_size = 3
    for module in resnet.modules():
        if isinstance(module, Bottleneck) and module.stride != 1:
            module.conv1.stride, module.conv2.stride = module.conv2.stride, (1, 1)
    shape = (3, 224, 224)
    for name, paper, pixels in (("googlenet", google, 715), ("resnet50", resnet, 483)):
        assert trace(paper, shape).last.size == (pixels, pixels)
        assert f"{pixels} px" in ZOO[name].differs
        assert trace(on_meta(name), shape).last.size != (pixels, pixels)
    assert sum(map(torch.numel, resnet.parameters())) == ZOO["resnet50"].parameters
