"""All scores at once: each number is the one the matrix itself gives, and so scikit-learn's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics
from sklearn.utils.class_weight import compute_class_weight

from core.errors import UserError
from core.metrics import Average, ConfusionMatrix
from core.metrics.report import AVERAGED, KAPPA_WEIGHTS, PER_CLASS, WHOLE, Options, balanced_weights, report
from tests.examples import examples

BINARY = ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no"))
THREE = ConfusionMatrix(np.array([[30, 50, 20], [20, 60, 20], [10, 10, 80]]), ("A", "B", "C"))


def counts(classes: int) -> st.SearchStrategy[np.ndarray]:
    """Matrices with many zeros, so that all that can be undefined is."""
    cell = st.sampled_from([0, 0, 0, 1, 2, 7, 90])
    return arrays(np.int64, (classes, classes), elements=cell)


matrices = st.integers(2, 5).flatmap(counts).map(lambda c: ConfusionMatrix(c, tuple("abcde"[: len(c)])))


@examples(60)
@given(
    matrix=matrices,
    beta=st.sampled_from([0.0, 0.5, 1.0, 2.0]),
    zero_division=st.sampled_from([math.nan, 0.0, 1.0]),
    pick=st.randoms(use_true_random=False),
)
def test_every_number_is_the_one_the_matrix_gives(
    matrix: ConfusionMatrix, beta: float, zero_division: float, pick: object
) -> None:
    labels = tuple(pick.sample(matrix.labels, pick.randint(1, len(matrix))))  # type: ignore[attr-defined]
    positive = pick.choice(matrix.labels)  # type: ignore[attr-defined]
    found = report(
        matrix,
        Options(beta=beta, zero_division=zero_division, labels=labels, pos_label=positive, kappa_weights="linear"),
    )
    how = {"beta": beta, "zero_division": zero_division}
    for column, name in enumerate(PER_CLASS):
        np.testing.assert_allclose(found.classes[:, column], matrix.score(name, **how), err_msg=name)
    for name in AVERAGED:
        for average in (Average.MICRO, Average.MACRO, Average.WEIGHTED):
            wanted = matrix.score(name, average, labels=labels, **how)
            np.testing.assert_allclose(found.mean(name, average), wanted, err_msg=f"{name} {average}")
        wanted = matrix.score(name, "binary", pos_label=positive, **how) if len(matrix) == 2 else math.nan
        np.testing.assert_allclose(found.mean(name, Average.BINARY), wanted, err_msg=name)
    for name in WHOLE:
        weights = "linear" if name == "kappa" else None
        wanted = matrix.score(name, labels=labels, weights=weights, zero_division=zero_division)
        np.testing.assert_allclose(found.whole(name), wanted, err_msg=name)
    for weights, kappa in zip(KAPPA_WEIGHTS, found.kappas, strict=True):
        np.testing.assert_allclose(kappa, matrix.score("kappa", weights=weights))


def test_the_lectures_two_classes() -> None:
    found = report(BINARY)
    assert found.positive == "yes"
    assert found.of_class("precision", "yes") == pytest.approx(8 / 9)
    assert found.of_class("npv", "yes") == pytest.approx(7 / 12)
    assert found.of_class("likelihood+", "yes") == pytest.approx(24 / 7)
    assert found.mean("fbeta", Average.BINARY) == pytest.approx(0.784314, abs=1e-6)
    assert found.mean("precision", Average.WEIGHTED) == pytest.approx(0.797222, abs=1e-6)
    assert found.whole("accuracy") == found.mean("f1", Average.MICRO) == pytest.approx(23 / 30)
    assert found.whole("mcc") == pytest.approx(0.504827, abs=1e-6)


def test_the_lectures_three_classes() -> None:
    found = report(THREE)
    assert found.mean("f1", Average.MACRO) == pytest.approx(0.549242, abs=1e-6)
    assert found.whole("f1_of_means") == pytest.approx(0.561056, abs=1e-6)
    assert found.kappas == pytest.approx([0.35, 0.384615, 0.421053], abs=1e-6)
    assert math.isnan(found.mean("f1", Average.BINARY))


def test_class_weights_are_sample_weights() -> None:
    found = report(BINARY, Options(class_weights=(1, 3)))
    assert found.matrix == ConfusionMatrix(np.array([[80, 25], [30, 105]]), ("yes", "no"))
    assert found.of_class("precision", "yes") == pytest.approx(80 / 110)
    assert found.of_class("recall", "yes") == pytest.approx(80 / 105), "recall looks at one row"


@pytest.mark.parametrize(
    ("matrix", "options"),
    [
        (ConfusionMatrix(np.zeros((2, 2)), ("a", "b")), Options(zero_division=1.0)),
        (BINARY, Options(labels=())),
        (BINARY, Options(class_weights=(0, 0))),
    ],
)
def test_where_there_is_nothing_nothing_is_defined(matrix: ConfusionMatrix, options: Options) -> None:
    found = report(matrix, options)
    assert np.isnan(found.classes).all()
    assert np.isnan(found.averages).all()
    assert np.isnan(found.wholes).all()
    assert np.isnan(found.kappas).all()


def test_balanced_weights_are_scikit_learns() -> None:
    target = np.repeat([0, 1], [105, 45])
    assert balanced_weights(BINARY) == pytest.approx(
        compute_class_weight("balanced", classes=np.array([0, 1]), y=target)
    )
    weighted = BINARY.weighted(balanced_weights(BINARY))
    assert weighted.support == pytest.approx([75, 75])
    assert balanced_weights(ConfusionMatrix(np.array([[0, 0], [3, 1]]), ("a", "b"))) == (1.0, 1.0)
    assert balanced_weights(ConfusionMatrix(np.zeros((2, 2)), ("a", "b"))) == (1.0, 1.0)


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Options(beta=-1), "Beta must be a number from 0 to 100, not -1"),
        (lambda: Options(beta=math.nan), "Beta must be"),
        (lambda: Options(beta=math.inf), "Beta must be"),
        (lambda: Options(zero_division=0.5), "0/0 can count as 0, as 1 or as undefined, not as 0.5"),
        (lambda: report(BINARY, Options(labels=("yes", "maybe"))), 'no class "maybe"'),
        (lambda: report(BINARY, Options(labels=("yes", "yes"))), "averaged only once"),
        (lambda: report(BINARY, Options(pos_label="maybe")), 'no class "maybe"'),
        (lambda: report(BINARY, Options(class_weights=(1,))), "2 classes need 2 weights, and there are 1"),
        (lambda: report(BINARY, Options(class_weights=(1, -1))), "from 0 up"),
        (lambda: report(BINARY, Options(class_weights=(1, math.nan))), "from 0 up"),
    ],
)
def test_what_makes_no_sense_is_refused(make: object, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        make()  # type: ignore[operator]


def test_the_headline_is_binary_for_two_classes_and_macro_for_more() -> None:
    assert Options().headline(BINARY) is Average.BINARY
    assert Options().headline(THREE) is Average.MACRO
    assert Options(average=Average.BINARY).headline(THREE) is Average.MACRO
    assert Options(average=Average.MICRO).headline(THREE) is Average.MICRO


def test_both_macro_f1_are_of_the_same_classes() -> None:
    """Fourteen samples of the classes 1 to 4, of which two were taken for 0, a class that nobody asked for."""
    target = [1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4]
    predicted = [1, 1, 1, 0, 0, 2, 2, 3, 3, 3, 4, 3, 4, 3]
    matrix = ConfusionMatrix(metrics.confusion_matrix(target, predicted), tuple("01234"))
    found = report(matrix, Options(labels=("1", "2", "3", "4")))
    p, r, f1, _ = metrics.precision_recall_fscore_support(target, predicted, labels=[1, 2, 3, 4], average="macro")
    assert found.mean("f1", Average.MACRO) == pytest.approx(f1) == pytest.approx(0.604167, abs=1e-6)
    assert found.whole("f1_of_means") == pytest.approx(2 * p * r / (p + r)) == pytest.approx(0.636129, abs=1e-6)
    assert report(matrix).whole("f1_of_means") != pytest.approx(0.636129, abs=1e-3)
