"""Scores of many matrices at once are scikit-learn's scores of each."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import report
from core.metrics.whatif.stacked import Measure, Tallies
from tests.examples import examples

LABELS = ("a", "b", "c")
PER_CLASS = ("precision", "recall", "f1", "jaccard", "specificity", "npv")
MEASURES = [
    *(Measure(name, label=label) for name in PER_CLASS for label in LABELS),
    *(Measure(name, average) for name in PER_CLASS for average in (Average.MACRO, Average.WEIGHTED)),
    *(Measure(name) for name in ("accuracy", "balanced_accuracy", "mcc", "kappa")),
]
# of sparse and of full matrices, classes without samples and never predicted among them
stacks = arrays(np.int64, (3, 3, 3), elements=st.one_of(st.just(0), st.integers(0, 50)))


def theirs(measure: Measure, matrix: ConfusionMatrix) -> float:
    """scikit-learn's; the MCC of one class only is 0 by its convention and nan here."""
    if measure.name == "mcc" and (matrix.support.max() == matrix.total or matrix.predicted.max() == matrix.total):
        assert matrix.score("mcc") == 0 or matrix.total == 0
        return math.nan
    if measure.label is not None:
        return float(matrix.score(measure.name, labels=[measure.label])[0])
    return matrix.score(measure.name) if measure.average is None else matrix.score(measure.name, measure.average)


@examples(20)
@given(stack=stacks)
def test_each_score_is_scikit_learns(stack: np.ndarray) -> None:
    tallies = Tallies.of(stack)
    matrices = [ConfusionMatrix(counts, LABELS) for counts in stack]
    for measure in MEASURES:
        expected = [theirs(measure, matrix) for matrix in matrices]
        found = tallies.score(measure, LABELS)
        np.testing.assert_allclose(found, expected, atol=1e-12, err_msg=str(measure))


@pytest.mark.parametrize("measure", MEASURES, ids=str)
def test_fractional_counts_too(measure: Measure) -> None:
    matrix = ConfusionMatrix(np.array([[3.25, 0.5, 1], [0.125, 7, 2], [1, 0.75, 9]]), LABELS)
    assert Tallies.of(matrix.counts[None]).score(measure, LABELS)[0] == pytest.approx(theirs(measure, matrix))
    assert measure.of(report(matrix)) == pytest.approx(theirs(measure, matrix))


@pytest.mark.parametrize(
    "measure", [Measure("likelihood+", label="a"), Measure("f1_of_means"), Measure("f1", Average.MICRO)]
)
def test_what_is_not_computed_here_says_so(measure: Measure) -> None:
    with pytest.raises(ValueError, match="here"):
        Tallies.of(np.ones((1, 3, 3))).score(measure, LABELS)
