"""Each probe says what scikit-learn's own pipeline says, whatever is done to make it fast."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from core.transfer.features.probes import fit as module
from core.transfer.features.probes.fit import fit, thin
from core.transfer.features.probes.plan import Kind, Metric, Setting, grid
from core.transfer.features.probes.predictors import Linear, votes
from core.transfer.features.probes.problem import Problem, problem
from tests.core.transfer.features.blobs import blobs


def parts(**rest: Any) -> Problem:
    features, images, selection = blobs(**rest)
    return problem(features, images, selection)


def standardised(machine: Any) -> Any:
    return make_pipeline(StandardScaler(), machine)


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("width", [20, 200])  # fewer features than pictures, and more
@pytest.mark.parametrize("penalty", [100.0, 1.0, 0.05])
def test_logistic_regression_is_scikit_learn_s(classes: int, width: int, penalty: float) -> None:
    some = parts(classes=classes, width=width, noise=2.0)
    found = next(iter(fit(Kind.LOGISTIC, (Setting(penalty),), some.train, some.train_labels, classes)))
    usual = standardised(LogisticRegression(C=1 / (penalty * len(some.train)), tol=1e-8, max_iter=5_000))
    usual.fit(some.train.astype(np.float64), some.train_labels)
    expected = usual.predict_proba(some.validation.astype(np.float64))
    np.testing.assert_allclose(found.probabilities(some.validation), expected, atol=5e-3)


def test_a_path_of_penalties_ends_where_single_fits_do() -> None:
    some = parts(noise=2.0)
    settings = grid(Kind.LOGISTIC)[:9]
    path = list(fit(Kind.LOGISTIC, settings, some.train, some.train_labels, 3))
    for setting, predictor in zip(settings, path, strict=True):
        alone = next(iter(fit(Kind.LOGISTIC, (setting,), some.train, some.train_labels, 3)))
        np.testing.assert_allclose(
            predictor.probabilities(some.validation), alone.probabilities(some.validation), atol=5e-3
        )


@pytest.mark.parametrize("classes", [2, 3])
@pytest.mark.parametrize("width", [20, 200])
def test_the_linear_machine_is_scikit_learn_s(classes: int, width: int) -> None:
    some = parts(classes=classes, width=width, noise=2.0)
    found = next(iter(fit(Kind.LINEAR_SVM, (Setting(0.01),), some.train, some.train_labels, classes)))
    usual = standardised(LinearSVC(C=0.01, tol=1e-8, max_iter=20_000)).fit(
        some.train.astype(np.float64), some.train_labels
    )
    assert isinstance(found, Linear)
    logits, margins = found.logits(some.validation), usual.decision_function(some.validation.astype(np.float64))
    mine = logits[:, 1] - logits[:, 0] if classes == 2 else logits
    np.testing.assert_allclose(mine, margins, atol=5e-3)


@pytest.mark.parametrize("classes", [2, 4])
@pytest.mark.parametrize("gamma", [0.1, 1.0])
def test_the_kernel_machine_is_scikit_learn_s(classes: int, gamma: float) -> None:
    some = parts(classes=classes, noise=2.5)
    found = next(iter(fit(Kind.RBF_SVM, (Setting(10.0, gamma),), some.train, some.train_labels, classes)))
    usual = standardised(SVC(C=10.0, gamma=gamma / some.train.shape[1], break_ties=True))
    usual.fit(some.train.astype(np.float64), some.train_labels)
    expected = usual.predict(some.validation.astype(np.float64))
    assert found.probabilities(some.validation).argmax(1).tolist() == expected.tolist()


@pytest.mark.parametrize("metric", Metric)
@pytest.mark.parametrize("k", [1, 4])
def test_neighbours_are_scikit_learn_s(metric: Metric, k: int) -> None:
    some = parts(noise=2.0)
    found = next(iter(fit(Kind.NEIGHBOURS, (Setting(k),), some.train, some.train_labels, 3, metric)))
    usual = KNeighborsClassifier(k, metric=metric.value.lower()).fit(some.train, some.train_labels)
    np.testing.assert_allclose(found.probabilities(some.validation), usual.predict_proba(some.validation), atol=1e-6)


@pytest.mark.parametrize("kind", Kind)
def test_a_class_without_training_pictures_is_never_said(kind: Kind) -> None:
    some = parts(classes=3)
    rows = some.train_labels != 1
    found = next(iter(fit(kind, grid(kind)[-1:], some.train[rows], some.train_labels[rows], 4)))
    said = found.probabilities(some.validation)
    assert said.shape == (30, 4)
    assert not said[:, [1, 3]].any()
    np.testing.assert_allclose(said.sum(1), 1, atol=1e-6)


@pytest.mark.parametrize("kind", Kind)
def test_features_that_never_change_and_no_pictures_to_judge(kind: Kind) -> None:
    some = parts()
    x = some.train.copy()
    x[:, :5] = 7
    found = next(iter(fit(kind, grid(kind)[:1], x, some.train_labels, 3)))
    said = found.probabilities(x)
    assert np.isfinite(said).all()
    assert found.probabilities(x[:0]).shape == (0, 3)


def test_more_neighbours_than_pictures_are_all_of_them() -> None:
    some = parts(train=2)
    found = next(iter(fit(Kind.NEIGHBOURS, (Setting(50),), some.train, some.train_labels, 3)))
    np.testing.assert_allclose(found.probabilities(some.validation), 1 / 3, atol=1e-6)


def test_votes() -> None:
    assert votes(np.array([[0, 0, 2, 1], [2, 2, 2, 2]]), 3).tolist() == [[0.5, 0.25, 0.25], [0, 0, 1]]


def test_a_kernel_machine_takes_some_of_many_with_every_class_in_its_share(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST", {Kind.RBF_SVM: 30})
    labels = np.repeat([0, 1, 2], [60, 30, 10])
    rows = thin(Kind.RBF_SVM, labels)
    assert len(rows) == 30
    assert (np.diff(rows) > 0).all()
    assert np.bincount(labels[rows]).tolist() == pytest.approx([18, 9, 3], abs=1)
    assert len(thin(Kind.LOGISTIC, labels)) == 100


def test_settings_are_said_in_words() -> None:
    assert Setting(0.1).words(Kind.LOGISTIC) == "λ = 0.1"
    assert Setting(5.0).words(Kind.NEIGHBOURS) == "k = 5"
    assert Setting(10.0, 0.1).words(Kind.RBF_SVM) == "C = 10, γ = 0.1/D"
