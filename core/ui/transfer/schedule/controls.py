"""Controls of the section "Schedule"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from core.figures.words import counted
from core.transfer.model.classifier import ModelSpec
from core.transfer.subject import Subject
from core.transfer.training.presets import PRESETS
from core.transfer.training.schedule import Recipe
from core.transfer.training.schedule_plan import SchedulePlan
from core.ui.framework.controls import choice, defaults, draw, segments, slider, steps, switch, whole
from core.ui.transfer.schedule.state import KEY, RESET, start_over
from core.ui.transfer.subject import choose_subject
from core.ui.transfer.training import SHARED, choose_changes

_MORE = "Optimiser and more"


@dataclass(frozen=True)
class _Start:
    preset: str = choice(
        "Start from", tuple(PRESETS), next(iter(PRESETS)),
        "A schedule to begin with; then change it in the table. Choosing another one replaces the table.",
    )  # fmt: skip


@dataclass(frozen=True)
class _Neck:
    layers: int = segments(
        "Neck", (0, 1, 2), 0,
        "Hidden layers between the features of the backbone and the heads; they begin at random.",
        named=lambda count: "none" if count == 0 else counted(count, "layer"),
    )  # fmt: skip
    width: int = steps(
        "Width of the neck", (64, 128, 256, 512), 256, "Number of outputs of each hidden layer.",
        when=lambda chosen: bool(chosen["layers"]),
    )  # fmt: skip
    dropout: float = slider(
        "Dropout", 0.0, 0.7, 0.0, 0.1,
        "Share of numbers dropped at random while training: behind each hidden layer, or before the heads.",
    )  # fmt: skip


@dataclass(frozen=True)
class _Optimisation:
    optimiser: Literal["AdamW", "SGD"] = segments(
        "Optimiser", ("AdamW", "SGD"), "AdamW",
        "AdamW scales the step of each weight by its own gradients. SGD has Nesterov's momentum 0.9 and wants rates "
        "about ten times as large.",
        fold=_MORE,
    )  # fmt: skip
    decay: float = steps(
        "Weight decay", (0.0, 1e-4, 1e-3, 0.01, 0.05, 0.1, 0.3), 0.01,
        "How strongly weights are pulled towards 0 at each step.", fold=_MORE,
    )  # fmt: skip
    smoothing: float = slider(
        "Label smoothing", 0.0, 0.3, 0.0, 0.05,
        "Share of the target that is spread evenly over all classes, so that no logit has to grow for ever.",
        fold=_MORE,
    )  # fmt: skip
    cycle: bool = switch(
        "One cycle", "In each phase the rates rise to what the table says and fall again; else they stay there.", True,
        fold=_MORE,
    )  # fmt: skip
    seed: int = whole("Seed", 0, 9_999, 0, "Of the new heads, the order of pictures, their changes.", fold=_MORE)


DEFAULTS = {
    **SHARED,
    **RESET,
    **{key: first for form in (_Start, _Neck, _Optimisation) for key, first in defaults(form, KEY).items()},
}


def controls() -> tuple[Subject, SchedulePlan]:
    """Draw them; the phases are those of no schedule yet."""
    preset = draw(_Start, KEY, preset={"on_change": start_over}).preset
    st.caption(PRESETS[preset].says)
    subject = choose_subject()
    neck, chosen = draw(_Neck, KEY), draw(_Optimisation, KEY)
    recipe = Recipe(
        (),
        optimiser=chosen.optimiser,
        weight_decay=chosen.decay,
        label_smoothing=chosen.smoothing,
        one_cycle=chosen.cycle,
        augmentation=choose_changes(subject.images),
        seed=chosen.seed,
    )
    spec = ModelSpec(
        subject.backbone,
        subject.size,
        (len(subject.images.classes),),
        trained=subject.trained,
        neck=(neck.width,) * neck.layers,
        dropout=neck.dropout,
    )
    return subject, SchedulePlan(preset, spec, recipe)
