"""COCO's average precision of found boxes, by torchmetrics, and differences between two detectors with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from core.models.recipe.teacher import Found

PERSON = 0  # of COCO's classes without a background
LEVEL = 0.95


@dataclass(frozen=True)
class Figures:
    """Average precision as fractions; NaN where no object counts.

    Attributes:
        ap: mean over classes and over IoU 0.50 to 0.95.
        ap50, ap75: at that IoU alone.
        small, medium, large: of objects under 32 x 32, under 96 x 96 and of other pixels of the file.
        person: of the class "person".
    """

    ap: float
    ap50: float
    ap75: float
    small: float
    medium: float
    large: float
    person: float


@dataclass(frozen=True)
class Difference:
    """One detector's figure less another's on the same photographs.

    Attributes:
        figure: which, a field of `Figures`.
        value: on all photographs.
        low, high: ends of the 95 % interval: quantiles over resamples of the photographs, drawn with replacement.
    """

    figure: str
    value: float
    low: float
    high: float


def figures(found: Sequence[Found], real: Sequence[Found]) -> Figures:
    """Of a detector on some photographs.

    Args:
        found: its boxes a photograph, pixels of the file.
        real: what is there, in the same order; scores are not looked at.
    """
    from torchmetrics.detection import MeanAveragePrecision  # seconds

    metric = MeanAveragePrecision(backend="faster_coco_eval", class_metrics=True)
    metric.update(
        [{"boxes": one.boxes, "scores": one.scores, "labels": one.classes} for one in found],
        [{"boxes": one.boxes, "labels": one.classes} for one in real],
    )
    said = metric.compute()
    by_class = dict(zip(said["classes"].reshape(-1).tolist(), said["map_per_class"].reshape(-1).tolist(), strict=True))
    names = ("map", "map_50", "map_75", "map_small", "map_medium", "map_large")
    numbers = [*(float(said[name]) for name in names), float(by_class.get(PERSON, -1))]
    return Figures(*(number if number >= 0 else float("nan") for number in numbers))  # -1 is torchmetrics' "none"


def differences(
    first: Sequence[Found], second: Sequence[Found], real: Sequence[Found], resamples: int, seed: int
) -> tuple[Difference, ...]:
    """What the first detector has more than the second, each figure with its interval.

    Both are measured on the same resamples, so that a hard photograph is hard for both.

    Args:
        first: its boxes a photograph.
        second: the other's.
        real: what is there.
        resamples: so many.
        seed: of the resamples.
    """
    drawn = np.random.default_rng(seed).integers(len(real), size=(resamples, len(real)))
    rows = np.array([_less(first, second, real, pick) for pick in drawn.tolist()])  # (resamples, figures)
    value = _less(first, second, real, range(len(real)))
    tail = (1 - LEVEL) / 2
    low, high = (_quantile(rows, share) for share in (tail, 1 - tail))
    names = [field.name for field in fields(Figures)]
    return tuple(map(Difference, names, value, low, high))


def _less(
    first: Sequence[Found], second: Sequence[Found], real: Sequence[Found], pick: Sequence[int]
) -> tuple[float, ...]:
    there = [real[i] for i in pick]
    one, other = (figures([some[i] for i in pick], there) for some in (first, second))
    return tuple(getattr(one, field.name) - getattr(other, field.name) for field in fields(Figures))


def _quantile(rows: np.ndarray[tuple[int, ...], np.dtype[np.float64]], share: float) -> list[float]:
    """By column, over those resamples in which the figure exists."""
    known = [column[~np.isnan(column)] for column in rows.T]
    return [float(np.quantile(column, share)) if len(column) else float("nan") for column in known]
