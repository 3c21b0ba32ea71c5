"""The steps of a walk, and all their numbers as a table to take away."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from torch import Tensor

from core.detection.coding import centred
from core.detection.walk.move import Move
from core.detection.walk.walk import Walk

NETWORK, IMAGE = "network px", "image px"


class Step(StrEnum):
    """A step from anchor to box; the value is its word in the menu and in links."""

    ANCHOR = "anchor"
    OBJECTNESS = "objectness"
    PROPOSAL = "proposal"
    LEVEL = "level"
    FEATURES = "features"
    SCORES = "scores"
    DELTAS = "deltas"
    CLIPPING = "clipping"
    BOX = "box"

    @property
    def number(self) -> int:
        """From 1 on."""
        return list(Step).index(self) + 1


@dataclass(frozen=True)
class Number:
    """One number of the walk.

    Attributes:
        step: it belongs to.
        name: what it is.
        value: a number or a word.
        unit: "" for none.
    """

    step: Step
    name: str
    value: float | str
    unit: str = ""

    @property
    def written(self) -> str:
        """The value to seven digits, more than float32 has; whole numbers as they are."""
        return f"{self.value:.7g}" if isinstance(self.value, float) else str(self.value)


def numbers(walk: Walk) -> tuple[Number, ...]:
    """All of them, in the order of the steps; of the features their mean a channel, for 1,568 cells and more."""
    anchor, pooling, first, second = walk.anchor, walk.pooling, walk.first, walk.second
    rows = [
        Number(Step.ANCHOR, "number of the anchor", anchor.number),
        Number(Step.ANCHOR, "level", anchor.level.name),
        Number(Step.ANCHOR, "stride", anchor.level.stride[0], NETWORK),
        Number(Step.ANCHOR, "row of the cell", anchor.row),
        Number(Step.ANCHOR, "column of the cell", anchor.column),
        Number(Step.ANCHOR, "size", anchor.size, NETWORK),
        Number(Step.ANCHOR, "width / height", anchor.ratio),
        *_corners(Step.ANCHOR, "anchor", first.start, NETWORK),
        Number(Step.OBJECTNESS, "logit", walk.logit),
        Number(Step.OBJECTNESS, "objectness", walk.objectness),
        *_deltas(Step.OBJECTNESS, first),
        *_centre(Step.PROPOSAL, "anchor", first.start),
        *_centre(Step.PROPOSAL, "anchor moved", first.moved),
        *_corners(Step.PROPOSAL, "proposal", second.start, NETWORK),
        Number(Step.LEVEL, "side of the proposal", pooling.side, NETWORK),
        Number(Step.LEVEL, "k before rounding down", pooling.exact),
        Number(Step.LEVEL, "k", pooling.k),
        Number(Step.LEVEL, "feature map", pooling.name),
        Number(Step.LEVEL, "its stride", pooling.stride, NETWORK),
    ]
    if walk.features is not None:
        means = walk.features.mean((1, 2)).tolist()
        rows += [Number(Step.FEATURES, f"mean of channel {channel}", mean) for channel, mean in enumerate(means)]
    scores = walk.class_scores.tolist()
    rows += [Number(Step.SCORES, f"score of {name}", score) for name, score in zip(walk.classes, scores, strict=True)]
    rows += [
        *(Number(Step.DELTAS, f"said {name}", value) for name, value in _named(second.said)),
        *_deltas(Step.DELTAS, second),
        *_centre(Step.DELTAS, "proposal", second.start),
        *_centre(Step.DELTAS, "proposal moved", second.moved),
        *_corners(Step.CLIPPING, "box before clipping", second.moved, NETWORK),
        *_corners(Step.CLIPPING, "box", second.clipped, NETWORK),
        Number(Step.BOX, "scale across", walk.scale[0], "image px / network px"),
        Number(Step.BOX, "scale down", walk.scale[1], "image px / network px"),
        *_corners(Step.BOX, "box", walk.box, IMAGE),
        *_corners(Step.BOX, "box kept", walk.kept, IMAGE),
    ]
    return tuple(rows)


def to_csv(walk: Walk) -> str:
    """A row a number: step, name, value, unit."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("step", "name", "value", "unit"))
    writer.writerows((row.step, row.name, row.written, row.unit) for row in numbers(walk))
    return file.getvalue()


def to_markdown(walk: Walk) -> str:
    """A heading a step, and a table of its numbers below."""
    lines = [f"# {walk.name} {walk.score:.3f}, from its anchor to its box"]
    for step, rows in groupby(numbers(walk), lambda row: row.step):
        lines += ["", f"## {step.number} {step.capitalize()}", "", "| number | value | unit |", "|---|---:|---|"]
        lines += [f"| {row.name} | {row.written} | {row.unit} |" for row in rows]
    return "\n".join([*lines, ""])


def _named(values: Tensor) -> list[tuple[str, float]]:
    return list(zip(("dx", "dy", "dw", "dh"), values.tolist(), strict=True))


def _deltas(step: Step, move: Move) -> list[Number]:
    return [Number(step, name, value) for name, value in _named(move.deltas)]


def _corners(step: Step, name: str, box: Tensor, unit: str) -> list[Number]:
    return [
        Number(step, f"{name} {side}", value, unit)
        for side, value in zip(("x1", "y1", "x2", "y2"), box.tolist(), strict=True)
    ]


def _centre(step: Step, name: str, box: Tensor) -> list[Number]:
    sides = ("centre x", "centre y", "width", "height")
    values = centred(box[None])[0].tolist()
    return [Number(step, f"{name}: {side}", value, NETWORK) for side, value in zip(sides, values, strict=True)]
