"""The laptop's members, chosen by speed: on two CPU cores six minutes hold several passes over 45,000 pictures."""

from __future__ import annotations

from functools import partial

from core.models.cifar10 import surgery
from core.models.cifar10.families import (
    DENSENET,
    EFFICIENTNET,
    GOOGLENET,
    INCEPTION_V3,
    INCEPTION_V4,
    MOBILENET,
    RESNET,
    RESNEXT,
    SHUFFLENET,
    VGG,
    XCEPTION,
)
from core.models.cifar10.family import League
from core.models.cifar10.stages import POOL, dense_stages, mobile_stages, residual_stages, vgg_stages
from core.models.zoo import ZOO

_VGG = (32, POOL, 64, POOL, 96, 96, POOL, 128, 128, POOL)
_MOBILE = (1, 2, 3, 4, 3, 3, 0)
# blocks that are left out
_GOOGLE = ("inception4b", "inception4c", "inception4d")
_V3 = ("Mixed_5c", "Mixed_5d", "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7c")
_V4 = tuple(f"features.{number}" for number in (7, 8, 9, *range(12, 18), 20, 21))
_XCEPTION = tuple(f"block{number}" for number in range(6, 12))

LAPTOP = (
    VGG.member(
        League.LAPTOP,
        "VGG, 6 convolutions",
        "Six convolutions of 32 to 128 filters in four blocks.",
        418_506,
        vgg_stages(_VGG),
        partial(surgery.vgg_net, _VGG),
    ),
    MOBILENET.member(
        League.LAPTOP,
        "MobileNetV2 ×0.5",
        "Half of the channels, without the last of the seven stages.",
        476_330,
        mobile_stages(_MOBILE),
        partial(surgery.mobilenet_net, 0.5, _MOBILE, early=2),
    ),
    RESNET.member(
        League.LAPTOP,
        "ResNet-14, 16 to 128 filters",
        "1, 2, 2 and 1 blocks of two 3 × 3 convolutions with 16, 32, 64 and 128 filters.",
        401_370,
        residual_stages(4),
        partial(surgery.residual_net, (1, 2, 2, 1), (16, 32, 64, 128)),
    ),
    SHUFFLENET.member(
        League.LAPTOP,
        "ShuffleNetV2, 48 to 192 channels",
        "3, 4 and 2 blocks with 48, 96 and 192 channels; ×0.5 has 4, 8 and 4 blocks and as many channels.",
        158_914,
        ZOO["shufflenet_v2_x1_0"].stages,
        partial(surgery.shufflenet_net, (3, 4, 2), (24, 48, 96, 192, 384)),
    ),
    GOOGLENET.member(
        League.LAPTOP,
        "GoogLeNet ×0.25, 6 modules",
        "A quarter of the filters everywhere, six of the nine Inception modules (3a, 3b, 4a, 4e, 5a, 5b).",
        261_010,
        ZOO["googlenet"].stages,
        partial(surgery.googlenet_net, width=0.25, without=_GOOGLE, pooled=True),
    ),
    INCEPTION_V3.member(
        League.LAPTOP,
        "Inception-v3 ×0.25, 5 modules",
        "A quarter of the filters everywhere, five of the eleven modules (5b, 6a, 6b, 7a, 7b).",
        601_202,
        ZOO["inception_v3"].stages,
        partial(surgery.inception_v3_net, width=0.25, without=_V3),
    ),
    INCEPTION_V4.member(
        League.LAPTOP,
        "Inception-v4 ×0.15, 5 modules",
        "0.15 of the filters everywhere, one Inception module of each kind (the paper has 4 A, 7 B and 3 C) and both "
        "reductions.",
        310_182,
        ZOO["inception_v4"].stages,
        partial(surgery.inception_v4_net, width=0.15, without=_V4),
    ),
    XCEPTION.member(
        League.LAPTOP,
        "Xception ×0.2, 6 blocks",
        "A fifth of the filters everywhere, two of the eight blocks of the middle flow.",
        461_618,
        ZOO["legacy_xception"].stages,
        partial(surgery.xception_net, width=0.2, without=_XCEPTION),
    ),
    RESNEXT.member(
        League.LAPTOP,
        "ResNeXt-14 (4×32d)",
        "One block in each of four stages; its 3 × 3 convolution has 4 groups and 16, 32, 64 and 128 filters.",
        163_058,
        residual_stages(4),
        partial(surgery.residual_net, (1, 1, 1, 1), (8, 16, 32, 64), bottleneck=True, cardinality=4, base_width=32),
    ),
    DENSENET.member(
        League.LAPTOP,
        "DenseNet-BC, k = 12",
        "Growth 12 behind 16 first filters, dense blocks of 1, 3, 4 and 4 layers.",
        93_514,
        dense_stages(),
        partial(surgery.densenet_net, 12, (1, 3, 4, 4), 16),
    ),
    EFFICIENTNET.member(
        League.LAPTOP,
        "EfficientNet, width 0.4, depth 0.34",
        "B0 with 0.4 of its channels and a third of its blocks (rounded up: 1, 1, 1, 2, 2, 2 and 1).",
        463_144,
        ZOO["efficientnet_b0"].stages,
        partial(surgery.efficientnet_net, 0.4, 0.34, early=2),
    ),
)
