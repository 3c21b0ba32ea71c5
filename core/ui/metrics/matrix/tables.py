"""Tables below the matrix: averages, classes, trivial classifiers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from core.figures.metrics import score_tables as figures
from core.figures.metrics.scores import TITLES, three
from core.metrics.baselines import COLUMNS, Baseline
from core.metrics.confusion import Average
from core.metrics.report import Report
from core.metrics.scores import Array
from core.metrics.undefined import reason
from core.ui.framework.show import escape_markdown, show

KEY = "metrics_matrix"
_ROW = 35  # pixels
_MOST_ROWS = 12


def averages(now: Report, before: Report | None) -> None:
    """Averages over the classes, and the scores of the whole matrix."""
    left, right = st.columns([3, 2], gap="medium")
    with left:
        st.markdown("**Averages over the classes**")
        _table(figures.averages(now, before), "averages", "One row an average, one column a score, old and new")
        _left_out(now)
    with right:
        st.markdown("**Of the whole matrix**")
        st.table(
            figures.wholes(now, before).map(escape_markdown),
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
    _table(
        table,
        "classes",
        "One row a class: its counts against the rest, its scores, with an arrow where they have risen or fallen",
        **counts,
        **scores,
    )
    told = [f"{escape_markdown(title)}: {escape_markdown(why)}" for title, why in figures.reasons(now).items()]
    if told:
        zero = now.options.zero_division
        fate = "" if math.isnan(zero) else f", 0/0 counting as {zero:g}"
        st.caption(f"Undefined or infinite{fate}. " + "; ".join(told) + ".")
    if any("↑" in cell or "↓" in cell for name in scores for cell in table[name]):
        st.caption("Arrows: risen or fallen since the matrix that is compared with.")


def trivial(now: Report, others: tuple[Baseline, ...], names: list[str], rows: Array) -> None:
    """The model beside classifiers that look at nothing.

    Args:
        now: of the model.
        others: the trivial classifiers.
        names: of the model and of these.
        rows: (1 + len(others), 7) scores, the model first.
    """
    average = now.options.headline(now.matrix)
    what = f'of "{now.positive}"' if average is Average.BINARY else str(average)
    _table(figures.compared(names, rows), "trivial", "One row a classifier, one column a score, the best marked")
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.caption(escape_markdown(f"Precision, recall and F1 are {what}."))
        st.markdown(
            "\n".join(f"- **{escape_markdown(other.name)}**: {escape_markdown(other.rule)}" for other in others)
        )
    with right:
        show(figures.against(names, rows, f"precision, recall, F1: {what}"), key=f"{KEY}_against")


def verdict(names: list[str], rows: Array) -> None:
    """Where a trivial classifier is as good as the model."""
    beaten = []
    for place, name in enumerate(COLUMNS):
        own, rest = rows[0, place], rows[1:, place]
        if math.isnan(own) or np.isnan(rest).all():
            continue
        top = int(np.nanargmax(rest))
        if round(float(rest[top]), 3) >= round(float(own), 3):
            beaten.append(f"{TITLES[name]} ({escape_markdown(names[1 + top])}: {three(float(rest[top]))})")
    if beaten:
        st.markdown(
            "**A classifier that looks at nothing is at least as good as the model in** " + ", ".join(beaten) + "."
        )
    elif not math.isnan(rows[0, 0]):
        st.markdown("The model is better than every trivial classifier in every one of these scores.")


def _left_out(now: Report) -> None:
    """Classes whose score is undefined, and what becomes of that."""
    labels = [now.matrix.labels[c] for c in now.chosen]
    if not now.matrix.total:
        return
    told = [
        f"{TITLES[name]}: {escape_markdown(why)}"
        for name in ("precision", "recall", "f1", "specificity", "npv")
        if (why := reason(now.matrix, name, labels=labels))
    ]
    if told:
        zero = now.options.zero_division
        fate = "left out of the means" if math.isnan(zero) else f"counted as {zero:g}"
        fate += "" if zero == 0 else " (scikit-learn's own default counts it as 0)"
        st.caption(f"Undefined, {fate}. " + "; ".join(told) + ".")


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
