"""Sentences about the four methods."""

from __future__ import annotations

from core.detection.ladder.estimate import Estimate
from core.detection.ladder.published import Published
from core.detection.ladder.result import Method
from core.detection.ladder.selective import USUAL_S
from core.detection.ladder.sliding import Windows, fitting
from core.figures.detection.ladder import Shown
from core.figures.words import counted

LINES = 6
"""Of the formula of the windows at most."""


def seconds(value: float) -> str:
    """`0.041 s`, `2.3 s`, `47 s`, `3 min`."""
    return f"{value:.2g} s" if value < 99.5 else f"{value / 60:.2g} min"


def will_take(method: Method, expected: Estimate) -> str:
    """What a run would cost here, by the time of one pass."""
    found = "at most " if method is Method.RCNN else ""
    search = method in (Method.RCNN, Method.FAST)
    part = f", {seconds(USUAL_S)} of it selective search" if search else ""
    return f"Here: {found}{counted(expected.passes, 'pass', 'passes')}, about {seconds(expected.seconds)}{part}."


def ran_here(shown: Shown) -> str:
    """Where the numbers come from."""
    if shown.rung.method is Method.FASTER:
        return "The detector's own pass over this picture, on this machine."
    return "Run on this machine, on this picture."


def objects(by_eye: bool) -> str:
    """What a region has to overlap to be true."""
    return "an object that was drawn by eye" if by_eye else "one of Faster R-CNN's own detections that score above 0.3"


def imbalance(true: int, count: int) -> str:
    """How many false regions there are to a true one."""
    false = count - true
    if not true:
        return f"None of them is true: {counted(count, 'region')}."
    return f"{true:,} true and {false:,} false, 1 : {false / true:.2g}."


def caution(method: Method, detections: int) -> str:
    """What to bear in mind of a method whose crops the head was not trained on; "" of the others, and of no box."""
    if detections and method in (Method.SLIDING, Method.RCNN):
        return "There are more wrong boxes than in the papers: this head was never trained on crops."
    return ""


def published(method: Method, paper: Published | None) -> str:
    """The paper's figures, marked as such."""
    if paper is None:
        return f"Published: no figure to set beside this; the papers of R-CNN time no {method.lower()}."
    what = f"VGG16, about {paper.regions:,} regions, K40 GPU; {paper.source}"
    return f"Published, not measured here: {paper.words} ({what})."


def nothing_found(shown: Shown, score: float) -> str:
    """Why no box is left."""
    best = shown.rung.candidates.scores
    if not len(best):
        return f"{shown.rung.method} found nothing in this picture that scores above {shown.rung.candidates.floor:g}."
    return f"Nothing scores above {score:.2f}; the best box has {best.max():.2f}. Lower the score threshold."


def windows_formula(size: tuple[int, int], windows: Windows, total: int) -> list[str]:
    """The count of the windows in LaTeX, with its numbers, a line a scale and size."""
    lines = [_fits("W/s - w", "S") + _fits("H/s - h", "S")]
    for scale in windows.scales:
        for window in windows.sizes:
            sides = list(zip(size, window, strict=True))
            counts = [fitting(length / scale, side, windows.stride) for length, side in sides]
            factors = "".join(_fits(f"{length}/{scale:g} - {side}", f"{windows.stride}") for length, side in sides)
            result = rf"{counts[0]} \cdot {counts[1]} = {counts[0] * counts[1]}"
            lines.append(f"{factors} = {result}" if all(counts) else rf"{window[0]} \times {window[1]}: 0")
    shown, left = lines[: 1 + LINES], len(lines) - 1 - LINES
    if left > 0:
        shown.append(rf"\text{{and {left} more}}")
    return [*shown, rf"\text{{together }} \mathbf{{{total}}}"]


def _fits(over: str, stride: str) -> str:
    return rf"\Big(\Big\lfloor \frac{{{over}}}{{{stride}}} \Big\rfloor + 1\Big)"
