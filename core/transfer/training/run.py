"""What a training leaves behind."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.transfer.data.image_set import Indices, Selection
from core.transfer.model.classifier import Trained
from core.transfer.training.schedule import Recipe


@dataclass(frozen=True)
class Step:
    """A step that was made.

    Attributes:
        seconds: of training so far, looking at the validation pictures not counted.
        epoch: passes over the training pictures so far.
        phase: index of the phase.
    """

    seconds: float
    epoch: float
    phase: int


@dataclass(frozen=True)
class Point:
    """Where a training stands at one moment.

    Attributes:
        seconds: of training so far, looking at the validation pictures not counted.
        epoch: passes over the training pictures so far.
        phase: index of the phase.
        loss: mean over the training steps since the last point (before the first step: NaN).
        accuracy: on the validation pictures, in [0, 1].
        validation_loss: mean cross-entropy there.
        second_accuracy: of the second head there; None without one.
        cosine: between the gradients of the two losses with respect to the shared weights, mean since the last
            point; None without a second head or where nothing shared trains.
    """

    seconds: float
    epoch: float
    phase: int
    loss: float
    accuracy: float
    validation_loss: float = float("nan")
    second_accuracy: float | None = None
    cosine: float | None = None


@dataclass(frozen=True)
class LayerChange:
    """How far one layer went from where it began.

    Attributes:
        name: as `named_modules` has it.
        group: it belongs to.
        kind: its class ("Conv2d").
        weights: number of its weights and biases.
        moved: relative change of these, ||w - w0|| / ||w0||; 0.0 exactly if bit-identical.
        statistics: number of its running means and variances, 0 if none.
        drifted: relative change of these; 0.0 exactly if bit-identical.
        identical: whether every bit of weights and statistics is what it was.
        trained: whether its group learned in any phase.
    """

    name: str
    group: str
    kind: str
    weights: int
    moved: float
    statistics: int
    drifted: float
    identical: bool
    trained: bool


@dataclass(frozen=True, eq=False)
class LabelledPredictions:
    """Predictions of a network for pictures whose labels are known; M pictures, C classes.

    Attributes:
        indices: (M,) into the set.
        target: (M,) true class.
        probabilities: (M, C) softmax.
    """

    indices: Indices
    target: Indices
    probabilities: npt.NDArray[np.float32]

    @property
    def predicted(self) -> Indices:
        """(M,) the likeliest class."""
        likeliest: Indices = self.probabilities.argmax(1).astype(np.int64)
        return likeliest

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return float((self.predicted == self.target).mean())


@dataclass(frozen=True, eq=False)
class Run:
    """One training from beginning to end. Shared, only to be read.

    Attributes:
        trained: the network at its best point on the validation pictures.
        recipe: how it was trained.
        points: in order; the first before any step.
        best: index of the best of them.
        weight_change: layer by layer, at the end of training.
        test: answers for the test pictures, asked once, at the end.
        parameters: of the whole network.
        learned: of them, how many trained in any phase.
        seconds: of training.
        stopped: whether it was stopped before its end.
        diverged: whether it ended because the loss was no number any more.
        selection: the pictures that were fitted, chosen and judged on.
        validated: accuracy of the best point on all validation pictures, where its points are about a part of them.
    """

    trained: Trained
    recipe: Recipe
    points: tuple[Point, ...]
    best: int
    weight_change: tuple[LayerChange, ...]
    test: LabelledPredictions
    parameters: int
    learned: int
    seconds: float
    stopped: bool = False
    diverged: bool = False
    selection: Selection | None = None
    validated: float | None = None

    @property
    def validation_accuracy(self) -> float:
        """At the best point, on all validation pictures, in [0, 1]."""
        return self.points[self.best].accuracy if self.validated is None else self.validated

    def without_weights(self) -> Run:
        """To be shown, without the many megabytes that only the network's use takes."""
        return replace(self, trained=replace(self.trained, state={}))
