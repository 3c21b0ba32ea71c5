"""Choosing a detector, downloading it if need be, and its results from the cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from core import jobs
from core.detection import Candidates, Detections, export, load
from core.figures.detection import annotate
from core.images import decode, to_jpeg
from core.models.detectors import DETECTORS, DetectorSpec
from core.models.weights import Downloaded, locate
from core.ui import cache
from core.ui.pictures import Picture
from core.ui.show import download

POLL_S = 0.5


@st.cache_resource(max_entries=64, show_spinner="Running the network once…")
def _candidates(digest: str, model: str, size: tuple[int, int], _data: bytes) -> Candidates:
    """One forward pass a picture and model, whoever asks; about 1 MB each."""
    detector = load(model)
    cache.freeze_imports()
    return detector.candidates(cache.opened(digest, _data).image, size=size)


def candidates_of(picture: Picture, model: str) -> Candidates:
    """What a detector finds in a picture: computed once, then from the cache.

    Raises:
        UserError: the model's weights cannot be had.
    """
    return _candidates(picture.digest, model, picture.size, picture.data)


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


def _offer(spec: DetectorSpec, megabytes: float) -> None:
    """Say that the model is not here yet, with a button; or how far its download is, with another."""
    job = jobs.find(spec.name)

    @st.fragment(run_every=POLL_S if job is not None and job.running else None)
    def progress() -> None:
        job = jobs.find(spec.name)
        if job is None or not job.running:
            st.rerun()  # ended: the whole page wants to know
        st.progress(job.fraction, f"Downloading {spec.title}: {job.text}")
        if st.button("Cancel the download", key=f"cancel_{spec.name}", width="stretch"):
            job.cancel()

    if job is not None and job.running:
        progress()
        return
    if job is not None and job.error:
        st.error(job.error, icon=":material/error:")
    st.info(
        f"{spec.title} finds far more (COCO AP {spec.ap:.3f}) but has to be downloaded once, {megabytes:.0f} MB. "
        "Meanwhile the bundled model is used.",
        icon=":material/cloud_download:",
    )
    label = "Try the download again" if job is not None else f"Download {megabytes:.0f} MB"
    if st.button(label, key=f"download_{spec.name}", width="stretch"):
        jobs.start(spec.name, lambda report: load(spec.name, report))
        st.rerun()


def choose_model(key: str) -> str:
    """Widgets for choosing a detector; returns the name of one that can run now.

    A model that is not on this machine is offered as a download, and until it is there the bundled one stands in.
    """
    name = st.selectbox(
        "Model",
        list(DETECTORS),
        format_func=lambda name: DETECTORS[name].title,
        key=key,
        bind="query-params",
        help="The bundled detector works without a network. Those trained on COCO are better and are downloaded once.",
    )
    spec = DETECTORS[name]
    if isinstance(spec.source, Downloaded) and locate(spec.source) is None:
        _offer(spec, spec.source.megabytes)
        return "bundled"
    return str(name)
