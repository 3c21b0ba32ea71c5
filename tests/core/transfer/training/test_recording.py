"""Recordings are written and read as they are, and those that come with the app are plausible."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from core.transfer.model.groups import group_names
from core.transfer.training.presets import PRESETS
from core.transfer.training.race import scenarios
from core.transfer.training.recording import FOLDER, RACE, SCHEDULE, Recording, read, write
from tests.core.figures.transfer.made import PHASES, layer, points

MADE = Recording(
    about="Ants and bees",
    made="a machine at rest",
    chance=0.5,
    probe=0.9,
    budget_s=30.0,
    points={"One": points(0.5, 0.75, 0.875), "Two": points(0.5, 0.625)},
    tests={"One": 0.8, "Two": 0.6},
    phases=PHASES,
    weight_change=(layer("stem.conv", "stem", trained=False), layer("heads.0", "heads", trained=True, moved=0.25)),
)


def test_what_is_written_is_read_again(tmp_path: Path) -> None:
    write(MADE, "made", tmp_path)
    again = read("made", tmp_path)
    assert math.isnan(again.points["One"][0].loss), "before the first step"
    assert (again.about, again.made, again.chance, again.probe) == (MADE.about, MADE.made, MADE.chance, MADE.probe)
    assert list(again.points) == ["One", "Two"]
    for title, line in MADE.points.items():
        assert len(again.points[title]) == len(line)
        for found, point in zip(again.points[title], line, strict=True):
            assert (found.phase, found.second_accuracy, found.cosine) == (point.phase, None, None)
            for name in ("seconds", "epoch", "loss", "accuracy", "validation_loss"):
                assert getattr(found, name) == pytest.approx(getattr(point, name), rel=1e-5, nan_ok=True), "six digits"
    assert again.tests == MADE.tests
    assert again.phases == MADE.phases
    assert again.weight_change == MADE.weight_change
    assert again.best == {"One": 0.875, "Two": 0.625}


def test_the_file_is_json_without_nan(tmp_path: Path) -> None:
    write(MADE, "made", tmp_path)
    text = (tmp_path / "made.json").read_text(encoding="utf-8")
    found = json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert found["points"]["One"][0]["loss"] is None


@pytest.mark.parametrize("name", [RACE, SCHEDULE])
def test_what_comes_with_the_app_is_readable_and_plausible(name: str) -> None:
    recording = read(name)
    assert read(name) is recording, "read once"
    assert recording.about
    assert recording.made
    assert 0 < recording.chance < recording.probe <= 1
    assert recording.tests.keys() == recording.points.keys()
    for line in recording.points.values():
        assert math.isnan(line[0].loss)
        assert line[0].seconds == line[0].epoch == 0
        assert all(0 <= point.accuracy <= 1 and math.isfinite(point.validation_loss) for point in line)
        assert [point.seconds for point in line] == sorted(point.seconds for point in line)
        assert len(line) > 1
    assert all(0 <= accuracy <= 1 for accuracy in recording.tests.values())
    assert (FOLDER / f"{name}.json").stat().st_size < 500_000, "numbers and curves only"


def test_the_recorded_race_is_of_the_four_runners() -> None:
    recording = read(RACE)
    assert list(recording.points) == [runner.title for runner in scenarios("tf_efficientnet_lite0")]
    assert recording.budget_s > 0
    assert not recording.phases


def test_the_recorded_schedule_is_the_lecture_s_and_its_frozen_layers_stayed() -> None:
    recording = read(SCHEDULE)
    title, preset = next(iter(PRESETS.items()))
    assert list(recording.points) == [title]
    assert recording.phases == preset.make("tf_efficientnet_lite0", False)
    assert {layer.group for layer in recording.weight_change} == set(group_names("tf_efficientnet_lite0", neck=False))
    assert all(layer.identical for layer in recording.weight_change if not layer.trained)
    ((*_, last),) = recording.points.values()
    assert last.epoch == pytest.approx(sum(phase.epochs for phase in recording.phases), rel=0.05)
