"""Which pages there are, and the way back into the frame for a visitor who came in by a deep link.

A folder `pages/` beside the entry file makes Streamlit's first run in a process open the page of a deep link by
itself, without `app.py` and so without title, navigation and badge. Each page therefore begins with `ensure_routed`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st
from streamlit.errors import StreamlitAPIException

from core.ui.framework.page import Page
from core.ui.links import mend

ICON = Path(__file__).parents[1] / "icon.png"  # a named icon would be fetched from a font server at every visit
_ROUTED = "routed"
_WANTED = "wanted"


def _configure(title: str) -> None:
    """Title, icon and width of the browser's page."""
    st.set_page_config(page_title=title, page_icon=str(ICON), layout="wide")


def route(declared: Sequence[Page]) -> st.Page:
    """Called by `app.py` on every run: declare the pages, the first being home, and configure the browser's page.

    Sends a guarded visitor on to the page they wanted.
    """
    pages = [
        st.Page(page.file, title=page.title, icon=page.icon, default=page is declared[0], help=page.help)
        for page in declared
    ]
    page = st.navigation(pages, position="top")
    _configure(f"{page.title} · CNN Classroom" if page.url_path else "CNN Classroom")
    st.session_state[_ROUTED] = True
    wanted = st.session_state.pop(_WANTED, None)
    if wanted is not None:
        name, parameters = wanted
        for candidate in pages:
            if candidate.url_path == name:
                st.switch_page(candidate, query_params=parameters)
    return page


def ensure_routed(page_file: str) -> None:
    """First line of every page: `ensure_routed(__file__)`. Goes on at once if `app.py` runs this session.

    The link is mended where it needs that. Where `app.py` has not run, it remembers the page and
    the link's parameters and starts over from there.
    """
    if st.session_state.get(_ROUTED):
        mend(page_file)
        return
    st.session_state[_WANTED] = (
        Path(page_file).stem,
        {name: st.query_params.get_all(name) for name in st.query_params},
    )
    try:
        st.switch_page("app.py")
    except StreamlitAPIException:  # the page runs by itself, as a script of its own: then it has no frame to return to
        del st.session_state[_WANTED]
