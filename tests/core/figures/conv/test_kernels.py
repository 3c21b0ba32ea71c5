"""Colours, grids and tiles say what the numbers say."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.conv.kernels.classic import KERNELS
from core.conv.kernels.features import Layer
from core.figures import drawing
from core.figures.conv import kernels as figures
from core.figures.conv.kernels import Shown


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (-1, "−1"), (1 / 9, "0.111"), (1566.4, "1,566"), (-0.00248, "−0.00248"), (float("inf"), "∞")],
)
def test_three_digits(value: float, text: str) -> None:
    assert figures.short(value) == text


@given(st.floats(-1, 1), st.floats(0.1, 5))
def test_the_diverging_scale_is_centred_on_zero(value: float, limit: float) -> None:
    red, _, blue = figures.diverging(np.array(value * limit), limit).tolist()
    assert (red < blue) or value > -0.01
    assert (red > blue) or value < 0.01
    assert figures.diverging(np.array(0.0), limit).tolist() == [247, 247, 245]


def test_the_scale_for_amounts_gets_lighter_all_the_way() -> None:
    light = figures.viridis(np.linspace(0, 1, 50)).astype(float) @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(light) > 0).all()


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=lambda kernel: kernel.name)
def test_a_grid_shows_every_number_and_no_text_is_hard_to_read(kernel: object) -> None:
    values = kernel.values  # type: ignore[attr-defined]
    grid = figures.kernel_grid(values, "x")
    rects = [item for item in grid.items if isinstance(item, drawing.Rect)]
    texts = [item for item in grid.items if isinstance(item, drawing.Text)]
    assert [text.text for text in texts] == [figures.short(float(value)) for value in values.flat]
    assert len({text.size for text in texts}) == 1
    for rect, text in zip(rects, texts, strict=True):
        assert contrast(rect.fill, text.colour) >= 4.5
    assert grid.alt.endswith(figures.short(float(values[-1, -1])))


def contrast(first: str, second: str) -> float:
    """WCAG's contrast of two hex colours."""

    def luminance(colour: str) -> float:
        parts = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ [0.2126, 0.7152, 0.0722])

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_how_signed_numbers_are_shown() -> None:
    values = np.array([[-100.0, 0.0, 300.0]], dtype=np.float32)
    assert np.asarray(figures.result_picture(values, Shown.ABSOLUTE)).tolist() == [[100, 0, 255]]
    assert np.asarray(figures.result_picture(values, Shown.CLIPPED)).tolist() == [[0, 0, 255]]
    assert np.asarray(figures.result_picture(values, Shown.ABSOLUTE, 0.5)).tolist() == [[50, 0, 150]]
    left, middle, right = np.asarray(figures.result_picture(values, Shown.SIGNED))[0].tolist()
    assert left[2] > left[0]
    assert middle == [247, 247, 245]
    assert right == [213, 94, 0]
    colour = figures.result_picture(np.repeat(values[..., None], 3, axis=2), Shown.SIGNED)
    assert np.asarray(colour)[0, 1].tolist() == [128, 128, 128]


def test_a_result_of_zeros_can_be_shown() -> None:
    for shown in Shown:
        assert figures.result_picture(np.zeros((4, 5), np.float32), shown).size == (5, 4)


def test_direction_is_hue_and_magnitude_brightness() -> None:
    angles = np.array([[0, np.pi / 2, np.pi, -np.pi / 2]])
    right, down, left, up = np.asarray(figures.direction_picture(np.full((1, 4), 255.0), angles))[0].tolist()
    assert right[0] == max(right) > right[1]
    assert down[1] == max(down)
    assert left[0] == min(left)
    assert up[1] == min(up)
    assert not np.asarray(figures.direction_picture(np.zeros((1, 4)), angles)).any()


def layer(channels: int = 20, height: int = 6, width: int = 9) -> Layer:
    values = np.random.default_rng(0).normal(size=(channels, height, width)).astype(np.float16)
    return Layer("stage 3", values, rectified=False)


@pytest.mark.parametrize(("count", "columns"), [(16, 4), (17, 8), (64, 8)])
def test_tiles_stand_in_the_order_asked_for(count: int, columns: int) -> None:
    maps = layer(80)
    channels = maps.strongest(count)
    tiles = figures.map_tiles(maps, channels, channels[1])
    images = [item for item in tiles.items if isinstance(item, drawing.Image)]
    texts = [item for item in tiles.items if isinstance(item, drawing.Text)]
    cells = next(item for item in tiles.items if isinstance(item, drawing.Cells))
    assert [text.text for text in texts] == [str(channel) for channel in channels]
    assert (cells.rows, cells.columns) == (-(-count // columns), columns)
    for index, image in enumerate(images):
        assert int(image.x // (cells.width / columns)) == index % columns
        assert int(image.y // (cells.height / cells.rows)) == index // columns
        assert image.height / image.width == pytest.approx(6 / 9)
    marked = [item for item in tiles.items if isinstance(item, drawing.Rect)]
    assert [(rect.x, rect.y) for rect in marked] == [(images[1].x, images[1].y)]


def test_filters_are_grey_where_they_are_zero() -> None:
    weights = np.zeros((3, 3, 3, 3), np.float32)
    weights[1, 0, 1, 1] = 0.5
    rects = [item for item in figures.filter_tiles(weights).items if isinstance(item, drawing.Rect)]
    assert len(rects) == 27
    assert [rect.fill for rect in rects if "R 0," in rect.tip] == ["#808080"] * 26
    assert next(rect.fill for rect in rects if "R 0.5" in rect.tip) == "#ff8080"


def test_overlay_keeps_the_size_and_enlarging_the_numbers() -> None:
    picture = Image.new("RGB", (90, 60), "white")
    assert figures.overlay(picture, layer(), 3).size == picture.size
    small = Image.fromarray(np.array([[0, 255]], np.uint8))
    assert np.asarray(figures.enlarge(small, (4, 2))).tolist() == [[0, 0, 255, 255]] * 2
