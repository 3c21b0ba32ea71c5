"""Two models on the same rows, as the section of predictions draws them."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from tests.pages.conv import drawings, errors, metrics, said

SCRIPT = """
import numpy as np
import streamlit as st
from core.ui.metrics.predictions.compare import compare
target, first, second, labels, names = st.session_state["given"]
compare(np.array(target), np.array(first), np.array(second), labels, names)
"""
TARGET = [0] * 10 + [1] * 10
FIRST = [0] * 10 + [0] * 8 + [1] * 2
SECOND = [0] * 10 + [1] * 10


def visit(first: list[int] = FIRST, second: list[int] = SECOND, names: tuple[str, str] = ("old", "new")) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=60)
    at.session_state["given"] = (TARGET, first, second, ("cat", "dog"), names)
    return at.run()


def test_the_outcome_stands_there() -> None:
    at = visit()
    assert not at.exception
    text = said(at).replace("\\", "")
    assert "The difference is hardly chance: new alone is right on 8 rows, the other alone on 0" in text
    assert "in only 0.8% of all cases" in text
    assert set(drawings(at)) >= {"metrics_compare_contingency", "metrics_compare_difference"}


def test_the_cell_that_differs_most_is_listed_first() -> None:
    at = visit()
    assert (at.selectbox(key="metrics_compare_gold").value, at.selectbox(key="metrics_compare_predicted").value) == (
        "dog",
        "cat",
    )
    tables = [frame.value for frame in at.dataframe]
    assert tables[-1]["row"].tolist() == list(range(11, 19))
    at.selectbox(key="metrics_compare_gold").set_value("cat").run()
    assert "No row is like that" in said(at)


def test_kinds_of_rows() -> None:
    at = visit()
    at.selectbox(key="metrics_compare_kind").set_value((1, 0)).run()
    assert at.dataframe[0].value["row"].tolist() == list(range(11, 19))
    assert at.dataframe[0].value.columns.tolist() == ["row", "actual", "old", "new"]


def test_models_that_agree() -> None:
    at = visit(SECOND, SECOND)
    assert not at.exception
    assert "nothing that sets them apart" in said(at)
    assert "McNemar" not in said(at).split("Why two matrices")[0]


@pytest.mark.parametrize("names", [("a", "a"), ("actual", "row"), ("gold", "row"), ("", ""), ("=1+1", "**x** $y$ <b>")])
def test_any_names(names: tuple[str, str]) -> None:
    at = visit(names=names)
    assert not at.exception
    assert len(at.dataframe) >= 1


def test_rows_that_do_not_fit_say_so() -> None:
    at = visit(FIRST[:-1])
    assert not at.exception
    assert "compared row by row" in errors(at)[0]


def test_the_note_has_two_computed_examples() -> None:
    text = said(visit()).replace("\\", "")
    assert "right on 80% of 100 rows, model B on 86%" in text
    assert "= mathbf{0.031}" in text
    assert "= mathbf{0.392}" in text


def test_other_data_forgets_the_chosen_cell() -> None:
    at = visit()
    at.session_state["given"] = (TARGET, FIRST, SECOND, ("sun", "moon"), ("old", "new"))
    at.run()
    assert not at.exception
    assert at.selectbox(key="metrics_compare_gold").value == "moon"


def test_how_far_it_could_vary() -> None:
    at = visit()
    assert metrics(at) == {}, "only made when asked for"
    script = SCRIPT.replace(
        "compare(np",
        "import core.ui.metrics.predictions.compare as c\nst.session_state['metrics_compare_vary'] = True\ncompare(np",
    )
    at = AppTest.from_string(script, default_timeout=60)
    at.session_state["given"] = (TARGET, FIRST, SECOND, ("cat", "dog"), ("old", "new"))
    at.run()
    assert not at.exception
    assert metrics(at)["Accuracy"] == "+0.400"
