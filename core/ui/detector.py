"""Choosing a detector, downloading it if need be, and its results from the cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core import device, jobs
from core.detection import Candidates, Detections, export, load
from core.detection.sweep import Sweep, sweep
from core.figures.detection import annotate
from core.images import decode, to_jpeg
from core.models.detectors import DETECTORS, DetectorSpec
from core.models.weights import Downloaded, fetch, locate
from core.ui import cache
from core.ui.pictures import Picture
from core.ui.show import download, plain

POLL_S = 0.5


@st.cache_resource(max_entries=64, show_spinner="Running the network once…")
def _candidates(digest: str, model: str, size: tuple[int, int], _data: bytes) -> Candidates:
    """One forward pass a picture and model, whoever asks; about 0.2 MB each."""
    detector = load(model)
    cache.freeze_imports()
    found = detector.candidates(cache.opened(digest, _data).image, size=size)
    device.give_back_memory()
    return found


def candidates_of(picture: Picture, model: str) -> Candidates:
    """What a detector finds in a picture: computed once, then from the cache.

    Raises:
        UserError: the model's weights cannot be had.
    """
    return _candidates(picture.digest, model, picture.size, picture.data)


@st.cache_data(max_entries=512, show_spinner=False)
def _curve(
    digest: str,  # noqa: ARG001, the picture's part of the key
    model: str,  # noqa: ARG001, likewise
    score: float,
    class_aware: bool,
    classes: tuple[str, ...],
    limit: int,
    _found: Candidates,
) -> Sweep:
    return sweep(_found, score, class_aware=class_aware, classes=classes or None, limit=limit)


def curve_of(picture: Picture, model: str, score: float, *, class_aware: bool, classes: list[str], limit: int) -> Sweep:
    """How many boxes every NMS threshold keeps; computed again only when something but the threshold changes."""
    found = candidates_of(picture, model)
    return _curve(picture.digest, model, score, class_aware, tuple(sorted(classes)), limit, found)


def downloads(picture: Picture, found: Candidates, kept: Detections) -> None:
    """Buttons for everything a visitor may want to take away."""
    stem = Path(picture.name).stem

    def annotated() -> bytes:
        return to_jpeg(annotate(decode(picture.data), found, kept), quality=92)

    def coco() -> str:
        return export.to_coco(found, kept, picture.name)

    offers: list[tuple[str, Callable[[], bytes | str], str, str, str]] = [
        ("Annotated picture", annotated, f"{stem}-boxes.jpg", "image/jpeg", "The picture at full size with its boxes."),
        ("CSV", lambda: export.to_csv(found, kept), f"{stem}.csv", "text/csv", "One line a box, corners in pixels."),
        ("COCO JSON", coco, f"{stem}.json", "application/json", "A COCO data set of this picture, with scores."),
        (
            "YOLO text",
            lambda: export.to_yolo(found, kept),
            f"{stem}.txt",
            "text/plain",
            "One line a box: class number, then centre, width and height as fractions of the picture.",
        ),
        (
            "YOLO classes",
            lambda: export.yolo_classes(found),
            "classes.txt",
            "text/plain",
            "The names that go with the class numbers; the first is number 0.",
        ),
    ]
    with st.container(horizontal=True):
        for label, make, file_name, mime, explanation in offers:
            download(label, make, file_name, mime, explanation)


def choose_model(key: str) -> str:
    """A menu of all detectors, whether or not they are on this machine yet; returns the name of one."""
    name: str = st.selectbox(
        "Model",
        list(DETECTORS),
        format_func=lambda name: DETECTORS[name].title,
        key=key,
        bind="query-params",
        help="The bundled detector works without a network. Those trained on COCO are better and are downloaded once.",
    )
    return name


def ready_model(name: str) -> str:
    """The name of a detector that can run now: this one, or the bundled one while this has yet to be downloaded.

    Where a download is needed, says so and offers it, or shows how far it is and lets the visitor stop it.
    """
    spec = DETECTORS[name]
    if not isinstance(spec.source, Downloaded) or locate(spec.source) is not None:
        return name
    job = jobs.find(name)
    if job is not None and job.running:
        _progress(name)
    else:
        _offer(spec, spec.source.megabytes, job)
    return "bundled"


def _offer(spec: DetectorSpec, megabytes: float, job: jobs.Job | None) -> None:
    """Say that a model is not here yet, why its last download failed if it did, and offer one."""
    st.info(
        f"{spec.title} finds far more (COCO AP {spec.ap:.3f}) but has to be downloaded once, {megabytes:.0f} MB. "
        "Meanwhile the bundled model is shown.",
        icon=":material/cloud_download:",
    )
    if job is not None and job.error:
        st.error(plain(job.error), icon=":material/error:")
    label = f"Download {megabytes:.0f} MB" if job is None else f"Try to download {megabytes:.0f} MB again"
    if st.button(label, key=f"download_{spec.name}"):
        # only the file: a job keeps its result, and a model held there would never leave memory
        jobs.start(spec.name, lambda report: fetch(spec.source, report))
        st.rerun()


@st.fragment(run_every=POLL_S)
def _progress(name: str) -> None:
    """How far a download is; asks again by itself until it has ended, then lets the whole page know."""
    job = jobs.find(name)
    if job is None or not job.running:
        st.rerun()
    st.progress(job.fraction, f"Downloading {DETECTORS[name].title}: {job.text}")
    if st.button("Cancel the download", key=f"cancel_{name}"):
        job.cancel()
