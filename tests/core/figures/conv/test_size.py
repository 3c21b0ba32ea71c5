"""The pictures of one convolution show what its numbers say, pixel by pixel and to scale."""

from __future__ import annotations

import itertools
import json
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.conv.fitting import coverage
from core.conv.grouping import SEPARABLE, groupings
from core.conv.layers import Kind, Layer
from core.conv.stack import Row, Stack, analyse_until_error
from core.figures.conv.size import CELL, LEFT_OUT, Axis, grouping_bars, plane, windows
from core.figures.drawing import LOST, PADDING, SEEN, Cells, Drawing, Rect, Text
from core.figures.figure import ACCENT, MUTED, OKABE_ITO
from core.models.fields.axis import span
from tests.core.conv.stacks import layers, pairs
from tests.core.figures.frames import assert_sound
from tests.examples import examples

ENDS = 18  # pixels at either end of a long axis


def axis_of(
    n: int, kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1, ceil_mode: bool = False
) -> Axis | None:
    """The axis of a layer, None where it does not fit."""
    kind = Kind.MAXPOOL if ceil_mode else Kind.CONV
    layer = Layer(
        kind, 1, (kernel, kernel), (stride, stride), (padding, padding), (dilation, dilation), ceil_mode=ceil_mode
    )
    analysis, trouble = analyse_until_error(Stack((layer,)), (1, n, n))
    return None if trouble else Axis.of_layer(layer, (1, n, n), analysis.rows[0].shape, 1, "Along the width")


def touched(axis: Axis) -> set[int]:
    """Padded pixels under some weight of some window, by trying them all."""
    return {w * axis.stride + m * axis.dilation for w in range(axis.outputs) for m in range(axis.kernel)}


def in_sight(cells: int, widest: int) -> dict[float, int]:
    """Left edge on the drawing -> pixel: all of a short axis, else both ends with room for a number between."""
    if widest <= 2 * ENDS + LEFT_OUT or cells <= 2 * ENDS:
        return {index * CELL + 1: index for index in range(cells)}
    left = {index * CELL + 1: index for index in range(ENDS)}
    return left | {(ENDS + LEFT_OUT + index) * CELL + 1: cells - ENDS + index for index in range(ENDS)}


def rects(drawing: Drawing) -> list[Rect]:
    return [item for item in drawing.items if isinstance(item, Rect)]


def pixels(drawing: Drawing) -> list[Rect]:
    return [rect for rect in rects(drawing) if rect.width == rect.height == CELL]


def bars(drawing: Drawing) -> list[Rect]:
    return [rect for rect in rects(drawing) if rect.height == 3]


def check_axis(axis: Axis, drawing: Drawing, widest: int) -> None:
    """One axis alone on a drawing, against brute force."""
    seen, places = touched(axis), in_sight(axis.cells, widest)
    squares = pixels(drawing)
    assert {rect.x for rect in squares} == set(places)
    for rect in squares:
        index = places[rect.x]
        own = axis.before <= index < axis.before + axis.n
        if index >= axis.padded:
            assert rect.fill == "", "beyond the end"
            assert "beyond the end" in rect.tip
        else:
            assert rect.fill == (SEEN if own else PADDING)
            assert rect.tip == (f"pixel {index - axis.before} of the input" if own else "padding: a zero")
    marked = {places[rect.x - 1.5] for rect in rects(drawing) if rect.stroke == LOST}
    assert marked == {index for index in places.values() if index < axis.padded and index not in seen}
    assert {places[rect.x] for rect in squares if rect.opacity < 1} == marked
    left_out = [item for item in drawing.items if isinstance(item, Text) and "…" in item.text]
    assert bool(left_out) == (len(places) < axis.cells)
    if left_out:
        assert left_out[0].text == f"… {axis.cells - len(places):,} …"


LENGTHS = st.one_of(st.integers(1, 45), st.integers(46, 400))


@examples(150)
@given(
    n=LENGTHS,
    kernel=st.integers(1, 12),
    stride=st.integers(1, 14),
    padding=st.integers(0, 6),
    dilation=st.integers(1, 40),
    ceil_mode=st.booleans(),
)
def test_the_strip_marks_exactly_the_pixels_that_no_window_touches(
    n: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool
) -> None:
    axis = axis_of(n, kernel, stride, min(padding, kernel // 2) if ceil_mode else padding, dilation, ceil_mode)
    assume(axis is not None)
    assert axis is not None
    drawing = windows([axis], "alt")
    check_axis(axis, drawing, axis.cells)
    assert_sound(drawing, texts=False)


@examples(150)
@given(
    n=LENGTHS,
    kernel=st.integers(1, 8),
    stride=st.integers(1, 9),
    padding=st.integers(0, 3),
    dilation=st.integers(1, 60),
)
def test_a_bar_spans_its_window(n: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    axis = axis_of(n, kernel, stride, padding, dilation)
    assume(axis is not None)
    assert axis is not None
    drawing = windows([axis], "alt")
    places = {pixel: x for x, pixel in in_sight(axis.cells, axis.cells).items()}
    drawn = bars(drawing)
    found = []
    for bar in drawn:
        window = int(bar.tip.split()[1]) - 1
        found.append(window)
        first, last = window * stride, window * stride + span(kernel, dilation) - 1
        assert bar.tip == f"window {window + 1} of {axis.outputs}: pixels {first - padding} to {last - padding}"
        assert (bar.x, bar.x + bar.width) == pytest.approx((places[first] + 2, places[last] + CELL - 2))
        assert bar.fill == (ACCENT if window in (0, axis.outputs - 1) else MUTED)
    both = [w for w in range(axis.outputs) if {w * stride, w * stride + span(kernel, dilation) - 1} <= places.keys()]
    # a window over the gap from one end to the other is not among the few at both ends, and may be left out
    near = [w for w in both if (w * stride < ENDS) == (w * stride + span(kernel, dilation) - 1 < ENDS)]
    assert set(near) <= set(found) <= set(both)
    assert len(found) == len(set(found))
    if dilation > 1:
        dots = [rect for rect in rects(drawing) if (rect.width, rect.height) == (6, 7)]
        assert len(dots) == sum(w * stride + m * dilation in places for w in found for m in range(kernel))


@examples(60)
@given(n=st.integers(1, 60), kernel=st.integers(1, 8), stride=st.integers(1, 9), padding=st.integers(0, 4))
def test_bars_do_not_touch(n: int, kernel: int, stride: int, padding: int) -> None:
    axis = axis_of(n, kernel, stride, padding)
    assume(axis is not None and span(kernel) < 4 * stride)
    assert axis is not None
    rows: dict[float, list[Rect]] = {}
    for bar in bars(windows([axis], "alt")):
        rows.setdefault(bar.y, []).append(bar)
    for row in rows.values():
        row.sort(key=lambda bar: bar.x)
        assert all(a.x + a.width <= b.x for a, b in itertools.pairwise(row))


def test_the_first_layer_of_alexnet() -> None:
    """224 pixels, kernel 11, stride 4, padding 2: 55 windows, and the last padding pixel is dropped."""
    axis = axis_of(224, 11, 4, 2)
    assert axis is not None
    assert (axis.padded, axis.outputs, axis.cells) == (228, 55, 228)
    drawing = windows([axis], "alt")
    lost = [rect for rect in rects(drawing) if rect.stroke == LOST]
    assert [rect.tip for rect in lost] == ["padding: a zero; no window reaches it"]
    assert [item.text for item in drawing.items if isinstance(item, Text)] == ["Along the width", "… 192 …"]


def test_same_paddings_below_each_other_are_shifted_by_a_pixel() -> None:
    """n = 224, k = 3, s = 2: TensorFlow pads (0, 1), PyTorch (1, 1)."""
    first = Axis(224, 3, 2, 1, 0, 1, 112, "TensorFlow")
    second = Axis(224, 3, 2, 1, 1, 1, 112, "PyTorch")
    drawing = windows([first, second], "alt")
    tops = sorted({rect.y for rect in pixels(drawing)})
    assert len(tops) == 2
    upper, lower = ([rect for rect in pixels(drawing) if rect.y == top] for top in tops)
    assert upper[0].fill == SEEN
    assert lower[0].fill == PADDING
    assert upper[-1].fill == lower[-1].fill == PADDING
    tips = [bar.tip for bar in bars(drawing) if bar.tip.startswith("window 1 ")]
    assert tips == ["window 1 of 112: pixels 0 to 2", "window 1 of 112: pixels -1 to 1"]


@pytest.mark.parametrize("short", [1, 2, 10, 35, 36, 37, 38])
def test_a_short_axis_below_a_long_one_is_drawn_whole(short: int) -> None:
    long, other = axis_of(224, 3, 2, 1), axis_of(short, 1)
    assert long is not None
    assert other is not None
    drawing = windows([long, other], "alt")
    lower = max(rect.y for rect in pixels(drawing))
    drawn = [rect for rect in pixels(drawing) if rect.y == lower]
    assert len(drawn) == min(short, 2 * ENDS)
    left_out = [item.text for item in drawing.items if isinstance(item, Text) and "…" in item.text]
    assert left_out == ["… 190 …"] + ([f"… {short - 2 * ENDS} …"] if short > 2 * ENDS else [])
    assert_sound(drawing, texts=False)


@pytest.mark.parametrize(
    ("n", "kernel", "stride", "padding", "dilation"),
    [
        (10_000, 1, 1, 0, 1),
        (10_000, 255, 255, 255, 1),
        (10_000, 255, 1, 255, 20),
        (10_000, 1, 255, 255, 64),
        (1, 1, 1, 255, 1),
    ],
)
def test_the_largest_that_the_page_offers_stay_small(
    n: int, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    axis = axis_of(n, kernel, stride, padding, dilation)
    assert axis is not None
    drawing = windows([axis], "alt")
    assert len(drawing.items) < 3_000
    check_axis(axis, drawing, axis.cells)
    assert_sound(drawing, texts=False)


@examples(200)
@given(
    layer=layers(3, (Kind.CONV, Kind.DEPTHWISE, Kind.TRANSPOSED, Kind.MAXPOOL, Kind.AVGPOOL), dilations=6),
    size=st.one_of(pairs(1, 40), pairs(1, 10_000)),
)
def test_the_plane_is_to_scale(layer: Layer, size: tuple[int, int]) -> None:
    row = run(layer, size)
    assume(row is not None)
    assert row is not None
    drop = dropped(layer, row)
    drawing = plane(layer, row.inputs[0], row.shape, drop)
    assert_sound(drawing, texts=False)
    inner = next(rect for rect in rects(drawing) if rect.fill == SEEN)
    output = next(rect for rect in rects(drawing) if rect.fill == OKABE_ITO[2])
    scale = inner.width / size[1]
    assert inner.height == pytest.approx(size[0] * scale)
    assert output.width == pytest.approx(row.shape[2] * scale)
    assert output.height == pytest.approx(row.shape[1] * scale)
    assert inner.x + inner.width < output.x
    padding = (0, 0) if layer.kind is Kind.TRANSPOSED else layer.padding
    outer = next((rect for rect in rects(drawing) if rect.fill == PADDING), inner)
    if max(padding):
        assert inner.x - outer.x == pytest.approx(padding[1] * scale)
        assert inner.y - outer.y == pytest.approx(padding[0] * scale)
        assert outer.width == pytest.approx((size[1] + 2 * padding[1]) * scale)
        assert outer.height == pytest.approx((size[0] + 2 * padding[0]) * scale)
    lost = [rect for rect in rects(drawing) if rect.fill == LOST]
    assert len(lost) == sum(map(bool, drop))
    for rect in lost:
        assert rect.x + rect.width == pytest.approx(outer.x + outer.width)
        assert rect.y + rect.height == pytest.approx(outer.y + outer.height)
    windows_drawn = [rect for rect in rects(drawing) if rect.tip in ("the first window", "the second window")]
    if layer.kind is Kind.TRANSPOSED:
        assert not windows_drawn
    else:
        assert len(windows_drawn) == (2 if row.shape[2] > 1 else 1)
        for rect in windows_drawn:
            assert rect.width == pytest.approx(span(layer.kernel[1], layer.dilation[1]) * scale)
            assert rect.height == pytest.approx(span(layer.kernel[0], layer.dilation[0]) * scale)
        assert windows_drawn[0].x - windows_drawn[-1].x == pytest.approx(
            layer.stride[1] * scale if row.shape[2] > 1 else 0
        )


def run(layer: Layer, size: tuple[int, int]) -> Row | None:
    analysis, trouble = analyse_until_error(Stack((layer,)), (3, *size))
    return None if trouble else analysis.rows[0]


def dropped(layer: Layer, row: Row) -> tuple[int, int]:
    if layer.kind is Kind.TRANSPOSED:
        return 0, 0
    found = [
        coverage(
            row.inputs[0][axis + 1],
            layer.kernel[axis],
            layer.stride[axis],
            layer.padding[axis],
            layer.dilation[axis],
            layer.ceil_mode,
        ).dropped
        for axis in (0, 1)
    ]
    return found[0], found[1]


def test_the_plane_says_what_is_dropped() -> None:
    layer = Layer(Kind.CONV, 1, (4, 3), (4, 3))
    row = run(layer, (10, 10))
    assert row is not None
    drawing = plane(layer, row.inputs[0], row.shape, dropped(layer, row))
    assert drawing.alt == "Input of 10 × 10 and output of 2 × 3 to scale, 2 rows and 1 columns dropped"
    assert [rect.tip for rect in rects(drawing) if rect.fill == LOST] == [
        "1 columns that no window reaches",
        "2 rows that no window reaches",
    ]
    assert [(item.rows, item.columns) for item in drawing.items if isinstance(item, Cells)] == [(10, 10), (2, 3)]


@pytest.mark.parametrize("size", [(1, 10_000), (10_000, 1), (1, 1), (10_000, 10_000), (3, 2000)])
@pytest.mark.parametrize("kind", [Kind.CONV, Kind.TRANSPOSED, Kind.MAXPOOL])
def test_the_labels_of_strange_planes_do_not_overlap(size: tuple[int, int], kind: Kind) -> None:
    layer = Layer(kind, 3, (1, 1), (2, 2))
    row = run(layer, size)
    assert row is not None
    drawing = plane(layer, row.inputs[0], row.shape, dropped(layer, row))
    assert_sound(drawing)
    first, second = (item for item in drawing.items if isinstance(item, Text))
    assert first.x + 0.5 * first.size * len(first.text) < second.x


def steps(channels: int, filters: int) -> list[tuple[str, int, int]]:
    return [(step.name, step.macs, step.params) for step in groupings(channels, filters, (3, 3), (56, 56))]


def test_grouping_bars() -> None:
    figure = grouping_bars(steps(128, 128), "32 groups")
    assert figure.data["step"].iloc[0] == "standard, 1 group"
    assert figure.data["step"].iloc[-1] == SEPARABLE
    assert figure.data["macs"].iloc[0] == 462_422_016
    assert list(figure.data.loc[figure.data["chosen"], "step"]) == ["32 groups"]
    assert figure.data["label"].iloc[0] == "1 ×"
    assert figure.data["label"].iloc[-1] == f"{1 / 128 + 1 / 9:.3g} ×"
    chosen = figure.data[figure.data["chosen"]].iloc[0]
    assert (chosen["macs"], chosen["label"]) == (14_450_688, "0.0312 ×")
    json.dumps(dict(figure.spec))


@pytest.mark.parametrize("chosen", ["", "7 groups", "<b>"])
def test_grouping_bars_survive_a_name_that_is_not_there(chosen: str) -> None:
    figure = grouping_bars(steps(3, 64), chosen)
    assert not figure.data["chosen"].any()
    assert math.isfinite(figure.data["macs"].sum())
