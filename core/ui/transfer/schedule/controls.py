"""Controls of the section "Schedule"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from core.transfer.data.augment import Augmentation
from core.transfer.model.classifier import ModelSpec
from core.transfer.model.groups import group_names
from core.transfer.subject import Subject
from core.transfer.training.presets import PRESETS
from core.transfer.training.schedule import Phase, Recipe
from core.ui.show import reset_button, whole_number
from core.ui.transfer.schedule.state import KEY, PRESET, RESET, start_over
from core.ui.transfer.subject import choose_subject
from core.ui.transfer.training import SHARED, choose_changes

NAME = "schedule"
LAYERS, WIDTH, DROPOUT = f"{KEY}_layers", f"{KEY}_width", f"{KEY}_dropout"
OPTIMISER, DECAY, SMOOTHING = f"{KEY}_optimiser", f"{KEY}_decay", f"{KEY}_smoothing"
CYCLE, SEED = f"{KEY}_cycle", f"{KEY}_seed"
WIDTHS = (64, 128, 256, 512)
DECAYS = (0.0, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.3)
OPTIMISERS: tuple[Literal["AdamW", "SGD"], ...] = ("AdamW", "SGD")
MOST_SEED = 9_999
DEFAULTS: dict[str, object] = {
    **RESET,
    LAYERS: 0,
    WIDTH: 256,
    DROPOUT: 0.0,
    OPTIMISER: "AdamW",
    DECAY: 0.01,
    SMOOTHING: 0.0,
    CYCLE: True,
    SEED: 0,
}


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
    neck, dropout = _neck()
    with st.expander("Optimiser and more", icon=":material/tune:"):
        optimiser = st.segmented_control(
            "Optimiser",
            OPTIMISERS,
            default="AdamW",
            required=True,
            key=OPTIMISER,
            bind="query-params",
            help="AdamW scales each weight's step by its own gradients. SGD has Nesterov's momentum 0.9 and wants "
            "rates about ten times as large.",
        )
        decay = st.select_slider(
            "Weight decay",
            DECAYS,
            0.01,
            key=DECAY,
            bind="query-params",
            help="How strongly weights are pulled towards 0 at each step.",
        )
        smoothing = st.slider(
            "Label smoothing",
            0.0,
            0.3,
            0.0,
            0.05,
            key=SMOOTHING,
            bind="query-params",
            help="Share of the target that is spread evenly over all classes, so that no logit has to grow for ever.",
        )
        cycle = st.toggle(
            "One cycle",
            True,
            key=CYCLE,
            bind="query-params",
            help="In each phase the rates rise to what the table says and fall again; else they stay there.",
        )
        seed = whole_number("Seed", 0, MOST_SEED, 0, SEED, "Of the new heads, the order of pictures, their changes.")
    augmentation = choose_changes(subject.images)
    reset_button(f"{KEY}_reset", {**SHARED, **DEFAULTS})
    spec = ModelSpec(
        subject.backbone,
        subject.size,
        (len(subject.images.classes),),
        trained=subject.trained,
        neck=neck,
        dropout=dropout,
    )
    groups = group_names(subject.backbone, neck=bool(neck))
    return subject, Settings(
        preset, spec, groups, optimiser or "AdamW", float(decay), float(smoothing), cycle, augmentation, seed
    )


def _neck() -> tuple[tuple[int, ...], float]:
    """(widths of the hidden layers, dropout)."""
    layers = st.segmented_control(
        "Neck",
        (0, 1, 2),
        default=0,
        required=True,
        format_func=lambda count: "none" if count == 0 else f"{count} layer{'s' * (count > 1)}",
        key=LAYERS,
        bind="query-params",
        help="Hidden layers between the backbone's features and the heads; they begin at random.",
    )
    count = int(layers or 0)
    width = WIDTHS[2]
    if count:
        width = st.select_slider(
            "Width of the neck",
            WIDTHS,
            256,
            key=WIDTH,
            bind="query-params",
            help="Numbers that each hidden layer gives.",
        )
    dropout = st.slider(
        "Dropout",
        0.0,
        0.7,
        0.0,
        0.1,
        key=DROPOUT,
        bind="query-params",
        help="Share of numbers dropped at random while training: behind each hidden layer, or before the heads.",
    )
    return (width,) * count, float(dropout)
