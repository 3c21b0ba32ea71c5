"""Section "Probes" as a script: probes at once, the test part locked, a network for the other sections."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core.errors import UserError
from core.transfer.data.image_set import Selection
from core.transfer.features.extract import extract
from core.transfer.features.probes.plan import Choice, Kind
from core.transfer.features.probes.probe import Probe
from core.transfer.model.inputs import to_input
from core.transfer.subject import Subject
from core.ui.framework.session import EVERYBODY
from core.ui.transfer.backbones import backbone
from core.ui.transfer.probes import state, view
from core.ui.transfer.probes.controls import KEY
from tests.core.transfer.sets import stripes
from tests.pages.transfer import open_section, says, subject_of, until_ended

RESNET = "resnet18"
IMAGES = stripes(per_class=16, classes=3)
SUBJECT = subject_of(IMAGES, backbone=RESNET, trained=False)
FEATURES = extract(
    IMAGES, SUBJECT.selection.all, RESNET, trained=False, size=32, report=lambda *_: None, model=backbone(RESNET, False)
)


@contextmanager
def given(subject: Subject) -> Iterator[None]:
    """Whatever the menus say, this is the subject, and its features are here."""
    with (
        patch.object(view, "choose_subject", lambda **_: subject),
        patch.object(view, "features_of", lambda _: FEATURES),
    ):
        yield


@pytest.fixture(autouse=True)
def here() -> Iterator[None]:
    """What one test fitted another finds: it is kept for all visitors."""
    with given(SUBJECT):
        yield


@pytest.fixture
def fresh() -> Iterator[None]:
    """Nothing was fitted before, and nothing is left."""
    before = dict(EVERYBODY.probe_results)
    EVERYBODY.probe_results.clear()
    yield
    EVERYBODY.probe_results.clear()
    EVERYBODY.probe_results.update(before)


def metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def test_a_first_visit_has_a_probe_its_settings_and_the_other_three() -> None:
    at = open_section("probes")
    assert metrics(at)["Validation accuracy"].endswith("%")
    assert metrics(at)["Setting"].startswith("λ = ")
    assert metrics(at)["Test accuracy"] == "locked"
    assert len(at.get("plotly_chart")) == 4  # settings, four probes, stages, amounts
    table = at.dataframe[0].value
    assert len(table) == 13
    assert (table["chosen"] == "chosen").sum() == 1
    assert not at.error


@pytest.mark.parametrize(
    ("kind", "word"), [(Kind.LINEAR_SVM, "C = "), (Kind.RBF_SVM, "γ = "), (Kind.NEIGHBOURS, "k = ")]
)
def test_every_probe_opens(kind: Kind, word: str) -> None:
    at = open_section("probes", **{f"{KEY}_kind": kind.value})
    assert word in metrics(at)["Setting"]
    at.selectbox(key=f"{KEY}_choice").set_value(Choice.FOLDS.value).run()
    assert not at.exception
    assert "Cross-validation" in metrics(at)
    at.selectbox(key=f"{KEY}_choice").set_value(Choice.HAND.value).run()
    assert not at.exception
    assert word in metrics(at)["Setting"]


def test_by_hand_the_slider_decides_and_nothing_is_fitted_again() -> None:
    at = open_section("probes")
    at.selectbox(key=f"{KEY}_choice").set_value(Choice.HAND.value).run()
    with patch.object(state, "sweep", side_effect=AssertionError("fitted again")):
        at.select_slider(key=f"{KEY}_lambda").set_value(100.0).run()
        assert not at.exception
        assert metrics(at)["Setting"] == "λ = 100"
        at.button(key=f"{KEY}_reset").click().run()
    assert at.selectbox(key=f"{KEY}_choice").value == Choice.VALIDATION


@pytest.mark.usefixtures("fresh")
def test_the_test_part_is_not_even_computed_until_asked_for_and_uses_are_counted() -> None:
    with patch.object(Probe, "answers", autospec=True, side_effect=Probe.answers) as answers:
        at = open_section("probes")
        assert not answers.called
        at.button(key=f"{KEY}_score").click().run()
        assert answers.call_count == 1
        assert metrics(at)["Test accuracy"].endswith("%")
        assert "were used 1 time." in says(at)
        at.run()
        assert "used 1 time" in says(at)  # seeing it again is no new use
        at.selectbox(key=f"{KEY}_kind").set_value(Kind.NEIGHBOURS.value).run()
        assert metrics(at)["Test accuracy"] == "locked"
        assert "used 1 time, with other probes" in says(at)
        at.button(key=f"{KEY}_score").click().run()
        assert "used 2 times" in says(at)
        assert "is too high" in says(at)
        at.selectbox(key=f"{KEY}_kind").set_value(Kind.LOGISTIC.value).run()
        assert metrics(at)["Test accuracy"].endswith("%")
        assert answers.call_count == 2


def test_test_predictions_go_to_the_metrics_explorer_and_that_is_a_use() -> None:
    at = open_section("probes")
    with patch("core.ui.transfer.probes.view.send_to_metrics") as send:
        at.button(key=f"{KEY}_metrics").click().run()
    (title, scored, images), _ = send.call_args
    assert title == state.TITLE
    assert images is IMAGES
    assert scored.indices.tolist() == SUBJECT.selection.test.tolist()
    at.run()
    assert "used 1 time" in says(at)


def network_script() -> None:
    """The section, and the networks that it saved."""
    import streamlit as st

    from core.ui.framework.session import session
    from core.ui.transfer.probes.view import section

    section()
    st.session_state["left"] = dict(session().probes)


def test_the_probe_is_saved_as_a_network_that_says_the_same() -> None:
    at = AppTest.from_function(network_script, default_timeout=120).run()
    assert not at.exception
    left = at.session_state["left"]
    assert list(left) == [state.TITLE]
    trained = left[state.TITLE]
    model = trained.model()
    validation = SUBJECT.selection.validation
    with torch.inference_mode():
        x = to_input(IMAGES.images[torch.from_numpy(validation)], model.spec.architecture, 32)
        said = model(x).argmax(1).numpy()
    accuracy = (said == IMAGES.labels[validation]).mean()
    assert metrics(at)["Validation accuracy"] == f"{accuracy:.1%}"
    at.run()
    assert at.session_state["left"][state.TITLE] is trained  # made once
    at.selectbox(key=f"{KEY}_kind").set_value(Kind.LINEAR_SVM.value).run()
    assert list(at.session_state["left"]) == [state.TITLE, "Linear SVM"]


def test_a_cell_shows_its_pictures_and_a_wrong_one_nothing() -> None:
    at = open_section("probes")
    at.session_state[f"{KEY}_cell"] = (0, 0)
    at.run()
    assert "Actual **red**, predicted **red**" in says(at)
    at.session_state[f"{KEY}_cell"] = (7, 1)  # of a set with more classes
    at.run()
    assert not at.exception


def test_without_validation_pictures_cross_validation_chooses_and_says_so() -> None:
    alone = Selection(SUBJECT.selection.train, SUBJECT.selection.validation[:0], SUBJECT.selection.test, None)
    with given(replace(SUBJECT, selection=alone, images=replace(IMAGES, digest="no validation"))):
        at = open_section("probes")
    assert "no validation pictures" in at.error[0].value
    assert "chosen by cross\\-validation" in says(at)
    assert metrics(at)["Validation accuracy"] == "–"
    assert metrics(at)["Cross-validation"].endswith("%")


def test_one_class_is_a_sentence_and_no_probe() -> None:
    train = SUBJECT.selection.train[IMAGES.labels[SUBJECT.selection.train] == 0]
    one = Selection(train, SUBJECT.selection.validation, SUBJECT.selection.test, None)
    with given(replace(SUBJECT, selection=one, images=replace(IMAGES, digest="one class"))):
        at = open_section("probes")
    assert "two classes at least" in at.error[0].value
    assert len(at.error) == 1
    assert not at.metric


def test_one_picture_a_class_cannot_be_cross_validated() -> None:
    first = [SUBJECT.selection.train[IMAGES.labels[SUBJECT.selection.train] == label][0] for label in range(3)]
    few = Selection(IMAGES.part(0)[:0], SUBJECT.selection.validation, SUBJECT.selection.test, 1)
    few = replace(few, train=torch.tensor(first).numpy())
    with given(replace(SUBJECT, selection=few, images=replace(IMAGES, digest="one each"))):
        at = open_section("probes", **{f"{KEY}_choice": Choice.FOLDS.value})
    assert "two training pictures of each class" in at.error[0].value
    assert "chosen by validation" in says(at)
    assert metrics(at)["Validation accuracy"].endswith("%")


@pytest.mark.usefixtures("fresh")
def test_many_pictures_are_fitted_in_the_background(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state, "AT_ONCE", 3)
    at = until_ended(open_section("probes"))
    assert metrics(at)["Validation accuracy"].endswith("%")
    assert len(at.get("plotly_chart")) == 4


@pytest.mark.usefixtures("fresh")
def test_a_fit_that_fails_in_the_background_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise UserError("This cannot be fitted.")

    monkeypatch.setattr(state, "AT_ONCE", 3)
    monkeypatch.setattr(state, "sweep", fail)
    at = until_ended(open_section("probes"))
    assert "This cannot be fitted" in at.error[0].value


@pytest.mark.usefixtures("fresh")
def test_what_is_of_own_pictures_is_kept_in_the_session_alone() -> None:
    with given(replace(SUBJECT, images=replace(IMAGES, own=True, digest="own"))):
        open_section("probes")
    assert len(EVERYBODY.probe_results) == 0


def test_the_accuracy_is_guessed_before_anything_tells_it() -> None:
    at = open_section("probes")
    accuracy = float(metrics(at)["Validation accuracy"].rstrip("%")) / 100
    at.session_state["transfer_hide"] = True
    at.run()
    assert not at.metric
    assert not at.get("plotly_chart")
    at.number_input(key=f"{KEY}_guess_Validation accuracy").set_value(accuracy - 0.04)
    next(button for button in at.button if button.label == "Show the answers").click().run()
    assert not at.exception
    assert "as guessed" in says(at)
    assert metrics(at)["Validation accuracy"].endswith("%")
    at.selectbox(key=f"{KEY}_kind").set_value(Kind.NEIGHBOURS.value).run()
    assert not at.metric, "another probe is another thing to guess"
