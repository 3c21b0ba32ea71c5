"""Kernels as coloured grids, filtered pictures and feature maps as pictures.

Signed numbers lie on one diverging scale centred on zero: blue below, vermilion above. Amounts lie on viridis.
"""

from __future__ import annotations

import math
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.conv.kernels.features import Layer
from core.figures import drawing
from core.figures.drawing import Drawing, Item
from core.figures.style import SMALLEST
from core.images import data_uri, shrink, to_jpeg

Values = npt.NDArray[np.floating]

_BELOW, _ZERO, _ABOVE = ((0, 114, 178), (247, 247, 245), (213, 94, 0))  # Okabe-Ito blue and vermilion
_VIRIDIS = np.array(  # every eighth of matplotlib's table (https://bids.github.io/colormap/, CC0)
    [
        (68, 1, 84), (71, 45, 123), (59, 82, 139), (44, 114, 142), (33, 145, 140),
        (40, 174, 128), (94, 201, 98), (173, 220, 48), (253, 231, 37),
    ]
)  # fmt: skip

FILTER_COLUMNS = 8
_TILE = 128  # pixels of a tile's longer side
_LABEL = 28  # drawing units under each tile


class Shown(StrEnum):
    """How numbers below 0 and above 255 become a picture."""

    ABSOLUTE = "absolute value"
    CLIPPED = "clipped to 0…255"
    SIGNED = "signed, zero in the middle"


def short(value: float) -> str:
    """Three significant digits, thousands separated, a true minus sign."""
    if not math.isfinite(value):
        return "∞" if value == math.inf else "–"
    text = f"{value:,.0f}" if abs(value) >= 999.5 else f"{value:.3g}"
    return text.replace("e-0", "e-").replace("-", "−")


def diverging(values: Values, limit: float) -> npt.NDArray[np.uint8]:
    """(...) numbers -> (..., 3) RGB, zero nearly white, `limit` and beyond in full colour."""
    t = np.clip(np.nan_to_num(values) / (limit or 1.0), -1, 1)[..., None]
    end = np.where(t < 0, np.array(_BELOW), np.array(_ABOVE))
    colours: npt.NDArray[np.uint8] = np.rint(np.array(_ZERO) * (1 - np.abs(t)) + end * np.abs(t)).astype(np.uint8)
    return colours


def viridis(values: Values) -> npt.NDArray[np.uint8]:
    """(...) numbers from 0 to 1 -> (..., 3) RGB."""
    places = np.linspace(0, 1, len(_VIRIDIS))
    return np.stack([np.rint(np.interp(values, places, channel)) for channel in _VIRIDIS.T], axis=-1).astype(np.uint8)


def hex_colour(rgb: npt.NDArray[np.uint8]) -> str:
    """(3,) RGB as CSS writes it."""
    return "#" + bytes(rgb.tolist()).hex()


def _ink(rgb: npt.NDArray[np.uint8]) -> str:
    """Black or white, whichever reads better (WCAG's relative luminance, contrast at least 4.5 either way)."""
    parts = rgb / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    return "#000000" if float(linear @ [0.2126, 0.7152, 0.0722]) > 0.179 else "#FFFFFF"


def kernel_grid(values: Values, name: str, widest: str = "16rem") -> Drawing:
    """A kernel with its numbers, coloured around zero.

    Args:
        values: (kh, kw)
        name: of the kernel, for the alt text.
        widest: limit of its width, a CSS length.
    """
    rows, columns = values.shape
    limit, cell = float(np.abs(values).max()), 40.0
    colours = diverging(values, limit)
    longest = max(3, *(len(short(float(value))) for value in values.flat))
    size = min(15.0, 1.55 * cell / longest)
    large = 20.0 if max(rows, columns) <= 3 else SMALLEST
    items: list[Item] = []
    for row, column in np.ndindex(rows, columns):
        colour, value = colours[row, column], float(values[row, column])
        x, y, text = column * cell, row * cell, short(value)
        tip = f"row {row + 1}, column {column + 1}: {text}"
        items.append(drawing.Rect(x, y, cell, cell, hex_colour(colour), drawing.FAINT, tip=tip))
        items.append(drawing.Text(x + cell / 2, y + cell / 2, text, size, colour=_ink(colour)))
    listed = "; ".join(" ".join(short(float(value)) for value in row) for row in values)
    alt = f"The {rows} x {columns} kernel {name}, row by row: {listed}"
    return Drawing(columns * cell, rows * cell, tuple(items), alt, tallest="34vh", widest=widest, readable=large)


def result_picture(values: Values, shown: Shown, strength: float = 1.0) -> Image.Image:
    """A filtered picture as a picture.

    Args:
        values: (H, W) or (H, W, 3), where the picture was 0 to 255.
        shown: what becomes of signed numbers. Signed and grey: the diverging scale, its ends at the largest number of
            the result. Signed and in colour: each channel with zero at half.
        strength: what the numbers are multiplied by first.
    """
    scaled = values.astype(np.float32) * strength
    if shown is Shown.SIGNED and values.ndim == 2:
        return Image.fromarray(diverging(scaled, float(np.abs(values).max())))
    if shown is Shown.SIGNED:
        scaled = 127.5 + scaled * (127.5 / (float(np.abs(values).max()) or 1.0))
    elif shown is Shown.ABSOLUTE:
        scaled = np.abs(scaled)
    return Image.fromarray(np.rint(np.clip(scaled, 0, 255)).astype(np.uint8))


def direction_picture(magnitude: Values, direction: Values, strength: float = 1.0) -> Image.Image:
    """The direction of the gradient as hue, its magnitude as brightness.

    Red points right, green-yellow down, cyan left, violet up: a quarter of the colour wheel for a quarter turn.

    Args:
        magnitude: (H, W), full brightness at 255.
        direction: (H, W) radians, 0 to the right, pi / 2 down.
        strength: what the magnitude is multiplied by first.
    """
    hue = np.rint(direction / (2 * np.pi) * 255).astype(np.int64) % 256
    value = np.rint(np.clip(magnitude * strength, 0, 255))
    planes = np.stack([hue, np.full_like(hue, 200), value], axis=-1).astype(np.uint8)
    return Image.fromarray(planes, mode="HSV").convert("RGB")


def enlarge(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Blow a result up to a picture's (width, height) in whole blocks, so that its pixels are seen."""
    return image if image.size == size else image.resize(size, Image.Resampling.NEAREST)


def filter_tiles(weights: Values, columns: int = FILTER_COLUMNS) -> Drawing:
    """The kernels of a first layer in their own colours, each on a scale of its own around grey, which is zero.

    Args:
        weights: (K, 3, kh, kw)
        columns: tiles in a row.
    """
    count, _, kh, kw = weights.shape
    cell, gap = 10.0, 8.0
    items: list[Item] = []
    width, height = kw * cell + gap, kh * cell + gap + 9
    for index, kernel in enumerate(weights):
        left, top = index % columns * width, index // columns * height
        scaled = 127.5 + kernel / (float(np.abs(kernel).max()) or 1.0) * 127.5
        for row, column in np.ndindex(kh, kw):
            red, green, blue = (short(float(value)) for value in kernel[:, row, column])
            tip = f"filter {index}, row {row + 1}, column {column + 1}: R {red}, G {green}, B {blue}"
            colour = hex_colour(np.rint(scaled[:, row, column]).astype(np.uint8))
            items.append(drawing.Rect(left + column * cell, top + row * cell, cell, cell, colour, tip=tip))
        items.append(drawing.Text(left + kw * cell / 2, top + kh * cell + 8, str(index), 11))
    rows = math.ceil(count / columns)
    alt = f"The {count} kernels of the first layer, {kh} x {kw} pixels in red, green and blue; grey is zero"
    return Drawing(columns * width - gap, rows * height, tuple(items), alt, tallest="70vh")


def _unit(values: Values) -> Values:
    """Numbers stretched over 0 to 1; a map that is the same everywhere becomes 0."""
    low, high = float(values.min()), float(values.max())
    return (values.astype(np.float32) - low) / ((high - low) or 1.0)


def _fit(image: Image.Image, longest: int) -> Image.Image:
    """Shrunk, or blown up in whole pixels, so that its longer side is about so long."""
    if max(image.size) >= longest:
        return shrink(image, longest)
    times = max(1, longest // max(image.size))
    return image.resize((image.width * times, image.height * times), Image.Resampling.NEAREST)


def tile_columns(count: int) -> int:
    """How many of so many feature maps stand in a row."""
    return 4 if count <= 16 else 8


def map_tiles(layer: Layer, channels: list[int], chosen: int | None) -> Drawing:
    """Feature maps side by side, each from its own least value (dark) to its own largest (yellow).

    A click on a tile tells its row and column.

    Args:
        layer: one layer's.
        channels: which ones, in this order.
        chosen: the one that is marked, if it is among them.
    """
    tiles = [_fit(Image.fromarray(viridis(_unit(layer.values[channel]))), _TILE) for channel in channels]
    width, height = tiles[0].size
    columns = tile_columns(len(channels))
    rows = math.ceil(len(tiles) / columns)
    size = 17 if columns == 4 else 22
    pad = max(2, width // 24)
    items: list[Item] = []
    scale = 100 / (width + pad)  # drawing units a pixel: a tile is 100 wide, whatever its pixels
    step = (height + pad) * scale + _LABEL
    for index, channel in enumerate(channels):
        left, top = index % columns * 100.0, index // columns * step
        uri = data_uri(to_jpeg(tiles[index], quality=88))
        items.append(
            drawing.Image(left, top, width * scale, height * scale, uri, smooth=max(layer.values.shape[1:]) > 64)
        )
        if channel == chosen:
            frame = drawing.Rect(left, top, width * scale, height * scale, "", drawing.ACCENT, line=5)
            items.append(frame)
        items.append(
            drawing.Text(
                left + width * scale / 2, top + height * scale + 14, str(channel), size, bold=channel == chosen
            )
        )
    items.append(drawing.Cells(0, 0, columns * 100.0, rows * step, rows, columns, lines=False))
    count, h, w = layer.values.shape
    alt = f"The {len(channels)} strongest of {count} feature maps of the {layer.name}, each {w} x {h}: " + ", ".join(
        str(channel) for channel in channels[:8]
    )
    return Drawing(columns * 100.0, rows * step, tuple(items), alt, tallest="75vh")


def overlay(image: Image.Image, layer: Layer, channel: int) -> Image.Image:
    """One feature map over the picture in grey: the larger its numbers, the more of its colour.

    Args:
        image: RGB, the picture.
        layer: the map's layer.
        channel: which map.
    """
    unit = _unit(layer.values[channel])
    heat = Image.fromarray(viridis(unit)).resize(image.size, Image.Resampling.BILINEAR)
    much = Image.fromarray(np.rint(60 + 170 * unit).astype(np.uint8)).resize(image.size, Image.Resampling.BILINEAR)
    return Image.composite(heat, image.convert("L").convert("RGB"), much)
