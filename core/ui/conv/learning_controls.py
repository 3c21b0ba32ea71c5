"""Controls of the section "Learning a kernel"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.conv.kernels.classic import KERNELS
from core.conv.learning.curvature import Optimiser
from core.conv.learning.descent import MOST_STEPS, SIZES, TOLERANCE, Start, check_target
from core.ui.conv.own_kernel import own_kernel
from core.ui.framework.controls import choice, defaults, draw, segments, steps, switch, whole
from core.ui.framework.show import reset_button
from core.ui.pictures import Picture, choose_picture

KEY = "conv_learn"
OWN = "Your own"
TARGETS = ("Sobel x", *(name for name in KERNELS if name not in ("Sobel x", "Identity")))
RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
ADAM_RATE = 0.05
_FOLDED = "Noise, start, steps"


@dataclass(frozen=True)
class _Target:
    target: str = choice(
        "Target kernel",
        (*TARGETS, OWN),
        "Sobel x",
        "The kernel that made the filtered picture, and is to be found again.",
    )


@dataclass(frozen=True)
class _Hidden:
    riddle: int = whole("Riddle", 1, 99, 1, "Each number hides a kernel to guess.")


@dataclass(frozen=True)
class _Training:
    size: int = segments(
        "Size of the kernel that learns",
        SIZES,
        3,
        "Larger than the target, and the rest has to become 0.",
        named="{0} × {0}".format,
    )
    optimiser: Optimiser = choice(
        "Optimiser",
        (Optimiser.ADAM, Optimiser.SGD, Optimiser.MOMENTUM),
        Optimiser.ADAM,
        "What makes a step of a gradient. SGD steps along it, momentum keeps 0.9 of the last step, Adam gives each "
        "entry a step of about the learning rate.",
    )
    rate: float = steps(
        "Learning rate",
        RATES,
        ADAM_RATE,
        "Too small takes for ever, too large diverges: the limit stands below the picture.",
    )
    centred: bool = switch("Centre the picture", "Subtract its mean from all pixels before anything else.")
    noise: float = steps(
        "Noise",
        (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
        0.0,
        "Standard deviation of random numbers added to the filtered picture; the picture runs from 0 to 1.",
        fold=_FOLDED,
    )
    start: Start = segments(
        "Start", tuple(Start), Start.ZEROS, "What the kernel is before the first step.", fold=_FOLDED
    )
    seed: int = whole("Seed", 0, 9_999, 0, "Of the noise and of a random start.", fold=_FOLDED)
    steps: int = whole(
        "Steps at most",
        10,
        MOST_STEPS,
        1_000,
        f"A run ends earlier once every entry is within {TOLERANCE:g} of the target.",
        step=10,
        fold=_FOLDED,
    )


_KERNEL = f"{KEY}_kernel"
_FIRST_KERNEL = KERNELS["Sobel x"].text
DEFAULTS = {
    **defaults(_Target, KEY),
    _KERNEL: _FIRST_KERNEL,
    **defaults(_Training, KEY),
    **defaults(_Hidden, KEY),
}


@dataclass(frozen=True)
class Task:
    """What is to be learned: a picture and the kernel that filters it.

    Attributes:
        digest: of the picture.
        target: rows of the target kernel.
        size: side of the kernel that learns.
        centred: whether the picture's mean is subtracted.
        noise: standard deviation of what is added to the filtered picture.
        seed: of the noise and of a random start.
    """

    digest: str
    target: tuple[tuple[float, ...], ...]
    size: int
    centred: bool
    noise: float
    seed: int


@dataclass(frozen=True)
class Way:
    """How it is learned, see `core.conv.learning.descent.train`."""

    optimiser: Optimiser
    rate: float
    steps: int
    start: Start


def riddle(seed: int) -> str:
    """The target that a number stands for: the same for everybody, in no order that shows."""
    return TARGETS[int(np.random.default_rng(seed + 1_000).integers(len(TARGETS)))]


def controls(hidden: bool) -> tuple[Picture, Task, Way, str]:
    """Draw the section's controls.

    Args:
        hidden: the target is a riddle.

    Returns:
        The picture, what is to be learned from it, how, and the name of the target.
    """
    picture = choose_picture("conv_picture")
    name = riddle(draw(_Hidden, KEY).riddle) if hidden else draw(_Target, KEY).target
    target = own_kernel(_KERNEL, _FIRST_KERNEL, check=check_target) if name == OWN else KERNELS[name]
    chosen = draw(_Training, KEY)
    reset_button(f"{KEY}_reset", DEFAULTS)
    rows = tuple(tuple(row) for row in target.values.astype(np.float64).tolist())
    side = max(chosen.size, len(rows))
    if len(rows) > chosen.size:
        st.caption(f"The target is {side} × {side}, so that is what learns.")
    # the seed changes nothing else, and then costs no new runs
    seed = chosen.seed if chosen.noise or chosen.start == Start.RANDOM else 0
    task = Task(picture.digest, rows, side, chosen.centred, chosen.noise, seed)
    return picture, task, Way(chosen.optimiser, chosen.rate, chosen.steps, chosen.start), name
