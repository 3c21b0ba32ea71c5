"""Links as they were given: what Streamlit cannot take goes, what has another name by now gets it.

Whoever finds a control renamed, or an option gone, adds it here: a link of yesterday opens the same view.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import streamlit as st

Query = dict[str, list[str]]

PARAMETERS: Mapping[str, str] = {"rcnn_classes_everyday": "rcnn_classes_coco"}
"""Former name of a control in links -> its name now."""

OPTIONS: Mapping[str, Mapping[str, str | None]] = {
    # the first bundled detector; its place is the menu's default, which no link names
    "rcnn_model": {"EfficientNet-Lite0 (bundled)": None},
    # kinds that COCO counts under a wider name
    "rcnn_classes_coco": {"bow tie": "tie", "comic book": "book", "king penguin": "bird"},
}
"""Control -> former name of an option -> its name now; None: the default."""


def mend(page_file: str) -> None:
    """Open the page anew with the mended link, where the one given needs mending.

    A whole-number input that is bound to the address bar fails on `inf`, `1e999` or a thousand digits, and the page
    with it (OverflowError in streamlit.elements.widgets.number_input, seen in 1.67).
    """
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    # what a visitor types into a text field stands in the address as well, and is for its section to judge
    typed = {name: values for name, values in given.items() if isinstance(st.session_state.get(name), str)}
    mended = renamed(without_infinite(given) | typed)
    if mended != given:
        st.switch_page(page_file, query_params=mended)


def without_infinite(query: Query) -> Query:
    """The link without numbers that no widget can take."""
    return {name: [value for value in values if not _infinite(value)] for name, values in query.items()}


def renamed(query: Query) -> Query:
    """The link with today's names of controls and options."""
    result: Query = {}
    for name, values in query.items():
        now = PARAMETERS.get(name, name)
        options = OPTIONS.get(now, {})
        kept = [option for value in values if (option := options.get(value, value)) is not None]
        if kept or kept == values:
            both = [*result.get(now, []), *kept]  # a link may have the former name and today's
            result[now] = both if both == values else list(dict.fromkeys(both))
    return result


def unknown(key: str, options: Collection[str]) -> tuple[str, ...]:
    """Before a menu is drawn: what the link asked for and the menu does not have. Streamlit drops it without a word.

    Args:
        key: of the menu, which gets `forget_unknown` as its callback.
        options: what it has.

    Returns:
        What to be sorry for, until the visitor chooses something there.
    """
    gone = tuple(value for value in st.query_params.get_all(key) if value not in options)
    if gone:
        st.session_state[f"{key}_unknown"] = gone
    said: tuple[str, ...] = st.session_state.get(f"{key}_unknown", ())
    return said


def forget_unknown(key: str) -> None:
    """Callback: the visitor chose for themselves."""
    st.session_state.pop(f"{key}_unknown", None)


def _infinite(text: str) -> bool:
    try:
        return math.isinf(float(text))
    except ValueError:
        return False
