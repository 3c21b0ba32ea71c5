"""What is said of a run that learned a kernel."""

from __future__ import annotations

import numpy as np
import pytest

from core.conv.learning.curvature import Array, Optimiser, curvature
from core.conv.learning.descent import Start, make_pair, train
from core.conv.learning.settings import COMPARED, TrainSettings
from core.figures.conv.learning_words import EVEN, about_compared, comparison_table, limits, outcome

PICTURE = np.random.default_rng(2).random((24, 24))
SOBEL = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])


def said(picture: Array, settings: TrainSettings, noise: float = 0.0) -> str:
    pair = make_pair(picture, SOBEL, 3, noise=noise)
    run = train(pair, optimiser=settings.optimiser, lr=settings.rate, steps=settings.steps, start=settings.start)
    return outcome(settings, run, curvature(pair.x, pair.y, 3), pair.target, noise)


@pytest.mark.parametrize(
    ("rate", "steps", "words"),
    [
        (0.05, 3_000, "**Recovered** after"),
        (0.001, 20, "is small: up to"),
        (5.0, 500, "is above the limit"),
    ],
)
def test_what_became_of_a_run(rate: float, steps: int, words: str) -> None:
    optimiser = Optimiser.ADAM if steps == 3_000 else Optimiser.SGD
    assert words in said(PICTURE, TrainSettings(optimiser, rate, steps, Start.ZEROS))


def test_noise_and_even_pictures_are_named_as_the_reason() -> None:
    settings = TrainSettings(Optimiser.ADAM, 0.05, 100, Start.ZEROS)
    assert "Noise limits what can be found" in said(PICTURE, settings, noise=0.5)
    assert EVEN in said(np.zeros((24, 24)), settings)


def test_formulas_follow_the_optimiser() -> None:
    pair = make_pair(PICTURE, SOBEL, 3)
    found = curvature(pair.x, pair.y, 3)
    adam, sgd = (
        limits(TrainSettings(optimiser, 0.05, 10, Start.ZEROS), found) for optimiser in (Optimiser.ADAM, Optimiser.SGD)
    )
    assert adam[0] == sgd[0]
    assert r"\mathrm{Adam}" in adam[1]
    assert r"\eta = 0.05 <" in sgd[1]
    even = curvature(np.zeros((8, 8)), np.zeros((6, 6)), 3)
    assert limits(TrainSettings(Optimiser.SGD, 0.05, 10, Start.ZEROS), even) == [r"\lambda_{\max} = 0"]


def test_the_table_and_its_caption() -> None:
    pair = make_pair(PICTURE, SOBEL, 3)
    found = curvature(pair.x, pair.y, 3)
    run = train(pair, optimiser=Optimiser.ADAM, lr=0.05, steps=20)
    table = comparison_table({"raw": found}, {"Adam, raw": run})
    assert table.loc["steps of Adam", "raw"] == "over 20"
    assert table.loc["steps of SGD", "raw"] == "–"
    long = TrainSettings(Optimiser.ADAM, 0.05, COMPARED + 1, Start.ZEROS)
    assert "stop at 2,000 steps" in about_compared(long, {"raw": found})
