"""A training as data: phases, and in each of them the learning rate of every group; no rate, no learning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from core.transfer.data.augment import Augmentation


class Statistics(StrEnum):
    """What becomes of the running means and variances of batch normalisation while training."""

    WITH_WEIGHTS = "with the weights"
    """They move where the weights train and stay where the weights are frozen: what "frozen" should mean."""
    FROZEN = "frozen"
    """They stay everywhere, also where the weights train (as Keras advises for fine-tuning)."""
    MOVING = "moving"
    """They move everywhere: `requires_grad = False` and `.train()`, the usual mistake."""


@dataclass(frozen=True)
class Phase:
    """One row of a schedule.

    Attributes:
        name: what happens.
        rates: group -> learning rate; a group that is missing or has 0 is frozen.
        epochs: passes over the training pictures; 0: none, only `rebuild`.
        batch: pictures a step.
        statistics: of batch normalisation.
        rebuild: begin with a newly drawn neck and heads.
    """

    name: str
    rates: Mapping[str, float]
    epochs: float
    batch: int = 32
    statistics: Statistics = Statistics.WITH_WEIGHTS
    rebuild: bool = False

    def trains(self, group: str) -> bool:
        """Whether a group's weights learn."""
        return self.rates.get(group, 0.0) > 0


@dataclass(frozen=True)
class Recipe:
    """How a network is trained.

    Attributes:
        phases: one after the other.
        optimiser: "AdamW" (https://arxiv.org/abs/1711.05101) or "SGD" with Nesterov's momentum 0.9.
        weight_decay: of either.
        label_smoothing: https://arxiv.org/abs/1512.00567, section 7.
        one_cycle: rates rise and fall in each phase (https://arxiv.org/abs/1708.07120), else they stay.
        augmentation: of the training pictures, newly drawn in each epoch.
        second_task: what a second head learns; "label" is the set's second label, "rotation" by how many quarter
            turns a picture was turned (https://arxiv.org/abs/1803.07728).
        second_weight: of its loss; that of the classes has 1 less this.
        average: share that a moving average of the weights keeps of itself at each step; the average is evaluated and
            becomes the result (https://arxiv.org/abs/1806.05594 on why). 0: none.
        mirrored: whether the network is judged by the mean of what it says of a picture and of its mirror image.
        bfloat16: whether products are taken in bfloat16 where the device is good at that, see
            `core.device.half_precision`.
        seed: of everything drawn.
    """

    phases: tuple[Phase, ...]
    optimiser: Literal["AdamW", "SGD"] = "AdamW"
    weight_decay: float = 0.01
    label_smoothing: float = 0.0
    one_cycle: bool = True
    augmentation: Augmentation = field(default_factory=Augmentation)
    second_task: Literal["", "label", "rotation"] = ""
    second_weight: float = 0.0
    average: float = 0.0
    mirrored: bool = False
    bfloat16: bool = False
    seed: int = 0
