"""Charts of the probes say what the probes say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.figures.plots import from_lowest
from core.figures.style import ACCENT, MUTED
from core.figures.transfer import probes, probes_curves
from core.transfer.features.probes.curves import AmountCurve, StageScore
from core.transfer.features.probes.plan import Choice, Kind, Setting, grid
from core.transfer.features.probes.sweep import Point
from tests.core.figures.settled import numbers, sound


def points(kind: Kind, *, folds: bool = False, validation: float = 0.8) -> tuple[Point, ...]:
    return tuple(
        Point(setting, 0.95, validation - index / 100, 0.5, 0.7 if folds else None, 0.6 if folds else None)
        for index, setting in enumerate(grid(kind))
    )


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("folds", [False, True])
def test_the_sweep_has_every_part_and_marks_the_chosen_setting(kind: Kind, folds: bool) -> None:
    plot = probes.sweep(kind, points(kind, folds=folds), 1, Choice.VALIDATION)
    figure = sound(plot)
    expected = ["training", "validation", "cross-validation"] if folds else ["training", "validation"]
    assert [trace["name"] for trace in figure["data"]] == expected
    chosen = grid(kind)[1]
    (mark,) = figure["layout"]["shapes"]
    assert mark["x0"] == mark["x1"] == chosen.value
    assert mark["label"]["text"] == str(Choice.VALIDATION)
    validation = figure["data"][1]
    place = numbers(validation, "x").index(chosen.value)
    assert numbers(validation, "y")[place] == pytest.approx(0.79)
    assert f"{chosen.words(kind)} is marked" in plot.alt


@pytest.mark.parametrize("kind", [Kind.LOGISTIC, Kind.NEIGHBOURS])
def test_a_setting_that_a_slider_moves_is_said_below_a_chart_that_stays(kind: Kind) -> None:
    first, second = (probes.sweep(kind, points(kind), at, Choice.HAND) for at in (0, 2))
    sound(first)
    assert (first.plot.to_json(), first.alt) == (second.plot.to_json(), second.alt)
    assert first.reading == f"Chosen by hand: {grid(kind)[0].words(kind)}, 80.0%."
    assert first.reading != second.reading


def test_of_a_kernel_machine_the_chosen_width_is_drawn() -> None:
    settings = grid(Kind.RBF_SVM)
    figure = sound(probes.sweep(Kind.RBF_SVM, points(Kind.RBF_SVM), 5, Choice.VALIDATION))
    same = [setting for setting in settings if setting.gamma == settings[5].gamma]
    assert [len(numbers(trace, "x")) for trace in figure["data"]] == [len(same)] * 2
    assert 0 < len(same) < len(settings)


def test_without_a_validation_part_its_line_is_not_there() -> None:
    plot = probes.sweep(Kind.LOGISTIC, points(Kind.LOGISTIC, folds=True, validation=math.nan), 0, Choice.FOLDS)
    assert [trace["name"] for trace in sound(plot)["data"]] == ["training", "cross-validation"]


@pytest.mark.parametrize(
    ("accuracies", "low"), [([0.86, 1.0], 0.8), ([0.81], 0.7), ([0.02], 0.0), ([1.0], 0.9), ([], 0.0)]
)
def test_an_axis_of_lines_begins_a_little_below_them(accuracies: list[float], low: float) -> None:
    assert from_lowest(accuracies) == [pytest.approx(low), 1.02]


def test_bars_side_by_side() -> None:
    plot = probes.comparison({Kind.LOGISTIC: 0.9, Kind.NEIGHBOURS: 0.8}, Kind.NEIGHBOURS, "validation", 0.1)
    figure = sound(plot)
    (bars,) = figure["data"]
    assert bars["text"] == ["90.0%", "80.0%"]
    assert bars["marker"]["color"] == [MUTED, ACCENT]
    assert figure["layout"]["xaxis"]["range"][0] == 0, "bars stand on 0"
    assert figure["layout"]["shapes"][0]["x0"] == 0.1
    assert "Guessing would reach 10.0%" in plot.alt


def test_the_best_stage_is_marked() -> None:
    scores = [
        StageScore(name, 8, Setting(1.0), 1.0, accuracy)
        for name, accuracy in (("stem", 0.5), ("stage 1", 0.9), ("into the head", 0.8))
    ]
    plot = probes_curves.depth(scores)
    figure = sound(plot)
    assert figure["layout"]["title"]["text"] == "Accuracy by stage: 90.0% at stage 1"
    training, validation, ring = figure["data"]
    assert validation["x"] == ["stem", "stage 1", "into the head"]
    assert numbers(training, "y") == [1.0] * 3
    assert (ring["x"], numbers(ring, "y")) == (["stage 1"], [0.9])
    assert "stem 50.0%, stage 1 90.0%" in plot.alt


def test_amounts_have_mean_and_spread() -> None:
    curve = AmountCurve((1, 20), np.array([[0.3, 0.5], [0.9, 0.9]]), Setting(1.0))
    plot = probes_curves.amounts(curve)
    figure = sound(plot)
    band, line = figure["data"]
    assert numbers(line, "y") == pytest.approx([0.4, 0.9])
    spread = 0.02**0.5
    assert numbers(band, "y") == pytest.approx([0.4 + spread, 0.9, 0.9, 0.4 - spread])
    assert figure["layout"]["title"]["text"] == "Few pictures: 40% from 1 to 90% from 20"
    assert "1: 40.0% ± 14.1%" in plot.alt


@pytest.mark.parametrize(
    ("last", "trained", "words"),
    [(0.9, True, "from 50.0% to"), (0.6, True, "layer2 is"), (0.9, False, "random")],
)
def test_the_lesson_of_the_stages(last: float, trained: bool, words: str) -> None:
    setting = grid(Kind.LOGISTIC)[0]
    names = {"stem": 0.5, "layer2": 0.8, "layer4": last}
    scores = [StageScore(name, 8, setting, 1.0, validation) for name, validation in names.items()]
    assert words in probes_curves.lesson(scores, trained=trained)
