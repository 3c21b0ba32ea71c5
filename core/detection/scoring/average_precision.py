r"""From matched boxes to precision and recall, average precision, and a confusion matrix with a background.

The four average precisions are written out here because the page explains them; mAP itself is torchmetrics' with
faster-coco-eval (`core.detection.scoring.library`). scikit-learn's `average_precision_score` is of no use for
detection: it sees ranked hits only, so target boxes that nothing found never lower its recall.

Shapes: N ranked detections, M target boxes to be found, C classes, T IoU thresholds.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.detection.scoring.evaluated_images import Array, Flags, Indices, classes_of
from core.detection.scoring.matching import Matches, Outcome, Overlaps, match

COCO_IOUS = np.linspace(0.5, 0.95, 10)
"""The ten thresholds over which COCO averages."""
BACKGROUND = "background"


class Interpolation(StrEnum):
    """The definitions of average precision that benchmarks use."""

    VOC_11 = "VOC 2007: 11 points"
    VOC_AREA = "VOC 2010: area"
    COCO_101 = "COCO: 101 points"
    PLAIN = "No interpolation"


@dataclass(frozen=True, eq=False)
class Ranking:
    """Detections of all pictures in one list, the highest-scoring first; ignored ones are not in it.

    Attributes:
        images: (N,) int64 which picture each is in.
        detections: (N,) int64 which detection of that picture it is.
        scores: (N,) descending.
        hits: (N,) whether it is a true positive.
        target: M, how many target boxes there are to be found.
    """

    images: Indices
    detections: Indices
    scores: Array
    hits: Flags
    target: int

    def __len__(self) -> int:
        """Number of detections N."""
        return len(self.hits)

    @property
    def found(self) -> Indices:
        """(N,) true positives among the first k, for k = 1 ... N."""
        totals: Indices = np.cumsum(self.hits, dtype=np.int64)
        return totals

    @property
    def precision(self) -> Array:
        """(N,) share of the first k that is right."""
        return self.found / np.arange(1, len(self) + 1)

    @property
    def recall(self) -> Array:
        """(N,) share of the target boxes that the first k have found; nan without target boxes."""
        return self.found / self.target if self.target else np.full(len(self), math.nan)

    @property
    def tied(self) -> int:
        """How many detections share their score with one of another outcome: their order decides the curve."""
        _, group = np.unique(self.scores, return_inverse=True)
        many, right = np.bincount(group), np.bincount(group, self.hits)
        return int(many[(right > 0) & (right < many)].sum())

    @property
    def envelope(self) -> Array:
        r"""(N,) interpolated precision $\max_{j \ge k} p_j$: the best precision at this recall or a higher one."""
        best: Array = np.maximum.accumulate(self.precision[::-1])[::-1]
        return best


def ranking(matches: Sequence[Matches], label: str | None = None) -> Ranking:
    """Rank the detections of all pictures by score.

    Args:
        matches: each picture's, at one threshold.
        label: of one class; None: of all classes in one list.
    """
    if label is not None:
        return rankings(matches).get(label, made_up([], 0))
    rows, target = _rows(matches)
    return _ranked(sorted(row for own in rows.values() for row in own), sum(target.values()))


def rankings(matches: Sequence[Matches]) -> dict[str, Ranking]:
    """The ranking of every class that any box has, by name."""
    rows, target = _rows(matches)
    classes = classes_of([matched.image for matched in matches])
    return {label: _ranked(rows.get(label, []), target.get(label, 0)) for label in classes}


_Row = tuple[int, int, int, float, bool]
"""Picture, place in its order, detection, score, hit."""


def _rows(matches: Sequence[Matches]) -> tuple[dict[str, list[_Row]], dict[str, int]]:
    """Of each class: its detections picture by picture, and how many target boxes are to be found."""
    rows: dict[str, list[_Row]] = defaultdict(list)
    target: Counter[str] = Counter()
    for number, matched in enumerate(matches):
        scores, labels = matched.image.found.scores.tolist(), matched.image.found.labels
        for place, index in enumerate(matched.order.tolist()):
            outcome = matched.outcomes[index]
            if outcome is not Outcome.IGNORED:
                rows[labels[index]].append((number, place, index, scores[index], outcome is Outcome.RIGHT))
        ignored = matched.image.target.ignored.tolist()
        target.update(name for name, skip in zip(matched.image.target.labels, ignored, strict=True) if not skip)
    return rows, target


def _ranked(rows: Sequence[_Row], target: int) -> Ranking:
    order = sorted(rows, key=lambda row: -row[3])  # stable: of equal scores the earlier picture first, as in COCO
    return Ranking(
        np.array([row[0] for row in order], dtype=np.int64),
        np.array([row[2] for row in order], dtype=np.int64),
        np.array([row[3] for row in order], dtype=np.float64),
        np.array([row[4] for row in order], dtype=np.bool_),
        target,
    )


def made_up(hits: Sequence[bool | int], target: int) -> Ranking:
    """A ranking of which only the hits are known."""
    count = len(hits)
    places = np.arange(count, dtype=np.int64)
    return Ranking(np.zeros_like(places), places, np.linspace(1, 0, count), np.array(hits, dtype=np.bool_), target)


def recall_levels(how: Interpolation) -> Array:
    """Recalls at which precision is read off: 11 or 101 of them; none for the other two."""
    steps = {Interpolation.VOC_11: 11, Interpolation.COCO_101: 101}.get(how, 0)
    return np.linspace(0, 1, steps)


def read_off(ranked: Ranking, how: Interpolation) -> Array:
    """(11,) or (101,) interpolated precision at each recall level; 0 at levels that are not reached.

    The eleven levels are compared as whole numbers, 10 TP >= k M, since 3/10 and 0.3 need not be the same in floating
    point; the 101 as floating-point numbers, since COCO's own tools do so.
    """
    if how is Interpolation.VOC_11:
        first = np.searchsorted(10 * ranked.found, np.arange(11) * ranked.target)
    else:
        first = np.searchsorted(ranked.recall, recall_levels(how))
    return np.append(ranked.envelope, 0.0)[first]


def average_precision(ranked: Ranking, how: Interpolation) -> float:
    r"""Average precision by one of four definitions.

    - VOC 2007: $\frac{1}{11}\sum_{r \in \{0, .1, \ldots, 1\}} p_{\max}(r)$, the mean of the best precision at recall
      r or beyond (Everingham et al. 2010, https://doi.org/10.1007/s11263-009-0275-4, section 4.2).
    - VOC 2010: $\sum_k (r_k - r_{k-1})\,\max_{j \ge k} p_j$, the area under the same staircase (Everingham et al. 2015,
      https://doi.org/10.1007/s11263-014-0733-5).
    - COCO: as 2007 at 101 recalls 0, .01, ... 1 (`COCOeval.accumulate`).
    - No interpolation: $\sum_k (r_k - r_{k-1})\,p_k$, the mean over all target boxes of the precision where each was
      found, 0 for those that were not.

    Returns:
        0 to 1; nan without target boxes.
    """
    if not ranked.target:
        return math.nan
    if not len(ranked):
        return 0.0
    if how in (Interpolation.VOC_11, Interpolation.COCO_101):
        return float(read_off(ranked, how).mean())
    steps = np.diff(ranked.recall, prepend=0.0)  # (N,) 1 / M at each hit, else 0
    heights = ranked.envelope if how is Interpolation.VOC_AREA else ranked.precision
    return float((steps * heights).sum())


def ap_by_class(matches: Sequence[Matches], how: Interpolation) -> dict[str, float]:
    """AP of every class that any box has; nan where no target box has it."""
    return {label: average_precision(ranked, how) for label, ranked in rankings(matches).items()}


def mean(values: Sequence[float]) -> float:
    """The mean of those that are defined: mAP from the APs of the classes; nan where none is."""
    defined = [value for value in values if not math.isnan(value)]
    return sum(defined) / len(defined) if defined else math.nan


def map_by_iou(measured: Sequence[Overlaps], ious: Sequence[float], how: Interpolation) -> tuple[float, ...]:
    """(T,) mean over the classes of AP at each IoU threshold."""
    return tuple(mean(list(ap_by_class([match(picture, iou) for picture in measured], how).values())) for iou in ious)


@dataclass(frozen=True)
class Pair:
    """One count of the confusion matrix.

    Attributes:
        image: which picture.
        target: its target box, None for the background.
        detection: its detection, None for the background.
    """

    image: int
    target: int | None
    detection: int | None


def pairs(matches: Sequence[Matches]) -> tuple[Pair, ...]:
    """Every target box and every detection once: matched, taken for another class, or against the background.

    A detection of a wrong class is paired with the target box it overlaps only if nothing else found that.
    """
    found: list[Pair] = []
    for number, matched in enumerate(matches):
        taken: set[int] = set()
        for index in matched.order.tolist():
            if matched.outcomes[index] is Outcome.IGNORED:
                continue
            partner = int(matched.partners[index])
            taken.add(partner)
            found.append(Pair(number, partner if partner >= 0 else None, index))
        found += [Pair(number, index, None) for index in matched.missed if index not in taken]
    return tuple(found)


@dataclass(frozen=True, eq=False)
class Confusions:
    """A confusion matrix of detections.

    Attributes:
        counts: (C + 1, C + 1) int64, counts[target, predicted]; background against background is 0, since boxes that
            are neither there nor found cannot be counted: detection knows no true negatives.
        labels: (C + 1,) the background last.
        cells: (target, predicted) -> the pairs that were counted there.
    """

    counts: Indices
    labels: tuple[str, ...]
    cells: dict[tuple[int, int], tuple[Pair, ...]]


def confusions(matches: Sequence[Matches], classes: Sequence[str] | None = None) -> Confusions:
    """Count the pairs.

    Args:
        matches: each picture's, at one threshold.
        classes: those to count, pairs of others are left out; None: all.
    """
    chosen = classes_of([matched.image for matched in matches]) if classes is None else tuple(classes)
    nothing = BACKGROUND if BACKGROUND not in chosen else f"({BACKGROUND})"
    places = {label: place for place, label in enumerate(chosen)}
    cells: dict[tuple[int, int], list[Pair]] = defaultdict(list)
    for pair in pairs(matches):
        image = matches[pair.image].image
        row = len(chosen) if pair.target is None else places.get(image.target.labels[pair.target], -1)
        column = len(chosen) if pair.detection is None else places.get(image.found.labels[pair.detection], -1)
        if row >= 0 and column >= 0:
            cells[row, column].append(pair)
    counts = np.zeros((len(chosen) + 1,) * 2, dtype=np.int64)
    for cell, held in cells.items():
        counts[cell] = len(held)
    return Confusions(counts, (*chosen, nothing), {cell: tuple(held) for cell, held in cells.items()})
