"""A detector's results: one forward pass for each picture, model and input size, whoever asks."""

from __future__ import annotations

import gc

import streamlit as st

from core import device
from core.detection import Candidates, StagedDetector, load
from core.detection.inside import Inside
from core.detection.preprocessing import RIGHT, Preprocessing
from core.errors import UserError
from core.models.detectors import DETECTORS
from core.ui import cache
from core.ui.detector.subject import Subject
from core.ui.framework.session import EVERYBODY
from core.ui.pictures import Picture

RUNNING = "Running the network once…"


@st.cache_resource(max_entries=64, show_spinner=RUNNING)
def _candidates(
    digest: str, model: str, short_side: int, size: tuple[int, int], preprocessing: Preprocessing, _data: bytes
) -> Candidates:
    """About 0.2 MB each. What a Faster R-CNN computes on its way is kept beside them, see `inside_of`."""
    detector, image = load(model), cache.opened(digest, _data).image
    if isinstance(detector, StagedDetector) and preprocessing.right:
        inside = detector.inside(image, size=size, short_side=short_side)
        EVERYBODY.inside[digest, model, short_side, size] = inside
        found: Candidates = inside.candidates
    else:
        found = detector.candidates(image, size=size, short_side=short_side, preprocessing=preprocessing)
    device.give_back_memory()
    return found


def candidates_of(
    picture: Picture, model: str, short_side: int | None = None, preprocessing: Preprocessing = RIGHT
) -> Candidates:
    """What a detector finds in a picture: computed once for each input size, then from the cache.

    Args:
        picture: what is looked at.
        model: name of the detector.
        short_side: length of the picture's shorter side for the network, pixels; None: the detector's usual one.
        preprocessing: what is done to its pixels before.

    Raises:
        UserError: the model's weights cannot be had.
    """
    wanted = short_side or DETECTORS[model].sizes[0]
    return _candidates(picture.digest, model, wanted, picture.size, preprocessing, picture.data)


def inside_of(subject: Subject) -> Inside:
    """All that a Faster R-CNN computes of a picture on its way, from the pass that left the candidates.

    250 MB are kept for all visitors; what made room for others is computed anew, by another pass.

    Raises:
        UserError: the detector has one stage and nothing of this kind, or its weights cannot be had.
    """
    detector = load(subject.model)
    if not isinstance(detector, StagedDetector):
        raise UserError(
            f"{detector.spec.title} works in one stage: it has no anchors, no proposals and no second look at a "
            "region. Choose a Faster R-CNN among the models."
        )
    candidates_of(subject.picture, subject.model, subject.short_side)
    found = EVERYBODY.inside.get(subject.key)
    if found is None:
        with st.spinner(RUNNING):
            image = cache.opened(subject.picture.digest, subject.picture.data).image
            found = detector.inside(image, size=subject.picture.size, short_side=subject.short_side)
            EVERYBODY.inside[subject.key] = found
            device.give_back_memory()
    return found


# Full collections otherwise walk what the imports above left, hundreds of thousands of objects, about 240 ms each.
gc.collect()
gc.freeze()
