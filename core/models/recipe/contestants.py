"""What `evaluate` measures: the teacher by itself, the bundled detector, or one with the weights of a file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor
from torchvision.models.detection.faster_rcnn import FasterRCNN

from core.errors import UserError
from core.models.card import content
from core.models.detectors import DETECTORS, build
from core.models.recipe import teacher
from core.models.recipe.teacher import Found
from core.models.semantic import faster_rcnn

TEACHER, BUNDLED = "teacher", "bundled"

Detect = Callable[[Tensor, int], Found]
"""(3, H, W) RGB in [0, 1] and the length of the shorter side in network pixels to boxes in pixels of the file."""


def detector(name: str, path: Path | None) -> Detect:
    """The teacher, the bundled detector, or one with the weights of a file.

    Raises:
        UserError: the file does not serve.
    """
    return one_stage() if name == TEACHER else two_stages(with_weights(path))


def with_weights(path: Path | None) -> FasterRCNN:
    """The Faster R-CNN with a file's weights, or the bundled ones.

    Raises:
        UserError: the file is missing, broken, or of another network.
    """
    if path is None:
        bundled = build(DETECTORS["bundled"])
        if not isinstance(bundled, FasterRCNN):
            raise TypeError(f"bundled is a {type(bundled).__name__}")
        return bundled
    model = faster_rcnn(content()["build"])
    try:
        model.load_state_dict({key: value.float() for key, value in load_file(path).items()})
    except (OSError, SafetensorError) as error:
        raise UserError(f"{path} cannot be read as weights (safetensors).") from error
    except RuntimeError as error:  # names or shapes; torch lists them all
        raise UserError(f"The weights in {path} are of another network than the bundled detector's.") from error
    return model.eval().requires_grad_(False).to(memory_format=torch.channels_last)


def one_stage() -> Detect:
    """The teacher, as it detects by itself: the same resizing, a score for each class, NMS."""
    model = teacher.nanodet()

    def detect(image: Tensor, side: int) -> Found:
        levels, size = teacher.maps(model, image, side)
        return teacher.read(levels, size).scaled(image.shape[-1] / size[1], image.shape[-2] / size[0])

    return detect


def two_stages(model: FasterRCNN) -> Detect:
    """A Faster R-CNN. The model is this caller's own: its transform is exchanged for the side asked for."""

    @torch.inference_mode()
    def detect(image: Tensor, side: int) -> Found:
        model.transform = teacher.transform(side)
        found = model([image])[0]
        return Found(found["boxes"], found["scores"], found["labels"] - 1)

    return detect
