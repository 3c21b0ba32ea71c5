"""Filling a class with pictures: files, read in the background, and snapshots of the camera."""

from __future__ import annotations

from functools import partial

import streamlit as st

from core.errors import UserError
from core.transfer.data.own import Shot, read_shots, shot, with_shots
from core.ui.camera import camera
from core.ui.framework.session import session
from core.ui.pictures import FORMATS, MEGABYTES
from core.ui.transfer.data import reading
from core.ui.transfer.data.reading import KEY, SHOTS
from core.ui.transfer.session import change_draft, drafts

AT_ONCE_MB = 256
"""Files that are uploaded in one go."""
_TURN, _CAMERA, _INTO = f"{KEY}_own_turn", f"{KEY}_own_camera", f"{KEY}_own_into"

Found = tuple[tuple[Shot, ...], tuple[str, ...]]


def take_in() -> None:
    """Put what was read since the page last ran into its class."""
    found: Found | None = reading.ended(SHOTS)
    if found is None:
        return
    shots, problems = found
    reading.tell(*problems)
    if shots:
        try:
            _put(st.session_state.get(_INTO, ""), shots)
        except UserError as error:
            reading.tell(str(error))


def fill(name: str) -> None:
    """Draw the uploader and the camera for a class."""
    turn = st.session_state.setdefault(_TURN, 0)
    st.file_uploader(
        "Add pictures", FORMATS, accept_multiple_files=True, max_upload_size=MEGABYTES,
        key=f"{KEY}_own_files_{turn}", on_change=_uploaded, args=(name,), disabled=SHOTS in session().jobs,
        label_visibility="collapsed", help=f"Several files at once, at most {MEGABYTES} MB each.",
    )  # fmt: skip
    each = "Each photograph goes into the chosen class."
    camera(f"{KEY}_own_snapshot_{turn}", _CAMERA, _snapped, each, (name,))
    reading.watch(SHOTS, "Reading")


def _uploaded(name: str) -> None:
    """Callback: begin to read files, and empty the uploader, which would hold them as well."""
    files = st.session_state[f"{KEY}_own_files_{st.session_state[_TURN]}"]
    if not files:
        return
    st.session_state[_TURN] += 1
    if sum(file.size for file in files) > AT_ONCE_MB * 2**20:
        reading.clear()
        reading.tell(f"The files have more than {AT_ONCE_MB} MB together: add fewer at once.")
        return
    if SHOTS in session().jobs:
        take_in()  # pictures of the reading before that have come by now
    st.session_state[_INTO] = name
    reading.begin(SHOTS, partial(read_shots, [(file.name, file.getvalue()) for file in files]))


def _snapped(name: str) -> None:
    """Callback: put the snapshot into its class, and make the camera ready for the next."""
    taken = st.session_state[f"{KEY}_own_snapshot_{st.session_state[_TURN]}"]
    if taken is None:
        return
    data = taken.getvalue()
    st.session_state[_TURN] += 1
    reading.attempt(lambda: _put(name, (shot("snapshot", data),)))


def _put(name: str, shots: tuple[Shot, ...]) -> None:
    draft, notes = with_shots(drafts().now, name, shots)
    change_draft(draft)
    reading.tell(*notes)
