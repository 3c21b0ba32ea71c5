"""Test predictions with their pictures, sent to the metrics explorer."""

from __future__ import annotations

import streamlit as st

from core.errors import UserError
from core.figures.transfer.takeaway_predictions import predictions_of
from core.transfer.data.image_set import ImageSet
from core.transfer.training.run import LabelledPredictions
from core.ui import framework as ui
from core.ui.metrics.handover import hand_over


def send_to_metrics(title: str, scored: LabelledPredictions, images: ImageSet) -> None:
    """Open the metrics explorer on these predictions; does not come back unless it cannot, and then says why.

    Args:
        title: of the network ("Fixed feature extractor"). It stands in the link, so no visitor's file may name it.
        scored: its predictions.
        images: the set that they are about.
    """
    try:
        hand_over(predictions_of(scored, images), title)
    except UserError as error:
        ui.problem(error)
        return
    query = {"metrics_section": "Predictions", "metrics_predictions_source": f"From {title}"}
    st.switch_page("pages/metrics_explorer.py", query_params=query)
