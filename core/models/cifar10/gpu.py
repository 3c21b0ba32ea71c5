"""The full-size members: what is usually trained on CIFAR-10."""

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

_VGG = (64, 64, POOL, 128, 128, POOL, *(256,) * 3, POOL, *(512,) * 3, POOL, *(512,) * 3, POOL)
_MOBILE = (1, 2, 3, 4, 3, 3, 1)

GPU = (
    VGG.member(
        League.GPU,
        "VGG-16",
        "All 13 convolutions.",
        14_728_266,
        vgg_stages(_VGG),
        partial(surgery.vgg_net, _VGG),
    ),
    MOBILENET.member(
        League.GPU,
        "MobileNetV2",
        "All of it.",
        2_236_682,
        mobile_stages(_MOBILE),
        partial(surgery.mobilenet_net, 1.0, _MOBILE),
    ),
    RESNET.member(
        League.GPU,
        "ResNet-18",
        "All of it.",
        11_173_962,
        residual_stages(4),
        partial(surgery.residual_net, (2, 2, 2, 2), (64, 128, 256, 512)),
    ),
    SHUFFLENET.member(
        League.GPU,
        "ShuffleNetV2 ×1",
        "All of it.",
        1_263_854,
        ZOO["shufflenet_v2_x1_0"].stages,
        partial(surgery.shufflenet_net, (4, 8, 4), (24, 116, 232, 464, 1024)),
    ),
    GOOGLENET.member(
        League.GPU,
        "GoogLeNet",
        "All of it.",
        5_602_474,
        ZOO["googlenet"].stages,
        partial(surgery.googlenet_net),
    ),
    INCEPTION_V3.member(
        League.GPU,
        "Inception-v3",
        "All of it.",
        21_806_058,
        ZOO["inception_v3"].stages,
        partial(surgery.inception_v3_net),
    ),
    INCEPTION_V4.member(
        League.GPU,
        "Inception-v4",
        "All of it.",
        41_158_186,
        ZOO["inception_v4"].stages,
        partial(surgery.inception_v4_net),
    ),
    XCEPTION.member(
        League.GPU,
        "Xception",
        "All of it.",
        20_827_442,
        ZOO["legacy_xception"].stages,
        partial(surgery.xception_net),
    ),
    RESNEXT.member(
        League.GPU,
        "ResNeXt-29 (2×64d)",
        "Three stages of three blocks, as in the paper's networks for CIFAR-10; 2 groups of 64.",
        9_130_314,
        residual_stages(3),
        partial(surgery.residual_net, (3, 3, 3), (64, 128, 256), bottleneck=True, cardinality=2),
    ),
    DENSENET.member(
        League.GPU,
        "DenseNet-121",
        "All of it.",
        6_956_426,
        dense_stages(),
        partial(surgery.densenet_net, 32, (6, 12, 24, 16), 64),
    ),
    EFFICIENTNET.member(
        League.GPU,
        "EfficientNet-B0",
        "All of it.",
        4_020_358,
        ZOO["efficientnet_b0"].stages,
        partial(surgery.efficientnet_net),
    ),
)
