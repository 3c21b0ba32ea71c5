"""The scores half of section "Matrix" as a script: edits, options, formulas, trivial classifiers, links."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.metrics.report import PER_CLASS, WHOLE
from core.ui.framework import prose
from tests.pages.conv import captions, drawings, errors, metrics, press, said

SCRIPT = "from core.ui.metrics.matrix.view import section\nsection()"
KEY = "metrics_matrix"
THREE = "30 50 20\n20 60 20\n10 10 80"


def visit(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def run(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def type_in(at: AppTest, text: str) -> AppTest:
    at.text_area(key="metrics_text").set_value(text)
    return run(at)


def choose(at: AppTest, name: str, value: Any) -> AppTest:
    """Set a control by the end of its key."""
    key = f"{KEY}_{name}"
    if name in ("positive", "of"):
        at.selectbox(key=key).set_value(value)
    elif name == "beta":
        at.slider(key=key).set_value(value)
    elif name == "labels":
        at.multiselect(key=key).set_value(value)
    elif name == "own_weights":
        at.text_input(key=key).set_value(value)
    else:
        at.button_group(key=key).set_value(value)
    return run(at)


def words(at: AppTest) -> str:
    """All that is said, without Markdown's backslashes."""
    return re.sub(r"\\(.)", r"\1", said(at))


def notes(at: AppTest) -> dict[str, str]:
    return {box.label: box.delta for box in at.metric}


def table(at: AppTest, first: str) -> Any:
    """The table whose first column is called so, by its first column."""
    frame = next(box.value for box in at.dataframe if box.value.columns[0] == first)
    return frame.set_index(first)


@pytest.fixture
def page() -> AppTest:
    return visit()


@pytest.fixture
def three() -> AppTest:
    return visit(metrics_text=THREE, metrics_names="A, B, C")


def test_the_lectures_matrix_stands_there_at_first(page: AppTest) -> None:
    assert metrics(page) == {
        "Accuracy": "0.767", "Precision": "0.889", "Recall": "0.762", "F1": "0.821", "Specificity": "0.778",
        "Balanced accuracy": "0.770", "MCC": "0.505", "κ": "0.493",
    }  # fmt: skip
    assert notes(page)["Precision"] == "80/90"
    assert "The slide prints accuracy 0.7; exactly it is 115/150 = 0.7667, which rounds to 0.8." in captions(page)
    assert "at least as good as the model" in said(page), "always yes has the better F1"
    assert "Always yes: F1 0.824, this classifier 0.821" in words(page)
    assert r"2 \cdot \frac{1}{1/0.889 + 1/0.762}" in page.latex[0].value


def tags(at: AppTest) -> list[list[str]]:
    """TP, FN, FP and TN as they stand in the cells of the table."""
    return [[cell["tag"] for cell in row] for row in json.loads(drawings(at)[f"{KEY}_table"])["cells"]]


def test_the_cells_say_which_counts_they_are(page: AppTest) -> None:
    assert tags(page) == [["TP", "FN"], ["FP", "TN"]]
    choose(page, "positive", "no")
    assert tags(page) == [["TN", "FP"], ["FN", "TP"]]
    page.segmented_control(key="metrics_rows").set_value("predicted")
    assert tags(run(page)) == [["TN", "FN"], ["FP", "TP"]]
    assert "true positives (TP)" in drawings(page)[f"{KEY}_table"]


def test_of_three_classes_none_is_positive_and_chance_competes(three: AppTest) -> None:
    assert tags(three) == [[""] * 3] * 3
    assert "Guessing each class as often as it occurs: macro-F1 0.333, this classifier 0.549" in words(three)
    choose(three, "average", "weighted")
    assert "weighted-F1 0.333" in words(three)


def test_an_edit_shows_what_was(page: AppTest) -> None:
    type_in(page, "100 25\n10 35")
    assert metrics(page)["Precision"] == "0.909"
    assert notes(page)["Precision"] == "100/110, was 0.889"
    assert notes(page)["Specificity"] == "35/45"
    assert table(page, "average").loc["binary: yes", "Precision"] == "0.889 → 0.909"
    assert table(page, "class").loc["yes", "Precision"] == "0.909 ↑"
    assert "The slide" not in captions(page)
    assert r"\frac{100}{110} = \mathbf{0.909}" in said(page)


def test_three_classes_are_averaged(three: AppTest) -> None:
    shown = metrics(three)
    assert (shown["Precision"], shown["Recall"], shown["F1"]) == ("0.556", "0.567", "0.549")
    averages = table(three, "average")
    assert averages.index.tolist() == ["micro", "macro", "weighted"]
    assert averages.loc["micro", "F1"] == shown["Accuracy"] == "0.567"
    choose(three, "average", "micro")
    assert metrics(three)["Precision"] == "0.567"
    assert notes(three)["Precision"] == "170/300"
    assert "micro average" in captions(three)


def test_positive_class_and_beta(page: AppTest) -> None:
    choose(page, "positive", "no")
    assert metrics(page)["Precision"] == "0.583"
    assert notes(page)["Precision"] == "35/60"
    choose(page, "beta", 0.5)
    assert table(page, "class").loc["yes", "F0.5"] == "0.860"


def test_class_weights_multiply_target_rows(page: AppTest) -> None:
    choose(page, "weights", "balanced")
    assert metrics(page)["Accuracy"] == metrics(page)["Balanced accuracy"] == "0.770"
    choose(page, "weights", "my own")
    choose(page, "own_weights", "1, 3")
    assert metrics(page)["Precision"] == "0.727"
    assert notes(page)["Precision"] == "80/110"
    assert "sample_weight" in said(page)
    choose(page, "own_weights", "1, x")
    assert errors(page) == ['"x" is no weight: type a number from 0 to 1,000 such as 2.5.']
    assert metrics(page)["Precision"] == "0.889"
    choose(page, "own_weights", "0 0")
    assert metrics(page)["Accuracy"] == "undefined"
    assert any("change the class weights" in box.value for box in page.info)


def test_labels_leave_a_class_out_of_the_average(three: AppTest) -> None:
    choose(three, "labels", ["A", "B"])
    assert metrics(three)["Precision"] == "0.500"
    assert "over 2 of 3 classes" in captions(three)


def test_0_over_0_is_undefined_or_what_is_chosen(page: AppTest) -> None:
    type_in(page, "0 25\n0 35")
    assert metrics(page)["Precision"] == "undefined"
    assert table(page, "class").loc["yes", "Precision"] == "undefined"
    assert "Undefined or infinite. Precision: yes (never predicted: 0/0)" in captions(page)
    zero = page.segmented_control(key=f"{KEY}_zero")
    assert (zero.value, zero.options) == ("left out", ["left out", "0", "1"])
    assert "own default is 0, with a warning" in zero.help
    choose(page, "zero", "1")
    assert metrics(page)["Precision"] == "1.000"
    assert r"\frac{0}{0} \to \mathbf{1.000}" in said(page)


def test_without_samples_all_is_undefined_and_the_page_says_what_to_do(page: AppTest) -> None:
    type_in(page, "0 0\n0 0")
    assert set(metrics(page).values()) == {"undefined"}
    assert any("Type a count above 0" in box.value for box in page.info)
    assert "nan" not in said(page).lower().replace("nanmean", "")


@pytest.mark.parametrize("score", ["Precision", "F1", "LR+", "Accuracy", "MCC", "κ", "F1 of the means"])
def test_each_score_has_its_formula_and_its_words(page: AppTest, score: str) -> None:
    choose(page, "formula", score)
    assert len(page.latex) == 2, "F1 beside the matrix, and this one"
    assert "It misleads:" in said(page)
    if score in ("Precision", "F1"):
        choose(page, "of", "macro average")
        assert r"\sum_k" in page.latex[1].value
        assert prose("metrics/matrix", "macro") in words(page)


@pytest.mark.parametrize("score", [*PER_CLASS, *WHOLE])
def test_every_score_has_words(score: str) -> None:
    says, misleads = prose("metrics/matrix", score, **({"c": "yes"} if score in PER_CLASS else {})).split("\n\n")
    assert says.endswith(".")
    assert misleads.startswith("**It misleads:** ")
    assert misleads.endswith(".")


def test_classes_that_are_gone_are_not_chosen_any_more(three: AppTest) -> None:
    choose(three, "of", "class C")
    choose(three, "labels", ["A", "C"])
    three.number_input(key="metrics_classes").set_value(2)
    run(three)
    assert three.selectbox(key=f"{KEY}_of").value == "class A"
    assert three.multiselect(key=f"{KEY}_labels").value == ["A"]
    assert "over 1 of 2" not in captions(three), "the headline is binary again"


@pytest.mark.parametrize(
    "link",
    [
        {"average2": "samples", "zero": "7", "kappa": "cubic", "beta": "1e99", "weights": "x"},
        {"positive": "nobody", "labels": "nobody", "of": "class nobody", "formula": "AUC"},
        {"beta": "nan", "own_weights": "inf", "weights": "my own"},
    ],
)
def test_a_link_that_was_tampered_with_does_no_harm(link: dict[str, str]) -> None:
    at = visit(**{f"{KEY}_{name}": value for name, value in link.items()})
    assert metrics(at)["Precision"] == "0.889"


def test_a_link_brings_the_options() -> None:
    at = visit(metrics_matrix_positive="no", metrics_matrix_formula="Recall", metrics_matrix_beta="0.5")
    assert metrics(at)["Recall"] == "0.778"
    assert r"\text{recall}" in at.latex[1].value


def test_names_are_not_markdown() -> None:
    at = visit(metrics_names="*a* :red[x], $b$ `c`")
    text = "\n".join(box.value for box in [*at.markdown, *at.caption])
    assert not re.search(r"(?<!\\)\*a\*", text)
    assert not re.search(r"(?<!\\):red\[", text)
    assert r"\*a\*" in text
    assert r"P(\text{*a* :red[x]})" in at.latex[1].value


def test_the_code_on_the_screen_runs(page: AppTest, capsys: pytest.CaptureFixture[str]) -> None:
    choose(page, "zero", "0")
    exec(compile(page.code[0].value, "scores.py", "exec"), {})
    assert "all as on the screen" in capsys.readouterr().out


def test_predict_first_hides_every_score_until_somebody_guesses() -> None:
    at = AppTest.from_string(f"import streamlit as st\nst.session_state.metrics_hide = True\n{SCRIPT}")
    at.default_timeout = 120
    run(at)
    assert not at.metric
    assert not at.latex
    assert not at.dataframe
    assert "F1 is of the positive class, “yes”" in captions(at)
    assert "true positives" not in captions(at), "nor does the note of a known matrix tell"
    at.number_input(key=f"{KEY}_guess_Accuracy").set_value(0.76)
    at.number_input(key=f"{KEY}_guess_F1").set_value(0.9)
    press(at, "Show the answers")
    assert "Accuracy: **0.767**, as guessed" in said(at)
    assert "F1: **0.821**, guessed 0.900" in said(at)
    assert metrics(at)["Accuracy"] == "0.767"
    type_in(at, "8 2 1\n0 9 1\n1 1 8")
    assert not at.metric, "another matrix is another question"
    assert "F1 is macro-F1" in captions(at)
