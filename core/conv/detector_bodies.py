"""Bodies of detectors as stacks of layers: what lies between the picture and each level, before a neck mixes levels.

Batch normalisation is left out, which changes no receptive field, and ReLU stands for its kin. Squeeze-excite is left
out, since it gives every channel a factor from the whole picture: without it the field is that of the convolutions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import torch
from torch import nn
from torchvision.models.mobilenetv3 import InvertedResidual, mobilenet_v3_large
from torchvision.ops import Conv2dNormActivation

from core.conv.layers import Kind, Layer
from core.conv.stack import Stack

FPN_POOL = "pool"
"""What torchvision calls the level that its feature pyramid adds: every second cell of the coarsest."""


@dataclass(frozen=True)
class Body:
    """A body.

    Attributes:
        title: what papers call it.
        stack: its layers.
        levels: name of a feature map among the detector's -> number of the layer that gives it.
        without: what is left out and would see the whole picture; "" where nothing is.
    """

    title: str
    stack: Stack
    levels: Mapping[str, int]
    without: str = ""

    def up_to(self, level: str) -> Stack:
        """Only the layers up to a level's."""
        return Stack(self.stack.layers[: self.levels[level]])


class _Layers:
    """Layers as they are added; each method returns the number of the last."""

    def __init__(self) -> None:
        self.all: list[Layer] = []

    @property
    def last(self) -> int:
        return len(self.all)

    def add(self, layer: Layer) -> int:
        self.all.append(layer)
        return self.last

    def conv(self, out: int, kernel: int, stride: int = 1, source: int | None = None, *, relu: bool = True) -> int:
        """A convolution whose padding keeps the size, but for the stride."""
        inputs = () if source is None or source == self.last else (source,)
        half = (kernel - 1) // 2
        self.add(Layer(Kind.CONV, out, (kernel, kernel), (stride, stride), (half, half), bias=False, inputs=inputs))
        return self.relu() if relu else self.last

    def depthwise(self, kernel: int, stride: int) -> int:
        half = (kernel - 1) // 2
        self.add(Layer(Kind.DEPTHWISE, 0, (kernel, kernel), (stride, stride), (half, half), bias=False))
        return self.relu()

    def pool(self, kernel: int, stride: int) -> int:
        half = (kernel - 1) // 2
        return self.add(Layer(Kind.MAXPOOL, 0, (kernel, kernel), (stride, stride), (half, half)))

    def relu(self) -> int:
        return self.add(Layer(Kind.RELU))

    def join(self, kind: Kind, *sources: int) -> int:
        return self.add(Layer(kind, inputs=sources))


def _nanodet_g() -> Body:
    """As `core.models.nanodet.Body`."""
    layers, levels = _Layers(), {}
    layers.conv(32, 3, 2)
    layers.pool(3, 2)
    for level, channels, halves, stride in (("", 32, 1, 1), ("0", 64, 2, 2), ("1", 128, 2, 2), ("2", 256, 3, 2)):
        entered = layers.conv(channels, 3, stride)
        for _ in range(halves):
            first = layers.conv(channels // 2, 3)
            layers.join(Kind.CONCAT, layers.conv(channels // 2, 3), first)
        end = layers.join(Kind.CONCAT, layers.conv(channels, 3), entered)
        if level:
            levels[level] = end
    return Body("NanoDet-g's body", Stack(tuple(layers.all)), levels)


def _resnet50() -> Body:
    """He et al. (https://arxiv.org/abs/1512.03385), the stride in the 3 x 3 convolution as in torchvision."""
    layers, levels = _Layers(), {}
    layers.conv(64, 7, 2)
    source = layers.pool(3, 2)
    for level, (width, blocks) in enumerate(((64, 3), (128, 4), (256, 6), (512, 3))):
        for block in range(blocks):
            stride = 2 if level and not block else 1
            layers.conv(width, 1, source=source)
            layers.conv(width, 3, stride)
            main = layers.conv(4 * width, 1, relu=False)
            skip = source if block else layers.conv(4 * width, 1, stride, source, relu=False)
            layers.join(Kind.ADD, main, skip)
            source = layers.relu()
        levels[str(level)] = source
    levels[FPN_POOL] = layers.pool(1, 2)
    return Body("ResNet-50", Stack(tuple(layers.all)), levels)


def _mobilenet_v3_large() -> Body:
    """Howard et al. (https://arxiv.org/abs/1905.02244), its shapes read off torchvision's module."""
    with torch.device("meta"):
        features = mobilenet_v3_large(weights=None).features
    layers, ends = _Layers(), []

    def convolve(unit: nn.Sequential) -> None:
        conv = unit[0]
        assert isinstance(conv, nn.Conv2d)
        kernel, stride = conv.kernel_size[0], conv.stride[0]
        if conv.groups > 1:
            layers.depthwise(kernel, stride)
        else:
            layers.conv(conv.out_channels, kernel, stride, relu=len(unit) > 2)

    for module in features:
        begin = layers.last
        if isinstance(module, InvertedResidual):
            for unit in module.block:
                if isinstance(unit, Conv2dNormActivation):
                    convolve(unit)
            if module.use_res_connect:
                layers.join(Kind.ADD, layers.last, begin)
        else:
            assert isinstance(module, Conv2dNormActivation)
            convolve(module)
        ends.append(layers.last)
    strided = [number for number, module in enumerate(features) if getattr(module, "_is_cn", False)]
    levels = {"0": ends[strided[-1]], "1": ends[-1], FPN_POOL: layers.pool(1, 2)}
    return Body("MobileNetV3", Stack(tuple(layers.all)), levels, "squeeze-excite")


BODIES: Mapping[str, Callable[[], Body]] = MappingProxyType(
    {
        "bundled": _nanodet_g,
        "resnet50_fpn": _resnet50,
        "resnet50_fpn_v2": _resnet50,
        "mobilenet_v3_large_fpn": _mobilenet_v3_large,
        "mobilenet_v3_large_320_fpn": _mobilenet_v3_large,
    }
)
"""Name of a detector in `core.models.detectors` -> its body."""
