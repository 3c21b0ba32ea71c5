"""Where a training is in its schedule: what a checkpoint keeps beside weights and random numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from torch import Tensor


@dataclass
class Place:
    """Where a training is in its schedule.

    Attributes:
        phase: index of the phase.
        started: seconds of training when the phase began.
        evaluated: seconds of training at the last evaluation, or when the phase began.
        steps: made in the phase.
        rows: (B,) the pictures of each step that this pass over them still has, in order.
    """

    phase: int
    started: float
    evaluated: float
    steps: int = 0
    rows: list[Tensor] = field(default_factory=list)
