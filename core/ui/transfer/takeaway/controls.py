"""Which experiment is taken away: the probe of what is chosen, a training, or a model that came back from a file."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st

from core.errors import UserError
from core.transfer.data.image_set import ImageSet
from core.transfer.subject import Subject
from core.transfer.takeaway.weights import MOST_BYTES, from_safetensors
from core.ui import framework as ui
from core.ui.framework.unsaved import Kind, holds
from core.ui.transfer.probes.state import TITLE as PROBE
from core.ui.transfer.sets import choose_set
from core.ui.transfer.subject import choose_subject

KEY = "transfer_takeaway"
WHAT = f"{KEY}_what"
_PROBLEM, _ROUND = f"{KEY}_problem", f"{KEY}_round"
_FROM_FILES = f"{KEY}_from_files"  # titles of models that were opened


@dataclass(frozen=True, eq=False)
class Chosen:
    """What was chosen.

    Attributes:
        name: in the menu.
        images: the set that is chosen in its menu.
        subject: all of what the probe is about; None where something else was chosen.
    """

    name: str
    images: ImageSet
    subject: Subject | None


@holds(Kind.FILES)
def _has_opened() -> bool:
    return not ui.session().probes.keys().isdisjoint(st.session_state.get(_FROM_FILES, ()))


def choose() -> Chosen:
    """Draw the menus into the column of controls."""
    mine = ui.session()
    models = [title for title in reversed(list(mine.probes)) if title != PROBE]
    names = [*reversed(list(mine.runs)), *models, PROBE]
    if st.session_state.get(WHAT) not in (None, *names):
        del st.session_state[WHAT]  # it is not there any more
    name: str = st.selectbox(
        "Experiment", names, key=WHAT, persist_state="session",  # not bound: a link cannot bring a training along
        help="What you trained in Race, Schedule or Two heads, the newest first; models that you opened from a file; "
        "and the logistic probe of what is chosen below, which is always there.",
    )  # fmt: skip
    if name == PROBE:
        subject = choose_subject()
        return Chosen(name, subject.images, subject)
    return Chosen(name, choose_set(), None)


def open_a_model() -> None:
    """Draw the uploader, and what is wrong with the file that came last."""
    key, most = f"{KEY}_file_{st.session_state.get(_ROUND, 0)}", MOST_BYTES // 2**20
    with st.popover("Open a model", icon=":material/file_open:", width="stretch"):
        st.file_uploader(
            "A model you took away", ["safetensors"], key=key, max_upload_size=most, on_change=_opened, args=(key,),
            help="A safetensors file of this section or of its script. It is only read, not executed. Another kind of "
            f"file, or one of more than {most} MB, is refused.",
        )  # fmt: skip
        st.caption("It is then in the menu above, and “Where it looks” can explain it.")
    sentence, told_at = st.session_state.get(_PROBLEM, ("", None))
    if sentence and told_at == st.session_state.get(WHAT):  # else something else was chosen since
        ui.problem(UserError(sentence))


def _opened(key: str) -> None:
    """Callback: read the file, choose it, and begin with an empty uploader, so that nothing holds the file."""
    file = st.session_state.get(key)
    st.session_state[_PROBLEM] = "", None
    if file is None:
        return
    try:
        trained = from_safetensors(file.getvalue())
    except UserError as error:
        st.session_state[_PROBLEM] = str(error), st.session_state.get(WHAT)
    else:
        mine = ui.session()
        title, number = trained.title, 2
        while title in mine.runs or title in mine.probes or title == PROBE:
            title, number = f"{trained.title} ({number})", number + 1
        st.session_state.setdefault(_FROM_FILES, set()).add(title)
        mine.probes[title] = replace(trained, title=title)
        st.session_state[WHAT] = title
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
