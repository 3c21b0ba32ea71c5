"""What was handed in, opened in the metrics explorer."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import streamlit as st

from core import jobs
from core.errors import UserError
from core.jobs import State
from core.metrics.predictions.predictions import from_arrays
from core.transfer.cifar10.answers import find
from core.transfer.cifar10.handin import HandIn
from core.transfer.cifar10.order import CLASSES
from core.transfer.data.cifar10 import NAME
from core.ui import framework as ui
from core.ui.cifar10.hand.uploads import KEY
from core.ui.metrics.handover import hand_over

TITLE = "Hand in"


def metrics_button(found: HandIn) -> None:
    """Draw it; it opens the section Predictions with every picture's row."""
    if not st.button(
        "Metrics explorer", icon=":material/query_stats:", key=f"{KEY}_metrics",
        help="Every score of it, class by class and averaged, and its single rows.",
    ):  # fmt: skip
        return
    try:
        hand_over(
            from_arrays(
                found.target,
                found.predicted,
                labels=CLASSES,
                scores=found.scores,
                ids=np.array(found.answers.names, dtype=object),
                thumbnails=_thumbnails(found),
            ),
            TITLE,
        )
    except UserError as error:
        ui.problem(error)
        return
    query = {"metrics_section": "Predictions", "metrics_predictions_source": f"From {TITLE}"}
    st.switch_page("pages/metrics_explorer.py", query_params=query)


def _thumbnails(found: HandIn) -> npt.NDArray[np.uint8] | None:
    """(M, 32, 32, 3), 31 MB; None where CIFAR-10 has not been read, or another copy of it."""
    job = jobs.find(NAME)
    if job is None or job.state is not State.DONE:
        return None
    images = job.wait()
    where = find(found.answers.names, images)
    if where is None:
        return None
    pixels: npt.NDArray[np.uint8] = images.images[where].permute(0, 2, 3, 1).contiguous().numpy()
    return pixels
