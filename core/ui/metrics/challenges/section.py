"""Section "Challenges": make a matrix that fulfils every condition, checked while it is edited."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.metrics.challenges.catalogue import CHALLENGES, known, named
from core.metrics.challenges.challenge import Challenge, Condition
from core.metrics.confusion import ConfusionMatrix
from core.ui.framework.layout import beside, panes
from core.ui.framework.show import escape_markdown
from core.ui.metrics import editor, session

KEY = "metrics_challenges"
_OPEN, _SOLVED, _SEEN = f"{KEY}_open", f"{KEY}_solved", f"{KEY}_seen"
_UNDO_BUTTON = f"{session.KEY}_undo_button"


@dataclass(frozen=True)
class _Seen:
    """What stood there in the last run; matrices are their counts, for names change nothing."""

    title: str
    opened: list[list[float]]
    last: list[list[float]]


def _solved() -> set[str]:
    """Titles of the challenges that the visitor has solved, to be read and changed."""
    titles: set[str] = st.session_state.setdefault(_SOLVED, set())
    return titles


def _begin_again() -> None:
    """Callback: forget what was solved."""
    _solved().clear()


def _judge(challenge: Challenge, matrix: ConfusionMatrix) -> None:
    """Count the challenge as solved if the visitor has just made a matrix that solves it.

    It does not count where the challenge was opened with this matrix, an undo has brought it back, or it is one that
    the page gives to everybody (a known matrix, a solution).
    """
    counts = matrix.counts.tolist()
    seen: _Seen | None = st.session_state.get(_SEEN)
    if seen is None or seen.title != challenge.title:
        st.session_state[_SEEN] = _Seen(challenge.title, counts, counts)
        return
    st.session_state[_SEEN] = _Seen(seen.title, seen.opened, counts)
    given = counts in (seen.opened, seen.last) or st.session_state.get(_UNDO_BUTTON) or known(matrix)
    if not given and challenge.solved(matrix):
        _solved().add(challenge.title)


def section() -> None:
    """Draw the section."""
    # the list shows what is solved, so the open challenge is judged before the list is drawn
    _judge(named(st.session_state.get(_OPEN, st.query_params.get(_OPEN))), session.current())
    controls, result, _ = panes()
    with controls:
        challenge = _menu()
    with result:
        st.subheader(challenge.title, anchor=False)
        st.markdown(challenge.task)
        table, checks = beside([11, 10])
        with table:
            matrix = editor.edit(f"{KEY}_table")
            _buttons(challenge)
        with checks:
            _conditions(challenge, matrix)
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. Type counts into the matrix. Every condition is checked at once, with its number; a challenge is "
            "solved when all of them hold. It counts if you have found the matrix: one that was there when you opened "
            "the challenge, a known matrix and a solution that the page shows do not.\n"
            "2. With two classes, precision, recall and F1 are those of the **first** class, the positive one.\n"
            "3. A score that is **undefined**, such as the precision of a class that is never predicted, meets no "
            "condition. MCC that is 0/0 is 0, by scikit-learn's convention.\n"
            "4. It is the same matrix as in the sections *Matrix* and *What if*: go there to see every score of it."
        )


def _menu() -> Challenge:
    solved = _solved()
    count = sum(challenge.title in solved for challenge in CHALLENGES)
    st.progress(count / len(CHALLENGES), f"**{count} of {len(CHALLENGES)} solved**")
    titles = [challenge.title for challenge in CHALLENGES]
    title = st.radio(
        "Challenge",
        titles,
        captions=[":green[:material/check:] solved" if title in solved else "" for title in titles],
        key=_OPEN,
        bind="query-params",
        help="The link holds which one is open, and the matrix.",
    )
    with st.expander("The matrix", icon=":material/grid_on:"):
        editor.menu()
    st.button(
        "Begin again",
        icon=":material/restart_alt:",
        type="tertiary",
        key=f"{KEY}_again",
        on_click=_begin_again,
        help="Forget which challenges are solved. The matrix stays.",
    )
    return named(title)


def _buttons(challenge: Challenge) -> None:
    with st.container(horizontal=True):
        st.button(
            "Start from its matrix",
            icon=":material/play_arrow:",
            key=f"{KEY}_start",
            on_click=session.put,
            args=(challenge.start,),
            help="Put the matrix of this challenge there, to begin with. “Undo” takes that back.",
        )
        st.button(
            "Show a solution",
            icon=":material/lightbulb:",
            key=f"{KEY}_show",
            on_click=session.put,
            args=(challenge.solution,),
            help="Put a matrix there that solves it. It does not count as solved by you.",
        )


def _conditions(challenge: Challenge, matrix: ConfusionMatrix) -> None:
    checked = challenge.check(matrix)
    met = sum(condition.met for condition in checked)
    st.markdown(f"**Conditions:** {met} of {len(checked)} met")
    st.markdown("\n\n".join(map(_line, checked)))
    if met == len(checked):
        if challenge.title in _solved():
            words = "**Solved.**"
        elif np.array_equal(matrix.counts, challenge.solution.counts):
            words = "**This is a solution** that the page can show. Can you find another one? That one counts."
        else:
            words = "**This matrix already solves it.** Start from its matrix, or find another one: that one counts."
        st.success(words, icon=":material/check_circle:")
        st.markdown(f"**Why.** {challenge.why}")
    else:
        with st.expander("Hint", icon=":material/help:"):
            st.markdown(challenge.hint)


def _line(condition: Condition) -> str:
    sign = ":green[:material/check:]" if condition.met else ":red[:material/close:]"
    note = f" ({escape_markdown(condition.note)})" if condition.note else ""
    name = condition.name[:1].upper() + condition.name[1:]
    return f"{sign} {name}: **{condition.measured}**{note}"
