"""Curves, bars, table and mistakes of a race say what its runs say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.figures.drawing import Rect, Text
from core.figures.transfer import curves, predictions, race
from core.transfer.data.augment import Augmentation
from core.transfer.subject import Subject
from core.transfer.training.race import scenarios
from core.transfer.training.race_settings import RaceSettings
from core.transfer.training.run import LabelledPredictions
from tests.core.figures.settled import numbers, sound
from tests.core.figures.transfer.made import assert_sound, points, run
from tests.core.transfer.sets import everything, stripes

NAMES = ("Fixed", "All layers", "From scratch")
RUNS = {
    ("Fixed", 0): run((0.2, 0.7, 0.8), right=3, learned=3),
    ("Fixed", 1): run((0.2, 0.8, 0.8), right=4, learned=3),
    ("All layers", 0): run((0.2, 0.4, 0.9), right=1, learned=100),
}
LINES = {key: found.points for key, found in RUNS.items()}


def test_every_line_begins_before_any_step_and_has_its_runner_s_colour() -> None:
    figure = curves.race(LINES, NAMES, 2.0, 0.34)
    assert_sound(figure)
    first = figure.data.groupby("line")["seconds"].min()
    assert (first == 0).all()
    assert set(figure.data["line"]) == {"Fixed, seed 0", "Fixed, seed 1", "All layers, seed 0"}
    scale = figure.spec["layer"][1]["encoding"]["color"]["scale"]
    assert scale["domain"] == list(NAMES)
    assert len(set(scale["range"])) == len(NAMES)
    last = figure.data[figure.data["line"] == "Fixed, seed 0"].iloc[-1]
    assert (last["accuracy"], last["seconds"]) == (0.8, 2)
    assert figure.reading == "Best so far: Fixed 80.0%, All layers 90.0%."


def test_a_curve_that_grows_changes_the_data_and_nothing_else() -> None:
    early = curves.race({("Fixed", 0): points(0.2)}, NAMES, 2.0, 0.34)
    assert early.spec == curves.race(LINES, NAMES, 2.0, 0.34).spec
    assert len(early.data) == 1


def test_a_race_without_a_point_is_still_a_chart() -> None:
    figure = curves.race({}, NAMES, 40.0, 0.1)
    assert figure.data.empty
    assert "No evaluation yet" in figure.reading


def test_the_bars_have_mean_least_and_most() -> None:
    bars, seeds = sound(race.seed_bars(RUNS, NAMES))["data"]
    found = dict(zip(bars["y"], zip(numbers(bars, "x"), bars["customdata"], strict=True), strict=True))
    assert found == {"Fixed": (0.875, [0.75, 1.0]), "All layers": (0.25, [0.25, 0.25])}, "one never ran"
    assert numbers(bars["error_x"], "array") == [0.125, 0.0]
    assert len(seeds["text"]) == 3


@pytest.mark.parametrize(
    ("accuracies", "seconds"),
    [((0.1, 0.5, 0.8, 0.85), 2), ((0.9, 0.2), None), ((0.0, 0.0), None), ((0.1, 0.9, 0.3, 0.95), 1)],
)
def test_seconds_to_nine_tenths_of_the_best(accuracies: tuple[float, ...], seconds: int | None) -> None:
    assert race.seconds_to(points(*accuracies)) == seconds


def test_the_table_has_a_row_a_run() -> None:
    table = race.table(RUNS).set_index(["runner", "seed"])
    assert len(table) == len(RUNS)
    assert table.loc[("Fixed", 0), "parameters trained"] == 3
    assert table.loc[("Fixed", 0), "parameters frozen"] == 97
    assert table.loc[("All layers", 0), "s to 90% of its best"] == 2
    stopped = {("Fixed", 0): replace(run(), stopped=True), ("Fixed", 1): replace(run(), diverged=True)}
    assert race.table(stopped)["ended"].tolist() == ["stopped", "diverged"]


def test_the_file_of_the_curves_has_every_point() -> None:
    assert len(race.points_table(LINES)) == 9


def test_mistakes_are_the_wrong_answers_the_surest_first() -> None:
    scored = run(right=1).test
    probabilities = scored.probabilities.copy()
    probabilities[2, scored.predicted[2]] = 0.99
    scored = replace(scored, probabilities=probabilities)
    assert predictions.mistakes(scored).tolist() == [2, 1, 3]
    assert predictions.mistakes(scored, (0, 0)).tolist() == [0]
    assert predictions.mistakes(scored, (0, 2)).tolist() == []
    assert predictions.mistakes(run(right=4).test).tolist() == []


def test_the_matrix_counts_target_by_predicted() -> None:
    counts = predictions.counts(run(right=3).test)
    assert counts.sum() == 4
    assert counts[0].tolist() == [1, 1, 0]
    assert np.trace(counts) == 3


def test_the_true_class_is_always_among_the_probabilities() -> None:
    scored = run(right=0).test
    figure = predictions.probabilities(scored, 0, ("a", "b", "c"), most=1)
    assert_sound(figure)
    assert figure.data["class"].tolist() == ["a"]
    figure = predictions.probabilities(scored, 0, ("a", "b", "c"))
    assert dict(zip(figure.data["class"], figure.data["kind"], strict=True)) == {
        "b": "predicted",
        "a": "the actual class",
        "c": "another class",
    }


def test_runners_are_told_beforehand() -> None:
    images = stripes()
    settings = RaceSettings(scenarios("resnet18"), 10.0, (0, 1), Augmentation())
    table = race.runners(Subject(images, everything(images), "resnet18", True, 32), settings)
    assert (table["parameters trained"] + table["frozen"]).nunique() == 1
    assert table["s, at most"].tolist() == [20.0] * 4
    assert race.purposes(settings).count("\n- **") == 3


def test_a_sheet_frames_mistakes_and_names_both_classes() -> None:
    images = stripes()
    rows = everything(images).test[:2]
    target = images.labels[rows]
    probabilities = np.zeros((2, 2), np.float32)
    probabilities[:, 0] = 0.75
    drawn = predictions.sheet(LabelledPredictions(rows, target, probabilities), np.arange(2), images, 2)
    dashed = [item for item in drawn.items if isinstance(item, Rect) and item.dashed]
    assert len(dashed) == int((target != 0).sum())
    words = [item.text for item in drawn.items if isinstance(item, Text)]
    assert words[:2] == ["actual", "predicted"]
    assert "75%" in words
    below = [(images.classes[int(label)], images.classes[0], "75%") for label in target]
    assert words[2:] == [text for caption in below for text in caption]
    name = images.classes[int(target[0])]
    assert f"{name} as {images.classes[0]}" in drawn.alt
