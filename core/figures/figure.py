"""What a figure module hands to the page: a chart that `core.ui.framework.show` can draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import pandas as pd

from core.figures.style import ACCENT, MUTED, OKABE_ITO, dressed

__all__ = ["ACCENT", "BY_ORDER", "MUTED", "OKABE_ITO", "Figure", "Plot", "Spec"]

Spec = Mapping[str, Any]
"""A Vega-Lite specification (https://vega.github.io/vega-lite/docs/)."""

BY_ORDER: Mapping[str, str] = MappingProxyType({"field": "order", "op": "min"})
"""How an axis whose labels move is sorted: by the column `order`. Left to itself Vega keeps the labels that it has
already drawn where they are and puts new ones after them."""


@dataclass(frozen=True)
class Figure:
    """A chart.

    The specification and the alternative text hold all that stays the same while a slider moves, the table and the
    reading all that changes: the browser then swaps the rows without drawing anew.

    Attributes:
        spec: Vega-Lite without its data; it gets the sizes and colours of text that all charts have.
        data: one row a mark.
        alt: what the chart shows, for those who cannot see it. Streamlit puts it into the specification, so where a
            slider moves the chart no moving number stands in it.
        reading: what a moving chart says now, for everybody: drawn below it. Empty where the section says it already.
    """

    spec: Spec
    data: pd.DataFrame
    alt: str
    reading: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "spec", dressed(self.spec))

    @property
    def words(self) -> str:
        """What it shows and says, for where nothing moves: a report."""
        return f"{self.alt.rstrip('.')}. {self.reading}" if self.reading else self.alt


@dataclass(frozen=True, eq=False)
class Plot:
    """A settled chart, made by `core.figures.plots`.

    Attributes:
        plot: the Plotly figure.
        alt: what it shows, for those who cannot see it, numbers included.
        reading: what else it says, for everybody; drawn below it.
    """

    plot: Any
    alt: str
    reading: str = ""
