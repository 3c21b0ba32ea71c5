"""What a schedule will take, said before it starts: parameters that learn, and seconds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

import torch

from core.jobs import Report
from core.transfer.data.image_set import ImageSet, Selection
from core.transfer.model.classifier import Classifier, ModelSpec
from core.transfer.training.answers import BATCH, embed
from core.transfer.training.freezing import backbone_rests
from core.transfer.training.loop import VIEWS, steps_of_epoch
from core.transfer.training.schedule import Phase, Recipe
from core.transfer.training.trainer import Trainer

TIMED = 2
"""Steps of each phase that are really made; the first, which also sets things up, is not counted."""


@lru_cache(maxsize=64)
def parameters(spec: ModelSpec) -> Mapping[str, int]:
    """Group -> its parameters, in forward order; counted once."""
    with torch.device("meta"):
        model = Classifier(spec, spec.architecture.build())
    counts = {group: sum(weight.numel() for weight in part) for group, part in model.parameters_of().items()}
    return MappingProxyType(counts)


def trainable(spec: ModelSpec, phase: Phase) -> int:
    """How many parameters learn in a phase."""
    return sum(count for group, count in parameters(spec).items() if phase.trains(group))


def predicted_seconds(
    spec: ModelSpec, images: ImageSet, selection: Selection, recipe: Recipe, report: Report
) -> tuple[float, ...]:
    """About how long each phase will train on this device: a few steps of each are really made, the rest multiplied.

    Looking at the validation pictures comes on top, a third of it at the most.

    Args:
        spec, images, selection, recipe: see `core.transfer.training.loop.training`.
        report: told which phase is measured; may raise to stop it.

    Raises:
        UserError: the ImageNet weights cannot be had.
    """
    trainer = Trainer(spec, images, selection, recipe)
    found = []
    for number, phase in enumerate(recipe.phases):
        report(number / len(recipe.phases), f"a few steps of phase {number + 1}")
        found.append(_seconds(trainer, number, phase))
    return tuple(found)


def _seconds(trainer: Trainer, number: int, phase: Phase) -> float:
    trainer.enter(number, phase)
    if phase.epochs <= 0 or not trainer.learning:
        return 0.0
    pictures = len(trainer.tasks)
    steps = phase.epochs * steps_of_epoch(pictures, phase)
    rows = trainer.tasks.order(phase.batch)[0]
    features, once = None, 0.0
    if backbone_rests(phase) and not trainer.tasks.needs_pictures:
        few = torch.arange(min(BATCH, pictures), device=trainer.device)
        before = trainer.seconds
        with trainer.turn():
            found = embed(trainer.model, trainer.tasks.augmented(few))
        views = VIEWS if trainer.tasks.recipe.augmentation.changes else 1
        once = (trainer.seconds - before) * views * pictures / len(few)
        features = found[:1].expand(pictures, -1)
    for _ in range(TIMED):
        before = trainer.seconds
        trainer.step(rows, 0.0, features)
    return once + (trainer.seconds - before) * steps
