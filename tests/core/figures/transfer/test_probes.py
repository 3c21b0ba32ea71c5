"""Charts of the probes say what the probes say."""

from __future__ import annotations

import math

import numpy as np
import pytest

from core.figures.transfer import probes, probes_curves
from core.transfer.features.probes.curves import AmountCurve, StageScore
from core.transfer.features.probes.plan import Choice, Kind, Setting, grid
from core.transfer.features.probes.sweep import Point
from tests.core.figures.transfer.made import assert_sound


def points(kind: Kind, *, folds: bool = False, validation: float = 0.8) -> tuple[Point, ...]:
    return tuple(
        Point(setting, 0.95, validation - index / 100, 0.5, 0.7 if folds else None, 0.6 if folds else None)
        for index, setting in enumerate(grid(kind))
    )


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("folds", [False, True])
def test_the_sweep_has_every_part_and_marks_the_chosen_setting(kind: Kind, folds: bool) -> None:
    figure = probes.sweep(kind, points(kind, folds=folds), 1, Choice.VALIDATION)
    assert_sound(figure)
    expected = {"training", "validation", "cross-validation"} if folds else {"training", "validation"}
    assert set(figure.data["part"]) == {*expected, probes.CHOSEN}
    chosen = grid(kind)[1]
    marked = figure.data[figure.data["part"] == probes.CHOSEN]
    assert marked[["setting", "words"]].to_numpy().tolist() == [[chosen.value, f"chosen: {chosen.words(kind)}"]]
    there = figure.data[(figure.data["part"] == "validation") & (figure.data["words"] == chosen.words(kind))]
    assert there["accuracy"].tolist() == [pytest.approx(0.79)]


def test_of_a_kernel_machine_the_chosen_width_is_drawn() -> None:
    settings = grid(Kind.RBF_SVM)
    figure = probes.sweep(Kind.RBF_SVM, points(Kind.RBF_SVM), 5, Choice.VALIDATION)
    same = [setting for setting in settings if setting.gamma == settings[5].gamma]
    assert len(figure.data[figure.data["part"] != probes.CHOSEN]) == 2 * len(same)
    assert 0 < len(same) < len(settings)


def test_without_a_validation_part_its_line_is_not_there() -> None:
    figure = probes.sweep(Kind.LOGISTIC, points(Kind.LOGISTIC, folds=True, validation=math.nan), 0, Choice.FOLDS)
    assert_sound(figure)
    assert set(figure.data["part"]) == {"training", "cross-validation", probes.CHOSEN}


@pytest.mark.parametrize(
    ("accuracies", "low"), [([0.86, 1.0], 0.8), ([0.81], 0.7), ([0.02], 0.0), ([1.0], 0.9), ([], 0.0)]
)
def test_an_axis_of_lines_begins_a_little_below_them(accuracies: list[float], low: float) -> None:
    assert probes.zoomed({}, accuracies)["scale"]["domain"] == [pytest.approx(low), 1]


def test_bars_side_by_side() -> None:
    figure = probes.comparison({Kind.LOGISTIC: 0.9, Kind.NEIGHBOURS: 0.8}, Kind.NEIGHBOURS, "validation", 0.1)
    assert_sound(figure)
    assert figure.data["text"].tolist() == ["90.0%", "80.0%"]
    assert figure.spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, 1]  # bars stand on 0
    assert "Guessing would reach 10.0%" in figure.alt


def test_the_best_stage_is_marked() -> None:
    scores = [
        StageScore(name, 8, Setting(1.0), 1.0, accuracy)
        for name, accuracy in (("stem", 0.5), ("stage 1", 0.9), ("into the head", 0.8))
    ]
    figure = probes_curves.depth(scores)
    assert_sound(figure)
    assert figure.spec["title"] == "Accuracy by stage: 90.0% at stage 1"
    assert figure.data["stage"].drop_duplicates().tolist() == ["stem", "stage 1", "into the head"]
    assert "stem 50.0%, stage 1 90.0%" in figure.alt


def test_amounts_have_mean_and_spread() -> None:
    curve = AmountCurve((1, 20), np.array([[0.3, 0.5], [0.9, 0.9]]), Setting(1.0))
    figure = probes_curves.amounts(curve)
    assert_sound(figure)
    assert figure.data["accuracy"].tolist() == pytest.approx([0.4, 0.9])
    low, high = figure.data.loc[0, ["low", "high"]]
    assert (low, high) == (pytest.approx(0.4 - 0.02**0.5), pytest.approx(0.4 + 0.02**0.5))
    assert figure.spec["title"] == "Accuracy with few pictures: 40% from 1 to 90% from 20"
    assert "1: 40.0% ± 14.1%" in figure.alt


@pytest.mark.parametrize(
    ("last", "trained", "words"),
    [(0.9, True, "from 50.0% to"), (0.6, True, "layer2 is"), (0.9, False, "random")],
)
def test_the_lesson_of_the_stages(last: float, trained: bool, words: str) -> None:
    setting = grid(Kind.LOGISTIC)[0]
    names = {"stem": 0.5, "layer2": 0.8, "layer4": last}
    scores = [StageScore(name, 8, setting, 1.0, validation) for name, validation in names.items()]
    assert words in probes_curves.lesson(scores, trained=trained)
