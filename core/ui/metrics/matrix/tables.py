"""Tables below the matrix: averages, classes, trivial classifiers."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from core.figures.metrics import score_tables as figures
from core.figures.metrics import score_words as words
from core.metrics.baselines import Comparison
from core.metrics.confusion import Average
from core.metrics.report import Report
from core.ui import framework as ui
from core.ui.metrics.matrix.controls import KEY

_ROW = 35  # pixels
_MOST_ROWS = 12


def averages(now: Report, before: Report | None) -> None:
    """Averages over the classes, and the scores of the whole matrix."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown("**Averages over the classes**")
        _table(figures.averages(now, before), "averages", "One row an average, one column a score, old and new")
        if told := words.left_out_of_means(now):
            st.caption(ui.escape_markdown(told))
    with right:
        st.markdown("**Of the whole matrix**")
        st.table(
            figures.wholes(now, before).map(ui.escape_markdown),
            alt="Scores of the whole matrix, old and new where they changed",
            hide_header=True,
        )


def classes(now: Report, before: Report | None) -> None:
    """One row a class, scrolling within the table when there are many."""
    table = figures.classes(now, before)
    scores = {name: st.column_config.TextColumn(width=_wide(name, table[name])) for name in table.columns[7:]}
    counts = {
        name: st.column_config.NumberColumn(width=_wide(name, table[name].map("{:,.0f}".format)), format="localized")
        for name in table.columns[1:7]
    }
    alt = "One row a class: its counts against the rest, its scores, with an arrow where they have risen or fallen"
    _table(table, "classes", alt, **counts, **scores)
    if told := words.undefined_of_classes(now):
        st.caption(ui.escape_markdown(told))
    if any("↑" in cell or "↓" in cell for name in scores for cell in table[name]):
        st.caption("Arrows: risen or fallen since the matrix that is compared with.")


def trivial(now: Report, found: Comparison) -> None:
    """The model beside classifiers that do not look at the sample."""
    average = now.options.headline(now.matrix)
    what = f'of "{now.positive}"' if average is Average.BINARY else str(average)
    table = figures.compared(found.names, found.rows)
    _table(table, "trivial", "One row a classifier, one column a score, the best marked")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.caption(ui.escape_markdown(f"Precision, recall and F1 are {what}."))
        rules = (f"- **{ui.escape_markdown(other.name)}**: {ui.escape_markdown(other.rule)}" for other in found.others)
        st.markdown("\n".join(rules))
    with right:
        chart = figures.against(found.names, found.rows, f"precision, recall, F1: {what}")
        ui.show(chart, key=f"{KEY}_against")


def _wide(name: str, cells: pd.Series) -> int:
    """Pixels that a column needs."""
    return 18 + round(6.2 * max(len(name), *map(len, cells)))


def _table(table: pd.DataFrame, name: str, alt: str, **columns: Any) -> None:
    """A table that scrolls within itself, its first column staying where it is."""
    first = str(table.columns[0])
    longest = max(len(str(text)) for text in (first, *table[first]))
    st.dataframe(
        table,
        height=_ROW * (min(len(table), _MOST_ROWS) + 1) + 3,
        hide_index=True,
        key=f"{KEY}_table_{name}",
        alt=alt,
        column_config={first: st.column_config.TextColumn(pinned=True, width=min(240, 30 + 7 * longest)), **columns},
    )
