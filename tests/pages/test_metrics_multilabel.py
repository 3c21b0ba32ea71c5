"""Section "Multilabel": typed, clicked, resized, uploaded, and told apart from what was before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.proto.Metric_pb2 import Metric as MetricProto
from streamlit.testing.v1 import AppTest

from tests.pages.conv import captions, drawings, errors, metrics, press, said

SCRIPT = """
import streamlit as st
from core.ui.metrics.multilabel.view import section
section()
"""
CLICK = (
    SCRIPT
    + """
from core.ui.metrics.multilabel.state import toggle
sample, label, predicted = st.session_state["click"]
st.button("click", key="clicked", on_click=toggle, args=(sample, label, predicted))
"""
)
ROOT = Path(__file__).parent.parent.parent


def visit(script: str = SCRIPT, **link: str) -> AppTest:
    at = AppTest.from_string(script, default_timeout=60)
    for key, value in link.items():
        at.query_params[f"metrics_multilabel_{key}"] = value
    return at


def clean(at: AppTest) -> dict[str, str]:
    """The metrics without the marks of the chosen one."""
    assert not at.exception
    return {label.strip("*"): value for label, value in metrics(at).items()}


def deltas(at: AppTest) -> dict[str, str]:
    return {box.label.strip("*"): box.delta for box in at.metric}


@pytest.fixture
def page() -> AppTest:
    return visit().run()


def test_the_golden_example_stands_there_at_once(page: AppTest) -> None:
    assert clean(page) == {
        "F₁ samples": "0.583",
        "F₁ micro": "0.800",
        "F₁ macro": "0.778",
        "F₁ weighted": "0.800",
        "Exact match": "0.500",
        "Hamming loss": "0.167",
    }
    assert set(deltas(page).values()) == {""}
    assert "cat" in drawings(page)["metrics_multilabel_grid"]
    assert r"\tfrac{1}{4} (0.667 + 0.667 + 0.000 + 1.000)" in said(page)


def test_the_empty_row_matters(page: AppTest) -> None:
    page.segmented_control(key="metrics_multilabel_zero").set_value("1").run()
    assert clean(page)["F₁ samples"] == "0.833"
    assert deltas(page)["F₁ samples"] == "+0.250, was 0.583"
    assert deltas(page)["F₁ macro"] == ""
    page.segmented_control(key="metrics_multilabel_zero").set_value("left out").run()
    assert clean(page)["F₁ samples"] == "0.778"
    assert "is left out" in said(page)


@pytest.mark.parametrize(
    ("average", "formula"),
    [
        ("micro", r"\frac{8}{10}"),
        ("macro", r"\tfrac{1}{3}"),
        ("weighted", r"\frac{2 \cdot 1.000"),
        ("samples", r"\tfrac{1}{4}"),
    ],
)
def test_each_average_has_its_formula(page: AppTest, average: str, formula: str) -> None:
    page.radio(key="metrics_multilabel_average").set_value(average).run()
    clean(page)
    assert formula in said(page)


@pytest.mark.parametrize(("score", "micro"), [("precision", "P micro"), ("Fβ", "Fβ micro"), ("Jaccard", "J micro")])
def test_other_scores(page: AppTest, score: str, micro: str) -> None:
    page.selectbox(key="metrics_multilabel_score").set_value(score).run()
    assert clean(page)[micro] == ("0.667" if score == "Jaccard" else "0.800")


def test_a_click_turns_a_cell_and_the_fields_follow() -> None:
    at = visit(CLICK)
    at.session_state["click"] = (0, 1, True)
    at.run()
    press(at, "click")
    assert at.text_input(key="metrics_multilabel_predicted").value == "110 011 000 101"
    assert clean(at)["F₁ micro"] == "0.909"
    assert deltas(at)["F₁ micro"] == "+0.109, was 0.800"
    press(at, "click")
    assert at.text_input(key="metrics_multilabel_predicted").value == "100 011 000 101"


def test_clicks_that_come_together_all_count() -> None:
    """Streamlit keeps the last of two quick messages, so each holds all clicks that Python has not answered."""
    key = "metrics_multilabel_grid"
    script = (
        "import streamlit as st\nfrom core.ui.components.inbox import new_clicks\n"
        f"st.session_state['{key}'] = {{'cells': st.session_state.get('sent')}}\n"
        f"st.session_state['got'] = new_clicks('{key}', 'cells', 2)\n"
    )
    at = AppTest.from_string(script, default_timeout=60)

    def send(sent: object) -> object:
        at.session_state["sent"] = sent
        at.run()
        assert not at.exception
        return at.session_state["got"]

    assert send([[1, 1, 3], [2, 1, 4]]) == [(1, 3), (1, 4)]
    assert send([[1, 1, 3], [2, 1, 4], [3, 2, 5]]) == [(2, 5)], "what was answered is not done again"
    assert send([[5, 0, 1], [4, 2, 2]]) == [(2, 2), (0, 1)], "in order"
    for hostile in (None, "x", [[6]], [["6", 1, 1]], [[6, 1, None]], [[True, 1, 1]], {"6": 1}, [6, 1, 1]):
        assert send(hostile) == []


def test_the_section_listens_to_all_clicks(page: AppTest) -> None:
    sent = json.loads(drawings(page)["metrics_multilabel_grid"])
    assert (sent["picks"], sent["seen"]) == (True, 0)
    assert "By keyboard: Tab to the picture" in captions(page)
    assert "or type the digits" in captions(page)


def test_0_over_0_has_the_words_of_the_section_matrix(page: AppTest) -> None:
    zero = page.segmented_control(key="metrics_multilabel_zero")
    assert (zero.value, zero.options) == ("0", ["left out", "0", "1"])
    assert "own default is 0, with a warning" in zero.help


def test_a_fall_has_a_true_minus_and_an_arrow_down(page: AppTest) -> None:
    page.text_input(key="metrics_multilabel_predicted").set_value("000 011 000 101").run()
    tiles = {box.label.strip("*"): box for box in page.metric}
    fallen, loss = tiles["Exact match"], tiles["Hamming loss"]
    assert tiles["F₁ micro"].delta.startswith("−0.")
    assert tiles["F₁ micro"].proto.direction == MetricProto.MetricDirection.DOWN
    assert tiles["F₁ micro"].proto.color == MetricProto.MetricColor.RED
    assert fallen.delta == ""
    assert (loss.delta, loss.proto.direction) == ("+0.083, was 0.167", MetricProto.MetricDirection.UP)
    assert loss.proto.color == MetricProto.MetricColor.RED, "more is worse"


def test_a_click_beside_the_table_changes_nothing() -> None:
    at = visit(CLICK)
    at.session_state["click"] = (99, 1, False)
    at.run()
    press(at, "click")
    assert at.text_input(key="metrics_multilabel_gold").value == "110 010 000 101"
    clean(at)


def test_samples_and_labels_come_and_go(page: AppTest) -> None:
    page.number_input(key="metrics_multilabel_samples").set_value(5).run()
    assert page.text_input(key="metrics_multilabel_gold").value == "110 010 000 101 000"
    page.number_input(key="metrics_multilabel_size").set_value(4).run()
    assert page.text_input(key="metrics_multilabel_labels").value == "cat, dog, sofa, A"
    page.number_input(key="metrics_multilabel_size").set_value(2).run()
    assert page.text_input(key="metrics_multilabel_predicted").value == "10 01 00 10 00"
    clean(page)
    press(page, "Reset")
    assert clean(page)["F₁ samples"] == "0.583"


def test_a_link_holds_all_of_it() -> None:
    at = visit(gold="11 00", predicted="11 00", labels="sun, moon", average="macro", zero="1", score="recall").run()
    assert clean(at)["R samples"] == "1.000"
    assert at.number_input(key="metrics_multilabel_samples").value == 2
    assert "moon" in drawings(at)["metrics_multilabel_grid"]


@pytest.mark.parametrize(
    "link",
    [
        {"gold": "<script>"},
        {"gold": "1" * 500},
        {"predicted": ""},
        {"labels": ",,,"},
        {"zero": "7"},
        {"average": "binary"},
        {"score": "__class__"},
        {"beta": "nan", "score": "Fβ"},
        {"matrix": "nobody"},
    ],
)
def test_a_tampered_link_does_no_harm(link: dict[str, str]) -> None:
    at = visit(**link).run()
    assert not at.exception
    assert len(at.metric) == 6


def test_what_cannot_be_read_says_so_and_the_last_table_stays(page: AppTest) -> None:
    page.text_input(key="metrics_multilabel_gold").set_value("111 010 000 101").run()
    before = clean(page)
    page.text_input(key="metrics_multilabel_gold").set_value("111 01x 000 101").run()
    assert errors(page) == [
        'Actual, sample 2: "x" in "01x" is neither 0 nor 1. The last table that could be read is still shown.'
    ]
    assert clean(page) == before


def test_the_matrix_of_a_label(page: AppTest) -> None:
    page.selectbox(key="metrics_multilabel_matrix").set_value("sofa").run()
    assert '"sofa", "not sofa"' in drawings(page)["metrics_multilabel_table"]


def upload(at: AppTest, content: str, name: str = "rows.csv") -> AppTest:
    at.file_uploader[0].set_value((name, content.encode(), "text/csv")).run()
    return at


def test_a_file_of_lists_then_taken_over_and_forgotten(page: AppTest) -> None:
    upload(page, "id,gold,predicted\n1,sun;moon,sun\n2,,\n3,sun,moon\n")
    assert clean(page)["F₁ micro"] == "0.400"
    assert "moon" in drawings(page)["metrics_multilabel_grid"]
    press(page, "Edit it by clicks")
    assert page.text_input(key="metrics_multilabel_gold").value == "11 00 01"
    assert clean(page)["F₁ micro"] == "0.400"


def test_a_large_file_shows_its_first_rows_and_scores_all(page: AppTest) -> None:
    rows = "\n".join(f"{i % 2},{i % 3 // 2},{i % 2},0" for i in range(3000))
    upload(page, f"gold_a,gold_b,pred_a,pred_b\n{rows}\n")
    assert clean(page)["Exact match"] == "0.667"
    assert "mean of all 3,000" in drawings(page)["metrics_multilabel_grid"]
    assert "Edit it by clicks" not in [button.label for button in page.button]
    press(page, "Forget the file")
    assert clean(page)["F₁ samples"] == "0.583"


def test_a_bad_file_says_so_and_nothing_is_lost(page: AppTest) -> None:
    page.text_input(key="metrics_multilabel_gold").set_value("111 010 000 101").run()
    before = clean(page)
    upload(page, "PK\x03\x04 not a table")
    assert len(errors(page)) == 1
    assert "not a CSV file" in errors(page)[0]
    assert clean(page) == before
    upload(page, "gold,predicted\nx,x\n,x\n")
    assert "fewer than two different labels" in errors(page)[0]
    assert clean(page) == before
