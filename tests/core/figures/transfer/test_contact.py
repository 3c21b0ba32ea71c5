"""A contact sheet shows each picture once, in its place, whatever their number and size."""

from __future__ import annotations

import base64
import io

import numpy as np
import pytest
import torch
from PIL import Image

from core.figures import drawing
from core.figures.transfer.contact import OTHER, SAME, UNIT, contact, index_at, sheet, short, thumbnails
from tests.core.figures.frames import assert_sound


def greys(count: int, side: int = 32) -> torch.Tensor:
    """(count, 3, side, side): each of one grey, from dark to light."""
    shades = torch.linspace(10, 245, count).round().byte()
    return shades.view(-1, 1, 1, 1).expand(count, 3, side, side).contiguous()


def decode(uri: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))), dtype=float)


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (1, 9), (7, 3), (12, 4), (300, 20)])
@pytest.mark.parametrize("side", [8, 32, 100])
def test_every_picture_has_its_tile(count: int, columns: int, side: int) -> None:
    images = greys(count, side)
    made = sheet(images, columns, 32)
    pixels = decode(made.uri)
    assert pixels.shape == (made.rows * 32, made.columns * 32, 3)
    assert made.columns <= columns
    for index in range(count):
        row, column = divmod(index, made.columns)
        tile = pixels[row * 32 : row * 32 + 32, column * 32 : column * 32 + 32]
        assert tile.mean() == pytest.approx(float(images[index, 0, 0, 0]), abs=3)


def test_a_margin_repeats_the_edge_and_leaves_the_middle() -> None:
    picture = torch.zeros(1, 3, 24, 24, dtype=torch.uint8)
    picture[..., :, 12:] = 200
    pixels = decode(sheet(picture, 1, 32, 4).uri)
    assert pixels.shape == (32, 32, 3)
    assert pixels[:, :6].mean() < 10
    assert pixels[:, -6:].mean() > 190


def test_thumbnails_neither_write_nor_wrap_around() -> None:
    images = torch.randint(0, 2, (4, 3, 50, 50), dtype=torch.uint8) * 255
    before = images.clone()
    small = thumbnails(images, 16)
    assert small.dtype == torch.uint8
    assert small.shape == (4, 3, 16, 16)
    assert abs(float(small.float().mean()) - float(images.float().mean())) < 3
    assert torch.equal(images, before)
    assert thumbnails(images[:0], 16).shape[0] == 0


@pytest.mark.parametrize("clickable", [False, True])
@pytest.mark.parametrize("count", [1, 4, 5, 11])
def test_the_drawing_has_frames_captions_tips_and_places(count: int, clickable: bool) -> None:
    made = contact(
        greys(count),
        "Some greys",
        columns=5,
        captions=[("a", f"{index}") for index in range(count)],
        frames=[SAME if index % 2 else OTHER for index in range(count)],
        tips=[f"grey {index}" for index in range(count)],
        chosen=0,
        clickable=clickable,
    )
    assert_sound(made)
    assert made.width == 5 * UNIT
    assert sum(isinstance(item, drawing.Image) for item in made.items) == -(-count // 5)
    colours = [item.stroke for item in made.items if isinstance(item, drawing.Rect)]
    assert colours.count(SAME.colour) == count // 2
    assert colours.count(OTHER.colour) == count - count // 2
    assert colours.count(drawing.INK) == 1
    dashed = [item.stroke for item in made.items if isinstance(item, drawing.Rect) and item.dashed]
    assert set(dashed) == {OTHER.colour}  # told apart without colour too
    assert sum(isinstance(item, drawing.Text) for item in made.items) == 2 * count
    cells = [item for item in made.items if isinstance(item, drawing.Cells)]
    assert len(cells) == clickable
    if clickable:
        assert cells[0].tips == tuple(f"grey {index}" for index in range(count))
        assert (cells[0].rows, cells[0].columns) == (-(-count // 5), 5)
    else:
        assert f"grey {count - 1}" in {item.tip for item in made.items if isinstance(item, drawing.Rect)}


def test_a_click_beside_the_pictures_means_none() -> None:
    assert index_at(1, 2, 5, 11) == 7
    for row, column in ((2, 1), (0, 5), (-1, 0), (0, -1), (10**9, 0)):
        assert index_at(row, column, 5, 11) is None


@pytest.mark.parametrize("text", ["bees", "a_very_long_name_of_a_file_0001.jpg", "x" * 10_000, "", "\x00\n\u202e"])
def test_a_caption_fits(text: str) -> None:
    assert len(short(text)) <= 14
    assert short(text).isprintable()
    assert short("a_very_long_name_of_a_file_0001.jpg").endswith("1.jpg")
