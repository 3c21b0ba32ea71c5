"""Two questions that cost many small fits: which stage knows most, and how many pictures of a class it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from core.jobs import Report
from core.transfer.data.image_set import ImageSet, Indices, Selection
from core.transfer.features.extract import Features
from core.transfer.features.probes.fit import fit
from core.transfer.features.probes.plan import Choice, Kind, Plan, Setting
from core.transfer.features.probes.problem import fitting, problem
from core.transfer.features.probes.sweep import sweep

INTO_HEAD = "into the head"
LAMBDAS = tuple(Setting(value) for value in (100.0, 10.0, 1.0, 0.1, 0.01, 0.001))
"""Of each stage's probe: what suits the last stage need not suit the first."""
AMOUNTS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)
SEEDS = 5
"""Ways to draw the pictures."""


@dataclass(frozen=True)
class StageScore:
    """How much a linear classifier makes of one stage's output.

    Attributes:
        name: of the stage.
        width: numbers a picture: its channels.
        setting: lambda, chosen on the validation part.
        train: accuracy on the training pictures, in [0, 1].
        validation: accuracy on the validation part.
    """

    name: str
    width: int
    setting: Setting
    train: float
    validation: float


def by_stage(
    features: Features, images: ImageSet, selection: Selection, report: Report | None = None
) -> tuple[StageScore, ...]:
    """A logistic probe on the mean of each stage's output over the picture, and on what goes into the head.

    Raises:
        UserError: there are no two classes, or no validation pictures.
    """
    scores = []
    names = (*(name for name, _ in features.stages), INTO_HEAD)
    for index, name in enumerate(names):
        stage = problem(features, images, selection, stage=index if name is not INTO_HEAD else None)
        found = sweep(stage, Kind.LOGISTIC, settings=LAMBDAS)
        point = found.points[found.chosen(Plan(choice=Choice.VALIDATION))]
        scores.append(StageScore(name, stage.train.shape[1], point.setting, point.train, point.validation))
        if report is not None:
            report((index + 1) / len(names), f"{index + 1} of {len(names)} stages")
    return tuple(scores)


@dataclass(frozen=True, eq=False)
class AmountCurve:
    """Accuracy over the number of training pictures of each class; P amounts, S ways to draw them.

    Attributes:
        amounts: (P,) pictures of each class, ascending; the last is all there are.
        accuracies: (P, S) on the validation part.
        setting: lambda, the same for all.
    """

    amounts: tuple[int, ...]
    accuracies: npt.NDArray[np.float64]
    setting: Setting

    @property
    def means(self) -> npt.NDArray[np.float64]:
        """(P,) over the ways to draw."""
        found: npt.NDArray[np.float64] = self.accuracies.mean(1)
        return found

    @property
    def deviations(self) -> npt.NDArray[np.float64]:
        """(P,) standard deviations over the ways to draw."""
        found: npt.NDArray[np.float64] = self.accuracies.std(1, ddof=1)
        return found


def amounts_of(labels: Indices) -> tuple[int, ...]:
    """Numbers of pictures of each class to try, up to what the largest class has."""
    most = int(np.bincount(labels).max(initial=0))
    return (*(amount for amount in AMOUNTS if amount < most), most) if most else ()


def by_amount(
    features: Features, images: ImageSet, selection: Selection, setting: Setting, report: Report | None = None
) -> AmountCurve:
    """A logistic probe on ever more pictures of each class; a larger choice holds the smaller ones.

    Raises:
        UserError: there are no two classes.
    """
    labels = images.labels[selection.train]
    amounts = amounts_of(labels)
    accuracies = np.zeros((len(amounts), SEEDS))
    whole = problem(features, images, selection)
    for seed in range(SEEDS):
        order = _places(labels, seed)
        for index, amount in enumerate(amounts):
            rows = np.flatnonzero(order < amount)
            if seed and len(rows) == len(labels):  # there is one way only to take them all
                accuracies[index, seed] = accuracies[index, 0]
                continue
            x = whole.train[rows]
            with fitting(x):
                predictor = next(iter(fit(Kind.LOGISTIC, (setting,), x, whole.train_labels[rows], whole.classes)))
            said = predictor.probabilities(whole.validation).argmax(1)
            accuracies[index, seed] = (said == whole.validation_labels).mean()
            if report is not None:
                done = seed * len(amounts) + index + 1
                report(done / accuracies.size, f"{done} of {accuracies.size} fits")
    return AmountCurve(amounts, accuracies, setting)


def _places(labels: Sequence[int] | Indices, seed: int) -> Indices:
    """(N,) place of each picture in the order in which those of its class are taken."""
    random = np.random.default_rng(seed)
    labels = np.asarray(labels)
    places = np.empty(len(labels), np.int64)
    for label in np.unique(labels):
        mine = np.flatnonzero(labels == label)
        places[mine] = random.permutation(len(mine))
    return places
