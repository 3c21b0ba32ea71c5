"""Section "Two heads" as a script: two tasks, one weight, and runs that are kept to be compared."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from core.transfer.data.image_set import SecondLabel
from core.ui.framework.controls import controls_of
from core.ui.transfer.heads import controls
from core.ui.transfer.heads.controls import DEPTH, KEY, TASK
from tests.pages.transfer import IMAGES, chosen, open_section, running, says, subject_of, until_ended, without_second


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(controls_of(controls._Run)["seconds"].arguments, "min_value", 1)  # type: ignore[arg-type]
    with chosen(subject_of()):
        yield


def train(at: AppTest, weight: float = 0.3, *, seconds: int = 1) -> AppTest:
    at.number_input(key=f"{KEY}_seconds").set_value(seconds)
    at.slider(key=f"{KEY}_weight").set_value(weight).run()
    at.button(key=f"{KEY}_start").click().run()
    assert not at.exception
    return at


def metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def runs(at: AppTest) -> list[str]:
    table = next((box.value for box in at.dataframe if "mean cosine" in box.value), None)
    return [] if table is None else table["run"].tolist()


def test_what_will_happen_is_said_and_nothing_runs() -> None:
    at = open_section("heads")
    assert not running(at)
    assert metrics(at)["First head"] == metrics(at)["Second head"] == "2 answers"
    assert "that of **direction** the weight w = 0.3" in says(at)
    assert "Each run that ends is a point here" in says(at)


def test_a_set_that_is_not_here_is_not_trained_on_another() -> None:
    with chosen(replace(subject_of(), absent="CIFAR-10")):
        at = open_section("heads")
        assert at.button(key=f"{KEY}_start").disabled
        assert "CIFAR-10 is chosen but not here yet" in says(at)


def test_without_a_second_label_pictures_are_turned() -> None:
    with chosen(subject_of(without_second())):
        at = open_section("heads")
        assert metrics(at)["Second head"] == "4 answers"
        assert "quarter turns" in says(at)
        until_ended(train(at))
        assert runs(at) == ["Two heads, rotation, w = 0.3"]


def test_runs_are_kept_and_compared() -> None:
    at = until_ended(train(open_section("heads")))
    assert runs(at) == ["Two heads, label, w = 0.3"]
    assert "The mean cosine is" in says(at)
    until_ended(train(at, 0.8))
    assert runs(at) == ["Two heads, label, w = 0.3", "Two heads, label, w = 0.8"]
    until_ended(train(at, 0.8))
    assert runs(at)[-1] == "Two heads, label, w = 0.8 (2)"
    with chosen(subject_of(without_second())):
        at.run()
        assert not at.exception
        assert "Other pictures or another network are chosen by now" in says(at)
        assert len(runs(at)) == 3


def test_runs_of_the_other_task_are_not_compared_with_these() -> None:
    at = until_ended(train(open_section("heads")))
    at.button_group(key=TASK).set_value("rotation").run()
    until_ended(train(at))
    assert runs(at) == ["Two heads, rotation, w = 0.3"]


def test_heads_alone_share_nothing_that_learns() -> None:
    at = open_section("heads")
    at.select_slider(key=DEPTH).set_value(0).run()
    assert metrics(at)["Parameters that learn"] == f"{2 * (1280 * 2 + 2):,}"
    until_ended(train(at))
    assert "there is no cosine" in says(at)


def test_everything_of_a_network_with_fewer_groups() -> None:
    at = open_section("heads")
    at.select_slider(key=DEPTH).set_value(5).run()
    assert not at.exception
    with chosen(subject_of(backbone="googlenet", trained=False)):
        at.run()
        assert not at.exception
        assert at.select_slider(key=DEPTH).value == 4


def test_what_was_stopped_stays() -> None:
    at = train(open_section("heads"), seconds=300)
    assert at.button(key=f"{KEY}_start").disabled
    next(button for button in at.button if button.label == "Stop training").click().run()
    until_ended(at)
    assert not at.error
    assert not at.button(key=f"{KEY}_start").disabled
    assert len(at.get("vega_lite_chart"))


@pytest.mark.parametrize("name", ["class", "<b>*x*</b>"])
def test_a_label_of_any_name(name: str) -> None:
    images = replace(IMAGES, second=SecondLabel(name, IMAGES.labels, ("a", "b")))
    with chosen(subject_of(images)):
        at = open_section("heads")
        assert not at.exception
        until_ended(train(at))
        assert runs(at) == ["Two heads, label, w = 0.3"]


@pytest.mark.parametrize(
    "link", [{f"{KEY}_weight": "7"}, {f"{KEY}_weight": "nan"}, {DEPTH: "99"}, {f"{KEY}_seconds": "-1"}, {TASK: "chess"}]
)
def test_a_link_with_nonsense_opens(link: dict[str, str]) -> None:
    at = open_section("heads", **link)
    assert metrics(at)["First head"] == "2 answers"
