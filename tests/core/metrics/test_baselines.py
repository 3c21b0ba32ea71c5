"""The classifiers that learned nothing are scikit-learn's dummies."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from sklearn.dummy import DummyClassifier
from sklearn.metrics import confusion_matrix

from core.metrics import Average, ConfusionMatrix
from core.metrics.baselines import (
    COLUMNS,
    always,
    baselines,
    beside,
    best_competitor,
    compared,
    majority,
    proportional,
    row,
    uniform,
)
from core.metrics.presets import PRESETS
from core.metrics.report import Options, report
from tests.core.metrics.test_report import BINARY, THREE, matrices
from tests.examples import examples


def dummy(matrix: ConfusionMatrix, strategy: str, **more: object) -> np.ndarray:
    """What scikit-learn's dummy does with samples like these; where it guesses, what to expect of it."""
    target = np.repeat(np.arange(len(matrix)), matrix.support.astype(int))
    nothing = np.zeros((len(target), 1))
    model = DummyClassifier(strategy=strategy, **more).fit(nothing, target)  # type: ignore[arg-type]
    if strategy in ("prior", "uniform"):
        chances = np.zeros(len(matrix))
        chances[model.classes_] = model.predict_proba(nothing[:1])[0]
        return np.outer(matrix.support, chances)
    return confusion_matrix(target, model.predict(nothing), labels=range(len(matrix)))


@examples(60)
@given(matrix=matrices)
def test_they_are_scikit_learns_dummies(matrix: ConfusionMatrix) -> None:
    if not matrix.total:
        return
    np.testing.assert_array_equal(always(matrix, majority(matrix)).counts, dummy(matrix, "most_frequent"))
    np.testing.assert_allclose(proportional(matrix).counts, dummy(matrix, "prior"))
    if matrix.support.all():  # the dummy knows only the classes it has seen
        np.testing.assert_allclose(uniform(matrix).counts, dummy(matrix, "uniform"))
        for c, label in enumerate(matrix.labels):
            np.testing.assert_array_equal(always(matrix, label).counts, dummy(matrix, "constant", constant=c))
    for baseline in baselines(matrix):
        np.testing.assert_allclose(baseline.matrix.support, matrix.support, err_msg="gold stays what it is")


def test_many_stratified_guesses_are_near_what_is_expected() -> None:
    target = np.repeat([0, 1], [105, 45])
    nothing = np.zeros((len(target), 1))
    runs = [
        confusion_matrix(
            target, DummyClassifier(strategy="stratified", random_state=seed).fit(nothing, target).predict(nothing)
        )
        for seed in range(300)
    ]
    assert np.mean(runs, axis=0) == pytest.approx(proportional(BINARY).counts, abs=1)


def test_always_yes_beats_the_lectures_model_in_f1_and_in_nothing_else() -> None:
    options = Options()
    trivial = baselines(BINARY)
    rows = compared((BINARY, *(baseline.matrix for baseline in trivial)), options)
    assert trivial[0].name == 'always "yes" (majority)'
    f1 = COLUMNS.index("f1")
    assert rows[0, f1] == pytest.approx(0.8205, abs=1e-4)
    assert rows[1, f1] == pytest.approx(0.8235, abs=1e-4)
    assert rows[1, COLUMNS.index("mcc")] == 0
    assert rows[1, COLUMNS.index("balanced_accuracy")] == 0.5


@pytest.mark.parametrize("matrix", [BINARY, THREE])
def test_chance_has_no_correlation_and_no_kappa(matrix: ConfusionMatrix) -> None:
    rows = compared((proportional(matrix), uniform(matrix)), Options())
    assert rows[:, COLUMNS.index("mcc")] == pytest.approx(0, abs=1e-9)
    assert rows[:, COLUMNS.index("kappa")] == pytest.approx(0, abs=1e-9)
    assert rows[:, COLUMNS.index("balanced_accuracy")] == pytest.approx(1 / len(matrix))


@pytest.mark.parametrize(
    "options",
    [
        Options(),
        Options(pos_label="no", zero_division=0.0),
        Options(average=Average.WEIGHTED, kappa_weights="quadratic"),
        Options(average=Average.MACRO, labels=("no",)),
    ],
)
def test_the_models_row_is_that_of_its_report(options: Options) -> None:
    found = report(BINARY, options)
    assert row(found) == pytest.approx(compared((BINARY,), options)[0])
    named = dict(zip(COLUMNS, row(found), strict=True))
    for name in ("precision", "recall", "f1"):
        assert named[name] == found.mean(name, options.headline(BINARY))  # type: ignore[arg-type]
    for name in ("accuracy", "balanced_accuracy", "mcc", "kappa"):
        assert named[name] == found.whole(name)  # type: ignore[arg-type]


def test_with_many_classes_only_the_majority_is_always_said() -> None:
    matrix = ConfusionMatrix(np.eye(5), tuple("abcde"))
    assert [baseline.name for baseline in baselines(matrix)] == [
        'always "a"',  # as frequent as the others, so no majority
        "chance, actual shares",
        "chance, uniform",
    ]


def test_without_samples_nothing_is_defined() -> None:
    empty = ConfusionMatrix(np.zeros((2, 2)), ("a", "b"))
    rows = compared(tuple(baseline.matrix for baseline in baselines(empty)), Options())
    assert rows.shape == (4, 7)
    assert np.isnan(rows).all()


@pytest.mark.parametrize(
    ("title", "name", "score", "value", "own"),
    [
        ("Lecture: two classes", "Always yes", "f1", 0.824, 0.821),
        ("Lecture: three classes", "Guessing each class as often as it occurs", "f1", 0.333, 0.549),
        ("Rare disease (imbalanced)", "Always healthy", "accuracy", 0.990, 0.958),
        ("Three classes, one rare", "Always common", "accuracy", 0.900, 0.915),
    ],
)
def test_the_best_competitor_is_nearest_or_furthest_ahead(
    title: str, name: str, score: str, value: float, own: float
) -> None:
    best = best_competitor(beside(report(PRESETS[title].matrix(), Options())))
    assert best is not None
    assert (best.other.short, best.score) == (name, score)
    assert (best.value, best.own) == (pytest.approx(value, abs=5e-4), pytest.approx(own, abs=5e-4))


@examples(30)
@given(matrix=matrices)
def test_no_other_trivial_classifier_is_further_ahead_of_the_model(matrix: ConfusionMatrix) -> None:
    found = beside(report(matrix, Options()))
    best = best_competitor(found)
    places = [COLUMNS.index("accuracy"), COLUMNS.index("f1")]
    leads = found.rows[1:, places] - found.rows[0, places]
    if best is None:
        assert np.isnan(leads).all()
        return
    assert best.value - best.own == np.nanmax(leads)


def test_without_samples_nothing_competes() -> None:
    empty = ConfusionMatrix(np.zeros((2, 2)), ("a", "b"))
    assert best_competitor(beside(report(empty, Options()))) is None
