"""The rows and pictures behind a cell of the matrix."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import streamlit as st

from core.figures.metrics import prediction_tables as tables
from core.figures.words import counted
from core.metrics.predictions.checks import Indices
from core.metrics.predictions.export import safe_csv
from core.ui import framework as ui
from core.ui.metrics.predictions.controls import View
from core.ui.metrics.predictions.source import KEY, SIDES, bound, key_of

MOST_ROWS, MOST_PICTURES = 500, 60


def chosen_cell(shown: View) -> tuple[int, int]:
    """(target, predicted) of the cell that is looked into; at first the most frequent error."""
    labels, usual = shown.matrix.labels, tables.most_frequent_error(shown.matrix)
    target, said = (st.session_state.get(key, st.query_params.get(key)) for key in _keys(shown))
    return (
        labels.index(target) if target in labels else usual[0],
        labels.index(said) if said in labels else usual[1],
    )


def choose_cell(shown: View) -> Callable[[int, int], None]:
    """The callback of a click."""
    labels, keys = shown.matrix.labels, _keys(shown)

    def picked(target: int, said: int) -> None:
        if 0 <= target < len(labels) and 0 <= said < len(labels):
            st.session_state[keys[0]], st.session_state[keys[1]] = labels[target], labels[said]

    return picked


def _keys(shown: View) -> tuple[str, str]:
    """Of the two menus: those of a sample stand in the link, the visitor's own class names must not."""
    target, said = SIDES
    return key_of(shown.source, target, shown.matrix.labels), key_of(shown.source, said, shown.matrix.labels)


def rows(shown: View) -> None:
    """Draw the menus, the pictures and the table of the chosen cell."""
    labels, cell = shown.matrix.labels, chosen_cell(shown)
    st.header("The rows behind a cell", anchor=False)
    menus, result, _ = ui.panes()
    with menus:
        for key, label, index in zip(_keys(shown), ("Actual", "Predicted"), cell, strict=True):
            if key in st.session_state and st.session_state[key] not in labels:  # of the matrix before, or reset
                st.session_state[key] = labels[index]
            help = "Or click a cell of the matrix above."
            st.selectbox(label, labels, index, key=key, bind=bound(shown.source), help=help)
        cell = chosen_cell(shown)
        inside = shown.predictions.cell(*cell)
        many = f", of which {MOST_ROWS} are shown" if len(inside) > MOST_ROWS else ""
        order = "the most wrong first" if shown.predictions.scores_of(cell[0]) is not None else "in their order"
        number, word = counted(len(inside), "row").split(" ")
        st.markdown(f"**{number}** {word}{many}" + (f", {order}." if len(inside) > 1 else "."))
        if len(inside):
            csv = lambda: safe_csv(_table(shown, inside, "gold"))  # noqa: E731
            ui.download("These rows (CSV)", csv, "rows.csv", "All rows of this cell with all of their columns.")
    with result:
        if not len(inside):
            st.info("This cell is empty: click another one, or move the threshold.", icon=":material/search_off:")
            return
        _pictures(shown, inside[:MOST_PICTURES], cell)
        table = _table(shown, inside[:MOST_ROWS], "actual")
        st.dataframe(
            table,
            hide_index=True,
            height=min(320, 40 + 36 * len(table)),
            key=f"{KEY}_rows",
            alt=f"Rows of actual {labels[cell[0]]}, predicted {labels[cell[1]]}",
        )


def _table(shown: View, inside: Indices, target: str) -> pd.DataFrame:
    source = shown.source
    return tables.rows_table(
        source.describe(inside),
        inside,
        shown.predictions,
        source.predictions,
        own_columns=source.loaded is not None,
        says_predicted=source.says_predicted,
        replaces=shown.label is not None or source.by_file is not None,
        target=target,
    )


def _pictures(shown: View, inside: Indices, cell: tuple[int, int]) -> None:
    thumbnails = shown.predictions.thumbnails
    if thumbnails is None:
        return
    scores, (target, said) = shown.predictions.scores_of(cell[0]), (shown.matrix.labels[side] for side in cell)
    captions = [f"{index + 1}" if scores is None else f"{scores[index]:.2f}" for index in inside.tolist()]
    alt = [f"actual {target}, predicted {said}: {text}" for text in captions]
    st.image(tables.enlarged(thumbnails[inside]), caption=captions, width=tables.WIDTH, alt=alt)
    if scores is not None:
        st.caption(f"Below each picture is what the model gave “{target}”, its actual class.")
