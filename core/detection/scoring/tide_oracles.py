r"""What each kind of error costs in average precision, by the oracles of TIDE (https://arxiv.org/abs/2008.08115, 2.3).

An oracle mends all errors of one kind and leaves the rest:

$$\Delta\mathrm{AP}_o = \mathrm{AP}_o - \mathrm{AP}$$

- **Cls**, **Loc**: the detection gets the right class or the right place and finds its box with its own score; of
  several for one box the highest-scoring does, and the others are removed, as are those whose box is found already;
- **Both**, **Dupe**, **Bkg**: the detection is removed;
- **Miss**: the box is taken out of the ground truth;
- **FP**: every false positive scores 0 and every true positive 1, so that precision is perfect and recall as it was;
- **FN**: every box that is not found is taken out of the ground truth.

They overlap, so that their sum is not what is missing to 1. AP is COCO's with 101 points, averaged over the classes
that have ground truth, as everywhere here. The authors' code also averages a 0 in for classes that are detected and
have none, and divides by 0 where an oracle leaves no box: here nothing is then left to find, and AP counts as 1.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.detection.scoring.average_precision import Interpolation, average_precision, made_up, mean
from core.detection.scoring.matching import Outcome
from core.detection.scoring.tide import ErrorKind, Judged


@dataclass(frozen=True)
class KindCost:
    """One kind of error.

    Attributes:
        name: "Cls", …, "Miss", or "FP" and "FN" for all false positives and all false negatives.
        count: how many there are.
        cost: what AP gains without them, 0 to 1; nan where AP is undefined.
    """

    name: str
    count: int
    cost: float


@dataclass(frozen=True)
class Costs:
    """What errors cost.

    Attributes:
        ap: mean AP at the foreground threshold; nan without ground truth.
        kinds: the six, in the paper's order.
        special: FP and FN.
    """

    ap: float
    kinds: tuple[KindCost, ...]
    special: tuple[KindCost, KindCost]

    @property
    def dearest(self) -> KindCost | None:
        """The kind that costs most; None where none costs anything."""
        best = max(self.kinds, key=lambda kind: -1.0 if math.isnan(kind.cost) else kind.cost)
        return best if best.cost > 0 else None


@dataclass(frozen=True)
class _Point:
    """A detection in a ranking.

    Attributes:
        label: the class it counts for.
        place: sorts detections: best score first, of equal ones the earlier picture, then their order in it.
        hit: whether it is a true positive.
        kind: of its error; None for true positives.
        mended: the class for which it would be a hit, once its error is mended; None: it is removed then.
    """

    label: str
    place: tuple[float, int, int]
    hit: bool
    kind: ErrorKind | None = None
    mended: str | None = None


def costs(judged: Judged) -> Costs:
    """Ask every oracle.

    Args:
        judged: from `core.detection.scoring.tide.judge`.
    """
    points, target = _points(judged)
    ap = _ap(points, target)
    all_missed = [(number, box) for number, own in enumerate(judged.matches) for box in own.missed]
    every = _by_class(judged, all_missed)
    beyond_mending = [(e.image, e.target) for e in judged.errors if e.kind is ErrorKind.MISS and e.target is not None]
    missed = _by_class(judged, beyond_mending)
    kinds = []
    for kind in ErrorKind:
        without = _ap(points, target - missed) if kind is ErrorKind.MISS else _ap(_mended(points, kind), target)
        kinds.append(KindCost(kind.value, judged.count(kind), _gain(without, ap)))
    wrong = sum(not point.hit for point in points)
    sure = [_Point(p.label, (0.0 if p.hit else 1.0, *p.place[1:]), p.hit) for p in points]
    special = (
        KindCost("FP", wrong, _gain(_ap(sure, target), ap)),
        KindCost("FN", every.total(), _gain(_ap(points, target - every), ap)),
    )
    return Costs(ap, tuple(kinds), special)


def _points(judged: Judged) -> tuple[list[_Point], Counter[str]]:
    """Every detection that counts, and how many boxes of each class are to be found."""
    errors = {(error.image, error.detection): error for error in judged.errors if error.detection is not None}
    points: list[_Point] = []
    target: Counter[str] = Counter()
    for number, own in enumerate(judged.matches):
        names, found = own.image.target.labels, own.image.found
        target.update(name for name, skip in zip(names, own.image.target.ignored.tolist(), strict=True) if not skip)
        for rank, index in enumerate(own.order.tolist()):
            if own.outcomes[index] is Outcome.IGNORED:
                continue
            place = (-float(found.scores[index]), number, rank)
            error = errors.get((number, index))
            if error is None:
                points.append(_Point(found.labels[index], place, hit=True))
            else:
                mended = names[error.target] if error.mends and error.target is not None else None
                points.append(_Point(found.labels[index], place, hit=False, kind=error.kind, mended=mended))
    return points, target


def _mended(points: list[_Point], kind: ErrorKind) -> list[_Point]:
    """The same with the errors of one kind mended or, where that finds no box, removed."""
    kept = [point for point in points if point.kind is not kind]
    mended = [p for p in points if p.kind is kind]
    return kept + [_Point(p.mended, p.place, hit=True) for p in mended if p.mended is not None]


def _by_class(judged: Judged, boxes: Sequence[tuple[int, int]]) -> Counter[str]:
    """Class -> how many of these boxes, (picture, ground-truth box) each, have it."""
    return Counter(judged.matches[image].image.target.labels[box] for image, box in boxes)


def _ap(points: list[_Point], target: Counter[str]) -> float:
    """Mean AP over the classes that have boxes to be found; nan where there are none."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for point in sorted(points, key=lambda point: point.place):
        hits[point.label].append(point.hit)
    return mean(
        [
            average_precision(made_up(hits[label], many), Interpolation.COCO_101)
            for label, many in target.items()
            if many
        ]
    )


def _gain(after: float, before: float) -> float:
    """What an oracle adds; the 101 points may round a little down, which is no cost."""
    if math.isnan(before):
        return math.nan
    return max((1.0 if math.isnan(after) else after) - before, 0.0)
