"""The sections of the transfer-learning page; only the one that is chosen runs, and is imported only then."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "Data": "core.ui.transfer.data.section",
        "Probes": "core.ui.transfer.probes.section",
        "Neighbours": "core.ui.transfer.neighbours.section",
        "Race": "core.ui.transfer.race.section",
        "Schedule": "core.ui.transfer.schedule.section",
        "Two heads": "core.ui.transfer.heads.section",
        "Where it looks": "core.ui.transfer.where.section",
        "Take away": "core.ui.transfer.takeaway.section",
    }
)
"""Title -> the module that draws it; the first is the one of a first visit."""
