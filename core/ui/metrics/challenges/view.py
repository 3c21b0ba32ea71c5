"""Section "Challenges": make a matrix that meets every condition, checked while it is edited."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.metrics.challenges.catalogue import CHALLENGES, named
from core.metrics.challenges.challenge import Challenge, Condition
from core.metrics.challenges.progress import Attempt, outcome
from core.metrics.confusion import ConfusionMatrix
from core.ui import framework as ui
from core.ui.metrics import editor, session

KEY = "metrics_challenges"
_SOLVED, _ATTEMPT = f"{KEY}_solved", f"{KEY}_seen"
_TITLES = tuple(challenge.title for challenge in CHALLENGES)


@dataclass(frozen=True)
class _Open:
    open: str = ui.radio(
        "Challenge", _TITLES, _TITLES[0], "The link holds which one is open, and the matrix.",
        arguments={"horizontal": False},
    )  # fmt: skip


def _solved() -> set[str]:
    """Titles of the challenges that the visitor has solved, to be read and changed."""
    titles: set[str] = st.session_state.setdefault(_SOLVED, set())
    return titles


def _begin_again() -> None:
    """Callback: forget what was solved."""
    _solved().clear()


def _judge() -> None:
    """Count the open challenge as solved if the visitor has just made a matrix that solves it."""
    key = f"{KEY}_open"
    challenge, matrix = named(st.session_state.get(key, st.query_params.get(key))), session.current()
    before: Attempt | None = st.session_state.get(_ATTEMPT)
    undone = bool(st.session_state.get(editor.UNDO_BUTTON))
    now = before.next(challenge, matrix, undone=undone) if before else Attempt.of(challenge, matrix)
    st.session_state[_ATTEMPT] = now
    if now.found:
        _solved().add(challenge.title)


def _menu() -> Challenge:
    _judge()  # the list below shows what is solved
    solved = _solved()
    count = sum(title in solved for title in _TITLES)
    st.progress(count / len(CHALLENGES), f"**{count} of {len(CHALLENGES)} solved**")
    captions = [":green[:material/check:] solved" if title in solved else "" for title in _TITLES]
    title = ui.draw(_Open, KEY, open={"captions": captions}).open
    with st.expander("The matrix", icon=":material/grid_on:"):
        editor.menu()
        editor.buttons()
    return named(title)


def _actions() -> None:
    with st.container(horizontal=True):
        st.button(
            "Begin again",
            icon=":material/restart_alt:",
            type="tertiary",
            key=f"{KEY}_again",
            on_click=_begin_again,
            help="Forget which challenges are solved. The matrix stays.",
        )
        ui.copy_link(KEY)


def _picture(challenge: Challenge, matrix: ConfusionMatrix) -> None:
    st.subheader(challenge.title, anchor=False)
    st.markdown(challenge.task)
    table, checks = ui.beside([11, 10])
    with table:
        editor.edit(f"{KEY}_table")
        _starts(challenge)
    with checks:
        _conditions(challenge, matrix)


def _starts(challenge: Challenge) -> None:
    with st.container(horizontal=True):
        st.button(
            "Start from its matrix",
            icon=":material/play_arrow:",
            key=f"{KEY}_start",
            on_click=session.put,
            args=(challenge.start,),
            help="Put the first matrix of this challenge into the table. “Undo” takes that back.",
        )
        st.button(
            "Show a solution",
            icon=":material/lightbulb:",
            key=f"{KEY}_show",
            on_click=session.put,
            args=(challenge.solution,),
            help="Put a matrix that solves it into the table. It does not count as solved by you.",
        )


def _conditions(challenge: Challenge, matrix: ConfusionMatrix) -> None:
    checked = challenge.check(matrix)
    met = sum(condition.met for condition in checked)
    st.markdown(f"**Conditions:** {met} of {len(checked)} met")
    st.markdown("\n\n".join(map(_line, checked)))
    if met == len(checked):
        solved = challenge.title in _solved()
        st.success(outcome(challenge, matrix, solved=solved), icon=":material/check_circle:")
        st.markdown(f"**Why.** {challenge.why}")
    else:
        with st.expander("Hint", icon=":material/help:"):
            st.markdown(challenge.hint)


def _line(condition: Condition) -> str:
    sign = ":green[:material/check:]" if condition.met else ":red[:material/close:]"
    note = f" ({ui.escape_markdown(condition.note)})" if condition.note else ""
    name = condition.name[:1].upper() + condition.name[1:]
    return f"{sign} {name}: **{condition.measured}**{note}"


section = ui.Section(
    key=KEY,
    controls=_menu,
    buttons=_actions,
    answer=lambda _: session.current(),
    picture=_picture,
    help="metrics/challenges",
)
