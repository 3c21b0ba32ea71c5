"""Two boxes against each other: intersection, union, IoU, GIoU, DIoU and Dice, as torchvision computes them.

Boxes are (x1, y1, x2, y2) with x1 < x2 and y1 < y2, pixels, y downwards; areas in square pixels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torchvision.ops import box_area, box_iou, distance_box_iou, generalized_box_iou

from core.detection.rounds import Overlap
from core.errors import UserError

Corners = tuple[float, float, float, float]
LARGEST = 1e6
"""Coordinates up to this keep areas exact in double precision."""


@dataclass(frozen=True)
class Pair(Overlap):
    """Two boxes against each other: an `Overlap` and what else measures it.

    Attributes:
        first, second: areas of the boxes.
        enclosing: area of the smallest box around both.
        dice: 2 · intersection / (first + second), which is F1 of the pixels.
        giou: IoU - (enclosing - union) / enclosing, -1 to 1 (https://arxiv.org/abs/1902.09630).
        diou: IoU - squared distance of the centres / squared diagonal of the enclosing box
            (https://arxiv.org/abs/1911.08287).
        distance: of the centres, pixels.
        diagonal: of the enclosing box, pixels.
    """

    first: float
    second: float
    enclosing: float
    dice: float
    giou: float
    diou: float
    distance: float
    diagonal: float


@dataclass(frozen=True)
class Slide:
    """What becomes of the measures as box B slides across box A, P places.

    Attributes:
        offsets: (P,) how far B's centre is to the right of A's, pixels.
        iou, dice, giou: (P,)
    """

    offsets: tuple[float, ...]
    iou: tuple[float, ...]
    dice: tuple[float, ...]
    giou: tuple[float, ...]


def check(box: Sequence[float], name: str) -> Corners:
    """Refuse what is no box.

    Args:
        box: four corners.
        name: what the message calls it.

    Raises:
        UserError: not four finite numbers, too large, swapped corners, or no area.
    """
    if len(box) != 4 or not all(math.isfinite(value) and abs(value) <= LARGEST for value in box):
        raise UserError(f"{name} needs four numbers x1, y1, x2, y2 between -{LARGEST:,.0f} and {LARGEST:,.0f}.")
    x1, y1, x2, y2 = map(float, box)
    for low, high, axis, way in ((x1, x2, "x", "right"), (y1, y2, "y", "down")):
        if low == high:
            raise UserError(f"{name} has no area because {axis}1 and {axis}2 are both {low:g}: move one of them.")
        if low > high:
            raise UserError(
                f"The corners of {name[:1].lower() + name[1:]} are swapped: {axis}1 is {low:g} and {axis}2 {high:g}, "
                f"but {axis}2 is the one further {way}."
            )
    return x1, y1, x2, y2


def tidy(box: Sequence[float], width: float, height: float, name: str) -> tuple[Corners, str]:
    """Put swapped corners in order and cut off what is outside the frame.

    Args:
        box: four corners, as typed.
        width, height: of the frame, pixels.
        name: what the messages call it.

    Returns:
        The box, and a sentence that says what was done to it, "" if nothing was.

    Raises:
        UserError: not four finite numbers, or nothing is left of it inside the frame.
    """
    if len(box) != 4 or not all(math.isfinite(value) for value in box):
        raise UserError(f"{name} needs four numbers: x1, y1, x2 and y2.")
    ordered = (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))
    limits = (width, height, width, height)
    x1, y1, x2, y2 = (float(min(max(value, 0), most)) for value, most in zip(ordered, limits, strict=True))
    if x1 == x2 or y1 == y2:
        outside = ordered[0] < ordered[2] and ordered[1] < ordered[3]
        reason = f"lies outside the picture of {width:g} × {height:g} pixels" if outside else "has no area"
        raise UserError(f"{name} {reason}: type other corners.")
    done = []
    if ordered != tuple(box):
        done.append("its corners were swapped and are now in order")
    if (x1, y1, x2, y2) != ordered:
        done.append(f"it was cut off at the edge of the picture, {width:g} × {height:g} pixels")
    return (x1, y1, x2, y2), f"{name}: {', and '.join(done)}." if done else ""


def grown(box: Corners) -> Corners:
    """The box whose right and lower corner are pixels that belong to it: one pixel wider and higher.

    Pascal VOC counts so: the width is xmax - xmin + 1 (VOCdevkit, `VOCevaldet.m`), and with it all tools that took
    its evaluation over. COCO and torchvision count x2 - x1.
    """
    x1, y1, x2, y2 = box
    return x1, y1, x2 + 1, y2 + 1


def compare(first: Sequence[float], second: Sequence[float], *, inclusive: bool = False) -> Pair:
    """Everything about two boxes.

    Args:
        first, second: boxes A and B.
        inclusive: whether corners are pixels that belong to the box, see `grown`.

    Raises:
        UserError: see `check`.
    """
    corners = check(first, "Box A"), check(second, "Box B")
    a, b = (_rows(grown(box) if inclusive else box) for box in corners)  # (1, 4)
    larger, smaller = torch.maximum(a, b), torch.minimum(a, b)
    shared = (smaller[:, 2:] - larger[:, :2]).clamp(min=0)  # (1, 2)
    around = torch.cat([smaller[:, :2], larger[:, 2:]], 1)  # (1, 4)
    areas = [box_area(boxes).item() for boxes in (a, b)]
    intersection = shared.prod(1).item()
    centres = (a[:, :2] + a[:, 2:] - b[:, :2] - b[:, 2:]) / 2
    return Pair(
        intersection=intersection,
        union=sum(areas) - intersection,
        iou=box_iou(a, b).item(),
        first=areas[0],
        second=areas[1],
        enclosing=box_area(around).item(),
        dice=2 * intersection / sum(areas),
        giou=generalized_box_iou(a, b).item(),
        diou=distance_box_iou(a, b).item(),
        distance=centres.norm().item(),
        diagonal=(around[:, 2:] - around[:, :2]).norm().item(),
    )


def slide(first: Sequence[float], second: Sequence[float], places: int = 121) -> Slide:
    """Slide B from the left of A to its right at the height where it is, past where they touch.

    Args:
        first, second: boxes A and B.
        places: how many, evenly spaced; B's present place and the one in the middle are added.

    Raises:
        UserError: see `check`.
    """
    a, b = check(first, "Box A"), check(second, "Box B")
    now = (b[0] + b[2] - a[0] - a[2]) / 2
    reach = max(0.7 * (a[2] - a[0] + b[2] - b[0]), abs(now))
    offsets = torch.cat([torch.linspace(-reach, reach, places, dtype=torch.float64), torch.tensor([0.0, now])])
    offsets = torch.unique(offsets)  # (P,) in order
    moved = _rows(b).repeat(len(offsets), 1)  # (P, 4)
    moved[:, 0::2] += (offsets - now)[:, None]
    iou = box_iou(_rows(a), moved)[0]
    giou = generalized_box_iou(_rows(a), moved)[0]
    dice = 2 * iou / (1 + iou)
    return Slide(tuple(offsets.tolist()), tuple(iou.tolist()), tuple(dice.tolist()), tuple(giou.tolist()))


def shifted(widths: Sequence[float], shift: float) -> tuple[float, ...]:
    """IoU of a box with its copy that lies `shift` pixels to the right, for each width; height does not matter.

    Raises:
        UserError: see `check`.
    """
    found = []
    for width in widths:
        check((0, 0, width, 1), "The box")
        found.append(box_iou(_rows((0, 0, width, 1)), _rows((shift, 0, width + shift, 1))).item())
    return tuple(found)


def is_hit(pair: Pair, threshold: float) -> bool:
    """Whether a detection counts as found: IoU at least the threshold, as VOC and COCO have it."""
    return pair.iou >= threshold


def _rows(box: Corners) -> Tensor:
    return torch.tensor([box], dtype=torch.float64)  # (1, 4)
