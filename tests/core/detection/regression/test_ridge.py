"""The four functions against scikit-learn's own ridge regression, and at both ends of λ."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from sklearn.linear_model import Ridge

from core.detection.regression.ridge import NORM, predict, products, scaled

Floats = npt.NDArray[np.float32]


def made(fitted: int, asked: int, features: int, seed: int = 0) -> tuple[Floats, npt.NDArray[np.float64], Floats]:
    random = np.random.default_rng(seed)
    rows = random.normal(size=(fitted + asked, features)).astype(np.float32) * 3 + 1
    return rows[:fitted], random.normal(size=(fitted, 4)), rows[fitted:]


@pytest.mark.parametrize("strength", [0.1, 10.0, 1000.0, 1e6])
@pytest.mark.parametrize(("fitted", "features"), [(30, 200), (60, 12), (1, 5)])
def test_it_is_scikit_learn_s_primal_ridge(fitted: int, features: int, strength: float) -> None:
    rows, shifts, asked = made(fitted, 9, features)
    fit, other = (part.astype(np.float64) for part in scaled(rows, asked))
    ridge = Ridge(alpha=strength, solver="svd").fit(fit, shifts)
    own, others = predict(products(rows, shifts, asked), strength)
    np.testing.assert_allclose(own, ridge.predict(fit), atol=1e-5)
    np.testing.assert_allclose(others, ridge.predict(other), atol=1e-5)


def test_features_have_the_norm_that_λ_is_meant_for() -> None:
    rows, _, asked = made(40, 5, 100)
    fit, _ = scaled(rows, asked)
    assert np.linalg.norm(fit, axis=1).mean() == pytest.approx(NORM, rel=1e-5)
    np.testing.assert_allclose(fit.mean(axis=0), 0, atol=1e-5)


def test_an_endless_λ_says_the_mean_of_all() -> None:
    rows, shifts, asked = made(30, 9, 200)
    for said in predict(products(rows, shifts, asked), 1e15):
        np.testing.assert_allclose(said, np.broadcast_to(shifts.mean(axis=0), said.shape), atol=1e-9)


def test_a_linear_law_without_noise_is_recovered() -> None:
    rows, _, asked = made(80, 20, 10)
    law = np.random.default_rng(1).normal(size=(10, 4))
    own, others = predict(products(rows, rows @ law + 0.5, asked), 1e-6)
    np.testing.assert_allclose(own, rows @ law + 0.5, atol=1e-4)
    np.testing.assert_allclose(others, asked @ law + 0.5, atol=1e-4)


def test_with_more_features_than_examples_a_small_λ_learns_them_by_heart() -> None:
    rows, shifts, asked = made(30, 9, 200)
    known = products(rows, shifts, asked)
    errors = [float(np.square(predict(known, strength)[0] - shifts).mean()) for strength in (1e-6, 1.0, 1e3, 1e6)]
    assert errors == sorted(errors)
    assert errors[0] < 1e-9


def test_features_that_are_all_the_same_say_the_mean() -> None:
    rows, shifts, asked = np.ones((5, 7), np.float32), made(5, 1, 7)[1], np.ones((2, 7), np.float32)
    for said in predict(products(rows, shifts, asked), 0.01):
        np.testing.assert_allclose(said, np.broadcast_to(shifts.mean(axis=0), said.shape), atol=1e-9)
