"""The pictures of a visitor's gallery: files while the tab is open, and what a detector saw in them."""

from __future__ import annotations

from collections.abc import MutableMapping
from functools import partial

import streamlit as st

from core.detection import load
from core.detection.batch import Looked, Refused, Upload, free_name, look_at_all, take_in
from core.errors import UserError
from core.image_checks import check_bytes
from core.jobs import FEATURES, Job, Report
from core.samples import SAMPLES
from core.ui import framework as ui
from core.ui.detector.gallery.controls import KEY
from core.ui.detector.subject import KEY as PAGE
from core.ui.framework.unsaved import Kind, holds
from core.ui.pictures import MEGABYTES, open_picture, take_own

FILES, _UPLOADER, _SEEN, _PROBLEMS = f"{KEY}_uploads", f"{KEY}_files", f"{KEY}_seen", f"{KEY}_problems"
Key = tuple[str, str, int]
"""Name of the picture, of the detector, and input size."""


@holds(Kind.PICTURES)
def _has_files() -> bool:
    return bool(st.session_state.get(FILES))


def files() -> list[Upload]:
    """What the visitor uploaded, in order; without any our photographs."""
    own: dict[str, Upload] = st.session_state.get(FILES, {})
    return list(own.values()) or [Upload(name, sample.read()) for name, sample in SAMPLES.items()]


def own() -> bool:
    """Whether they are the visitor's."""
    return bool(st.session_state.get(FILES))


def problems() -> list[Refused]:
    """Files that there was no room for, at the last upload."""
    found: list[Refused] = st.session_state.get(_PROBLEMS, [])
    return found


def uploader() -> None:
    """Draw it, and a button that puts all away."""
    if _UPLOADER not in st.session_state:  # after a look at another section it is empty; the pictures stay
        st.session_state.pop(_SEEN, None)
    st.file_uploader(
        "Pictures",
        None,
        accept_multiple_files=True,
        max_upload_size=MEGABYTES,
        key=_UPLOADER,
        on_change=_uploaded,
        help="Up to 20 at once, 60 MB together, 20 MB each: JPEG, PNG, WebP, BMP, TIFF or GIF.",
    )
    if own():
        st.button("Remove all", key=f"{KEY}_clear", icon=":material/delete:", on_click=_clear, type="tertiary")


def _uploaded() -> None:
    """Callback: take what is new, drop what was taken out of the uploader."""
    held: dict[str, Upload] = st.session_state.setdefault(FILES, {})
    seen: dict[str, str | None] = st.session_state.setdefault(_SEEN, {})
    there = {file.file_id: file for file in st.session_state[_UPLOADER]}
    for gone in seen.keys() - there.keys():
        held.pop(seen.pop(gone) or "", None)
    names = list(held)
    new, no_pictures = list[Upload](), list[Refused]()
    for key, file in there.items():
        if key in seen:
            continue
        data = file.getvalue()
        if file.name in held and held[file.name].data == data:  # sent again after a look at another section
            seen[key] = file.name
            continue
        try:
            check_bytes(data)  # what is no picture takes no place of one
        except UserError as error:
            no_pictures.append(Refused(file.name, str(error)))
            seen[key] = None
            continue
        name = free_name(file.name, names)
        names.append(name)
        new.append(Upload(name, data))
        seen[key] = name
    taken, refused = take_in(list(held.values()), new)
    held.update({file.name: file for file in taken})
    st.session_state[_PROBLEMS] = [*no_pictures, *refused]


def remove(name: str) -> None:
    """Callback: one picture goes."""
    st.session_state.get(FILES, {}).pop(name, None)


def _clear() -> None:
    for key in (FILES, _SEEN, _PROBLEMS):
        st.session_state.pop(key, None)
    mine = ui.session()
    for name in [name for name in mine.jobs if name.startswith(KEY)]:
        mine.jobs.pop(name).cancel(discard=True)
    looked().clear()


def looked() -> MutableMapping[Key, Looked | Refused]:
    """What was looked at; it ends with the tab, and what is no longer among the files goes."""
    found: MutableMapping[Key, Looked | Refused] = ui.session().shown.setdefault(KEY, {})
    names = {file.name for file in files()}
    for key in list(found):
        if key[0] not in names:
            del found[key]
    return found


def job(model: str, short_side: int) -> Job | None:
    """The work under way with this detector at this size, or the last that ended."""
    return ui.session().jobs.get(_job(model, short_side))


def _job(model: str, short_side: int) -> str:
    return f"{KEY} {model} {short_side}"


def look(model: str, short_side: int) -> Job:
    """Start to look at what this detector has not seen at this size; another one's work is stopped."""
    found, mine = looked(), ui.session()
    for name, other in list(mine.jobs.items()):
        if name.startswith(KEY):
            other.cancel()
            del mine.jobs[name]
    waiting = [file for file in files() if (file.name, model, short_side) not in found]
    return mine.start(_job(model, short_side), FEATURES, partial(_work, waiting, model, short_side, found))


def _work(
    waiting: list[Upload], model: str, short_side: int, found: MutableMapping[Key, Looked | Refused], report: Report
) -> None:
    def done(file: Upload, result: Looked | Refused) -> None:
        found[file.name, model, short_side] = result

    look_at_all(load(model), waiting, short_side, done, report)


def open_elsewhere(file: Upload) -> None:
    """Callback: the picture is that of all sections of the page, and *Detect* shows it."""
    if file.name in SAMPLES:
        st.session_state[f"{PAGE}_picture"] = file.name
    else:
        take_own(f"{PAGE}_picture", open_picture(file.name, file.data))
    st.session_state[f"{PAGE}_section"] = "Detect"
