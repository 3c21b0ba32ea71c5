"""How far a score may be from the truth, for the samples it was measured on.

Shares of samples (accuracy, recall, precision, specificity, NPV) get Wilson's interval from statsmodels
(https://www.statsmodels.org/stable/generated/statsmodels.stats.proportion.proportion_confint.html). Scores that are
no share of anything (F1, MCC, κ, averages) get a percentile bootstrap: matrices of the same size drawn from the
multinomial distribution with the matrix's own proportions (Efron and Tibshirani 1993, chapter 13).
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist
from typing import cast

import numpy as np
import numpy.typing as npt
from statsmodels.stats.proportion import proportion_confint

from core.errors import UserError
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import Report, report
from core.metrics.scores import Array
from core.metrics.whatif.stacked import Measure, Tallies

REPLICATES = 1_000
MOST_REPLICATES = 20_000
_CELLS = 250_000  # drawn at a time: 2 MB, which stays in a processor's cache
_THREADS = 2


class Method(StrEnum):
    """How an interval was found."""

    WILSON = "Wilson"
    BOOTSTRAP = "bootstrap"


@dataclass(frozen=True)
class Interval:
    """A score and where it may lie.

    Attributes:
        measure: which score.
        value: of the matrix itself; nan where undefined.
        low, high: nan where undefined.
        method: how they were found.
        successes, trials: what the score is a share of; nan for the bootstrap.
        undefined: share of the replicates in which the score was 0/0; they are left out. 0 for Wilson.
    """

    measure: Measure
    value: float
    low: float
    high: float
    method: Method
    successes: float = math.nan
    trials: float = math.nan
    undefined: float = 0.0

    @property
    def width(self) -> float:
        """From one end to the other."""
        return self.high - self.low


def scaled(matrix: ConfusionMatrix, n: float) -> ConfusionMatrix:
    """The same proportions with n samples: fractional counts, as they are expected.

    Raises:
        UserError: no samples, or n not above 0.
    """
    if matrix.total == 0:
        raise UserError("This matrix has no samples: type a count into one of its cells.")
    if not (math.isfinite(n) and n > 0):
        raise UserError(f"The number of samples is above 0, not {n:g}.")
    return ConfusionMatrix(matrix.counts / matrix.total * n, matrix.labels)


def wald(successes: npt.ArrayLike, trials: npt.ArrayLike, confidence: float = 0.95) -> tuple[Array, Array]:
    """The textbook's p ± z·sqrt(p(1-p)/n), to be compared with: no width at p = 0 and p = 1, and it may leave 0 to 1.

    statsmodels cuts its own off at 0 and 1, which hides that.
    """
    k, n, known = _proportions(successes, trials, confidence)
    p = np.where(known, k, np.nan) / np.where(known, n, 1.0)
    half = NormalDist().inv_cdf((1 + confidence) / 2) * np.sqrt(p * (1 - p) / np.where(known, n, 1.0))
    return p - half, p + half


def _proportions(
    successes: npt.ArrayLike, trials: npt.ArrayLike, confidence: float
) -> tuple[Array, Array, npt.NDArray[np.bool_]]:
    """Successes, trials, and where there are any."""
    if not 0 < confidence < 1:
        raise UserError(f"The confidence level lies between 0 and 1, not at {confidence:g}.")
    n = np.asarray(trials, dtype=np.float64)
    k = np.clip(np.asarray(successes, dtype=np.float64), 0.0, n)  # differences of fractional counts may be off a hair
    return k, n, n > 0


def wilson(successes: npt.ArrayLike, trials: npt.ArrayLike, confidence: float = 0.95) -> tuple[Array, Array]:
    """Wilson's interval of proportions; nan where there are no trials."""
    k, n, known = _proportions(successes, trials, confidence)
    low, high = proportion_confint(np.where(known, k, 0.0), np.where(known, n, 1.0), 1 - confidence, "wilson")
    return np.where(known, low, np.nan), np.where(known, high, np.nan)


def share(matrix: ConfusionMatrix, measure: Measure) -> tuple[float, float] | None:
    """(successes, trials) of a score that is a share of samples; None for the others."""
    if measure.name == "accuracy":
        return float(matrix.tp.sum()), matrix.total
    if measure.label is None or measure.name not in ("recall", "precision", "specificity", "npv"):
        return None
    c = matrix.index(measure.label)
    tp, tn = float(matrix.tp[c]), max(0.0, float(matrix.tn[c]))
    support, predicted = float(matrix.support[c]), float(matrix.predicted[c])
    return {
        "recall": (tp, support),
        "precision": (tp, predicted),
        "specificity": (tn, max(0.0, matrix.total - support)),
        "npv": (tn, max(0.0, matrix.total - predicted)),
    }[measure.name]


def with_interval(matrix: ConfusionMatrix, label: str) -> tuple[Measure, ...]:
    """Scores to give intervals of: a class's, those of the whole matrix, averages where classes are many."""
    of_class = tuple(Measure(name, label=label) for name in ("precision", "recall", "f1", "specificity", "npv"))
    whole = (Measure("accuracy"), Measure("balanced_accuracy"), Measure("mcc"), Measure("kappa"))
    means = (Measure("f1", Average.MACRO), Measure("f1", Average.WEIGHTED), Measure("jaccard", Average.MACRO))
    if len(matrix) == 2:
        return (*of_class, Measure("jaccard", label=label), *whole, means[0])
    return (*whole[:2], *means, *whole[2:], *of_class)


def intervals(
    matrix: ConfusionMatrix,
    measures: Sequence[Measure],
    *,
    confidence: float = 0.95,
    replicates: int = REPLICATES,
    seed: int = 0,
    scores: Report | None = None,
) -> tuple[Interval, ...]:
    """An interval of each score.

    Args:
        matrix: what was measured; counts may be fractional (`scaled`), the bootstrap draws round(N) samples.
        measures: which scores.
        confidence: between 0 and 1.
        replicates: matrices drawn for the bootstrap, 100 to `MOST_REPLICATES`.
        seed: of the draws.
        scores: of the matrix, or of another with the same proportions, where they are known already.

    Raises:
        UserError: fewer than one sample, or a level or number of replicates that cannot be.
    """
    if not matrix.total >= 0.5:
        raise UserError("An interval needs at least one sample: type a count into one of the cells.")
    if not 100 <= replicates <= MOST_REPLICATES:
        raise UserError(f"The bootstrap takes 100 to {MOST_REPLICATES:,} replicates, not {replicates:,}.")
    parts = [share(matrix, measure) for measure in measures]
    pairs = np.array([part or (math.nan, math.nan) for part in parts], dtype=np.float64).reshape(-1, 2)
    lows, highs = wilson(pairs[:, 0], pairs[:, 1], confidence)
    drawn: list[Array] = []
    scores = scores or report(matrix)
    if any(part is None for part in parts):
        tallies = bootstrap(matrix, replicates, seed)
        drawn = [tallies.score(m, matrix.labels) for m, part in zip(measures, parts, strict=True) if part is None]
    others = iter(drawn)
    found = []
    for measure, part, low, high in zip(measures, parts, lows.tolist(), highs.tolist(), strict=True):
        if part is None:
            found.append(_percentiles(measure, measure.of(scores), next(others), confidence))
        else:
            found.append(Interval(measure, measure.of(scores), low, high, Method.WILSON, *part))
    return tuple(found)


def _percentiles(measure: Measure, value: float, drawn: Array, confidence: float) -> Interval:
    known = drawn[~np.isnan(drawn)]
    if not len(known):
        return Interval(measure, value, math.nan, math.nan, Method.BOOTSTRAP, undefined=1 - len(known) / len(drawn))
    low, high = np.quantile(known, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    return Interval(measure, value, low, high, Method.BOOTSTRAP, undefined=1 - len(known) / len(drawn))


def bootstrap(matrix: ConfusionMatrix, replicates: int = REPLICATES, seed: int = 0) -> Tallies:
    """Tallies of R matrices with round(N) samples each, drawn with the matrix's own proportions.

    Args:
        matrix: at least half a sample, so that one is drawn.
        replicates: R.
        seed: the same seed gives the same draws, however many processors there are.
    """
    sizes = list(_pieces(replicates, max(1, _CELLS // len(matrix) ** 2)))
    streams = np.random.SeedSequence(seed).spawn(len(sizes))
    with ThreadPoolExecutor(_THREADS) as pool:  # numpy draws without Python's lock
        parts = list(pool.map(lambda size, stream: Tallies.of(draw(matrix, size, stream)), sizes, streams))
    return Tallies(*(np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])))


def draw(matrix: ConfusionMatrix, replicates: int, seed: int | np.random.SeedSequence) -> npt.NDArray[np.int64]:
    """(R, C, C) matrices from the multinomial distribution."""
    p = matrix.counts.ravel() / matrix.total
    order = np.argsort(-p, kind="stable")[: np.count_nonzero(p)]  # large cells first: a draw ends when N is reached
    counts = np.zeros((replicates, p.size), np.int64)
    counts[:, order] = np.random.default_rng(seed).multinomial(round(matrix.total), p[order], size=replicates)
    return cast(npt.NDArray[np.int64], counts.reshape(replicates, len(matrix), len(matrix)))


def _pieces(whole: int, most: int) -> Iterator[int]:
    """Numbers of at most `most` whose sum is `whole`."""
    for start in range(0, whole, most):
        yield min(most, whole - start)
