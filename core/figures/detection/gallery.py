"""Several pictures side by side, and their boxes in one table."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pandas as pd

from core.detection.batch import Looked
from core.detection.results import Detections, NmsStatus
from core.figures.boxes import BoxPicture, Panel
from core.figures.detection.suppression import drawn_boxes, table


class Shown(StrEnum):
    """Which boxes are shown."""

    KEPT = "kept"
    SUPPRESSED = "suppressed"
    EVERY = "all"

    @property
    def statuses(self) -> tuple[NmsStatus, ...]:
        """What became of them."""
        if self is Shown.EVERY:
            return tuple(NmsStatus)
        return (NmsStatus.KEPT,) if self is Shown.KEPT else (NmsStatus.SUPPRESSED,)


@dataclass(frozen=True, eq=False)
class Judged:
    """A picture, and what NMS left of its boxes.

    Attributes:
        looked: the picture and its candidates.
        kept: their suppression.
    """

    looked: Looked
    kept: Detections

    def chosen(self, shown: Shown, classes: Collection[str]) -> list[int]:
        """Which candidates have such a status, and one of these classes, if any are given."""
        names = self.looked.candidates.names
        return [
            index
            for index, status in enumerate(self.kept.statuses)
            if status in shown.statuses and (not classes or names[index] in classes)
        ]


def picture(judged: Judged, shown: Shown, classes: Collection[str]) -> BoxPicture:
    """A picture with the boxes that were asked for."""
    looked, chosen = judged.looked, set(judged.chosen(shown, classes))
    boxes = drawn_boxes(looked.candidates, judged.kept, shown.statuses, tags=shown is not Shown.SUPPRESSED)
    order = [
        index
        for index in looked.candidates.scores.argsort(stable=True).tolist()
        if judged.kept.statuses[index] in shown.statuses
    ]  # as the boxes are drawn
    drawn = tuple(box for index, box in zip(order, boxes, strict=True) if index in chosen)
    seen = ", ".join(box.tag for box in drawn[::-1][:6] if box.tag) or f"{len(drawn)} boxes"
    return BoxPicture(looked.uri, *looked.size, (Panel(f"{len(drawn):,}", looked.name, seen, drawn),), "22vh")


def rows(pictures: Sequence[Judged], shown: Shown, classes: Collection[str]) -> pd.DataFrame:
    """One row a box that was asked for, picture by picture, the best score first; columns as of one picture's table."""
    parts = []
    for one in pictures:
        part = table(one.looked.candidates, one.kept)
        parts.append(part[part.index.isin(one.chosen(shown, classes))].assign(picture=one.looked.name))
    whole = pd.concat(parts, ignore_index=True) if parts else pd.DataFrame({"picture": []})
    return whole[["picture", *(name for name in whole.columns if name != "picture")]]


def numbers(pictures: Sequence[Judged], rows: pd.DataFrame) -> dict[str, str]:
    """Label -> number, as it is written.

    Args:
        pictures: all that were looked at.
        rows: of the boxes that are shown.
    """
    seconds = sum(one.looked.candidates.milliseconds for one in pictures) / 1000
    return {
        "Pictures": f"{len(pictures):,}",
        "Boxes shown": f"{len(rows):,}",
        "Kept in all": f"{sum(len(one.kept) for one in pictures):,}",
        "Candidates": f"{sum(len(one.looked.candidates) for one in pictures):,}",
        "Network": f"{seconds:.3g} s",
    }
