"""Controls of the section "Schedule"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from core.figures.words import counted
from core.transfer.data.augment import Augmentation
from core.transfer.model.classifier import ModelSpec
from core.transfer.model.groups import group_names
from core.transfer.subject import Subject
from core.transfer.training.presets import PRESETS
from core.transfer.training.schedule import Phase, Recipe
from core.ui.framework.controls import defaults, draw, segments, slider, steps, switch, whole
from core.ui.framework.show import reset_button
from core.ui.transfer.schedule.state import KEY, PRESET, RESET, start_over
from core.ui.transfer.subject import choose_subject
from core.ui.transfer.training import SHARED, choose_changes

NAME = "schedule"
_WIDTHS = (64, 128, 256, 512)
_MOST_SEED = 9_999
_FOLDED = "Optimiser and more"


@dataclass(frozen=True)
class _Neck:
    layers: int = segments(
        "Neck",
        (0, 1, 2),
        0,
        "Hidden layers between the backbone's features and the heads; they begin at random.",
        named=lambda count: "none" if count == 0 else counted(count, "layer"),
    )
    width: int = steps(
        "Width of the neck",
        _WIDTHS,
        256,
        "Numbers that each hidden layer gives.",
        when=lambda chosen: bool(chosen["layers"]),
    )
    dropout: float = slider(
        "Dropout",
        0.0,
        0.7,
        0.0,
        0.1,
        "Share of numbers dropped at random while training: behind each hidden layer, or before the heads.",
    )


@dataclass(frozen=True)
class _Optimisation:
    optimiser: Literal["AdamW", "SGD"] = segments(
        "Optimiser",
        ("AdamW", "SGD"),
        "AdamW",
        "AdamW scales each weight's step by its own gradients. SGD has Nesterov's momentum 0.9 and wants rates about "
        "ten times as large.",
        fold=_FOLDED,
    )
    decay: float = steps(
        "Weight decay",
        (0.0, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.3),
        0.01,
        "How strongly weights are pulled towards 0 at each step.",
        fold=_FOLDED,
    )
    smoothing: float = slider(
        "Label smoothing",
        0.0,
        0.3,
        0.0,
        0.05,
        "Share of the target that is spread evenly over all classes, so that no logit has to grow for ever.",
        fold=_FOLDED,
    )
    cycle: bool = switch(
        "One cycle",
        "In each phase the rates rise to what the table says and fall again; else they stay there.",
        True,
        fold=_FOLDED,
    )
    seed: int = whole("Seed", 0, _MOST_SEED, 0, "Of the new heads, the order of pictures, their changes.", fold=_FOLDED)


DEFAULTS = {**RESET, **defaults(_Neck, KEY), **defaults(_Optimisation, KEY)}


@dataclass(frozen=True)
class Settings:
    """All but the phases.

    Attributes:
        preset: title of the one that the table started from.
        spec: of the network.
        groups: names of what can be frozen, in forward order.
        optimiser, weight_decay, label_smoothing, one_cycle, augmentation, seed: see `Recipe`.
    """

    preset: str
    spec: ModelSpec
    groups: tuple[str, ...]
    optimiser: Literal["AdamW", "SGD"]
    weight_decay: float
    label_smoothing: float
    one_cycle: bool
    augmentation: Augmentation
    seed: int

    def recipe(self, phases: tuple[Phase, ...]) -> Recipe:
        """With these phases."""
        return Recipe(
            phases,
            optimiser=self.optimiser,
            weight_decay=self.weight_decay,
            label_smoothing=self.label_smoothing,
            one_cycle=self.one_cycle,
            augmentation=self.augmentation,
            seed=self.seed,
        )


def controls() -> tuple[Subject, Settings]:
    """Draw the controls."""
    preset: str = st.selectbox(
        "Start from",
        list(PRESETS),
        key=PRESET,
        bind="query-params",
        on_change=start_over,
        help="A schedule to begin with; then change it in the table. Choosing another one replaces the table.",
    )
    st.caption(PRESETS[preset].says)
    subject = choose_subject()
    neck, chosen = draw(_Neck, KEY), draw(_Optimisation, KEY)
    augmentation = choose_changes(subject.images)
    reset_button(f"{KEY}_reset", {**SHARED, **DEFAULTS})
    spec = ModelSpec(
        subject.backbone,
        subject.size,
        (len(subject.images.classes),),
        trained=subject.trained,
        neck=(neck.width,) * neck.layers,
        dropout=neck.dropout,
    )
    return subject, Settings(
        preset=preset,
        spec=spec,
        groups=group_names(subject.backbone, neck=bool(neck.layers)),
        optimiser=chosen.optimiser,
        weight_decay=chosen.decay,
        label_smoothing=chosen.smoothing,
        one_cycle=chosen.cycle,
        augmentation=augmentation,
        seed=chosen.seed,
    )
