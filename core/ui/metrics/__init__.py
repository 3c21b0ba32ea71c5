"""The sections of the metrics explorer; only the one that is chosen runs, and is imported only then."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "Matrix": "matrix",
        "What if": "what_if",
        "Predictions": "predictions",
        "Multilabel": "multilabel",
        "Detection": "detection",
        "Two boxes": "two_boxes",
        "Challenges": "challenges",
    }
)

SECTIONS = tuple(_MODULES)
"""Their titles; the first is the one of a first visit."""


def draw(title: str) -> None:
    """Draw a section. Two of them need torch, which takes seconds to import; the others do not wait for it."""
    import_module(f"core.ui.metrics.{_MODULES[title]}.section").section()
