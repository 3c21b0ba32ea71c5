"""Opening a model that somebody took away, with its file let go of at once."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.errors import UserError
from core.transfer.takeaway.weights import MOST_BYTES, from_safetensors
from core.ui.framework.session import session
from core.ui.framework.show import escape_markdown
from core.ui.transfer.probes.state import TITLE as PROBE
from core.ui.transfer.takeaway.choose import KEY, WHAT

_PROBLEM, _ROUND = f"{KEY}_problem", f"{KEY}_round"


def open_a_model() -> None:
    """Draw the uploader, and what is wrong with the file that came last."""
    number: int = st.session_state.get(_ROUND, 0)
    key = f"{KEY}_file_{number}"
    with st.popover("Open a model", icon=":material/file_open:", width="stretch"):
        st.file_uploader(
            "A model you took away",
            ["safetensors"],
            key=key,
            max_upload_size=MOST_BYTES // 2**20,
            on_change=_opened,
            args=(key,),
            help="A safetensors file of this section or of its script. It is not executed, only read: another kind "
            f"of file, or one of more than {MOST_BYTES // 2**20} MB, is refused.",
        )
        st.caption("It then stands in the menu above, and “Where it looks” can look into it.")
    problem, told_at = st.session_state.get(_PROBLEM, ("", None))
    if problem and told_at == st.session_state.get(WHAT):  # else something else was chosen since
        st.error(problem, icon=":material/error:")


def _opened(key: str) -> None:
    """Callback: read the file, choose it, and begin with an empty uploader, so that nothing holds the file."""
    file = st.session_state.get(key)
    st.session_state[_PROBLEM] = "", None
    if file is None:
        return
    try:
        trained = from_safetensors(file.getvalue())
    except UserError as error:
        st.session_state[_PROBLEM] = escape_markdown(str(error)), st.session_state.get(WHAT)
    else:
        mine = session()
        title, number = trained.title, 2
        while title in mine.runs or title in mine.probes or title == PROBE:
            title, number = f"{trained.title} ({number})", number + 1
        mine.probes[title] = replace(trained, title=title)
        st.session_state[WHAT] = title
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
