"""One line each for eleven families, the same in every chart: six colours, solid or dashed."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from core.figures.style import OKABE_ITO
from core.models.cifar10.members import FAMILIES

# readable on both themes; yellow is not
_COLOURS = tuple(OKABE_ITO[place] for place in (4, 0, 2, 6, 1, 5))
LOOKS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        family: {"color": _COLOURS[number % len(_COLOURS)], "dash": "solid" if number < len(_COLOURS) else "dash"}
        for number, family in enumerate(FAMILIES)
    }
)
"""Family -> Plotly's description of its line."""
