"""What can be taken away: a network, its answers, and as much as is known of how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from statsmodels.stats.proportion import proportion_confint

from core.transfer.data.image_set import ImageSet, Selection
from core.transfer.model.classifier import Trained
from core.transfer.training.run import LabelledPredictions, Run


@dataclass(frozen=True, eq=False)
class Interval:
    """A share of right answers with its 95 % Wilson interval, all in [0, 1].

    Attributes:
        right, of: so many answers of so many were right.
        low, high: ends of the interval.
        learned_from: training pictures of the network that answered; None where they are not known.
    """

    right: int
    of: int
    low: float
    high: float
    learned_from: int | None = None

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.right / self.of if self.of else float("nan")


def wilson(right: int, of: int) -> Interval:
    """How far a measured accuracy can be off because only so many pictures were asked.

    E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927.
    """
    if not of:
        return Interval(0, 0, float("nan"), float("nan"))
    low, high = proportion_confint(right, of, alpha=0.05, method="wilson")
    return Interval(right, of, float(low), float(high))


@dataclass(frozen=True, eq=False)
class Result:
    """One experiment. Shared, only to be read.

    Attributes:
        trained: the network.
        scored: its answers for the test pictures.
        images: the set it learned from.
        selection: the pictures of it that took part.
        run: how it was trained; None for a probe, whose backbone did not learn.
    """

    trained: Trained
    scored: LabelledPredictions
    images: ImageSet
    selection: Selection
    run: Run | None = None

    @property
    def title(self) -> str:
        """What menus call it."""
        return self.trained.title

    @property
    def test(self) -> Interval:
        """Accuracy on the test pictures."""
        return accuracy_of(self.scored, self.selection)

    def confusion(self) -> npt.NDArray[np.int64]:
        """(C, C) counts[target, predicted] of the test pictures."""
        counts = np.zeros((len(self.trained.classes),) * 2, np.int64)
        np.add.at(counts, (self.scored.target, self.scored.predicted), 1)
        return counts


def compared(result: Result, runs: Mapping[str, Run], *, known: bool) -> dict[str, Interval]:
    """Title -> accuracy of all trainings that predicted the same test pictures, this experiment first.

    Args:
        result: this one.
        runs: by title.
        known: whether it is known what it learned from.
    """
    found = {result.title: result.test if known else accuracy_of(result.scored)}
    for title, run in runs.items():
        same = run.trained.data_digest == result.images.digest
        if same and np.array_equal(run.test.indices, result.scored.indices):
            found.setdefault(title, accuracy_of(run.test, run.selection))
    return found


def accuracy_of(scored: LabelledPredictions, selection: Selection | None = None) -> Interval:
    """Accuracy of answers with its interval.

    Args:
        scored: the answers.
        selection: what the network learned from, if that is known.
    """
    found = wilson(int((scored.predicted == scored.target).sum()), len(scored.target))
    return found if selection is None else replace(found, learned_from=len(selection.train))


def epochs_done(run: Run) -> tuple[float, ...]:
    """Passes over the training pictures that each phase came to, whatever was planned."""
    ends = [0.0]
    for number in range(len(run.recipe.phases)):
        ends.append(max([point.epoch for point in run.points if point.phase == number], default=ends[-1]))
    return tuple(max(end - begin, 0.0) for begin, end in pairwise(ends))
