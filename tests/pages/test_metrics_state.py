"""The matrix that three sections share: typed, pasted, from a menu, from a link, and what is refused."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.metrics.presets import PRESETS
from core.ui.components.inbox import new_edits
from core.ui.components.matrix import Edit
from core.ui.metrics import session
from tests.pages.conv import captions, drawings, errors, press

SCRIPT = """
import streamlit as st
from core.ui.components.matrix import Edit
from core.ui.metrics import editor, session
from core.metrics.confusion import ConfusionMatrix

edits = [Edit(*edit) for edit in st.session_state.get("test_edits", [])]
st.button("Type", on_click=session.apply, args=(edits,))
st.button("Put", on_click=session.put, args=(ConfusionMatrix([[1, 2], [3, 4]], ("a", "b")),))
editor.menu()
editor.buttons()
matrix = editor.edit("table")
baseline = session.baseline()
st.text(repr((matrix.counts.astype(int).tolist(), matrix.labels)))
st.text(repr((baseline.counts.astype(int).tolist(), baseline.labels)))
"""
LECTURE = [[80, 25], [10, 35]]


def visit(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=60)
    for key, value in link.items():
        at.query_params[key] = value
    return at.run()


def matrix(at: AppTest) -> tuple[list[list[int]], tuple[str, ...]]:
    found: tuple[list[list[int]], tuple[str, ...]] = eval(at.text[0].value)
    return found


def counts(at: AppTest) -> list[list[int]]:
    return matrix(at)[0]


def baseline(at: AppTest) -> list[list[int]]:
    found: list[list[int]] = eval(at.text[1].value)[0]
    return found


def type_cells(at: AppTest, *edits: tuple[tuple[int, ...], str]) -> AppTest:
    at.session_state["test_edits"] = list(edits)
    return press(at.run(), "Type")


def widget(at: AppTest, kind: str, key: str) -> Any:
    return next(one for one in getattr(at, kind) if one.key == key)


def start_from(at: AppTest, title: str) -> AppTest:
    return widget(at, "selectbox", "metrics_start").select(title).run()


def test_the_first_visit_has_the_lectures_matrix() -> None:
    at = visit()
    assert matrix(at) == (LECTURE, ("yes", "no"))
    assert not at.exception
    assert not errors(at)


def test_a_cell_is_typed_and_undone() -> None:
    at = type_cells(visit(), ((0, 0), "100"))
    assert counts(at) == [[100, 25], [10, 35]]
    assert at.query_params["metrics_text"] in ("100 25\n10 35", ["100 25\n10 35"]), "the link holds it"
    assert baseline(at) == LECTURE
    assert counts(press(at, "Undo")) == LECTURE


def test_several_at_once_and_a_name() -> None:
    at = type_cells(visit(), ((0, 1), "7"), ((1, 0), "8"), ((1,), "not at all"))
    assert matrix(at) == ([[80, 7], [8, 35]], ("yes", "not at all"))


@pytest.mark.parametrize(
    ("place", "text", "said"),
    [
        ((0, 0), "-3", "negative"),
        ((0, 0), "2.5", "not whole"),
        ((0, 0), "many", "no count"),
        ((0, 0), "", "empty cell"),
        ((0, 0), "99999999999", "too large"),
        ((0,), "", "needs a name"),
        ((0,), "no", "name of its own"),
        ((0,), "a,b", "comma"),
    ],
)
def test_what_cannot_be_typed_is_said_and_nothing_is_lost(place: tuple[int, ...], text: str, said: str) -> None:
    at = type_cells(visit(), ((1, 1), "36"))
    at = type_cells(at, (place, text))
    assert said.lower() in errors(at)[0].lower()
    assert len(errors(at)) == 1
    assert matrix(at) == ([[80, 25], [10, 36]], ("yes", "no"))
    assert not errors(at.run()), "said once"


@pytest.mark.parametrize("place", [(0, 9), (9, 0), (-1, 0), (9,), (0, 0, 0)])
def test_cells_that_are_not_there_are_passed_over(place: tuple[int, ...]) -> None:
    at = type_cells(visit(), (place, "5"))
    assert counts(at) == LECTURE
    assert not at.exception


def test_an_empty_matrix_says_what_to_do() -> None:
    at = type_cells(visit(), *(((g, p), "0") for g in range(2) for p in range(2)))
    assert counts(at) == [[0, 0], [0, 0]]
    assert any("empty" in box.value for box in at.info)


def test_showing_it_the_other_way_round_changes_nothing() -> None:
    at = visit()
    at = widget(at, "segmented_control", "metrics_rows").set_value("predicted").run()
    assert counts(at) == LECTURE
    assert "Precision and recall change places" not in captions(at)


def test_typed_the_other_way_round_turns_the_matrix_and_says_so() -> None:
    at = widget(visit(), "toggle", "metrics_turned").set_value(True).run()
    assert counts(at) == [[80, 10], [25, 35]]
    assert baseline(at) == LECTURE
    assert "Precision and recall change places" in captions(at)
    at = type_cells(at, ((0, 1), "11"))
    assert counts(at) == [[80, 11], [25, 35]], "what is typed into the table is where it is shown"
    assert counts(widget(at, "toggle", "metrics_turned").set_value(False).run()) == [[80, 25], [11, 35]]


@pytest.mark.parametrize("title", PRESETS)
def test_each_preset(title: str) -> None:
    at = start_from(visit(), title)
    expected = PRESETS[title].matrix()
    assert matrix(at) == (expected.counts.astype(int).tolist(), expected.labels)
    assert baseline(at) == expected.counts.astype(int).tolist()
    assert widget(at, "toggle", "metrics_turned").value is PRESETS[title].predictions_in_rows
    assert widget(at, "selectbox", "metrics_start").value is None, "the menu asks again"
    assert counts(press(at, "Reset")) == LECTURE


def rows(at: AppTest) -> tuple[str, list[list[str]], list[str]]:
    """What a row of the table is, its counts and the totals of its rows."""
    drawn = json.loads(drawings(at)["table"])
    return drawn["rows"], [[cell["text"] for cell in row] for row in drawn["cells"]], drawn["row_totals"]


def test_the_lectures_three_classes_are_drawn_as_they_are_printed() -> None:
    at = start_from(visit(), "Lecture: three classes")
    printed = [["30", "20", "10"], ["50", "60", "10"], ["20", "20", "80"]]
    assert rows(at) == ("predicted", printed, ["60", "120", "120"])
    assert widget(at, "segmented_control", "metrics_rows").value == "predicted"
    assert at.query_params["metrics_rows"] == "predicted", "the link opens it the same way round"
    assert counts(at)[0] == [30, 50, 20], "the matrix itself has actual classes in rows"
    assert rows(press(at, "Undo"))[:2] == ("actual", [["80", "25"], ["10", "35"]])


def test_what_is_printed_with_actual_rows_is_drawn_so() -> None:
    at = start_from(start_from(visit(), "Lecture: three classes"), "Lecture: two classes")
    assert rows(at) == ("actual", [["80", "25"], ["10", "35"]], ["105", "45"])
    assert rows(press(at, "Undo"))[0] == "predicted"
    at = start_from(visit(metrics_rows="predicted"), "Rare disease (imbalanced)")
    assert rows(at)[0] == "actual"
    assert rows(press(at, "Undo"))[0] == "predicted"


def test_a_link_of_before_with_three_classes_shows_actual_rows() -> None:
    link = {"metrics_text": "30 20 10\n50 60 10\n20 20 80", "metrics_names": "A, B, C", "metrics_turned": "true"}
    assert rows(visit(**link)) == (
        "actual", [["30", "50", "20"], ["20", "60", "20"], ["10", "10", "80"]], ["100", "100", "100"],
    )  # fmt: skip


def test_the_multilabel_preset_leads_to_its_section() -> None:
    at = start_from(visit(), "Several labels at once")
    assert at.session_state["metrics_section"] == "Multilabel"
    assert counts(at) == LECTURE


def test_more_and_fewer_classes() -> None:
    at = widget(visit(), "number_input", "metrics_classes").set_value(3).run()
    assert matrix(at) == ([[80, 25, 0], [10, 35, 0], [0, 0, 0]], ("yes", "no", "A"))
    assert baseline(at) == counts(at), "a matrix of another size is nothing to compare with"
    at = widget(at, "number_input", "metrics_classes").set_value(2).run()
    assert matrix(at) == (LECTURE, ("yes", "no"))
    assert len(counts(press(at, "Undo"))) == 3


def test_a_pasted_table_brings_its_names() -> None:
    at = visit()
    at = widget(at, "text_area", "metrics_text").set_value("gold\tcat\tdog\ncat\t1\t2\ndog\t3\t4").run()
    assert matrix(at) == ([[1, 2], [3, 4]], ("cat", "dog"))
    at = widget(at, "text_area", "metrics_text").set_value("1 2 3;4 5 6;7 8 9").run()
    assert matrix(at) == ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], ("cat", "dog", "A"))
    assert matrix(press(at, "Undo")) == ([[1, 2], [3, 4]], ("cat", "dog"))


def test_text_that_cannot_be_read_leaves_the_last_matrix() -> None:
    at = type_cells(visit(), ((0, 0), "90"))
    at = widget(at, "text_area", "metrics_text").set_value("90 25\n10").run()
    assert "Row 2" in errors(at)[0]
    assert "still the last matrix" in errors(at)[0]
    assert counts(at) == [[90, 25], [10, 35]]
    at = widget(at, "text_input", "metrics_names").set_value("a, b, c").run()
    assert counts(at) == [[90, 25], [10, 35]]
    at = press(at, "Undo")
    assert not errors(at)
    assert matrix(at) == ([[90, 25], [10, 35]], ("yes", "no"))


def test_names_are_typed_as_text() -> None:
    at = widget(visit(), "text_input", "metrics_names").set_value("ill, healthy").run()
    assert matrix(at) == (LECTURE, ("ill", "healthy"))
    at = widget(at, "text_input", "metrics_names").set_value("").run()
    assert matrix(at) == (LECTURE, ("A", "B"))


def test_pin_and_put() -> None:
    at = type_cells(visit(), ((0, 0), "100"))
    assert baseline(press(at, "Pin")) == [[100, 25], [10, 35]]
    at = press(at, "Put")
    assert matrix(at) == ([[1, 2], [3, 4]], ("a", "b"))
    assert baseline(at) == [[1, 2], [3, 4]]


def test_a_link_holds_matrix_names_and_which_way_round() -> None:
    at = visit(metrics_text="1 2\n3 4", metrics_names="cat, dog", metrics_turned="true")
    assert matrix(at) == ([[1, 3], [2, 4]], ("cat", "dog"))
    assert baseline(at) == counts(at)
    assert matrix(visit(metrics_text="1 2 3\n4 5 6\n7 8 9")) == ([[1, 2, 3], [4, 5, 6], [7, 8, 9]], ("A", "B", "C"))


@pytest.mark.parametrize(
    "link",
    [
        {"metrics_text": "1 2\n3"},
        {"metrics_text": "nan inf\n1e999 -1"},
        {"metrics_text": "1 2\n3 4", "metrics_names": "a, b, c"},
        {"metrics_names": "a, a"},
        {"metrics_text": "9" * 25_000},
    ],
    ids=range(5),
)
def test_a_link_that_was_tampered_with(link: dict[str, str]) -> None:
    at = visit(**link)
    assert not at.exception
    assert len(errors(at)) == 1
    assert counts(at) == LECTURE


@pytest.mark.parametrize("link", [{"metrics_rows": "<b>"}, {"metrics_percent": "none"}, {"metrics_turned": "maybe"}])
def test_switches_that_do_not_exist_are_as_at_first(link: dict[str, str]) -> None:
    at = visit(**link)
    assert not at.exception
    assert counts(at) == LECTURE


def test_the_browser_repeats_an_edit_until_it_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    session: dict[str, Any] = {}
    monkeypatch.setattr(st, "session_state", session)
    first = {"n": 1, "place": [0, 0], "text": "7"}
    session["t"] = SimpleNamespace(edit={"edits": [first]})
    assert new_edits("t") == [first]
    second = {"n": 2, "place": [1], "text": "b"}
    session["t"] = SimpleNamespace(edit={"edits": [second, first]})
    assert new_edits("t") == [second]
    session["t"] = SimpleNamespace(edit=None)
    assert new_edits("t") == []


def echo(at: AppTest, *edits: tuple[tuple[int, ...], str]) -> AppTest:
    """Type into cells and click elsewhere so fast that the browser still sends the text from before."""
    before = at.session_state["metrics_text"]
    at = type_cells(at, *edits)
    at.session_state["test_edits"] = []
    return widget(at, "text_area", "metrics_text").set_value(before).run()


def test_clicking_elsewhere_right_after_typing_loses_nothing() -> None:
    at = echo(visit(), ((0, 1), "77"))
    assert counts(at) == [[80, 77], [10, 35]]
    at = echo(at, ((1, 0), "8"))
    assert counts(at) == [[80, 77], [8, 35]]
    assert counts(press(at, "Undo")) == [[80, 77], [10, 35]]


def test_an_echo_from_before_two_edits_is_known_too() -> None:
    held: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(st, "session_state", held)
        patch.setattr(st, "query_params", SimpleNamespace(get=lambda *_: None))
        session.apply([Edit((0, 1), "7")])
        held[session.TEXT] = session.FIRST.text
        session.apply([Edit((1, 0), "8")])
        held[session.TEXT] = session.FIRST.text
        assert np.array_equal(session.current().counts, [[80, 7], [8, 35]])


def test_the_old_text_can_be_typed_again_when_the_browser_knows_the_new_one() -> None:
    at = type_cells(visit(), ((0, 1), "7"))
    at.session_state["test_edits"] = []
    at = widget(at.run(), "text_area", "metrics_text").set_value("80 25\n10 35").run()
    assert counts(at) == LECTURE


def test_fields_that_the_browser_does_not_keep_do_not_bring_the_old_matrix_back() -> None:
    """In a closed popover the browser goes on sending what it knew last."""
    at = visit()
    before = at.session_state["metrics_text"]
    at = type_cells(at, ((0, 1), "7"))
    at.session_state["test_edits"] = []
    for _ in range(3):
        at = widget(at, "text_area", "metrics_text").set_value(before).run()
        assert counts(at) == [[80, 7], [10, 35]]


def test_a_reset_wins_over_what_was_typed_in_the_same_message() -> None:
    """The browser tells of a cell that is left by the click on Reset together with that click."""
    held: dict[str, Any] = {"metrics_undo": []}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(st, "session_state", held)
        patch.setattr(st, "query_params", SimpleNamespace(get=lambda *_: None))
        session.apply([Edit((0, 0), "66")])
        assert session.current().counts[0, 0] == 66
        session.start_over({})
        session.apply([Edit((0, 0), "66")])
        assert np.array_equal(session.current().counts, LECTURE)


def test_the_same_names_twice_in_the_fields_do_not_crash() -> None:
    at = widget(visit(), "text_input", "metrics_names").set_value("a, a").run()
    at = widget(at, "text_area", "metrics_text").set_value("1 2\n3 4").run()
    assert not at.exception
    assert "name of its own" in errors(at)[0]


def test_a_pasted_print_is_understood_and_said() -> None:
    crosstab = "Predicted   no  yes  All\nActual\nno          50    2   52\nyes          3   45   48\nAll  53 47 100"
    at = widget(visit(), "text_area", "metrics_text").set_value(crosstab).run()
    assert matrix(at) == ([[50, 2], [3, 45]], ("no", "yes"))
    assert "Totals add up and were left out" in captions(at)
    assert at.session_state["metrics_text"] == "50 2\n3 45"
    at = widget(at, "text_area", "metrics_text").set_value("1 2\n3 4").run()
    assert "Totals" not in captions(at)


@pytest.mark.parametrize("turned", ["false", "true"])
def test_a_print_that_says_which_side_is_target_is_taken_at_its_word(turned: str) -> None:
    caret = "          Reference\nPrediction no yes\n       no  50   3\n       yes  2  45"
    at = widget(visit(metrics_turned=turned), "text_area", "metrics_text").set_value(caret).run()
    assert matrix(at) == ([[50, 2], [3, 45]], ("no", "yes"))
    assert "rows are actual here" in captions(at)
    assert matrix(visit(metrics_turned=turned, metrics_text=caret, metrics_names=""))[0] == [[50, 2], [3, 45]]


def test_totals_that_do_not_add_up_leave_the_last_matrix() -> None:
    at = widget(visit(), "text_area", "metrics_text").set_value("\tno\tyes\tAll\nno\t50\t2\t51\nyes\t3\t45\t48").run()
    assert "should hold totals" in at.error[0].value
