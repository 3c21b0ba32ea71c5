"""Each family's network from its library, with the stem fitted to pictures of 32 pixels.

A stem for ImageNet takes a picture of 224 px to a map of 56; of 32 px it would leave 8, and the last map would be a
single cell. So first strides become 1 and first poolings go, family by family, as each function says. Where a library
has an argument for width or depth it is used; else `narrow` and `left_out` are.

Every function returns a network in training mode that maps (N, 3, 32, 32) to (N, num_classes), built on torch's
default device, also on `meta`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from timm.models.inception_v4 import InceptionV4
from timm.models.resnet import BasicBlock, Bottleneck, ResNet
from timm.models.xception import Xception
from torch import nn
from torchvision.models.densenet import DenseNet
from torchvision.models.efficientnet import EfficientNet, MBConvConfig
from torchvision.models.googlenet import GoogLeNet
from torchvision.models.inception import Inception3
from torchvision.models.mobilenetv2 import MobileNetV2
from torchvision.models.shufflenetv2 import ShuffleNetV2
from torchvision.models.vgg import VGG, make_layers

from core.models.cifar10.slim import left_out, narrow

SIDE = 32
"""Of a picture, pixels."""
Blocks = Sequence[str]


def vgg_net(layers: Sequence[int | str], num_classes: int = 10) -> nn.Module:
    """torchvision's VGG with batch normalisation; behind the last pooling one linear layer instead of three.

    Args:
        layers: filters of each 3 x 3 convolution, "M" for a pooling; torchvision's configuration.
        num_classes: outputs.
    """
    network = VGG(make_layers(list(layers), batch_norm=True), num_classes=1, dropout=0.0)
    network.avgpool = nn.AdaptiveAvgPool2d(1)
    width = [filters for filters in layers if isinstance(filters, int)][-1]
    network.set_submodule("classifier", nn.Linear(width, num_classes))
    return network


def residual_net(
    layers: Sequence[int],
    channels: Sequence[int],
    *,
    bottleneck: bool = False,
    cardinality: int = 1,
    base_width: int = 64,
    num_classes: int = 10,
) -> nn.Module:
    """timm's ResNet and ResNeXt; the first convolution is 3 x 3 with stride 1 and as wide as stage 1, no pooling.

    Args:
        layers: blocks of each stage.
        channels: of each stage; behind a bottleneck there are four times as many.
        bottleneck: 1 x 1, 3 x 3, 1 x 1 instead of two 3 x 3.
        cardinality: groups of the 3 x 3 convolution (ResNeXt).
        base_width: of a group, where a stage has 64 channels.
        num_classes: outputs.
    """
    block: Any = Bottleneck if bottleneck else BasicBlock  # the class, where timm's annotation wants one of its objects
    network = ResNet(
        block,
        tuple(layers),
        num_classes=num_classes,
        channels=tuple(channels),
        cardinality=cardinality,
        base_width=base_width,
        # the one stem whose width is an argument has three convolutions; of these it becomes one
        stem_type="deep",
        stem_width=channels[0] // 2,
    )
    network.set_submodule("conv1", nn.Conv2d(3, channels[0], 3, padding=1, bias=False))
    missing = [f"layer{number}" for number in range(len(layers) + 1, 5)]
    return left_out(network, ["maxpool", *missing])


def densenet_net(growth: int, blocks: tuple[int, int, int, int], features: int, num_classes: int = 10) -> nn.Module:
    """torchvision's DenseNet-BC; the first convolution is 3 x 3 with stride 1, no pooling behind it.

    Args:
        growth: k, the channels that each layer adds.
        blocks: layers of each dense block.
        features: filters of the first convolution.
        num_classes: outputs.
    """
    network = DenseNet(growth, blocks, features, num_classes=num_classes)
    _restem(network, "features.conv0")
    return left_out(network, ["features.pool0"])


def googlenet_net(
    *, width: float = 1.0, without: Blocks = (), pooled: bool = False, num_classes: int = 10
) -> nn.Module:
    """torchvision's GoogLeNet; the first convolution is 3 x 3 with stride 1, without the auxiliary classifiers.

    The stem's second pooling goes, and its first unless `pooled`.

    Args:
        width: see `core.models.cifar10.slim`.
        without: blocks that are left out.
        pooled: whether the pooling behind the first convolution stays.
        num_classes: outputs.
    """
    network = GoogLeNet(num_classes, aux_logits=False, init_weights=False)
    _restem(network, "conv1.conv")
    left_out(network, ["maxpool2"] if pooled else ["maxpool1", "maxpool2"])
    return narrow(left_out(network, without), width)


def inception_v3_net(*, width: float = 1.0, without: Blocks = (), num_classes: int = 10) -> nn.Module:
    """torchvision's Inception-v3; the stem's 3 x 3 convolutions have stride 1 and are padded, its second pooling goes.

    Maps of 16, 7 and 3 cells a side where the paper has 35, 17 and 8.

    Args:
        width: see `core.models.cifar10.slim`.
        without: blocks that are left out.
        num_classes: outputs.
    """
    network = Inception3(num_classes, aux_logits=False, init_weights=False)
    for name in ("Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_4a_3x3"):
        _restem(network, f"{name}.conv")
    network.maxpool1.padding = 1
    return narrow(left_out(network, ["maxpool2", *without]), width)


def inception_v4_net(*, width: float = 1.0, without: Blocks = (), num_classes: int = 10) -> nn.Module:
    """timm's Inception-v4; the stem's convolutions are padded, the first and the last of its reductions have stride 1.

    Maps of 16, 7 and 3 cells a side where the paper has 35, 17 and 8.

    Args:
        width: see `core.models.cifar10.slim`.
        without: blocks that are left out.
        num_classes: outputs.
    """
    network = InceptionV4(num_classes)
    for name in ("0.conv", "1.conv", "4.branch0.1.conv", "4.branch1.3.conv", "5.conv.conv"):
        _restem(network, f"features.{name}")
    features: Any = network.features
    features[3].conv.conv.padding, features[3].maxpool.padding = (1, 1), 1
    features[5].maxpool.stride, features[5].maxpool.padding = 1, 1
    return narrow(left_out(network, without), width)


def xception_net(*, width: float = 1.0, without: Blocks = (), num_classes: int = 10) -> nn.Module:
    """timm's Xception; the stem's two convolutions have stride 1 and are padded.

    Args:
        width: see `core.models.cifar10.slim`.
        without: blocks that are left out.
        num_classes: outputs.
    """
    network = Xception(num_classes)
    for name in ("conv1", "conv2"):
        _restem(network, name)
    return narrow(left_out(network, without), width, multiple=8)


def mobilenet_net(
    width: float = 1.0,
    repeats: Sequence[int] = (1, 2, 3, 4, 3, 3, 1),
    *,
    early: int = 1,
    num_classes: int = 10,
) -> nn.Module:
    """torchvision's MobileNetV2; the stem has stride 1.

    Args:
        width: multiplies all channels; the library's argument.
        repeats: blocks of each of the seven stages; 0 leaves one out.
        early: stride of stage 2, 2 in the paper.
        num_classes: outputs.
    """
    # expansion, channels, stride: table 2 of the paper
    paper = ((1, 16, 1), (6, 24, early), (6, 32, 2), (6, 64, 2), (6, 96, 1), (6, 160, 2), (6, 320, 1))
    setting = [[t, c, n, s] for (t, c, s), n in zip(paper, repeats, strict=True) if n]
    network = MobileNetV2(num_classes, width, setting, dropout=0.0)
    _restem(network, "features.0.0")
    return network


def shufflenet_net(repeats: Sequence[int], channels: Sequence[int], num_classes: int = 10) -> nn.Module:
    """torchvision's ShuffleNetV2; the first convolution has stride 1, no pooling behind it.

    Args:
        repeats: blocks of stages 2, 3 and 4.
        channels: of the stem, of the three stages and of the last convolution.
        num_classes: outputs.
    """
    network = ShuffleNetV2(list(repeats), list(channels), num_classes)
    _restem(network, "conv1.0")
    return left_out(network, ["maxpool"])


def efficientnet_net(width: float = 1.0, depth: float = 1.0, *, early: int = 1, num_classes: int = 10) -> nn.Module:
    """torchvision's EfficientNet-B0; the stem has stride 1.

    Args:
        width: multiplies all channels; the library's argument, as compound scaling has it.
        depth: multiplies the blocks of each stage; likewise.
        early: stride of stage 2, 2 in the paper.
        num_classes: outputs.
    """
    block = partial(MBConvConfig, width_mult=width, depth_mult=depth)
    paper = (  # expansion, kernel, stride, channels in and out, blocks: table 1
        (1, 3, 1, 32, 16, 1),
        (6, 3, early, 16, 24, 2),
        (6, 5, 2, 24, 40, 2),
        (6, 3, 2, 40, 80, 3),
        (6, 5, 1, 80, 112, 3),
        (6, 5, 2, 112, 192, 4),
        (6, 3, 1, 192, 320, 1),
    )
    network = EfficientNet(
        [block(*row) for row in paper], dropout=0.0, stochastic_depth_prob=0.0, num_classes=num_classes
    )
    _restem(network, "features.0.0")
    return network


def _restem(network: nn.Module, name: str) -> None:
    """Put a 3 x 3 convolution with stride 1 that keeps the map's size in a convolution's place."""
    old: Any = network.get_submodule(name)
    bias = old.bias is not None
    network.set_submodule(name, nn.Conv2d(old.in_channels, old.out_channels, 3, padding=1, bias=bias))
