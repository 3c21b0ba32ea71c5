"""Every score against the lecture, against scikit-learn on one row a sample, against pycm, and against laws."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from typing import Any, get_args

import numpy as np
import numpy.typing as npt
import pycm
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sklearn import metrics as sk

from core.errors import UserError
from core.metrics import scores
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.scores import PerClass, Whole
from tests.core.metrics.test_confusion import BINARY, THREE, matrices
from tests.examples import examples

AVERAGES = (None, "micro", "macro", "weighted")
RATIOS = ("precision", "recall", "f1", "fbeta", "jaccard")
WHOLES = get_args(Whole)
nan = math.nan


@pytest.mark.parametrize(
    ("name", "options", "value"),
    [
        ("precision", {}, 8 / 9),
        ("recall", {}, 16 / 21),
        ("f1", {}, 32 / 39),
        ("specificity", {}, 7 / 9),
        ("npv", {}, 7 / 12),
        ("jaccard", {}, 16 / 23),
        ("likelihood+", {}, 24 / 7),
        ("likelihood-", {}, (5 / 21) / (7 / 9)),
        ("fbeta", {"beta": 0.5}, 0.860215),
        ("fbeta", {"beta": 2.0}, 0.784314),
        ("precision", {"pos_label": "no"}, 35 / 60),
        ("recall", {"pos_label": "no"}, 35 / 45),
        ("specificity", {"pos_label": "no"}, 16 / 21),
    ],
)
def test_the_lectures_binary_matrix(name: PerClass, options: dict[str, Any], value: float) -> None:
    average = None if name.startswith("likelihood") else "binary"
    found = BINARY.score(name, average, **options)
    assert (found[0] if average is None else found) == pytest.approx(value, abs=5e-7)  # type: ignore[index]


@pytest.mark.parametrize(
    ("name", "average", "value"),
    [
        ("accuracy", None, 23 / 30),
        ("balanced_accuracy", None, 0.769841),
        ("mcc", None, 0.504827),
        ("kappa", None, 34 / 69),
        ("precision", "macro", 0.736111),
        ("recall", "macro", 0.769841),
        ("f1", "macro", 0.743590),
        ("precision", "weighted", 0.797222),
        ("recall", "weighted", 0.766667),
        ("f1", "weighted", 0.774359),
    ],
)
def test_the_lectures_binary_matrix_as_a_whole(name: Any, average: Any, value: float) -> None:
    assert BINARY.score(name, average) == pytest.approx(value, abs=5e-7)


@pytest.mark.parametrize(
    ("name", "average", "options", "value"),
    [
        ("precision", None, {}, [1 / 2, 1 / 2, 2 / 3]),
        ("recall", None, {}, [0.3, 0.6, 0.8]),
        ("f1", None, {}, [3 / 8, 6 / 11, 8 / 11]),
        ("specificity", None, {}, [0.85, 0.70, 0.80]),
        ("accuracy", None, {}, 17 / 30),
        ("precision", "macro", {}, 0.555556),
        ("recall", "macro", {}, 0.566667),
        ("f1", "macro", {}, 0.549242),
        ("f1", "weighted", {}, 0.549242),
        ("f1_of_means", None, {}, 0.561056),
        ("balanced_accuracy", None, {}, 0.566667),
        ("mcc", None, {}, 0.357217),
        ("kappa", None, {}, 0.35),
        ("kappa", None, {"weights": "linear"}, 0.384615),
        ("kappa", None, {"weights": "quadratic"}, 0.421053),
        ("jaccard", "macro", {}, 0.392399),
        ("jaccard", "micro", {}, 0.395349),
    ],
)
def test_the_lectures_three_classes(name: Any, average: Any, options: dict[str, Any], value: Any) -> None:
    assert THREE.score(name, average, **options) == pytest.approx(value, abs=5e-7)


@pytest.mark.parametrize(
    ("name", "average", "value"),
    [
        ("precision", None, [0.3, 0.6, 0.8]),
        ("recall", None, [1 / 2, 1 / 2, 2 / 3]),
        ("f1", "macro", 0.549242),
        ("f1", "weighted", 0.584091),
        ("balanced_accuracy", None, 0.555556),
        ("accuracy", None, 17 / 30),
        ("mcc", None, 0.357217),
        ("kappa", None, 0.35),
    ],
)
def test_the_three_classes_read_the_wrong_way_round(name: Any, average: Any, value: Any) -> None:
    assert THREE.transposed().score(name, average) == pytest.approx(value, abs=5e-7)


def test_always_saying_yes() -> None:
    yes = ConfusionMatrix(np.array([[105, 0], [45, 0]]), ("yes", "no"))
    assert yes.score("f1", "binary") == pytest.approx(14 / 17)
    assert yes.score("f1", "binary") > BINARY.score("f1", "binary")
    assert yes.score("mcc") == 0
    assert yes.score("specificity", "binary") == 0
    assert math.isnan(yes.score("npv", "binary"))
    assert math.isnan(yes.score("precision", "binary", pos_label="no"))
    assert yes.score("f1", "binary", pos_label="no") == 0  # 0/45, however often "no" was predicted


def test_other_priors() -> None:
    shares = np.array([0.8, 0.1, 0.1]) * 300 / THREE.support
    tilted = THREE.weighted(shares.tolist())
    assert tilted.score("accuracy") == pytest.approx(0.38)
    assert tilted.score("f1", "macro") == pytest.approx(0.367856, abs=5e-7)
    assert tilted.score("f1", "weighted") == pytest.approx(0.424376, abs=5e-7)
    rare = BINARY.weighted([0.01 * 150 / 105, 0.99 * 150 / 45])
    assert rare.score("precision", "binary") == pytest.approx(0.033473, abs=5e-7)
    assert rare.score("accuracy") == pytest.approx(0.777619, abs=5e-7)


def random_matrices(how_many: int, seed: int) -> Iterator[ConfusionMatrix]:
    """Two to eight classes; some classes never occur, some are never predicted, some neither."""
    random = np.random.default_rng(seed)
    for _ in range(how_many):
        size = int(random.integers(2, 9))
        counts = random.integers(0, random.choice([3, 30, 300]), (size, size))
        counts[random.random((size, size)) < random.choice([0, 0.3, 0.8])] = 0
        for axis, chance in ((0, 0.15), (1, 0.15)):
            empty = random.random(size) < chance
            counts[empty if axis == 0 else slice(None), slice(None) if axis == 0 else empty] = 0
        if counts.sum():
            yield ConfusionMatrix(counts, tuple(f"class {c}" for c in range(size)))


def rows(matrix: ConfusionMatrix) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """(N,) target and predicted class of each sample."""
    target, predicted = np.indices(matrix.counts.shape)
    times = matrix.counts.ravel().astype(int)
    return np.repeat(target.ravel(), times), np.repeat(predicted.ravel(), times)


def undefined_as(values: Any, instead: float) -> Any:
    return np.where(np.isnan(values), instead, values)


def test_a_thousand_matrices_against_scikit_learn_on_one_row_a_sample() -> None:
    seen = 0
    empty = {"gold": 0, "predicted": 0}
    for matrix in random_matrices(1_080, seed=1):
        seen += 1
        empty["gold"] += int((matrix.support == 0).any())
        empty["predicted"] += int((matrix.predicted == 0).any())
        target, predicted = rows(matrix)
        everyone = range(len(matrix))
        average, zero = AVERAGES[seen % 4], (0.0, 1.0, nan)[seen % 3]
        beta = (1.0, 0.5, 2.0, 1.0, 1.0)[seen % 5]
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            theirs = sk.precision_recall_fscore_support(
                target, predicted, labels=everyone, average=average, beta=beta, zero_division=zero
            )[:3]
            options: dict[str, Any] = {}
            match seen % 5:  # one score of the whole a matrix: they share their counts
                case 0:
                    name, value = "accuracy", sk.accuracy_score(target, predicted)
                case 1:
                    name, value = "balanced_accuracy", sk.balanced_accuracy_score(target, predicted)
                case 2:
                    name, value = "mcc", sk.matthews_corrcoef(target, predicted)
                case rest:
                    name, options = "kappa", {"weights": "quadratic" if rest == 3 else None}
                    value = sk.cohen_kappa_score(target, predicted, labels=everyone, **options)
            jaccard = sk.jaccard_score(
                target, predicted, labels=everyone, average=average, zero_division=0.0 if math.isnan(zero) else zero
            )
        third = ("precision", "recall", "fbeta")[seen % 3]
        assert scores.ratios(matrix.counts, everyone, average, beta, zero) == tuple(
            pytest.approx(one, nan_ok=True) for one in theirs
        ), matrix
        ours = matrix.score(third, average, beta=beta, zero_division=zero)  # type: ignore[call-overload]
        assert ours == pytest.approx(theirs[seen % 3], nan_ok=True), matrix
        assert matrix.score(name, **options) == pytest.approx(value, nan_ok=True, abs=1e-12), (name, matrix)  # type: ignore[call-overload]
        if not math.isnan(zero):
            ours = matrix.score("jaccard", average, zero_division=zero)  # type: ignore[call-overload]
            assert ours == pytest.approx(jaccard), matrix
    assert seen >= 1_000
    assert min(empty.values()) > 200, "matrices with empty classes are among them"


def test_against_pycm_where_it_defines_the_same() -> None:
    named = {
        "precision": "PPV",
        "recall": "TPR",
        "specificity": "TNR",
        "npv": "NPV",
        "jaccard": "J",
        "f1": "F1",
        "likelihood+": "PLR",
        "likelihood-": "NLR",
    }
    compared = 0
    for matrix in random_matrices(150, seed=2):
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            theirs = pycm.ConfusionMatrix(matrix=matrix.counts.astype(int), classes=list(matrix.labels))
        for ours, his in named.items():
            values = matrix.score(ours)  # type: ignore[call-overload]
            for label, value in zip(matrix.labels, values, strict=True):
                other = getattr(theirs, his)[label]
                if isinstance(other, str) or not math.isfinite(other):  # what pycm does not define
                    assert not math.isfinite(value), (ours, label, matrix)
                    continue
                compared += 1
                assert value == pytest.approx(float(other), abs=1e-9), (ours, label, matrix)
        whole = {"accuracy": theirs.Overall_ACC, "kappa": theirs.Kappa, "mcc": theirs.Overall_MCC}
        for ours, other in whole.items():
            if not isinstance(other, str) and math.isfinite(other):
                compared += 1
                assert matrix.score(ours) == pytest.approx(float(other), abs=1e-9), (ours, matrix)  # type: ignore[call-overload]
    assert compared > 4_000


def test_specificity_and_npv_are_their_definitions() -> None:
    for matrix in random_matrices(100, seed=3):
        with np.errstate(invalid="ignore"):
            specificity = matrix.tn / (matrix.tn + matrix.fp)
            npv = matrix.tn / (matrix.tn + matrix.fn)
        assert matrix.score("specificity") == pytest.approx(specificity, nan_ok=True)
        assert matrix.score("npv") == pytest.approx(npv, nan_ok=True)
        assert matrix.score("specificity", zero_division=1) == pytest.approx(undefined_as(specificity, 1))
        known = ~np.isnan(specificity)
        if known.any():
            assert matrix.score("specificity", "macro") == pytest.approx(specificity[known].mean())
        if matrix.support[known].sum():
            weighted = np.average(specificity[known], weights=matrix.support[known])
            assert matrix.score("specificity", "weighted") == pytest.approx(weighted)
        pooled = matrix.tn.sum() / (matrix.tn + matrix.fp).sum()
        assert matrix.score("specificity", "micro") == pytest.approx(pooled)


def test_likelihood_ratios_are_scikit_learns() -> None:
    random = np.random.default_rng(4)
    undefined = 0
    for _ in range(200):
        counts = random.integers(0, 30, (2, 2)) * (random.random((2, 2)) < 0.8)
        if not counts.sum():
            continue
        matrix = ConfusionMatrix(counts, ("yes", "no"))
        target, predicted = rows(matrix)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = sk.class_likelihood_ratios(target, predicted, labels=[1, 0])  # (negative, positive)
        for name, value in zip(("likelihood+", "likelihood-"), theirs, strict=True):
            ours = matrix.score(name)[0]  # type: ignore[call-overload]
            if math.isfinite(value):
                assert ours == pytest.approx(value), (name, counts)
            else:
                undefined += 1
                assert not math.isfinite(ours), (name, counts)
    assert undefined > 10


def test_likelihood_ratios_at_the_edges() -> None:
    perfect = ConfusionMatrix(np.diag([5, 7]), ("yes", "no"))
    assert perfect.score("likelihood+").tolist() == [math.inf, math.inf]
    assert perfect.score("likelihood-").tolist() == [0, 0]
    never = ConfusionMatrix(np.array([[0, 5], [0, 7]]), ("yes", "no"))
    assert math.isnan(never.score("likelihood+")[0])  # 0/0
    assert never.score("likelihood+", zero_division=1)[0] == 1
    assert never.score("likelihood-")[0] == 1
    for average in ("micro", "macro", "weighted"):
        with pytest.raises(ValueError, match="there is no average"):
            THREE.score("likelihood+", average)  # type: ignore[call-overload]


@pytest.mark.parametrize("labels", [("A",), ("B", "A"), ("C", "A", "B"), ("A", "B", "C")])
@pytest.mark.parametrize("average", AVERAGES)
def test_some_classes_only(labels: tuple[str, ...], average: Any) -> None:
    target, predicted = rows(THREE)
    chosen = ["ABC".index(label) for label in labels]
    for name, score in (("precision", sk.precision_score), ("f1", sk.f1_score), ("jaccard", sk.jaccard_score)):
        theirs = score(target, predicted, labels=chosen, average=average)
        assert THREE.score(name, average, labels=labels) == pytest.approx(theirs)  # type: ignore[call-overload]
    specificity = THREE.score("specificity", average, labels=labels)
    assert np.shape(specificity) == ((len(labels),) if average is None else ())


def test_class_weights_are_sample_weights() -> None:
    random = np.random.default_rng(5)
    for matrix in random_matrices(80, seed=5):
        weights = random.random(len(matrix)) * 3
        target, predicted = rows(matrix)
        weighted, each = matrix.weighted(weights.tolist()), weights[target]
        everyone = range(len(matrix))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            f1 = sk.f1_score(
                target, predicted, labels=everyone, average="weighted", sample_weight=each, zero_division=nan
            )
            accuracy = sk.accuracy_score(target, predicted, sample_weight=each)
            mcc = sk.matthews_corrcoef(target, predicted, sample_weight=each)
        assert weighted.score("f1", "weighted") == pytest.approx(f1, nan_ok=True)
        assert weighted.score("accuracy") == pytest.approx(accuracy)
        assert weighted.score("mcc") == pytest.approx(mcc, abs=1e-9)


@examples(40)
@given(matrix=matrices())
def test_turning_the_matrix_swaps_precision_and_recall_and_leaves_the_rest(matrix: ConfusionMatrix) -> None:
    turned = matrix.transposed()
    for average in (None, "micro", "macro"):
        assert matrix.score("precision", average) == pytest.approx(turned.score("recall", average), nan_ok=True)  # type: ignore[call-overload]
        assert matrix.score("f1", average) == pytest.approx(turned.score("f1", average), nan_ok=True)  # type: ignore[call-overload]
    for name in ("accuracy", "mcc", "kappa", "f1_of_means"):
        assert matrix.score(name) == pytest.approx(turned.score(name), nan_ok=True, abs=1e-9)  # type: ignore[call-overload]
    for weights in ("linear", "quadratic"):
        ours, theirs = (one.score("kappa", weights=weights) for one in (matrix, turned))  # type: ignore[call-overload]
        assert ours == pytest.approx(theirs, nan_ok=True, abs=1e-9)


@examples(40)
@given(matrix=matrices())
def test_micro_is_accuracy_only_over_all_classes(matrix: ConfusionMatrix) -> None:
    for name in ("precision", "recall", "f1"):
        micro = matrix.score(name, "micro")  # type: ignore[call-overload]
        assert micro == pytest.approx(matrix.score("accuracy"), nan_ok=True)
    accuracy = matrix.score("accuracy")
    assert matrix.score("jaccard", "micro") == pytest.approx(accuracy / (2 - accuracy), nan_ok=True)


def test_micro_is_not_accuracy_over_some_classes() -> None:
    assert THREE.score("f1", "micro", labels=("A", "B")) != pytest.approx(THREE.score("accuracy"))


@examples(20)
@given(matrix=matrices(), factor=st.sampled_from([0.125, 3, 1000]))
def test_counts_times_a_number_change_no_score(matrix: ConfusionMatrix, factor: float) -> None:
    assume(matrix.total)
    scaled = ConfusionMatrix(matrix.counts * factor, matrix.labels)
    for name in get_args(PerClass):
        assert scaled.score(name) == pytest.approx(matrix.score(name), nan_ok=True)
    for name in WHOLES:
        assert scaled.score(name) == pytest.approx(matrix.score(name), nan_ok=True, abs=1e-9)


@examples(20)
@given(matrix=matrices(), data=st.data())
def test_classes_in_another_order(matrix: ConfusionMatrix, data: st.DataObject) -> None:
    order = data.draw(st.permutations(range(len(matrix))))
    other = ConfusionMatrix(matrix.counts[np.ix_(order, order)], tuple(matrix.labels[c] for c in order))
    for name in get_args(PerClass):
        assert other.score(name) == pytest.approx(matrix.score(name)[order], nan_ok=True)
        assert other.score(name, labels=matrix.labels) == pytest.approx(matrix.score(name), nan_ok=True)
    for name in WHOLES:
        assert other.score(name) == pytest.approx(matrix.score(name), nan_ok=True, abs=1e-9)


@examples(20)
@given(matrix=matrices())
def test_macro_is_the_mean_of_what_is_defined(matrix: ConfusionMatrix) -> None:
    for name in (*RATIOS, "specificity", "npv"):
        each = matrix.score(name)  # type: ignore[call-overload]
        known = each[~np.isnan(each)]
        mean = known.mean() if len(known) else nan
        assert matrix.score(name, "macro") == pytest.approx(mean, nan_ok=True)  # type: ignore[call-overload]


def test_zero_division_says_what_nothing_over_nothing_is() -> None:
    # B is never predicted, C never occurs
    matrix = ConfusionMatrix(np.array([[3, 0, 1], [2, 0, 0], [0, 0, 0]]), ("A", "B", "C"))
    assert matrix.score("precision").tolist() == pytest.approx([0.6, nan, 0], nan_ok=True)
    assert matrix.score("recall").tolist() == pytest.approx([0.75, 0, nan], nan_ok=True)
    assert matrix.score("f1").tolist() == pytest.approx([2 / 3, 0, 0])
    assert matrix.score("precision", zero_division=0)[1] == 0
    assert matrix.score("precision", zero_division=1)[1] == 1
    assert matrix.score("precision", "macro") == pytest.approx(0.3)
    assert matrix.score("precision", "macro", zero_division=0) == pytest.approx(0.2)
    assert matrix.score("precision", "macro", zero_division=1) == pytest.approx(1.6 / 3)
    assert matrix.score("balanced_accuracy") == pytest.approx(0.375), "a class without support is skipped"


def test_jaccard_of_a_class_that_is_nowhere() -> None:
    matrix = ConfusionMatrix(np.array([[3, 1, 0], [2, 4, 0], [0, 0, 0]]), ("A", "B", "C"))
    assert matrix.score("jaccard").tolist() == pytest.approx([0.5, 4 / 7, nan], nan_ok=True)
    assert matrix.score("jaccard", zero_division=1)[2] == 1
    assert matrix.score("jaccard", "macro") == pytest.approx((0.5 + 4 / 7) / 2)
    assert matrix.score("jaccard", "macro", zero_division=0) == pytest.approx((0.5 + 4 / 7) / 3)
    assert math.isnan(matrix.score("jaccard", "macro", labels=("C",)))


def test_a_matrix_without_a_count_has_no_score() -> None:
    empty = ConfusionMatrix(np.zeros((3, 3)), ("A", "B", "C"))
    for name in WHOLES:
        assert math.isnan(empty.score(name)), name
    for name in get_args(PerClass):
        assert np.isnan(empty.score(name)).tolist() == [True] * 3, name
        assert np.isnan(empty.score(name, labels=("A", "C"))).tolist() == [True] * 2, name
    for name in (*RATIOS, "specificity", "npv"):
        for average in ("micro", "macro", "weighted"):
            assert math.isnan(empty.score(name, average)), (name, average)  # type: ignore[call-overload]


def test_one_class_only_and_all_of_it_right() -> None:
    matrix = ConfusionMatrix(np.array([[9, 0], [0, 0]]), ("A", "B"))
    assert matrix.score("accuracy") == 1
    assert matrix.score("mcc") == 0, "scikit-learn's convention for 0/0"
    assert math.isnan(matrix.score("kappa"))
    assert matrix.score("balanced_accuracy") == 1
    assert matrix.score("precision").tolist() == pytest.approx([1, nan], nan_ok=True)
    assert matrix.score("specificity").tolist() == pytest.approx([nan, 1], nan_ok=True)


def test_macro_f1_may_lie_below_both_means() -> None:
    matrix = ConfusionMatrix(np.array([[10, 90], [0, 10]]), ("A", "B"))
    f1 = matrix.score("f1", "macro")
    assert f1 < min(matrix.score("precision", "macro"), matrix.score("recall", "macro"))
    assert f1 < matrix.score("f1_of_means")


def test_balanced_accuracy_adjusted_is_0_for_chance() -> None:
    assert ConfusionMatrix(np.ones((4, 4)), tuple("ABCD")).score("balanced_accuracy", adjusted=True) == pytest.approx(0)
    assert THREE.score("balanced_accuracy", adjusted=True) == pytest.approx((17 / 30 - 1 / 3) / (2 / 3))


def test_shapes_and_types() -> None:
    for name in get_args(PerClass):
        values = THREE.score(name)
        assert values.shape == (3,)
        assert values.dtype == np.float64
        assert THREE.score(name, labels=("C", "A")).shape == (2,)
    for name in RATIOS:
        for average in Average:
            if average is not Average.BINARY:
                assert type(THREE.score(name, average)) is float  # type: ignore[call-overload]
    assert type(BINARY.score("f1", Average.BINARY)) is float
    for name in WHOLES:
        assert type(THREE.score(name)) is float


def test_what_cannot_be_asked() -> None:
    with pytest.raises(UserError, match='"binary" is for two classes, and there are 3'):
        THREE.score("f1", "binary")
    with pytest.raises(UserError, match='no class "Z"'):
        BINARY.score("f1", "binary", pos_label="Z")
    with pytest.raises(UserError, match='no class "Z"'):
        THREE.score("f1", "macro", labels=("A", "Z"))
    with pytest.raises(ValueError, match="no score is called 'f2'"):
        THREE.score("f2")  # type: ignore[call-overload]
    with pytest.raises(ValueError, match="Samplewise"):
        THREE.score("f1", "samples")  # type: ignore[call-overload]


def test_nothing_warns() -> None:
    matrix = ConfusionMatrix(np.array([[5, 0, 0], [0, 0, 0], [0, 0, 0]]), ("A", "B", "C"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for name in get_args(PerClass):
            matrix.score(name)
        for name in WHOLES:
            matrix.score(name)
