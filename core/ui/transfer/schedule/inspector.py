"""The freeze inspector: what changed in a training, layer by layer, and whether frozen meant frozen."""

from __future__ import annotations

import streamlit as st

from core.figures.transfer import freeze as figures
from core.figures.transfer.freeze import What
from core.figures.transfer.freeze_verdict import Verdict, verdict
from core.transfer.training.run import Run
from core.ui import framework as ui
from core.ui.transfer.schedule.state import KEY

_RUN = f"{KEY}_inspected"
_NEWEST = f"{KEY}_newest"
_HELP = "transfer/schedule"


def inspector(newest: str | None) -> None:
    """Draw it.

    Args:
        newest: title of the run that has just ended here: chosen when it is new.
    """
    st.header("Freeze inspector", anchor=False)
    runs, state = ui.session().runs, st.session_state
    if not len(runs):
        st.info(ui.prose(_HELP, "Inspector"), icon=":material/ac_unit:")
        return
    if newest is not None and state.get(_NEWEST) != newest and newest in runs:
        state[_RUN] = state[_NEWEST] = newest
    if state.get(_RUN) not in (None, *runs):
        del state[_RUN]  # it made room for others
    left, right, _ = ui.panes()
    with left:
        says = "Any training that is saved in this visit, those of the other sections too."
        run = runs[st.selectbox("Training", list(reversed(list(runs))), key=_RUN, help=says)]
        _say(verdict(run.weight_change))
    with right:
        ui.show(figures.chart(run.weight_change, What.WEIGHTS), key=f"{KEY}_weights")
        if any(layer.statistics for layer in run.weight_change):
            ui.show(figures.chart(run.weight_change, What.STATISTICS), key=f"{KEY}_statistics")
        else:
            st.caption("This network has no batch normalisation, so it has no statistics that could drift.")
    _table(run)


def _say(said: Verdict) -> None:
    if said.proven:
        st.success(said.sentences(), icon=":material/verified:")
    else:
        st.warning(said.sentences(), icon=":material/warning:")
        if said.drifted and not said.moved:
            st.caption(ui.prose(_HELP, "Mistake"))
    left, right = st.columns(2)
    left.metric("Frozen", f"{said.frozen:,}", help="Layers whose group learned in no phase.")
    right.metric("Identical", f"{said.identical:,}", help="Of these, every bit of weights and statistics.")


def _table(run: Run) -> None:
    table, number = figures.table(run.weight_change), st.column_config.NumberColumn
    with st.expander("Layer by layer", icon=":material/table_rows:"):
        st.dataframe(
            table,
            hide_index=True,
            height=320,
            key=f"{KEY}_layers_table",
            alt="One row a layer: its group, whether it learned, how much weights and statistics changed",
            column_config={
                "weights": number(format="localized"),
                "weights moved": number(format="%.3g"),
                "statistics drifted": number(format="%.3g"),
            },
        )
        st.latex(r"\text{moved} = \frac{\lVert w - w_0 \rVert}{\lVert w_0 \rVert}")
        says = "One line a layer."
        ui.download("Layers (CSV)", lambda: table.to_csv(index=False), "movement.csv", says)
