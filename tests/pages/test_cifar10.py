"""The page CIFAR-10: what was recorded is shown, and what was not measured is said not to be."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import patch

import pytest

from core.models.cifar10.members import FAMILIES, League, member
from core.models.zoo import ZOO
from core.transfer.cifar10.record_file import shipped
from core.ui.cifar10.race import live
from core.ui.conv.stack import published
from core.ui.framework.controls import controls_of
from core.ui.transfer import subject
from tests.core.transfer.cifar10.sets import ten
from tests.pages.cifar10 import open_section
from tests.pages.transfer import says, until_ended

LAPTOP = [record for record in shipped() if record.league is League.LAPTOP]
BEST = max(LAPTOP, key=lambda record: record.test)


def test_the_race_shows_every_family_and_who_won() -> None:
    at = open_section("race")
    table = at.dataframe[0].value
    assert set(table["family"]) == set(FAMILIES)
    assert table["family"][0] == BEST.family
    assert f"{BEST.test:.1%}" in says(at)
    assert "not the published benchmark" in says(at)


def test_the_race_without_anybody_keeps_the_last_one() -> None:
    at = open_section("race")
    at.button_group(key="cifar10_race_families").set_value(["VGG", "ResNet"]).run()
    assert set(at.dataframe[0].value["family"]) == {"VGG", "ResNet"}
    at.button_group(key="cifar10_race_families").set_value([]).run()
    assert not at.exception
    assert "Choose at least one family" in says(at)
    assert set(at.dataframe[0].value["family"]) == {"VGG", "ResNet"}


def test_predict_first_hides_who_won() -> None:
    at = open_section("race", cifar10_hide="true")
    at.session_state["cifar10_hide"] = True
    at.run()
    assert f"{BEST.test:.1%}" not in says(at)


def test_without_the_pictures_nothing_can_be_trained_and_it_is_said() -> None:
    with patch("core.ui.transfer.sets.cifar10.is_here", lambda: False):
        at = open_section("race")
    assert "has to be downloaded once" in says(at)
    assert at.button(key="cifar10_live_start").disabled


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A tiny CIFAR-10, and budgets of seconds."""
    monkeypatch.setitem(controls_of(live._Live)["minutes"].arguments, "min_value", 0.01)  # type: ignore[arg-type]
    with patch("core.ui.cifar10.race.live.cifar_set", lambda _: ten(per_class=12)):
        yield


@pytest.mark.usefixtures("small")
def test_one_family_trains_live() -> None:
    at = open_section("race")
    at.slider(key="cifar10_live_minutes").set_value(0.01).run()
    at.button(key="cifar10_live_start").click().run()
    assert not at.exception
    at = until_ended(at)
    assert "of the test pictures after" in says(at)
    assert "The recorded training reached" in says(at)


def test_the_ranking_has_all_leagues_apart() -> None:
    at = open_section("ranking")
    laptop, gpu, others = (box.value for box in at.dataframe)
    assert len(laptop) == 11
    assert set(gpu["test, %"]) == {"not measured"}
    assert others["source"].str.startswith("https://").all()
    assert "Not measured" in says(at)
    for cost in ("parameters", "seconds"):
        at.button_group(key="cifar10_ranking_cost").set_value(cost).run()
        assert not at.exception
        assert "Pareto front" in says(at)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_family_can_be_looked_into(family: str) -> None:
    at = open_section("family", cifar10_family=family)
    assert member(family, League.LAPTOP).idea in says(at)
    record = next(record for record in LAPTOP if record.family == family)
    assert any(metric.value == f"{record.test:.1%}" for metric in at.metric)
    stages = at.dataframe[0].value
    assert stages["parameters"].sum() == record.parameters
    assert stages["multiply-adds"].sum() == record.macs


def test_a_full_size_network_was_not_measured() -> None:
    at = open_section("family")
    at.button_group(key="cifar10_family_league").set_value("gpu").run()
    assert not at.exception
    assert any(metric.value == "not measured" for metric in at.metric)


def test_the_report_marks_what_only_the_student_can_write() -> None:
    at = open_section("report")
    at.text_input(key="cifar10_report_group").set_value("<b>We</b> & *us*").run()
    assert not at.exception
    said = says(at)
    assert said.count("Your words") > 5
    assert "1 Motivation" in said
    assert "<b>" not in said.replace("\\<", "")
    assert len(at.checkbox) == 5


def test_a_picture_is_classified_by_all() -> None:
    at = open_section("classify")
    table = at.dataframe[0].value
    assert list(table["family"]) == list(FAMILIES)
    assert table["probability, %"].between(10, 100).all()


@pytest.mark.parametrize("family", FAMILIES)
def test_the_other_pages_know_the_network_that_a_button_opens(family: str) -> None:
    base = ZOO[member(family, League.LAPTOP).base]
    assert base.title in controls_of(published.Network)["network"].arguments["options"]
    network = controls_of(subject._Network)["network"].arguments
    assert subject.network_label(base.name) in [network["format_func"](name) for name in network["options"]]
