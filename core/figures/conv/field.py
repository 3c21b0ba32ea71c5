"""What one cell of a feature map sees: the map to click on, and the picture with the field drawn to scale."""

from __future__ import annotations

import base64
import io
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures
from PIL import ImageDraw

from core.conv.effective.box import Box
from core.conv.effective.partial_forward import Cells as Region
from core.figures.conv.kernels import viridis
from core.figures.drawing import ACCENT, FAINT, PADDING, Cells, Drawing, Image, Item, Polygon, Rect
from core.images import data_uri, to_jpeg

Array = npt.NDArray[np.floating]
Place = Callable[[float, float], tuple[float, float]]
"""Pixel of the input -> place in the drawing."""

SIDE = 560.0
"""Drawing units of the longer side of a picture's frame."""

TALLEST = "43vh"
MARGIN = 0.5
"""Of the picture's side: the most padding that is drawn on each side."""

LINES = 64  # cells a side beyond which the grid has no lines
FINEST = 448  # pixels to which small pictures are enlarged
EXPORTED = 900  # pixels of the longer side of a file to take away
EFFECTIVE = "#FFFFFF"


@dataclass(frozen=True)
class Frame:
    """The part of the plane that is drawn, in pixels of the input: [left, right) × [top, bottom)."""

    top: int
    left: int
    bottom: int
    right: int

    @property
    def size(self) -> tuple[int, int]:
        """(height, width)."""
        return self.bottom - self.top, self.right - self.left


def frame_of(size: tuple[int, int], first: Region, last: Region) -> Frame:
    """The picture and as much padding as any cell of a layer sees, at most `MARGIN` of a side.

    Args:
        size: (H, W) of the picture.
        first: field of the map's first cell.
        last: field of its last cell.
    """
    edges = []
    for n, low, high in zip(size, first, last, strict=True):
        most = math.ceil(n * MARGIN)
        edges.append((max(min(low.low, high.low, 0), -most), min(max(high.high, low.high, n - 1), n - 1 + most) + 1))
    (top, bottom), (left, right) = edges
    return Frame(top, left, bottom, right)


def beyond(frame: Frame, field: Region) -> int:
    """Pixels by which a field reaches out of the frame, on the side where it is most."""
    rows, columns = field
    return max(
        0, frame.top - rows.low, frame.left - columns.low,
        rows.high + 1 - frame.bottom, columns.high + 1 - frame.right,
    )  # fmt: skip


def _png(rgb: npt.NDArray[np.uint8]) -> str:
    """A small picture without loss, as its cells are meant to be seen."""
    file = io.BytesIO()
    Pictures.fromarray(rgb).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _unit(values: Array, top: float = 100.0) -> Array:
    """To 0..1, the `top` percentile and beyond being 1."""
    low, high = float(values.min()), float(np.percentile(values, top))
    scaled: Array = np.clip((values - low) / ((high - low) or 1.0), 0, 1)
    return scaled


def feature_grid(values: Array | None, size: tuple[int, int], cell: tuple[int, int], name: str) -> Drawing:
    """A feature map whose cells can be clicked.

    Args:
        values: (H, W) mean over the channels; None where the network is not run.
        size: (H, W).
        cell: the chosen one.
        name: of the layer, for the alt text.
    """
    rows, columns = size
    scale = SIDE / max(size)
    width, height = columns * scale, rows * scale
    items: list[Item] = [Rect(0, 0, width, height, "surface", FAINT)]
    if values is not None:
        items.append(Image(0, 0, width, height, _png(viridis(_unit(values))), smooth=False))
    items.append(Cells(0, 0, width, height, rows, columns, cell, lines=max(size) <= LINES, first=0))
    ring = max(scale, 14.0) / 2 + 2
    x, y = (cell[1] + 0.5) * scale, (cell[0] + 0.5) * scale
    items.insert(-1, Rect(x - ring, y - ring, 2 * ring, 2 * ring, "", EFFECTIVE, 3))
    alt = f"Feature map of {name}, {rows} × {columns} cells; row {cell[0]}, column {cell[1]} is chosen. Click a cell."
    return Drawing(width, height, tuple(items), alt, tallest=TALLEST)


def overlay(picture: Pictures.Image, heat: Array) -> Pictures.Image:
    """The effective field as heat over the picture, which is grey and dimmed.

    Args:
        picture: RGB, (W, H) pixels.
        heat: (H, W), not negative.
    """
    strength = np.sqrt(heat / (float(np.percentile(heat[heat > 0], 99.5)) if heat.any() else 1.0)).clip(0, 1)[..., None]
    grey = np.asarray(picture.convert("L").convert("RGB"), dtype=np.float32) * 0.6  # (H, W, 3)
    colour = viridis(0.15 + 0.85 * strength[..., 0]).astype(np.float32)
    alpha = np.clip(strength * 1.6, 0, 1)
    mixed = grey * (1 - alpha) + colour * alpha
    return Pictures.fromarray(np.rint(mixed).astype(np.uint8))


def seen(
    picture: Pictures.Image,
    size: tuple[int, int],
    frame: Frame,
    field: Region | None,
    box: Box | None,
    name: str,
) -> Drawing:
    """The picture in its padding, to scale, with the fields of one cell.

    Args:
        picture: what to show, with heat or without, in the proportions of `size`.
        size: (H, W) of the input, whose pixels are the unit of all that follows.
        frame: what to draw of the plane.
        field: the theoretical field, not drawn where None.
        box: the effective field, likewise.
        name: of cell and layer, for the alt text.
    """
    scale = SIDE / max(frame.size)
    high, wide = (side * scale for side in frame.size)

    def at(x: float, y: float) -> tuple[float, float]:
        return (x - frame.left) * scale, (y - frame.top) * scale

    left, top = at(0, 0)
    items: list[Item] = [
        Rect(0, 0, wide, high, PADDING, tip="padding: zeros around the picture"),
        Image(left, top, size[1] * scale, size[0] * scale, picture_uri(picture), smooth=max(size) > 96),
    ]
    words = f"A picture of {size[0]} × {size[1]} pixels"
    if box is not None:
        words += f"; 95 % of the gradient lies in {box.rows.size} × {box.columns.size} pixels"
        items += _outline((box.rows, box.columns), frame, at, "#000000", 4.0, False)
        items += _outline((box.rows, box.columns), frame, at, EFFECTIVE, 2.5, True)
    if field is not None:
        rows, columns = field
        words += f"; the field is rows {rows.low} to {rows.high}, columns {columns.low} to {columns.high}"
        items += _outline(field, frame, at, ACCENT, 4.0, False)
    return Drawing(wide, high, tuple(items), f"{words}; {name}", tallest=TALLEST)


def picture_uri(picture: Pictures.Image) -> str:
    """As a JPEG, small pictures enlarged so that each pixel stays a square."""
    return data_uri(to_jpeg(enlarged(picture), quality=88))


def enlarged(picture: Pictures.Image) -> Pictures.Image:
    """By a whole factor to about `FINEST` pixels; never smaller."""
    factor = max(1, FINEST // max(picture.size))
    return picture.resize((picture.width * factor, picture.height * factor), Pictures.Resampling.NEAREST)


def _outline(region: Region, frame: Frame, at: Place, colour: str, line: float, dashed: bool) -> list[Item]:
    """The sides of a rectangle that lie inside the frame; where it goes on outside it stays open."""
    rows, columns = region
    top, bottom = max(rows.low, frame.top), min(rows.high + 1, frame.bottom)
    left, right = max(columns.low, frame.left), min(columns.high + 1, frame.right)
    if top >= bottom or left >= right:
        return []
    sides = []
    if columns.low >= frame.left:
        sides.append(((left, top), (left, bottom)))
    if columns.high + 1 <= frame.right:
        sides.append(((right, top), (right, bottom)))
    if rows.low >= frame.top:
        sides.append(((left, top), (right, top)))
    if rows.high + 1 <= frame.bottom:
        sides.append(((left, bottom), (right, bottom)))
    return [Polygon((at(*a), at(*b)), "", colour, line, dashed, closed=False) for a, b in sides]


def as_image(picture: Pictures.Image, size: tuple[int, int], frame: Frame, field: Region, box: Box | None) -> bytes:
    """The same as a PNG file, grey margins included.

    Args:
        picture: with heat or without, of `size`, or of its proportions.
        size: (H, W) of the input.
        frame: what to draw.
        field: the theoretical field.
        box: the effective one.
    """
    factor = EXPORTED / max(frame.size)
    high, wide = (max(1, round(side * factor)) for side in frame.size)
    canvas = Pictures.new("RGB", (wide, high), (200, 200, 200))
    resized = picture.resize(
        (max(1, round(size[1] * factor)), max(1, round(size[0] * factor))), Pictures.Resampling.NEAREST
    )
    canvas.paste(resized, (round(-frame.left * factor), round(-frame.top * factor)))
    pen = ImageDraw.Draw(canvas)
    inner = None if box is None else (box.rows, box.columns)
    for region, colour, line in ((inner, EFFECTIVE, 2), (field, ACCENT, 4)):
        if region is None:
            continue
        rows, columns = region
        # a little outside the canvas is as good as far outside
        left, right = (min(max((x - frame.left) * factor, -9), wide + 9) for x in (columns.low, columns.high + 1))
        top, bottom = (min(max((y - frame.top) * factor, -9), high + 9) for y in (rows.low, rows.high + 1))
        pen.rectangle((left, top, max(left, right - 1), max(top, bottom - 1)), outline=colour, width=line)
    file = io.BytesIO()
    canvas.save(file, "PNG")
    return file.getvalue()
