"""What a figure module hands to the page: a chart that `core.ui.show` can draw."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

Spec = Mapping[str, Any]
"""A Vega-Lite specification (https://vega.github.io/vega-lite/docs/)."""

OKABE_ITO = ("#E69F00", "#56B4E9", "#009E73", "#F0E442", "#0072B2", "#D55E00", "#CC79A7")
"""Colours that colour-blind readers can tell apart (https://jfly.uni-koeln.de/color/), black left to text."""

ACCENT = "#D55E00"
"""The colour of the thing that is being changed."""

MUTED = "#8A94A0"
"""What is there but not meant; readable on both themes."""


@dataclass(frozen=True)
class Figure:
    """A chart.

    The specification holds all that stays the same while a slider moves and the table all that changes: the
    browser then swaps the rows without drawing anew.

    Attributes:
        spec: Vega-Lite without its data.
        data: one row a mark.
        alt: what the chart says, for those who cannot see it.
    """

    spec: Spec
    data: pd.DataFrame
    alt: str
