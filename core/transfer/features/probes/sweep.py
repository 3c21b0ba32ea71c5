"""A probe with each of its settings: how well each does, and which one is chosen."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from core.errors import UserError
from core.jobs import Report
from core.transfer.data.image_set import Indices
from core.transfer.features.extract import Matrix
from core.transfer.features.probes.fit import fit, thin
from core.transfer.features.probes.plan import Choice, Kind, Metric, Plan, Setting, grid
from core.transfer.features.probes.predictors import Predictor, Vote, votes
from core.transfer.features.probes.problem import Problem, fitting

_LEAST = 1e-12  # probability: the cross-entropy of a sure mistake stays finite


@dataclass(frozen=True)
class Point:
    """How well a probe does with one setting.

    Attributes:
        setting: the setting.
        train: accuracy on the training pictures themselves, in [0, 1].
        validation: accuracy on the validation part; NaN without one.
        loss: mean cross-entropy there.
        folds: mean accuracy on the parts left out in cross-validation; None without it.
        folds_loss: mean cross-entropy there.
    """

    setting: Setting
    train: float
    validation: float
    loss: float
    folds: float | None = None
    folds_loss: float | None = None


@dataclass(frozen=True, eq=False)
class Sweep:
    """A probe with all of its settings. Shared, only to be read.

    Attributes:
        kind: which probe.
        metric: of nearest neighbours.
        points: in the order of `grid`.
        predictors: fitted, one a point.
        seconds: all fits took.
        notes: a sentence each about what was left out.
    """

    kind: Kind
    metric: Metric
    points: tuple[Point, ...]
    predictors: tuple[Predictor, ...]
    seconds: float
    notes: tuple[str, ...] = ()

    def chosen(self, plan: Plan) -> int:
        """Index of the setting that a plan comes to.

        Raises:
            UserError: there is nothing to choose by.
        """
        if plan.choice is Choice.HAND:
            settings = [point.setting for point in self.points]
            return settings.index(plan.by_hand) if plan.by_hand in settings else len(settings) // 2
        if plan.choice is Choice.FOLDS:
            return _best((point.folds or 0.0, point.folds_loss or 0.0) for point in self.points)
        if math.isnan(self.points[0].validation):
            raise UserError("There are no validation pictures to choose by: choose by cross-validation.")
        return _best((point.validation, point.loss) for point in self.points)


def _best(judged: Iterable[tuple[float, float]]) -> int:
    """Index of the highest accuracy; among equals that of the least loss, the first of these."""
    ranks = [(-round(accuracy, 9), loss) for accuracy, loss in judged]
    return ranks.index(min(ranks))


def sweep(
    problem: Problem, kind: Kind, *, metric: Metric = Metric.COSINE, folds: bool = False,
    settings: tuple[Setting, ...] | None = None, report: Report | None = None,
) -> Sweep:  # fmt: skip
    """Fit a probe with each setting and judge it on what it did not see.

    Args:
        problem: what to learn and what to be judged by.
        kind: which probe.
        metric: of nearest neighbours.
        folds: whether to cross-validate inside the training pictures as well.
        settings: other than the whole grid.
        report: told after each fit; the sweep stops where it raises.

    Raises:
        UserError: cross-validation of a class with one picture.
    """
    settings = grid(kind) if settings is None else settings
    notes: tuple[str, ...] = ()
    rows = thin(kind, problem.train_labels)
    if len(rows) < len(problem.train_labels):
        notes = (f"{kind} learns from {len(rows):,} of the {len(problem.train_labels):,} training pictures.",)
        problem = Problem(
            problem.train[rows], problem.train_labels[rows], problem.validation, problem.validation_labels,
            problem.classes,
        )  # fmt: skip
    parts = problem.folds() if folds else []
    began = time.perf_counter()
    done, all_fits = 0, len(settings) * (len(parts) + 1)

    def judged(part: Problem) -> Iterator[tuple[Predictor, tuple[float, float], tuple[float, float]]]:
        """Each fit with (accuracy, loss) on what it learned from and on what it did not."""
        nonlocal done
        with fitting(part.train):
            fits = fit(kind, settings, part.train, part.train_labels, part.classes, metric)
            for predictor, own, other in _both(fits, part):
                yield predictor, _judge(own, part.train_labels), _judge(other, part.validation_labels)
                done += 1
                if report is not None:
                    report(done / all_fits, f"fit {done} of {all_fits}")

    left_out = [[other for _, _, other in judged(part)] for part in parts]
    found = list(judged(problem))
    points = []
    for index, (setting, (_, own, other)) in enumerate(zip(settings, found, strict=True)):
        point = Point(setting, own[0], *other)
        if parts:
            weights = [len(part.validation_labels) for part in parts]
            means = np.average([fold[index] for fold in left_out], axis=0, weights=weights)
            point = Point(setting, own[0], *other, folds=float(means[0]), folds_loss=float(means[1]))
        points.append(point)
    predictors = tuple(predictor for predictor, _, _ in found)
    return Sweep(kind, metric, tuple(points), predictors, time.perf_counter() - began, notes)


def _both(fits: Iterator[Predictor], part: Problem) -> Iterator[tuple[Predictor, Matrix, Matrix]]:
    """Probabilities of both parts; neighbours are looked for once and not once for each k."""
    nearest: tuple[Indices, Indices] | None = None
    for predictor in fits:
        if not isinstance(predictor, Vote):
            yield predictor, predictor.probabilities(part.train), predictor.probabilities(part.validation)
            continue
        k = min(predictor.k, len(part.train_labels))
        if nearest is None or nearest[0].shape[1] < k:
            nearest = predictor.nearest(part.train), predictor.nearest(part.validation)
        own, other = (votes(part.train_labels[rows[:, :k]], part.classes) for rows in nearest)
        yield predictor, own, other


def _judge(probabilities: Matrix, labels: Indices) -> tuple[float, float]:
    """Accuracy and mean cross-entropy; NaN of no pictures."""
    if not len(labels):
        return math.nan, math.nan
    right = probabilities[np.arange(len(labels)), labels]
    accuracy = float((probabilities.argmax(1) == labels).mean())
    return accuracy, float(-np.log(np.maximum(right.astype(np.float64), _LEAST)).mean())
