"""The schedule as a table that can be edited."""

from __future__ import annotations

from typing import Any

import streamlit as st

from core.errors import UserError
from core.transfer.model.groups import HEADS, NECK, STEM, groups
from core.transfer.training.schedule import Statistics
from core.transfer.training.schedule_plan import SchedulePlan
from core.transfer.training.table import (
    BATCH,
    BATCHES,
    EPOCHS,
    LARGEST_RATE,
    LONGEST_NAME,
    MOST_EPOCHS,
    NAME,
    REBUILD,
    STATISTICS,
)
from core.ui import framework as ui
from core.ui.transfer.schedule import state

_WIDTHS = {STEM: 68, NECK: 68, HEADS: 72}  # CSS pixels; other groups have shorter names
_IS = {NECK: "Your own hidden layers.", HEADS: "The new last layer."}
_HELP = "transfer/schedule"


def edit(plan: SchedulePlan) -> SchedulePlan:
    """Draw the table, and fill the plan with its phases: with the last ones that were understood, if these are not."""
    complaints = st.container()
    place = (plan.preset, plan.spec.backbone, plan.groups)
    with complaints:
        try:
            state.prepare(*place)
        except UserError as error:
            ui.problem(error)
    base, key = state.base()
    table = st.data_editor(
        base,
        key=key,
        num_rows="dynamic",
        height="content",
        placeholder="",
        column_config=_columns(plan.groups),
        alt="The schedule, one phase a row: learning rate of each group, epochs, batch, statistics, rebuild",
    )
    _what_groups_are(plan)
    try:
        return plan.scheduled(state.read(table, *place))
    except UserError as error:
        with complaints:
            ui.problem(error)
            st.caption("Until then the last schedule that was understood counts.")
    return plan.scheduled(state.understood(), "Correct the table first: the sentence above it says what is wrong.")


def _columns(names: tuple[str, ...]) -> dict[str, Any]:
    text, always = st.column_config.TextColumn, str(Statistics.WITH_WEIGHTS)
    rate = f"learning rate, up to {LARGEST_RATE:g}; empty: frozen."
    passes = f"Passes over the training pictures, 0 to {MOST_EPOCHS:g}."
    rates = {
        name: text(
            name.replace("group ", "gr. "),
            max_chars=12,
            width=_WIDTHS.get(name, 62),
            help=f"{name}: {rate} {_IS.get(name, 'Which layers that are stands below the table.')}",
        )
        for name in names
    }
    return {
        NAME: text("phase", max_chars=LONGEST_NAME, width=112, help="What happens in it."),
        **rates,
        EPOCHS: text("epochs", max_chars=8, width=80, help=passes),
        BATCH: text("batch", max_chars=6, width=70, help=f"Pictures a step, {BATCHES[0]} to {BATCHES[1]}."),
        STATISTICS: st.column_config.SelectboxColumn(
            "BatchNorm", width=125, options=[str(value) for value in Statistics], default=always,
            help=ui.prose(_HELP, "Statistics"),
        ),
        REBUILD: st.column_config.CheckboxColumn(
            "rebuild", width=85, default=False, help="Begin the phase with newly drawn neck and heads."
        ),
    }  # fmt: skip


def _what_groups_are(plan: SchedulePlan) -> None:
    lines = []
    for group in groups(plan.spec.backbone):
        stages = ", ".join(str(getattr(stage, "name", stage)) for stage in group.stages)
        lines.append(f"- **{group.name}**: {stages}.")
    with st.expander(f"What the groups of {plan.spec.architecture.title} are", icon=":material/view_week:"):
        st.markdown("\n".join([*lines, ui.prose(_HELP, "Neck and heads")]))
