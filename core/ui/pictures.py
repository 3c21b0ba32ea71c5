"""Choosing a picture: a sample, the visitor's own files, or the camera."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import streamlit as st

from core.errors import UserError
from core.image_checks import MAX_BYTES, MAX_PIXELS
from core.images import fingerprint
from core.names import match
from core.samples import SAMPLES
from core.ui import cache
from core.ui.camera import camera
from core.ui.framework.layout import is_narrow
from core.ui.framework.show import code, escape_markdown
from core.ui.framework.unsaved import Kind, holds

FORMATS: list[str] | None = None
"""What uploaders let pass by its name: everything, since the content decides, and a file that is no picture for us is
refused by a sentence that says what it is. iPhones send JPEG either way."""
DEFAULT = next(iter(SAMPLES))
CAMERA = "camera"
LONGEST_NAME = 60  # characters of a file name that menus show, its middle left out
MEGABYTES = MAX_BYTES // 2**20
"""Of a picture at most; the server takes larger files for tables."""
PROBLEMS_SHOWN = 3  # sentences about refused files before the rest is folded: the controls must stay in sight
OWN_AT_MOST = 8
"""Pictures of one visitor held at once; the oldest goes when another comes."""


@dataclass(frozen=True)
class Picture:
    """A picture that decodes, ready to be shown and to be looked at by a network.

    Attributes:
        name: what to call it; for a sample its key.
        data: the file as it came.
        digest: sha256 of the data, the key of every cache.
        width: pixels of the full picture.
        height: likewise.
        uri: a small JPEG as data URI, to show.
    """

    name: str
    data: bytes
    digest: str
    width: int
    height: int
    uri: str

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.width, self.height


def open_picture(name: str, data: bytes) -> Picture:
    """A picture from a file; its digest is taken here and nowhere else.

    Raises:
        UserError: it is none that we take.
    """
    digest = fingerprint(data)
    shown = cache.display(digest, data)
    return Picture(name, data, digest, shown.width, shown.height, shown.uri)


@lru_cache(maxsize=len(SAMPLES))
def open_sample(name: str) -> Picture:
    """A sample photograph, opened once a process: its file is the same at every rerun."""
    return open_picture(name, SAMPLES[name].read())


class _OwnPictures:
    """One visitor's own pictures for one page, in the session's state.

    Attributes:
        key: name of the menu, and the beginning of every other key in the session.
        pictures: by name, the newest last.
        problems: what is wrong with files, sentences to show until the next upload.
    """

    def __init__(self, key: str) -> None:
        self.key = key
        self.pictures: dict[str, Picture] = st.session_state.setdefault(f"{key}_own", {})
        self.problems: list[str] = st.session_state.setdefault(f"{key}_problems", [])
        # what became of each file in the uploader: file id -> its name here, None for one that was refused
        self._seen: dict[str, str | None] = st.session_state.setdefault(f"{key}_seen", {})

    def forget_uploader(self) -> None:
        """After a visit to another page the uploader is empty; that is not the visitor removing files."""
        self._seen.clear()

    def uploaded(self) -> None:
        """The uploader changed: take what is new, drop what the visitor removed."""
        files = st.session_state[f"{self.key}_files"]
        self.problems.clear()
        for gone in self._seen.keys() - {file.file_id for file in files}:
            name = self._seen.pop(gone)
            if name is not None:
                self.pictures.pop(name, None)
        for file in files:
            if file.file_id not in self._seen:
                self._seen[file.file_id] = self._take(self._free_name(file.name), file.getvalue())

    def snapped(self) -> None:
        """The camera took a picture, which replaces the one before, or the visitor discarded it."""
        shot = st.session_state[f"{self.key}_{CAMERA}"]
        self.problems.clear()
        if shot is not None:
            self._take(CAMERA, shot.getvalue())

    def _free_name(self, file_name: str) -> str:
        base = file_name.strip() or "picture"
        if len(base) > LONGEST_NAME:
            base = f"{base[: LONGEST_NAME - 20]}…{base[-19:]}"
        name, number = base, 2
        while match(name, (*SAMPLES, *self.pictures, CAMERA)) is not None:
            name, number = f"{base} ({number})", number + 1
        return name

    def _take(self, name: str, data: bytes) -> str | None:
        """Add a picture and choose it; one that does not decode leaves a sentence and nothing else."""
        try:
            picture = open_picture(name, data)
        except UserError as error:
            self.problems.append(f"{code(name)}: {escape_markdown(str(error))}")
            return None
        self.add(picture)
        return name

    def add(self, picture: Picture) -> None:
        """Add a picture, in place of one of its name, and choose it; the oldest makes room."""
        name = picture.name
        self.pictures.pop(name, None)
        self.pictures[name] = picture
        while len(self.pictures) > OWN_AT_MOST:
            oldest = next(iter(self.pictures))
            del self.pictures[oldest]
            self.problems.append(f"{code(oldest)} made room: {OWN_AT_MOST} pictures of your own are held at once.")
        st.session_state[self.key] = name


def take_own(key: str, picture: Picture) -> None:
    """From a callback: a picture that the visitor brought elsewhere is chosen here, beside those brought here.

    Args:
        key: of the choice, see `choose_picture`.
        picture: of any name but a sample's.
    """
    _OwnPictures(key).add(picture)


@holds(Kind.PICTURES)
def _has_own() -> bool:
    """Whether there are own pictures on any page."""
    own = [thing for key, thing in st.session_state.items() if str(key).endswith("_own") and isinstance(thing, dict)]
    return any(isinstance(one, Picture) for pictures in own for one in pictures.values())


def _follow_link(key: str, names: list[str], opening: str | None, default: str) -> None:
    """Choose what a link names, when it is new; else what was chosen last, also before a visit to another page.

    Without either it is the default; for a visitor who comes without any link, the sample to open with.
    Not bound to the menu: the name of a visitor's own file must never stand in a link.
    """
    state, link = st.session_state, st.query_params.get(key)
    if link in SAMPLES and link != state.get(f"{key}_link"):
        state[key] = link
    elif state.get(key) not in names:
        last = state.get(f"{key}_last")
        state[key] = last if last in names else default if opening is None or st.query_params else opening


def _write_link(key: str, name: str, opening: str | None, default: str) -> None:
    # where pages open with another sample, a link without one is a link of before and means the default
    link = name if name in SAMPLES and (name != default or opening is not None) else None
    if link is None:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != link:
        st.query_params[key] = link
    st.session_state[f"{key}_link"], st.session_state[f"{key}_last"] = link, name


def choose_picture(key: str, opening: str | None = None, default: str = DEFAULT) -> Picture:
    """Choose a picture; in a narrow window folded away, so that the sliders stay near what they move.

    Args and result as for `_choose`.
    """
    if not is_narrow():
        return _choose(key, opening, default)
    with st.expander("Picture", icon=":material/image:"):
        return _choose(key, opening, default)


def _choose(key: str, opening: str | None, default: str) -> Picture:
    """Widgets for choosing a picture; on a first visit a sample is chosen, so there is always one.

    The chosen sample is part of the link; pictures of one's own stay in the session, also when the visitor
    goes to another page and comes back.

    Args:
        key: name of the choice in the link and in the session, distinct for each page.
        opening: the sample for visitors who come without a link, where that is not the default.
        default: the sample that a link without one means.
    """
    own = _OwnPictures(key)
    if f"{key}_files" not in st.session_state:
        own.forget_uploader()
    names = [*reversed(own.pictures), *SAMPLES]
    _follow_link(key, names, opening, default)
    name = st.selectbox(
        "Picture",
        names,
        key=key,
        help="Four photographs come with the app; those you upload appear here, the newest first.",
    )
    _write_link(key, name, opening, default)
    st.file_uploader(
        "Upload pictures",
        FORMATS,
        accept_multiple_files=True,
        max_upload_size=MEGABYTES,
        key=f"{key}_files",
        on_change=own.uploaded,
        label_visibility="collapsed",
        help=f"JPEG, PNG, WebP, BMP, TIFF or GIF, at most {MEGABYTES} MB and {MAX_PIXELS // 10**6} megapixels each.",
    )
    camera(f"{key}_{CAMERA}", f"{key}_use_camera", own.snapped)
    for sentence in own.problems[:PROBLEMS_SHOWN]:
        st.error(sentence, icon=":material/error:")
    if more := own.problems[PROBLEMS_SHOWN:]:
        with st.expander(f"{len(more)} more like this", icon=":material/error:"):
            st.markdown("\n".join(f"- {sentence}" for sentence in more))
    return own.pictures[name] if name in own.pictures else open_sample(name)
