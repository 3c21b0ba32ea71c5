"""The section "Receptive field" as a visitor meets it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from streamlit.testing.v1 import AppTest

from core.conv.presets import PRESETS
from core.ui.conv.field.controls import WEIGHTS
from core.ui.conv.field.subject import NETWORKS, OWN, ZOO_TITLE
from core.ui.conv.field.view import QUESTION

BRANCHES = (
    "conv 8 k3 s2 p1; relu; conv 8 k3 p1; add from 3,2; conv 4 k1 from 2; concat from 4,5; transposed 6 k2 s2; flatten"
)

SCRIPT = """
import streamlit as st
from core.ui.conv.field.controls import pick
from core.ui.conv.field.view import section
st.button("click cell (2, 3)", key="clicked", on_click=pick, args=(2, 3))
st.session_state.conv_hide = {hidden}
section()
"""


def opened(hidden: bool = False, **query: str) -> AppTest:
    at = AppTest.from_string(SCRIPT.format(hidden=hidden), default_timeout=120)
    for name, value in query.items():
        at.query_params[name] = value
    return at.run()


def metrics(at: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in at.metric}


def text(at: AppTest) -> str:
    return "\n".join(element.value for element in (*at.markdown, *at.caption, *at.warning))


def test_default_is_alexnets_second_pooling() -> None:
    at = opened()
    assert not at.exception
    assert not at.warning
    shown = metrics(at)
    assert (shown["Receptive field r"], shown["Jump j"], shown["First centre"]) == ("67", "16", "15")
    assert shown["In the padding"] == "0.0%"
    assert int(shown["Effective field"]) <= 67
    assert "95 % of the gradient" in text(at)
    assert any("51 + 1" in latex.value for latex in at.latex)


def test_a_click_moves_the_cell() -> None:
    at = opened()
    at.button(key="clicked").click().run()
    assert not at.exception
    assert (at.number_input(key="conv_field_row").value, at.number_input(key="conv_field_column").value) == (2, 3)
    assert "What cell (2, 3) sees" in text(at)


def test_a_cell_at_the_corner_sees_padding() -> None:
    at = opened()
    at.number_input(key="conv_field_row").set_value(0)
    at.number_input(key="conv_field_column").set_value(0).run()
    # pixels −18 to 48 of each axis: 49 of 67 inside
    assert metrics(at)["In the padding"] == f"{1 - (49 / 67) ** 2:.1%}"


# network -> theoretical field of its last layer with a map, and that map. AlexNet's 195 and ResNet-18's 435 (to which a
# pooling of 7 cells adds 6 of 32 pixels) are those of https://distill.pub/2019/computing-receptive-fields
LAST = {
    "AlexNet": (195, "256 × 6 × 6"),
    "LeNet-5": (32, "120 × 1 × 1"),
    "ResNet-18 stem": (27, "64 × 56 × 56"),
    "ResNet-18": (435 + 6 * 32, "512 × 1 × 1"),
    "Inception block": (3, "256 × 28 × 28"),
    "MobileNet start": (19, "128 × 56 × 56"),
    "Encoder and decoder": (27, "2 × 96 × 96"),
    ZOO_TITLE: (851, "1,280 × 7 × 7"),
}


def test_networks_are_all_tested() -> None:
    assert {*LAST, OWN, "VGG16"} == set(NETWORKS)


@pytest.mark.parametrize("network", LAST)
def test_every_network_shows_its_last_map(network: str) -> None:
    at = opened()
    at.selectbox(key="conv_field_network").select(network).run()
    assert not at.exception
    assert not at.warning
    assert 1 <= int(metrics(at)["Effective field"]) <= int(metrics(at)["Receptive field r"])
    menu = at.selectbox(key="conv_field_layer")
    menu.select(menu.options[-1]).run()
    assert not at.exception
    field, shape = LAST[network]
    assert at.selectbox(key="conv_field_layer").value.endswith(f" · {shape}")
    assert metrics(at)["Receptive field r"] == str(field)
    assert 1 <= int(metrics(at)["Effective field"]) <= field
    at.button(key="clicked").click().run()
    assert not at.exception
    assert f"What cell {'(0, 0)' if shape.endswith(' 1 × 1') else '(2, 3)'} sees" in text(at)


@pytest.mark.parametrize("view", ["Theoretical", "Effective", "Both"])
def test_views(view: str) -> None:
    at = opened(conv_field_view=view, conv_field_network="LeNet-5")
    assert not at.exception
    assert at.get("segmented_control") or at.button_group


@pytest.mark.parametrize("weights", [name for name in WEIGHTS.values() if "Trained" not in name])
def test_weights(weights: str) -> None:
    at = opened(conv_field_network="Encoder and decoder")
    at.selectbox(key="conv_field_weights").select(weights).run()
    assert not at.exception
    assert ("holes" in "".join(m.value for m in at.markdown if "pixels inside" in m.value)) is ("equal" in weights)
    assert at.number_input(key="conv_field_seed").disabled is ("equal" in weights)


def test_trained_weights_only_where_there_are_some() -> None:
    at = opened()
    assert not any("Trained" in option for option in at.selectbox(key="conv_field_weights").options)
    at.selectbox(key="conv_field_network").select(ZOO_TITLE).run()
    assert at.selectbox(key="conv_field_weights").value == "Trained on ImageNet"
    at.selectbox(key="conv_field_network").select("LeNet-5").run()
    assert not at.exception
    assert at.selectbox(key="conv_field_weights").value == "Random"


def test_a_large_network_averages_fewer_seeds_and_says_so() -> None:
    at = opened(conv_field_average="16", conv_field_network="ResNet-18")
    at.selectbox(key="conv_field_layer").select(at.selectbox(key="conv_field_layer").options[-1]).run()
    assert not at.exception
    assert "instead of 16 seeds" in text(at)
    assert "the whole picture" in text(at)


class TestOwnStack:
    def test_branches(self) -> None:
        at = opened(
            conv_field_network=OWN, conv_stack_text=BRANCHES, conv_stack_c="3", conv_stack_h="40", conv_stack_w="32"
        )
        assert not at.exception
        assert not at.warning
        options = at.selectbox(key="conv_field_layer").options
        assert options[-1] == "7 · transposed · 6 × 40 × 32", "flatten gives a vector"
        at.selectbox(key="conv_field_layer").select(options[3]).run()
        assert "Where branches meet" in text(at)

    def test_from_the_session(self) -> None:
        at = AppTest.from_string(SCRIPT.format(hidden=False), default_timeout=120)
        at.session_state["conv_stack_text"] = "conv 2 k5"
        at.session_state["conv_stack_h"] = at.session_state["conv_stack_w"] = 16
        at.session_state["conv_stack_c"] = 5
        at.query_params["conv_field_network"] = OWN
        at.run()
        assert not at.exception
        assert at.selectbox(key="conv_field_layer").options == ["1 · conv · 2 × 12 × 12"]
        assert metrics(at)["Receptive field r"] == "5"

    @pytest.mark.parametrize(
        "query",
        [
            {},
            {"conv_stack_text": "conv 4 k3; nonsense"},
            {"conv_stack_text": "flatten; linear 3"},
            {"conv_stack_text": "conv 4 k9", "conv_stack_h": "5"},
            {"conv_stack_text": "conv 4 k3", "conv_stack_w": "-7"},
            {"conv_stack_text": "conv 4 k3", "conv_stack_c": "٣"},
            {"conv_stack_text": "conv 4 k3", "conv_stack_c": "99999999999999"},
            {"conv_stack_text": ";".join(["relu"] * 501)},
            {"conv_stack_text": "conv 2 k255 s255;" * 9, "conv_stack_h": "9", "conv_stack_w": "9"},
        ],
    )
    def test_wrong_ones_fall_back_with_a_sentence(self, query: dict[str, str]) -> None:
        at = opened(conv_field_network=OWN, **query)
        assert not at.exception
        assert len(at.warning) == 1
        assert "Below is AlexNet" in at.warning[0].value
        assert metrics(at)["Receptive field r"] == "67"

    def test_five_hundred_layers(self) -> None:
        at = opened(
            conv_field_network=OWN, conv_stack_text=";".join(["conv 2 k3 p1"] * 500), conv_stack_h="8", conv_stack_w="8"
        )
        assert not at.exception
        at.selectbox(key="conv_field_layer").select(at.selectbox(key="conv_field_layer").options[-1]).run()
        assert not at.exception
        assert metrics(at)["Receptive field r"] == "1,001"
        assert "goes on for up to" in text(at)

    def test_too_large_to_run_still_has_its_theoretical_field(self) -> None:
        at = opened(conv_field_network=OWN, conv_stack_text="conv 2 k3 s9", conv_stack_h="60000", conv_stack_w="60000")
        assert not at.exception
        assert "too large to run here" in at.warning[0].value
        assert metrics(at)["Receptive field r"] == "3"
        assert "Effective field" not in metrics(at)


class TestHostileLinks:
    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("conv_field_network", "no such network"),
            ("conv_field_layer", "999 · conv · 1 × 1 × 1"),
            ("conv_field_layer", "-1"),
            ("conv_field_row", "999999"),
            ("conv_field_row", "-3"),
            ("conv_field_column", "nan"),
            ("conv_field_weights", "Trained on ImageNet"),
            ("conv_field_seed", "-5"),
            ("conv_field_average", "4000"),
            ("conv_field_view", quote("<script>")),
            ("conv_picture", "../../etc/passwd"),
        ],
    )
    def test_a_tampered_value_leaves_the_page_alive(self, name: str, value: str) -> None:
        at = opened(**{name: value})
        assert not at.exception
        assert metrics(at)["Receptive field r"] == "67"

    def test_a_cell_left_from_a_larger_map(self) -> None:
        at = opened(conv_field_row="12", conv_field_column="12")
        assert "What cell (12, 12) sees" in text(at)
        at.selectbox(key="conv_field_network").select("LeNet-5").run()
        assert not at.exception
        assert "What cell (5, 5) sees" in text(at)

    def test_a_stack_that_shrank_in_another_section(self) -> None:
        at = opened(conv_field_network=OWN, conv_stack_text="conv 2 k3", conv_stack_h="40", conv_stack_w="40")
        at.number_input(key="conv_field_row").set_value(30).run()
        assert "What cell (30, 19) sees" in text(at)
        at.query_params["conv_stack_h"] = "9"
        at.run()
        assert not at.exception
        assert "What cell (3, 19) sees" in text(at)


class TestPredict:
    def test_the_answer_waits(self) -> None:
        at = opened(hidden=True)
        assert not at.exception
        assert not at.metric
        assert not at.latex
        assert "67" not in text(at)

    def test_and_comes_when_asked_for(self) -> None:
        at = opened(hidden=True)
        at.number_input(key=f"conv_field_guess_{QUESTION}").set_value(67)
        next(button for button in at.button if button.label == "Show the answers").click().run()
        assert not at.exception
        assert metrics(at)["Receptive field r"] == "67"
        assert "as guessed" in text(at)
        at.selectbox(key="conv_field_layer").select(at.selectbox(key="conv_field_layer").options[0]).run()
        assert not at.metric, "another layer is another question"


def test_presets_are_all_offered() -> None:
    assert set(PRESETS) < set(NETWORKS)
