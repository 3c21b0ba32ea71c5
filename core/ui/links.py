"""Links that Streamlit itself cannot take."""

from __future__ import annotations

import math

import streamlit as st


def drop_infinite(page_file: str) -> None:
    """Take infinite numbers out of the link of a page, then go on with the rest of it.

    A whole-number input that is bound to the address bar fails on `inf`, `1e999` or a thousand digits, and the page
    with it (OverflowError in streamlit.elements.widgets.number_input, seen in 1.67).
    """
    given = {name: st.query_params.get_all(name) for name in st.query_params}
    finite = {name: [value for value in values if not _infinite(value)] for name, values in given.items()}
    if finite != given:
        st.switch_page(page_file, query_params=finite)


def _infinite(text: str) -> bool:
    try:
        return math.isinf(float(text))
    except ValueError:
        return False
