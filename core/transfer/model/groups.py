"""What "the 4th conv group" means for each family: the registry's stages, gathered into a stem and a few groups.

A group is what works at one resolution, as ResNet's paper counts them (https://arxiv.org/abs/1512.03385, table 1:
conv1, then conv2_x to conv5_x). Families with three resolutions behind the stem have three groups. Fully connected
layers of VGG and AlexNet go with the last group. Neck and heads are new and have names of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

from core.models.architecture import Stage
from core.models.registry import architecture

STEM, NECK, HEADS = "stem", "neck", "heads"

# how many of the registry's stages make the stem, group 1, group 2, ...; of a network made for CIFAR-10 one each
_STAGES: Mapping[str, tuple[int, ...]] = MappingProxyType(
    {
        "alexnet": (1, 1, 1, 1, 3),
        "vgg16": (1, 1, 1, 1, 3),
        "googlenet": (1, 1, 1, 1),
        "inception_v3": (1, 1, 1, 1),
        "resnet18": (1, 1, 1, 1, 1),
        "resnet50": (1, 1, 1, 1, 1),
        "inception_v4": (1, 1, 1, 1),
        "legacy_xception": (1, 1, 1, 1),
        "resnext50_32x4d": (1, 1, 1, 1, 1),
        "densenet121": (1, 1, 1, 1, 1),
        "mobilenetv1_100": (2, 1, 1, 1, 1),
        "mobilenet_v2": (2, 1, 1, 2, 3),
        "shufflenet_v2_x1_0": (1, 1, 1, 2),
        "efficientnet_b0": (2, 1, 1, 2, 3),
        "tf_efficientnet_lite0": (2, 1, 1, 2, 3),
    }
)


@dataclass(frozen=True)
class Group:
    """Some of a network's stages that are frozen and trained together.

    Attributes:
        name: "stem", "group 1", ...; the last group is nearest to the heads.
        stages: of the registry, in forward order.
    """

    name: str
    stages: tuple[Stage, ...]

    @property
    def modules(self) -> tuple[str, ...]:
        """Names of its modules in the bare network, in forward order."""
        return tuple(module for stage in self.stages for module in stage.modules)


def groups(backbone: str) -> tuple[Group, ...]:
    """The groups of a network of the registry in forward order, the stem first; all its stages, each once."""
    stages = architecture(backbone).stages
    cuts = [0]
    for size in _STAGES.get(backbone, (1,) * len(stages)):
        cuts.append(cuts[-1] + size)
    names = (STEM, *(f"group {number}" for number in range(1, len(cuts))))
    return tuple(Group(name, stages[start:end]) for name, (start, end) in zip(names, pairwise(cuts), strict=False))


def group_names(backbone: str, *, neck: bool) -> tuple[str, ...]:
    """The names of everything that can be frozen, in forward order: stem, groups, the neck if there is one, heads."""
    return (*(group.name for group in groups(backbone)), *((NECK,) if neck else ()), HEADS)
