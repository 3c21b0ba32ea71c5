"""The section "Step by step" as a script: its controls, its texts, edits in place, and what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.conv.steps.matrices import parse_input, parse_kernels
from core.conv.steps.presets import INPUTS, KERNELS
from core.ui.components.stepper import Edit
from core.ui.conv.steps import state as step_state
from core.ui.conv.steps.controls import KINDS

SCRIPT = """
import streamlit as st
from core.ui.conv.steps import state
from core.ui.conv.steps.view import section
from core.ui.components.stepper import Edit
edits = [Edit(*edit) for edit in st.session_state.get("test_edits", [])]
st.button("Type", on_click=state.apply, args=(edits,))
st.session_state.conv_hide = st.session_state.get("test_hidden", False)
section()
"""


def fresh(**parameters: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=60)
    for key, value in parameters.items():
        at.query_params[key] = value
    return at.run()


@pytest.fixture
def page() -> AppTest:
    at = fresh()
    assert not at.exception
    assert not at.error
    return at


def metric(at: AppTest, label: str) -> str:
    return next(box.value for box in at.metric if box.label == label)


def says(at: AppTest) -> str:
    assert not at.exception
    return " ".join(error.value for error in at.error).replace("\\", "")


def shown(at: AppTest) -> dict[str, Any]:
    """What the player got."""

    def walk(block: Any) -> Any:
        for child in block.children.values():
            proto = getattr(child, "proto", None)
            if getattr(proto, "component_name", "") == "classroom_stepper":
                return json.loads(proto.json)
            found = walk(child) if hasattr(child, "children") else None
            if found:
                return found
        return None

    data = walk(at.main)
    assert data, "no player"
    return dict(data)


def type_cells(at: AppTest, *edits: Edit) -> AppTest:
    at.session_state["test_edits"] = [(edit.part, edit.at, edit.text) for edit in edits]
    at.run()
    return next(button for button in at.button if button.label == "Type").click().run()


def test_the_lecture_at_once(page: AppTest) -> None:
    data = shown(page)
    assert data["output"][0][0] == [18, -4, -18, 2]
    assert metric(page, "Output") == "1 × 4 × 4"
    assert metric(page, "Multiplications") == "144"
    assert metric(page, "Parameters") == "10"
    assert any("Equal to torch.nn.functional.conv2d, greatest difference 0." in c.value for c in page.caption)
    assert page.selectbox(key="conv_step_input").value == "Lecture, 6 × 6"
    assert page.selectbox(key="conv_step_kernel").value == "Vertical edge"


@pytest.mark.parametrize("kind", KINDS)
def test_every_operation(page: AppTest, kind: str) -> None:
    page.selectbox(key="conv_step_kind").set_value(kind).run()
    page.number_input(key="conv_step_s").set_value(2).run()
    page.number_input(key="conv_step_p").set_value(1).run()
    assert not says(page)
    assert any("Equal to torch.nn.functional." in caption.value for caption in page.caption)
    assert shown(page)["flip"] == ("turned" in kind)


def test_every_preset(page: AppTest) -> None:
    for name, preset in INPUTS.items():
        page.selectbox(key="conv_step_input").set_value(name).run()
        if preset.shape[0] >= 3:
            assert not says(page)
            assert shown(page)["inputs"][0] == preset.tolist()
        assert page.selectbox(key="conv_step_input").value == name
    page.selectbox(key="conv_step_input").set_value(next(iter(INPUTS))).run()
    for name, preset in KERNELS.items():
        page.selectbox(key="conv_step_kernel").set_value(name).run()
        assert not says(page)
        assert len(shown(page)["weight"][0][0]) == len(preset)
        assert page.selectbox(key="conv_step_kernel").value == name


def test_channels_and_filters(page: AppTest) -> None:
    page.number_input(key="conv_step_channels").set_value(3).run()
    page.number_input(key="conv_step_filters").set_value(2).run()
    assert not says(page)
    assert parse_input(page.text_area(key="conv_step_x").value).shape == (3, 6, 6)
    assert parse_kernels(page.text_area(key="conv_step_w").value, 3).shape == (2, 3, 3, 3)
    assert page.text_area(key="conv_step_b").value == "0 0"
    assert metric(page, "Output") == "2 × 4 × 4"
    page.number_input(key="conv_step_channels").set_value(1).run()
    page.number_input(key="conv_step_filters").set_value(1).run()
    assert shown(page)["output"][0][0] == [18, -4, -18, 2]


def test_texts_follow_each_other(page: AppTest) -> None:
    page.text_area(key="conv_step_x").set_value("[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]").run()
    assert parse_kernels(page.text_area(key="conv_step_w").value, 2).shape == (1, 2, 3, 3)
    page.text_area(key="conv_step_w").set_value("1//2//3//4").run()
    assert page.text_area(key="conv_step_b").value == "0 0"
    assert not says(page)
    assert shown(page)["output"] == [[[11, 14], [17, 20]], [[23, 30], [37, 44]]]
    assert page.text_area(key="conv_step_x").value == "1 2\n3 4\n\n5 6\n7 8", "short, for the link"
    assert page.number_input(key="conv_step_channels").value == 2


@pytest.mark.parametrize(
    ("key", "text", "words"),
    [
        ("conv_step_x", "1 2 3\n4 5 oops\n7 8 9", "Input, row 2, column 3"),
        ("conv_step_x", "1 2 3\n4 5\n7 8 9", "row 2 has 2 values"),
        ("conv_step_x", "1 nan", "nan"),
        ("conv_step_x", "", "empty"),
        ("conv_step_x", "1 2\n3 4", "does not fit"),
        ("conv_step_w", "1 inf", "inf"),
        ("conv_step_w", "1\n\n" * 9, "9 filters"),
        ("conv_step_b", "1 2", "2 biases for 1 filters"),
        ("conv_step_b", "x", "Bias of filter 1"),
    ],
)
def test_a_bad_text_leaves_the_last_good_result(page: AppTest, key: str, text: str, words: str) -> None:
    page.number_input(key="conv_step_p").set_value(1).run()
    page.number_input(key="conv_step_p").set_value(0).run()
    page.text_area(key=key).set_value(text).run()
    assert words in says(page)
    assert shown(page)["output"][0][0] == [18, -4, -18, 2]
    if words != "does not fit":
        assert page.text_area(key=key).value == text, "what was typed stays, to be mended"


def test_ten_thousand_rows_are_not_taken(page: AppTest) -> None:
    page.text_area(key="conv_step_x").set_value("1 2 3\n" * 10_000).run()
    assert "10,000 lines" in says(page)
    assert shown(page)["output"][0][0] == [18, -4, -18, 2]
    assert len(page.text_area(key="conv_step_x").value) < 200, "it would not fit into a link"
    page.number_input(key="conv_step_p").set_value(1).run()
    assert not says(page)


def test_typing_into_cells(page: AppTest) -> None:
    type_cells(page, Edit("x", (0, 0, 0), "5"), Edit("w", (0, 0, 0, 1), "1/2"), Edit("b", (0,), "-1"))
    assert not says(page)
    assert page.text_area(key="conv_step_x").value.startswith("5 0 10 5")
    assert page.text_area(key="conv_step_w").value.startswith("1 0.5 -1")
    assert page.text_area(key="conv_step_b").value == "-1"
    assert shown(page)["output"][0][0][0] == 18 + 2 - 1
    assert page.selectbox(key="conv_step_kernel").value == "Your own"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (Edit("x", (0, 1, 2), "abc"), "Input, row 2, column 3: “abc”"),
        (Edit("x", (0, 1, 2), ""), "Input, row 2, column 3 is empty"),
        (Edit("w", (0, 0, 0, 0), "NaN"), "Kernel, row 1, column 1: NaN"),
        (Edit("w", (0, 0, 0, 0), "1e300"), "too large"),
        (Edit("b", (0,), "--1"), "Bias: “--1”"),
    ],
)
def test_a_bad_cell_is_said_with_its_place(page: AppTest, edit: Edit, words: str) -> None:
    type_cells(page, edit)
    assert words in says(page)
    assert shown(page)["output"][0][0] == [18, -4, -18, 2]


@pytest.mark.parametrize(
    "edit", [Edit("x", (0, 9, 0), "1"), Edit("x", (0, -1, 0), "1"), Edit("w", (0, 0), "1"), Edit("?", (0,), "1")]
)
def test_cells_that_are_not_there_are_passed_over(page: AppTest, edit: Edit) -> None:
    type_cells(page, edit)
    assert not says(page)
    assert shown(page)["output"][0][0] == [18, -4, -18, 2]


def test_the_browser_repeats_an_edit_until_it_is_seen() -> None:
    """Of two messages that follow quickly only the last comes through: it holds both edits, and none counts twice."""
    script = """
import streamlit as st
from types import SimpleNamespace
from core.ui.components.stepper import edits
first = {"n": 1, "part": "x", "at": [0, 0, 0], "text": "5"}
second = {"n": 2, "part": "b", "at": [0], "text": "6"}
for sent in ([first], [first, second], [first, second]):
    st.session_state["k"] = SimpleNamespace(edit={"edits": sent})
    st.text(repr([edit.part for edit in edits("k")]))
st.session_state["k"] = SimpleNamespace(edit=None)
st.text(repr(edits("k")))
"""
    at = AppTest.from_string(script).run()
    assert [text.value for text in at.text] == ["['x']", "['b']", "[]", "[]"]


def test_settings_that_cannot_be(page: AppTest) -> None:
    page.number_input(key="conv_step_s").set_value(0).run()
    assert "Stride 0" in says(page)
    assert shown(page)["output"][0][0] == [18, -4, -18, 2]
    page.number_input(key="conv_step_s").set_value(1).run()
    page.number_input(key="conv_step_d").set_value(4).run()
    assert "does not fit" in says(page)
    page.selectbox(key="conv_step_kind").set_value("Average pooling").run()
    assert not says(page), "it has no dilation"
    page.number_input(key="conv_step_p").set_value(2).run()
    assert "at most 1" in says(page)
    page.selectbox(key="conv_step_kind").set_value("Transposed convolution").run()
    page.number_input(key="conv_step_op").set_value(5).run()
    assert "Output padding 5" in says(page)


def test_typing_goes_on_from_what_is_on_the_screen(page: AppTest) -> None:
    """A kernel that does not fit leaves the last good one on the screen; a cell of that is meant."""
    page.text_area(key="conv_step_x").set_value("1 2\n3 4").run()
    assert "does not fit" in says(page)
    type_cells(page, Edit("x", (0, 5, 5), "9"))
    assert not says(page)
    assert parse_input(page.text_area(key="conv_step_x").value)[0, 5].tolist() == [0, 3, 0, 12, 34, 9]


def test_reset(page: AppTest) -> None:
    page.selectbox(key="conv_step_kernel").set_value("Gaussian, 5 × 5").run()
    page.number_input(key="conv_step_filters").set_value(3).run()
    page.number_input(key="conv_step_p").set_value(2).run()
    next(button for button in page.button if button.label == "Reset").click().run()
    assert shown(page)["output"][0][0] == [18, -4, -18, 2]
    assert not any(key.startswith("conv_step") for key in page.query_params), "the link is short again"


def test_a_link_holds_everything() -> None:
    at = fresh(
        conv_step_x="1 2 3/4 5 6/7 8 9", conv_step_w="1 0/0 1//2 0/0 2", conv_step_b="1 -1",
        conv_step_kind="True convolution (turned)", conv_step_p="1",
    )  # fmt: skip
    assert not says(at)
    assert shown(at)["output"][0] == [[2, 3, 4, 1], [5, 7, 9, 4], [8, 13, 15, 7], [1, 8, 9, 10]]
    assert at.number_input(key="conv_step_filters").value == 2


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"conv_step_x": "nonsense"}, "“nonsense” is not a number"),
        ({"conv_step_x": "1 2 / 3"}, "row 2 has 1 values and the first row has 2"),
        ({"conv_step_x": "9" * 50_000}, "at most 12,000 can be read"),
        ({"conv_step_w": "[[[["}, "brackets that do not match"),
        ({"conv_step_b": "1 2 3"}, "There are 3 biases for 1 filters"),
        ({"conv_step_s": "0"}, "Stride 0 is too small"),
        ({"conv_step_s": "-5", "conv_step_p": "1e9", "conv_step_d": "nan", "conv_step_kind": "<script>"}, ""),
        ({"conv_step_kind": "Max pooling", "conv_step_f": "99", "conv_step_p": "6"}, "a padding of at most 1, not 6"),
    ],
    ids=lambda given: given[:16] if isinstance(given, str) else "&".join(given),
)
def test_a_tampered_link_shows_the_lecture_and_says_what_cannot_be_read(
    parameters: dict[str, str], sentence: str
) -> None:
    at = fresh(**parameters)
    assert sentence in says(at)
    assert len(at.error) == (sentence != "")
    data = shown(at)
    assert data["inputs"][0] == INPUTS["Lecture, 6 × 6"].tolist()
    assert data["weight"][0][0] == KERNELS["Vertical edge"].tolist()
    assert data["output"][0][0] == [18, -4, -18, 2]
    assert metric(at, "Output") == "1 × 4 × 4"


def test_hidden_answers_are_not_in_the_code(page: AppTest) -> None:
    assert page.code
    page.session_state["test_hidden"] = True
    page.run()
    assert shown(page)["hidden"] is True
    assert not page.code
    assert not page.metric
    assert not says(page)


def test_a_guess_is_judged_and_another_input_asks_again(page: AppTest) -> None:
    page.session_state["test_hidden"] = True
    page.run()
    page.number_input(key="conv_step_guess_Width of the output").set_value(4)
    page.number_input(key="conv_step_guess_First number of the output").set_value(17.0)
    next(button for button in page.button if button.label == "Show the answers").click().run()
    assert shown(page)["hidden"] is False
    judged = next(box.value for box in page.markdown if "as guessed" in box.value)
    assert "Width of the output: **4**, as guessed" in judged
    assert "First number of the output: **18.000**, guessed 17.000" in judged
    page.number_input(key="conv_step_p").set_value(1).run()
    assert shown(page)["hidden"] is True


def test_the_code_on_the_page_runs(page: AppTest) -> None:
    page.selectbox(key="conv_step_kernel").set_value("Blur, 1/9").run()
    page.number_input(key="conv_step_channels").set_value(2).run()
    (code,) = page.code
    scope: dict[str, Any] = {}
    exec(code.value, scope)
    assert scope["y"].shape == (1, 4, 4)


def test_defaults_are_what_the_text_says() -> None:
    texts = step_state.DEFAULT.texts()
    assert texts["x"].splitlines()[0] == "3 0 10 5 24 2"
    assert texts["w"] == "1 0 -1\n1 0 -1\n1 0 -1"
