"""The sections of the metrics explorer; only the one that is chosen runs, and is imported only then."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "Matrix": "core.ui.metrics.matrix.section",
        "What if": "core.ui.metrics.what_if.section",
        "Predictions": "core.ui.metrics.predictions.section",
        "Multilabel": "core.ui.metrics.multilabel.section",
        "Detection": "core.ui.metrics.detection.section",
        "Two boxes": "core.ui.metrics.two_boxes.section",
        "Challenges": "core.ui.metrics.challenges.section",
    }
)
"""Title -> the module that draws it; the first is the one of a first visit."""
