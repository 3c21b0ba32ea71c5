"""What a file leaves open, and the page asks: which column is what, and whether "NA" is a class."""

from __future__ import annotations

import streamlit as st

from core.metrics.table.columns import Columns, doubts
from core.metrics.table.predictions import Built
from core.metrics.table.uploaded import Loaded
from core.ui import framework as ui


def say_what_is_what(columns: Columns) -> None:
    """Which column is taken for what."""
    target, predicted, *scores = map(ui.escape_markdown, (columns.target, columns.predicted or "", *columns.scores))
    said = [f"actual is **{target}**", f"predicted is **{predicted}**" if predicted else "the scores decide"]
    if scores:
        said.append(f"scores: **{', '.join(scores[:4])}{' …' if len(scores) > 4 else ''}**")
    st.caption(f"Columns: {', '.join(said)}.")


def ask_for_columns(loaded: Loaded, key: str) -> None:
    """Above the scores: what of the columns was a guess, until that is confirmed or changed.

    Args:
        loaded: the file, and what its columns are taken for.
        key: begins the keys of what is remembered of the file.
    """
    told, sure = doubts(loaded.file.table, loaded.columns), f"{key}_sure_{loaded.file.mark}"
    if not told or st.session_state.get(sure) == loaded.columns:
        return
    sentences = " ".join(ui.escape_markdown(sentence) for sentence in told)
    st.warning(f"{sentences} Change that under “File and columns” where it is wrong.", icon=":material/help:")
    confirm = f"{key}_confirm_{loaded.file.mark}"
    st.button("The columns are right", key=confirm, on_click=_confirm, args=(sure, loaded.columns))


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
        first = built.words[:3] if built else ()
        named = ", ".join(f"“{ui.escape_markdown(word)}”" for word in first) or "NA, None or null"
        st.checkbox(
            f"Leave out rows whose class is {named}",
            key=words,
            help="Such a word may be a class (NA is Namibia, None may be the background) or mean that nothing is "
            "known. Left out they are counted.",
            persist_state="session",
        )
