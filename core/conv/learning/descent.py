"""A network of one kernel learns a known one by gradient descent, from a picture and what the kernel makes of it.

The loss is the mean squared error of `conv2d` over all pixels. It is quadratic in the kernel, so its coefficients are
summed over the picture once (`core.conv.learning.curvature`), and a step costs the same for any picture.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional

from core.conv.learning.curvature import MOMENTUM, Array, Optimiser, quadratic, to_tensor
from core.errors import UserError

SIZES = (3, 5, 7)
TOLERANCE = 0.01
MOST_STEPS = 5_000
FRAMES = 120
"""Steps of a run that are kept to be shown, at most."""
RUNAWAY = 1e4
"""A loss so many times that of a kernel of zeros has diverged: no descent that ends well comes near."""


class Start(StrEnum):
    """What the kernel is before the first step."""

    ZEROS = "zeros"
    RANDOM = "random"


@dataclass(frozen=True)
class Pair:
    """What there is to learn from.

    Attributes:
        x: (H, W) the picture, 0 to 1; minus its mean where it was centred.
        y: (H - k + 1, W - k + 1) what the target kernel makes of x, with noise where it was asked for.
        target: (k, k) the kernel to be found, padded with zeros to the size that learns.
    """

    x: Array
    y: Array
    target: Array


def check_target(target: npt.NDArray[np.floating]) -> None:
    """Refuse a kernel that none of `SIZES` can become.

    Raises:
        UserError: not square, even, or too large.
    """
    side = len(target)
    shape = " x ".join(map(str, target.shape))
    if target.shape != (side, side) or side % 2 == 0:
        raise UserError(f"The target must be square with an odd side, not {shape}.")
    if side > max(SIZES):
        raise UserError(f"The target may be {max(SIZES)} x {max(SIZES)} at most, not {shape}.")


def make_pair(
    picture: Array, target: Array, size: int, *, centred: bool = False, noise: float = 0.0, seed: int = 0
) -> Pair:
    """Filter a picture with the target kernel.

    Args:
        picture: (H, W) grey values, 0 to 1.
        target: (t, t) with odd t at most `size`.
        size: side of the kernel that will learn.
        centred: subtract the picture's mean first.
        noise: standard deviation of what is added to the filtered picture.
        seed: of the noise.

    Raises:
        UserError: the target is not square, even, or larger than `size`, or the picture smaller than it.
    """
    side = target.shape[0]
    check_target(target)
    if side > size:
        raise UserError(f"A {size} x {size} kernel cannot become the {side} x {side} target: learn a larger one.")
    if min(picture.shape) < size + 1:
        shape = f"{picture.shape[1]} x {picture.shape[0]} pixels"
        raise UserError(
            f"This picture has {shape}, too few to learn a {size} x {size} kernel from: choose a larger one."
        )
    if not (math.isfinite(noise) and noise >= 0):
        raise UserError(f"The noise must be a number from 0 up, not {noise}.")
    x = picture - picture.mean() if centred else picture
    padded = np.pad(target.astype(np.float64), (size - side) // 2)
    y = output(x, padded) + noise * np.random.default_rng(seed).standard_normal(
        (x.shape[0] - size + 1, x.shape[1] - size + 1)
    )
    return Pair(x, y, padded)


def output(x: Array, kernel: Array) -> Array:
    """What a kernel makes of a picture, without padding: (H - k + 1, W - k + 1)."""
    result: Array = functional.conv2d(to_tensor(x)[None, None], to_tensor(kernel)[None, None])[0, 0].numpy()
    return result


@dataclass(frozen=True)
class Progress:
    """Where a run stands.

    Attributes:
        step: gradient steps taken; 0 before the first.
        loss: mean squared error over the pixels.
        kernel: (k, k) now.
        error: largest absolute difference of an entry from the target's; NaN without a target.
        diverged: whether the loss is no number or has run away; nothing comes after such a step.
    """

    step: int
    loss: float
    kernel: Array
    error: float
    diverged: bool = False


def _optimiser(kernel: Tensor, optimiser: Optimiser, lr: float) -> torch.optim.Optimizer:
    if optimiser is Optimiser.ADAM:
        return torch.optim.Adam([kernel], lr)
    return torch.optim.SGD([kernel], lr, momentum=MOMENTUM if optimiser is Optimiser.MOMENTUM else 0)


def learn_kernel(
    x: Array,
    y: Array,
    size: int,
    *,
    optimiser: Optimiser = Optimiser.ADAM,
    lr: float = 0.05,
    steps: int = 1_000,
    start: Start = Start.ZEROS,
    seed: int = 0,
    target: Array | None = None,
    tolerance: float = TOLERANCE,
) -> Iterator[Progress]:
    """Gradient descent from (x, y) towards the kernel between them, one report before the first step and after each.

    Args:
        x: (H, W) the picture.
        y: (H - size + 1, W - size + 1) the filtered picture.
        size: side of the kernel that learns.
        optimiser: see `Optimiser`.
        lr: learning rate.
        steps: at most so many.
        start: zeros, or normal random numbers with a standard deviation of 0.5.
        seed: of the random start.
        target: (size, size) what the error is measured against; the run ends when all entries are this near.
        tolerance: how near that is.

    Raises:
        UserError: a learning rate or number of steps that makes no sense.
    """
    if not (math.isfinite(lr) and lr > 0):
        raise UserError(f"The learning rate must be a number above 0, not {lr}.")
    if not 1 <= steps <= MOST_STEPS:
        raise UserError(f"The number of steps must be between 1 and {MOST_STEPS:,}, not {steps:,}.")
    loss_of = quadratic(x, y, size)
    generator = torch.Generator().manual_seed(seed)
    kernel = torch.zeros(size * size, dtype=torch.float64)
    if start is Start.RANDOM:
        kernel = 0.5 * torch.randn(size * size, generator=generator, dtype=torch.float64)
    goal = None if target is None else to_tensor(target).flatten()
    runaway = RUNAWAY * max(loss_of.constant, float(loss_of(kernel)))
    descent = _optimiser(kernel, optimiser, lr)
    for step in range(steps + 1):
        value = loss_of(kernel).item()
        error = math.nan if goal is None else (kernel - goal).abs().max().item()
        diverged = not math.isfinite(value) or value > runaway
        yield Progress(step, max(value, 0.0), kernel.reshape(size, size).numpy().copy(), error, diverged)
        if diverged or error <= tolerance or step == steps:
            return
        kernel.grad = loss_of.gradient(kernel)
        descent.step()


@dataclass(frozen=True)
class Trajectory:
    """A whole run, F of its steps kept, close together where they are early; the first and the last are among them.

    Attributes:
        steps: (F,) how many steps had been taken.
        losses: (F,)
        errors: (F,) largest absolute difference from the target.
        kernels: (F, k, k)
        recovered: whether the last error is within the tolerance.
        diverged: whether it was stopped because the loss grew without bound.
    """

    steps: npt.NDArray[np.int64]
    losses: Array
    errors: Array
    kernels: Array
    recovered: bool
    diverged: bool

    @property
    def last(self) -> int:
        """Steps taken in all."""
        return int(self.steps[-1])


def train(
    pair: Pair,
    *,
    optimiser: Optimiser = Optimiser.ADAM,
    lr: float = 0.05,
    steps: int = 1_000,
    start: Start = Start.ZEROS,
    seed: int = 0,
    tolerance: float = TOLERANCE,
) -> Trajectory:
    """Run `learn_kernel` to its end; arguments and errors as there."""
    size = len(pair.target)
    run = list(
        learn_kernel(
            pair.x,
            pair.y,
            size,
            optimiser=optimiser,
            lr=lr,
            steps=steps,
            start=start,
            seed=seed,
            target=pair.target,
            tolerance=tolerance,
        )
    )
    kept = np.unique(np.rint(np.geomspace(1, len(run), FRAMES)).astype(np.int64) - 1)
    chosen = [run[index] for index in kept.tolist()]
    return Trajectory(
        steps=np.array([progress.step for progress in chosen]),
        losses=np.array([progress.loss for progress in chosen]),
        errors=np.array([progress.error for progress in chosen]),
        kernels=np.stack([progress.kernel for progress in chosen]),
        recovered=chosen[-1].error <= tolerance,
        diverged=chosen[-1].diverged,
    )
