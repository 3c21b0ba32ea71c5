"""Test predictions with their pictures, sent to the metrics explorer."""

from __future__ import annotations

from functools import partial

from core.figures.transfer.takeaway_predictions import predictions_of
from core.transfer.data.image_set import ImageSet
from core.transfer.training.run import LabelledPredictions
from core.ui.metrics.handover import open_predictions


def send_to_metrics(title: str, scored: LabelledPredictions, images: ImageSet) -> None:
    """Open the metrics explorer on these predictions; does not come back unless it cannot, and then says why.

    Args:
        title: of the network ("Fixed feature extractor"). It stands in the link, so no visitor's file may name it.
        scored: its predictions.
        images: the set that they are about.
    """
    open_predictions(partial(predictions_of, scored, images), title)
