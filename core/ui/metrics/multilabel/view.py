"""Section "Multilabel": several labels a sample, and what each average is the average of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.errors import UserError
from core.figures.metrics import multilabel as figures
from core.figures.metrics import multilabel_formulas as formulas
from core.figures.metrics import multilabel_tables as tables
from core.figures.metrics.matrix import Percent, picture
from core.metrics.multilabel import text
from core.metrics.multilabel.multilabel import Multilabel, Score
from core.metrics.multilabel.report import Report, report
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.components.matrix import show_matrix
from core.ui.metrics.multilabel.controls import DEFAULTS, MATRIX, Options, Settings, controls
from core.ui.metrics.multilabel.state import KEY, toggle
from core.ui.metrics.zeros import ZEROS

_NOW, _BEFORE = f"{KEY}_now", f"{KEY}_before"


# what 0/0 counts as goes by its word: nan is not equal to itself, and no key of a cache
@st.cache_data(max_entries=16, show_spinner="Scoring every row …", hash_funcs={Multilabel: lambda table: table.key})
def _report(table: Multilabel, third: Score, beta: float, zero: str) -> Report:
    return report(table, third, beta=beta, zero_division=ZEROS[zero], rows=figures.MOST_ROWS)


def _scored(table: Multilabel, options: Options, zero: str) -> Report:
    return _report(table, options.third, options.beta, zero)


def _picture(settings: Settings, found: Report) -> None:
    for sentence in settings.problems:
        ui.problem(UserError(sentence))
    options, table = settings.options, settings.table
    held = st.session_state.get(MATRIX, st.query_params.get(MATRIX))
    chosen = table.labels.index(held) if held in table.labels else 0
    drawing = figures.grid(found, options.name, options.average, chosen=chosen)
    show_drawing(drawing, f"{KEY}_grid", _clicked(table, settings.editable))
    if settings.editable:
        st.caption(ui.prose("metrics/multilabel", "Click"))


def _clicked(table: Multilabel, editable: bool) -> Callable[[int, int], None]:
    """What a click into the picture does: changes a cell, or shows the matrix of a label."""
    labels, rows = table.labels, min(len(table), figures.MOST_ROWS)  # not the table: callbacks outlive the tab

    def picked(row: int, column: int) -> None:
        columns = min(len(labels), figures.MOST_COLUMNS)
        if not (0 <= row <= rows and 0 <= column < 2 * columns):
            return
        sample, predicted, label = figures.place(row, column, columns)
        if sample is None:
            st.session_state[MATRIX] = labels[label]
        elif editable:
            toggle(sample, label, predicted)

    return picked


@dataclass(frozen=True)
class _Scored:
    """What the scores are of."""

    table: Multilabel
    zero: str
    editable: bool


def _before(now: _Scored) -> _Scored | None:
    """What was scored before the last change; None before the first one, and where the two are not the same data."""
    held = st.session_state.get(_NOW)
    if held != now:
        st.session_state[_BEFORE], st.session_state[_NOW] = held, now
    before: _Scored | None = st.session_state.get(_BEFORE)
    if before is None or (before.editable and now.editable) or before.table == now.table:
        return before
    return None


def _numbers(settings: Settings, found: Report) -> None:
    options = settings.options
    before = _before(_Scored(settings.table, options.zero, settings.editable))
    old = None if before is None else _scored(before.table, options, before.zero)
    with st.container(horizontal=True):
        for one in tables.measures(found, old, options.name, options.average):
            # with a true minus Streamlit does not see which way it went
            st.metric(
                one.label,
                one.text,
                one.change,
                delta_color="green" if one.good else "red",
                delta_arrow="up" if one.rose else "down",
                help=one.meaning,
            )
    st.subheader(f"{figures.SYMBOLS[options.name]}, {options.average} average", anchor=False)
    for line in formulas.average(found, options.name, options.average):
        st.latex(line)
    st.caption(tables.MEANING[options.average])
    if sentence := tables.undefined(found, options.name, options.average):
        st.markdown(sentence)


def _below(settings: Settings, found: Report) -> None:
    every, one = st.columns([8, 7], gap="medium")
    with every:
        st.subheader("Every label", anchor=False)
        frame = tables.labels_table(found)
        st.dataframe(
            frame,
            hide_index=True,
            height="content" if len(frame) <= 12 else 420,
            key=f"{KEY}_labels_table",
            alt="One row a label: its four counts, how often it is actual, and its scores",
        )
    with one:
        _matrix(settings.table)
    script = text.code(found)
    with st.container(horizontal=True):
        ui.download("Code", lambda: script, "multilabel.py", "scikit-learn, with assertions that hold.")
        ui.download("Rows as CSV", lambda: text.rows_csv(found.table), "multilabel.csv", "0 and 1 of each sample.")
        ui.download("Scores as CSV", lambda: text.scores_csv(found), "multilabel_scores.csv", "Labels and averages.")
    with st.expander("Code of these numbers", icon=":material/code:"):
        st.code(script, language="python")


def _matrix(table: Multilabel) -> None:
    """One label's own 2 x 2 matrix."""
    if MATRIX in st.session_state and st.session_state[MATRIX] not in table.labels:  # of another table, or reset
        st.session_state[MATRIX] = table.labels[0]
    label = st.selectbox(
        "Matrix of one label",
        table.labels,
        key=MATRIX,
        bind="query-params",
        help="Each label has a matrix of its own, the label against its absence. A click on its name shows it, too.",
    )
    own = table.matrices[table.labels.index(label)]
    show_matrix(picture(own, percent=Percent.ALL, title=f"Label {label}", positive=label), f"{KEY}_table")


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=DEFAULTS,
    back="The four pictures of the beginning again.",
    answer=lambda settings: _scored(settings.table, settings.options, settings.options.zero),
    picture=_picture,
    numbers=_numbers,
    below=_below,
    help="metrics/multilabel",
)
