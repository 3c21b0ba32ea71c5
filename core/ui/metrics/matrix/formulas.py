"""One score: its formula, the numbers put in, what it says and when it misleads."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.figures.metrics.score_formulas import choices_of, class_title, formula
from core.figures.metrics.score_words import zero_counts_as
from core.figures.metrics.scores import TITLES, title_of
from core.metrics.confusion import Average
from core.metrics.matrix_fields import FIRST
from core.metrics.report import PER_CLASS, WHOLE, Report
from core.metrics.undefined import reason
from core.ui import framework as ui
from core.ui.metrics.matrix.controls import KEY

_FIRST = "precision"
_SCORES = {TITLES[name]: name for name in (*PER_CLASS, *WHOLE)}
_FIRST_CLASS = class_title(FIRST.matrix().labels[0])


@dataclass(frozen=True)
class _Of:
    of: str = ui.choice("Of", (_FIRST_CLASS,), _FIRST_CLASS, "A class against the rest, or an average of the classes.")


DEFAULTS = {f"{KEY}_formula": TITLES[_FIRST], **ui.defaults(_Of, KEY)}


def explorer(now: Report) -> None:
    """Choose a score and what it is of; read its formula."""
    left, right = st.columns([2, 3], gap="large")
    with left:
        title = st.pills(
            "Score",
            list(_SCORES),
            default=TITLES[_FIRST],
            required=True,
            wrap=True,
            key=f"{KEY}_formula",
            bind="query-params",
            help="The first ones belong to a class, the others to the whole matrix.",
        )
        name = _SCORES.get(title or "", _FIRST)
        of = _choose(now, name) if name in PER_CLASS else None
    label = None if of is None or isinstance(of, Average) else str(of)  # a class may be called "macro"
    with right:
        if now.matrix.total and now.chosen:
            st.latex(formula(now, name, of))
        labels = [now.matrix.labels[c] for c in now.chosen]
        why = reason(now.matrix, name, label, labels=labels, pooled=of is Average.MICRO)
        if why is not None:
            counts = zero_counts_as(now) if name in PER_CLASS else ""
            st.markdown(f"**{ui.escape_markdown(title_of(name, now))}:** {ui.escape_markdown(why)}{counts}.")
    with left:
        whose = label or (now.positive if len(now.matrix) == 2 else "a class")
        if isinstance(of, Average):
            st.markdown(ui.prose("metrics/matrix", str(of)))
        values = {"c": ui.escape_markdown(whose)} if name in PER_CLASS else {}
        st.markdown(ui.prose("metrics/matrix", name, **values))


def _choose(now: Report, name: str) -> str | Average:
    """Which class or average."""
    choices = choices_of(now, name)
    chosen = ui.draw(_Of, KEY, of={"options": list(choices), "default": class_title(now.positive)}).of
    return choices.get(chosen, now.positive)
