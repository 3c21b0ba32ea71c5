"""One box and one object: what a regressor ought to say, what it says, and the box that this makes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.detection.coding import LARGEST, centred, decode, encode
from core.detection.overlap import Corners, compare, tidy

NAMES = ("x", "y", "w", "h")
Four = tuple[float, float, float, float]


@dataclass(frozen=True)
class Regressed:
    """A box P, an object's box G, and the box that a regressor makes of P.

    Attributes:
        p, g: (x1, y1, x2, y2), image pixels.
        p_centred, g_centred: centre x, centre y, width, height.
        targets: t, what must be said of P to move it onto G.
        said: d, what is said.
        moved: corners of the box that d makes of P, not clipped to the picture.
        moved_centred: likewise centre x, centre y, width, height.
        before, after: IoU of P with G, and of the moved box with G.
        notes: what was changed of the corners that were asked for, sentences.
    """

    p: Corners
    g: Corners
    p_centred: Four
    g_centred: Four
    targets: Four
    said: Four
    moved: Corners
    moved_centred: Four
    before: float
    after: float
    notes: tuple[str, ...] = ()

    @property
    def cut(self) -> tuple[str, ...]:
        """Which of d are cut at ln(1000/16): some of w and h."""
        return tuple(name for name, value in zip(NAMES[2:], self.said[2:], strict=True) if value > LARGEST)


def regress(
    p: Sequence[float],
    g: Sequence[float],
    size: tuple[int, int],
    *,
    share: float = 1.0,
    said: Sequence[float] | None = None,
) -> Regressed:
    """Regress P towards G.

    Args:
        p, g: four corners as they were asked for.
        size: (width, height) of the picture, image pixels.
        share: d is t times this.
        said: d itself, instead.

    Raises:
        UserError: a box has no area, or lies outside the picture.
    """
    (first, of_first), (second, of_second) = (
        tidy(box, *size, f"Box {name}") for name, box in (("P", p), ("G", g))
    )  # fmt: skip
    boxes, objects = (torch.tensor([box], dtype=torch.float64) for box in (first, second))
    targets = encode(boxes, objects)
    d = targets * share if said is None else torch.tensor([list(said)], dtype=torch.float64)
    moved = decode(boxes, d)
    corners = _four(moved)
    return Regressed(
        p=first,
        g=second,
        p_centred=_four(centred(boxes)),
        g_centred=_four(centred(objects)),
        targets=_four(targets),
        said=_four(d),
        moved=corners,
        moved_centred=_four(centred(moved)),
        before=compare(first, second).iou,
        after=compare(corners, second).iou if _has_area(corners) else 0.0,
        notes=tuple(note for note in (of_first, of_second) if note),
    )


def _four(rows: Tensor) -> Four:
    x, y, z, w = rows[0].tolist()
    return x, y, z, w


def _has_area(box: Corners) -> bool:
    """Whether `compare` takes it: far from 0 a narrow box is lost to rounding."""
    return all(math.isfinite(value) for value in box) and box[0] < box[2] and box[1] < box[3]


def beside(g: Sequence[float], size: tuple[int, int]) -> tuple[Corners, Corners]:
    """A box P to begin with, a little off in place and shape, and G, both on whole pixels within the picture.

    Args:
        g: an object's box, image pixels.
        size: (width, height) of the picture, at least 2 pixels each.
    """
    width, height = size
    x1, y1, x2, y2 = g
    across, down = x2 - x1, y2 - y1
    p = (x1 + 0.2 * across, y1 - 0.1 * down, x2 + 0.02 * across, y2 - 0.2 * down)
    first, second = (_whole(box, width, height) for box in (p, g))
    return first, second


def _whole(box: Sequence[float], width: int, height: int) -> Corners:
    """On whole pixels, within the picture, two pixels wide and high at least."""
    x1, x2 = _ends(box[0], box[2], width)
    y1, y2 = _ends(box[1], box[3], height)
    return x1, y1, x2, y2


def _ends(low: float, high: float, most: int) -> tuple[float, float]:
    begin = min(max(round(low), 0), most - 2)
    return float(begin), float(max(min(round(high), most), begin + 2))
