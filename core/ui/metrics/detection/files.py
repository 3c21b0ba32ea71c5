"""A visitor's own ground truth, detections and pictures, kept in the session."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import streamlit as st

from core.detection.scoring.coco_files import MOST_BYTES
from core.detection.scoring.ground_truth import GroundTruth, base_name, read_detections, read_ground_truth, stem
from core.detection.scoring.scenes import Found, Scene
from core.errors import UserError
from core.figures.detection.matches import blank
from core.images import fingerprint
from core.ui.last_detection import LastDetection
from core.ui.metrics.detection.source import KEY, Source, found_in, of_last, open_picture
from core.ui.pictures import FORMATS, OWN_AT_MOST, Picture
from core.ui.show import problem

MEGABYTES = MOST_BYTES // 1024**2


@dataclass
class _Shelf:
    """What one visitor uploaded and could be read.

    Attributes:
        truth: gold boxes; None before there are any.
        found: (file name, content) of detections; None: none, the bundled detector is asked.
        pictures: those to show, and to run the detector on.
        digest: changes with any of it.
        problems: sentences about what could not be read, until the next upload.
    """

    truth: GroundTruth | None = None
    found: tuple[str, bytes] | None = None
    pictures: list[Picture] = field(default_factory=list)
    digest: str = ""
    problems: list[str] = field(default_factory=list)


def _shelf() -> _Shelf:
    shelf: _Shelf = st.session_state.setdefault(f"{KEY}_shelf", _Shelf())
    return shelf


def _forget() -> None:
    st.session_state[f"{KEY}_shelf"] = _Shelf()
    # an uploader cannot be emptied, but another one can stand in its place
    st.session_state[f"{KEY}_generation"] = st.session_state.get(f"{KEY}_generation", 0) + 1


def _uploaded(part: str, key: str) -> None:
    """Callback: an uploader changed; what cannot be read leaves a sentence and the last good content."""
    shelf, files = _shelf(), st.session_state[key]
    files = files if isinstance(files, list) else [files] if files else []
    shelf.problems = []
    contents = [(file.name, file.getvalue()) for file in files]
    try:
        if part == "gold":
            truth = read_ground_truth(contents) if contents else None
            if truth is not None and shelf.found is not None:
                _fits(shelf, truth)
            shelf.truth = truth
        elif part == "found":
            found = contents[0] if contents else None
            if found is not None and shelf.truth is not None:
                read_detections(*found, shelf.truth)
            shelf.found = found
        else:
            shelf.pictures = _pictures(contents, shelf)
    except UserError as error:
        shelf.problems.append(str(error))
    shelf.digest = fingerprint(repr((shelf.digest, key, [fingerprint(data) for _, data in contents])).encode())


def _fits(shelf: _Shelf, truth: GroundTruth) -> None:
    """Detections that do not go with new ground truth are put away, with a sentence that says so."""
    try:
        read_detections(*(shelf.found or ("", b"")), truth)
    except UserError as error:
        shelf.found = None
        shelf.problems.append(f"The detections were put away: {error}")


def _pictures(contents: Sequence[tuple[str, bytes]], shelf: _Shelf) -> list[Picture]:
    pictures = []
    for name, data in contents[:OWN_AT_MOST]:
        try:
            pictures.append(open_picture(name, data))
        except UserError as error:
            shelf.problems.append(f'"{name[:60]}": {error}')
    if len(contents) > OWN_AT_MOST:
        shelf.problems.append(f"Only the first {OWN_AT_MOST} pictures were taken: so many can be held at once.")
    return pictures


def files(last: LastDetection | None) -> Source | None:
    """Draw the uploaders.

    Args:
        last: a picture of the visitor's own from the detector page, for which only gold boxes are wanted; None: all
            comes from files.

    Returns:
        The boxes; None before there are gold boxes to go with them.
    """
    generation = st.session_state.get(f"{KEY}_generation", 0)
    _uploader("gold", generation, "Ground truth", ["json", "xml"], "One COCO JSON file, or Pascal VOC XML files.", True)
    if last is None:
        help = "A COCO results list, or COCO JSON with a score for each annotation, as the detector page saves it."
        _uploader("found", generation, "Detections", ["json"], help, False)
        help = (
            f"Optional, at most {OWN_AT_MOST}, named as in the ground truth. Without a file of detections the bundled "
            "detector runs on them."
        )
        _uploader("pictures", generation, "Pictures", FORMATS, help, True, most=20)
    shelf = _shelf()
    for sentence in shelf.problems[:3]:
        problem(UserError(sentence))
    if shelf.truth is None:
        st.caption("Until there is ground truth, our motorcycle is shown.")
        return None
    st.button("Forget my files", icon=":material/delete:", type="tertiary", key=f"{KEY}_forget", on_click=_forget)
    try:
        return _of_last(last, shelf.truth) if last is not None else _of_files(shelf, shelf.truth)
    except UserError as error:
        problem(error)
        return None


def _uploader(
    part: str, generation: int, label: str, types: list[str], help: str, several: bool, most: int = MEGABYTES
) -> None:
    key = f"{KEY}_{part}_files_{generation}"
    st.file_uploader(
        label,
        types,
        accept_multiple_files=several,
        max_upload_size=most,
        key=key,
        on_change=_uploaded,
        args=(part, key),
        help=help,
    )


def _of_last(last: LastDetection, truth: GroundTruth) -> Source:
    scenes = truth.scenes()
    for key in (base_name, stem):
        for scene in scenes:
            if key(scene.name) == key(last.name):
                return of_last(last, scene.gold)
    if len(scenes) == 1:
        return of_last(last, scenes[0].gold)
    raise UserError(f'The ground truth has no picture called "{last.name[:60]}", which the detector page showed last.')


def _of_files(shelf: _Shelf, truth: GroundTruth) -> Source:
    scenes = read_detections(*shelf.found, truth) if shelf.found is not None else truth.scenes()
    placed = [_picture_of(scene, shelf.pictures, alone=len(scenes) == 1) for scene in scenes]
    note = f"Your ground truth: {len(scenes):,} pictures."
    if shelf.found is not None:
        note += f" Detections from {shelf.found[0][:60]}."
    elif any(placed):
        scenes = tuple(_detected(scene, picture) for scene, picture in zip(scenes, placed, strict=True) if picture)
        placed = [picture for picture in placed if picture]
        note = f"Your ground truth of {len(scenes):,} pictures; detections by the bundled detector."
    else:
        note += " No detections yet: upload them, or pictures for the bundled detector to look at."
    uris = tuple(picture.uri if picture else blank() for picture in placed)
    return Source(f"own {shelf.digest}", "own", scenes, uris, private=True, note=note)


def _picture_of(scene: Scene, pictures: Sequence[Picture], *, alone: bool) -> Picture | None:
    for key in (base_name, stem):
        for picture in pictures:
            if key(picture.name) == key(scene.name):
                return picture
    return pictures[0] if alone and len(pictures) == 1 else None


def _detected(scene: Scene, picture: Picture) -> Scene:
    """What the bundled detector finds, in the ground truth's pixels where those are of another size."""
    found = found_in(picture)
    width, height = scene.size or picture.size
    across, down = width / picture.width, height / picture.height
    scaled = Found(found.boxes * [across, down, across, down], found.labels, found.scores)
    return replace(scene, found=scaled, size=(width, height))
