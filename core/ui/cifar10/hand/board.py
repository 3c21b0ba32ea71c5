"""The class's ranking, as everybody sees it, and the form that enters a group."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.store.ranking import LONGEST, Entry, Ranking, Scores
from core.transfer.cifar10.handin import HandIn
from core.ui import framework as ui
from core.ui.cifar10.hand.store import class_ranking

KEY = "cifar10_hand"
HELP = "cifar10/hand"
_SAID, _TOKEN = f"{KEY}_said", f"{KEY}_given"
EVERY_S = 5.0
"""Seconds from one look at the ranking to the next."""


def enter(found: HandIn) -> None:
    """The form with the group's name and its token."""
    with st.form(f"{KEY}_form", border=True):
        st.markdown("**Enter the class's ranking**")
        name, token = st.columns(2)
        name.text_input("Group", max_chars=LONGEST, key=f"{KEY}_group", help="As the class shall see it.")
        token.text_input(
            "Token", key=f"{KEY}_token", help="Only to replace your own entry: it was shown when you first handed in."
        )
        st.form_submit_button(
            "Enter", icon=":material/leaderboard:", type="primary",
            on_click=ui.session_callback(f"{KEY} enter", partial(_enter, found)),
        )  # fmt: skip
    _say()
    with st.expander("Withdraw an entry", icon=":material/undo:"):
        st.caption("Takes the group above out of the ranking; its token is needed.")
        st.button("Withdraw", key=f"{KEY}_withdraw", on_click=_withdraw)


def _enter(found: HandIn) -> None:
    """Callback: enter or replace, and keep the token to be shown once."""
    group, token = st.session_state[f"{KEY}_group"], st.session_state[f"{KEY}_token"]
    try:
        ranking, _ = class_ranking()
        given = ranking.hand_in(group, Scores(found.right, len(found.predicted), found.macro_f1), token)
    except UserError as error:
        st.session_state[_SAID] = str(error)
        return
    st.session_state.pop(_SAID, None)
    st.session_state[_TOKEN] = given


def _withdraw() -> None:
    """Callback."""
    try:
        ranking, _ = class_ranking()
        ranking.withdraw(st.session_state.get(f"{KEY}_group", ""), st.session_state.get(f"{KEY}_token", ""))
    except UserError as error:
        st.session_state[_SAID] = str(error)
        return
    st.session_state.pop(_SAID, None)
    st.session_state.pop(_TOKEN, None)


def _say() -> None:
    if sentence := st.session_state.get(_SAID):
        ui.problem(UserError(sentence))
    if token := st.session_state.get(_TOKEN):
        st.success(ui.prose(HELP, "Token"), icon=":material/key:")
        st.code(token, language=None)


def board() -> None:
    """The ranking; looks again by itself, so that a class sees who comes in."""
    st.header("The class's ranking", anchor=False)
    try:
        ranking, where = class_ranking()
        ranking.entries()
    except UserError as error:
        ui.problem(error)
        return
    _rows()
    st.caption(where)


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
            "accuracy": st.column_config.NumberColumn(format="percent"),
            "macro F1": st.column_config.NumberColumn(format="%.3f"),
            "handed in": st.column_config.DatetimeColumn(format="distance"),
        },
    )
    ui.download("Ranking (CSV)", partial(_csv, ranking), "class_ranking.csv", "One line a group, the best first.")


def _csv(ranking: Ranking) -> str:
    from core.names import safe_cell

    table = _table(ranking.entries())
    return table.assign(group=[safe_cell(name) for name in table["group"]]).to_csv(index=False)


def _table(found: tuple[Entry, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "rank": 1 + sum(other.scores.accuracy > entry.scores.accuracy for other in found),
                "group": entry.name,
                "accuracy": entry.scores.accuracy,
                "macro F1": entry.scores.macro_f1,
                "handed in": entry.made,
            }
            for entry in found
        ]
    )
