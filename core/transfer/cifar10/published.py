"""What others report on CIFAR-10 of networks of the eleven families, trained from scratch, and where they say so.

Of ShuffleNetV2, EfficientNet-B0, Inception-v4 and Xception no such table was found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_KUANGLIU = "https://github.com/kuangliu/pytorch-cifar"
_HUYVNPHAN = "https://github.com/huyvnphan/PyTorch_CIFAR10"


@dataclass(frozen=True)
class Published:
    """One reported test accuracy; the pictures are the published ones.

    Attributes:
        family: as the course calls it.
        network: which member, as the source calls it.
        accuracy: in [0, 1].
        url: the source.
        about: how long it was trained, as far as the source says it.
    """

    family: str
    network: str
    accuracy: float
    url: str
    about: str


_LONG = {_KUANGLIU: "200 to 350 epochs", _HUYVNPHAN: "100 epochs"}

PUBLISHED: tuple[Published, ...] = tuple(
    Published(family, network, percent / 100, url, _LONG[url])
    for family, network, percent, url in (
        ("VGG", "VGG16", 92.64, _KUANGLIU),
        ("VGG", "vgg16_bn", 94.00, _HUYVNPHAN),
        ("MobileNet", "MobileNetV2", 94.43, _KUANGLIU),
        ("MobileNet", "mobilenet_v2", 93.91, _HUYVNPHAN),
        ("ResNet", "ResNet18", 93.02, _KUANGLIU),
        ("ResNet", "resnet18", 93.07, _HUYVNPHAN),
        ("GoogLeNet", "googlenet", 92.85, _HUYVNPHAN),
        ("Inception-v3", "inception_v3", 93.74, _HUYVNPHAN),
        ("ResNeXt", "ResNeXt29(2x64d)", 94.82, _KUANGLIU),
        ("DenseNet", "DenseNet121", 95.04, _KUANGLIU),
        ("DenseNet", "densenet121", 94.06, _HUYVNPHAN),
    )
)
"""All of them, family by family in the course's order."""

BEST: Mapping[str, Published] = MappingProxyType(
    {one.family: one for one in sorted(PUBLISHED, key=lambda published: published.accuracy)}
)
"""Family -> the highest of them."""
