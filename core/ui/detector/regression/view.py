"""Section "Box regression": the four formulas on two boxes, and a regressor learned from proposals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from core.ui import framework as ui
from core.ui.detector.regression import boxes, learned

KEY = "rcnn_regress"
_PARTS: Mapping[str, Callable[[], None]] = {"Two boxes": boxes.section, "Learned": learned.section}


@dataclass(frozen=True)
class _Part:
    part: str = ui.segments(
        "Part",
        tuple(_PARTS),
        "Two boxes",
        "The formulas on two boxes that you can drag; or a regressor that is learned from proposals.",
        arguments={"label_visibility": "collapsed"},
        persists=True,
    )


def section() -> None:
    """Draw the part that is chosen."""
    _PARTS[ui.draw(_Part, KEY).part]()
