"""What a file leaves open, and the page asks: which column is what, and whether "NA" is a class."""

from __future__ import annotations

import streamlit as st

from core.metrics.table.columns import Columns, doubts
from core.metrics.table.file import Table
from core.metrics.table.predictions import Built
from core.ui.framework.show import escape_markdown


def say_what_is_what(columns: Columns) -> None:
    """Which column is taken for what."""
    scores = ", ".join(escape_markdown(name) for name in columns.scores[:4]) + (" …" if len(columns.scores) > 4 else "")
    said = [f"gold is **{escape_markdown(columns.target)}**"]
    said.append(f"predicted is **{escape_markdown(columns.predicted)}**" if columns.predicted else "the scores decide")
    said += [f"scores: **{scores}**"] if scores else []
    st.caption(f"Columns: {', '.join(said)}.")


def ask_for_columns(table: Table, columns: Columns, key: str, mark: str) -> None:
    """Above the scores: what of the columns was a guess, until that is confirmed or changed.

    Args:
        table: the file.
        columns: what they are taken for.
        key: begins the keys of what is remembered of the file.
        mark: of this file.
    """
    told = doubts(table, columns)
    sure = f"{key}_sure_{mark}"
    if not told or st.session_state.get(sure) == columns:
        return
    sentences = " ".join(escape_markdown(sentence) for sentence in told)
    st.warning(f"{sentences} Change that under “File and columns” where it is wrong.", icon=":material/help:")
    st.button("The columns are right", key=f"{key}_confirm_{mark}", on_click=_confirm, args=(sure, columns))


def _confirm(key: str, columns: Columns) -> None:
    st.session_state[key] = columns


def ask_for_gaps(gaps: str, words: str, some: bool, built: Built | None, words_too: bool) -> None:
    """The switches for rows without a value, as far as there are any.

    Args:
        gaps, words: keys of the two.
        some: whether rows have gaps.
        built: what was made of the file.
        words_too: whether rows whose class is such a word are left out.
    """
    if some:
        st.checkbox(
            "Leave out rows with missing values",
            key=gaps,
            help="Only rows in which a chosen column is empty, or one of numbers says NA, NaN or null; they are "
            "counted.",
            persist_state="session",
        )
    if words_too or (built is not None and built.words):
        named = (
            ", ".join(f"“{escape_markdown(word)}”" for word in (built.words if built else ())[:3]) or "NA, None or null"
        )
        st.checkbox(
            f"Leave out rows whose class is {named}",
            key=words,
            help="Such a word may be a class (NA is Namibia, None may be the background) or mean that nothing is "
            "known. Left out they are counted.",
            persist_state="session",
        )
