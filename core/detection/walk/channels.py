"""The channels of a detector's feature maps: their names, where they have any, and which are strong in a region."""

from __future__ import annotations

from torch import Tensor
from torchvision.models.detection.faster_rcnn import FasterRCNN

from core.models.semantic import SemanticBackbone, channel_names

MOST = 6
"""Channels that are looked at together."""


def names_of(model: FasterRCNN, classes: tuple[str, ...]) -> tuple[str, ...]:
    """What each channel says, for a detector whose channels were given meanings; () for any other.

    Args:
        model: the detector.
        classes: (C,) with the background.
    """
    return channel_names(classes[1:]) if isinstance(model.backbone, SemanticBackbone) else ()


def strongest(features: Tensor, first: int | None, among: int | None = None, most: int = MOST) -> tuple[int, ...]:
    """Channels with the largest mean over a region, the largest first.

    Args:
        features: (channels, 7, 7)
        first: one that comes before all others.
        among: only so many of the first channels, whose numbers are of one kind; None: all.
        most: how many.
    """
    order = features[:among].mean((1, 2)).argsort(descending=True, stable=True).tolist()
    leading = [] if first is None else [first]
    return tuple(dict.fromkeys([*leading, *order]))[:most]
