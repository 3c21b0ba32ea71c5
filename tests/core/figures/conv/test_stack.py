"""The pictures of a stack show its numbers to scale and in order."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conv.layers import Kind, Layer, words
from core.conv.notation import parse
from core.conv.presets import PRESETS
from core.conv.stack import LONGEST, Analysis, Stack, analyse
from core.figures.conv import stack as figures
from core.figures.drawing import Drawing, Polygon, Rect, Text
from core.figures.style import ACCENT, MUTED
from tests.core.conv.stacks import analyses
from tests.core.figures.frames import assert_sound
from tests.core.figures.settled import numbers, sound
from tests.examples import examples

HOSTILE = {
    "one pixel": ("relu", (1, 1, 1)),
    "maps of one pixel": ("conv 8;conv 9;depthwise;globalpool", (3, 1, 1)),
    "flat": ("conv 8", (3, 1, 2048)),
    "tall": ("conv 8", (3, 2048, 1)),
    "very deep": ("conv 100000;conv 1;conv 100000;conv 1", (4096, 1, 1)),
    "a large map behind a small one": ("transposed 1 k2 s200", (1, 2, 2)),
    "vectors": ("flatten;" + ";".join(f"linear {n}" for n in (100000, 1, 50, 100000, 2)), (1, 4, 4)),
    "only vectors change": ("relu;flatten;relu;linear 10", (4096, 1, 1)),
    "every kind": (
        "conv 8 k3 p1;depthwise k3 p1;maxpool k2;transposed 4 k2 s2;concat from 1,4;avgpool k2;flatten;linear 5",
        (3, 4, 4),
    ),
    "500 convolutions": (";".join(["conv 8 k3 p1"] * LONGEST), (3, 224, 224)),
    "500 vectors": ("flatten;" + ";".join(["linear 8"] * (LONGEST - 1)), (3, 224, 224)),
    "500 that keep the shape": (";".join(["relu"] * LONGEST), (3, 32, 32)),
}


def hostile(name: str) -> Analysis:
    text, shape = HOSTILE[name]
    return analyse(parse(text), shape)


def fronts(drawing: Drawing) -> list[Rect]:
    """What faces the reader of each volume, and the bars of the vectors."""
    return [item for item in drawing.items if isinstance(item, Rect) and item.tip]


def drawn_shapes(drawing: Drawing) -> list[str]:
    return [rect.tip.split(": ")[1] for rect in fronts(drawing)]


def check(analysis: Analysis) -> None:
    drawing = figures.volumes(analysis)
    assert_sound(drawing, texts=False)
    kept = figures.shapes_change(analysis)
    expected = [analysis.input_shape, *(row.shape for row in kept)]
    if len(kept) > figures.MOST_VOLUMES:
        expected = [*expected[: figures.MOST_VOLUMES], expected[-1]]
    assert drawn_shapes(drawing) == [words(shape) for shape in expected]
    solid = [(rect, shape) for rect, shape in zip(fronts(drawing), expected, strict=True) if len(shape) == 3]
    walls = [item for item in drawing.items if isinstance(item, Polygon) and item.opacity == 0.5]
    assert len(walls) == len(solid)
    for part in (0, 1, 2):  # depth, height, width: each in one scale
        scales = []
        for (rect, shape), wall in zip(solid, walls, strict=True):
            length = (rect.width, rect.height, wall.points[1][0] - wall.points[0][0])[part]
            least = (figures.THINNEST, figures.THINNEST, 1.5)[part]
            assert length >= least - 1e-9, "to be seen at all"
            if length > least + 1e-9:
                scales.append(length / shape[part])
        assert scales == pytest.approx([max(scales)] * len(scales) if scales else [])
        if scales:
            assert all(
                max(scales) * shape[part] <= least + 1e-9
                for (rect, shape), wall in zip(solid, walls, strict=True)
                if (rect.width, rect.height, wall.points[1][0] - wall.points[0][0])[part] <= least + 1e-9
            ), "only what would be too thin is made thicker"
    lefts = [rect.x for rect in fronts(drawing)]
    assert lefts == sorted(lefts), "in the order they run"
    for (_, shape), (rect, wall) in zip(solid, ((r, w) for (r, _), w in zip(solid, walls, strict=True)), strict=True):
        assert wall.points[0][0] == pytest.approx(rect.x + rect.width), shape


@pytest.mark.parametrize("title", PRESETS)
def test_presets_to_scale(title: str) -> None:
    check(analyse(PRESETS[title].stack, PRESETS[title].input_shape))


@pytest.mark.parametrize("name", HOSTILE)
def test_strange_stacks_to_scale(name: str) -> None:
    check(hostile(name))


@examples(80)
@given(analysis=analyses(most=8))
def test_random_stacks_to_scale(analysis: Analysis) -> None:
    check(analysis)


@pytest.mark.parametrize("title", PRESETS)
def test_volumes_do_not_overlap(title: str) -> None:
    drawing = figures.volumes(analyse(PRESETS[title].stack, PRESETS[title].input_shape))
    ends: list[float] = []
    items = iter(drawing.items)
    for item in items:
        if isinstance(item, Rect) and item.tip:
            assert all(item.x >= end for end in ends[-1:])
            ends.append(item.x + item.width)
        elif isinstance(item, Polygon):
            ends[-1] = max(ends[-1], *(x for x, _ in item.points))


def test_vectors_are_as_long_as_they_are() -> None:
    drawing = figures.volumes(analyse(parse("flatten;linear 400;linear 100;linear 4"), (3, 10, 10)))
    _, *bars = fronts(drawing)
    assert [bar.tip for bar in bars] == ["layer 2, linear: 400", "layer 3, linear: 100", "layer 4, linear: 4"]
    assert bars[0].height / bars[1].height == pytest.approx(4)
    assert len({bar.width for bar in bars}) == 1
    assert len({round(bar.y + bar.height, 6) for bar in bars}) == 1, "all stand on the floor"


def test_which_layers_get_a_volume() -> None:
    """AlexNet without what keeps the shape: five convolutions, three poolings, three linear layers."""
    rows = figures.shapes_change(analyse(PRESETS["AlexNet"].stack, (3, 224, 224)))
    kinds = [str(row.layer.kind) for row in rows]
    assert kinds == (["conv", "maxpool", "conv", "maxpool", "conv", "conv", "conv", "maxpool"] + ["linear"] * 3), (
        "the adaptive pooling keeps 6 × 6"
    )


def test_the_legend_names_the_kinds_that_occur() -> None:
    drawing = figures.volumes(hostile("every kind"))
    starts = [item.text for item in drawing.items if isinstance(item, Text) and item.anchor == "start"]
    assert starts == ["picture", "conv", "depthwise", "pooling", "transposed", "concat", "linear"]
    assert_sound(drawing)


def test_what_is_left_out_is_said() -> None:
    drawing = figures.volumes(hostile("500 convolutions"))
    assert len(fronts(drawing)) == figures.MOST_VOLUMES + 1
    assert fronts(drawing)[-1].tip.startswith(f"layer {LONGEST}, ")
    left_out = [item.text for item in drawing.items if isinstance(item, Text) and "…" in item.text]
    assert left_out == [f"… {LONGEST - figures.MOST_VOLUMES} …"]
    few = figures.volumes(hostile("every kind"))
    assert not any("…" in item.text for item in few.items if isinstance(item, Text))


def test_the_table_of_results() -> None:
    table = figures.results(analyse(PRESETS["AlexNet"].stack, (3, 224, 224)))
    assert len(table) == 22
    first, last = table.iloc[0], table.iloc[-1]
    assert (first["#"], first["layer"], first["output"]) == (1, "conv", "64 × 55 × 55")
    assert (first["parameters"], first["multiply-adds"], first["memory (kB)"]) == (23_296, 70_276_800, 774.4)
    assert (first["receptive field"], first["jump"], first["start"]) == ("11", "4", "3")
    assert (last["output"], last["receptive field"], last["jump"]) == ("1,000", "all", "")
    seen = [size for size in table["receptive field"] if size != "all"]
    assert seen[-1] == "195"
    assert (table["parameters"].sum(), table["multiply-adds"].sum()) == (61_100_840, 714_188_480)


@examples(40)
@given(analysis=analyses(most=6))
def test_the_table_holds_what_was_analysed(analysis: Analysis) -> None:
    table = figures.results(analysis)
    assert list(table["#"]) == list(range(1, len(analysis.rows) + 1))
    assert list(table["output"]) == [words(row.shape) for row in analysis.rows]
    assert table["parameters"].sum() == analysis.params
    assert table["multiply-adds"].sum() == analysis.macs
    assert 1000 * table["memory (kB)"].sum() == pytest.approx(analysis.memory)


def test_no_layer_is_an_empty_table() -> None:
    assert len(figures.results(Analysis((3, 8, 8), ()))) == 0


NETWORKS = [("B", 2e6), ("A", 1e6), ("D", 4e9), ("C", 3e6)]


@pytest.mark.parametrize(
    ("own", "order", "place"),
    [
        (0, "MABCD", 1),
        (1.5e6, "AMBCD", 2),
        (3.5e6, "ABCMD", 4),
        (9e12, "ABCDM", 5),
    ],
)
def test_ranking(own: float, order: str, place: int) -> None:
    figure = figures.ranking(NETWORKS, own, "Mine", "Parameters")
    (bars,) = sound(figure)["data"]
    assert [name[0] for name in bars["y"]] == list(order)
    assert [name for name, colour in zip(bars["y"], bars["marker"]["color"], strict=True) if colour == ACCENT] == [
        "Mine"
    ]
    assert figure.reading.startswith(f"Mine is number {place} of 5 by Parameters")
    amounts = numbers(bars, "x")
    assert min(amounts) >= 1, "a logarithm has no place for zero"
    assert amounts == sorted(amounts)
    assert figure.plot.layout.title.text == "Parameters, logarithmic scale"
    assert NETWORKS[0][0] == "B", "what was handed in stays as it is"


@examples(80)
@given(own=st.integers(0, 2**60), others=st.lists(st.integers(0, 2**60), max_size=8))
def test_the_bars_of_a_ranking_begin_below_all(own: int, others: list[int]) -> None:
    figure = figures.ranking([(f"net {i}", amount) for i, amount in enumerate(others)], own, "Mine", "MACs")
    (bars,) = sound(figure)["data"]
    amounts = numbers(bars, "x")
    begin, end = figure.plot.layout.xaxis.range  # powers of ten
    assert 10**begin < min(amounts)
    assert 10**end > max(amounts)
    assert len(amounts) == len(others) + 1


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        (0, "0"), (1, "1"), (999, "999"), (999.4, "999"), (999.6, "1 k"), (1000, "1 k"), (1234, "1.23 k"),
        (999_499, "999 k"), (999_999, "1 M"), (714_188_480, "714 M"), (15_470_264_320, "15.5 G"),
        (61_100_840, "61.1 M"), (2**53, "9.01e+06 G"),
    ],
)  # fmt: skip
def test_short(amount: float, text: str) -> None:
    assert figures.short(amount) == text


def test_the_colour_of_the_picture_is_no_layers() -> None:
    drawing = figures.volumes(hostile("every kind"))
    assert fronts(drawing)[0].fill == MUTED
    assert all(rect.fill != MUTED for rect in fronts(drawing)[1:])
    assert math.isclose(fronts(drawing)[0].x, 4.0)


def test_a_stack_of_layers_alone() -> None:
    """One layer, whatever it is."""
    for layer in (Layer(Kind.RELU), Layer(Kind.GLOBAL), Layer(Kind.FLATTEN), Layer(Kind.CONV, 1)):
        check(analyse(Stack((layer,)), (3, 7, 9)))
