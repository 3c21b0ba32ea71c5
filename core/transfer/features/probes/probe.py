"""A fitted probe: its setting, its answers, and what the others would have been."""

from __future__ import annotations

from dataclasses import dataclass

from core.transfer.data.image_set import ImageSet, Indices, Selection
from core.transfer.features.extract import Features
from core.transfer.features.probes.plan import Kind, Plan, Setting
from core.transfer.features.probes.predictors import Linear, Predictor
from core.transfer.features.probes.sweep import Point, Sweep
from core.transfer.training.run import LabelledPredictions


@dataclass(frozen=True, eq=False)
class Probe:
    """A simple classifier on what a frozen network made of pictures. Shared, only to be read.

    Attributes:
        plan: what was asked for.
        points: how well each setting does.
        chosen: index of the one it has.
        predictor: features -> probabilities.
        train: its answers for the training pictures.
        validation: likewise.
        seconds: the fits of all settings took.
        notes: a sentence each about what was left out.
    """

    plan: Plan
    points: tuple[Point, ...]
    chosen: int
    predictor: Predictor
    train: LabelledPredictions
    validation: LabelledPredictions
    seconds: float
    notes: tuple[str, ...] = ()

    @property
    def kind(self) -> Kind:
        """Which probe."""
        return self.plan.kind

    @property
    def point(self) -> Point:
        """How well it does."""
        return self.points[self.chosen]

    @property
    def setting(self) -> Setting:
        """Its setting."""
        return self.point.setting

    @property
    def is_linear(self) -> bool:
        """Whether it can be the head of a network."""
        return isinstance(self.predictor, Linear)

    def answers(self, features: Features, images: ImageSet, indices: Indices) -> LabelledPredictions:
        """Its answers for any pictures that have features: the test part, once."""
        return LabelledPredictions(indices, images.labels[indices], self.predictor.probabilities(features.of(indices)))


def choose(sweep: Sweep, plan: Plan, features: Features, images: ImageSet, selection: Selection) -> Probe:
    """The probe that a plan comes to.

    Args:
        sweep: all settings, of the plan's kind and metric, on the same pictures.
        plan: who chooses.
        features: of the selected pictures.
        images: their set.
        selection: which pictures.

    Raises:
        UserError: there is nothing to choose by.
    """
    index = sweep.chosen(plan)
    predictor = sweep.predictors[index]

    def answers(indices: Indices) -> LabelledPredictions:
        return LabelledPredictions(indices, images.labels[indices], predictor.probabilities(features.of(indices)))

    return Probe(
        plan=plan,
        points=sweep.points,
        chosen=index,
        predictor=predictor,
        train=answers(selection.train),
        validation=answers(selection.validation),
        seconds=sweep.seconds,
        notes=sweep.notes,
    )
