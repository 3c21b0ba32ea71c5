"""Small frozen networks with random weights, built once for all tests here."""

from __future__ import annotations

import functools

import torch
from torch import Tensor

from core.models.zoo import families
from core.transfer.model.classifier import Classifier, ModelSpec, build

CLASSES = 3
SMALLEST = {"alexnet": 64, "inception_v3": 80, "inception_v4": 80}
"""Sides at which a map is left, pixels; 32 for all others."""

NETWORKS = sorted({members[0].name for members in families().values()} | {"tf_efficientnet_lite0"})
"""One of each family, and the one that comes with the app."""


@functools.cache
def frozen(backbone: str = "resnet18", size: int = 0) -> Classifier:
    """All of it frozen; shared by the tests, which leave it as it was."""
    spec = ModelSpec(backbone, size or SMALLEST.get(backbone, 32), (CLASSES,), trained=False)
    return build(spec, seed=1).requires_grad_(False)


def picture(side: int = 40, seed: int = 0) -> Tensor:
    """(3, side, side) uint8 of noise."""
    drawn = torch.randint(0, 256, (3, side, side), generator=torch.Generator().manual_seed(seed))
    return drawn.to(torch.uint8)
