"""Which boxes NMS compares, by their classes: four answers to the same boxes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from enum import StrEnum

import torch

from core.detection.nms.part import of_classes
from core.detection.results import Candidates
from core.detection.suppression import suppressed_by, survivors


class Kind(StrEnum):
    """Which boxes may suppress which."""

    AWARE = "class-aware"
    AGNOSTIC = "class-agnostic"
    AMONG = "agnostic among the chosen"
    FIRST = "chosen classes first"


@dataclass(frozen=True)
class Outcome:
    """What one kind of NMS does with M boxes.

    Attributes:
        kind: of NMS.
        kept: which boxes, best first.
        suppressor: (M,) which box suppressed each, -1 for others.
        ious: (M,) their IoU, NaN for others.
        absent: boxes that took no part.
    """

    kind: Kind
    kept: tuple[int, ...]
    suppressor: tuple[int, ...]
    ious: tuple[float, ...]
    absent: tuple[int, ...] = ()


def outcomes(part: Candidates, iou: float, chosen: Collection[str]) -> tuple[Outcome, ...]:
    """All kinds on the same boxes.

    Class-aware NMS compares boxes of one class; class-agnostic all; *among the chosen* compares all of the chosen
    classes with one another and others within their class (asked for in
    https://github.com/ultralytics/ultralytics/issues/14095); *chosen classes first* leaves all others out and is
    class-agnostic among the rest, where a filter after NMS lets boxes of other classes suppress and then hides them.

    Args:
        part: of `taking_part`.
        iou: NMS threshold.
        chosen: names of classes.

    Raises:
        UserError: a threshold outside [0, 1].
    """
    numbers = torch.tensor([number for number, name in enumerate(part.classes) if name in chosen], dtype=torch.int64)
    among = torch.where(torch.isin(part.labels, numbers), 0, part.labels)  # 0 is the background: no box has it
    groups = {Kind.AWARE: part.labels, Kind.AGNOSTIC: torch.zeros_like(part.labels), Kind.AMONG: among}
    found = [_outcome(kind, replace(part, labels=labels), iou) for kind, labels in groups.items()]
    few, which = of_classes(part, chosen)
    inner = _outcome(Kind.FIRST, replace(few, labels=torch.zeros_like(few.labels)), iou)
    suppressor, ious = [-1] * len(part), [float("nan")] * len(part)
    for place, by, overlap in zip(which, inner.suppressor, inner.ious, strict=True):
        suppressor[place], ious[place] = which[by] if by >= 0 else -1, overlap
    taking = set(which)
    absent = tuple(index for index in range(len(part)) if index not in taking)
    kept = tuple(which[box] for box in inner.kept)
    return (*found, Outcome(Kind.FIRST, kept, tuple(suppressor), tuple(ious), absent))


def _outcome(kind: Kind, part: Candidates, iou: float) -> Outcome:
    """NMS of boxes of one label among themselves."""
    # above 0: whoever takes part has passed the score threshold already
    run = survivors(part.network_boxes, part.scores, part.labels, iou, 0.0, class_aware=True)
    by, ious = suppressed_by(run, len(part))
    return Outcome(kind, tuple(run.kept.tolist()), tuple(by.tolist()), tuple(ious.tolist()))
