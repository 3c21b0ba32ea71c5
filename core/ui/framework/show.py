"""Drawing what `core.figures` hands over, and saying what went wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from mimetypes import guess_type
from typing import Any, Literal
from weakref import WeakKeyDictionary

import streamlit as st

from core.errors import UserError
from core.figures.figure import Figure, Plot
from core.figures.style import INKS, QUIET_INKS
from core.ui.components.viewport import is_dark
from core.ui.framework.session import session_callback

_MARKDOWN = str.maketrans({char: f"\\{char}" for char in r"\`*_{}[]()<>#+-.!|~$:"})

PUT_BACK = "Put all controls but the picture back to where they were."


def escape_markdown(text: str) -> str:
    """Text that somebody else wrote (a file name), safe to stand inside Markdown as it is."""
    return text.strip().translate(_MARKDOWN)


def code(text: str) -> str:
    """The same as a code span, in which not even a web address becomes a link."""
    return "`" + text.replace("`", "'").replace("\n", " ") + "`"


PLOTLY = {"displaylogo": False, "modeBarButtons": [["toImage", "zoom2d", "resetScale2d"]], "displayModeBar": "hover"}
"""Plotly's tool bar: PNG, zoom and back."""


def show(figure: Figure | Plot, key: str, note: str = "") -> None:
    """Draw a figure over the full width of where it stands, and below it, as one caption, what it says now.

    Args:
        figure: the chart.
        key: of the element.
        note: Markdown that follows the figure's own words.
    """
    if isinstance(figure, Plot):
        height = figure.plot.layout.height
        plot = _inked(figure, is_dark())
        st.plotly_chart(plot, key=key, width="stretch", height=height, alt=figure.alt, config=PLOTLY)
    else:
        st.vega_lite_chart(figure.data, dict(figure.spec), alt=figure.alt, key=key, width="stretch")
    told = " ".join(part for part in (escape_markdown(figure.reading), note) if part)
    if told:
        st.caption(told)


# charts of recordings stay the same objects: a copy of theirs takes 30 to 80 ms
_COPIES: WeakKeyDictionary[Plot, dict[bool, Any]] = WeakKeyDictionary()


def _inked(figure: Plot, dark: bool) -> Any:
    copies = _COPIES.setdefault(figure, {})
    if dark not in copies:
        copies[dark] = inked(figure.plot, dark=dark)
    return copies[dark]


def inked(plot: Any, *, dark: bool) -> Any:
    """A copy of a Plotly figure whose text is readable on the theme: Streamlit's own grey has a contrast below 4.5."""
    quiet, ink = ({"color": pair[dark]} for pair in (QUIET_INKS, INKS))
    copy = deepcopy(plot)  # it may be shared
    axis = {"tickfont": quiet, "title": {"font": quiet}}
    copy.update_layout(font=ink, legend={"font": ink}, title={"font": ink})
    return copy.update_xaxes(axis).update_yaxes(axis).update_annotations(font=quiet)


def reset(values: Mapping[str, Any]) -> None:
    """Callback of a reset button: give widgets, by their keys, these values."""
    st.session_state.update(values)


def reset_button(key: str, values: Mapping[str, Any], says: str = PUT_BACK) -> None:
    """The button that gives the controls of a section, or of a part that has one of its own, their first values.

    Args:
        key: of the button.
        values: first value of every control, by key: of those that are not on the screen now, too. Only what is
            looked at stays: the picture or the data, and which section or part is open.
        says: what comes back.
    """
    st.button(
        "Reset",
        icon=":material/restart_alt:",
        type="tertiary",
        key=key,
        on_click=reset,
        args=(values,),
        help=f"{says} The address bar holds all you change: copy it to share.",
    )


def keep_within(key: str, least: float, most: float, usual: float) -> bool:
    """Before a slider is drawn whose ends follow other controls: whether it begins with its usual value anew.

    It does where it was given None, and where it was folded away with a value that is now beyond its ends: Streamlit
    keeps that one for whatever the link holds, and would end the page.
    """
    held = st.session_state.get(key, usual)
    afresh = held is None or not least <= held <= most
    if afresh:
        st.session_state[key] = usual
    return afresh


def moving_slider(
    label: str,
    least: int,
    most: int,
    usual: int,
    key: str,
    explanation: str,
    *,
    persist: Literal["session"] | None = None,
) -> int:
    """A slider of whole numbers that the link holds, whose ends or usual value follow other controls.

    A reset, or who else wants the usual value, gives it None. With other ends it is another widget for Streamlit,
    which takes its value from the link and not from a callback: then the page is drawn a second time.
    """
    state, again = st.session_state, f"{key}_again"
    if state.pop(again, False):
        state[key] = None
    afresh = keep_within(key, least, most, usual)
    value = st.slider(label, least, most, usual, key=key, bind="query-params", persist_state=persist, help=explanation)
    if afresh and value != usual:
        state[again] = True
        st.rerun()
    return int(value)


def problem(error: UserError) -> None:
    """Say in one sentence what cannot be done; the page goes on."""
    st.error(escape_markdown(str(error)), icon=":material/error:")
    if error.detail:
        st.caption(escape_markdown(error.detail))


def download(
    label: str,
    make: Callable[[], bytes | str],
    file_name: str,
    says: str,
    *,
    then: Callable[[], None] | None = None,
) -> None:
    """A download whose file is made only when somebody asks for it; pressing it does not rerun the page.

    Args:
        label: of the button.
        make: makes the file.
        file_name: says its kind as well.
        says: what is in it.
        then: what happens when it is pressed, after which the page runs anew.
    """
    kept = session_callback(f"download {label} {says}", make)
    st.download_button(
        label,
        lambda: kept() or b"",
        file_name=file_name,
        mime=guess_type(file_name)[0] or "application/octet-stream",
        help=says,
        icon=":material/download:",
        on_click="ignore" if then is None else session_callback(f"then {label} {says}", then),
        width="stretch",
    )
