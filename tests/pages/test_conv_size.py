"""Section "Size and cost" as a script: its numbers, what does not fit, guesses, links."""

from __future__ import annotations

import itertools
import json
import re
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from core.conv.layers import words
from core.ui.conv.size.controls import DEFAULTS, KINDS
from tests.pages.conv import captions, drawings, errors, metrics, numbers, press, said, visit

LAST_GOOD = "Below is still the last one that worked"


@pytest.fixture
def page() -> AppTest:
    at = visit()
    assert not at.exception
    return at


def change(at: AppTest, **values: Any) -> AppTest:
    """Set controls by their names and run."""
    for name, value in values.items():
        key = f"conv_size_{name}"
        if name == "kind":
            at.selectbox(key=key).set_value(value).run()
        elif name in ("apart", "ceil", "bias"):
            at.checkbox(key=key).set_value(value).run()
        else:
            at.number_input(key=key).set_value(value).run()
    assert not at.exception
    return at


def offers(at: AppTest) -> list[str]:
    """Keys of the buttons that propose what fits."""
    return [button.key for button in at.button if str(button.key).startswith("conv_size_fit_")]


def torch_counts(module: nn.Module, shape: tuple[int, int, int]) -> tuple[str, str, str]:
    """(output volume, parameters, multiply-adds) as torch has them, in the page's writing."""
    with torch.device("meta"), FlopCounterMode(display=False) as counter, torch.no_grad():
        out = module.to("meta")(torch.empty(1, *shape))
    params = sum(p.numel() for p in module.parameters())
    return words(tuple(out.shape[1:])), f"{params:,}", f"{counter.get_total_flops() // 2:,}"


def test_first_visit_shows_alexnets_first_layer(page: AppTest) -> None:
    assert metrics(page) == {
        "Output volume": "64 × 55 × 55",
        "Parameters": "23,296",
        "Multiply-adds": "70,276,800",
        "Output memory": "774 kB",
    }
    text = " ".join(formula.value for formula in page.latex)
    assert r"\frac{224 - 11 + 2 \cdot 2}{4}\right\rfloor + 1 = \lfloor 54.25 \rfloor + 1 = \mathbf{55}" in text
    assert r"363 \cdot 64 + 64 = \mathbf{23{,}296}" in text
    assert r"\mathbf{70{,}276{,}800}" in text
    assert not page.error
    assert set(drawings(page)) == {"conv_size_windows", "conv_size_plane", "conv_size_same"}
    assert any("The stride does not divide" in box.value for box in page.markdown), "54.25 is no whole number"


KINDS_OF_LAYERS: dict[str, tuple[nn.Module, dict[str, Any]]] = {
    "Convolution": (nn.Conv2d(8, 16, 5, 2, 2), {}),
    "Convolution, grouped, dilated, without bias": (
        nn.Conv2d(8, 16, 5, 2, 2, dilation=3, groups=4, bias=False), {"d": 3, "g": 4, "bias": False},
    ),
    "Depthwise convolution": (nn.Conv2d(8, 8, 5, 2, 2, groups=8), {}),
    "Transposed convolution": (nn.ConvTranspose2d(8, 16, 5, 2, 2, output_padding=1), {"op": 1}),
    "Max pooling": (nn.MaxPool2d(5, 2, 2), {}),
    "Max pooling, ceil and dilation": (nn.MaxPool2d(5, 2, 2, 2, ceil_mode=True), {"d": 2, "ceil": True}),
    "Average pooling": (nn.AvgPool2d(5, 2, 2), {}),
    "Linear": (nn.Sequential(nn.Flatten(), nn.Linear(8 * 40 * 40, 16)), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS_OF_LAYERS)
def test_each_kind_gives_torchs_numbers(page: AppTest, name: str) -> None:
    module, rest = KINDS_OF_LAYERS[name]
    kind = name.partition(",")[0]
    change(page, w=40, channels=8, filters=16, f=5, s=2, p=2, kind=kind, **rest)
    assert not page.error
    shown = metrics(page)
    volume, params, macs = torch_counts(module, (8, 40, 40))
    assert (shown["Output volume"], shown["Parameters"], shown["Multiply-adds"]) == (volume, params, macs)


def test_the_menu_has_every_kind(page: AppTest) -> None:
    assert page.selectbox(key="conv_size_kind").options == list(KINDS)
    for kind in KINDS:
        change(page, kind=kind)
        assert not page.error, kind


def test_height_and_width_apart(page: AppTest) -> None:
    change(page, w=100, f=5, s=2, p=1, apart=True)
    side = {name: page.number_input(key=f"conv_size_{name}").placeholder for name in ("h", "fh", "sh", "ph")}
    assert side == {"h": "100", "fh": "5", "sh": "2", "ph": "1"}, "heights are as the widths until one is typed"
    assert metrics(page)["Output volume"] == "64 × 49 × 49"
    change(page, h=60, fh=3, sh=1, ph=0)
    volume, params, macs = torch_counts(nn.Conv2d(3, 64, (3, 5), (1, 2), (0, 1)), (3, 60, 100))
    shown = metrics(page)
    assert (shown["Output volume"], shown["Parameters"], shown["Multiply-adds"]) == (volume, params, macs)
    text = " ".join(formula.value for formula in page.latex)
    assert r"H_2 &= \left\lfloor\frac{60 - 3 + 2 \cdot 0}{1}" in text
    assert r"W_2 &= \left\lfloor\frac{100 - 5 + 2 \cdot 1}{2}" in text
    assert "Along the height" in drawings(page)["conv_size_windows"]
    change(page, apart=False)
    assert metrics(page)["Output volume"] == "64 × 49 × 49"


REFUSED: dict[str, tuple[dict[str, Any], str, str]] = {
    "groups do not divide": (
        {"g": 2}, "2 groups do not divide 3 input channels: take a divisor, for example 1.",
        "in_channels must be divisible by groups",
    ),
    "groups do not divide the filters": ({"filters": 64, "g": 3}, "3 groups do not divide 64 filters", "divisible by"),
    "no groups": ({"g": 0}, "0 groups: take 1 or more.", "groups"),
    "stride 0": ({"s": 0}, "Stride 0 is too small: take 1 or more.", "non-positive stride"),
    "negative padding": ({"p": -1}, "Padding -1 is too small: take 0 or more.", "negative padding is not supported"),
    "kernel larger than the input": (
        {"w": 5}, "The kernel of 7 does not fit into the input of 5",
        "Kernel size can't be greater than actual input size",
    ),
    "dilated kernel larger than the input": (
        {"w": 12, "d": 2}, "The kernel of 7, spread over 13 by dilation 2, does not fit into the input of 12",
        "Kernel size can't be greater than actual input size",
    ),
    "no filters": ({"filters": 0}, "A convolution needs at least one filter.", ""),
    "kernel 0": ({"f": 0}, "Kernel 0 is too small: take 1 or more.", ""),
    "dilation 0": ({"d": 0}, "Dilation 0 is too small: take 1 or more.", ""),
    "padding of a pooling": (
        {"kind": "Max pooling", "p": 4}, "A pooling's padding may be at most half its kernel: 4 is more than 3.",
        "pad should be at most half",
    ),
    "output padding": (
        {"kind": "Transposed convolution", "op": 4}, "Output padding 4 must be smaller than the stride (4)",
        "output padding must be smaller",
    ),
    "nothing is left": (
        {"kind": "Transposed convolution", "w": 1, "p": 5}, "Nothing is left of the output", "",
    ),
    "no features": ({"kind": "Linear", "filters": 0}, "A linear layer has 1 to 100,000 features, not 0.", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_does_not_fit_gets_one_sentence_and_torchs_and_the_last_result_stays(page: AppTest, name: str) -> None:
    values, sentence, refusal = REFUSED[name]
    kind = {"kind": values["kind"]} if "kind" in values else {}
    change(page, f=7, p=0, **kind)
    before = metrics(page)
    assert not page.error
    change(page, **{key: value for key, value in values.items() if key != "kind"})
    assert len(errors(page)) == 1
    assert errors(page)[0].startswith(sentence)
    if refusal:
        assert re.search(rf"In torch's words: .*{re.escape(refusal)}", captions(page))
    assert LAST_GOOD in captions(page)
    if len(values) - len(kind) == 1:
        assert metrics(page) == before
    assert "Traceback" not in said(page)
    press(page, "Reset")
    assert not page.error
    assert metrics(page)["Output volume"] == "64 × 55 × 55"


def test_after_a_link_that_does_not_fit_the_defaults_stand_there() -> None:
    at = visit(conv_size_s="0")
    assert not at.exception
    assert errors(at) == ["Stride 0 is too small: take 1 or more."]
    assert metrics(at)["Output volume"] == "64 × 55 × 55"


@pytest.mark.parametrize(
    "link",
    [
        {},
        {"w": "7", "f": "2", "s": "3", "p": "0"},
        {"w": "100", "f": "5", "s": "7", "p": "1", "d": "3"},
        {"kind": "Max pooling", "w": "224", "f": "3", "s": "3", "p": "0"},
        {"kind": "Average pooling", "w": "9", "f": "2", "s": "4", "p": "1"},
        {"kind": "Depthwise convolution", "w": "30", "f": "4", "s": "5", "p": "0"},
        {"apart": "true", "w": "30", "h": "31", "f": "3", "fh": "4", "s": "4", "sh": "5", "p": "0", "ph": "0"},
        {"apart": "true", "w": "30", "h": "30", "f": "3", "fh": "3", "s": "4", "sh": "4", "p": "0", "ph": "0"},
        {"w": "1000", "f": "255", "s": "31", "p": "0"},
        {"w": "1000", "f": "1", "s": "255", "p": "255"},
    ],
    ids=str,
)
def test_what_is_proposed_fits(link: dict[str, str]) -> None:
    parameters = {f"conv_size_{name}": value for name, value in link.items()}
    at = visit(**parameters)
    assert not at.exception
    keys = offers(at)
    for key in keys:
        at = visit(**parameters)
        button = at.button(key=key)
        letter, _, value = button.label.partition(" = ")
        button.click().run()
        assert not at.exception
        assert not at.error, key
        names = [key.removeprefix("conv_size_fit_")]
        if link.get("apart") and link.get("h") == link.get("w"):
            names.append(f"{names[0]}h")
        assert all(at.number_input(key=f"conv_size_{name}").value == int(value) for name in names)
        assert letter == names[0][0].upper()
        assert key not in offers(at), "nothing is dropped along this axis any more"
        if "apart" not in link or len(names) == 2:
            assert not offers(at)
            assert not any("does not divide" in box.value for box in at.markdown)


def test_a_pooling_is_offered_only_what_it_may_have() -> None:
    """Padding 2 would fit, but is more than half the kernel of 3, which torch refuses."""
    at = visit(conv_size_kind="Max pooling", conv_size_f="3", conv_size_s="3", conv_size_p="0")
    assert offers(at) == ["conv_size_fit_f", "conv_size_fit_s"]


def test_what_fits_is_said_once_and_then_no_more(page: AppTest) -> None:
    assert offers(page) == ["conv_size_fit_f", "conv_size_fit_s"], "no padding makes 217 a multiple of 4"
    page.button(key="conv_size_fit_f").click().run()
    assert page.number_input(key="conv_size_f").value == 12
    assert page.query_params["conv_size_f"] in ("12", ["12"])
    assert not offers(page)


def test_a_window_that_begins_in_the_padding() -> None:
    at = visit(
        conv_size_kind="Max pooling", conv_size_w="3", conv_size_f="2", conv_size_s="4", conv_size_p="1",
        conv_size_ceil="true",
    )  # fmt: skip
    assert not at.exception
    assert metrics(at)["Output volume"] == "3 × 1 × 1"
    assert r"\lceil 0.75 \rceil + 1 - 1 = \mathbf{1}" in " ".join(formula.value for formula in at.latex)
    assert "torch leaves it out" in captions(at)


def test_reset_puts_everything_back(page: AppTest) -> None:
    change(page, apart=True, w=50, h=40, f=3, fh=5, s=1, sh=2, p=0, ph=1, channels=8, filters=8, d=2, g=2, bias=False)
    change(page, kind="Transposed convolution", op=1)
    change(page, kind="Max pooling", d=1, ceil=True)
    press(page, "Reset")
    assert not page.exception
    assert metrics(page)["Output volume"] == "64 × 55 × 55"
    assert metrics(page)["Parameters"] == "23,296"
    assert not [key for key in page.query_params if key.startswith("conv_size")], "the link is short again"
    change(page, kind="Transposed convolution", apart=True)
    for name in ("h", "fh", "sh", "ph", "op", "d", "g"):
        assert page.number_input(key=f"conv_size_{name}").value == DEFAULTS[f"conv_size_{name}"], name


# a layer none of whose answers stands in the question
QUESTION = {"conv_size_w": "997", "conv_size_f": "7", "conv_size_s": "3", "conv_size_p": "1", "conv_size_filters": "96"}
ANSWERS = {"331", "147", "14208", "1546124832", "42.1"}


def test_the_answers_of_the_question_below() -> None:
    at = visit(**QUESTION)
    shown = metrics(at)
    assert (shown["Output volume"], shown["Parameters"]) == ("96 × 331 × 331", "14,208")
    assert shown["Multiply-adds"] == "1,546,124,832"
    assert shown["Output memory"] == "42.1 MB"
    found = numbers(said(at))
    assert found >= ANSWERS, "this is where they are looked for"


def test_predict_first_hides_every_answer_until_somebody_asks() -> None:
    at = visit(**QUESTION, conv_hide="true")
    assert not at.exception
    text = said(at)
    assert not numbers(text) & ANSWERS
    assert not metrics(at)
    assert not drawings(at)
    assert not at.get("download_button")
    assert not at.code
    assert r"\frac{W_1 - F + 2P}{S}" in text, "the formula may be seen, its numbers not"
    at.number_input(key="conv_size_guess_Width of the output").set_value(331)
    at.number_input(key="conv_size_guess_Parameters").set_value(14112)
    press(at, "Show the answers")
    assert not at.exception
    assert metrics(at)["Output volume"] == "96 × 331 × 331"
    judged = next(box.value for box in at.markdown if "as guessed" in box.value)
    assert judged == (
        ":green[:material/check:] Width of the output: **331**, as guessed · Depth of the output: **96** · "
        ":red[:material/close:] Parameters: **14,208**, guessed 14,112"
    )
    at.select_slider(key="conv_size_grouping").set_value("standard, 1 group").run()
    assert any(box.value == judged for box in at.markdown), "what was guessed is remembered"


def test_another_question_hides_its_answer_again_and_asks_afresh() -> None:
    at = visit(**QUESTION, conv_hide="true")
    at.number_input(key="conv_size_guess_Parameters").set_value(5)
    press(at, "Show the answers")
    change(at, f=9)
    assert not metrics(at)
    assert not numbers(said(at)) & {"331", "330", "14208", "23424"}
    assert at.number_input(key="conv_size_guess_Parameters").value is None
    press(at, "Show the answers")
    assert metrics(at)["Parameters"] == "23,424"
    assert not any("guessed 5" in box.value for box in at.markdown), "the old guess was for another question"
    press(at, "Ask again")
    assert not metrics(at)
    at.toggle(key="conv_hide").set_value(False).run()
    assert metrics(at)["Parameters"] == "23,424"
    assert not any("guessed" in box.value for box in at.markdown)


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_kind_can_be_guessed(kind: str) -> None:
    at = visit(**QUESTION, conv_hide="true", conv_size_kind=kind)
    assert not at.exception
    assert not metrics(at)
    press(at, "Show the answers")
    assert not at.exception
    assert metrics(at)["Output volume"]


def test_a_refusal_while_answers_are_hidden() -> None:
    at = visit(conv_hide="true", conv_size_s="0")
    assert not at.exception
    assert errors(at) == ["Stride 0 is too small: take 1 or more."]
    assert not metrics(at)
    assert not numbers(said(at)) & {"55", "23296", "70276800"}


def test_same_padding_of_the_two_libraries() -> None:
    """n = 224, k = 3, s = 2: both give 112, on grids shifted by one pixel."""
    at = visit(conv_size_f="3", conv_size_s="2", conv_size_p="1")
    text = next(box.value for box in at.markdown if "TensorFlow" in box.value)
    assert "⌈W₁/S⌉ = 112 windows" in text
    assert "0 before, 1 after" in text
    assert 'refuses `padding="same"` with a stride above 1' in text
    assert "Both give 112, on grids **shifted by 1 pixel**" in text
    strips = json.loads(drawings(at)["conv_size_same"])["alt"]
    assert strips == "TensorFlow SAME: 0 before, 1 after; PyTorch padding=1: 1 before, 1 after"


def test_same_padding_with_stride_one() -> None:
    at = visit(conv_size_f="4", conv_size_s="1", conv_size_p="1")
    text = next(box.value for box in at.markdown if "TensorFlow" in box.value)
    assert "1 before, 2 after" in text
    assert '**PyTorch** `padding="same"` gives 224 and also puts the odd pixel after: 1 and 2' in text
    assert "shifted" not in text


@pytest.mark.parametrize(("kernel", "stride"), list(itertools.product((1, 2, 11, 255), (1, 7, 255))))
def test_same_padding_of_anything_does_no_harm(kernel: int, stride: int) -> None:
    at = visit(conv_size_f=str(kernel), conv_size_s=str(stride), conv_size_p="100", conv_size_w="56")
    assert not at.exception
    assert not at.error
    text = next(box.value for box in at.markdown if "TensorFlow" in box.value)
    assert f"= {-(-56 // stride)} windows" in text


def test_from_standard_to_depthwise() -> None:
    at = visit(conv_size_channels="64", conv_size_f="3", conv_size_s="1", conv_size_p="1")
    slider = at.select_slider(key="conv_size_grouping")
    assert slider.options[0] == "standard, 1 group"
    assert slider.value == "depthwise, then 1 × 1"
    assert any(f"**{1 / 64 + 1 / 9:.3g} times**" in box.value for box in at.markdown)
    slider.set_value("16 groups").run()
    text = next(box.value for box in at.markdown if "times**" in box.value)
    assert text.startswith(f"**{64 * 4 * 9 * 224 * 224:,}** multiply-adds and **{64 * 4 * 9 + 64:,}** parameters")
    assert "**0.0625 times**" in text
    assert str(64 * 4 * 9 * 224 * 224) in numbers(said(at)), "the chart has it too"
    change(at, channels=3)  # 3 and 64 have no 16 groups
    assert at.select_slider(key="conv_size_grouping").value == "depthwise, then 1 × 1"
    assert not at.error


BAD = {
    "text": "abc",
    "float": "3.7",
    "not a number": "nan",
    "infinite": "inf",
    "huge": "1" + 40 * "0",
    "exponent": "1e9",
    "negative": "-99999",
    "empty": "",
    "HTML": "<script>alert(1)</script>",
    "arabic": "٣",
    "long": "9" * 5000,
}


@pytest.mark.parametrize("name", BAD)
def test_a_tampered_link_falls_back_or_gets_a_sentence(name: str) -> None:
    """All controls at once, then shown apart and for each kind that has more of them."""
    link = dict.fromkeys(DEFAULTS, BAD[name])
    at = visit(**link)
    assert not at.exception
    assert metrics(at)["Output volume"]
    link["conv_size_apart"] = "true"
    for kind in ("Transposed convolution", "Max pooling", "Linear"):
        at = visit(**{**link, "conv_size_kind": kind})
        assert not at.exception
        assert at.selectbox(key="conv_size_kind").value == kind
        assert metrics(at)["Output volume"]
        assert "<script>" not in said(at)


@pytest.mark.parametrize("key", DEFAULTS)
def test_one_tampered_value_leaves_the_rest_of_the_link(key: str) -> None:
    link = {"conv_size_w": "100", "conv_size_f": "5", "conv_size_s": "1", "conv_size_apart": "true"}
    link |= {"conv_size_h": "50", "conv_size_fh": "5", "conv_size_sh": "1", key: "<b>7"}
    at = visit(**link)
    assert not at.exception
    assert not at.error or "does not fit" in errors(at)[0]
    expected = 224 if key == "conv_size_w" else 100
    assert at.number_input(key="conv_size_w").value == expected


def test_section_and_switch_may_be_tampered_with() -> None:
    at = visit(conv_section="<b>nothing</b>", conv_hide="perhaps", another="1")
    assert not at.exception
    assert metrics(at)["Output volume"] == "64 × 55 × 55"


EXTREMES: tuple[dict[str, str], ...] = (
    {"w": "10000", "f": "255", "s": "1", "p": "255", "d": "20", "filters": "1", "channels": "1"},
    {"w": "10000", "f": "1", "s": "1", "p": "255", "filters": "65536", "channels": "65536"},
    {"w": "1", "f": "1", "s": "255", "p": "255", "filters": "65536", "channels": "65536", "g": "65536"},
    {"w": "10000", "h": "1", "apart": "true", "f": "255", "fh": "1", "s": "1", "sh": "255", "p": "0", "ph": "0"},
    {"kind": "Max pooling", "w": "10000", "f": "255", "s": "1", "p": "127", "channels": "1", "ceil": "true"},
    {"kind": "Transposed convolution", "w": "100", "f": "255", "s": "255", "p": "0", "d": "64", "op": "64",
     "channels": "1", "filters": "1"},
    {"kind": "Depthwise convolution", "w": "10", "channels": "65536"},
    {"kind": "Linear", "w": "10000", "channels": "65536", "filters": "65536"},
    {"kind": "Linear", "w": "1", "channels": "1", "filters": "1"},
)  # fmt: skip


@pytest.mark.parametrize("link", EXTREMES, ids=str)
def test_the_extremes_of_every_control(link: dict[str, str]) -> None:
    at = visit(**{f"conv_size_{name}": value for name, value in link.items()})
    assert not at.exception
    assert metrics(at)["Output volume"]
    assert len(said(at)) < 1_000_000, "what goes to the browser stays small"


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_code_that_may_be_taken_away_runs(kind: str) -> None:
    at = visit(conv_size_kind=kind, conv_size_w="20", conv_size_f="3", conv_size_s="2", conv_size_p="1")
    assert [button.label for button in at.get("download_button")] == ["PyTorch code", "CSV"]
    (code,) = (box.value for box in at.code)
    assert "assert tuple(result.shape)" in code
    exec(compile(code, "layer.py", "exec"), {})


def test_sessions_do_not_see_each_other() -> None:
    first, second = visit(), visit(conv_hide="true")
    change(first, f=7, s=0)
    assert LAST_GOOD in captions(first)
    press(second, "Show the answers")
    third = visit(conv_size_s="0", conv_hide="true")
    assert not metrics(third), "what one session reveals stays hidden in others"
    third.toggle(key="conv_hide").set_value(False).run()
    assert metrics(third)["Parameters"] == "23,296", "the last good result is one's own"


def test_an_emptied_field_is_its_default(page: AppTest) -> None:
    for name in ("w", "channels", "filters", "f", "s", "p"):
        page.number_input(key=f"conv_size_{name}").set_value(None).run()
        assert not page.exception
        assert not page.error
    assert metrics(page)["Output volume"] == "64 × 55 × 55"
    change(page, apart=True)
    assert metrics(page)["Output volume"] == "64 × 55 × 55"


def test_a_link_without_heights_means_squares() -> None:
    at = visit(conv_size_apart="true", conv_size_f="3", conv_size_s="1", conv_size_p="1")
    assert metrics(at)["Output volume"] == "64 × 224 × 224"


def test_a_linear_layer_writes_out_what_it_costs() -> None:
    at = visit(conv_size_kind="Linear", conv_size_w="6", conv_size_channels="256", conv_size_filters="4096")
    text = " ".join(formula.value for formula in at.latex)
    assert r"9{,}216 \cdot 4{,}096 + 4{,}096 = \mathbf{37{,}752{,}832}" in text
    assert r"\mathbf{37{,}748{,}736}" in text


def test_the_grouping_is_part_of_the_link() -> None:
    at = visit(conv_size_channels="64", conv_size_f="3", conv_size_s="1", conv_size_grouping="16 groups")
    assert at.select_slider(key="conv_size_grouping").value == "16 groups"


def test_where_both_paddings_give_another_size_it_is_said() -> None:
    at = visit(conv_size_w="5", conv_size_f="2", conv_size_s="2", conv_size_p="0")
    text = next(box.value for box in at.markdown if "TensorFlow" in box.value)
    assert "gives **2, not 3**" in text, "5 pixels in twos"
