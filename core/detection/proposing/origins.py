"""Where each proposal comes from: its level, its cell, its anchor; and proposals as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

from core.detection.inside import Inside
from core.detection.proposals import Proposals
from core.detection.proposing.again import in_image
from core.detection.proposing.objectness import sizes_of
from core.detection.proposing.recall import Hits
from core.names import safe_cell

CSV_COLUMNS = (
    "rank", "x1", "y1", "x2", "y2", "objectness", "level", "stride", "row", "column",
    "anchor_width", "anchor_height", "nearest_object", "iou", "hit",
)  # fmt: skip


@dataclass(frozen=True)
class Origin:
    """The anchor that a proposal came from.

    Attributes:
        level: which of the pyramid's, counted from 0.
        name: of the level.
        stride: from one cell to the next across, network pixels.
        row, column: of its cell, counted from 0.
        width, height: of the anchor, network pixels.
    """

    level: int
    name: str
    stride: int
    row: int
    column: int
    width: float
    height: float


def origins(inside: Inside, proposals: Proposals) -> tuple[Origin, ...]:
    """(R) one for each proposal."""
    sizes = [sizes_of(level).tolist() for level in inside.levels]
    number_of = {id(level): number for number, level in enumerate(inside.levels)}
    found = []
    for anchor in proposals.anchor_of.tolist():
        level = inside.level_of(anchor)
        number = number_of[id(level)]
        row, column, which = level.place(anchor)
        found.append(Origin(number, level.name, level.stride[1], row, column, *sizes[number][which]))
    return tuple(found)


def to_csv(inside: Inside, proposals: Proposals, hits: Hits, objects: Sequence[str]) -> str:
    """One line a proposal, the highest objectness first.

    Corners are image pixels, clipped to the picture. `rank` counts from 1, `row` and `column` of its anchor's cell from
    0; stride and anchor are network pixels. The last three say which object it overlaps most, by how much, and whether
    that is a hit; they are empty where there is no object.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    which, ious = (values.tolist() for values in hits.nearest())
    boxes, scores = in_image(inside, proposals.boxes).tolist(), proposals.objectness.tolist()
    for rank, (box, score, origin) in enumerate(zip(boxes, scores, origins(inside, proposals), strict=True)):
        anchor = [f"{origin.width:g}", f"{origin.height:g}"]
        place = [safe_cell(origin.name), origin.stride, origin.row, origin.column, *anchor]
        hit = "yes" if ious[rank] >= hits.threshold else "no"
        near = [safe_cell(objects[which[rank]]), f"{ious[rank]:.4f}", hit] if which[rank] >= 0 else ["", "", ""]
        writer.writerow([rank + 1, *(f"{value:.1f}" for value in box), f"{score:.4f}", *place, *near])
    return out.getvalue()
