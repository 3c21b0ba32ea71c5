r"""How steep the loss of a kernel is, and what that means for gradient descent.

With $x$ the picture, $y$ the filtered picture of $N$ pixels and $k$ the kernel that learns, as a vector:

$$L(k) = \frac{1}{N} \lVert Xk - y \rVert^2 = \tfrac{1}{2} k^\top H k - b^\top k + c,\qquad
H = \tfrac{2}{N} X^\top X,\quad b = \tfrac{2}{N} X^\top y,\quad c = \tfrac{1}{N} y^\top y$$

The rows of $X$ are the picture's patches, so $Xk$ is `conv2d` without padding. The eigenvalues of $H$ say how gradient
descent fares (https://distill.pub/2017/momentum/): it converges only for $\eta < 2 / \lambda_\max$, and then needs a
number of steps that grows with $\kappa = \lambda_\max / \lambda_\min$.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

Array = npt.NDArray[np.float64]

MOMENTUM = 0.9
EVEN = 1e-20
"""Eigenvalues up to it are rounding: one pixel of 128 x 128 that differs by 1 of 255 already makes 1e-9."""


class Optimiser(StrEnum):
    """What makes a step of a gradient."""

    SGD = "SGD"
    MOMENTUM = "SGD with momentum"
    ADAM = "Adam"


def to_tensor(values: Array) -> Tensor:
    """The same numbers for torch, float64."""
    return torch.from_numpy(np.ascontiguousarray(values, dtype=np.float64))


@dataclass(frozen=True)
class Quadratic:
    """The loss as a function of the kernel, see the module's formula; P = k * k entries.

    Attributes:
        hessian: (P, P) float64.
        linear: (P,) the b of the formula.
        constant: the c, which is the loss of a kernel of zeros.
    """

    hessian: Tensor
    linear: Tensor
    constant: float

    def __call__(self, kernel: Tensor) -> Tensor:
        """The loss of a (P,) kernel."""
        return (0.5 * self.hessian @ kernel - self.linear) @ kernel + self.constant

    def gradient(self, kernel: Tensor) -> Tensor:
        """Its gradient at a (P,) kernel; written out, which is quicker than `backward`."""
        return self.hessian @ kernel - self.linear


def quadratic(x: Array, y: Array, size: int) -> Quadratic:
    """Sum the loss of all pixels into its three coefficients."""
    patches = functional.unfold(to_tensor(x)[None, None], size)[0].T  # (N, P)
    wanted = to_tensor(y).flatten()  # (N,)
    scale = 2 / len(patches)
    constant = float(wanted @ wanted) / len(patches)
    return Quadratic(scale * patches.T @ patches, scale * patches.T @ wanted, constant)


@dataclass(frozen=True)
class Curvature:
    """How steep the loss is in its steepest and in its flattest direction.

    Attributes:
        largest: largest eigenvalue of the Hessian.
        smallest: smallest, at least 0.
        best: (k, k) the kernel with the least loss of all, by least squares; what noise leaves to be found.
    """

    largest: float
    smallest: float
    best: Array

    @property
    def even(self) -> bool:
        """Whether no direction is steep: the picture is black, or one even colour less its mean."""
        return self.largest <= EVEN

    @property
    def condition(self) -> float:
        """Largest over smallest; infinite where a direction is flat."""
        return self.largest / self.smallest if self.smallest > max(1e-12 * self.largest, EVEN) else math.inf

    def limit(self, optimiser: Optimiser) -> float:
        """The largest learning rate that does not diverge: 2 / largest, with momentum (1 + beta) times that.

        Infinite for Adam, whose steps have about the size of the learning rate whatever the gradient, and where the
        loss is even.
        """
        if optimiser is Optimiser.ADAM or self.even:
            return math.inf
        return 2 * (1 + (MOMENTUM if optimiser is Optimiser.MOMENTUM else 0)) / self.largest


def curvature(x: Array, y: Array, size: int) -> Curvature:
    """Eigenvalues of the loss's Hessian, and its minimum by least squares."""
    loss = quadratic(x, y, size)
    values = torch.linalg.eigvalsh(loss.hessian)
    best = torch.linalg.pinv(loss.hessian, hermitian=True) @ loss.linear
    return Curvature(float(values[-1]), max(0.0, float(values[0])), best.reshape(size, size).numpy())
