r"""Regularised least squares on features that outnumber the examples.

$$w_* = \arg\min_w \sum_i \left(t_*^i - w^\top \phi(P^i)\right)^2 + \lambda \lVert w \rVert^2$$

(Girshick et al., https://arxiv.org/abs/1311.2524, appendix C, for each $* \in \{x, y, w, h\}$, with $\lambda = 1000$.)
Features and targets are centred, so that a constant is learned besides and is not held small: scikit-learn's `Ridge`
with its intercept.

With F features and far fewer examples the same minimum is found from the N x N products of examples alone (Saunders et
al. 1998, ridge regression in dual variables): $\alpha = (K + \lambda I)^{-1} t$. With the eigenvectors of $K$, found
once, another $\lambda$ is a few products of small matrices, whatever F is.

Shapes: N examples fitted, M examples asked about, F features.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
NORM = 20.0
"""Mean norm that features are scaled to, as R-CNN's published code does; without it no λ would mean anything."""


@dataclass(frozen=True, eq=False)
class Products:
    """All that a fit has to know of features: how like each other two examples are.

    Attributes:
        values: (N,) eigenvalues of the products of the fitted examples with one another, none below 0.
        vectors: (N, N) their eigenvectors, a column each.
        asked: (M, N) products of those asked about with those fitted, times the eigenvectors.
        shifts: (N, 4) targets of the fitted, centred, in the eigenvectors' coordinates.
        mean: (4,) mean of the targets that are fitted.
    """

    values: Array
    vectors: Array
    asked: Array
    shifts: Array
    mean: Array


def scaled(
    features: npt.NDArray[np.float32], asked: npt.NDArray[np.float32]
) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Features less the mean of the fitted, times what makes the mean norm of the fitted `NORM`.

    Args:
        features: (N, F) of those that are fitted.
        asked: (M, F) of those to be asked about.
    """
    centre = features.mean(axis=0)
    fit = features - centre
    scale = np.float32(NORM / max(float(np.linalg.norm(fit, axis=1).mean()), 1e-12))
    return fit * scale, (asked - centre) * scale


def products(features: npt.NDArray[np.float32], shifts: Array, asked: npt.NDArray[np.float32]) -> Products:
    """Compare examples, once for all λ.

    Args:
        features: (N, F) of those that are fitted, N at least 1.
        shifts: (N, 4) their targets t.
        asked: (M, F) of those to be asked about.
    """
    fit, other = (part.astype(np.float64) for part in scaled(features, asked))
    values, vectors = np.linalg.eigh(fit @ fit.T)
    mean = shifts.mean(axis=0)
    return Products(values.clip(min=0), vectors, other @ fit.T @ vectors, vectors.T @ (shifts - mean), mean)


def predict(known: Products, strength: float) -> tuple[Array, Array]:
    """Fit the four functions and ask them.

    Args:
        known: the examples.
        strength: λ, above 0.

    Returns:
        (N, 4) what they say of the examples they were fitted on, and (M, 4) of the others.
    """
    dual = known.shifts / (known.values + strength)[:, None]  # (N, 4), in the eigenvectors' coordinates
    return known.vectors @ (known.values[:, None] * dual) + known.mean, known.asked @ dual + known.mean
