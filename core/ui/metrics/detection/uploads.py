"""A visitor's own ground truth, detections and pictures: the uploaders, and which picture is which."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from core.detection.scoring import templates
from core.detection.scoring.coco_files import MOST_BYTES
from core.detection.scoring.pairing import Match
from core.detection.scoring.uploaded_files import CHOICE, FOUND, PICTURES, TARGET, UploadedFiles
from core.errors import UserError
from core.figures.detection.evaluation_sets import EvaluationSet
from core.figures.words import counted
from core.images import fingerprint
from core.ui import framework as ui
from core.ui import pictures as own_pictures
from core.ui.framework.unsaved import Kind, holds
from core.ui.last_detection import LastDetection
from core.ui.metrics.detection.source import KEY, of_files, of_last
from core.ui.pictures import FORMATS, OWN_AT_MOST, Picture, open_picture

_MEGABYTES = MOST_BYTES // 1024**2
_FILES, _GENERATION = f"{KEY}_uploads", f"{KEY}_generation"
_MOST_MENUS = 12
NONE = "none of them"


def uploaded_files() -> UploadedFiles[Picture]:
    """The visitor's."""
    own: UploadedFiles[Picture] = st.session_state.setdefault(_FILES, UploadedFiles())
    return own


@holds(Kind.FILES)
def _has_files() -> bool:
    own: UploadedFiles[Picture] = st.session_state.get(_FILES) or UploadedFiles()
    return own.truth is not None or own.found is not None or bool(own.pictures)


def _forget() -> None:
    """Callback: delete all of it."""
    st.session_state[_FILES] = UploadedFiles()
    st.session_state.pop(f"{KEY}_last", None)
    # an uploader cannot be emptied, but another one can stand in its place
    st.session_state[_GENERATION] = st.session_state.get(_GENERATION, 0) + 1


def _uploaded(kind: str, key: str) -> None:
    """Callback: an uploader changed."""
    own, files = uploaded_files(), st.session_state[key]
    files = files if isinstance(files, list) else [files] if files else []
    if kind == TARGET:
        own.take_ground_truth({file.file_id: (file.name, file.getvalue()) for file in files})
    elif kind == FOUND:
        own.take_detections((files[0].name, files[0].getvalue()) if files else None)
    else:
        pictures, problems = list[Picture](), list[str]()
        for file in files[:OWN_AT_MOST]:
            try:
                pictures.append(open_picture(file.name, file.getvalue()))
            except UserError as error:
                problems.append(f'"{file.name[:60]}": {error}')
        if len(files) > OWN_AT_MOST:
            problems.append(f"Only the first {OWN_AT_MOST} pictures were taken: the page has no room for more.")
        own.take_pictures(pictures, problems)


def files(last: LastDetection | None) -> EvaluationSet | None:
    """Draw the uploaders.

    Args:
        last: a picture of the visitor's own from the detector page, for which only target boxes are wanted; None: all
            comes from files.

    Returns:
        The boxes; None before there are target boxes to go with them.
    """
    _uploader(TARGET, "Ground truth", ["json", "xml"], "One COCO JSON file, or Pascal VOC XML files.")
    own = uploaded_files()
    for sentence in (own.note, *(own.truth.notes if own.truth else ())):
        _told(sentence)
    if last is None:
        _uploader(FOUND, "Detections", ["json"], ui.prose("metrics/detection", "Detections file"))
        help = (
            f"Optional, at most {OWN_AT_MOST}, named as in the ground truth. Without a file of detections the bundled "
            "detector runs on them."
        )
        _uploader(PICTURES, "Pictures", FORMATS, help, own_pictures.MEGABYTES)
        if own.truth is None:
            _templates()
        for sentence in own.placed.notes if own.placed else ():
            _told(sentence)
        for sentence in (*own.unclear()[:3], *own.problems.get(CHOICE, [])):
            ui.problem(UserError(sentence))
        _which(own)
    if own.truth is None or own.images is None:
        st.caption("Until there is ground truth, our motorcycle is shown.")
        return None
    st.button("Forget my files", icon=":material/delete:", type="tertiary", key=f"{KEY}_forget", on_click=_forget)
    try:
        return of_last(last, own.truth) if last is not None else of_files(own, own.images)
    except UserError as error:
        ui.problem(error)
        return None


def _told(sentence: str) -> None:
    if sentence:
        st.caption(ui.escape_markdown(sentence))


def _uploader(kind: str, label: str, types: list[str] | None, help: str, most: int = _MEGABYTES) -> None:
    key = f"{KEY}_{kind}_files_{st.session_state.get(_GENERATION, 0)}"
    if key not in st.session_state:  # one that was away comes back empty, and what it refused is no longer there
        uploaded_files().problems.pop(kind, None)
    st.file_uploader(
        label,
        types,
        accept_multiple_files=kind != FOUND,
        max_upload_size=most,
        key=key,
        on_change=_uploaded,
        args=(kind, key),
        help=help,
    )
    for sentence in uploaded_files().problems.get(kind, [])[:3]:
        ui.problem(UserError(sentence))


def _templates() -> None:
    with st.expander("Files to start from", icon=":material/draft:"):
        help = "COCO JSON: two pictures, two classes, three ground-truth boxes."
        ui.download("Ground truth (JSON)", templates.ground_truth, "ground_truth.json", help)
        help = "A COCO results list: four detections that go with it."
        ui.download("Detections (JSON)", templates.detections, "detections.json", help)


def _which(own: UploadedFiles[Picture]) -> None:
    """Which picture of the ground truth each name and each picture belongs to; what was guessed can be changed."""
    boxes, pictures = own.placed.matches if own.placed else (), own.understood_pictures()
    if own.truth is None or not (boxes or pictures):
        return
    names, asked = own.names, own.guesses()
    guessed = sum(match.guess or not match.places for _, _, match in asked)
    with st.expander("Which picture is which", expanded=guessed > 0, icon=":material/rule:"):
        if guessed:
            st.caption(
                f"{counted(guessed, 'name was', 'names were')} not written as in the ground truth, and understood as "
                "below: choose another picture where that is wrong."
            )
        for kind, key, match in asked[:_MOST_MENUS]:
            _menu(kind, key, match, names)
        shown = [id(match) for _, _, match in asked[:_MOST_MENUS]]
        _table([match for match in (*boxes, *pictures) if id(match) not in shown], names)


def _menu(kind: str, key: str, match: Match, names: Sequence[str]) -> None:
    widget = f"{KEY}_which_{kind}_{fingerprint(repr((key, tuple(names))).encode())[:12]}"
    st.session_state[widget] = match.place
    st.selectbox(
        f"{'Boxes for' if kind == FOUND else 'Picture'} “{ui.escape_markdown(match.name[:60])}”",
        [None, *range(len(names))],
        key=widget,
        format_func=lambda place: NONE if place is None else f"{place + 1}: {names[place]}",  # two may be alike
        on_change=_choose,
        args=(kind, key, widget),
        help="The picture of the ground truth that this belongs to.",
    )


def _choose(kind: str, key: str, widget: str) -> None:
    """Callback of a menu."""
    uploaded_files().choose(kind, key, st.session_state[widget])


def _table(matches: Sequence[Match], names: Sequence[str]) -> None:
    """The names that are clear, and those for whose menus there is no room."""
    if not matches:
        return
    rows = [(match.name, NONE if match.place is None else names[match.place]) for match in matches]
    st.dataframe(
        pd.DataFrame(rows, columns=["in your file", "in the ground truth"]),
        hide_index=True,
        height=min(220, 38 + 35 * len(rows)),
        key=f"{KEY}_which",
        alt="One row a name: which picture of the ground truth it was understood as",
    )
