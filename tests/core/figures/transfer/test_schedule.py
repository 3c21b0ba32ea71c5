"""The picture of a schedule and the curves of its training."""

from __future__ import annotations

import pytest

from core.figures.transfer import curves_by_epoch as curves
from core.figures.transfer import schedule as figures
from core.transfer.model.groups import group_names
from core.transfer.training.presets import PRESETS
from core.transfer.training.schedule import Phase
from tests.core.figures.transfer.made import PHASES, assert_sound, points

GROUPS = ("stem", "group 1", "heads")


def test_a_cell_a_phase_and_group_frozen_or_with_its_rate() -> None:
    figure = figures.picture(PHASES, GROUPS)
    assert_sound(figure)
    cells = figure.data.set_index(["name", "group"])
    assert len(cells) == 9
    assert cells.loc[("All but the stem", "group 1"), "rate"] == 1e-4
    assert cells.loc[("All but the stem", "group 1"), "text"] == "0.0001"
    assert cells.loc[("All but the stem", "stem"), "text"] == figures.FROZEN
    assert (cells.loc["Rebuild"]["text"] == figures.FROZEN).all()
    learning = cells[cells["text"] != figures.FROZEN]
    assert [name for name, group in learning.index if group == "heads"] == ["The head", "All but the stem"]
    assert figure.data["order"].drop_duplicates().tolist() == [1, 2, 3]


def test_a_phase_without_epochs_trains_nothing_whatever_its_rates() -> None:
    figure = figures.picture((Phase("Nothing", {"heads": 1.0}, 0),), GROUPS)
    assert (figure.data["text"] == figures.FROZEN).all()


@pytest.mark.parametrize("title", PRESETS)
@pytest.mark.parametrize("numbers_only", [False, True])
def test_every_preset_can_be_drawn(title: str, numbers_only: bool) -> None:
    groups = group_names("resnet18", neck=True)
    phases = PRESETS[title].make("resnet18", True)
    figure = figures.picture(phases, groups, numbers_only=numbers_only)
    assert_sound(figure)
    assert len(figure.data) == len(phases) * len(groups)
    assert figure.data["phase"].nunique() == len(phases)


def test_phases_of_the_same_name_have_a_row_each() -> None:
    figure = figures.picture((PHASES[1], PHASES[1]), GROUPS)
    assert figure.data["phase"].nunique() == 2


@pytest.mark.parametrize(
    ("rate", "text"), [(1e-3, "0.001"), (3e-5, "3e-5"), (2.5118864e-05, "2.51e-5"), (1.0, "1"), (0.00012345, "1.23e-4")]
)
def test_rates_are_short(rate: float, text: str) -> None:
    assert figures.rate_text(rate) == text


def test_what_is_known_beforehand() -> None:
    table = figures.beforehand(PHASES, {"stem": 10, "group 1": 30, "heads": 60}, (0.0, 2.0, 5.0))
    assert table["parameters that learn"].tolist() == [0, 60, 90]
    assert table["frozen"].tolist() == [100, 40, 10]
    assert table["seconds, about"].tolist() == [0, 2, 5]
    assert figures.beforehand(PHASES, {"heads": 60})["seconds, about"].isna().all()


def test_the_bands_are_the_phases_that_last() -> None:
    figure = curves.by_epoch(points(0.2, 0.4, 0.5, 0.8), PHASES)
    assert_sound(figure)
    shades, numbers, line = figure.spec["layer"]
    assert [(band["from"], band["to"], band["number"]) for band in shades["data"]["values"]] == [
        (0, 2, "2"),
        (2, 5, "3"),
    ]
    assert [band["number"] for band in numbers["data"]["values"]] == ["2", "3"]
    assert line["encoding"]["x"]["scale"]["domain"] == [0, 5]
    assert figure.data["phase"].tolist() == ["Rebuild", "The head", "The head", "All but the stem"]
    assert figure.spec == curves.by_epoch(points(0.2), PHASES).spec
    assert figure.reading == "80.0% after 3.0 epochs, best 80.0%."


def test_one_phase_alone_needs_no_bands() -> None:
    assert len(curves.by_epoch(points(0.2), PHASES[1:2]).spec["layer"]) == 1


def test_the_probe_is_a_dashed_line_above_the_bands() -> None:
    figure = curves.by_epoch(points(0.2, 0.4), PHASES, 0.7)
    assert_sound(figure)
    level = figure.spec["layer"][3]
    assert level["data"]["values"][0]["accuracy"] == 0.7
    assert level["mark"]["strokeDash"]


def test_the_loss_before_any_step_is_not_drawn() -> None:
    figure = curves.losses(points(0.2, 0.4, 0.5), PHASES)
    assert_sound(figure)
    assert figure.data["loss of"].value_counts().to_dict() == {curves.VALIDATION: 3, curves.TRAINING: 2}
    assert curves.losses((), PHASES).data.empty
