"""The rows and pictures behind a cell of the matrix."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import streamlit as st

from core.figures.words import counted
from core.metrics.predictions.checks import Indices
from core.metrics.predictions.export import safe_csv
from core.ui.framework.layout import panes
from core.ui.framework.show import download
from core.ui.metrics.predictions.source import KEY, SIDES, Source
from core.ui.metrics.predictions.view import View

MOST_ROWS, MOST_PICTURES = 500, 60
_SIDE, _GAP = 56, 4  # pixels of a picture and around it


def chosen_cell(shown: View) -> tuple[int, int]:
    """(target, predicted) of the cell that is looked into; at first the most frequent error."""
    labels = shown.matrix.labels
    target, said = (st.session_state.get(key, st.query_params.get(key)) for key in _keys(shown))
    usual = _worst(shown)
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
    labels = shown.matrix.labels
    target, said = SIDES
    return shown.source.key_of(target, labels), shown.source.key_of(said, labels)


def most_confused(shown: View, most: int = 200) -> None:
    """A matrix too large to be drawn, as a list of its most frequent errors."""
    errors = shown.matrix.counts.copy()
    np.fill_diagonal(errors, 0)
    order = np.argsort(errors, axis=None)[::-1][:most]
    target, said = np.unravel_index(order[errors.ravel()[order] > 0], errors.shape)
    names = np.array(shown.matrix.labels)
    table = pd.DataFrame({"gold": names[target], "predicted": names[said], "count": errors[target, said]})
    st.caption(f"{len(names):,} classes are too many to draw: these are the most frequent errors.")
    st.dataframe(table, hide_index=True, height=330, key=f"{KEY}_errors", alt="The most frequent errors")


def rows(shown: View) -> None:
    """Draw the menus, the pictures and the table of the chosen cell."""
    labels, cell = shown.matrix.labels, chosen_cell(shown)
    st.header("The rows behind a cell", anchor=False)
    menus, result, _ = panes()
    with menus:
        for key, label, index in zip(_keys(shown), ("Gold", "Predicted"), cell, strict=True):
            if key in st.session_state and st.session_state[key] not in labels:  # of the matrix before, or reset
                st.session_state[key] = labels[index]
            st.selectbox(
                label, labels, index, key=key, bind=shown.source.bind,
                help="Or click a cell of the matrix above.",
            )  # fmt: skip
        cell = chosen_cell(shown)
        inside = shown.predictions.cell(*cell)
        table = _table(shown, inside[:MOST_ROWS])
        many = f", of which {MOST_ROWS} are shown" if len(inside) > MOST_ROWS else ""
        order = "the most wrong first" if shown.predictions.scores_of(cell[0]) is not None else "in their order"
        number, word = counted(len(inside), "row").split(" ")
        st.markdown(f"**{number}** {word}{many}" + (f", {order}." if len(inside) > 1 else "."))
        if len(inside):
            download(
                "These rows (CSV)",
                lambda: safe_csv(_table(shown, inside)),
                "rows.csv",
                "text/csv",
                "All rows of this cell with all of their columns.",
            )
    with result:
        if not len(inside):
            st.info("This cell is empty: click another one, or move the threshold.", icon=":material/search_off:")
            return
        _pictures(shown, inside[:MOST_PICTURES], cell)
        st.dataframe(
            table,
            hide_index=True,
            height=min(320, 40 + 36 * len(table)),
            key=f"{KEY}_rows",
            alt=f"Rows of gold {labels[cell[0]]}, predicted {labels[cell[1]]}",
        )


def _worst(shown: View) -> tuple[int, int]:
    errors = shown.matrix.counts.copy()
    np.fill_diagonal(errors, -1)
    target, said = np.unravel_index(int(np.argmax(errors)), errors.shape)
    return int(target), int(said)


def _table(shown: View, inside: Indices) -> pd.DataFrame:
    """What is known of samples, their classes and scores beside it; the file's own columns stay as they are."""
    source: Source = shown.source
    table = source.describe(inside)
    predictions, whole = shown.predictions, source.predictions
    names = np.array(whole.labels, dtype=object)

    def add(place: int, name: str, values: npt.NDArray[Any]) -> None:
        if name not in table.columns:
            table.insert(place, name, values)

    if not source.own_columns:
        add(1, "gold", names[whole.target[inside]])
    if predictions.binary and predictions.scores is not None:
        positive = predictions.labels[predictions.positive]
        now = np.array(predictions.labels, dtype=object)[predictions.predicted[inside]]
        replaces = shown.label is not None or source.by_file is not None
        if shown.label is not None and not source.own_columns:
            add(2, "predicted", names[whole.predicted[inside]])
        add(1 if source.own_columns else 2, "by threshold" if replaces else "predicted", now)
        if not source.own_columns:
            add(len(table.columns), f"score of {positive}", predictions.scores[inside])
        return table
    if not source.says_predicted:
        add(1 if source.own_columns else 2, "predicted", names[whole.predicted[inside]])
    if predictions.scores is not None and predictions.scores.ndim == 2 and not source.own_columns:
        for word, index in (("gold", predictions.target), ("predicted", predictions.predicted)):
            add(len(table.columns), f"score of {word}", predictions.scores[inside, index[inside]])
    return table


def _pictures(shown: View, inside: Indices, cell: tuple[int, int]) -> None:
    thumbnails = shown.predictions.thumbnails
    if thumbnails is None:
        return
    small = thumbnails[inside]
    factor = max(1, _SIDE // max(small.shape[1:3]))
    large = small.repeat(factor, axis=1).repeat(factor, axis=2)  # squares stay sharp
    if large.ndim == 3:
        large = large[..., None].repeat(3, axis=3)
    opaque = np.concatenate([large, np.full_like(large[..., :1], 255)], axis=3)  # (n, H, W, 4)
    framed = np.pad(opaque, ((0, 0), (_GAP, _GAP), (_GAP, _GAP), (0, 0)))
    scores = shown.predictions.scores_of(cell[0])
    captions = [f"{scores[index]:.2f}" if scores is not None else f"{index + 1}" for index in inside.tolist()]
    label = shown.matrix.labels
    st.image(
        list(framed),
        caption=captions,
        width=_SIDE + 2 * _GAP,
        alt=[f"gold {label[cell[0]]}, predicted {label[cell[1]]}: {text}" for text in captions],
    )
    if scores is not None:
        st.caption(f"Below each picture is what the model gave “{label[cell[0]]}”, its gold class.")
