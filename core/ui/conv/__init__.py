"""The sections of the conv calculator; only the one that is chosen runs, and is imported only then."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "Size and cost": "core.ui.conv.size",
        "Step by step": "core.ui.conv.steps",
        "Kernels on a picture": "core.ui.conv.kernels",
        "Learning a kernel": "core.ui.conv.learning",
        "A stack of layers": "core.ui.conv.stack",
        "Receptive field": "core.ui.conv.field",
    }
)
"""Title -> the module that draws it; the first is the one of a first visit."""
