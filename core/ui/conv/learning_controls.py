"""Controls of the section "Learning a kernel"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.conv.kernels.classic import KERNELS
from core.conv.learning.curvature import Optimiser
from core.conv.learning.descent import MOST_STEPS, SIZES, TOLERANCE, Start, check_target
from core.ui.conv.own_kernel import own_kernel
from core.ui.pictures import Picture, choose_picture
from core.ui.show import reset_button

KEY = "conv_learn"
OWN = "Your own"
TARGETS = ("Sobel x", *(name for name in KERNELS if name not in ("Sobel x", "Identity")))
RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
NOISES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
ADAM_RATE = 0.05
DEFAULTS: dict[str, str | int | float | bool] = {
    f"{KEY}_target": "Sobel x",
    f"{KEY}_kernel": KERNELS["Sobel x"].text,
    f"{KEY}_size": 3,
    f"{KEY}_optimiser": Optimiser.ADAM.value,
    f"{KEY}_rate": ADAM_RATE,
    f"{KEY}_centred": False,
    f"{KEY}_noise": 0.0,
    f"{KEY}_start": Start.ZEROS.value,
    f"{KEY}_seed": 0,
    f"{KEY}_steps": 1_000,
    f"{KEY}_riddle": 1,
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
    if hidden:
        which = st.number_input(
            "Riddle", 1, 99, 1, key=f"{KEY}_riddle", bind="query-params", help="Each number hides a kernel to guess."
        )
        name = riddle(int(which))
    else:
        name = st.selectbox(
            "Target kernel",
            [*TARGETS, OWN],
            key=f"{KEY}_target",
            bind="query-params",
            help="The kernel that made the filtered picture, and that is to be found again.",
        )
    if name == OWN:
        target = own_kernel(f"{KEY}_kernel", str(DEFAULTS[f"{KEY}_kernel"]), check=check_target)
    else:
        target = KERNELS[name]
    size = st.segmented_control(
        "Size of the kernel that learns",
        list(SIZES),
        default=DEFAULTS[f"{KEY}_size"],
        required=True,
        format_func=lambda side: f"{side} × {side}",
        key=f"{KEY}_size",
        bind="query-params",
        help="Larger than the target, and the rest has to become 0.",
    )
    optimiser = st.selectbox(
        "Optimiser",
        [str(option) for option in (Optimiser.ADAM, Optimiser.SGD, Optimiser.MOMENTUM)],
        key=f"{KEY}_optimiser",
        bind="query-params",
        help="What makes a step of a gradient. SGD steps along it, momentum keeps 0.9 of the last step, Adam gives "
        "each entry a step of about the learning rate.",
    )
    rate = st.select_slider(
        "Learning rate",
        RATES,
        ADAM_RATE,
        key=f"{KEY}_rate",
        bind="query-params",
        help="Too small takes for ever, too large diverges: the limit stands below the picture.",
    )
    centred = st.toggle(
        "Centre the picture",
        key=f"{KEY}_centred",
        bind="query-params",
        help="Subtract its mean from all pixels before anything else.",
    )
    with st.expander("Noise, start, steps", icon=":material/tune:"):
        noise = st.select_slider(
            "Noise",
            NOISES,
            0.0,
            key=f"{KEY}_noise",
            bind="query-params",
            help="Standard deviation of random numbers added to the filtered picture; the picture runs from 0 to 1.",
        )
        start = st.segmented_control(
            "Start",
            [str(option) for option in Start],
            default=Start.ZEROS.value,
            required=True,
            key=f"{KEY}_start",
            bind="query-params",
            help="What the kernel is before the first step.",
        )
        seed = st.number_input(
            "Seed", 0, 9_999, 0, key=f"{KEY}_seed", bind="query-params", help="Of the noise and of a random start."
        )
        steps = st.number_input(
            "Steps at most",
            10,
            MOST_STEPS,
            1_000,
            10,
            key=f"{KEY}_steps",
            bind="query-params",
            help=f"A run ends earlier once every entry is within {TOLERANCE:g} of the target.",
        )
    reset_button(f"{KEY}_reset", DEFAULTS)
    rows = tuple(tuple(row) for row in target.values.astype(np.float64).tolist())
    side = int(size or 3)
    if len(rows) > side:
        st.caption(f"The target is {len(rows)} × {len(rows)}, so that is what learns.")
        side = len(rows)
    seed = int(seed) if noise or start == Start.RANDOM else 0  # it changes nothing else, and then costs no new runs
    task = Task(picture.digest, rows, side, bool(centred), float(noise), seed)
    way = Way(Optimiser(optimiser), float(rate), int(steps), Start(start))
    return picture, task, way, name
