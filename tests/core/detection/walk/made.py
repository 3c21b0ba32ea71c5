"""A walk made up, without a network."""

from __future__ import annotations

import torch
from torchvision.models.detection.transform import resize_boxes

from core.detection.coding import HEAD_WEIGHTS, RPN_WEIGHTS
from core.detection.inside import Level
from core.detection.walk.move import move
from core.detection.walk.walk import Anchor, Pooling, Walk

NETWORK, IMAGE = (100, 200), (200, 500)
CLASSES = ("__background__", "cat", "dog")


def made_up_walk(
    scores: tuple[float, ...] = (0.1, 0.7, 0.2),
    label: int = 1,
    *,
    anchor_says: tuple[float, ...] = (0.25, -0.1, 0.2, 0.0),
    head_says: tuple[float, ...] = (-1.0, 0.5, 0.25, 8.0),
    classes: tuple[str, ...] = CLASSES,
) -> Walk:
    """From an anchor of 32 x 16 at row 3, column 5 of a level of stride 8; the last step scales by 2.5 and 2.

    Args:
        scores: of the classes.
        label: of the class that is walked.
        anchor_says: what the region proposal network says of the anchor.
        head_says: what the head says of the proposal.
        classes: their names.
    """
    level = Level("0", (12, 25), (8, 8), torch.tensor([[-16.0, -8, 16, 8]]), 0)
    start = torch.tensor([24.0, 16, 56, 32])
    first = move(start, torch.tensor(anchor_says), RPN_WEIGHTS, NETWORK)
    second = move(first.clipped, torch.tensor(head_says), HEAD_WEIGHTS, NETWORK)
    box = resize_boxes(second.clipped[None], list(NETWORK), list(IMAGE))[0]
    values = torch.tensor(scores)
    return Walk(
        candidate=7,
        label=label,
        classes=classes,
        proposal=3,
        anchor=Anchor(80, level, 0, 3, 5, 0, 1, 32.0, 16.0),
        logit=1.5,
        objectness=0.818,
        first=first,
        pooling=Pooling(25.0, 90.0, 4, 2.152, 3, 3, 5, "0", 8.0),
        features=torch.arange(4 * 49).reshape(4, 7, 7) / 10,
        class_logits=values.log() + 2,
        class_scores=values,
        second=second,
        network_size=NETWORK,
        image_size=IMAGE,
        box=box,
        kept=box,
    )
