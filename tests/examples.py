"""How many examples a property is tried on: a quarter at every run, all of them at night.

At every run they are the same ones, so that a change that broke nothing fails nowhere; at night others are drawn.

The environment variable `HYPOTHESIS_PROFILE` says which: `ci`, which is what there is without it, or `nightly`.
"""

from __future__ import annotations

import math
import os

from hypothesis import settings

PROFILES = {"ci": 0.25, "nightly": 1.0}
"""Which share of the examples."""
USUAL = 100

for name, part in PROFILES.items():
    # no deadline: on a shared machine anything can take long
    settings.register_profile(name, deadline=None, max_examples=math.ceil(USUAL * part), derandomize=name == "ci")
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "ci")
"""Loaded by `tests/conftest.py`, also for properties that do not say how many examples they want."""


def examples(most: int, *, fixed: bool = True) -> settings:
    """Settings of a property.

    Args:
        most: how many examples at night.
        fixed: the same ones at night too.
    """
    return settings(max_examples=math.ceil(most * PROFILES[PROFILE]), derandomize=fixed or PROFILE == "ci")
