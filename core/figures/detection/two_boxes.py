"""Two boxes: what the browser needs to let them be dragged, and their formulas with numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from core.detection.box_pairs import guess
from core.detection.overlap import Corners, Pair, is_hit
from core.figures.figure import OKABE_ITO
from core.figures.formulas import number

TARGET, GUESS, SHARED = OKABE_ITO[0], OKABE_ITO[4], OKABE_ITO[2]
"""Colours of box A, box B and what they share."""


@dataclass(frozen=True)
class Playground:
    """Two boxes that can be moved in the browser.

    Attributes:
        width, height: of the frame, pixels.
        uri: data URI of the photograph below, "" for squared paper.
        boxes: A and B, in pixels of the frame.
        names: what they are called.
        colours: theirs, hex.
        shared: colour of the intersection, hex.
        threshold: IoU from which B is a hit.
        alt: what the picture shows.
        inclusive: whether corners are pixels that belong to the box, see `core.detection.overlap.grown`.
        hidden: whether the scores are left out, for who is to guess them.
        plain: whether IoU is the only score, without a verdict, the box around both and the area they share.
    """

    width: int
    height: int
    uri: str
    boxes: tuple[Corners, Corners]
    names: tuple[str, str]
    colours: tuple[str, str]
    shared: str
    threshold: float
    alt: str
    inclusive: bool = False
    hidden: bool = False
    plain: bool = False

    def as_data(self) -> dict[str, Any]:
        """The same as plain dictionaries and lists, for the browser."""
        return dict(vars(self))


@dataclass(frozen=True)
class Background:
    """What lies below the boxes.

    Attributes:
        width, height: pixels.
        uri: data URI of a photograph, "" for squared paper.
        objects: what is on the photograph, by name, with its ground-truth box.
    """

    width: int
    height: int
    uri: str = ""
    objects: Mapping[str, Corners] = field(default_factory=dict)

    def guesses(self) -> dict[str, tuple[Corners, Corners]]:
        """Object -> its ground-truth box, and a prediction that is a little off."""
        return {name: guess(box, self.width, self.height) for name, box in self.objects.items()}


def playground(
    below: Background,
    boxes: tuple[Corners, Corners],
    threshold: float,
    *,
    inclusive: bool = False,
    hidden: bool = False,
) -> Playground:
    """Prepare the two boxes for the browser.

    Args:
        below: what they lie on.
        boxes: A and B.
        threshold: IoU from which B is a hit.
        inclusive: whether corners are pixels that belong to the box.
        hidden: whether the scores are left out.
    """
    what = f"a photograph ({', '.join(below.objects)})" if below.uri else "squared paper, ten pixels a square"
    alt = f"Two boxes, A (ground truth) and B (predicted), on {what}"
    names, colours = ("A ground truth", "B predicted"), (TARGET, GUESS)
    return Playground(
        below.width, below.height, below.uri, boxes, names, colours, SHARED, threshold, alt, inclusive, hidden
    )


def iou_line(pair: Pair, *, short: bool = False) -> str:
    """IoU in one row of LaTeX, words and numbers.

    Args:
        pair: the two boxes.
        short: without how the union is made of the three areas: for a phone.
    """
    areas = (pair.first, pair.second, pair.intersection, pair.union)
    first, second, shared, union = (number(round(area)) for area in areas)
    return (
        r"\mathrm{IoU} = \frac{\text{area of overlap}}{\text{area of union}} = "
        rf"\frac{{{shared}}}{{{union if short else f'{first} + {second} - {shared}'}}} = \mathbf{{{pair.iou:.3f}}}"
    )


def areas(pair: Pair) -> list[str]:
    """How the union comes about, and IoU and Dice from it: rows of LaTeX, symbols and numbers."""
    first, second, shared, union = (
        number(round(area)) for area in (pair.first, pair.second, pair.intersection, pair.union)
    )
    iou, dice = f"{pair.iou:.3f}", rf"\mathbf{{{pair.dice:.3f}}}"
    return [
        "U = |A| + |B| - I",
        rf"= {first} + {second} - {shared}",
        rf"= \mathbf{{{union}}}",
        rf"\mathrm{{IoU}} = \frac{{I}}{{U}} = \frac{{{shared}}}{{{union}}} = \mathbf{{{iou}}}",
        r"\mathrm{Dice} = \frac{2 I}{|A| + |B|} = \frac{2\,\mathrm{IoU}}{1 + \mathrm{IoU}}",
        rf"= \frac{{2 \cdot {shared}}}{{{first} + {second}}} = {dice}",
        rf"= \frac{{2 \cdot {iou}}}{{1 + {iou}}} = {dice}",
    ]


def iou_variant_formulas(pair: Pair) -> list[str]:
    """GIoU and DIoU: rows of LaTeX, symbols and numbers."""
    union, around = number(round(pair.union)), number(round(pair.enclosing))
    iou = f"{pair.iou:.3f}"
    return [
        r"\mathrm{GIoU} = \mathrm{IoU} - \frac{C - U}{C}",
        rf"= {iou} - \frac{{{around} - {union}}}{{{around}}} = \mathbf{{{signed(pair.giou)}}}",
        r"\mathrm{DIoU} = \mathrm{IoU} - \frac{d^2}{c^2}",
        rf"= {iou} - \frac{{{pair.distance:.1f}^2}}{{{pair.diagonal:.1f}^2}} = \mathbf{{{signed(pair.diou)}}}",
    ]


def verdict(pair: Pair, threshold: float) -> str:
    """Whether B is a hit, and what the threshold is in Dice; Markdown."""
    hit = is_hit(pair, threshold)
    words = [
        f"**Is it a hit?** IoU {pair.iou:.3f} is {'at least' if hit else 'below'} {threshold:.2f}: B is a "
        + ("**true positive**." if hit else "**false positive**, and A, if nothing else finds it, a false negative."),
        f"In Dice terms the threshold is {dice_at(threshold):.3f}: two boxes of one size must share that part of their "
        "area.",
    ]
    if pair.intersection == 0:
        words.append(
            f"They share nothing, so IoU and Dice are 0 however far apart they are; GIoU {minus(pair.giou)} says how "
            "far, which a detector can learn from."
        )
    return " ".join(words)


def signed(value: float) -> str:
    """Three decimals without a minus before zero, for LaTeX."""
    return f"{value + 0.0 if abs(value) >= 0.0005 else 0.0:.3f}"


def minus(value: float) -> str:
    """The same for text, with a true minus."""
    return signed(value).replace("-", "−")


def dice_at(iou: float) -> float:
    """The Dice score of two boxes with this IoU."""
    return 2 * iou / (1 + iou)


def dice_table() -> pd.DataFrame:
    """IoU and Dice side by side, at thresholds that benchmarks take."""
    ious = (0.1, 0.25, 1 / 3, 0.5, 0.75, 0.9, 0.95)
    return pd.DataFrame({"IoU": ious, "Dice": [dice_at(iou) for iou in ious]})
