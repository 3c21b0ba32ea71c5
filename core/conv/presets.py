"""Networks of the lecture as stacks of layers that can be edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.conv.layers import Kind, Layer, Pair
from core.conv.stack import Stack, chain


@dataclass(frozen=True)
class Preset:
    """A stack to start from.

    Attributes:
        title: what the menu shows.
        about: one sentence on where it is from.
        input_shape: (C, H, W) it is meant for.
        stack: its layers.
    """

    title: str
    about: str
    input_shape: tuple[int, int, int]
    stack: Stack


def _conv(out: int, kernel: int, stride: int = 1, padding: int = 0, bias: bool = True, source: int = -1) -> Layer:
    inputs = () if source < 0 else (source,)
    return Layer(Kind.CONV, out, (kernel, kernel), (stride, stride), (padding, padding), bias=bias, inputs=inputs)


def _pool(kernel: int, stride: int, padding: int = 0, kind: Kind = Kind.MAXPOOL) -> Layer:
    return Layer(kind, 0, (kernel, kernel), (stride, stride), (padding, padding))


_RELU, _FLATTEN, _DROPOUT = Layer(Kind.RELU), Layer(Kind.FLATTEN), Layer(Kind.DROPOUT)
_BATCHNORM, _GLOBAL = Layer(Kind.BATCHNORM), Layer(Kind.GLOBAL)


def _linear(out: int) -> Layer:
    return Layer(Kind.LINEAR, out)


def _lenet() -> Stack:
    """LeNet-5 (LeCun et al. 1998) as taught today: ReLU for tanh, plain averages, every map connected to every one."""
    return chain(
        _conv(6, 5), _RELU, _pool(2, 2, kind=Kind.AVGPOOL),
        _conv(16, 5), _RELU, _pool(2, 2, kind=Kind.AVGPOOL),
        _conv(120, 5), _RELU, _FLATTEN, _linear(84), _RELU, _linear(10),
    )  # fmt: skip


def _alexnet() -> Stack:
    """As torchvision builds it, after Krizhevsky, One weird trick (arXiv:1404.5997)."""
    return chain(
        _conv(64, 11, 4, 2), _RELU, _pool(3, 2),
        _conv(192, 5, 1, 2), _RELU, _pool(3, 2),
        _conv(384, 3, 1, 1), _RELU, _conv(256, 3, 1, 1), _RELU, _conv(256, 3, 1, 1), _RELU, _pool(3, 2),
        Layer(Kind.ADAPTIVE, kernel=(6, 6)), _FLATTEN,
        _DROPOUT, _linear(4096), _RELU, _DROPOUT, _linear(4096), _RELU, _linear(1000),
    )  # fmt: skip


def _vgg16() -> Stack:
    """Simonyan and Zisserman, configuration D (arXiv:1409.1556), as torchvision builds it."""
    layers: list[Layer] = []
    for width, repeats in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        layers += [_conv(width, 3, 1, 1), _RELU] * repeats + [_pool(2, 2)]
    head = (_linear(4096), _RELU, _DROPOUT, _linear(4096), _RELU, _DROPOUT, _linear(1000))
    return chain(*layers, Layer(Kind.ADAPTIVE, kernel=(7, 7)), _FLATTEN, *head)


_RESNET_STEM = (_conv(64, 7, 2, 3, bias=False), _BATCHNORM, _RELU, _pool(3, 2, 1))


def _basic_block(width: int, stride: int = 1) -> tuple[Layer, ...]:
    """Two 3 × 3 convolutions and a skip, which a 1 × 1 convolution fits where the block changes the shape."""
    block = (
        _conv(width, 3, stride, 1, bias=False, source=0), _BATCHNORM, _RELU, _conv(width, 3, 1, 1, bias=False),
        _BATCHNORM,
    )  # fmt: skip
    if stride == 1:
        return (*block, Layer(Kind.ADD, inputs=(5, 0)), _RELU)
    return (
        *block, _conv(width, 1, stride, bias=False, source=0), _BATCHNORM,
        Layer(Kind.ADD, inputs=(5, 7)), _RELU,
    )  # fmt: skip


def _resnet18() -> Stack:
    """He et al. (arXiv:1512.03385), as torchvision builds it."""
    blocks = [_basic_block(64), _basic_block(64)]
    for width in (128, 256, 512):
        blocks += [_basic_block(width, 2), _basic_block(width)]
    return chain(*_RESNET_STEM, *blocks, _GLOBAL, _FLATTEN, _linear(1000))


def _inception_block() -> Stack:
    """GoogLeNet's block 3a (Szegedy et al., arXiv:1409.4842), with the 3 × 3 that torchvision has for the 5 × 5."""
    return chain(
        (
            _conv(64, 1, source=0),
            _conv(96, 1, source=0), _conv(128, 3, 1, 1),
            _conv(16, 1, source=0), _conv(32, 3, 1, 1),
            Layer(Kind.MAXPOOL, kernel=(3, 3), padding=(1, 1), inputs=(0,)), _conv(32, 1),
            Layer(Kind.CONCAT, inputs=(1, 3, 5, 7)),
        )
    )  # fmt: skip


def _mobile_block() -> Stack:
    """A standard convolution's cheap cousin: depthwise 3 × 3, then 1 × 1 (Howard et al., arXiv:1704.04861)."""
    three: Pair = (3, 3)
    layers: list[Layer] = [_conv(32, 3, 2, 1, bias=False), _BATCHNORM, _RELU]
    for width, stride in ((64, 1), (128, 2), (128, 1)):
        depthwise = Layer(Kind.DEPTHWISE, 0, three, (stride, stride), (1, 1), bias=False)
        layers += [depthwise, _BATCHNORM, _RELU, _conv(width, 1, bias=False), _BATCHNORM, _RELU]
    return chain(*layers)


def _decoder() -> Stack:
    """Down and up again, as a segmentation network does: transposed convolutions undo the strides."""
    up = Layer(Kind.TRANSPOSED, 16, (3, 3), (2, 2), (1, 1), output_padding=(1, 1))
    wide = Layer(Kind.CONV, 32, (3, 3), padding=(2, 2), dilation=(2, 2))
    return chain(
        (
            _conv(16, 3, 2, 1), _RELU, _conv(32, 3, 2, 1), _RELU, wide, _RELU,
            up, _RELU, Layer(Kind.CONCAT, inputs=(8, 2)), Layer(Kind.TRANSPOSED, 8, (2, 2), (2, 2)), _RELU, _conv(2, 1),
        )
    )  # fmt: skip


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.title: preset
        for preset in (
            Preset("AlexNet", "Krizhevsky et al. 2012, in torchvision's widths.", (3, 224, 224), _alexnet()),
            Preset("LeNet-5", "LeCun, Bottou, Bengio, Haffner 1998, with ReLU.", (1, 32, 32), _lenet()),
            Preset("VGG16", "Simonyan, Zisserman 2014, configuration D.", (3, 224, 224), _vgg16()),
            Preset(
                "ResNet-18 stem",
                "The stem and the first residual block of He et al. 2015.",
                (3, 224, 224),
                chain(*_RESNET_STEM, _basic_block(64)),
            ),
            Preset("ResNet-18", "He, Zhang, Ren, Sun 2015, all of it.", (3, 224, 224), _resnet18()),
            Preset("Inception block", "GoogLeNet's block 3a: four branches.", (192, 28, 28), _inception_block()),
            Preset("MobileNet start", "Depthwise and 1 × 1 instead of standard.", (3, 224, 224), _mobile_block()),
            Preset("Encoder and decoder", "Strides down, dilation, transposed up.", (3, 96, 96), _decoder()),
        )
    }
)  # fmt: skip
"""By title, the first being the default."""
