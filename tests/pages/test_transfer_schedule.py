"""Section "Schedule" as a script: the table, the link, a training, and the proof of what stayed frozen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.transfer.model.groups import group_names
from core.transfer.training.presets import PRESETS
from core.transfer.training.recording import SCHEDULE, read
from core.transfer.training.schedule import Phase, Statistics
from core.transfer.training.table import EPOCHS, STATISTICS, parse, write
from core.ui.transfer.schedule.state import KEY, TABLE, of_preset
from tests.pages.transfer import LITE, chosen, open_section, running, says, subject_of, until_ended

FIRST, PRESET = next(iter(PRESETS)), f"{KEY}_preset"
GROUPS = group_names(LITE, neck=False)
QUICK = write((Phase("the heads", {"heads": 0.01}, 2.0, 8),))
TRAP = write((Phase("the heads", {"heads": 0.01}, 1.0, 8, Statistics.MOVING),))


@pytest.fixture(autouse=True)
def small() -> Iterator[None]:
    with chosen(subject_of()):
        yield


def editor(at: AppTest) -> str:
    return f"{KEY}_table_{at.session_state[f'{KEY}_version']}"


def edit(at: AppTest, rows: dict[int, dict[str, Any]] | None = None, added: list[dict[str, Any]] | None = None) -> None:
    at.session_state[editor(at)] = {"edited_rows": rows or {}, "added_rows": added or [], "deleted_rows": []}
    at.run()
    assert not at.exception


def held(at: AppTest) -> tuple[Phase, ...]:
    phases: tuple[Phase, ...] = at.session_state[f"{KEY}_held"]
    return phases


def train(at: AppTest) -> AppTest:
    at.button(key=f"{KEY}_start").click().run()
    assert not at.exception
    return until_ended(at)


def beforehand(at: AppTest) -> Any:
    return next(box.value for box in at.dataframe if "share that learns" in box.value)


def test_the_lecture_s_six_steps_stand_there_at_once_and_nothing_runs() -> None:
    at = open_section("schedule")
    assert held(at) == of_preset(FIRST, LITE, GROUPS)
    assert not running(at)
    table = beforehand(at)
    assert len(table) == 6
    assert table["parameters that learn"].tolist()[0] == 0
    assert (table["parameters that learn"] + table["frozen"]).nunique() == 1
    assert "Start a training, here or in" in says(at)
    assert TABLE not in at.query_params


def test_it_opens_with_the_recorded_six_steps_until_there_is_a_live_training() -> None:
    at = open_section("schedule", **{TABLE: QUICK})
    recording = read(SCHEDULE)
    assert len(at.get("plotly_chart")) == 1
    assert recording.about in says(at).replace("\\", "")
    table = next(box.value for box in at.dataframe if "best on validation" in box.value)
    assert table["test accuracy"].tolist() == list(recording.tests.values())
    assert "layers never learned, and every bit" in says(at)
    assert "**Run it live.** *Start training* trains on the pictures chosen here: stripes" in says(at)
    train(at)
    folded = next(box for box in at.expander if box.label == "The recorded training")
    assert len(folded.get("plotly_chart")) == 1
    assert "**Run it live.**" not in says(at)
    assert any('"logistic probe"' in chart.proto.spec for chart in at.get("vega_lite_chart"))
    assert "**Logistic probe** (dashed): " in says(at)


@pytest.mark.parametrize("title", PRESETS)
def test_every_preset_can_be_chosen(title: str) -> None:
    at = open_section("schedule")
    at.selectbox(key=PRESET).set_value(title).run()
    assert not at.exception
    assert held(at) == of_preset(title, LITE, GROUPS)
    assert PRESETS[title].says in says(at)


def test_an_edit_is_in_the_schedule_and_in_the_link() -> None:
    at = open_section("schedule")
    key = editor(at)
    edit(at, {1: {"heads": "0.005", EPOCHS: "7"}})
    assert held(at)[1].rates["heads"] == 0.005
    assert held(at)[1].epochs == 7
    assert editor(at) == key, "one table all the time, or the visitor's cursor would jump"
    link = at.query_params[TABLE]
    assert parse(link, GROUPS) == held(at)
    other = open_section("schedule", **{TABLE: link})
    assert held(other) == held(at)
    at.selectbox(key=PRESET).set_value("Keras-like").run()
    assert held(at) == of_preset("Keras-like", LITE, GROUPS)
    assert TABLE not in at.query_params


def test_reset_brings_the_preset_back() -> None:
    at = open_section("schedule", **{TABLE: QUICK})
    assert len(held(at)) == 1
    at.button(key=f"{KEY}_reset").click().run()
    assert not at.exception
    assert held(at) == of_preset(FIRST, LITE, GROUPS)
    assert TABLE not in at.query_params


def test_a_neck_is_a_column_and_edits_stay_as_far_as_they_can() -> None:
    at = open_section("schedule")
    edit(at, {1: {"heads": "0.005"}})
    at.button_group(key=f"{KEY}_layers").set_value(2).run()
    assert not at.exception
    assert held(at)[1].rates == {"heads": 0.005}
    with chosen(subject_of(backbone="googlenet", trained=False)):  # it has a group less
        at.run()
        assert not at.exception
        assert "group 4" not in {group for phase in held(at) for group in phase.rates}
        assert held(at)[1].rates["heads"] == 0.005


def test_an_unedited_preset_is_made_anew_for_another_network() -> None:
    at = open_section("schedule")
    with chosen(subject_of(backbone="googlenet", trained=False)):
        at.run()
        assert held(at) == of_preset(FIRST, "googlenet", group_names("googlenet", neck=False))


@pytest.mark.parametrize(
    ("cells", "words"),
    [({"heads": "fast"}, "“fast” is none"), ({EPOCHS: "-2"}, "0 to 200 epochs"), ({STATISTICS: "often"}, "one of")],
)
def test_nonsense_in_the_table_is_a_sentence_and_the_last_good_one_counts(cells: dict[str, Any], words: str) -> None:
    at = open_section("schedule")
    good = held(at)
    edit(at, {1: cells})
    assert words in at.error[0].value
    assert held(at) == good
    assert at.button(key=f"{KEY}_start").disabled
    edit(at)
    assert not at.error
    assert not at.button(key=f"{KEY}_start").disabled


def test_ten_thousand_pasted_rows_are_left_out() -> None:
    at = open_section("schedule")
    good = held(at)
    edit(at, added=[{"phase": "x", "heads": "1", EPOCHS: "1", "batch": "8"}] * 10_000)
    assert "10,000 new rows were left out" in at.error[0].value
    assert held(at) == good


@pytest.mark.parametrize(
    "text", ["", "[", json.dumps([["<b>", {"heads": "x"}, 1, 2, "", 0]]), "9" * 50_000, QUICK.replace("heads", "tail")]
)
def test_a_link_with_nonsense_opens_with_the_preset(text: str) -> None:
    at = open_section("schedule", **{TABLE: text})
    assert held(at) == of_preset(FIRST, LITE, GROUPS)
    assert len(at.error) == 1


def test_a_training_from_start_to_proof() -> None:
    at = train(open_section("schedule", **{TABLE: QUICK}))
    assert {metric.label for metric in at.metric} >= {"Test accuracy", "Frozen", "Identical"}
    numbers = {metric.label: metric.value for metric in at.metric}
    assert numbers["Frozen"] == numbers["Identical"] == "98"
    assert "98 layers frozen, all bit-identical" in at.success[0].value
    assert at.selectbox(key=f"{KEY}_inspected").value == FIRST
    layers = next(box.value for box in at.dataframe if "bit-identical" in box.value)
    assert len(layers) == 99
    train(at)
    assert at.selectbox(key=f"{KEY}_inspected").value == f"{FIRST} (2)"
    assert len(at.selectbox(key=f"{KEY}_inspected").options) == 2


def test_the_usual_mistake_is_found_out() -> None:
    at = train(open_section("schedule", **{TABLE: TRAP}))
    assert "statistics drifted in 49 layers" in at.warning[0].value
    assert "`.train()` was left on" in at.warning[0].value
    assert not at.success


def test_a_training_that_was_stopped_stays() -> None:
    slow = write((Phase("all", dict.fromkeys(GROUPS, 1e-4), 200.0, 8),))
    at = open_section("schedule", **{TABLE: slow})
    at.button(key=f"{KEY}_start").click().run()
    assert at.button(key=f"{KEY}_start").disabled
    next(button for button in at.button if button.label == "Stop training").click().run()
    until_ended(at)
    assert not at.error
    assert len(at.get("vega_lite_chart"))
    assert not at.button(key=f"{KEY}_start").disabled


def test_the_seconds_are_found_out_on_demand_and_known_from_then_on() -> None:
    at = open_section("schedule", **{TABLE: QUICK})
    assert beforehand(at)["seconds, about"].isna().all()
    at.button(key=f"{KEY}_measure").click().run()
    until_ended(at)
    seconds = beforehand(at)["seconds, about"].tolist()
    assert seconds[0] > 0
    assert "Seconds in all, about" in {metric.label for metric in at.metric}
    at.toggle(key=f"{KEY}_cycle").set_value(False).run()
    assert beforehand(at)["seconds, about"].isna().all()
    at.toggle(key=f"{KEY}_cycle").set_value(True).run()
    assert beforehand(at)["seconds, about"].tolist() == seconds


def test_what_groups_mean_and_the_other_optimiser() -> None:
    at = open_section("schedule")
    assert "**group 4**" in says(at)
    at.button_group(key=f"{KEY}_optimiser").set_value("SGD").run()
    assert not at.exception
