"""Section "A stack of layers" as a script: the table, the text and the link are one network."""

from __future__ import annotations

import json
import threading
from typing import Any

import pytest
import torch
from streamlit.testing.v1 import AppTest

from core import jobs
from core.conv.counters import LAYERS
from core.conv.layers import words
from core.conv.module import StackModule
from core.conv.notation import MOST_TEXT, parse, write
from core.conv.presets import PRESETS
from core.conv.published import count_all, published
from core.conv.stack import LONGEST, analyse
from core.figures.conv.published import field_text
from core.figures.conv.size_words import bytes_text
from core.figures.conv.stack import short
from core.models.cost import Convention, count
from core.models.zoo import ZOO
from core.ui.conv.stack import state
from tests.core.figures.settled import numbers as amounts
from tests.pages.conv import captions, drawings, errors, metrics, numbers, press, said, visit

SECTION = "A stack of layers"
LAST_GOOD = "Below is still the last one that worked."
SMALL = "conv 8 k3 p1\nrelu\nmaxpool k2\nconv 16 k3 p1\nrelu\nflatten\nlinear 10"
# the course's numbers: parameters, multiply-adds, receptive field
GOLDEN = {
    "alexnet": (61_100_840, 714_188_480, "195 px"),
    "vgg16": (138_357_544, 15_470_264_320, "212 px"),
    "googlenet": (6_624_904, 1_498_376_192, "379 px"),
    "inception_v3": (None, 5_713_216_096, "1311 px"),
    "resnet18": (11_689_512, 1_814_073_344, "435 px"),
    "resnet50": (25_557_032, 4_089_184_256, "427 px"),
    "resnext50_32x4d": (25_028_904, 4_230_479_872, "427 px"),
    "densenet121": (7_978_856, 2_834_161_664, "2071 px"),
    "mobilenet_v2": (3_504_872, 300_774_272, "491 px"),
    "shufflenet_v2_x1_0": (2_278_604, 144_907_992, "527 px"),
    "efficientnet_b0": (5_288_548, 385_814_752, "the whole picture"),
    "inception_v4": (42_679_816, 12_253_974_624, "2071 px"),
    "legacy_xception": (22_855_952, 8_357_403_496, "1083 px"),
    "mobilenetv1_100": (4_231_976, 568_740_352, "315 px"),
}


@pytest.fixture(scope="module", autouse=True)
def _all_counted() -> None:
    """The background job of the first visit has ended."""
    count_all(lambda *_: None)


def stack(text: str = "", **link: str) -> AppTest:
    """A new session at this section, with a network of its own in the link."""
    given = {"conv_stack_text": text} if text else {}
    at = visit(conv_section=SECTION, **given, **link)
    assert not at.exception
    return at


@pytest.fixture
def page() -> AppTest:
    return stack()


def small() -> AppTest:
    return stack(SMALL, conv_stack_h="16", conv_stack_w="16")


def text_of(at: AppTest) -> str:
    return str(at.text_area(key=state.TEXT).value)


def edit(
    at: AppTest,
    rows: dict[int, dict[str, Any]] | None = None,
    added: list[dict[str, Any]] | None = None,
    deleted: list[int] | None = None,
) -> AppTest:
    """What the browser's table sends: all changes to the table it started from."""
    key = f"conv_stack_table_{at.session_state['conv_stack_version']}"
    at.session_state[key] = {"edited_rows": rows or {}, "added_rows": added or [], "deleted_rows": deleted or []}
    at.run()
    assert not at.exception
    return at


def table(at: AppTest) -> list[str]:
    """The layers in the table that is edited, as the visitor sees them."""
    layers = at.dataframe[0].value
    return [f"{row['kind']} {row['out']}" for _, row in layers.iterrows()]


def expect(at: AppTest, text: str, shape: tuple[int, int, int] = (3, 16, 16)) -> None:
    """Text, numbers, table of results and code are all of this one network."""
    analysis = analyse(parse(text), shape)
    assert not at.error
    assert parse(text_of(at)) == parse(text)
    shown = metrics(at)
    assert shown["Parameters"] == f"{analysis.params:,}"
    assert shown["Multiply-adds"] == short(analysis.macs)
    assert shown["Output"] == words(analysis.rows[-1].shape)
    assert shown["Memory"] == bytes_text(analysis.memory)
    assert list(at.dataframe[1].value["output"]) == [words(row.shape) for row in analysis.rows]
    assert f"== {analysis.params:_}\n" in at.code[0].value


def test_first_visit_shows_alexnet(page: AppTest) -> None:
    assert metrics(page) | {"Memory": "4.43 MB"} == metrics(page)
    shown = metrics(page)
    assert (shown["Parameters"], shown["Multiply-adds"], shown["Receptive field"]) == ("61,100,840", "714 M", "195 px")
    assert shown["Output"] == "1,000"
    assert list(drawings(page)) == ["conv_stack_volumes"]
    assert not page.error
    assert not [key for key in page.query_params if key.startswith("conv_stack")], "the link is short"


@pytest.mark.parametrize("title", PRESETS)
def test_every_known_network_can_be_started_from(page: AppTest, title: str) -> None:
    menu = page.selectbox(key="conv_stack_start")
    assert menu.options == list(PRESETS)
    menu.set_value(title).run()
    assert not page.exception
    preset = PRESETS[title]
    expect(page, write(preset.stack), preset.input_shape)
    sides = tuple(page.number_input(key=f"conv_stack_{side}").value for side in "chw")
    assert sides == preset.input_shape
    assert page.selectbox(key="conv_stack_start").value is None, "it asks again"
    assert len(table(page)) == len(preset.stack.layers)
    exec(compile(page.code[0].value, "network.py", "exec"), {})


def test_a_known_network_twice_in_a_row(page: AppTest) -> None:
    """After changes, the same network can be taken again."""
    title = list(PRESETS)[1]
    for _ in range(2):
        page.selectbox(key="conv_stack_start").set_value(title).run()
        expect(page, write(PRESETS[title].stack), PRESETS[title].input_shape)
        edit(page, deleted=[0])
        assert parse(text_of(page)) != PRESETS[title].stack


def test_edits_twice_in_a_row_and_back_again() -> None:
    at = small()
    expect(at, SMALL)
    changed = SMALL.replace("conv 8", "conv 12")
    expect(edit(at, {0: {"out": 12}}), changed)
    changed = changed.replace("conv 16 k3 p1", "conv 16 k5 p2")
    expect(edit(at, {0: {"out": 12}, 3: {"kernel": "5", "padding": "2"}}), changed)
    expect(edit(at, {0: {"out": 13}, 3: {"kernel": "5", "padding": "2"}}), changed.replace("conv 12", "conv 13"))
    expect(edit(at, {0: {"out": 8}, 3: {"kernel": "3", "padding": "1"}}), SMALL)
    assert at.session_state["conv_stack_version"] == 1, "one table all the time, or the visitor's cursor would jump"


def test_rows_are_added_and_deleted() -> None:
    at = small()
    new = {"kind": "linear", "out": 3, "bias": True, "ceil_mode": False}
    expect(edit(at, added=[new]), f"{SMALL}\nlinear 3")
    expect(edit(at, added=[new, {"kind": "relu", "bias": True, "ceil_mode": False}]), f"{SMALL}\nlinear 3\nrelu")
    expect(edit(at, added=[new], deleted=[1]), f"{SMALL}\nlinear 3".replace("relu\n", "", 1))
    expect(edit(at), SMALL)


def test_text_and_table_take_turns() -> None:
    at = small()
    edit(at, {0: {"out": 9}})
    typed = text_of(at).replace("linear 10", "linear 20")
    at.text_area(key=state.TEXT).set_value(typed).run()
    assert not at.exception
    expect(at, typed)
    assert table(at)[-1] == "linear 20", "the table follows the text"
    assert table(at)[0] == "conv 9"
    changed = typed.replace("conv 9", "conv 7")
    expect(edit(at, {0: {"out": 7}}), changed)
    at.text_area(key=state.TEXT).set_value("relu").run()
    expect(at, "relu")
    expect(edit(at, {0: {"kind": "batchnorm"}}), "batchnorm")


def test_text_that_means_the_same_is_left_as_it_was_typed() -> None:
    at = small()
    typed = "CONV 8   k3x3; relu"
    at.text_area(key=state.TEXT).set_value(typed).run()
    assert text_of(at) == typed
    expect(at, "conv 8 k3\nrelu")
    edit(at, {0: {"out": 9}})
    assert text_of(at) == "conv 9 k3\nrelu"


def test_the_link_holds_the_stack() -> None:
    at = small()
    edit(at, {0: {"out": 12}})
    link = {key: at.query_params[key] for key in at.query_params}
    link = {key: value[0] if isinstance(value, list) else value for key, value in link.items()}
    assert link["conv_stack_text"].startswith("conv 12 k3 p1\n")
    expect(visit(**link), SMALL.replace("conv 8", "conv 12"))


@pytest.mark.parametrize("away", ["section", "page"])
def test_edits_outlive_a_look_elsewhere(away: str) -> None:
    at = small()
    changed = SMALL.replace("conv 8", "conv 12")
    expect(edit(at, {0: {"out": 12}}), changed)
    if away == "section":
        at.segmented_control(key="conv_section").set_value("Size and cost").run()
        at.segmented_control(key="conv_section").set_value(SECTION).run()
    else:
        at.switch_page("pages/home.py").run()
        at.switch_page("pages/conv_calculator.py").run()
    assert not at.exception
    expect(at, changed)
    assert table(at)[0] == "conv 12"
    at.run()
    expect(edit(at, {1: {"kind": "batchnorm"}}), changed.replace("relu", "batchnorm", 1))


def test_reset_puts_alexnet_back() -> None:
    at = small()
    edit(at, {0: {"out": 12}})
    press(at, "Reset")
    expect(at, state.FIRST_TEXT, (3, 224, 224))
    assert len(table(at)) == 22
    assert not [key for key in at.query_params if key.startswith("conv_stack")]


BAD_CELLS: dict[str, tuple[dict[int, dict[str, Any]], str]] = {
    "text for a kernel": ({3: {"kernel": "abc"}}, 'Layer 4 (conv): Kernel "abc" is not understood'),
    "negative stride": ({2: {"stride": "-1"}}, 'Layer 3 (maxpool): Stride "-1" is not understood'),
    "half a padding": ({0: {"padding": "0.5"}}, 'Layer 1 (conv): Padding "0.5" is not understood'),
    "markup": ({0: {"kernel": "<b>3</b>"}}, 'Layer 1 (conv): Kernel "<b>3</b>" is not understood'),
    "a huge number": ({0: {"kernel": "9" * 15}}, 'Layer 1 (conv): Kernel "999999999999999" is not understood'),
    "negative filters": ({3: {"out": -4}}, "Layer 4 (conv): Filters -4 is no whole number"),
    "an unknown kind": ({1: {"kind": "cnv"}}, "Layer 2: choose its kind, or delete the row."),
    "no kind": ({1: {"kind": None}}, "Layer 2: choose its kind, or delete the row."),
    "rows it reads": ({1: {"from": "x"}}, "Layer 2"),
}


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_cell_that_cannot_be_read_names_its_layer_and_the_last_good_stack_stays(name: str) -> None:
    rows, sentence = BAD_CELLS[name]
    at = small()
    before = metrics(at), drawings(at), text_of(at)
    edit(at, rows)
    assert len(errors(at)) == 1
    assert errors(at)[0].startswith(sentence)
    assert (metrics(at), drawings(at), text_of(at)) == before
    edit(at)
    expect(at, SMALL)


BAD_STACKS: dict[str, tuple[dict[int, dict[str, Any]], str, int]] = {
    "no filters": ({3: {"out": None}}, "Layer 4 (conv): A convolution needs at least one filter.", 3),
    "stride 0": ({2: {"stride": "0"}}, "Layer 3 (maxpool): Stride 0 is too small", 2),
    "kernel too large": ({3: {"kernel": "99"}}, "Layer 4 (conv): The kernel of 99 does not fit", 3),
    "groups": ({3: {"groups": 3}}, "Layer 4 (conv): 3 groups do not divide 8 input channels", 3),
    "linear before flatten": ({5: {"kind": "relu"}}, "Layer 7 (linear): A linear layer takes a vector", 6),
    "a row that is not there": ({4: {"from": "9"}}, "Layer 5 (relu): It cannot read row 9", 4),
    "several rows": ({4: {"from": "1, 2"}}, "Layer 5 (relu): Only add and concat read several rows", 4),
    "shapes that do not add": ({4: {"kind": "add", "from": "2, 4"}}, "Layer 5 (add): Only equal shapes", 4),
    "millions of filters": ({3: {"out": 9_999_999}}, "Layer 4 (conv): 9,999,999 filters are too many", 3),
}


@pytest.mark.parametrize("name", BAD_STACKS)
def test_a_layer_that_does_not_fit_is_named_and_the_rows_before_it_have_results(name: str) -> None:
    rows, sentence, results = BAD_STACKS[name]
    at = small()
    before = metrics(at), drawings(at)
    edit(at, rows)
    assert len(errors(at)) == 1
    assert errors(at)[0].startswith(sentence)
    assert LAST_GOOD in captions(at)
    assert (metrics(at), drawings(at)) == before
    assert len(at.dataframe[1].value) == results
    assert text_of(at) != SMALL, "the text holds what the table holds, also while it does not run"
    edit(at)
    expect(at, SMALL)


def test_every_row_deleted_asks_for_one() -> None:
    at = small()
    before = metrics(at)
    edit(at, deleted=list(range(7)))
    assert errors(at) == ["There is no layer yet: add one, or start from a known network."]
    assert metrics(at) == before
    at.run()
    assert not at.exception
    expect(edit(at), SMALL)


BAD_TEXT = {
    "nonsense": ("hello world", 'Layer 1: "hello" is no kind of layer'),
    "markup": ("<script>alert(1)</script>", 'Layer 1: "<script>alert(1)</sc" is no kind of layer'),
    "a bad word": ("relu\nconv 8 k3 q9", 'Layer 2: "q9" is not understood'),
    "ten thousand lines": ("relu\n" * 10_000, "This text is too long"),
    "one line too many": (
        "relu;" * (LONGEST + 1),
        f"A stack may have at most {LONGEST} layers, and this text has 501.",
    ),
    "very long": ("conv 8 k3 " * 20_000, "This text is too long"),
    "just too long": (" " * (MOST_TEXT + 1), "This text is too long"),
    "blank": ("   \n ;; ", "There is no layer yet"),
    "no unicode digits": ("conv ٣", 'Layer 1: "٣" is not understood'),
    "does not fit": ("conv 8 k300", "Layer 1 (conv): The kernel of 300 does not fit"),
    "huge": ("conv 9999999 k9999999", "Layer 1 (conv): 9,999,999 filters are too many"),
    "explodes": ("transposed 1 k2 s9999;" * 4, "Layer 1 (transposed): The output of"),
}


@pytest.mark.parametrize("name", BAD_TEXT)
@pytest.mark.parametrize("way", ["link", "typed"])
def test_text_that_cannot_be_used_gets_a_sentence(name: str, way: str) -> None:
    text, sentence = BAD_TEXT[name]
    if way == "link":
        at = stack(text)
        good, shape = state.FIRST_TEXT, (3, 224, 224)
    else:
        at = small()
        at.text_area(key=state.TEXT).set_value(text).run()
        good, shape = SMALL, (3, 16, 16)
    assert not at.exception
    assert errors(at)
    if name != "does not fit" or way == "link":
        assert errors(at)[0].startswith(sentence)
    assert text_of(at) == text, "what was typed stays, to be mended"
    assert metrics(at)["Parameters"] == f"{analyse(parse(good), shape).params:,}"
    assert "<script>alert" not in "".join(box.value for box in at.markdown)
    at.text_area(key=state.TEXT).set_value("conv 5 k3").run()
    assert not at.error
    assert metrics(at)["Parameters"] == "140"


def test_an_edit_of_the_table_replaces_text_that_cannot_be_read() -> None:
    at = small()
    at.text_area(key=state.TEXT).set_value("hello").run()
    assert errors(at)[0].startswith('Layer 1: "hello"')
    assert table(at)[0] == "conv 8", "the table shows the last stack that could be read"
    expect(edit(at, {0: {"out": 9}}), SMALL.replace("conv 8", "conv 9"))


EXTREMES = {
    "500 layers": ("conv 8 k3 p1;relu;" * (LONGEST // 2), "224"),
    "deep": ("conv 100000;conv 1", "1"),
    "large kernels": ("conv 1 k1000000 p500000", "2048"),
    "one pixel": ("conv 8;globalpool;flatten;linear 1", "1"),
    "much work": ("conv 3000 k51 p25", "700"),
    "an input of vectors": ("flatten;linear 100000;linear 100000", "2048"),
    "no weights at all": ("relu", "2048"),
    "adds itself": ("add from 0,0;concat from 1,1,1", "64"),
    "vectors joined": ("flatten;linear 5 from 1;linear 5 from 1;add from 2,3;concat from 4,4", "4"),
    "normalised vectors": ("flatten;batchnorm;relu;dropout", "16"),
    "dilated": ("conv 4 k3 d1000000 p1000000", "16"),
    "adaptive upwards": ("adaptive k1000", "2"),
    "not square": ("conv 4 k1x7 s1x3 p0x3;transposed 4 k5x1 s3x1 o1x0;maxpool k2x3 ceil", "64"),
}


@pytest.mark.parametrize("name", EXTREMES)
def test_extremes_that_run(name: str) -> None:
    text, side = EXTREMES[name]
    at = stack(text, conv_stack_h=side, conv_stack_w=side)
    assert not at.exception
    if at.error:  # one sentence, and the page goes on
        assert len(errors(at)) == 1
        assert errors(at)[0].startswith("Layer 1 (")
    else:
        assert metrics(at)["Parameters"] == f"{analyse(parse(text), (3, int(side), int(side))).params:,}"
    assert [box.value for box in at.header] == ["Layers", "Beside the published networks", PUBLISHED]


PUBLISHED = "A published network, layer by layer"
TAMPERED = {
    "text": "abc",
    "nan": "nan",
    "infinite": "inf",
    "huge": "9" * 400,
    "negative": "-5",
    "empty": "",
    "b": "<b>",
}


@pytest.mark.parametrize("value", TAMPERED.values(), ids=TAMPERED.keys())
def test_a_tampered_link_falls_back(value: str) -> None:
    keys = [f"conv_stack_{name}" for name in ("c", "h", "w", "rank", "network", "more", "start", "version", "good")]
    at = visit(conv_section=SECTION, **dict.fromkeys(keys, value))
    assert not at.exception
    assert not at.error
    assert metrics(at)["Parameters"] == "61,100,840"
    assert at.selectbox(key="conv_stack_rank").value == Convention.MACS.title


def test_another_picture(page: AppTest) -> None:
    page.number_input(key="conv_stack_h").set_value(256).run()
    page.number_input(key="conv_stack_w").set_value(320).run()
    expect(page, state.FIRST_TEXT, (3, 256, 320))
    page.number_input(key="conv_stack_c").set_value(1).run()
    expect(page, state.FIRST_TEXT, (1, 256, 320))
    page.number_input(key="conv_stack_h").set_value(5).run()
    assert not page.exception
    assert errors(page)[0].startswith(
        "Layer 1 (conv): The kernel of 11 does not fit into the input of 5 (9 with padding 2"
    )
    assert metrics(page)["Parameters"] == f"{analyse(parse(state.FIRST_TEXT), (1, 256, 320)).params:,}"
    page.number_input(key="conv_stack_h").set_value(None).run()
    assert not page.exception
    expect(page, state.FIRST_TEXT, (1, 224, 320))


def test_all_columns(page: AppTest) -> None:
    edit(page, {3: {"dilation": "2", "groups": 2}})
    expected = text_of(page)
    assert "conv 192 k5 p2 d2 g2" in expected
    page.toggle(key="conv_stack_more").set_value(True).run()
    assert not page.exception
    expect(page, expected, (3, 224, 224))
    assert "dilation" in page.dataframe[0].value.columns


def test_predict_first_hides_every_answer_until_somebody_asks() -> None:
    link = {"conv_stack_h": "16", "conv_stack_w": "16"}
    open_page = stack(SMALL, **link)
    analysis = analyse(parse(SMALL), (3, 16, 16))
    own = {f"{analysis.params}", f"{analysis.macs}", f"{analysis.memory}", "1024", "1168", "10250", "2048"}
    assert own - {f"{analysis.memory}"} <= numbers(said(open_page)), "this is where they are looked for"
    at = stack(SMALL, **link, conv_hide="true")
    assert not numbers(said(at)) & own - {"2048"}, "2048 is the largest picture there may be"
    assert not metrics(at)
    assert not drawings(at)
    assert not at.code
    assert not at.get("download_button")
    assert len(at.dataframe) == 1, "the table to edit, without its results"
    at.number_input(key="conv_stack_guess_Parameters").set_value(analysis.params)
    at.number_input(key="conv_stack_guess_Receptive field").set_value(3)
    press(at, "Show the answers")
    assert not at.exception
    assert metrics(at)["Parameters"] == f"{analysis.params:,}"
    judged = next(box.value for box in at.markdown if "as guessed" in box.value)
    assert f"Parameters: **{analysis.params:,}**, as guessed" in judged
    assert "Numbers at the end: **10**" in judged
    assert "Receptive field: **8**, guessed 3" in judged
    edit(at, {0: {"out": 9}})
    assert not metrics(at), "another network hides its answers again"
    assert at.number_input(key="conv_stack_guess_Parameters").value is None
    press(at, "Show the answers")
    assert metrics(at)["Parameters"] == f"{analyse(parse(SMALL.replace('conv 8', 'conv 9')), (3, 16, 16)).params:,}"


def test_a_bad_stack_while_answers_are_hidden() -> None:
    at = stack("conv 8 k3;linear 5", conv_hide="true")
    assert errors(at)[0].startswith("Layer 2 (linear)")
    assert not metrics(at)
    press(at, "Show the answers")
    assert not at.exception


@pytest.mark.parametrize("name", ZOO)
def test_each_published_network_has_cores_numbers(page: AppTest, name: str) -> None:
    spec = ZOO[name]
    page.selectbox(key="conv_stack_network").set_value(spec.title).run()
    assert not page.exception
    counted = published(name)
    shown = {box.label: box.value for box in page.metric}  # the last of a label, which is the published network's
    assert shown["Parameters"] == f"{counted.cost.params:,}"
    assert shown["Multiply-adds"] == f"{counted.cost.macs:,}"
    assert shown["Receptive field"] == field_text(counted.field)
    layers, tools, single = (table.value for table in page.dataframe[-3:])
    assert list(layers["layer"]) == [layer.name for layer in counted.cost.layers]
    assert layers["parameters"].sum() == counted.cost.params
    assert list(layers["multiply-adds"]) == [layer.macs for layer in counted.cost.layers]
    assert list(layers["output"]) == [words(layer.output) for layer in counted.cost.layers]
    assert spec.paper.url in "".join(box.value for box in page.markdown)
    assert tools["operations"].iloc[0] == counted.cost.macs
    assert list(tools["tool"]) == ["this app", "fvcore", "torchinfo", "thop", "ptflops", "ptflops (aten)"]
    assert list(single["layer"]) == [layer.name for layer in LAYERS]
    told = "".join(box.value for box in page.markdown)
    assert all(layer.why in told for layer in LAYERS)
    assert bool(spec.differs) == any("Not as in the paper" in box.value for box in page.caption)
    if name in GOLDEN:
        params, macs, field = GOLDEN[name]
        assert params in (None, counted.cost.params)
        assert (macs, field) == (counted.cost.macs, shown["Receptive field"])


def test_the_course_is_in_the_registry() -> None:
    assert set(GOLDEN) <= set(ZOO)


def ranked(at: AppTest) -> tuple[str, dict[str, float]]:
    """Title of the ranking, and what it says of each network."""
    (chart,) = at.get("plotly_chart")
    figure = json.loads(chart.proto.spec)
    (bars,) = figure["data"]
    return figure["layout"]["title"]["text"], dict(zip(bars["y"], amounts(bars, "x"), strict=True))


@pytest.mark.parametrize("measure", ["Parameters", *(convention.title for convention in Convention)])
def test_each_convention_ranks_by_cores_numbers(page: AppTest, measure: str) -> None:
    page.selectbox(key="conv_stack_rank").set_value(measure).run()
    assert not page.exception
    convention = next((one for one in Convention if one.title == measure), None)
    explanation = "Weights and biases." if convention is None else convention.explanation
    assert explanation in captions(page)
    title, found = ranked(page)
    for name, spec in ZOO.items():
        cost = published(name).cost
        amount = cost.params if convention is None else cost.operations(convention)
        assert found[spec.title] == amount, f"{spec.title}: {amount:,}"
    assert "Your stack" in found
    assert title == f"{measure}, logarithmic scale"


@pytest.mark.parametrize("convention", Convention)
def test_ones_own_stack_is_counted_as_torch_counts_it(convention: Convention) -> None:
    text = "conv 8 k3 p1;batchnorm;relu;adaptive k4;transposed 6 k2 s2 nobias;flatten;linear 10"
    at = stack(text, conv_stack_h="37", conv_stack_w="41", conv_stack_rank=convention.title)
    with torch.device("meta"):
        own = count(StackModule(analyse(parse(text), (3, 37, 41))).eval(), (3, 37, 41)).operations(convention)
    assert ranked(at)[1]["Your stack"] == own


def test_ones_own_alexnet_ranks_beside_the_published_one(page: AppTest) -> None:
    """The stack's own count by each convention is that of torchvision's network."""
    _, found = ranked(page)
    assert found["Your stack"] == found["AlexNet"] == 714_188_480
    page.selectbox(key="conv_stack_rank").set_value("Parameters").run()
    _, found = ranked(page)
    assert found["Your stack"] == found["AlexNet"] == 61_100_840


def test_downloads(page: AppTest) -> None:
    labels = [button.label for button in page.get("download_button")]
    assert labels == ["PyTorch code", "CSV", "CSV of this network"]


def test_sessions_do_not_see_each_other() -> None:
    first, second = small(), stack()
    edit(first, {0: {"out": 12}})
    second.run()
    expect(second, state.FIRST_TEXT, (3, 224, 224))
    second.text_area(key=state.TEXT).set_value("hello").run()
    assert metrics(second)["Parameters"] == "61,100,840", "the last good stack is one's own"
    first.run()
    expect(first, SMALL.replace("conv 8", "conv 12"))
    expect(stack(), state.FIRST_TEXT, (3, 224, 224))


def test_the_first_visitor_need_not_wait_for_the_ranking(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = threading.Event()
    monkeypatch.setattr("core.conv.published._counted", {})
    monkeypatch.setattr(
        "core.ui.conv.stack.published.count_all", lambda report: (report(0.5, "VGG-16"), go_on.wait(60))
    )
    at = stack()
    assert metrics(at)["Parameters"] == "61,100,840", "the page is there"
    assert "VGG-16" in at.get("progress")[0].proto.text
    go_on.set()
    jobs.find("published networks").wait(60)  # type: ignore[union-attr]
    monkeypatch.undo()
    at.run()
    assert not at.exception
    assert not at.get("progress")
    assert "conv_stack_ranking" in said(at) or "is number" in said(at)


def test_a_paste_of_ten_thousand_rows_gets_a_sentence_and_leaves_the_table(page: AppTest) -> None:
    """Before the editor sees it: it would take minutes, at this rerun and at each one after."""
    key = f"conv_stack_table_{page.session_state['conv_stack_version']}"
    rows = [{"kind": "conv", "out": 8} for _ in range(10_000)]
    page.session_state[key] = {"edited_rows": {}, "added_rows": rows, "deleted_rows": []}
    page.run(timeout=60)
    assert "10,000 new rows were left out" in errors(page)[0]
    assert metrics(page)["Parameters"] == "61,100,840"
    page.run()
    assert not page.error


def test_the_answers_bring_the_shapes_of_all_layers() -> None:
    at = stack(conv_hide="true")
    assert not [frame for frame in at.dataframe if "#" in frame.value]
    press(at, "Show the answers")
    (table,) = (frame.value for frame in at.dataframe if "#" in frame.value)
    assert table["output"].iloc[0] == "64 × 55 × 55"
    assert table["multiply-adds"].sum() == 714_188_480


@pytest.mark.parametrize("title", PRESETS)
def test_a_known_network_is_called_by_its_name(title: str) -> None:
    at = stack(
        write(PRESETS[title].stack),
        **dict(
            zip(("conv_stack_c", "conv_stack_h", "conv_stack_w"), map(str, PRESETS[title].input_shape), strict=True)
        ),
    )
    assert any(box.value.startswith(f"**{title}.**") for box in at.markdown)


def test_a_stack_of_ones_own_is_called_that_and_a_bad_link_says_what_is_below() -> None:
    assert any("Your own stack** of 7 layers" in box.value for box in stack(SMALL).markdown)
    at = stack("frobnicate")
    assert at.error
    assert LAST_GOOD in captions(at)
    assert any("AlexNet" in box.value for box in at.markdown)
