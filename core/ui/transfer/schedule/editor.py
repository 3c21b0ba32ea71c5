"""The schedule as a picture and as a table that can be edited."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.figures.transfer import schedule as figures
from core.transfer.model.groups import HEADS, NECK, STEM, groups
from core.transfer.training.schedule import Phase, Statistics
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
from core.ui.framework.show import problem, show
from core.ui.transfer.schedule import state
from core.ui.transfer.schedule.controls import Settings
from core.ui.transfer.schedule.state import KEY

_WIDTHS = {STEM: 68, NECK: 68, HEADS: 72}  # CSS pixels; other groups have shorter names
_STATISTICS_HELP = (
    "What becomes of the running means and variances. “with the weights”: they move where the weights train. “frozen”: "
    "they stay everywhere. “moving”: they move everywhere, the usual mistake (`.train()` left on)."
)


def edit(settings: Settings, complaints: st.delta_generator.DeltaGenerator) -> tuple[tuple[Phase, ...], bool]:
    """Draw the table.

    Args:
        settings: all but the phases.
        complaints: where to say what is not understood.

    Returns:
        (the phases, whether they are those in the table: else the last that were understood).
    """
    good = True
    names = settings.groups
    place = (settings.preset, settings.spec.backbone, names)
    with complaints:
        try:
            state.prepare(*place)
        except UserError as error:
            problem(error)
    base, key = state.base()
    config = {
        NAME: st.column_config.TextColumn("phase", max_chars=LONGEST_NAME, width=112, help="What happens in it."),
        **{
            name: st.column_config.TextColumn(
                name.replace("group ", "gr. "),
                max_chars=12,
                width=_WIDTHS.get(name, 62),
                help=f"{name}: learning rate, up to {LARGEST_RATE:g}; empty: frozen. {_is(name)}",
            )
            for name in names
        },
        EPOCHS: st.column_config.TextColumn(
            "epochs", max_chars=8, width=80, help=f"Passes over the training pictures, 0 to {MOST_EPOCHS:g}."
        ),
        BATCH: st.column_config.TextColumn(
            "batch", max_chars=6, width=70, help=f"Pictures a step, {BATCHES[0]} to {BATCHES[1]}."
        ),
        STATISTICS: st.column_config.SelectboxColumn(
            "BatchNorm", width=125, options=[str(value) for value in Statistics], default=str(Statistics.WITH_WEIGHTS),
            help=_STATISTICS_HELP,
        ),
        REBUILD: st.column_config.CheckboxColumn(
            "rebuild", width=85, default=False, help="Begin the phase with newly drawn neck and heads."
        ),
    }  # fmt: skip
    table = st.data_editor(
        base,
        key=key,
        num_rows="dynamic",
        height="content",
        placeholder="",
        column_config=config,
        alt="The schedule, one phase a row: learning rate of each group, epochs, batch, statistics, rebuild",
    )
    try:
        phases = state.read(table, *place)
    except UserError as error:
        with complaints:
            problem(error)
            st.caption("Until then the last schedule that was understood counts.")
        phases, good = state.held(), False
    return phases, good


def draw(phases: tuple[Phase, ...], settings: Settings, *, small: bool) -> None:
    """The schedule as a picture; the small one stands beside a curve."""
    figure = figures.picture(phases, settings.groups, numbers_only=small)
    show(figure, key=f"{KEY}_picture_{'small' if small else 'large'}")


def what_groups_mean(settings: Settings) -> None:
    """Which stages of the network each group holds."""
    title = settings.spec.architecture.title
    with st.expander(f"What the groups of {title} are", icon=":material/view_week:"):
        st.markdown(
            "\n".join(f"- **{group.name}**: {_stages(group.stages)}." for group in groups(settings.spec.backbone))
        )
        st.markdown(
            f"- **{NECK}**: hidden layers of your own, if there are any.\n- **{HEADS}**: the new last layer.\n\n"
            "A group is what works at one resolution, as the paper of ResNet counts *conv1* to *conv5*. Families "
            "with fewer resolutions have fewer groups."
        )


def _stages(stages: tuple[object, ...]) -> str:
    return ", ".join(str(getattr(stage, "name", stage)) for stage in stages)


def _is(group: str) -> str:
    if group == NECK:
        return "Your own hidden layers."
    return "The new last layer." if group == HEADS else "Which layers that are stands below the table."
