"""Trainings held against the logistic probe: who reaches it, and why the others do not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.figures.transfer.against_probe import Reached, against_probe, reached
from tests.core.figures.transfer.made import run


def test_who_reaches_it_is_named_and_needs_no_reason() -> None:
    said = against_probe([Reached("All layers", 0.9, 20), Reached("Last layers", 0.95, 20)], 0.9)
    assert "It is reached by All layers (90.0%), Last layers (95.0%)." in said
    assert "below" not in said


@pytest.mark.parametrize(
    ("one", "per_class", "reason"),
    [
        (Reached("x", 0.5, 20, scratch=True), 100, "It began with random weights"),
        (Reached("x", 0.5, 60, fixed=True), 100, "the same kind of layer on the same features"),
        (Reached("x", 0.5, 3), 100, "3 epochs are a short training; the probe"),
        (Reached("x", 0.5, 20), 20, "20 training pictures of a class are few for so many weights"),
        (Reached("x", 0.5, 3), 20, "3 epochs are a short training, and 20 training pictures of a class are few"),
        (Reached("x", 0.5, 20), 100, "Other learning rates may do better"),
        (Reached("x", 0.5, 20, ended="stopped"), 20, "It was stopped before its end."),
        (Reached("x", 0.5, 20, ended="diverged"), 20, "its learning rate was too high"),
    ],
)
def test_who_stays_below_it_is_told_why(one: Reached, per_class: float, reason: str) -> None:
    said = against_probe([one], 0.9, validation=100, per_class=per_class)
    assert "- **x** stays below it: 50.0%, 40 pictures of 100 fewer." in said
    assert reason in said


def test_one_or_two_pictures_may_be_chance() -> None:
    assert "1 picture of 50 fewer. That may be chance." in against_probe([Reached("x", 0.88, 20)], 0.9, validation=50)
    assert "chance" not in against_probe([Reached("x", 0.8, 20)], 0.9, validation=50)


def test_a_run_is_taken_at_its_best() -> None:
    assert reached("x", run((0.1, 0.9, 0.4))) == Reached("x", 0.9, 2.0)
    assert reached("x", replace(run(), stopped=True)).ended == "stopped"
    assert reached("x", replace(run(), validated=0.3)).accuracy == 0.3
