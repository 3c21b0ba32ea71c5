"""The registry of architectures: the families of the course, each as torchvision or timm builds it.

One interface for all of them (`core.models.architecture`): `stages` in forward order hold every parameter but the
head's, `head` is the linear layer that gives the classes, and a picture goes in at `input_size` with `mean` and `std`.

    resnet = ZOO["resnet50"]
    model = pretrained("resnet50")                                     # eval, frozen, (N, 3, H, W) -> (N, 1000)
    resnet.replace_head(model, nn.Linear(resnet.features(model), 5))   # -> (N, 5); nn.Identity() -> (N, features)
    for parameter in resnet.stages[-1].parameters(model).values():
        parameter.requires_grad_(True)
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any

import timm
import torch
from torch import nn
from torchvision import models as tv

from core.errors import UserError
from core.jobs import Report
from core.models.architecture import RGB, Architecture, Paper, Stage, State
from core.models.weights import EFFICIENTNET_LITE0, Downloaded, load_state

__all__ = ["ZOO", "Architecture", "Paper", "Stage", "families", "on_meta", "pretrained"]

HALF: RGB = (0.5, 0.5, 0.5)
# weights converted from TensorFlow and Keras by Remi Cadene, as timm keeps them
_CADENE = "https://github.com/rwightman/pytorch-image-models/releases/download/v0.1-cadene"


def _stage(name: str, modules: str) -> Stage:
    """A stage from module names with spaces between."""
    return Stage(name, tuple(modules.split()))


def _cut(word: str, parent: str, *starts: int) -> tuple[Stage, ...]:
    """The numbered children of a module cut into stages "word 1", "word 2", ...: starts of each, and where all end."""
    return tuple(
        Stage(f"{word} {number}", tuple(f"{parent}.{index}" for index in range(start, end)))
        for number, (start, end) in enumerate(pairwise(starts), 1)
    )


def _arxiv(authors: str, year: int, number: str, title: str) -> Paper:
    return Paper(authors, title, year, f"https://arxiv.org/abs/{number}")


def _rgb(values: Iterable[float]) -> RGB:
    red, green, blue = values
    return red, green, blue


def _torchvision(name: str, *, inception: bool = False, **rest: Any) -> Architecture:
    """An entry for one of torchvision's networks with its first ImageNet weights.

    Those of the two Inceptions come from TensorFlow and want (x - 0.5) / 0.5. torchvision states the usual mean and
    deviation for them and converts inside the network (`transform_input`); here the network is left as it is.
    """
    weights: Any = tv.get_model_weights(name)
    weights = weights.IMAGENET1K_V1
    cfg = weights.transforms()
    return Architecture(
        name=name,
        library="torchvision",
        # drawing their own first weights takes the Inceptions seconds
        builder=partial(tv.get_model, name, weights=None, **({"init_weights": False} if inception else {})),
        input_size=cfg.crop_size[0],
        mean=HALF if inception else _rgb(cfg.mean),
        std=HALF if inception else _rgb(cfg.std),
        source=Downloaded(weights.url, weights.meta["_file_size"] * 2**20 / 1e6),
        has_aux=inception,
        **rest,
    )


def _timm(name: str, **rest: Any) -> Architecture:
    """An entry for one of timm's networks, with timm's size, mean and deviation unless others are given."""
    cfg: Any = timm.get_pretrained_cfg(name)
    usual = {"input_size": cfg.input_size[-1], "mean": _rgb(cfg.mean), "std": _rgb(cfg.std)}
    builder = partial(timm.create_model, name, pretrained=False)
    return Architecture(name=name, library="timm", builder=builder, **(usual | rest))


def _without_aux(_: nn.Module, state: State) -> State:
    return {name: value for name, value in state.items() if not name.lower().startswith("aux")}


def _densenet(_: nn.Module, state: State) -> State:
    """The file is older than torchvision's present names: its norm.1 is now norm1."""
    return {re.sub(r"\.(norm|conv)\.([12])\.", r".\1\2.", name): value for name, value in state.items()}


def _without_background(model: nn.Module, state: State) -> State:
    """The file knows a class more than ImageNet has, "background", as its number 0."""
    classes = len(model.get_submodule("last_linear").bias)  # type: ignore[arg-type]
    return {name: value[-classes:] if name.startswith("last_linear") else value for name, value in state.items()}


def _in_order(model: nn.Module, state: State) -> State:
    """The same modules in the same order under other names."""
    return dict(zip(model.state_dict(), state.values(), strict=True))


_NIPS_2012 = "https://papers.nips.cc/paper/2012/hash/c399862d3b9d6b76c8436e924a68c45b-Abstract.html"
_RESNET = _arxiv("He et al.", 2015, "1512.03385", "Deep Residual Learning for Image Recognition")
_EFFICIENTNET = _arxiv(
    "Tan and Le", 2019, "1905.11946", "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks"
)
_RESNET_STAGES = (_stage("stem", "conv1 bn1 relu maxpool"), *(_stage(f"stage {i}", f"layer{i}") for i in range(1, 5)))
_FC_6_AND_7 = (
    _stage("fc 6", "classifier.0 classifier.1 classifier.2"),
    _stage("fc 7", "classifier.3 classifier.4 classifier.5"),
)

_ALL = (
    _torchvision(
        "alexnet",  # in one tower, as in https://arxiv.org/abs/1404.5997
        title="AlexNet",
        parameters=61_100_840,
        differs="One tower with 64, 192, 384, 256 and 256 filters (arXiv:1404.5997); the paper has two with together "
        "96, 256, 384, 384 and 256, and normalises local responses.",
        family="AlexNet",
        paper=Paper(
            "Krizhevsky et al.", "ImageNet Classification with Deep Convolutional Neural Networks", 2012, _NIPS_2012
        ),
        stages=(*_cut("conv", "features", 0, 3, 6, 8, 10, 13), *_FC_6_AND_7),
        head="classifier.6",
    ),
    _torchvision(
        "vgg16",
        title="VGG-16",
        parameters=138_357_544,
        family="VGG",
        paper=_arxiv(
            "Simonyan and Zisserman",
            2014,
            "1409.1556",
            "Very Deep Convolutional Networks for Large-Scale Image Recognition",
        ),
        stages=(*_cut("block", "features", 0, 5, 10, 17, 24, 31), *_FC_6_AND_7),
        head="classifier.6",
    ),
    _torchvision(
        "googlenet",
        title="GoogLeNet",
        parameters=6_624_904,
        differs="A 3 × 3 convolution where the paper has 5 × 5, a last pooling of 2 × 2 for 3 × 3, and batch "
        "normalisation: with the paper's windows the receptive field would be 715 px.",
        family="GoogLeNet",
        paper=_arxiv("Szegedy et al.", 2014, "1409.4842", "Going Deeper with Convolutions"),
        stages=(
            _stage("stem", "conv1 maxpool1 conv2 conv3 maxpool2"),
            _stage("inception 3", "inception3a inception3b maxpool3"),
            _stage("inception 4", "inception4a inception4b inception4c inception4d inception4e maxpool4"),
            _stage("inception 5", "inception5a inception5b"),
        ),
        head="fc",
        adapt=_without_aux,
        inception=True,
    ),
    _torchvision(
        "inception_v3",
        title="Inception-v3",
        parameters=23_834_568,
        family="Inception-v3",
        paper=_arxiv("Szegedy et al.", 2015, "1512.00567", "Rethinking the Inception Architecture for Computer Vision"),
        stages=(
            _stage("stem", "Conv2d_1a_3x3 Conv2d_2a_3x3 Conv2d_2b_3x3 maxpool1 Conv2d_3b_1x1 Conv2d_4a_3x3 maxpool2"),
            _stage("mixed 5", "Mixed_5b Mixed_5c Mixed_5d"),
            _stage("mixed 6", "Mixed_6a Mixed_6b Mixed_6c Mixed_6d Mixed_6e"),
            _stage("mixed 7", "Mixed_7a Mixed_7b Mixed_7c"),
        ),
        head="fc",
        adapt=_without_aux,
        inception=True,
    ),
    _torchvision(
        "resnet18",
        title="ResNet-18",
        parameters=11_689_512,
        family="ResNet",
        paper=_RESNET,
        stages=_RESNET_STAGES,
        head="fc",
    ),
    _torchvision(
        "resnet50",
        title="ResNet-50",
        parameters=25_557_032,
        differs="The stride stands in a block's 3 × 3 convolution, in the paper in the 1 × 1 before it: there the "
        "receptive field would be 483 px, for as many parameters.",
        family="ResNet",
        paper=_RESNET,
        stages=_RESNET_STAGES,
        head="fc",
    ),
    _timm(
        "inception_v4",
        title="Inception-v4",
        parameters=42_679_816,
        family="Inception-v4",
        paper=_arxiv(
            "Szegedy et al.",
            2016,
            "1602.07261",
            "Inception-v4, Inception-ResNet and the Impact of Residual Connections on Learning",
        ),
        stages=(
            _stage("stem", "features.0 features.1 features.2 features.3 features.4 features.5"),
            *_cut("inception", "features", 6, 10, 18, 22),
        ),
        head="last_linear",
        source=Downloaded(f"{_CADENE}/inceptionv4-8e4777a0.pth", 171.1),
        adapt=_without_background,
    ),
    _timm(
        "legacy_xception",
        title="Xception",
        parameters=22_855_952,
        family="Xception",
        paper=_arxiv("Chollet", 2016, "1610.02357", "Xception: Deep Learning with Depthwise Separable Convolutions"),
        stages=(
            _stage("stem", "conv1 bn1 act1 conv2 bn2 act2"),
            _stage("entry flow", "block1 block2 block3"),
            _stage("middle flow", "block4 block5 block6 block7 block8 block9 block10 block11"),
            _stage("exit flow", "block12 conv3 bn3 act3 conv4 bn4 act4"),
        ),
        head="fc",
        source=Downloaded(f"{_CADENE}/xception-43020ad28.pth", 91.7),
    ),
    _torchvision(
        "resnext50_32x4d",
        title="ResNeXt-50 (32×4d)",
        parameters=25_028_904,
        family="ResNeXt",
        paper=_arxiv("Xie et al.", 2016, "1611.05431", "Aggregated Residual Transformations for Deep Neural Networks"),
        stages=_RESNET_STAGES,
        head="fc",
    ),
    _torchvision(
        "densenet121",
        title="DenseNet-121",
        parameters=7_978_856,
        family="DenseNet",
        paper=_arxiv("Huang et al.", 2016, "1608.06993", "Densely Connected Convolutional Networks"),
        stages=(
            _stage("stem", "features.conv0 features.norm0 features.relu0 features.pool0"),
            *(_stage(f"block {i}", f"features.denseblock{i} features.transition{i}") for i in range(1, 4)),
            _stage("block 4", "features.denseblock4 features.norm5"),
        ),
        head="classifier",
        adapt=_densenet,
    ),
    _timm(
        "mobilenetv1_100",
        title="MobileNetV1",
        parameters=4_231_976,
        family="MobileNet",
        paper=_arxiv(
            "Howard et al.",
            2017,
            "1704.04861",
            "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications",
        ),
        stages=(_stage("stem", "conv_stem bn1"), *_cut("stage", "blocks", *range(6))),
        head="classifier",
    ),
    _torchvision(
        "mobilenet_v2",
        title="MobileNetV2",
        parameters=3_504_872,
        family="MobileNet",
        paper=_arxiv("Sandler et al.", 2018, "1801.04381", "MobileNetV2: Inverted Residuals and Linear Bottlenecks"),
        stages=(
            _stage("stem", "features.0"),
            *_cut("stage", "features", 1, 2, 4, 7, 11, 14, 17, 18),
            _stage("last conv", "features.18"),
        ),
        head="classifier.1",
    ),
    _torchvision(
        "shufflenet_v2_x1_0",
        title="ShuffleNetV2 (×1.0)",
        parameters=2_278_604,
        family="ShuffleNet",
        paper=_arxiv(
            "Ma et al.",
            2018,
            "1807.11164",
            "ShuffleNet V2: Practical Guidelines for Efficient CNN Architecture Design",
        ),
        stages=(
            _stage("stem", "conv1 maxpool"),
            *(_stage(f"stage {i}", f"stage{i}") for i in range(2, 5)),
            _stage("last conv", "conv5"),
        ),
        head="fc",
    ),
    _torchvision(
        "efficientnet_b0",
        title="EfficientNet-B0",
        parameters=5_288_548,
        family="EfficientNet",
        paper=_EFFICIENTNET,
        stages=(
            _stage("stem", "features.0"),
            *_cut("stage", "features", *range(1, 9)),
            _stage("last conv", "features.8"),
        ),
        head="classifier.1",
    ),
    _timm(
        "tf_efficientnet_lite0",
        title="EfficientNet-Lite0",
        parameters=4_652_008,
        family="EfficientNet",
        paper=_EFFICIENTNET,
        stages=(
            _stage("stem", "conv_stem bn1"),
            *_cut("stage", "blocks", *range(8)),
            _stage("last conv", "conv_head bn2"),
        ),
        head="classifier",
        mean=(127 / 255,) * 3,
        std=(128 / 255,) * 3,
        source=EFFICIENTNET_LITE0,
        adapt=_in_order,
    ),
)

ZOO: Mapping[str, Architecture] = MappingProxyType({architecture.name: architecture for architecture in _ALL})
"""All architectures by name, by the years of their papers."""


def families() -> dict[str, tuple[Architecture, ...]]:
    """The families of the course, oldest first, and the architectures of each."""
    return {
        family: tuple(architecture for architecture in ZOO.values() if architecture.family == family)
        for family in dict.fromkeys(architecture.family for architecture in ZOO.values())
    }


def on_meta(name: str) -> nn.Module:
    """A network in eval mode on the `meta` device: shapes and names without numbers, so without memory."""
    with torch.device("meta"):
        return ZOO[name].build().eval()


def pretrained(name: str, report: Report | None = None) -> nn.Module:
    """A network with its ImageNet weights, in eval mode, frozen, on the CPU; the caller's own.

    Args:
        name: key in `ZOO`.
        report: progress of a download, see `core.models.weights.fetch`.

    Raises:
        UserError: the weights cannot be had.
    """
    architecture = ZOO[name]
    if architecture.source is None:
        raise UserError(f"There are no trained weights of {architecture.title} here: choose another network.")
    state = load_state(architecture.source, report)
    model = on_meta(name)
    model.load_state_dict(architecture.adapt(model, state), assign=True)  # strict
    return model.requires_grad_(False)
