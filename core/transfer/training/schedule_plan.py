"""A training by a schedule that a person edits."""

from __future__ import annotations

from dataclasses import dataclass, replace

from core.transfer.model.classifier import ModelSpec
from core.transfer.model.groups import group_names
from core.transfer.training.schedule import Phase, Recipe


@dataclass(frozen=True)
class SchedulePlan:
    """A training.

    Attributes:
        preset: title of the one that the schedule started from.
        spec: of the network.
        recipe: how it trains; its phases are those of the schedule.
        problem: what is wrong with the schedule, a sentence; "" where it can be trained.
    """

    preset: str
    spec: ModelSpec
    recipe: Recipe
    problem: str = ""

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of what can be frozen, in forward order."""
        return group_names(self.spec.backbone, neck=bool(self.spec.neck))

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Of the schedule."""
        return self.recipe.phases

    def scheduled(self, phases: tuple[Phase, ...], problem: str = "") -> SchedulePlan:
        """The same with these phases."""
        return replace(self, recipe=replace(self.recipe, phases=phases), problem=problem)
