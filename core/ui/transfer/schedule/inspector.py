"""The freeze inspector: what moved in a training, layer by layer, and whether frozen meant frozen."""

from __future__ import annotations

import streamlit as st

from core.figures.transfer import freeze as figures
from core.figures.transfer.freeze import What
from core.figures.transfer.freeze_verdict import Verdict, verdict
from core.transfer.training.run import Run
from core.ui.framework.layout import panes
from core.ui.framework.show import show
from core.ui.transfer.desk import desk
from core.ui.transfer.held import download
from core.ui.transfer.schedule.state import KEY

_RUN = f"{KEY}_inspected"
_NEWEST = f"{KEY}_newest"


def inspector(newest: str | None) -> None:
    """Draw it.

    Args:
        newest: title of the run that has just ended here: chosen when it is new.
    """
    st.header("Freeze inspector", anchor=False)
    runs = desk().runs
    if not len(runs):
        st.info(
            "Start a training, here or in *Race*: then this shows for each layer how far its weights moved and "
            "whether its statistics drifted. Frozen means bit-identical.",
            icon=":material/ac_unit:",
        )
        return
    _follow(newest)
    titles = list(reversed(list(runs)))
    left, right, _ = panes()
    with left:
        title: str = st.selectbox(
            "Training", titles, key=_RUN, help="Any training on the desk, those of the other sections too."
        )
        run = runs[title]
        said = verdict(run.weight_change)
        _say(said)
    with right:
        show(figures.chart(run.weight_change, What.WEIGHTS), key=f"{KEY}_weights")
        if any(layer.statistics for layer in run.weight_change):
            show(figures.chart(run.weight_change, What.STATISTICS), key=f"{KEY}_statistics")
        else:
            st.caption("This network has no batch normalisation, so it has no statistics that could drift.")
    _table(run)


def _follow(newest: str | None) -> None:
    """Choose a run that has just ended; and none that has gone from the desk."""
    if newest is not None and st.session_state.get(_NEWEST) != newest and newest in desk().runs:
        st.session_state[_RUN] = st.session_state[_NEWEST] = newest
    if st.session_state.get(_RUN) not in (None, *desk().runs):
        del st.session_state[_RUN]


def _say(said: Verdict) -> None:
    if said.proven:
        st.success(said.sentences(), icon=":material/verified:")
    else:
        st.warning(said.sentences(), icon=":material/warning:")
        if said.drifted and not said.moved:
            st.caption(
                "The statistics were set to “moving”: the usual mistake of `requires_grad = False` and `.train()` "
                "without `.eval()` on what is frozen."
            )
    left, right = st.columns(2)
    left.metric("Frozen", f"{said.frozen:,}", help="Layers whose group learned in no phase.")
    right.metric("Identical", f"{said.identical:,}", help="Of these, every bit of weights and statistics.")


def _table(run: Run) -> None:
    table = figures.table(run.weight_change)
    with st.expander("Layer by layer", icon=":material/table_rows:"):
        st.dataframe(
            table,
            hide_index=True,
            height=320,
            key=f"{KEY}_layers_table",
            alt="One row a layer: its group, whether it learned, how far weights and statistics went",
            column_config={
                "weights": st.column_config.NumberColumn(format="localized"),
                "weights moved": st.column_config.NumberColumn(format="%.3g"),
                "statistics drifted": st.column_config.NumberColumn(format="%.3g"),
            },
        )
        st.latex(r"\text{moved} = \frac{\lVert w - w_0 \rVert}{\lVert w_0 \rVert}")
        download("Layers (CSV)", lambda: table.to_csv(index=False), "movement.csv", "text/csv", "One line a layer.")
