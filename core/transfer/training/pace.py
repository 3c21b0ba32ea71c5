"""How long a training goes on by the clock and by its steps, and which validation pictures it looks at meanwhile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from core.transfer.data.image_set import ImageSet, Indices

WATCHED = 100
"""Validation pictures that are looked at again and again where there are more: a second on two cores at 128 px."""
_SEED = 0


@dataclass(frozen=True)
class Budget:
    """When a training ends: with its seconds, but not before its least steps, and with its most steps at the latest.

    A machine that is busy makes fewer steps in the same seconds. With too few of them nothing is learned, however good
    the weights it began with, and that would say something of the machine and nothing of the network.

    Attributes:
        seconds: of training.
        least: steps that are made whatever the clock says.
        most: steps after which it ends whatever the clock says; None: no such bound.
    """

    seconds: float
    least: int = 1
    most: int | None = None

    def done(self, seconds: float, steps: int) -> float:
        """The share that is done after so many seconds and steps, in [0, 1]; it never falls."""
        by_clock = min(seconds / self.seconds, steps / self.least if self.least > 0 else 1.0)
        by_steps = steps / self.most if self.most else 0.0
        return min(max(by_clock, by_steps), 1.0)

    def part(self, share: float) -> Budget:
        """That of a phase which has a share of the whole, in (0, 1]."""
        most = None if self.most is None else max(1, round(self.most * share))
        return Budget(self.seconds * share, round(self.least * share), most)


def watched(images: ImageSet, validation: Indices, most: int = WATCHED) -> Indices:
    """The validation pictures to look at while a training goes on: all, or `most` of them with the same mixture.

    The same ones each time, so that trainings can be compared.
    """
    if len(validation) <= most:
        return validation
    shuffled = np.random.default_rng(_SEED).permutation(validation)
    by_class = shuffled[np.argsort(images.labels[shuffled], kind="stable")]
    every = (np.arange(most) + 0.5) * len(by_class) / most
    return np.sort(by_class[every.astype(np.int64)])
