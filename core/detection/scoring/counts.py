"""Counts of true positives, false positives and false negatives, in all and by class, and of detections left out."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from core.detection.scoring.average_precision import Interpolation, average_precision, rankings
from core.detection.scoring.evaluated_images import EvaluatedImage
from core.detection.scoring.matching import Matches, Outcome


@dataclass(frozen=True)
class DetectionCounts:
    """Counts over all pictures and classes at one IoU threshold.

    Attributes:
        hits: true positives.
        wrong: false positives.
        missed: false negatives.
        crowded_out: detections that do not count since a picture has 100 of their class that score higher.
        too_low: detections at or below the score threshold.
    """

    hits: int
    wrong: int
    missed: int
    crowded_out: int
    too_low: int

    @property
    def precision(self) -> float:
        """TP / (TP + FP); nan where nothing is detected."""
        return _share(self.hits, self.wrong)

    @property
    def recall(self) -> float:
        """TP / (TP + FN); nan without target boxes."""
        return _share(self.hits, self.missed)


def _share(part: int, rest: int) -> float:
    return part / (part + rest) if part + rest else math.nan


def count_detections(matches: Sequence[Matches], images: Sequence[EvaluatedImage]) -> DetectionCounts:
    """Count the boxes.

    Args:
        matches: of each picture, of the detections above the score threshold.
        images: the same pictures with all detections there are.
    """
    return DetectionCounts(
        sum(own.count(Outcome.RIGHT) for own in matches),
        sum(outcome.false_positive for own in matches for outcome in own.outcomes),
        sum(len(own.missed) for own in matches),
        sum(
            outcome is Outcome.IGNORED and near < 0
            for own in matches
            for outcome, near in zip(own.outcomes, own.nearest.tolist(), strict=True)
        ),
        sum(len(image.found) for image in images) - sum(len(own.image.found) for own in matches),
    )


@dataclass(frozen=True)
class ClassCounts:
    """One class at one IoU threshold.

    Attributes:
        label: its name.
        target: target boxes to be found.
        detections: those that count.
        hits: the right ones among them.
        wrong: the others.
        missed: target boxes that nothing found.
        ap: average precision; nan without target boxes.
    """

    label: str
    target: int
    detections: int
    hits: int
    wrong: int
    missed: int
    ap: float


def by_class(matches: Sequence[Matches], how: Interpolation) -> tuple[ClassCounts, ...]:
    """Each class that any box has, those with the most target boxes first."""
    rows = []
    for label, ranked in rankings(matches).items():
        hits = int(ranked.hits.sum())
        ap = average_precision(ranked, how)
        rows.append(ClassCounts(label, ranked.target, len(ranked), hits, len(ranked) - hits, ranked.target - hits, ap))
    return tuple(sorted(rows, key=lambda row: -row.target))


def without_target(images: Sequence[EvaluatedImage]) -> tuple[str, ...]:
    """Classes that are detected but have no target box, in alphabetical order; none where no class has one."""
    target = {label for image in images for label in image.target.labels}
    found = {label for image in images for label in image.found.labels}
    return tuple(sorted(found - target)) if target else ()


def most_frequent(images: Sequence[EvaluatedImage], most: int) -> tuple[str, ...]:
    """The classes with the most boxes and detections, at most so many, in alphabetical order."""
    present = Counter(label for image in images for label in (*image.target.labels, *image.found.labels))
    return tuple(sorted(label for label, _ in present.most_common(most)))
