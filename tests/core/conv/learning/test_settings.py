"""The runs that a visitor's run is compared with."""

from __future__ import annotations

import numpy as np
import pytest

from core.conv.learning.curvature import Optimiser, curvature
from core.conv.learning.descent import Start
from core.conv.learning.settings import ADAM_RATE, COMPARED, SHARE, Problem, TrainSettings, compared

SETTINGS = TrainSettings(Optimiser.MOMENTUM, 0.2, 5_000, Start.ZEROS)


def test_sgd_runs_near_its_limit_and_adam_at_its_usual_rate() -> None:
    x = np.random.default_rng(1).random((12, 12))
    found = curvature(x, x[1:-1, 1:-1], 3)
    runs = compared(SETTINGS, {"raw": found, "centred": found})
    assert list(runs) == ["SGD, raw", "SGD, centred", "Adam, raw", "Adam, centred"]
    kind, sgd = runs["SGD, centred"]
    assert (kind, sgd.steps, sgd.start) == ("centred", COMPARED, Start.ZEROS)
    assert sgd.rate == pytest.approx(SHARE * found.limit(Optimiser.SGD))
    assert runs["Adam, raw"][1].rate == ADAM_RATE


def test_an_even_picture_has_no_largest_stable_rate() -> None:
    even = curvature(np.zeros((8, 8)), np.zeros((6, 6)), 3)
    assert list(compared(SETTINGS, {"raw": even})) == ["Adam, raw"]


def test_a_problem_on_both_kinds_of_pictures() -> None:
    problem = Problem("digest", ((1.0,),), 3, True, 0.0, 0)
    both = problem.both()
    assert (both["raw"].centred, both["centred"]) == (False, problem)
