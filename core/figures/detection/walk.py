"""The walk of one detection on the picture: anchor, cell, proposal, grids and boxes, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import torch
from torch import Tensor

from core.detection.results import Candidates, Detections
from core.detection.walk.numbers import Step
from core.detection.walk.walk import Walk
from core.figures.boxes import BoxPicture, Corners, DrawnBox, Panel, ink_on
from core.figures.detection.suppression import WAITING
from core.figures.figure import ACCENT

ANCHOR, PROPOSAL, BOX = "#56B4E9", "#F0E442", ACCENT
"""Colours of the three boxes of a walk."""

TALLEST = "56vh"
FEW = 6
"""Kept boxes up to which each bears its name."""


TITLES: Mapping[Step, str] = MappingProxyType(
    {
        Step.ANCHOR: "anchor (dashed) and its cell",
        Step.OBJECTNESS: "the anchor that was scored",
        Step.PROPOSAL: "anchor (dashed) and proposal",
        Step.LEVEL: "the proposal on its level's cells",
        Step.FEATURES: "the proposal in 7 × 7 cells",
        Step.SCORES: "the proposal that was classified",
        Step.DELTAS: "proposal (dashed) and its box",
        Step.CLIPPING: "the box before (dashed) and after",
        Step.BOX: "the box that is kept",
    }
)


def _image(walk: Walk, box: Tensor) -> Corners:
    x1, y1, x2, y2 = walk.in_image(box).round(decimals=1).tolist()
    return x1, y1, x2, y2


def _grid(walk: Walk, box: Tensor, across: int, down: int) -> tuple[Corners, ...]:
    """Lines that cut a box, network pixels, into cells of the same size."""
    x1, y1, x2, y2 = _image(walk, box)
    xs = [x1 + (x2 - x1) * place / across for place in range(across + 1)]
    ys = [y1 + (y2 - y1) * place / down for place in range(down + 1)]
    return (*((x, y1, x, y2) for x in xs), *((x1, y, x2, y) for y in ys))


def _cells(walk: Walk) -> tuple[Corners, ...]:
    """The lines between the cells of the level that pools the proposal, within it."""
    x1, y1, x2, y2 = walk.second.start.tolist()
    stride, lines = walk.pooling.stride, []
    for place in range(int(x1 // stride) + 1, int(x2 // stride) + 1):
        lines.append(torch.tensor([place * stride, y1, place * stride, y2]))
    for place in range(int(y1 // stride) + 1, int(y2 // stride) + 1):
        lines.append(torch.tensor([x1, place * stride, x2, place * stride]))
    return tuple(_image(walk, line) for line in lines)


def _cell(walk: Walk) -> Tensor:
    """(4,) the anchor's cell, network pixels: torchvision centres anchors on its upper left corner."""
    anchor, (down, across) = walk.anchor, walk.anchor.level.stride
    x, y = anchor.column * across, anchor.row * down
    return torch.tensor([x, y, x + across, y + down], dtype=torch.float32)


def _steps(walk: Walk, step: Step, group: int) -> tuple[list[DrawnBox], tuple[Corners, ...]]:
    """What a step adds to the picture: boxes, and lines of a grid."""

    def drawn(box: Tensor, colour: str, says: str, *, dashed: bool = False, tag: str = "") -> DrawnBox:
        line = 2.4 if dashed else 3.2
        return DrawnBox(_image(walk, box), colour, line, dashed, group, says, tag, ink_on(colour))

    anchor = drawn(walk.first.start, ANCHOR, "its anchor", dashed=True, tag="anchor")
    proposal = drawn(walk.second.start, PROPOSAL, f"its proposal\nobjectness {walk.objectness:.3f}", tag="proposal")
    before = drawn(walk.second.start, PROPOSAL, "its proposal", dashed=True, tag="proposal")
    unclipped = drawn(walk.second.moved, BOX, "its box before clipping", dashed=True)
    box = drawn(walk.second.clipped, BOX, f"its box\n{walk.name} {walk.score:.3f}", tag=f"{walk.name} {walk.score:.3f}")
    match step:
        case Step.ANCHOR:
            cell = drawn(_cell(walk), ANCHOR, f"the anchor's cell\nrow {walk.anchor.row}, column {walk.anchor.column}")
            return [anchor, cell], ()
        case Step.OBJECTNESS:
            return [anchor], ()
        case Step.PROPOSAL:
            moved = drawn(walk.first.moved, PROPOSAL, "the anchor moved, before clipping", dashed=True)
            return [anchor, *([moved] if walk.first.outside else []), proposal], ()
        case Step.LEVEL:
            return [proposal], _cells(walk)
        case Step.FEATURES:
            return [proposal], _grid(walk, walk.second.start, 7, 7)
        case Step.SCORES:
            return [proposal], ()
        case Step.DELTAS:
            return [before, drawn(walk.second.moved, BOX, "the proposal moved", tag=walk.name)], ()
        case Step.CLIPPING:
            return [unclipped, box], ()
    return [box], ()


def picture(
    uri: str, size: tuple[int, int], found: Candidates, kept: Detections, walk: Walk | None, step: Step | None
) -> BoxPicture:
    """The kept boxes, each to be picked by its rank, and of one of them what a step of its walk is about.

    Args:
        uri: the picture, a data URI.
        size: (width, height) of the frame the boxes are in, image pixels.
        found: candidates.
        kept: detections.
        walk: of one of them; None: there is none.
        step: which; None: not told yet, only where the second stage begins.
    """
    boxes: list[DrawnBox] = []
    lines: tuple[Corners, ...] = ()
    says = "nothing is kept"
    if walk is not None:
        boxes, lines = _steps(walk, step or Step.SCORES, walk.candidate)
        says = ", ".join(box.tag or box.text.partition("\n")[0] for box in boxes)
    hidden = None if walk is None or step is not None else walk.candidate  # where it ends would tell the answer
    own = None if walk is None else walk.candidate
    boxes += [box for box in _kept(kept, own) if box.group != hidden]
    title = f"{step.number}. {TITLES[step]}" if step is not None else "Where the second stage begins" if walk else ""
    alt = f"The picture with {len(kept)} kept boxes of {len(found)} candidates; {says}"
    return BoxPicture(uri, *size, (Panel("", title, alt, tuple(boxes), lines),), TALLEST)


def _kept(kept: Detections, own: int | None) -> list[DrawnBox]:
    """The kept boxes, the highest-scoring last, each with its rank to be picked by; `own` is the one that is walked."""
    drawn, corners = [], kept.boxes.round(decimals=1).tolist()
    rows = zip(kept.labels, kept.scores.tolist(), corners, kept.indices.tolist(), strict=True)
    for rank, (name, score, (x1, y1, x2, y2), index) in enumerate(rows, 1):
        mine = index == own
        what = "this is the one that is walked" if mine else "click, or press Enter, to walk its steps"
        colour, tag = (BOX, "") if mine else (WAITING, name if len(kept) <= FEW else "")
        text = f"{name} {score:.3f}\n{what}"
        drawn.append(DrawnBox((x1, y1, x2, y2), colour, 1.6, dashed=False, group=index, text=text, tag=tag, pick=rank))
    return drawn[::-1]
