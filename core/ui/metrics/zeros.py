"""What 0/0 may count as: the same words wherever a section asks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

LEFT_OUT = "left out"
ZEROS: Mapping[str, float] = MappingProxyType({LEFT_OUT: math.nan, "0": 0.0, "1": 1.0})
"""Option of the widget -> scikit-learn's zero_division."""

ZEROS_HELP = (
    "scikit-learn calls this zero_division. Left out: the score is undefined, and means go without it. scikit-learn's "
    "own default is 0, with a warning."
)
