"""Drawing what `core.figures` hands over, and saying what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import streamlit as st

from core.errors import UserError
from core.figures.figure import Figure

_MARKDOWN = str.maketrans({char: f"\\{char}" for char in r"\`*_{}[]()<>#+-.!|~$:"})


def plain(text: str) -> str:
    """Text that somebody else wrote (a file name), safe to stand inside Markdown as it is."""
    return text.strip().translate(_MARKDOWN)


def code(text: str) -> str:
    """The same as a code span, in which not even a web address becomes a link."""
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"


def show(figure: Figure, key: str, note: str = "") -> None:
    """Draw a figure over the full width of where it stands, and below it, as one caption, what it says now.

    Args:
        figure: the chart.
        key: of the element.
        note: Markdown that follows the figure's own words.
    """
    st.vega_lite_chart(figure.data, dict(figure.spec), alt=figure.alt, key=key, width="stretch")
    told = " ".join(part for part in (plain(figure.reading), note) if part)
    if told:
        st.caption(told)


def reset(values: Mapping[str, Any]) -> None:
    """Callback of a reset button: give widgets, by their keys, these values."""
    st.session_state.update(values)


def reset_button(key: str, values: Mapping[str, Any]) -> None:
    """The button that gives a section's controls, all but the picture, their first values."""
    st.button(
        "Reset",
        icon=":material/restart_alt:",
        type="tertiary",
        key=key,
        on_click=reset,
        args=(values,),
        help="Put all controls but the picture back to where they were. The address bar holds them: copy it to share.",
    )


def whole_number(label: str, least: int, most: int, usual: int, key: str, explanation: str) -> int:
    """A number input that the link holds; where the field is empty, the usual number."""
    value = st.number_input(label, least, most, usual, key=key, bind="query-params", help=explanation)
    return usual if value is None else int(value)


def problem(error: UserError) -> None:
    """Say in one sentence what cannot be done; the page goes on."""
    st.error(plain(str(error)), icon=":material/error:")


def download(label: str, make: Callable[[], bytes | str], file_name: str, mime: str, help: str) -> None:
    """A download whose file is made only when somebody asks for it; pressing it does not rerun the page."""
    st.download_button(
        label,
        make,
        file_name=file_name,
        mime=mime,
        help=help,
        icon=":material/download:",
        on_click="ignore",
        width="stretch",
    )
