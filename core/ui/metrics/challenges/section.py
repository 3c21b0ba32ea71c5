"""Section "Challenges": make a matrix that fulfils every condition, checked while it is edited."""

from __future__ import annotations

import streamlit as st

from core.metrics.challenges.catalogue import CHALLENGES, named
from core.metrics.challenges.challenge import Challenge, Condition
from core.metrics.confusion import ConfusionMatrix
from core.ui.metrics import state
from core.ui.show import plain

KEY = "metrics_challenges"
_OPEN, _SOLVED, _SHOWN = f"{KEY}_open", f"{KEY}_solved", f"{KEY}_shown"


def _titles(key: str) -> set[str]:
    """Titles of challenges that the session holds, to be read and changed."""
    titles: set[str] = st.session_state.setdefault(key, set())
    return titles


def _give_up(challenge: Challenge) -> None:
    """Callback: put the solution there, which then does not count as the visitor's own."""
    _titles(_SHOWN).add(challenge.title)
    state.put(challenge.solution)


def _begin_again() -> None:
    """Callback: forget what was solved."""
    _titles(_SOLVED).clear()
    _titles(_SHOWN).clear()


def _judge(challenge: Challenge, matrix: ConfusionMatrix) -> bool:
    """Whether the matrix solves it; if it is not the solution that was shown, it counts."""
    solved = challenge.solved(matrix)
    if solved and not (challenge.title in _titles(_SHOWN) and matrix == challenge.solution):
        _titles(_SOLVED).add(challenge.title)
    return solved


def section() -> None:
    """Draw the section."""
    # the list shows what is solved, so the open challenge is judged before the list is drawn
    _judge(named(st.session_state.get(_OPEN, st.query_params.get(_OPEN))), state.current())
    controls, result = st.columns([1, 3], gap="medium")
    with controls:
        challenge = _menu()
    with result:
        st.subheader(challenge.title, anchor=False)
        st.markdown(challenge.task)
        table, checks = st.columns([11, 10], gap="medium")
        with table:
            matrix = state.edit(f"{KEY}_table")
            _buttons(challenge)
        with checks:
            _conditions(challenge, matrix)
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. Type counts into the matrix. Every condition is checked at once, with its number; a challenge is "
            "solved when all of them hold.\n"
            "2. With two classes, precision, recall and F1 are those of the **first** class, the positive one.\n"
            "3. A score that is **undefined**, such as the precision of a class that is never predicted, meets no "
            "condition. MCC that is 0/0 is 0, by scikit-learn's convention.\n"
            "4. It is the same matrix as in the sections *Matrix* and *What if*: go there to see every score of it."
        )


def _menu() -> Challenge:
    solved = _titles(_SOLVED)
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
        state.menu()
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
            on_click=state.put,
            args=(challenge.start,),
            help="Put the matrix of this challenge there, to begin with. “Undo” takes that back.",
        )
        st.button(
            "Show a solution",
            icon=":material/lightbulb:",
            key=f"{KEY}_show",
            on_click=_give_up,
            args=(challenge,),
            help="Put a matrix there that solves it. It does not count as solved by you.",
        )


def _conditions(challenge: Challenge, matrix: ConfusionMatrix) -> None:
    checked = challenge.check(matrix)
    met = sum(condition.met for condition in checked)
    st.markdown(f"**Conditions:** {met} of {len(checked)} met")
    st.markdown("\n\n".join(map(_line, checked)))
    if met == len(checked):
        mine = challenge.title in _titles(_SOLVED)
        st.success(
            "**Solved.**" if mine else "**This is a solution.** Can you find another one? That one counts.",
            icon=":material/check_circle:",
        )
        st.markdown(f"**Why.** {challenge.why}")
    else:
        with st.expander("Hint", icon=":material/help:"):
            st.markdown(challenge.hint)


def _line(condition: Condition) -> str:
    sign = ":green[:material/check:]" if condition.met else ":red[:material/close:]"
    note = f" ({plain(condition.note)})" if condition.note else ""
    name = condition.name[:1].upper() + condition.name[1:]
    return f"{sign} {name}: **{condition.measured}**{note}"
