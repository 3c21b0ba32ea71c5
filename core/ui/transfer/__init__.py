"""The sections of the transfer-learning page; only the one that is chosen runs, and is imported only then."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

_MODULES: Mapping[str, str] = MappingProxyType(
    {
        "Data": "data",
        "Probes": "probes",
        "Neighbours": "neighbours",
        "Race": "race",
        "Schedule": "schedule",
        "Two heads": "heads",
        "Where it looks": "where",
        "Take away": "takeaway",
    }
)

SECTIONS = tuple(_MODULES)
"""Their titles; the first is the one of a first visit."""


def draw(title: str) -> None:
    """Draw a section."""
    import_module(f"core.ui.transfer.{_MODULES[title]}.section").section()
