r"""Regularised least squares on features that outnumber the examples.

$$w_* = \arg\min_w \sum_i \left(t_*^i - w^\top \phi(P^i)\right)^2 + \lambda \lVert w \rVert^2, \qquad * \in \{x, y, w, h\}$$

(Girshick et al., https://arxiv.org/abs/1311.2524, equation 5, with $\lambda = 1000$ for features of mean norm 20.) With
F features and far fewer examples the same minimum is found from the N x N products of examples alone: scikit-learn's
`KernelRidge` with a linear kernel. So another $\lambda$ costs a solution of N equations, whatever F is.

Shapes: N examples fitted, M examples asked about, F features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from sklearn.kernel_ridge import KernelRidge

Array = npt.NDArray[np.float64]
NORM = 20.0
"""Features are divided so that their mean norm is this, as in the paper: its λ then means the same here."""


@dataclass(frozen=True, eq=False)
class Products:
    """All that a fit has to know of features: how like each other two examples are.

    Attributes:
        fitted: (N, N) products of the examples that are fitted, centred and scaled.
        asked: (M, N) of those asked about with those fitted.
        mean: (4,) mean of the targets that are fitted.
        shifts: (N, 4) those targets.
    """

    fitted: Array
    asked: Array
    mean: Array
    shifts: Array


def products(features: npt.NDArray[np.float32], shifts: Array, asked: npt.NDArray[np.float32]) -> Products:
    """Compare examples, once for all λ.

    Args:
        features: (N, F) of those that are fitted.
        shifts: (N, 4) their targets t.
        asked: (M, F) of those to be asked about.
    """
    centre = features.mean(axis=0, dtype=np.float64)
    fit = features - centre
    scale = NORM / max(float(np.linalg.norm(fit, axis=1).mean()), 1e-12)
    fit, other = fit * scale, (asked - centre) * scale
    return Products(fit @ fit.T, other @ fit.T, shifts.mean(axis=0), shifts)


def predict(known: Products, strength: float) -> tuple[Array, Array]:
    """Fit the four functions and ask them.

    Args:
        known: the examples.
        strength: λ, above 0.

    Returns:
        (N, 4) what they say of the examples they were fitted on, and (M, 4) of the others.
    """
    ridge = KernelRidge(alpha=strength, kernel="precomputed")
    ridge.fit(known.fitted, known.shifts - known.mean)
    return ridge.predict(known.fitted) + known.mean, ridge.predict(known.asked) + known.mean
