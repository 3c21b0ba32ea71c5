"""The detector page's last result, kept in the session so that the metrics page can judge it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from core.detection.results import Detections
from core.detection.scoring.drawn import Boxes, NamedBox
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
        truth: the boxes that the visitor drew on it; None where nothing was drawn.
    """

    name: str
    digest: str
    size: tuple[int, int]
    uri: str
    boxes: tuple[tuple[float, ...], ...]
    scores: tuple[float, ...]
    labels: tuple[str, ...]
    sample: str | None
    truth: Boxes | None = None


def remember(picture: Picture, kept: Detections, truth: Sequence[NamedBox] | None = None) -> None:
    """Keep what is on the screen; what was kept before goes.

    Args:
        picture: what was looked at.
        kept: what was found in it.
        truth: boxes that the visitor drew on it; None: none.
    """
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
        truth=None if truth is None else tuple(truth),
    )


def recall() -> LastDetection | None:
    """What was kept; None before the first visit to the detector page."""
    last: LastDetection | None = st.session_state.get(_KEY)
    return last
