"""What one visitor uploaded for the section "Detection" and could be read, kept in the session.

Each uploader has sentences of its own about what could not be read; they stay until that uploader changes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from core.detection.scoring.detections import Placed, parse_detections, place
from core.detection.scoring.evaluated_images import EvaluatedImage
from core.detection.scoring.ground_truth import GroundTruthFiles, read_ground_truth, take_in
from core.errors import UserError
from core.images import fingerprint
from core.ui.metrics.detection.source import KEY
from core.ui.pictures import OWN_AT_MOST, Picture, open_picture

TARGET, FOUND, PICTURES, CHOICE = "gold", "found", "pictures", "choice"
STILL = "Below is still the last file."


@dataclass
class Shelf:
    """What could be read.

    Attributes:
        truth: target boxes; None before there are any.
        found: (file name, content) of detections; None: none, the bundled detector is asked.
        pictures: those to show, and to run the detector on.
        images: target boxes with these detections; None without target boxes.
        placed: these detections and how the names of their pictures were understood; None without either.
        chosen: uploader -> name of a picture in the detections, or digest of an uploaded one -> the ground truth's
            picture that the visitor chose for it, None: none.
        digest: changes with any of it.
        problems: uploader -> sentences about what could not be read.
        note: which of several files of ground truth is in use; "" where all are.
        taken: ids of the files of ground truth that are in use.
        seen: ids of those in the uploader when it changed last.
        last_found: the last detections that could be read: to replace a file the browser takes it out first.
    """

    truth: GroundTruthFiles | None = None
    found: tuple[str, bytes] | None = None
    pictures: list[Picture] = field(default_factory=list)
    images: tuple[EvaluatedImage, ...] | None = None
    placed: Placed | None = None
    chosen: dict[str, dict[str, int | None]] = field(default_factory=lambda: {FOUND: {}, PICTURES: {}})
    digest: str = ""
    problems: dict[str, list[str]] = field(default_factory=dict)
    note: str = ""
    taken: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    last_found: tuple[str, bytes] | None = None


def shelf() -> Shelf:
    """The visitor's."""
    own: Shelf = st.session_state.setdefault(f"{KEY}_shelf", Shelf())
    return own


def forget() -> None:
    """Callback: delete all of it."""
    st.session_state[f"{KEY}_shelf"] = Shelf()
    # an uploader cannot be emptied, but another one can stand in its place
    st.session_state[f"{KEY}_generation"] = st.session_state.get(f"{KEY}_generation", 0) + 1


def uploaded(part: str, key: str) -> None:
    """Callback: an uploader changed; what cannot be read leaves a sentence and the last good content."""
    own, files = shelf(), st.session_state[key]
    files = files if isinstance(files, list) else [files] if files else []
    own.problems[part] = []
    {TARGET: _target, FOUND: _found, PICTURES: _pictures}[part](own, files)
    _put_together(own)
    own.digest = fingerprint(repr((own.digest, key, [file.file_id for file in files])).encode())


def _put_together(own: Shelf) -> None:
    own.placed = None
    if own.truth is not None and own.found is not None:
        own.placed = place(*own.found, own.truth, own.chosen[FOUND])
    own.images = own.placed.images if own.placed else None if own.truth is None else own.truth.evaluated_images()


def choose(part: str, key: str, widget: str) -> None:
    """Callback: the visitor says which picture of the ground truth a name or an uploaded picture belongs to."""
    own = shelf()
    before = dict(own.chosen[part])
    own.chosen[part][key] = st.session_state[widget]
    own.problems[CHOICE] = []
    try:
        _put_together(own)
    except UserError as error:
        own.chosen[part] = before
        own.problems[CHOICE] = [f"{error} The choice before still holds."]
        _put_together(own)
    own.digest = fingerprint(repr((own.digest, part, key, own.chosen[part])).encode())


def _target(own: Shelf, files: Sequence[UploadedFile]) -> None:
    here = {file.file_id: (file.name, file.getvalue()) for file in files}
    new = [here[name] for name in here if name not in own.seen]
    held = [here[name] for name in here if name in own.taken]
    own.seen = set(here)
    try:
        used, truth = _read(held, new, list(here.values()))
    except UserError as error:
        own.problems[TARGET].append(f"{error} {STILL}" if own.truth is not None else str(error))
        return
    own.taken = {name for name, file in here.items() if any(file is one for one in used)}
    aside = [name for key, (name, _) in here.items() if key not in own.taken]
    own.note = f"In use is {used[0][0][:60]}; remove the other files, or upload one anew to use it." if aside else ""
    own.truth = truth
    own.chosen = {FOUND: {}, PICTURES: {}}
    _fit(own)


def _read(
    held: list[tuple[str, bytes]], new: list[tuple[str, bytes]], every: list[tuple[str, bytes]]
) -> tuple[Sequence[tuple[str, bytes]], GroundTruthFiles | None]:
    """The files in use and what they say: new ones first, then those that were in use, then any that can be read."""
    if new:
        return take_in(held, new)
    if held:
        return held, read_ground_truth(held)
    for file in reversed(every):
        try:
            return [file], read_ground_truth([file])
        except UserError:
            continue
    return [], None


def _fit(own: Shelf) -> None:
    """Detections that do not go with new ground truth are put away, with a sentence that says so."""
    if own.truth is None or own.found is None:
        return
    try:
        place(*own.found, own.truth)
    except UserError as error:
        own.found = own.last_found = None
        own.problems[FOUND] = [f"The detections were put away: {error}"]


def _found(own: Shelf, files: Sequence[UploadedFile]) -> None:
    own.chosen[FOUND] = {}
    if not files:
        own.found = None
        return
    new = (files[0].name, files[0].getvalue())
    try:
        _check(own, new)
    except UserError as error:
        own.problems[FOUND].append(str(error))
        _restore(own)
    else:
        own.found = own.last_found = new


def _check(own: Shelf, file: tuple[str, bytes]) -> None:
    if own.truth is None:
        parse_detections(*file)
    else:
        place(*file, own.truth)


def _restore(own: Shelf) -> None:
    """The last detections that could be read, if they still go with the ground truth."""
    if own.last_found is None:
        return
    try:
        _check(own, own.last_found)
    except UserError:
        own.found = own.last_found = None
    else:
        own.found = own.last_found
        own.problems[FOUND][-1] += f" {STILL}"


def _pictures(own: Shelf, files: Sequence[UploadedFile]) -> None:
    own.pictures = []
    for file in files[:OWN_AT_MOST]:
        try:
            own.pictures.append(open_picture(file.name, file.getvalue()))
        except UserError as error:
            own.problems[PICTURES].append(f'"{file.name[:60]}": {error}')
    if len(files) > OWN_AT_MOST:
        own.problems[PICTURES].append(f"Only the first {OWN_AT_MOST} pictures were taken: so many can be held at once.")
