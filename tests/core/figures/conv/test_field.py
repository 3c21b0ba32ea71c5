"""Where the fields are drawn: rectangles to scale, padding included, on the map, the picture and in the file."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pictures

from core.conv.effective.box import Box
from core.conv.notation import parse
from core.conv.presets import PRESETS
from core.conv.stack import Analysis, analyse, region
from core.figures.conv import field as figures
from core.figures.conv.field import Frame
from core.figures.conv.field_chart import Point, field_chart
from core.figures.conv.field_formulas import deciding, exact, recursion
from core.figures.drawing import ACCENT, Cells, Image, Polygon, Rect
from core.models.fields.axis import Interval

GREY = Pictures.new("RGB", (100, 80), (120, 120, 120))
SIZE = (80, 100)


def fields(low: int, high: int) -> tuple[Interval, Interval]:
    return Interval(low, high), Interval(low, high)


class TestFrame:
    def test_is_the_picture_where_nothing_sees_the_padding(self) -> None:
        assert figures.frame_of(SIZE, fields(0, 4), fields(70, 79)) == Frame(0, 0, 80, 100)

    def test_holds_the_fields_of_the_corner_cells(self) -> None:
        frame = figures.frame_of(SIZE, fields(-7, 4), (Interval(75, 85), Interval(95, 108)))
        assert frame == Frame(-7, -7, 86, 109)
        assert frame.size == (93, 116)

    def test_has_a_limit(self) -> None:
        first, last = fields(-(10**12), 5), fields(5, 10**12)
        assert figures.frame_of(SIZE, first, last) == Frame(-40, -50, 120, 150)

    @given(low=st.integers(-300, 300), size=st.integers(1, 300))
    def test_beyond_is_what_is_cut_off(self, low: int, size: int) -> None:
        frame = figures.frame_of(SIZE, fields(-5, 5), fields(70, 104))
        field = fields(low, low + size - 1)
        inside = frame.top <= low and low + size <= frame.bottom and frame.left <= low and low + size <= frame.right
        assert (figures.beyond(frame, field) == 0) is inside


class TestSeen:
    def scale(self, frame: Frame) -> float:
        return figures.SIDE / max(frame.size)

    def test_the_picture_lies_in_its_padding(self) -> None:
        frame = Frame(-10, -20, 90, 120)
        drawing = figures.seen(GREY, SIZE, frame, None, None, "cell")
        scale = self.scale(frame)
        assert (drawing.width, drawing.height) == pytest.approx((140 * scale, 100 * scale))
        (picture,) = [item for item in drawing.items if isinstance(item, Image)]
        placed = picture.x, picture.y, picture.width, picture.height
        assert placed == pytest.approx((20 * scale, 10 * scale, 100 * scale, 80 * scale))
        padding = drawing.items[0]
        assert isinstance(padding, Rect)
        assert (padding.x, padding.width) == pytest.approx((0, drawing.width))

    def test_the_rectangle_holds_exactly_the_fields_pixels(self) -> None:
        frame = Frame(-10, -20, 90, 120)
        drawing = figures.seen(GREY, SIZE, frame, (Interval(-3, 7), Interval(-5, 10)), None, "cell")
        sides = [item for item in drawing.items if isinstance(item, Polygon)]
        assert {side.stroke for side in sides} == {ACCENT}
        points = np.array([point for side in sides for point in side.points]) / self.scale(frame) + (-20, -10)
        assert len(sides) == 4
        assert points.min(0) == pytest.approx((-5, -3))
        assert points.max(0) == pytest.approx((11, 8))  # the far edge of pixels 10 and 7

    def test_stays_open_where_it_goes_on(self) -> None:
        drawing = figures.seen(GREY, SIZE, Frame(0, 0, 80, 100), (Interval(-9, 7), Interval(10, 20)), None, "cell")
        sides = [item for item in drawing.items if isinstance(item, Polygon)]
        assert len(sides) == 3
        assert all(max(y for _, y in side.points) > 0 for side in sides), "none along the upper edge"

    def test_nothing_where_it_is_out_of_sight(self) -> None:
        drawing = figures.seen(GREY, SIZE, Frame(0, 0, 80, 100), fields(-30, -2), None, "cell")
        assert not [item for item in drawing.items if isinstance(item, Polygon)]

    def test_the_effective_box_is_dashed_and_said(self) -> None:
        box = Box(0.5, Interval(10, 19), Interval(30, 44), 0.96)
        drawing = figures.seen(GREY, SIZE, Frame(0, 0, 80, 100), None, box, "cell (1, 2)")
        assert len([item for item in drawing.items if isinstance(item, Polygon) and item.dashed]) == 4
        assert "10 × 15" in drawing.alt
        assert "cell (1, 2)" in drawing.alt


class TestGrid:
    @pytest.mark.parametrize("size", [(1, 1), (13, 13), (3, 40), (224, 224)])
    def test_cells_cover_the_map(self, size: tuple[int, int]) -> None:
        drawing = figures.feature_grid(np.arange(size[0] * size[1]).reshape(size) * 1.0, size, (0, 0), "layer 1")
        (cells,) = [item for item in drawing.items if isinstance(item, Cells)]
        assert (cells.rows, cells.columns, cells.chosen) == (*size, (0, 0))
        assert (cells.width, cells.height) == pytest.approx((drawing.width, drawing.height))
        assert cells.lines is (max(size) <= figures.LINES)
        assert drawing.items[-1] is cells, "on top, so that it can be clicked"

    def test_map_has_a_pixel_a_cell(self) -> None:
        values = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
        drawing = figures.feature_grid(values, (2, 3), (0, 0), "layer 1")
        (picture,) = [item for item in drawing.items if isinstance(item, Image)]
        decoded = Pictures.open(io.BytesIO(base64.b64decode(picture.uri.partition(",")[2])))
        assert decoded.size == (3, 2)
        assert decoded.getpixel((0, 0)) == (68, 1, 84)
        assert decoded.getpixel((2, 1)) == (253, 231, 37)

    def test_without_values_it_can_still_be_clicked(self) -> None:
        drawing = figures.feature_grid(None, (4, 4), (3, 3), "layer 1")
        assert [item for item in drawing.items if isinstance(item, Cells)]
        assert not [item for item in drawing.items if isinstance(item, Image)]


class TestOverlay:
    def test_heat_where_the_gradient_is_and_grey_elsewhere(self) -> None:
        heat = np.zeros(SIZE, np.float32)
        heat[10:20, 30:40] = 0.01
        mixed = np.asarray(figures.overlay(GREY, heat)).astype(int)
        inside = mixed[10:20, 30:40]
        assert (np.abs(inside - (253, 231, 37)) < 3).all()
        heat_free = np.ones(SIZE, bool)
        heat_free[10:20, 30:40] = False
        assert (mixed[heat_free] == 72).all()

    def test_without_gradient(self) -> None:
        assert len(np.unique(np.asarray(figures.overlay(GREY, np.zeros(SIZE, np.float32))))) == 1


class TestFile:
    def test_rectangle_and_margins_are_where_they_belong(self) -> None:
        frame = Frame(-10, -20, 90, 120)
        data = figures.as_image(GREY, SIZE, frame, (Interval(-3, 36), Interval(20, 59)), None)
        pixels = np.asarray(Pictures.open(io.BytesIO(data)))
        factor = figures.EXPORTED / 140
        assert pixels.shape == (round(100 * factor), 900, 3)
        assert tuple(pixels[2, 2]) == (200, 200, 200)
        assert tuple(pixels[-80, -200]) == (120, 120, 120)
        accent = np.argwhere((pixels == (0xD5, 0x5E, 0x00)).all(-1))
        assert accent.min(0) == pytest.approx((7 * factor, 40 * factor), abs=1)
        assert accent.max(0) == pytest.approx((47 * factor, 80 * factor), abs=1.5)

    def test_a_field_far_larger_than_the_picture(self) -> None:
        box = Box(1.0, Interval(-(10**9), 10**9), Interval(-(10**9), 10**9), 1.0)
        assert figures.as_image(GREY, SIZE, Frame(-40, -50, 120, 150), fields(-(10**12), 10**12), box)

    def test_small_pictures_keep_their_pixels(self) -> None:
        small = Pictures.new("RGB", (32, 32))
        assert figures.enlarged(small).size == (448, 448)
        assert figures.enlarged(Pictures.new("RGB", (500, 20))).size == (500, 20)


class TestChart:
    def test_rows_and_words(self) -> None:
        points = [Point(1, "1 · conv", 11, 3.0), Point(3, "3 · maxpool", 19, 4.0)]
        chart = field_chart(points, 3, 224)
        assert len(chart.data) == 5, "two layers with two numbers each, and the picture's side"
        side = chart.data[chart.data["what"] == "side"].iloc[0]
        assert (side["layer"], side["size"]) == ("the picture: 224 pixels", 224)
        assert chart.data.loc[chart.data["chosen"], "size"].tolist() == [19]
        assert chart.data.loc[chart.data["what"].str.startswith("Gauss"), "size"].tolist() == [11, 16], (
            "4σ, but no wider than r"
        )
        assert "from 11 pixels" in chart.reading
        assert "19 at the chosen one" in chart.reading

    def test_without_an_estimate(self) -> None:
        assert set(field_chart([Point(1, "stem", 3)], 1, 224).data["what"]) == {"theoretical: r", "side"}


class TestFormulas:
    def of(self, analysis: Analysis, number: int, axis: int = 1) -> str:
        return " ".join(recursion(analysis, deciding(analysis, number), axis))

    def test_alexnets_second_pooling(self) -> None:
        text = self.of(analyse(PRESETS["AlexNet"].stack, (3, 224, 224)), 6)
        assert r"= 51 + 1 \cdot (3 - 1) \cdot 8 = \mathbf{67}" in text
        assert r"= 8 \cdot 2 = \mathbf{16}" in text
        assert r"= 7 + 1 \cdot 8 = \mathbf{15}" in text

    def test_relu_points_back_to_what_decided(self) -> None:
        analysis = analyse(PRESETS["AlexNet"].stack, (3, 224, 224))
        assert deciding(analysis, 5).number == 4
        assert deciding(analysis, 6).number == 6
        assert deciding(analyse(parse("relu; conv 2 k3"), (3, 9, 9)), 1).number == 1

    def test_axes_by_themselves(self) -> None:
        analysis = analyse(parse("conv 2 k3x5 s1x2"), (3, 20, 20))
        assert r"\mathbf{5}" in self.of(analysis, 1, 1)
        assert r"\mathbf{3}" in self.of(analysis, 1, 0)

    @pytest.mark.parametrize("title", PRESETS)
    def test_every_layer_of_every_preset_has_balanced_braces(self, title: str) -> None:
        preset = PRESETS[title]
        analysis = analyse(preset.stack, preset.input_shape)
        for row in analysis.rows:
            for axis in (0, 1):
                lines = recursion(analysis, row, axis)
                assert bool(lines) is not row.fields[axis].whole
                for line in lines:
                    assert line.count("{") == line.count("}")
                    assert "=" in line

    def test_the_result_is_the_fields_own(self) -> None:
        analysis = analyse(PRESETS["Encoder and decoder"].stack, (3, 96, 96))
        for row in analysis.rows:
            if row.layer.kind.windowed or row.layer.kind.joins:
                assert rf"\mathbf{{{exact(row.fields[1].size)}}}" in self.of(analysis, row.number)

    @pytest.mark.parametrize(
        ("value", "text"), [(67.0, "67"), (7.5, "7.5"), (1234567.0, "1,234,567"), (-3.25, "−3.25"), (1 / 3, "0.333")]
    )
    def test_numbers(self, value: float, text: str) -> None:
        assert exact(value) == text


def test_the_frame_of_a_preset_holds_all_its_cells() -> None:
    analysis = analyse(PRESETS["AlexNet"].stack, (3, 224, 224))
    frame = figures.frame_of((224, 224), region(analysis, 6, (0, 0)), region(analysis, 6, (12, 12)))
    for row in range(13):
        for column in range(13):
            assert figures.beyond(frame, region(analysis, 6, (row, column))) == 0
