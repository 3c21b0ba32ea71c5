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
from core.ui import framework as ui
from core.ui.transfer.data import reading
from core.ui.transfer.data.reading import KEY, SET
from core.ui.transfer.data.understood import UNCLEAR, UnclearFile, discard
from core.ui.transfer.session import forget as forget_set
from core.ui.transfer.sets import choose

_TURN = f"{KEY}_upload_turn"
MEGABYTES = MAX_BYTES // 2**20


def take_in() -> None:
    """Keep what was read since the page last ran; before the menu of sets is drawn."""
    found: ImageSet | UnclearFile | None = reading.ended(SET)
    if isinstance(found, UnclearFile):
        ui.session().shown[UNCLEAR] = found
    elif found is not None:
        ui.session().shown.pop(UNCLEAR, None)
        reading.keep(found)


def choose_file() -> None:
    """Draw the uploader, and how far the reading is."""
    turn = st.session_state.setdefault(_TURN, 0)
    st.file_uploader(
        "Your own set", ["zip", "parquet"], key=f"{KEY}_upload_{turn}", on_change=_uploaded, max_upload_size=MEGABYTES,
        help=ui.prose("transfer/data", "Your own set", upload=MEGABYTES, files=MOST_ENTRIES, least=LEAST),
    )  # fmt: skip
    reading.watch(SET, "Reading")


def forget(images: ImageSet) -> None:
    """Draw what deletes a set of the visitor's own, after it has said what goes along."""
    if not images.own:
        return
    with st.popover("Delete these pictures", icon=":material/delete:", type="tertiary"):
        st.markdown(ui.prose("transfer/data", "Forget"))
        st.button(
            "Delete them", icon=":material/delete:", key=f"{KEY}_forget", on_click=_forget, args=(images.digest,),
            help="This cannot be undone. Closing the tab deletes everything that is yours.",
        )  # fmt: skip


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


def _read(report: Report, data: bytes, name: str, turn: int) -> ImageSet | UnclearFile:
    """By what is in the file, not by what it is called; where something of it is a guess, it is asked first."""
    parquet = data.startswith(b"PAR1") or (name.casefold().endswith(".parquet") and not data.startswith(b"PK"))
    title = PurePath(name).stem
    if parquet:
        table = look_at_parquet(data, report)
        return read_parquet(data, title, report) if table.sure else UnclearFile(title, data, table, turn)
    look = look_at_archive(data, report)
    return UnclearFile(title, data, look, turn) if look.doubts else read_archive(data, title, report)
