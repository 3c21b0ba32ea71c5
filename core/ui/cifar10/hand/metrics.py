"""What was handed in, opened in the metrics explorer."""

from __future__ import annotations

from functools import partial

import numpy as np
import numpy.typing as npt
import streamlit as st

from core.metrics.predictions.predictions import Predictions, from_arrays
from core.transfer.cifar10.answers import find
from core.transfer.cifar10.handin import HandIn
from core.transfer.cifar10.order import CLASSES
from core.ui.cifar10.hand.uploads import KEY
from core.ui.metrics.handover import open_predictions
from core.ui.transfer.sets import cifar_read

TITLE = "Hand in"


def metrics_button(found: HandIn) -> None:
    """Draw it; it opens the section Predictions with every picture's row."""
    if st.button(
        "Metrics explorer", icon=":material/query_stats:", key=f"{KEY}_metrics",
        help="Every score of it, class by class and averaged, and its single rows.",
    ):  # fmt: skip
        open_predictions(partial(_predictions, found), TITLE)


def _predictions(found: HandIn) -> Predictions:
    return from_arrays(
        found.target,
        found.predicted,
        labels=CLASSES,
        scores=found.scores,
        ids=np.array(found.answers.names, dtype=object),
        thumbnails=_thumbnails(found),
    )


def _thumbnails(found: HandIn) -> npt.NDArray[np.uint8] | None:
    """(M, 32, 32, 3), 31 MB; None where CIFAR-10 has not been read, or another copy of it."""
    images = cifar_read()
    where = None if images is None else find(found.answers.names, images)
    if images is None or where is None:
        return None
    pixels: npt.NDArray[np.uint8] = images.images[where].permute(0, 2, 3, 1).contiguous().numpy()
    return pixels
