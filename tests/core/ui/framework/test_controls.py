"""Controls as data: from one declaration the widgets, the link, the reset button and the filled form."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, dataclass
from enum import StrEnum

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.framework.controls import (
    choice,
    controls_of,
    defaults,
    line,
    number,
    pills,
    radio,
    segments,
    several,
    slider,
    steps,
    switch,
    text,
    tick,
    whole,
)


class Start(StrEnum):
    ZEROS = "zeros"
    RANDOM = "random"


ENGLISH = {"zeros": "All zeros", "random": "At random"}
VIETNAMESE = {"zeros": "Toàn số 0", "random": "Ngẫu nhiên"}


@dataclass(frozen=True)
class Form:
    start: Start = choice("Start", tuple(Start), Start.ZEROS, "Help.")
    side: int = segments("Side", (3, 5, 7), 3, "Help.", named="{0} × {0}".format)
    kind: Start = segments("Kind", tuple(Start), Start.RANDOM, "Help.")
    rate: float = steps("Rate", (0.1, 0.2, 0.5), 0.1, "Help.")
    score: float = slider("Score", 0.0, 1.0, 0.3, 0.1, "Help.")
    seed: int = whole("Seed", 0, 99, 7, "Help.", fold="More")
    names: tuple[str, ...] = several("Names", ("a", "b", "c"), "Help.", fold="More")
    centred: bool = switch("Centred", "Help.", fold="More")
    also: bool = tick("Also", "Help.", True)
    extra: int = whole("Extra", 0, 9, 1, "Help.", when=lambda chosen: chosen["centred"])


SCRIPT = """
import streamlit as st

from core.ui.framework.controls import defaults, draw
from core.ui.framework.show import reset_button
from tests.core.ui.framework import test_controls as forms

form = getattr(forms, {form!r})
st.session_state["chosen"] = draw(form, {prefix!r})
reset_button("reset", defaults(form, {prefix!r}))
"""


def visit(**link: str | list[str]) -> AppTest:
    at = AppTest.from_string(SCRIPT.format(form="Form", prefix="x"))
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def test_a_first_visit_has_the_first_values() -> None:
    at = visit()
    assert at.session_state["chosen"] == Form()
    assert not at.query_params
    assert [expander.label for expander in at.expander] == ["More"], "one fold, however many controls are in it"


def test_the_link_fills_the_form() -> None:
    link = {
        "x_start": "random",
        "x_side": "5 × 5",
        "x_kind": "zeros",
        "x_rate": "0.5",
        "x_score": "0.7",
    }
    at = visit(**link, x_seed="42", x_names=["c", "a"], x_centred="true", x_also="false", x_extra="4")
    got = at.session_state["chosen"]
    assert got == Form(Start.RANDOM, 5, Start.ZEROS, 0.5, 0.7, 42, got.names, True, False, 4)
    assert set(got.names) == {"a", "c"}
    assert isinstance(got.start, Start)


@pytest.mark.parametrize("value", ["", "nonsense", "1e999", "-7", "<script>"])
def test_a_tampered_link_leaves_the_first_values(value: str) -> None:
    at = visit(**{key: value for key in defaults(Form, "x") if key not in ("x_seed", "x_extra")})
    assert at.session_state["chosen"] == Form()


def test_reset_puts_all_back_and_empties_the_link() -> None:
    at = visit(x_start="random", x_seed="42", x_centred="true", x_extra="4")
    next(button for button in at.button if button.label == "Reset").click().run()
    assert at.session_state["chosen"] == Form()
    assert not at.query_params


def test_what_is_not_drawn_has_its_first_value() -> None:
    at = visit(x_extra="4")
    assert at.session_state["chosen"].extra == 1
    assert not [field for field in at.number_input if field.label == "Extra"]
    at.toggle(key="x_centred").set_value(True).run()
    assert [field for field in at.number_input if field.label == "Extra"]


def test_the_first_values_are_those_of_the_widgets() -> None:
    at = visit(x_centred="true")
    first = defaults(Form, "x")
    assert set(first) == {f"x_{name}" for name in controls_of(Form)}
    for widget in (*at.selectbox, *at.segmented_control, *at.select_slider, *at.slider, *at.number_input, *at.checkbox):
        assert widget.value == first[widget.key], widget.key


def test_a_filled_form_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Form().seed = 3  # type: ignore[misc]


# ---- what a link holds is a code, whatever the label


@dataclass(frozen=True)
class English:
    start: Start = choice("Start", tuple(Start), Start.ZEROS, "Help.", labels=ENGLISH)
    kind: Start = segments("Kind", tuple(Start), Start.RANDOM, "Help.", labels=ENGLISH)


@dataclass(frozen=True)
class Vietnamese:
    start: Start = choice("Bắt đầu", tuple(Start), Start.ZEROS, "Giúp đỡ.", labels=VIETNAMESE)
    kind: Start = segments("Loại", tuple(Start), Start.RANDOM, "Giúp đỡ.", labels=VIETNAMESE)


@pytest.mark.parametrize(("form", "label"), [("English", "At random"), ("Vietnamese", "Ngẫu nhiên")])
def test_one_link_under_two_sets_of_labels(form: str, label: str) -> None:
    at = AppTest.from_string(SCRIPT.format(form=form, prefix="y"))
    at.query_params["y_start"], at.query_params["y_kind"] = "random", "zeros"
    at.run()
    assert not at.exception
    got = at.session_state["chosen"]
    assert (got.start, got.kind) == (Start.RANDOM, Start.ZEROS)
    menu = at.selectbox(key="y_start")
    assert menu.options[1] == label
    menu.set_value("zeros").run()
    assert "y_start" not in at.query_params, "a first value is left out"
    assert at.query_params["y_kind"] in ("zeros", ["zeros"])
    at.selectbox(key="y_start").set_value("random").run()
    assert at.query_params["y_start"] in ("random", ["random"]), "a code, not a label"
    next(button for button in at.button if button.label == "Reset").click().run()
    assert (at.session_state["chosen"].start, at.session_state["chosen"].kind) == (Start.ZEROS, Start.RANDOM)
    assert not at.query_params


@pytest.mark.parametrize("value", ["At random", "Ngẫu nhiên", "", "zero"])
def test_a_label_is_no_code(value: str) -> None:
    at = AppTest.from_string(SCRIPT.format(form="English", prefix="y"))
    at.query_params["y_start"] = value
    at.run()
    assert not at.exception
    assert at.session_state["chosen"].start == Start.ZEROS
    assert "y_start" not in at.query_params


# ---- what is known only when a control is drawn


@dataclass(frozen=True)
class Late:
    layer: str = choice("Layer", ("stem", "head"), "stem", "Help.")
    width: int = whole("Width", 1, 99, 5, "Help.", half=True)
    height: int | None = whole(
        "Height", 1, 99, None, "Help.", half=True, follows=lambda chosen: {"placeholder": str(chosen["width"])}
    )
    channel: int | None = whole("Channel", 0, 9, None, "Help.", half=lambda chosen: chosen["width"] < 50)
    note: str = text("Note", "first", "Help.", arguments={"height": 80})


LATE = """
import streamlit as st

from core.ui.framework.controls import draw
from tests.core.ui.framework.test_controls import Late

options, most = st.session_state.get("given", (("stem", "head"), 9))
given = {"layer": {"options": options, "default": options[0], "label": "Layer of it"}, "channel": {"max_value": most}}
st.session_state["chosen"] = draw(Late, "z", **given)
"""


def late(**link: str) -> AppTest:
    at = AppTest.from_string(LATE)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def test_a_field_that_is_empty_at_first_says_what_it_follows() -> None:
    at = late(z_width="7")
    assert at.session_state["chosen"] == Late("stem", 7)
    assert at.number_input(key="z_height").placeholder == "7"
    at.number_input(key="z_height").set_value(3).run()
    assert at.session_state["chosen"].height == 3


def test_halves_stand_two_in_a_row() -> None:
    at = late()
    assert len(at.columns) == 4, "two rows of two places each"
    at.number_input(key="z_width").set_value(60).run()
    assert len(at.columns) == 2


def test_options_and_ends_given_late() -> None:
    at = late(z_channel="8", z_note="typed")
    assert at.selectbox(key="z_layer").label == "Layer of it"
    assert at.session_state["chosen"] == Late("stem", channel=8, note="typed")
    at.selectbox(key="z_layer").set_value("head").run()
    at.session_state["given"] = (("a", "b"), 5)
    at.run()
    assert not at.exception
    assert at.session_state["chosen"] == Late("a", note="typed"), "what cannot be any more is forgotten"
    at.selectbox(key="z_layer").set_value("b").run()
    assert at.session_state["chosen"].layer == "b"


@dataclass(frozen=True)
class Chosen:
    classes: tuple[str, ...] = several("Classes", (), "Help.")


def test_of_several_only_what_is_gone_is_forgotten() -> None:
    at = AppTest.from_string(
        "import streamlit as st\n"
        "from core.ui.framework.controls import draw\n"
        "from tests.core.ui.framework.test_controls import Chosen\n"
        "options = st.session_state.get('given', ['a', 'b', 'c'])\n"
        "st.session_state['chosen'] = draw(Chosen, 'z', classes={'options': options})"
    ).run()
    at.multiselect(key="z_classes").set_value(["a", "c"]).run()
    at.session_state["given"] = ["a", "b"]
    at.run()
    assert not at.exception
    assert at.session_state["chosen"].classes == ("a",)


# ---- what is known only when it is drawn


@dataclass(frozen=True)
class Later:
    depth: int = steps("Depth", (0, 1), 1, "Help.", named=str)
    who: tuple[str, ...] = pills("Who", ("a", "b"), "Help.", named=str.upper, arguments={"wrap": True})


LATER = """
import streamlit as st

from core.ui.framework.controls import draw
from tests.core.ui.framework.test_controls import Later

st.session_state["chosen"] = draw(Later, "z", depth={"options": range(4), "format_func": "{} deep".format})
"""


def test_options_may_follow_the_data() -> None:
    at = AppTest.from_string(LATER)
    at.query_params["z_depth"], at.query_params["z_who"] = "3 deep", "B"
    at.run()
    assert not at.exception
    assert at.session_state["chosen"] == Later(3, ("b",))
    assert list(at.select_slider(key="z_depth").options) == [f"{count} deep" for count in range(4)]


def test_of_pills_all_are_chosen_at_first() -> None:
    assert AppTest.from_string(LATER).run().session_state["chosen"] == Later(1, ("a", "b"))
    assert defaults(Later, "z") == {"z_depth": 1, "z_who": ["a", "b"]}


# ---- fields to be typed into, and several in a row


@dataclass(frozen=True)
class Typed:
    average: str = radio("Average", ("macro", "micro"), "micro", "Help.")
    beta: float = number("β", 0.0, 10.0, 2.0, "Help.", step=0.1, format="%.4g")
    digits: str = line("Digits", 9, "110 010", "Help.")


def typed(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT.format(form="Typed", prefix="z"))
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def test_typed_fields_fill_the_form_and_reset_empties_the_link() -> None:
    assert typed().session_state["chosen"] == Typed()
    at = typed(z_average="macro", z_beta="0.5", z_digits="1 0")
    assert at.session_state["chosen"] == Typed("macro", 0.5, "1 0")
    next(button for button in at.button if button.label == "Reset").click().run()
    assert at.session_state["chosen"] == Typed()
    assert not at.query_params


def test_a_number_that_is_deleted_is_its_first_value() -> None:
    at = typed(z_beta="3")
    at.number_input(key="z_beta").set_value(None).run()
    assert at.session_state["chosen"].beta == 2.0


@pytest.mark.parametrize("link", [{"z_average": "binary"}, {"z_beta": "nan"}, {"z_beta": "11"}])
def test_what_cannot_be_typed_leaves_the_first_values(link: dict[str, str]) -> None:
    assert typed(**link).session_state["chosen"] == Typed()


def test_a_text_is_cut_to_its_length() -> None:
    assert typed(z_digits="1" * 99).session_state["chosen"].digits == "1" * 9


# ---- what opens for a visitor without a link


@dataclass(frozen=True)
class Opening:
    start: Start = choice("Start", tuple(Start), Start.ZEROS, "Help.", opening=Start.RANDOM)
    shown: bool = switch("Shown", "Help.")


def opened(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT.format(form="Opening", prefix="page_part"))
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


@pytest.mark.parametrize("link", [{}, {"page_section": "Part"}, {"other_setting": "1"}])
def test_without_a_link_a_menu_opens_with_its_opening_and_names_it(link: dict[str, str]) -> None:
    at = opened(**link)
    assert at.session_state["chosen"].start is Start.RANDOM
    assert at.query_params["page_part_start"] == "random"


@pytest.mark.parametrize(
    "link", [{"page_part_shown": "true"}, {"page_hide": "true"}, {"page_part_start": "nonsense"}, {"page_other_x": "1"}]
)
def test_a_link_of_before_means_the_default_and_then_names_it(link: dict[str, str]) -> None:
    at = opened(**link)
    assert at.session_state["chosen"].start is Start.ZEROS
    assert at.query_params["page_part_start"] == "zeros"


@pytest.mark.parametrize("start", Start)
def test_what_is_chosen_is_in_the_link_whatever_it_is(start: Start) -> None:
    at = opened()
    at.selectbox(key="page_part_start").set_value(str(start)).run()
    assert at.query_params["page_part_start"] == str(start)
    at.toggle(key="page_part_shown").set_value(True).run()
    assert at.session_state["chosen"] == Opening(start, True)
    assert opened(page_part_start=str(start)).session_state["chosen"].start is start


def test_a_menu_with_labels_keeps_its_choice_while_it_is_not_drawn() -> None:
    script = SCRIPT.format(form="English", prefix="y").replace("form =", 'form = forms.Late if st.toggle("Else") else')
    at = AppTest.from_string(script.replace("prefix", "y")).run()
    at.selectbox(key="y_start").set_value("random").run()
    at.toggle[0].set_value(True).run()
    assert not [box for box in at.selectbox if box.key == "y_start"]
    at.toggle[0].set_value(False).run()
    assert at.session_state["chosen"].start is Start.RANDOM
    assert at.query_params["y_start"] == "random"


HIDDEN = """
import streamlit as st

from core.ui.framework.controls import draw
from tests.core.ui.framework.test_controls import Opening

if not st.session_state.get("away"):
    st.session_state["chosen"] = draw(Opening, "page_part")
"""


def test_what_was_chosen_is_there_again_after_another_section() -> None:
    at = AppTest.from_string(HIDDEN).run()
    for start in Start:
        at.selectbox(key="page_part_start").set_value(str(start)).run()
        at.session_state["away"] = True
        at.run()
        at.session_state["away"] = False
        at.run()
        assert not at.exception
        assert at.session_state["chosen"].start is start
        assert at.query_params["page_part_start"] == str(start)
