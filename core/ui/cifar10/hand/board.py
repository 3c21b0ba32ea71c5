"""The class's ranking, as everybody sees it, and the form that enters a group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.names import safe_cell
from core.store.ranking import LONGEST, Entry, Ranking, Scores
from core.transfer.cifar10.handin import HandIn
from core.ui import framework as ui
from core.ui.cifar10.hand.store import class_ranking

KEY = "cifar10_hand"
HELP = "cifar10/hand"
_SAID, _DONE, _GIVEN = f"{KEY}_said", f"{KEY}_done", f"{KEY}_given"
EVERY_S = 5.0
"""Seconds from one look at the ranking to the next."""


@dataclass(frozen=True)
class _Group:
    group: str = ui.line("Group", LONGEST, "", "As the class shall see it.", linked=False, persists=True)
    token: str = ui.line(
        "Token",
        40,
        "",
        "Only to replace or withdraw your own entry: it was shown when you first handed in.",
        linked=False,
        persists=True,
        arguments={"type": "password"},
    )


def board(found: HandIn | None) -> None:
    """The form that enters a group, and the ranking.

    Args:
        found: what would be entered; None: there is nothing yet.
    """
    st.header("The class's ranking", anchor=False)
    try:
        _, where = class_ranking()
    except UserError as error:
        ui.problem(error)
        return
    left, right, _ = ui.panes()
    with left:
        _enter_form(found)
    with right:
        _say()
        _rows()
        st.caption(where)


def _enter_form(found: HandIn | None) -> None:
    with st.form(f"{KEY}_form", border=False):
        ui.draw(_Group, KEY)
        with st.container(horizontal=True):
            st.form_submit_button(
                "Enter", icon=":material/leaderboard:", type="primary", disabled=found is None, key=f"{KEY}_enter",
                help=ui.prose(HELP, "Enter"), on_click=ui.session_callback(f"{KEY} enter", partial(_enter, found)),
            )  # fmt: skip
            st.form_submit_button(
                "Withdraw", icon=":material/undo:", type="tertiary", key=f"{KEY}_withdraw",
                help="Takes this group out of the ranking; its token is needed.", on_click=_withdraw,
            )  # fmt: skip
    if found is None:
        st.caption(ui.prose(HELP, "Nothing to enter"))


def _enter(found: HandIn | None) -> None:
    """Callback: enter or replace, and keep the token to be shown."""
    if found is None:
        return
    group, token = st.session_state[f"{KEY}_group"], st.session_state[f"{KEY}_token"]

    def enter(ranking: Ranking) -> None:
        given = ranking.hand_in(group, Scores(found.right, len(found.predicted), found.macro_f1), token)
        st.session_state[_GIVEN] = st.session_state[f"{KEY}_token"] = given
        st.session_state[_DONE] = "Replaced" if given == token.strip() else "Entered"

    _try(enter)


def _withdraw() -> None:
    """Callback."""
    group, token = st.session_state[f"{KEY}_group"], st.session_state[f"{KEY}_token"]

    def withdraw(ranking: Ranking) -> None:
        ranking.withdraw(group, token)
        st.session_state[_DONE] = "Withdrawn"
        st.session_state.pop(_GIVEN, None)
        st.session_state[f"{KEY}_token"] = ""

    _try(withdraw)


def _try(work: Callable[[Ranking], None]) -> None:
    """Do it, or keep the sentence that says why it cannot be done."""
    for key in (_SAID, _DONE):
        st.session_state.pop(key, None)
    try:
        work(class_ranking()[0])
    except UserError as error:
        st.session_state[_SAID] = str(error)


def _say() -> None:
    """What came of the last press."""
    if sentence := st.session_state.get(_SAID):
        ui.problem(UserError(sentence))
    if done := st.session_state.get(_DONE):
        st.success(ui.prose(HELP, done), icon=":material/check_circle:")
    if token := st.session_state.get(_GIVEN):
        st.code(token, language=None)


@st.fragment(run_every=EVERY_S)
def _rows() -> None:
    try:
        ranking, _ = class_ranking()
        found = ranking.entries()
    except UserError as error:
        ui.problem(error)
        return
    if not found:
        st.info("Nobody has handed in yet.", icon=":material/leaderboard:")
        return
    st.dataframe(
        _table(found),
        hide_index=True,
        key=f"{KEY}_ranking",
        alt=f"{len(found)} groups, the best first: rank, name, accuracy, macro F1, time",
        column_config={
            "accuracy, %": st.column_config.NumberColumn(format="%.2f"),
            "macro F1": st.column_config.NumberColumn(format="%.3f"),
            "handed in": st.column_config.DatetimeColumn(format="distance"),
        },
    )
    with st.container(horizontal=True):
        ui.download("Ranking (CSV)", partial(_csv, ranking), "class_ranking.csv", "One line a group, the best first.")


def _csv(ranking: Ranking) -> str:
    table = _table(ranking.entries())
    return table.assign(group=[safe_cell(name) for name in table["group"]]).to_csv(index=False)


def _table(found: tuple[Entry, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "rank": 1 + sum(other.scores.accuracy > entry.scores.accuracy for other in found),
                "group": entry.name,
                "accuracy, %": 100 * entry.scores.accuracy,
                "macro F1": entry.scores.macro_f1,
                "handed in": entry.made,
            }
            for entry in found
        ]
    )
