"""Section "Multilabel": several labels a sample, and what each average is the average of."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from core.errors import UserError
from core.figures.metrics import multilabel as figures
from core.metrics.multilabel.multilabel import MEANS, Multilabel, Score
from core.metrics.multilabel.report import Report, report
from core.ui.components.drawing import show_drawing
from core.ui.framework.layout import panes
from core.ui.framework.show import problem
from core.ui.metrics.multilabel import details, file
from core.ui.metrics.multilabel import input as given
from core.ui.metrics.multilabel.details import Options
from core.ui.metrics.zeros import ZEROS, ZEROS_HELP

KEY = given.KEY
SCORES: dict[str, Score] = {
    "precision": "precision",
    "recall": "recall",
    "F1": "f1",
    "Fβ": "fbeta",
    "Jaccard": "jaccard",
}
_NOW, _BEFORE = f"{KEY}_now", f"{KEY}_before"


def section() -> None:
    """Draw the section."""
    controls, result, numbers = panes()
    with controls:
        options = _options()
        table, editable, sentences = _table()
    with result:
        # the spinner of a large file belongs where its picture will be
        found = _report(table, options.third, options.beta, _shown(options.zero_division))
        for sentence in sentences:
            problem(UserError(sentence))
        chosen = _chosen(table)
        show_drawing(
            figures.grid(found, options.name, options.average, chosen=chosen), f"{KEY}_grid", _clicked(table, editable)
        )
        if editable:
            st.caption(
                "A click turns a cell round. By keyboard: Tab to the picture, arrow keys, Enter; or type the digits of "
                "“Gold” and “Predicted”."
            )
    with numbers:
        _averages(found, options, editable)
        details.formula(found, options)
    details.below(found)


def _table() -> tuple[Multilabel, bool, list[str]]:
    """Draw what the table comes from: the table, whether its cells can be clicked, and what could not be read."""
    place = st.container()
    with st.expander("Your own file", icon=":material/upload_file:", expanded=file.held()):
        uploaded, refused = file.upload()
    own = not file.held()
    with place if own else place.expander("The table without the file", icon=":material/grid_on:"):
        typed, unread = given.typed()
    sentences = [sentence for sentence in (refused, unread if uploaded is None else None) if sentence]
    return (typed, own, sentences) if uploaded is None else (uploaded, False, sentences)


def _options() -> Options:
    label = st.selectbox(
        "Score", list(SCORES), 2, key=f"{KEY}_score", bind="query-params", help="The one that is set in bold."
    )
    name = SCORES[label]
    average = st.radio(
        "Average",
        list(MEANS),
        key=f"{KEY}_average",
        bind="query-params",
        horizontal=True,
        help="samples: the mean of the column of samples. macro: the mean of the row of labels. weighted: that mean, "
        "each label as often as it is gold. micro: all cells counted together. What is averaged is framed.",
    )
    beta = 1.0
    if name == "fbeta":
        typed = st.number_input(
            "β", 0.0, 10.0, 2.0, 0.1, key=f"{KEY}_beta", bind="query-params", help="Recall counts β times as much."
        )
        beta = 2.0 if typed is None else float(typed)
    zero = st.segmented_control(
        "0/0 counts as",
        list(ZEROS),
        default=given.CHOICES[f"{KEY}_zero"],
        required=True,
        key=f"{KEY}_zero",
        bind="query-params",
        help="A sample without labels for which none is predicted is right, and its score is 0/0. " + ZEROS_HELP,
    )
    return Options(name, average if average in MEANS else "samples", beta, ZEROS.get(str(zero), 0.0))


def _shown(zero_division: float) -> str:
    """nan is not equal to itself, and no key of a cache."""
    return "nan" if math.isnan(zero_division) else f"{zero_division}"


@st.cache_data(max_entries=16, show_spinner="Scoring every row …", hash_funcs={Multilabel: lambda table: table.key})
def _report(table: Multilabel, third: Score, beta: float, zero_division: str) -> Report:
    return report(table, third, beta=beta, zero_division=float(zero_division), rows=figures.MOST_ROWS)


def _clicked(table: Multilabel, editable: bool) -> Callable[[int, int], None]:
    """What a click into the picture does: turns a cell round, or shows the matrix of a label."""

    def picked(row: int, column: int) -> None:
        columns = min(len(table.labels), figures.MOST_COLUMNS)
        if not (0 <= row <= min(len(table), figures.MOST_ROWS) and 0 <= column < 2 * columns):
            return
        sample, predicted, label = figures.place(row, column, columns)
        if sample is None:
            st.session_state[given.MATRIX] = table.labels[label]
        elif editable:
            given.toggle(sample, label, predicted)

    return picked


@dataclass(frozen=True)
class _State:
    """What the scores are of."""

    table: Multilabel
    zero_division: str
    editable: bool


def _before(now: _State) -> _State | None:
    """The state before the last change; None before the first one, and where the two are not the same data."""
    held = st.session_state.get(_NOW)
    if held != now:
        st.session_state[_BEFORE], st.session_state[_NOW] = held, now
    before: _State | None = st.session_state.get(_BEFORE)
    if before is None or (before.editable and now.editable) or before.table == now.table:
        return before
    return None


def _averages(found: Report, options: Options, editable: bool) -> None:
    """Each average of the chosen score, beside what it was before the last change."""
    before = _before(_State(found.table, _shown(options.zero_division), editable))
    old = None if before is None else _report(before.table, options.third, options.beta, before.zero_division)
    symbol = figures.SYMBOLS[options.name]
    entries: list[tuple[str, float, float | None, str, bool]] = [
        (
            f"**{symbol} {mean}**" if mean == options.average else f"{symbol} {mean}",
            found.mean(options.name, mean),
            None if old is None else old.mean(options.name, mean),
            details.MEANING[mean],
            True,
        )
        for mean in MEANS
    ]
    entries.append(
        (
            "Exact match",
            found.subset_accuracy,
            None if old is None else old.subset_accuracy,
            "Share of samples with every label right: subset accuracy.",
            True,
        )
    )
    entries.append(
        (
            "Hamming loss",
            found.hamming_loss,
            None if old is None else old.hamming_loss,
            "Share of cells that are wrong; less is better.",
            False,
        )
    )
    with st.container(horizontal=True):
        for label, value, previous, meaning, more_is_better in entries:
            risen = previous is not None and value > previous
            st.metric(
                label,
                _score(value),
                _change(previous, value),
                # with a true minus Streamlit does not see which way it went
                delta_color="green" if risen == more_is_better else "red",
                delta_arrow="up" if risen else "down",
                help=meaning,
            )


def _score(value: float) -> str:
    return "undefined" if math.isnan(value) else f"{value:.3f}"


def _change(old: float | None, new: float) -> str | None:
    if old is None or math.isnan(old) or math.isnan(new) or abs(new - old) < 5e-4:
        return None
    return f"{new - old:+.3f}, was {old:.3f}".replace("-", "−")


def _chosen(table: Multilabel) -> int:
    held = st.session_state.get(given.MATRIX, st.query_params.get(given.MATRIX))
    return table.labels.index(held) if held in table.labels else 0
