"""Two heads on one backbone: what a training of them is, and what guessing would score."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import ImageSet, majority
from core.transfer.model.classifier import ModelSpec
from core.transfer.model.groups import HEADS, group_names
from core.transfer.subject import Subject
from core.transfer.training.schedule import Phase, Recipe
from core.transfer.training.tasks import ROTATIONS

SecondTask = Literal["label", "rotation"]
"""Another label of the same pictures; or by how many quarter turns a picture was turned, arXiv:1803.07728."""
NEW, OLD = 1e-3, 3e-4
"""Learning rates of what begins at random and of what has learned something before."""
UNBOUNDED = 1e6  # epochs: the seconds end it


@dataclass(frozen=True)
class TwoHeads:
    """A training.

    Attributes:
        task: of the second head.
        names: of the tasks, for charts.
        depth: how many groups of the backbone learn, counted from the heads.
        spec: of the network.
        recipe: how it trains.
        budget_s: seconds of training.
    """

    task: SecondTask
    names: tuple[str, str]
    depth: int
    spec: ModelSpec
    recipe: Recipe
    budget_s: float

    @property
    def title(self) -> str:
        """What the run is called; it may stand in a link, so the name of a visitor's own label is not in it."""
        return f"Two heads, {self.task}, w = {self.recipe.second_weight:g}"


def two_heads(
    subject: Subject,
    task: SecondTask,
    depth: int,
    weight: float,
    seed: int,
    budget_s: float,
    augmentation: Augmentation,
) -> TwoHeads:
    """The training of both heads and of so many groups below them; `weight` is that of the second loss."""
    names, images = backbone_groups(subject.backbone), subject.images
    rates = dict.fromkeys(names[len(names) - depth :], OLD if subject.trained else NEW) | {HEADS: NEW}
    phase, answers = Phase("both heads", rates, UNBOUNDED), len(ROTATIONS)
    if task == "label" and images.second is not None:
        answers = len(images.second.classes)
    return TwoHeads(
        task,
        ("class", task_names(images)[task]),
        depth,
        ModelSpec(subject.backbone, subject.size, (len(images.classes), answers), trained=subject.trained),
        Recipe((phase,), second_task=task, second_weight=round(float(weight), 2), seed=seed, augmentation=augmentation),
        budget_s,
    )


def backbone_groups(backbone: str) -> tuple[str, ...]:
    """Names of what can learn below the heads, in forward order."""
    return tuple(name for name in group_names(backbone, neck=False) if name != HEADS)


def task_names(images: ImageSet) -> dict[SecondTask, str]:
    """What each second task of these pictures is called, unlike the first task and one another."""
    if images.second is None:
        return {"rotation": "rotation"}
    name = images.second.name
    return {"label": f"second {name}" if name in ("class", "rotation") else name, "rotation": "rotation"}


def chances(subject: Subject, task: SecondTask) -> tuple[float, float]:
    """Accuracy on the validation pictures of always giving the most frequent answer, of each task."""
    images, validation = subject.images, subject.selection.validation
    second = 1 / len(ROTATIONS)
    if task == "label" and images.second is not None:
        second = majority(images.second.labels[validation])
    return majority(images.labels[validation]), second
