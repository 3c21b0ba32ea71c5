"""Section "Race" as a script: nothing starts by itself, what ended stays, and what was stopped too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from core.errors import UserError
from core.transfer.training.recording import RACE, read
from core.transfer.training.run import LabelledPredictions, Run
from core.ui.framework.controls import controls_of
from core.ui.framework.session import EVERYBODY
from core.ui.transfer.race import controls, view
from core.ui.transfer.race.controls import KEY, RUNNERS
from tests.core.figures.transfer.made import run
from tests.core.transfer.sets import everything, stripes
from tests.pages.transfer import IMAGES, chosen, open_section, running, says, script, subject_of, until_ended


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(controls_of(controls._Runs)["budget"].arguments, "min_value", 1)  # type: ignore[arg-type]
    EVERYBODY.features.clear()
    with chosen(subject_of()):
        yield
    EVERYBODY.features.clear()


def start(at: AppTest, runners: list[str], *, seconds: int = 1, seeds: int = 1, steps: int = 2) -> AppTest:
    at.button_group(key=RUNNERS).set_value(runners)
    at.number_input(key=f"{KEY}_budget").set_value(seconds)
    at.number_input(key=f"{KEY}_steps").set_value(steps)
    at.button_group(key=f"{KEY}_seeds").set_value(seeds).run()
    at.button(key=f"{KEY}_start").click().run()
    assert not at.exception
    return at


def beforehand(at: AppTest) -> pd.DataFrame:
    return next(box.value for box in at.dataframe if "steps, at least" in box.value)


def test_nothing_starts_by_itself_and_the_runners_are_told_beforehand() -> None:
    at = open_section("race")
    assert not running(at)
    table = beforehand(at).set_index("runner")
    assert len(table) == 4
    whole = table["parameters trained"] + table["frozen"]
    assert whole.nunique() == 1
    assert table.loc["From scratch", "frozen"] == table.loc["Pretrained, all layers trained", "frozen"] == 0
    assert 0 < table.loc["Fixed feature extractor", "parameters trained"] < 3_000
    assert "about 2 min of training" in says(at)


def test_it_opens_with_the_recorded_race_and_starts_live_beside_it() -> None:
    at = open_section("race")
    recording = read(RACE)
    assert len(at.get("plotly_chart")) == 1
    assert not at.get("vega_lite_chart")
    assert recording.about in says(at).replace("\\", "")
    assert recording.made in says(at).replace("\\", "")
    table = next(box.value for box in at.dataframe if "best on validation" in box.value)
    assert dict(zip(table["training"], table["test accuracy"], strict=True)) == recording.tests
    assert "the same network from scratch" in says(at)
    assert "**Run it live.** *Start the race* trains on the pictures chosen here: stripes" in says(at)
    assert not at.button(key=f"{KEY}_start").disabled
    assert "The recorded training" not in {box.label for box in at.expander}


def test_a_live_race_takes_the_place_of_the_recorded_one_which_stays_folded() -> None:
    at = until_ended(start(open_section("race"), ["fixed", "scratch"]))
    assert len(at.get("vega_lite_chart")) == 1, "the live curves"
    folded = next(box for box in at.expander if box.label == "The recorded training")
    assert len(folded.get("plotly_chart")) == 1
    assert "**Run it live.**" not in says(at)


def test_the_probe_is_a_line_of_the_live_race_and_whoever_is_below_it_is_told_why() -> None:
    at = until_ended(start(open_section("race"), ["fixed", "scratch"]))
    chart = at.get("vega_lite_chart")[0].proto
    assert '"logistic probe"' in chart.spec
    words = says(at)
    assert "**Logistic probe** (dashed): " in words
    for title in ("Fixed feature extractor", "From scratch"):
        assert f"{title} (" in words or f"**{title}** stays below it: " in words


def test_who_wins_the_recorded_race_is_guessed_first() -> None:
    at = AppTest.from_function(script, default_timeout=120, kwargs={"name": "race"})
    at.session_state["transfer_hide"] = True
    at.run()
    assert not at.get("plotly_chart")
    assert "from scratch" not in says(at).split("**Runners.**")[0]
    at.selectbox(key=f"{KEY}_guess_Who wins?").set_value("From scratch")
    next(button for button in at.button if button.label == "Show the answers").click().run()
    assert not at.exception
    assert len(at.get("plotly_chart")) == 1
    assert "Who wins?: **" in says(at)


def test_a_race_from_start_to_end() -> None:
    at = until_ended(start(open_section("race"), ["fixed", "scratch"], seeds=2))
    table = next(box.value for box in at.dataframe if "test accuracy" in box.value)
    assert list(zip(table["runner"], table["seed"], strict=True)) == [
        ("Fixed feature extractor", 0),
        ("Fixed feature extractor", 1),
        ("From scratch", 0),
        ("From scratch", 1),
    ]
    assert table["test accuracy"].between(0, 1).all()
    assert f"Run on {IMAGES.name}" in says(at)
    assert "are chosen by now" not in says(at)
    assert len(at.selectbox(key=f"{KEY}_run").options) == 4
    assert {metric.label for metric in at.metric} >= {"Test accuracy"}


def test_a_result_stays_when_another_subject_is_chosen() -> None:
    at = until_ended(start(open_section("race"), ["fixed"]))
    with chosen(subject_of(stripes(per_class=8))):
        at.run()
        assert not at.exception
        assert "Other pictures or another network are chosen by now" in says(at)
        assert any("test accuracy" in box.value for box in at.dataframe)


def test_random_weights_are_no_other_subject() -> None:
    at = until_ended(start(open_section("race"), ["fixed"]))
    with chosen(subject_of(trained=False)):
        at.run()
        assert "are chosen by now" not in says(at)
        assert "Random weights above change nothing here" in says(at)


def test_what_was_stopped_stays() -> None:
    at = start(open_section("race"), ["scratch"], seconds=300)
    assert running(at)
    assert at.button(key=f"{KEY}_start").disabled
    next(button for button in at.button if button.label == "Stop training").click().run()
    until_ended(at)
    assert len(at.get("vega_lite_chart"))
    assert not at.error
    assert not at.button(key=f"{KEY}_start").disabled


def test_a_failure_is_a_sentence_and_the_page_goes_on() -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise UserError("The weights cannot be had: there is no network.")

    at = open_section("race")
    with patch.object(view, "race", fail):
        until_ended(start(at, ["fixed"]))
    assert ["The weights cannot be had" in box.value for box in at.error] == [True]
    assert not at.button(key=f"{KEY}_start").disabled
    until_ended(start(at, ["fixed"]))
    assert not at.error


def test_a_failure_leaves_nothing_to_guess() -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise UserError("The weights cannot be had.")

    at = open_section("race")
    at.session_state["transfer_hide"] = True
    with patch.object(view, "race", fail):
        until_ended(start(at, ["fixed", "scratch"]))
    assert "cannot be had" in at.error[0].value
    assert "Show the answers" not in {button.label for button in at.button}


def test_no_runner_and_too_few_pictures_do_not_start() -> None:
    at = open_section("race")
    at.button_group(key=RUNNERS).set_value([]).run()
    assert not at.exception
    assert at.button(key=f"{KEY}_start").disabled
    assert "Choose at least one runner" in says(at)
    whole = subject_of()
    lone = replace(whole, selection=replace(whole.selection, train=whole.selection.train[:1]))
    with chosen(lone):
        at = open_section("race")
        assert at.button(key=f"{KEY}_start").disabled
        assert "at least two training pictures" in says(at)


@pytest.mark.parametrize(
    "link",
    [
        {f"{KEY}_budget": "99999", f"{KEY}_seeds": "17", RUNNERS: "nobody"},
        {f"{KEY}_budget": "nan", f"{KEY}_seeds": "-1"},
    ],
)
def test_a_link_with_nonsense_opens_a_race_of_all_and_goes_out_of_the_address(link: dict[str, str]) -> None:
    at = open_section("race", **link)
    assert at.number_input(key=f"{KEY}_budget").value == 30
    assert at.button_group(key=f"{KEY}_seeds").value == 1
    assert at.button_group(key=RUNNERS).value == ["fixed", "last", "all", "scratch"]
    assert at.number_input(key=f"{KEY}_steps").value == 50
    assert len(beforehand(at)) == 4
    assert "about 2 min of training" in says(at)
    assert at.query_params == {}


def test_the_kept_run_is_the_best_seed_and_the_others_let_go_of_their_weights() -> None:
    kept = []
    with patch.object(view.ui, "session") as session:
        session.return_value.keep = kept.append
        runs = {("fixed", 0): run((0.1, 0.5)), ("fixed", 1): run((0.1, 0.9)), ("all", 0): run((0.1, 0.2))}
        shown = view._collect(runs)
    assert kept == [runs["all", 0], runs["fixed", 1]], "the best last: where not all fit, it is the one that stays"
    assert all(not found.trained.state for found in shown.values())


def mistakes_script() -> None:
    from core.ui.transfer.race.mistakes import mistakes
    from tests.pages.test_transfer_race import wrong
    from tests.pages.transfer import subject_of

    mistakes(subject_of(), {("Fixed feature extractor", 0): wrong()})


def wrong() -> Run:
    """A run that takes the first of four test pictures for the other class, and is right about the rest."""
    test = everything(IMAGES).test[:4]
    target = IMAGES.labels[test]
    said = target.copy()
    said[0] = 1 - target[0]
    probabilities = np.full((4, 2), 0.1, np.float32)
    probabilities[np.arange(4), said] = 0.9
    return replace(run(), test=LabelledPredictions(test, target, probabilities))


def test_a_mistake_is_looked_at_with_its_neighbours() -> None:
    at = until_ended(AppTest.from_function(mistakes_script, default_timeout=120).run())
    assert "Actual **red**, predicted **green**" in says(at)
    assert "cosine distance" in says(at)
    assert "Show all mistakes" not in {button.label for button in at.button}


def test_a_cell_shows_its_pictures_right_ones_too() -> None:
    at = AppTest.from_function(mistakes_script, default_timeout=120)
    at.session_state[f"{KEY}_cell"] = (1, 1)
    until_ended(at.run())
    assert "Below: actual **green**, predicted **green**, 2 pictures" in says(at)
    assert "Actual **green**, predicted **green**" in says(at)
    at.session_state[f"{KEY}_cell"] = (1, 0)
    until_ended(at.run())
    assert "There is no picture in this cell" in says(at)
    at.button(key=f"{KEY}_all").click()
    until_ended(at.run())
    assert "Actual **red**, predicted **green**" in says(at)


def test_the_winner_is_guessed_while_the_race_runs_and_told_when_somebody_asks() -> None:
    at = open_section("race", transfer_hide="true")
    at.session_state["transfer_hide"] = True
    until_ended(start(at, ["fixed", "scratch"]))
    assert not at.get("vega_lite_chart"), "the curves would tell"
    assert not at.metric
    at.selectbox(key=f"{KEY}_guess_Who wins?").set_value("Fixed feature extractor")
    next(button for button in at.button if button.label == "Show the answers").click().run()
    assert not at.exception
    assert "Who wins?: **" in says(at)
    assert at.get("vega_lite_chart")
    assert any("test accuracy" in box.value for box in at.dataframe)
    until_ended(start(at, ["fixed"]))
    assert len(at.get("vega_lite_chart")), "one runner wins, whatever it does"
