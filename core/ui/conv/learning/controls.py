"""Controls of the section "Learning a kernel"."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.conv.kernels.classic import KERNELS, own
from core.conv.learning.curvature import Optimiser
from core.conv.learning.descent import MOST_STEPS, SIZES, TOLERANCE, Start, check_target
from core.conv.learning.settings import ADAM_RATE, Problem, TrainSettings
from core.ui import framework as ui
from core.ui.conv.own_kernel import kernel_text, show_refused
from core.ui.pictures import Picture, choose_picture

KEY = "conv_learn"
OWN = "Your own"
TARGETS = ("Sobel x", *(name for name in KERNELS if name not in ("Sobel x", "Identity")))
RATES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0)
_FOLD = "Noise, start, steps"


@dataclass(frozen=True)
class Target:
    """The kernel to be found."""

    target: str = ui.choice(
        "Target kernel",
        (*TARGETS, OWN),
        "Sobel x",
        "The kernel that made the filtered picture; the network has to find it.",
    )
    kernel: str = kernel_text(KEY, KERNELS["Sobel x"].text, when=lambda chosen: chosen["target"] == OWN)


@dataclass(frozen=True)
class HiddenTarget:
    """The same while the class guesses it."""

    number: int = ui.whole("Hidden kernel", 1, 99, 1, "Each number hides another kernel to guess.", key="riddle")


@dataclass(frozen=True)
class Training:
    """How it is found."""

    size: int = ui.segments(
        "Size of the kernel that learns",
        SIZES,
        3,
        "Larger than the target, and the rest has to become 0.",
        named="{0} × {0}".format,
    )
    optimiser: Optimiser = ui.choice(
        "Optimiser",
        (Optimiser.ADAM, Optimiser.SGD, Optimiser.MOMENTUM),
        Optimiser.ADAM,
        "How a step follows from the gradient. SGD steps along it, momentum keeps 0.9 of the last step, Adam gives "
        "each entry a step of about the learning rate.",
    )
    rate: float = ui.steps(
        "Learning rate",
        RATES,
        ADAM_RATE,
        "Too small takes very long, too large diverges: the limit is below the picture.",
    )
    centred: bool = ui.switch("Centre the picture", "Subtract its mean from all pixels before anything else.")
    noise: float = ui.steps(
        "Noise",
        (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
        0.0,
        "Standard deviation of random numbers added to the filtered picture; the picture runs from 0 to 1.",
        fold=_FOLD,
    )
    start: Start = ui.segments(
        "Start", tuple(Start), Start.ZEROS, "What the kernel is before the first step.", fold=_FOLD
    )
    seed: int = ui.whole("Seed", 0, 9_999, 0, "Of the noise and of a random start.", fold=_FOLD)
    steps: int = ui.whole(
        "Steps at most",
        10,
        MOST_STEPS,
        1_000,
        f"A run ends earlier once every entry is within {TOLERANCE:g} of the target.",
        step=10,
        fold=_FOLD,
    )


DEFAULTS = ui.defaults(Target, KEY) | ui.defaults(Training, KEY) | ui.defaults(HiddenTarget, KEY)


@dataclass(frozen=True)
class LearningSettings:
    """What the controls ask for."""

    picture: Picture
    target: Target
    training: Training

    @property
    def question(self) -> tuple[str, Target]:
        """What is to be guessed about."""
        return self.picture.digest, self.target

    @property
    def train(self) -> TrainSettings:
        """How the kernel learns."""
        chosen = self.training
        return TrainSettings(chosen.optimiser, chosen.rate, chosen.steps, chosen.start)

    def problem(self) -> Problem:
        """What is to be learned.

        Raises:
            UserError: the visitor's text is no kernel that can be a target.
        """
        name, chosen = self.target.target, self.training
        kernel = own(self.target.kernel) if name == OWN else KERNELS[name]
        check_target(kernel.values)
        rows = tuple(tuple(row) for row in kernel.values.astype(np.float64).tolist())
        # the seed changes nothing else, and then costs no new runs
        seed = chosen.seed if chosen.noise or chosen.start == Start.RANDOM else 0
        return Problem(self.picture.digest, rows, max(chosen.size, len(rows)), chosen.centred, chosen.noise, seed)


def hidden_target(number: int) -> str:
    """The target that a number stands for: the same for everybody, in no order that shows."""
    return TARGETS[int(np.random.default_rng(number + 1_000).integers(len(TARGETS)))]


def controls() -> LearningSettings:
    """Draw them."""
    picture = choose_picture("conv_picture")
    if ui.hides(KEY):
        target = Target(hidden_target(ui.draw(HiddenTarget, KEY).number))
    else:
        target = ui.draw(Target, KEY)
        show_refused(KEY)
    return LearningSettings(picture, target, ui.draw(Training, KEY))
