"""The detector page's last result, kept in the session so that the metrics page can judge it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.detection.results import Detections
from core.samples import SAMPLES
from core.ui.pictures import Picture

_KEY = "last_detection"


@dataclass(frozen=True, eq=False)
class LastDetection:
    """What a visitor last saw on the detector page.

    Attributes:
        name: of the picture; for a sample its key.
        digest: sha256 of the picture's file.
        size: (width, height) in pixels.
        uri: a small JPEG of it as data URI.
        boxes: (K,) corners (x1, y1, x2, y2) in image pixels, best score first.
        scores: (K,)
        labels: (K,) class names.
        sample: key of the sample photograph it is; None for a picture of one's own.
    """

    name: str
    digest: str
    size: tuple[int, int]
    uri: str
    boxes: tuple[tuple[float, ...], ...]
    scores: tuple[float, ...]
    labels: tuple[str, ...]
    sample: str | None


def remember(picture: Picture, kept: Detections) -> None:
    """Keep what is on the screen; what was kept before goes."""
    sample = SAMPLES.get(picture.name)
    st.session_state[_KEY] = LastDetection(
        name=picture.name,
        digest=picture.digest,
        size=picture.size,
        uri=picture.uri,
        boxes=tuple(tuple(box) for box in kept.boxes.tolist()),
        scores=tuple(kept.scores.tolist()),
        labels=kept.labels,
        sample=sample.name if sample else None,
    )


def recall() -> LastDetection | None:
    """What was kept; None before the first visit to the detector page."""
    last: LastDetection | None = st.session_state.get(_KEY)
    return last
