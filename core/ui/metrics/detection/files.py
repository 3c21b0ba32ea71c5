"""A visitor's own ground truth, detections and pictures: the uploaders, and what comes of them."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.detection.scoring import templates
from core.detection.scoring.coco_files import MOST_BYTES
from core.detection.scoring.evaluated_images import EvaluatedImage, PredictedBoxes
from core.detection.scoring.ground_truth import GroundTruthFiles
from core.detection.scoring.pairing import Names
from core.errors import UserError
from core.figures.detection.matches import blank
from core.figures.words import counted
from core.ui import pictures as own_pictures
from core.ui.framework.show import download, escape_markdown, problem
from core.ui.last_detection import LastDetection
from core.ui.metrics.detection.shelf import CHOICE, FOUND, PICTURES, TARGET, Shelf, forget, shelf, uploaded
from core.ui.metrics.detection.source import KEY, Source, found_in, of_last
from core.ui.metrics.detection.which import placed, unclear, which
from core.ui.pictures import FORMATS, OWN_AT_MOST, Picture

MEGABYTES = MOST_BYTES // 1024**2


def files(last: LastDetection | None) -> Source | None:
    """Draw the uploaders.

    Args:
        last: a picture of the visitor's own from the detector page, for which only target boxes are wanted; None: all
            comes from files.

    Returns:
        The boxes; None before there are target boxes to go with them.
    """
    _uploader(TARGET, "Ground truth", ["json", "xml"], "One COCO JSON file, or Pascal VOC XML files.", True)
    own = shelf()
    if own.note:
        st.caption(escape_markdown(own.note))
    for sentence in own.truth.notes if own.truth else ():
        st.caption(escape_markdown(sentence))
    if last is None:
        help = (
            "A COCO results list, or COCO JSON with a score for each annotation, as the detector page saves it. In a "
            "results list image_id is a number or file name of the ground truth, with its folder where a name "
            "occurs twice, and category_id a number or class "
            "name; with Pascal VOC files, which number nothing, both are names."
        )
        _uploader(FOUND, "Detections", ["json"], help, False)
        help = (
            f"Optional, at most {OWN_AT_MOST}, named as in the ground truth. Without a file of detections the bundled "
            "detector runs on them."
        )
        _uploader(PICTURES, "Pictures", FORMATS, help, True, most=own_pictures.MEGABYTES)
        if own.truth is None:
            _templates()
        _understood(own)
    if own.truth is None or own.images is None:
        st.caption("Until there is ground truth, our motorcycle is shown.")
        return None
    st.button("Forget my files", icon=":material/delete:", type="tertiary", key=f"{KEY}_forget", on_click=forget)
    try:
        return _of_last(last, own.truth) if last is not None else _of_files(own, own.images)
    except UserError as error:
        problem(error)
        return None


def _uploader(part: str, label: str, types: list[str] | None, help: str, several: bool, most: int = MEGABYTES) -> None:
    key = f"{KEY}_{part}_files_{st.session_state.get(f'{KEY}_generation', 0)}"
    st.file_uploader(
        label,
        types,
        accept_multiple_files=several,
        max_upload_size=most,
        key=key,
        on_change=uploaded,
        args=(part, key),
        help=help,
    )
    for sentence in shelf().problems.get(part, [])[:3]:
        problem(UserError(sentence))


def _understood(own: Shelf) -> None:
    """What was skipped of the detections, and which picture is which."""
    for sentence in own.placed.notes if own.placed else ():
        st.caption(escape_markdown(sentence))
    for sentence in (*unclear(own)[:3], *own.problems.get(CHOICE, [])):
        problem(UserError(sentence))
    which(own)


def _templates() -> None:
    with st.expander("Files to start from", icon=":material/draft:"):
        help = "COCO JSON: two pictures, two classes, three gold boxes."
        download("Ground truth (JSON)", templates.ground_truth, "ground_truth.json", "application/json", help)
        help = "A COCO results list: four detections that go with it."
        download("Detections (JSON)", templates.detections, "detections.json", "application/json", help)


def _of_last(last: LastDetection, truth: GroundTruthFiles) -> Source:
    images = truth.evaluated_images()
    found = Names(truth.names).find(last.name)
    if found.place is not None:
        return of_last(last, images[found.place].target)
    if found.places:
        possible = ", ".join(f'"{truth.names[place][:60]}"' for place in found.places[:3])
        raise UserError(f'The detector page showed "{last.name[:60]}", which may be {possible}.')
    if len(images) == 1:
        return of_last(last, images[0].target)
    raise UserError(f'The ground truth has no picture called "{last.name[:60]}", which the detector page showed last.')


def _of_files(own: Shelf, images: tuple[EvaluatedImage, ...]) -> Source:
    known = placed(own)
    shown = [known.get(place) for place in range(len(images))]
    note = f"Your ground truth: {counted(len(images), 'picture')}."
    if own.found is not None:
        note += f" Detections from {own.found[0][:60]}."
    elif any(shown):
        images = tuple(_detected(image, picture) for image, picture in zip(images, shown, strict=True) if picture)
        shown = [picture for picture in shown if picture]
        note = f"Your ground truth of {counted(len(images), 'picture')}; detections by the bundled detector."
    else:
        note += " No detections yet: upload them, or pictures for the bundled detector to look at."
    uris = tuple(
        picture.uri if picture else blank(image.frame, "no picture uploaded")
        for image, picture in zip(images, shown, strict=True)
    )
    return Source(f"own {own.digest}", "own", images, uris, private=True, note=note)


def _detected(image: EvaluatedImage, picture: Picture) -> EvaluatedImage:
    """What the bundled detector finds, in the ground truth's pixels where those are of another size."""
    found = found_in(picture)
    width, height = image.size or picture.size
    across, down = width / picture.width, height / picture.height
    scaled = PredictedBoxes(found.boxes * [across, down, across, down], found.labels, found.scores)
    return replace(image, found=scaled, size=(width, height))
