"""One score: its formula, the numbers put in, what it says and when it misleads."""

from __future__ import annotations

import math

import streamlit as st

from core.figures.metrics.score_formulas import formula
from core.figures.metrics.scores import TITLES, title_of
from core.metrics.confusion import Average
from core.metrics.report import PER_CLASS, WHOLE, Report
from core.metrics.undefined import reason
from core.ui.framework.show import escape_markdown
from core.ui.metrics.matrix.options import keep_possible
from core.ui.metrics.matrix.words import AVERAGES, MEANING
from core.ui.metrics.session import FIRST

KEY = "metrics_matrix"
_FIRST = "precision"
DEFAULTS = {f"{KEY}_formula": TITLES[_FIRST], f"{KEY}_of": f"class {FIRST.matrix().labels[0]}"}
"""What a reset puts back, with the matrix."""


def explorer(now: Report) -> None:
    """Choose a score and what it is of; read its formula."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        titles = {TITLES[name]: name for name in (*PER_CLASS, *WHOLE)}
        title = st.pills(
            "Score",
            list(titles),
            default=TITLES[_FIRST],
            required=True,
            wrap=True,
            key=f"{KEY}_formula",
            bind="query-params",
            help="The upper ones belong to a class, the others to the whole matrix.",
        )
        name = titles.get(title or "", _FIRST)
        of = _of(now, name) if name in PER_CLASS else None
    with right:
        if now.matrix.total and now.chosen:
            st.latex(formula(now, name, of))
        label = None if of is None or isinstance(of, Average) else str(of)  # a class may be called "macro"
        labels = [now.matrix.labels[c] for c in now.chosen]
        why = reason(now.matrix, name, label, labels=labels, pooled=of is Average.MICRO)
        if why is not None:
            st.markdown(f"**{escape_markdown(title_of(name, now))}:** {escape_markdown(why)}{_fate(now, name)}.")
    with left:
        says, misleads = MEANING[name]
        whose = label or (now.positive if len(now.matrix) == 2 else "a class")
        st.markdown(escape_markdown(says.replace("{c}", whose)))
        if isinstance(of, Average):
            st.markdown(escape_markdown(AVERAGES[of]))
        st.markdown(f"**It misleads:** {escape_markdown(misleads.replace('{c}', whose))}")


def _of(now: Report, name: str) -> str | Average:
    """Which class or average."""
    choices: dict[str, str | Average] = {f"class {label}": label for label in now.matrix.labels}
    if not name.startswith("likelihood"):
        kinds = (Average.MICRO, Average.MACRO, Average.WEIGHTED)
        choices |= {f"{kind} average": kind for kind in kinds if f"{kind} average" not in choices}
    first = f"class {now.positive}"
    key = f"{KEY}_of"
    keep_possible(key, list(choices), first)
    chosen = st.selectbox(
        "Of",
        list(choices),
        index=list(choices).index(first),
        key=key,
        bind="query-params",
        help="A class against the rest, or an average of the classes.",
    )
    return choices.get(chosen or first, now.positive)


def _fate(now: Report, name: str) -> str:
    """What 0/0 counts as, where that was chosen."""
    zero = now.options.zero_division
    return "" if math.isnan(zero) or name not in PER_CLASS else f"; 0/0 counts as {zero:g}"
