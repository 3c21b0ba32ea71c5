"""The settings of a race, and its winner."""

from __future__ import annotations

from core.transfer.data.augment import Augmentation
from core.transfer.training.race import scenarios
from core.transfer.training.race_settings import RaceSettings, winner
from tests.core.figures.transfer.made import run

FIXED, LAST = scenarios("resnet18")[:2]
SETTINGS = RaceSettings((FIXED, LAST), 10.0, (0, 1), Augmentation())


def test_seconds_are_those_of_all_runners_and_seeds() -> None:
    assert SETTINGS.seconds == 40


def test_results_are_named_and_ordered_as_the_runners() -> None:
    assert SETTINGS.named({("last", 0): 1, ("fixed", 1): 2, ("gone", 0): 3}) == {
        (FIXED.title, 1): 2,
        (LAST.title, 0): 1,
    }
    assert list(SETTINGS.named({("last", 0): 1, ("fixed", 1): 2})) == [(FIXED.title, 1), (LAST.title, 0)]


def test_the_mean_over_the_seeds_wins_and_of_equals_validation_decides() -> None:
    runs = {
        ("a", 0): run((0.1, 0.9), right=4),
        ("a", 1): run((0.1, 0.9), right=2),
        ("b", 0): run((0.1, 0.2), right=4),
        ("b", 1): run((0.1, 0.2), right=4),
    }
    assert winner(runs) == "b"
    assert winner({("a", 0): run((0.1, 0.5), right=3), ("b", 0): run((0.1, 0.6), right=3)}) == "b"
