"""The parts of networks whose depth varies, as the registries count them: a stem, then a part a resolution."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise

from core.models.architecture import Stage

POOL = "M"
"""A pooling, in torchvision's configurations of VGG."""


def vgg_stages(layers: Sequence[int | str]) -> tuple[Stage, ...]:
    """A block ends with its pooling; a convolution is three modules: itself, its normalisation, its ReLU."""
    starts, index = [0], 0
    for layer in layers:
        index += 1 if layer == POOL else 3
        if layer == POOL:
            starts.append(index)
    return tuple(
        Stage(f"block {number}", tuple(f"features.{place}" for place in range(*ends)))
        for number, ends in enumerate(pairwise(starts), 1)
    )


def residual_stages(count: int) -> tuple[Stage, ...]:
    """The stem without its pooling, then timm's `layer1` and so on."""
    return (
        Stage("stem", ("conv1", "bn1", "act1")),
        *(Stage(f"stage {number}", (f"layer{number}",)) for number in range(1, count + 1)),
    )


def mobile_stages(repeats: Sequence[int]) -> tuple[Stage, ...]:
    """torchvision's MobileNetV2 with so many blocks in each stage; a stage without blocks is none."""
    present = [blocks for blocks in repeats if blocks]
    ends = [1, *(1 + so_far for so_far in accumulate(present))]
    stages = [Stage(f"stage {n}", tuple(f"features.{i}" for i in range(*at))) for n, at in enumerate(pairwise(ends), 1)]
    return (Stage("stem", ("features.0",)), *stages, Stage("last conv", (f"features.{ends[-1]}",)))


def dense_stages() -> tuple[Stage, ...]:
    """torchvision's DenseNet of four blocks, each with the transition behind it."""
    return (
        Stage("stem", ("features.conv0", "features.norm0", "features.relu0")),
        *(Stage(f"block {n}", (f"features.denseblock{n}", f"features.transition{n}")) for n in range(1, 4)),
        Stage("block 4", ("features.denseblock4", "features.norm5")),
    )
