"""What a box regressor learns from: boxes around objects, their features, and where they ought to have been.

Girshick et al., R-CNN (https://arxiv.org/abs/1311.2524), appendix C: a training pair is a proposal and the object that
it overlaps by at least 0.6; its features are those of the region, its targets t the shifts of `core.detection.coding`.

Shapes: N boxes (x1, y1, x2, y2) in network pixels, F features each.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.ops import box_iou, clip_boxes_to_image

from core.detection.coding import HEAD_WEIGHTS, centred, cornered, encode, without_weights
from core.detection.inside import Inside
from core.errors import UserError

Array = npt.NDArray[np.float64]
EACH = 48
"""Boxes around each object."""
SPREAD = 0.35
"""How far random boxes are shifted and stretched before those that overlap too little go: a share of a side."""
TRIES = 4000


@dataclass(frozen=True)
class Object:
    """Something to be found.

    Attributes:
        label: class name.
        corners: (x1, y1, x2, y2), image pixels.
    """

    label: str
    corners: tuple[float, float, float, float]


@dataclass(frozen=True, eq=False)
class Pairs:
    """Boxes around the objects of one picture.

    Attributes:
        picture: its name.
        objects: (G,) those that any box is around.
        object_of: (N,) int64 which of them each box belongs to.
        boxes: (N, 4) P.
        targets: (N, 4) G, the object's own box for each.
        shifts: (N, 4) t, what a regressor ought to say.
        features: (N, F) float32, what it reads.
        network: (N, 4) d, what the network's own head says of the object's class; nan where it does not know the class.
    """

    picture: str
    objects: tuple[Object, ...]
    object_of: npt.NDArray[np.int64]
    boxes: Tensor
    targets: Tensor
    shifts: Array
    features: npt.NDArray[np.float32]
    network: Array

    def __len__(self) -> int:
        """Number of boxes N."""
        return len(self.object_of)


def around(target: Tensor, size: tuple[int, int], least: float, count: int, seed: int) -> Tensor:
    """Random boxes around an object: shifted, stretched, and kept where they overlap it enough.

    Args:
        target: (4,) the object, network pixels.
        size: (height, width) of the picture.
        least: IoU with the object that a box has at least, below 1.
        count: so many boxes, fewer where hardly any of those tried overlaps so much.
        seed: the same boxes for the same number.

    Returns:
        (N, 4), N at most `count`.
    """
    generator = torch.Generator().manual_seed(seed)
    x, y, width, height = centred(target)
    spread = torch.rand(TRIES, 4, generator=generator) * 2 - 1  # (tries, 4)
    spread = spread * SPREAD * torch.rand(TRIES, 1, generator=generator) ** 0.5
    moved = torch.stack(
        (
            x + spread[:, 0] * width,
            y + spread[:, 1] * height,
            width * spread[:, 2].mul(1.5).exp(),
            height * spread[:, 3].mul(1.5).exp(),
        ),
        1,
    )
    boxes = clip_boxes_to_image(cornered(moved), size)
    enough = box_iou(target[None], boxes)[0] >= least
    return boxes[enough][:count]


def proposals_of(proposals: Tensor, truths: Tensor, least: float) -> tuple[Tensor, Tensor]:
    """Proposals that overlap an object enough, each with the one object that it overlaps most.

    Args:
        proposals: (R, 4)
        truths: (G, 4), G at least 1.
        least: IoU with it at least.

    Returns:
        (N, 4) in their order, and (N,) int64 which object each is of.
    """
    best, which = box_iou(truths, proposals).max(0)  # (R,)
    enough = best >= least
    return proposals[enough], which[enough]


def pairs_of(
    model: FasterRCNN, inside: Inside, objects: Sequence[Object], picture: str, least: float = 0.6, each: int = EACH
) -> Pairs:
    """Boxes around the objects of a picture that the network has seen, with their features.

    The network's own proposals come first, then random boxes.

    Args:
        model: the same network; only read.
        inside: what its pass left.
        objects: in image pixels.
        picture: its name.
        least: IoU that a box has at least with its object.
        each: boxes around each object.

    Raises:
        UserError: no object has an area, or the feature maps were not kept.
    """
    if not inside.features:
        raise UserError(
            "The feature maps of this picture are too large to be kept: choose a smaller input size or another model."
        )
    across, down = inside.scale
    scale = torch.tensor([across, down, across, down])
    found = [(one, torch.tensor(one.corners) / scale) for one in objects]
    found = [(one, box) for one, box in found if bool((box[2:] > box[:2]).all())]
    if not found:
        raise UserError("There is no object in this picture whose box could be learned.")
    truths = torch.stack([box for _, box in found])
    owned, owner = proposals_of(inside.candidates.proposals, truths, least)
    boxes, owners = list[Tensor](), list[int]()
    for number, box in enumerate(truths):
        own = owned[owner == number][:each]
        some = torch.cat((own, around(box, inside.network_size, least, each - len(own), number)))
        boxes.append(some)
        owners += [number] * len(some)
    every = torch.cat(boxes)
    if not len(every):
        raise UserError("No box overlaps an object of this picture enough to learn from.")
    belongs = np.array(owners, dtype=np.int64)
    targets = truths[torch.from_numpy(belongs)]
    features, said = _read(model, inside, every, [one.label for one, _ in found], belongs)
    return Pairs(
        picture=picture,
        objects=tuple(one for one, _ in found),
        object_of=belongs,
        boxes=every,
        targets=targets,
        shifts=encode(every, targets).double().numpy(),
        features=features,
        network=said,
    )


@torch.inference_mode()
def _read(
    model: FasterRCNN, inside: Inside, boxes: Tensor, labels: Sequence[str], belongs: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float32], Array]:
    """RoIAlign's features of boxes, and what the network's head says of each for the class of its object."""
    heads: Any = model.roi_heads
    device = next(model.parameters()).device
    maps = {name: level[None].to(device) for name, level in inside.features.items()}
    pooled = heads.box_roi_pool(maps, [boxes.to(device)], [inside.network_size])  # (N, channels, 7, 7)
    _, deltas = heads.box_predictor(heads.box_head(pooled))  # (N, 4C)
    deltas = deltas.view(len(boxes), -1, 4).cpu()
    known = {name: index for index, name in enumerate(inside.candidates.classes) if index}
    said = np.full((len(boxes), 4), np.nan)
    for row, owner in enumerate(belongs.tolist()):
        if (index := known.get(labels[owner])) is not None:
            said[row] = without_weights(deltas[row, index], HEAD_WEIGHTS).double().numpy()
    return pooled.flatten(1).float().cpu().numpy(), said
