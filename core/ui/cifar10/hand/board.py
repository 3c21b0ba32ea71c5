"""The class's ranking, as everybody sees it, and the form that enters a group."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from core.errors import UserError
from core.names import safe_cell
from core.store.names import LONGEST, group_name, name_key
from core.store.ranking import Entry, Ranking, Scores
from core.transfer.cifar10.handin import HandIn
from core.ui import framework as ui
from core.ui.cifar10.hand.store import class_ranking
from core.ui.cifar10.hand.uploads import HELP, KEY

_SAID, _DONE, _TOKENS = f"{KEY}_said", f"{KEY}_done", f"{KEY}_tokens"
SHOWN = 20
"""Groups that are shown without scrolling."""
EVERY_S = 5.0
"""Seconds from one look at the ranking to the next."""


@dataclass(frozen=True)
class _Group:
    group: str = ui.line("Group", LONGEST, "", "As the class shall see it.", linked=False, persists=True)
    token: str = ui.line(
        "Token",
        40,
        "",
        "Only to replace or withdraw an entry of another visit: it was shown when you first handed in.",
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
        _entering(found)
    with right:
        _say()
        _rows()
        st.caption(where)


def _entering(found: HandIn | None) -> None:
    """The fields and buttons; no form, in which the return key would press one of the two."""
    ui.draw(_Group, KEY)
    with st.container(horizontal=True):
        st.button(
            "Enter", icon=":material/leaderboard:", type="primary", disabled=found is None, key=f"{KEY}_enter",
            help=ui.prose(HELP, "Enter"), on_click=ui.session_callback(f"{KEY} enter", partial(_enter, found)),
        )  # fmt: skip
        with st.popover("Withdraw", icon=":material/undo:", type="tertiary"):
            st.markdown(ui.prose(HELP, "Withdraw"))
            st.button("Withdraw this group", key=f"{KEY}_withdraw", on_click=_withdraw)
    if found is None:
        st.caption(ui.prose(HELP, "Nothing to enter"))


def _tokens() -> dict[str, str]:
    """Name of a group -> its token, of those that were entered in this visit."""
    tokens: dict[str, str] = st.session_state.setdefault(_TOKENS, {})
    return tokens


def _typed() -> tuple[str, str]:
    """The group, and its token: the one that was typed, else the one that this visit was given."""
    group, token = st.session_state[f"{KEY}_group"], st.session_state[f"{KEY}_token"].strip()
    mine = {name_key(name): given for name, given in _tokens().items()}
    return group, token or mine.get(name_key(group_name(group)), "")


def _forget(group: str) -> None:
    """Its token, however the name was written then."""
    for name in [name for name in _tokens() if name_key(name) == name_key(group_name(group))]:
        del _tokens()[name]


def _enter(found: HandIn | None) -> None:
    """Callback: enter or replace, and keep the token to be shown."""
    if found is None:
        return

    def enter(ranking: Ranking) -> str:
        group, token = _typed()
        given = ranking.hand_in(group, Scores(found.right, len(found.predicted), found.macro_f1), token)
        _forget(group)
        _tokens()[group_name(group)] = given
        return "Replaced" if given == token else "Entered"

    _try(enter)


def _withdraw() -> None:
    """Callback."""

    def withdraw(ranking: Ranking) -> str:
        group, token = _typed()
        ranking.withdraw(group, token)
        _forget(group)
        return "Withdrawn"

    _try(withdraw)


def _try(work: Callable[[Ranking], str]) -> None:
    """Do it and keep what it came to, or the sentence that says why it cannot be done."""
    for key in (_SAID, _DONE):
        st.session_state.pop(key, None)
    try:
        st.session_state[_DONE] = work(class_ranking()[0])
    except UserError as error:
        st.session_state[_SAID] = str(error)


def _say() -> None:
    """What came of the last press, and every token of this visit."""
    if sentence := st.session_state.get(_SAID):
        ui.problem(UserError(sentence))
    if done := st.session_state.get(_DONE):
        st.success(ui.prose(HELP, done), icon=":material/check_circle:")
    for group, token in _tokens().items():
        st.caption(f"Token of {ui.escape_markdown(group)}")
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
        height="content" if len(found) <= SHOWN else "auto",
        key=f"{KEY}_ranking",
        alt=f"{len(found)} groups, the best first: rank, name, accuracy, macro F1, time",
        column_config={
            "rank": st.column_config.NumberColumn(width=50),
            "group": st.column_config.TextColumn(width="large"),
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


def _order(entry: Entry) -> tuple[float, float]:
    return entry.scores.accuracy, entry.scores.macro_f1


def _table(found: tuple[Entry, ...]) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "rank": 1 + sum(_order(other) > _order(entry) for other in found),
                "group": entry.name,
                "accuracy, %": 100 * entry.scores.accuracy,
                "macro F1": entry.scores.macro_f1,
                "handed in": entry.made,
            }
            for entry in found
        ]
    )
