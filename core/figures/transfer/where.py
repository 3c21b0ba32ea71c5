"""Section "Where it looks": heat over a picture with its colour bar, windows to scale.

Amounts (Grad-CAM) lie on viridis, signed changes (occlusion) on the diverging scale, zero in its middle.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures
from torch import Tensor

from core.figures.conv.kernels import diverging, short, viridis
from core.figures.drawing import ACCENT, FAINT, Cells, Drawing, Image, Item, Rect, Text
from core.images import data_uri, to_jpeg
from core.transfer.attribution.heat import Covered, Heat, Method

SIDE = 300.0
"""Drawing units of a picture's side; its frame is higher by the colour bar."""
FRAME = 370.0
TALLEST = "46vh"
_SIZE, _STRIP_SIZE = 19.0, 17.0  # of text below a large map, and below one of many

FINEST = 192  # pixels of a map as it goes to the browser
EXPORTED = 448  # pixels a side of a file to take away, at least

Box = tuple[int, int, int, int]
"""(top, left, bottom, right) in pixels of what the network sees."""


def as_image(picture: Tensor) -> Pictures.Image:
    """(3, S, S) uint8 -> RGB."""
    return Pictures.fromarray(picture.permute(1, 2, 0).contiguous().numpy())


def _png(image: Pictures.Image) -> str:
    """Without loss: the colours of a map are read off its colour bar."""
    file = io.BytesIO()
    image.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def limit(heat: Heat) -> float:
    """Where the colour scale ends; at both sides of zero where it is signed."""
    return float(np.abs(heat.values).max())


def _colours(heat: Heat, values: npt.NDArray[np.floating]) -> npt.NDArray[np.uint8]:
    top = limit(heat)
    return viridis(values / (top or 1.0)) if heat.method is Method.GRAD_CAM else diverging(values, top)


def coloured(heat: Heat, side: int, smooth: bool) -> Pictures.Image:
    """The map in colours, enlarged to `side` pixels; interpolated before it is coloured, or in whole cells."""
    how = Pictures.Resampling.BILINEAR if smooth else Pictures.Resampling.NEAREST
    large = np.asarray(Pictures.fromarray(heat.values).resize((side, side), how))
    return Pictures.fromarray(_colours(heat, large))


def overlay(picture: Tensor, heat: Heat, opacity: float, smooth: bool) -> Pictures.Image:
    """The map over the picture, as a picture to take away."""
    side = max(EXPORTED, int(picture.shape[-1]))
    below = as_image(picture).resize((side, side), Pictures.Resampling.BICUBIC)
    return Pictures.blend(below, coloured(heat, side, smooth), opacity)


def _outline(box: Box, size: int, dashed: bool = False) -> list[Item]:
    """A window to scale, on light and on dark."""
    top, left, bottom, right = (edge * SIDE / size for edge in box)
    frame = (left, top, right - left, bottom - top)
    dark = [] if dashed else [Rect(*frame, "", "#000000", 5)]
    return [*dark, Rect(*frame, "", ACCENT, 2 if dashed else 3, dashed=dashed)]


def _next(covered: Covered, row: int, column: int) -> Box | None:
    """The window one step to the right, or left where there is none."""
    columns = covered.changes.shape[1]
    if columns == 1:
        return None
    return covered.box(row, column + 1 if column + 1 < columns else column - 1)


def picture_panel(picture: Tensor, name: str, covered: Covered | None, window: tuple[int, int]) -> Drawing:
    """The picture as it is, with the occlusion's window and its next place to scale.

    Args:
        picture: (3, S, S) uint8.
        name: what it is, for the alt text.
        covered: whose window to draw, if there is one yet.
        window: (row, column) of it.
    """
    items: list[Item] = [Image(0, 0, SIDE, SIDE, data_uri(to_jpeg(as_image(picture), 90)))]
    alt = f"The picture {name}"
    if covered is not None:
        if beside := _next(covered, *window):
            items += _outline(beside, covered.size, dashed=True)
        items += _outline(covered.box(*window), covered.size)
        words = f"window {covered.window} × {covered.window} px, step {covered.stride} px"
        items.append(Text(SIDE / 2, SIDE + 22, words, _SIZE))
        alt += f"; {words}, drawn to scale"
    return Drawing(SIDE, FRAME, tuple(items), alt, tallest=TALLEST)


def heat_panel(
    picture: Tensor, heat: Heat, name: str, opacity: float, smooth: bool, window: tuple[int, int] | None = None
) -> Drawing:
    """A map over the picture, its colour bar below.

    Args:
        picture: (3, S, S) uint8.
        heat: of it.
        name: of the class, for the alt text.
        opacity: of the map, 0 to 1.
        smooth: interpolated, or cell by cell.
        window: (row, column) of the occlusion's window that is looked at; then all windows can be clicked.
    """
    below = data_uri(to_jpeg(as_image(picture), 90))
    items: list[Item] = [
        Image(0, 0, SIDE, SIDE, below),
        Image(0, 0, SIDE, SIDE, _png(coloured(heat, FINEST, smooth)), opacity, smooth=smooth),
        *_bar(heat),
    ]
    if isinstance(heat, Covered) and window is not None:
        items += _outline(heat.box(*window), heat.size)
        tips = tuple(_tip(heat, row, column) for row, column in np.ndindex(*heat.changes.shape))
        rows, columns = heat.changes.shape
        items.append(Cells(0, 0, SIDE, SIDE, rows, columns, lines=False, tips=tips))
    return Drawing(SIDE, FRAME, tuple(items), _alt(heat, name), tallest=TALLEST)


def _tip(heat: Covered, row: int, column: int) -> str:
    change = float(heat.changes[row, column])
    return f"covered here: {heat.probability:.3f} → {heat.probability - change:.3f}"


def unit(heat: Heat) -> str:
    """What the numbers of a map are."""
    return "weighted activation (logits)" if heat.method is Method.GRAD_CAM else "probability lost, mean of windows"


def _bar(heat: Heat) -> list[Item]:
    """Colour bar with its ends and the unit."""
    top = limit(heat)
    low = 0.0 if heat.method is Method.GRAD_CAM else -top
    strip = Pictures.fromarray(_colours(heat, np.linspace(low, top, 128, dtype=np.float32)[None]))
    y = SIDE + 8
    return [
        Image(0, y, SIDE, 10, _png(strip)),
        Rect(0, y, SIDE, 10, "", FAINT, 1),
        Text(0, y + 24, short(low), _SIZE, "start"),
        Text(SIDE / 2, y + 47, unit(heat), _SIZE),
        Text(SIDE, y + 24, short(top), _SIZE, "end"),
    ]


def _alt(heat: Heat, name: str) -> str:
    rows, columns = heat.values.shape
    about = f"{heat.method} for {name}, {rows} × {columns}"
    if heat.empty:
        return f"{about}: the same everywhere"
    row, column = heat.peak
    across = ("left", "middle", "right")[min(2, 3 * column // columns)]
    down = ("upper", "central", "lower")[min(2, 3 * row // rows)]
    return f"{about}: the largest number, {short(float(heat.values.max()))}, lies in the {down} {across} part"


def strip(pictures: Tensor, maps: Sequence[Heat], opacity: float, smooth: bool, chosen: int) -> Drawing:
    """Maps of one picture side by side, each on its own scale, to be clicked.

    Args:
        pictures: (3, S, S) uint8, the picture.
        maps: with the names of their layers.
        opacity: of the maps.
        smooth: interpolated, or cell by cell.
        chosen: index of the one that is shown large.
    """
    side, gap, label = 120.0, 10.0, 48.0
    below, items = data_uri(to_jpeg(as_image(pictures), 85)), list[Item]()
    for index, heat in enumerate(maps):
        x = index * (side + gap) + gap / 2
        items.append(Image(x, 4, side, side, below))
        items.append(Image(x, 4, side, side, _png(coloured(heat, 96, smooth)), opacity, smooth=smooth))
        if index == chosen:
            items.append(Rect(x, 4, side, side, "", ACCENT, 4))
        rows, columns = heat.values.shape
        items.append(Text(x + side / 2, side + 18, heat.layer, _STRIP_SIZE, bold=index == chosen))
        items.append(
            Text(x + side / 2, side + 39, f"{rows} × {columns}" + (", empty" if heat.empty else ""), _STRIP_SIZE)
        )
    width = len(maps) * (side + gap)
    items.append(Cells(0, 0, width, side + label, 1, len(maps), lines=False, tips=tuple(heat.layer for heat in maps)))
    alt = "Grad-CAM layer by layer: " + ", ".join(f"{heat.layer} {heat.values.shape[0]} cells a side" for heat in maps)
    return Drawing(width, side + label, tuple(items), alt, tallest="30vh")
