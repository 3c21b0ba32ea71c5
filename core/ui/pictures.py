"""Choosing a picture: a sample, the visitor's own files, or the camera."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.errors import UserError
from core.images import fingerprint
from core.samples import SAMPLES
from core.ui import cache
from core.ui.show import plain

FORMATS = ["jpg", "jpeg", "png", "webp", "bmp", "tif", "tiff", "gif"]
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
        sample: whether it is one of ours.
    """

    name: str
    data: bytes
    digest: str
    width: int
    height: int
    uri: str
    sample: bool

    @property
    def size(self) -> tuple[int, int]:
        """(width, height) in pixels."""
        return self.width, self.height


def _picture(name: str, data: bytes, *, sample: bool) -> Picture:
    digest = fingerprint(data)
    shown = cache.display(digest, data)
    return Picture(name, data, digest, shown.width, shown.height, shown.uri, sample)


def _own(key: str) -> dict[str, bytes]:
    own: dict[str, bytes] = st.session_state.setdefault(f"{key}_own", {})
    return own


def _take(key: str, name: str, data: bytes) -> None:
    """Add a picture to the visitor's own and choose it; one that does not decode leaves a sentence and nothing else."""
    own = _own(key)
    name = name[-60:] or "picture"
    if name in SAMPLES:
        name = f"{name} (yours)"
    try:
        cache.display(fingerprint(data), data)
    except UserError as error:
        st.session_state[f"{key}_problems"].append(f"**{plain(name)}**: {plain(str(error))}")
        return
    own.pop(name, None)  # the same name again is the newer file
    own[name] = data
    while len(own) > OWN_AT_MOST:
        del own[next(iter(own))]
    st.session_state[key] = name


def _uploaded(key: str) -> None:
    """The uploader changed: take what is new, drop what the visitor removed."""
    files = st.session_state[f"{key}_files"]
    seen: dict[str, str] = st.session_state.setdefault(f"{key}_seen", {})  # file id -> name it was taken under
    st.session_state[f"{key}_problems"] = []
    for gone in seen.keys() - {file.file_id for file in files}:
        name = seen.pop(gone)
        _own(key).pop(name, None)
    for file in files:
        if file.file_id not in seen:
            seen[file.file_id] = file.name
            _take(key, file.name, file.getvalue())


def _snapped(key: str) -> None:
    shot = st.session_state[f"{key}_camera"]
    st.session_state[f"{key}_problems"] = []
    if shot is not None:
        _take(key, "camera", shot.getvalue())


def choose_picture(key: str) -> Picture:
    """Widgets for choosing a picture; on a first visit a sample is chosen, so there is always one.

    The chosen sample is part of the link; pictures of one's own stay in the session, also when the visitor
    goes to another page and comes back.

    Args:
        key: name of the choice in the link and in the session, distinct for each page.
    """
    st.session_state.setdefault(f"{key}_problems", [])
    own = _own(key)
    names = [*reversed(own), *SAMPLES]
    if st.session_state.get(key) not in names:
        st.session_state.pop(key, None)
    name = st.selectbox(
        "Picture",
        names,
        key=key,
        bind="query-params",
        help="Four photographs come with the app; those you upload appear here, the newest first.",
    )
    st.file_uploader(
        "Upload pictures",
        FORMATS,
        accept_multiple_files=True,
        key=f"{key}_files",
        on_change=_uploaded,
        args=(key,),
        label_visibility="collapsed",
        help="JPEG, PNG, WebP, BMP, TIFF or GIF, at most 20 MB and 40 megapixels each.",
    )
    if st.toggle("Use the camera", key=f"{key}_use_camera"):
        st.camera_input(
            "Take a photograph", key=f"{key}_camera", on_change=_snapped, args=(key,), label_visibility="collapsed"
        )
    for sentence in st.session_state[f"{key}_problems"]:
        st.error(sentence, icon=":material/error:")
    data = own[name] if name in own else SAMPLES[name].read()
    return _picture(name, data, sample=name not in own)
