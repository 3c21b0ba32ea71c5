"""Section "Take away" as a script: what can be had of a probe, of a training, of a model from a file."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from safetensors.torch import save
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from core.errors import UserError
from core.figures.transfer.takeaway_predictions import MOST_BYTES, SIDE, predictions_of
from core.jobs import Report
from core.transfer.data.image_set import Selection
from core.transfer.subject import Subject
from core.transfer.takeaway.weights import FORMAT, from_safetensors, to_safetensors
from core.transfer.training.run import Run
from core.ui.metrics.handover import MOST
from core.ui.transfer.takeaway.controls import KEY, WHAT
from tests.core.transfer.takeaway.made import image_set, run, scored, selection, trained
from tests.pages.transfer import says, until_ended

IMAGES = image_set()
OTHER = replace(image_set(12), name="others", digest="e" * 64)
SUBJECT = Subject(IMAGES, selection(IMAGES), "resnet18", False, 32)
KEPT: list[Run] = []
"""The trainings that are there when the section opens."""
MADE: dict[str, Callable[[], Any]] = {}
"""Label of a download -> what makes its file."""
THEN: dict[str, Callable[[], object] | None] = {}
"""Label of a download -> what happens when it is pressed."""


def script() -> None:
    from core.ui.framework.session import session
    from core.ui.transfer.takeaway import view
    from tests.pages import test_transfer_takeaway as here

    for kept in here.KEPT:
        if kept.trained.title not in session().runs:
            session().keep(kept)
    view.section()


@pytest.fixture(autouse=True)
def small_subject() -> Iterator[None]:
    """Whatever the menus say, the pictures are these; and files are not made but remembered how."""
    KEPT.clear()
    MADE.clear()
    THEN.clear()

    def remember(label: str, make: Callable[[], Any], *_: object, then: Callable[[], object] | None = None) -> None:
        MADE[label] = make
        THEN[label] = then

    def export(_: object, report: Report) -> bytes:
        report(0.5, "half")
        return b"a file"

    where = "core.ui.transfer.takeaway"
    with (
        patch(f"{where}.controls.choose_subject", lambda: SUBJECT),
        patch(f"{where}.controls.choose_set", lambda: IMAGES),
        patch("core.ui.framework.download", remember),
        patch("core.figures.transfer.takeaway_exports.to_onnx", export),
    ):
        yield


def open_section(*kept: Run) -> AppTest:
    KEPT.extend(kept)
    at = AppTest.from_function(script, default_timeout=120).run()
    assert not at.exception
    return at


def upload(at: AppTest, name: str, data: bytes) -> AppTest:
    at.file_uploader[0].upload(name, data).run()
    assert not at.exception
    return at


def test_a_first_visit_makes_the_probe_and_says_what_else_there_could_be() -> None:
    at = until_ended(open_section())
    assert at.selectbox(key=WHAT).options == ["Logistic probe"]
    assert "Run Race or Schedule" in says(at)
    assert list(MADE) == ["Weights (safetensors)"]  # the test part has not been looked at yet
    back = from_safetensors(MADE["Weights (safetensors)"]())
    assert back.classes == IMAGES.classes

    next(button for button in at.button if button.label == "Test accuracy (once)").click().run()
    assert not at.exception
    assert "of 6 test pictures right" in says(at)
    assert {"Script (Python)", "Pictures (zip)", "Test predictions"} <= set(MADE)
    assert len(slow_buttons(at)) == 2
    assert "Learning curves" not in MADE
    assert "fit(x, labels, penalty" in MADE["Script (Python)"]()


def test_a_training_is_there_at_once_with_all_that_belongs_to_it() -> None:
    at = open_section(run(trained(title="Older")), run(trained(title="Newer")))
    assert at.selectbox(key=WHAT).options == ["Newer", "Older", "Logistic probe"]
    assert "**Newer**" in says(at)
    assert "**66.7%** of 6 test pictures right, 30.0% to 90.3%" in says(at)
    assert {"Learning curves", "Layers", "All runs: summary (CSV)"} <= set(MADE)
    assert MADE["All runs: summary (CSV)"]().count("\r\n") == 3
    pictures = zipfile.ZipFile(io.BytesIO(MADE["Pictures (zip)"]()))
    assert len(pictures.namelist()) == len(IMAGES) + 1
    assert "PHASES = [" in MADE["Script (Python)"]()
    at.selectbox(key=WHAT).set_value("Older").run()
    assert "**Older**" in says(at)


def test_report_and_script_can_be_read_here() -> None:
    at = open_section(run())
    assert not at.code
    at.session_state[f"{KEY}_script"] = True
    at.session_state[f"{KEY}_read"] = True
    at.run()
    assert not at.exception
    assert "def main():" in at.code[0].value
    assert "## Disadvantages of the method" in says(at)
    assert "](figures/" not in says(at)  # the figures themselves are drawn there
    assert len(at.get("vega_lite_chart")) == 7


def test_a_training_on_other_pictures_gives_its_weights_and_says_what_is_missing() -> None:
    strange = trained(title="Elsewhere")
    at = open_section(run(replace(strange, data_digest=OTHER.digest), OTHER))
    assert "did not learn from three kinds" in says(at)
    assert [button.label.split(" (")[0] for button in slow_buttons(at)] == ["Make the ONNX file"]
    assert from_safetensors(MADE["Weights (safetensors)"]()).title == "Elsewhere"


def test_experiments_on_the_same_test_pictures_are_compared() -> None:
    other = run(trained(title="Other pictures"))
    fewer = replace(other.test, indices=other.test.indices[:3], target=other.test.target[:3])
    fewer = replace(fewer, probabilities=other.test.probabilities[:3])
    at = open_section(replace(other, test=fewer), run(trained(title="A")), run(trained(title="B")))
    report = zipfile.ZipFile(io.BytesIO(_report(at))).read("report.md").decode()
    learned = len(run().selection.train)
    assert f"| B | {learned} | 4 | 6 |" in report
    assert f"| A | {learned} | 4 | 6 |" in report
    assert "Other pictures" not in report


def _report(at: AppTest) -> bytes:
    assert not at.exception
    with patch("core.figures.transfer.takeaway_report.draw", lambda *_: {}):
        until_ended(at.button(key=f"{KEY}_Report (zip)_make").click().run())
        data: bytes = MADE["Report (zip)"]()
    return data


def slow_buttons(at: AppTest) -> list[Button]:
    return [button for button in at.button if str(button.key).endswith("_make")]


def test_what_takes_a_while_says_how_long_and_is_offered_when_it_is_there() -> None:
    at = open_section(run(trained(title="Older")), run(trained(title="Newer")))
    assert not {"Report (zip)", "Network (ONNX)"} & set(MADE)
    assert all(re.fullmatch(r"Make the (report|ONNX file) \(about \d+ (s|min)\)", b.label) for b in slow_buttons(at))
    make = f"{KEY}_Network (ONNX)_make"
    until_ended(at.button(key=make).click().run())
    assert not at.exception
    assert MADE["Network (ONNX)"]() == b"a file"
    assert make not in [button.key for button in at.button]
    MADE.clear()
    at.selectbox(key=WHAT).set_value("Older").run()
    assert "Network (ONNX)" not in MADE, "that of another network"
    assert make in [button.key for button in at.button]
    at.selectbox(key=WHAT).set_value("Newer").run()
    assert "Network (ONNX)" in MADE, "it is still there"


def test_one_that_was_cancelled_or_failed_can_be_made_again() -> None:
    def export(*_: object) -> bytes:
        if not failed:
            failed.append(True)
            raise UserError("It cannot be exported.")
        return b"second"

    failed: list[bool] = []
    with patch("core.figures.transfer.takeaway_exports.to_onnx", export):
        at = open_section(run())
        until_ended(at.button(key=f"{KEY}_Network (ONNX)_make").click().run())
        assert [error.value for error in at.error] == ["It cannot be exported\\."]
        until_ended(at.button(key=f"{KEY}_Network (ONNX)_again").click().run())
    assert not at.error
    assert MADE["Network (ONNX)"]() == b"second"


def test_a_training_is_taken_with_its_weights_or_its_report_and_not_with_a_table() -> None:
    at = open_section(run())
    assert [label for label, then in THEN.items() if then is not None] == ["Weights (safetensors)"]
    until_ended(at.button(key=f"{KEY}_Network (ONNX)_make").click().run())
    assert THEN["Network (ONNX)"] is not None


def test_a_model_that_was_taken_away_comes_back_and_can_be_asked() -> None:
    at = upload(open_section(run()), "model.safetensors", to_safetensors(trained(title="Last group")))
    assert at.selectbox(key=WHAT).value == "Last group (2)"  # the training keeps its name
    assert not at.error
    MADE.clear()
    next(button for button in at.button if button.key == f"{KEY}_ask").click().run()
    until_ended(at)
    assert "of 6 test pictures right" in says(at)
    assert {"Weights (safetensors)", "Test predictions"} <= set(MADE)
    assert "Script (Python)" not in MADE  # how it was trained, nobody knows
    assert "training pictures" not in says(at)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a model", "no safetensors file"),
        (save({"a": trained().state["heads.0.bias"]}), "not made here"),
        (save({"a": trained().state["heads.0.bias"]}, {"format": json.dumps(FORMAT)}), "not one of this page"),
    ],
)
def test_another_file_leaves_a_sentence_and_all_else_as_it_was(data: bytes, words: str) -> None:
    at = upload(open_section(run()), "model.safetensors", data)
    assert words in at.error[0].value
    assert at.selectbox(key=WHAT).value == "Last group"
    assert "of 6 test pictures right" in says(at)
    at.run()
    assert at.file_uploader[0].value is None  # the file is let go of


def test_pictures_that_are_too_many_are_not_offered() -> None:
    with patch("core.figures.transfer.takeaway_exports.MOST_BYTES", 10):
        at = open_section(run())
    assert "Pictures (zip)" not in MADE
    assert "take fewer a class" in says(at)


def metrics_script() -> None:
    from unittest.mock import patch

    import streamlit as st

    from core.ui.framework.page import draw_section
    from core.ui.pages import METRICS
    from core.ui.transfer.handover import send_to_metrics
    from tests.core.transfer.takeaway.made import image_set, scored

    if "call" not in st.session_state:
        with patch.object(st, "switch_page") as go:
            send_to_metrics("All of it", scored(image_set()), image_set())
        st.session_state["call"] = go.call_args
    draw_section(METRICS.modules["Predictions"])


def test_test_predictions_open_in_the_metrics_explorer_with_their_pictures() -> None:
    at = AppTest.from_function(metrics_script, default_timeout=120).run()
    (page,), link = at.session_state["call"]
    assert page == "pages/metrics_explorer.py"
    assert link["query_params"]["metrics_section"] == "Predictions"
    at = AppTest.from_function(metrics_script, default_timeout=120)
    for name, value in link["query_params"].items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    assert at.selectbox(key="metrics_predictions_source").value == "From All of it"
    assert "handed over by another page" in says(at)
    assert next(metric.value for metric in at.metric if metric.label == "Accuracy") == "0.667"
    assert "Below each picture is what the model gave" in says(at)
    assert "dark/18.png" in at.dataframe[-1].value["sample"].tolist()


def test_the_button_sends_what_is_chosen() -> None:
    at = open_section(run())
    with patch("core.ui.transfer.takeaway.view.send_to_metrics") as send:
        at.button(key=f"{KEY}_metrics").click().run()
    title, answers, images = send.call_args.args
    assert (title, images) == ("Last group", IMAGES)
    assert answers is KEPT[0].test


def test_pictures_handed_over_are_small_and_the_right_ones() -> None:
    images = image_set(24, side=100)
    found = predictions_of(scored(images), images)
    assert found.thumbnails is not None
    assert found.thumbnails.shape == (6, SIDE, SIDE, 3)
    assert found.ids is not None
    assert found.ids.tolist() == [images.names[index] for index in range(18, 24)]
    tiny = predictions_of(scored(IMAGES), IMAGES)
    assert tiny.thumbnails is not None
    assert (tiny.thumbnails[0] == IMAGES.images[18].permute(1, 2, 0).numpy()).all()


def test_many_pictures_are_handed_over_still_smaller() -> None:
    count = 4_000
    images = image_set(count, side=64)
    everything = np.arange(count)
    answers = scored(images)
    target = images.labels
    probabilities = np.tile(answers.probabilities[:1], (count, 1))
    many = predictions_of(replace(answers, indices=everything, target=target, probabilities=probabilities), images)
    assert many.thumbnails is not None
    assert many.thumbnails.nbytes <= MOST_BYTES
    assert many.thumbnails.nbytes * MOST <= 100 * 2**20


def test_a_set_without_a_test_part_is_said_so() -> None:
    nothing = np.empty(0, np.int64)
    empty = Subject(
        IMAGES, Selection(SUBJECT.selection.train, SUBJECT.selection.validation, nothing, None), "resnet18", False, 32
    )
    with patch("core.ui.transfer.takeaway.controls.choose_subject", lambda: empty):
        at = until_ended(open_section())
    assert "no test part" in says(at)
    assert list(MADE) == ["Weights (safetensors)"]
