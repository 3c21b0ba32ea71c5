"""A whole set in one file: a zip of class folders, or Parquet."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath

import streamlit as st

from core.jobs import Report
from core.transfer.data.archive import look_at_archive, read_archive
from core.transfer.data.image_set import ImageSet
from core.transfer.data.image_set_builder import LEAST, MAX_BYTES
from core.transfer.data.parquet import read_parquet
from core.transfer.data.parquet_look import look_at_parquet
from core.transfer.data.zip_checks import MOST_ENTRIES
from core.ui.framework.session import session
from core.ui.transfer.data import reading
from core.ui.transfer.data.reading import SET
from core.ui.transfer.data.state import KEY
from core.ui.transfer.data.understood import ASKED, Asked, discard
from core.ui.transfer.session import forget as forget_set
from core.ui.transfer.sets import choose

_TURN = f"{KEY}_upload_turn"
MEGABYTES = MAX_BYTES // 2**20


def take_in() -> None:
    """Lay down what was read since the page last ran; before the menu of sets is drawn."""
    found: ImageSet | Asked | None = reading.ended(SET)
    if isinstance(found, Asked):
        session().shown[ASKED] = found
    elif found is not None:
        session().shown.pop(ASKED, None)
        reading.keep(found)


def choose_file() -> None:
    """Draw the uploader, and how far the reading is."""
    turn = st.session_state.setdefault(_TURN, 0)
    st.file_uploader(
        "Your own set",
        ["zip", "parquet"],
        key=f"{KEY}_upload_{turn}",
        on_change=_uploaded,
        max_upload_size=MEGABYTES,
        help=f"A zip with a folder for each class (folders train, val and test may be above them), or a Parquet file "
        f"as data sets of Hugging Face have it: a column of pictures and one of labels. Where something is a guess, "
        f"you see what was understood, and can correct it, before it is used. At most {MEGABYTES} MB and "
        f"{MOST_ENTRIES:,} files, at least {LEAST} pictures a class. It is held in the server's memory for this visit "
        "only, which ends when the tab is closed or loaded anew, and never written to disk.",
    )
    reading.watch(SET, "Reading")


def forget(images: ImageSet) -> None:
    """Draw what deletes a set of the visitor's own, after it has said what goes along."""
    if not images.own:
        return
    with st.popover("Forget these pictures", icon=":material/delete:", type="tertiary"):
        st.markdown(
            "They go at once, and with them their features, trainings on them that run, and what *Race*, *Schedule* "
            "and *Two heads* show of them. Networks that have learned from them stay, without their pictures."
        )
        st.button(
            "Forget them",
            icon=":material/delete:",
            key=f"{KEY}_forget",
            on_click=_forget,
            args=(images.digest,),
            help="This cannot be undone. Closing the tab does the same to all that is yours.",
        )


def _forget(digest: str) -> None:
    forget_set(digest)
    choose("")  # the menu goes back to its first set


def _uploaded() -> None:
    """Callback: begin to read the file, and empty the uploader, which would hold it as well."""
    file = st.session_state[f"{KEY}_upload_{st.session_state[_TURN]}"]
    if file is None:
        return
    st.session_state[_TURN] += 1
    discard()  # a question about the file before
    reading.begin(SET, partial(_read, data=file.getvalue(), name=file.name, turn=st.session_state[_TURN]))


def _read(report: Report, data: bytes, name: str, turn: int) -> ImageSet | Asked:
    """By what is in the file, not by what it is called; where something of it is a guess, it is asked first."""
    parquet = data.startswith(b"PAR1") or (name.casefold().endswith(".parquet") and not data.startswith(b"PK"))
    title = PurePath(name).stem
    if parquet:
        table = look_at_parquet(data, report)
        return read_parquet(data, title, report) if table.sure else Asked(title, data, table, turn)
    look = look_at_archive(data, report)
    return Asked(title, data, look, turn) if look.doubts else read_archive(data, title, report)
