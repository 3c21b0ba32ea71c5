"""A visitor's own boxes: a COCO JSON file, or Pascal VOC XML files."""

from __future__ import annotations

import streamlit as st

from core.detection.scoring import templates
from core.detection.scoring.coco_files import MOST_BYTES
from core.detection.scoring.ground_truth import GroundTruthFiles
from core.detection.scoring.uploaded_files import TARGET, UploadedFiles
from core.errors import UserError
from core.ui import framework as ui
from core.ui.detector.anchors.controls import KEY
from core.ui.framework.unsaved import Kind, holds
from core.ui.pictures import Picture

_FILES, _GENERATION = f"{KEY}_uploads", f"{KEY}_generation"


def _own() -> UploadedFiles[Picture]:
    own: UploadedFiles[Picture] = st.session_state.setdefault(_FILES, UploadedFiles())
    return own


@holds(Kind.FILES)
def _has_files() -> bool:
    own: UploadedFiles[Picture] = st.session_state.get(_FILES) or UploadedFiles()
    return own.truth is not None


def _forget() -> None:
    """Callback: delete them; an uploader cannot be emptied, but another one can stand in its place."""
    st.session_state[_FILES] = UploadedFiles()
    st.session_state[_GENERATION] = st.session_state.get(_GENERATION, 0) + 1


def _uploaded(key: str) -> None:
    """Callback: the uploader changed."""
    files = st.session_state[key]
    _own().take_ground_truth({file.file_id: (file.name, file.getvalue()) for file in files})


def own_boxes() -> tuple[GroundTruthFiles | None, str]:
    """Draw the uploader, and what is wrong with files; what was read last stays in use.

    Returns:
        What the files say, None before there are any, and what it can be told apart by.
    """
    own, key = _own(), f"{KEY}_files_{st.session_state.get(_GENERATION, 0)}"
    if key not in st.session_state:  # one that was away comes back empty, and what it refused is no longer there
        own.problems.pop(TARGET, None)
    st.file_uploader(
        "Files of boxes",
        ["json", "xml"],
        accept_multiple_files=True,
        max_upload_size=MOST_BYTES // 1024**2,
        key=key,
        on_change=_uploaded,
        args=(key,),
        help="One COCO JSON file, or Pascal VOC XML files, one a picture. The pictures themselves are not needed.",
    )
    for sentence in own.problems.get(TARGET, [])[:3]:
        ui.problem(UserError(sentence))
    if own.note:
        st.caption(ui.escape_markdown(own.note))
    if own.truth is None:
        help = "COCO JSON: two pictures, two classes, three boxes."
        ui.download("A file to start from", templates.ground_truth, "ground_truth.json", help)
    else:
        st.button("Forget my files", icon=":material/delete:", type="tertiary", key=f"{KEY}_forget", on_click=_forget)
    return own.truth, own.digest
