"""The frozen teacher: NanoDet-g out of the bundled weights, and what it says about a photograph."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from PIL import Image
from torch import Tensor
from torchvision.models.detection.transform import GeneralizedRCNNTransform
from torchvision.ops import batched_nms, clip_boxes_to_image
from torchvision.transforms.v2.functional import pil_to_tensor

from core.models.card import content
from core.models.detectors import DETECTORS, build
from core.models.nanodet import STRIDES, NanoDet, decode

NMS = 0.6  # as NanoDet's author has it
FLOOR = 0.02
MOST = 100


@dataclass(frozen=True)
class Found:
    """K boxes of one photograph, or none.

    Attributes:
        boxes: (K, 4) x1, y1, x2, y2; in which frame is said where it is used.
        scores: (K,) in [0, 1].
        classes: (K,) numbers of COCO's classes, 0 to 79; there is no background.
    """

    boxes: Tensor
    scores: Tensor
    classes: Tensor

    def __len__(self) -> int:
        return len(self.scores)

    def scaled(self, width: float, height: float) -> Found:
        """In a frame that is `width` and `height` times as large."""
        return Found(self.boxes * self.boxes.new_tensor([width, height] * 2), self.scores, self.classes)

    def mirrored(self, width: float) -> Found:
        """In a picture turned left to right, `width` wide in the frame of the boxes."""
        x1, y1, x2, y2 = self.boxes.unbind(1)
        return Found(torch.stack((width - x2, y1, width - x1, y2), 1), self.scores, self.classes)

    def __getitem__(self, which: Tensor) -> Found:
        return Found(self.boxes[which], self.scores[which], self.classes[which])


def together(some: Sequence[Found]) -> Found:
    """All of them, one after the other."""
    return Found(
        torch.cat([one.boxes for one in some]),
        torch.cat([one.scores for one in some]),
        torch.cat([one.classes for one in some]),
    )


def nanodet() -> NanoDet:
    """NanoDet-g as it is bundled, in eval mode."""
    model = build(DETECTORS["nanodet_g"])
    if not isinstance(model, NanoDet):
        raise TypeError(f"nanodet_g is a {type(model).__name__}")
    return model


@lru_cache(maxsize=32)
def transform(side: int) -> GeneralizedRCNNTransform:
    """The bundled detector's own resizing and normalising, the shorter side `side` network pixels long."""
    said = content()["build"]
    longest = round(said["max_size"] * side / said["min_size"])
    return GeneralizedRCNNTransform(
        side, longest, said["image_mean"], said["image_std"], size_divisible=STRIDES[-1]
    ).eval()


def pixels(picture: Image.Image) -> Tensor:
    """(3, H, W) RGB in [0, 1], in pixels of the file."""
    return pil_to_tensor(picture).float() / 255


@torch.inference_mode()
def maps(model: NanoDet, image: Tensor, side: int) -> tuple[list[Tensor], tuple[int, int]]:
    """The teacher's predictions on one picture.

    Args:
        model: the teacher.
        image: (3, H, W) RGB in [0, 1].
        side: length of the shorter side for the network, pixels.

    Returns:
        Per level (124, h, w), and (height, width) of the picture in network pixels, without padding.
    """
    images, _ = transform(side)([image])
    parts: Any = model.backbone
    levels = parts["head"](parts["neck"](parts["body"](images.tensors.contiguous(memory_format=torch.channels_last))))
    height, width = images.image_sizes[0]
    return [level[0] for level in levels], (int(height), int(width))


@torch.inference_mode()
def read(levels: Sequence[Tensor], size: tuple[int, int], floor: float = FLOOR, most: int = MOST) -> Found:
    """The boxes in the teacher's predictions, after NMS class by class, the highest-scoring first.

    Args:
        levels: per level (124, h, w).
        size: (height, width) of the picture, network pixels.
        floor: a class box scoring this or less is dropped.
        most: so many boxes at most.

    Returns:
        Boxes in network pixels, inside the picture.
    """
    logits, boxes = (part[0] for part in decode([level[None].float() for level in levels]))
    scores = logits.sigmoid()
    cells, classes = (scores > floor).nonzero(as_tuple=True)
    found = Found(clip_boxes_to_image(boxes[cells], size), scores[cells, classes], classes)
    return found[batched_nms(found.boxes, found.scores, found.classes, NMS)[:most]]
