"""Contact sheets: many small pictures as one JPEG, and as a drawing with frames, captions and places to click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image as Pillow
from torch import Tensor
from torch.nn import functional

from core.figures import drawing
from core.figures.drawing import ACCENT, Drawing, Item
from core.figures.figure import OKABE_ITO
from core.images import data_uri, to_jpeg

TILE = 96
"""Pixels of a tile's side; a multiple of 16, so that no block of the JPEG lies on two tiles."""
UNIT = 100.0
"""Side of a tile in a drawing's own units."""
_MARGIN = 4  # of `TILE` pixels on each side of a picture, painted over with the paper
_INSET = UNIT * _MARGIN / TILE
_LINE = 20.0  # drawing units of a line of text under a tile
_LEFT, _GAP = 80.0, 8.0  # drawing units of the words before a row of tiles, and from there to them
_LETTERS = 12  # of a caption's line that fit under a tile


@dataclass(frozen=True)
class Frame:
    """A line around a tile."""

    colour: str
    dashed: bool = False


SAME, OTHER = Frame(OKABE_ITO[2]), Frame(ACCENT, dashed=True)
"""Around a picture of the class that is meant; around one of another."""


@dataclass(frozen=True)
class Sheet:
    """Pictures side by side, row by row, without gaps.

    Attributes:
        uri: JPEG data URI.
        columns, rows: of tiles; the last row may be filled up with grey.
        count: of pictures N.
        tile: side of each, pixels.
    """

    uri: str
    columns: int
    rows: int
    count: int
    tile: int


def thumbnails(images: Tensor, tile: int = TILE) -> Tensor:
    """(N, 3, S, S) uint8 -> (N, 3, tile, tile) uint8."""
    if images.shape[-1] == tile or not len(images):
        return images
    small = functional.interpolate(images.float(), (tile, tile), mode="bilinear", antialias=images.shape[-1] > tile)
    return small.round_().clamp_(0, 255).byte()


def sheet(images: Tensor, columns: int, tile: int = TILE, margin: int = 0) -> Sheet:
    """Lay pictures out on one JPEG.

    Args:
        images: (N, 3, S, S) uint8 on the CPU, N at least 1.
        columns: tiles in a row; no more than there are pictures are used.
        tile: side of each, pixels, best a multiple of 16.
        margin: pixels of the tile on each side that only repeat the picture's edge.
    """
    count = len(images)
    columns = max(1, min(columns, count))
    rows = -(-count // columns)
    flat = images.new_full((rows * columns, 3, tile, tile), 128)
    for start in range(0, count, 256):  # a thousand pictures of 224 pixels would be 600 MB as float32
        small = thumbnails(images[start : start + 256], tile - 2 * margin)
        padded = functional.pad(small.float(), (margin,) * 4, mode="replicate") if margin else small
        flat[start : start + len(padded)] = padded.byte()
    grid = flat.view(rows, columns, 3, tile, tile).permute(0, 3, 1, 4, 2)  # (rows, tile, columns, tile, 3)
    array = grid.reshape(rows * tile, columns * tile, 3).numpy()
    return Sheet(data_uri(to_jpeg(Pillow.fromarray(array), quality=82)), columns, rows, count, tile)


def contact(
    images: Tensor,
    alt: str,
    *,
    columns: int,
    captions: Sequence[Sequence[str]] = (),
    titles: Sequence[str] = (),
    frames: Sequence[Frame | None] = (),
    tips: Sequence[str] = (),
    chosen: int | None = None,
    clickable: bool = False,
    tallest: str = "70vh",
) -> Drawing:
    """A contact sheet.

    Args:
        images: (N, 3, S, S) uint8 on the CPU, N at least 1.
        alt: what it shows, for those who cannot see it.
        columns: tiles in a row.
        captions: lines of text under each picture, as many for each; long ones are cut.
        titles: what each line of the captions is, said once before every row.
        frames: around each picture; None: none.
        tips: what hovering over each shows.
        chosen: the picture that is marked.
        clickable: whether a click tells (row, column); `index_at` makes a picture's index of it.
        tallest: limit of the height on the page, a CSS length.
    """
    count = len(images)
    rows = -(-count // columns)
    lines = max((len(caption) for caption in captions), default=0)
    pitch = UNIT + (lines * _LINE + 7.0 if lines else 0.0)
    left = _LEFT if titles else 0.0
    items: list[Item] = []
    for row in range(rows):  # a JPEG a row, so that text finds room between them
        part = images[row * columns : (row + 1) * columns]
        strip = sheet(part, columns, TILE, _MARGIN)
        items.append(drawing.Image(left, row * pitch, len(part) * UNIT, UNIT, strip.uri))
        for number, title in enumerate(titles):
            below = row * pitch + UNIT + 9 + number * _LINE
            items.append(drawing.Text(left - _GAP, below, title, 16, "end"))
    for index in range(count):
        x, y = left + index % columns * UNIT, index // columns * pitch
        items.append(drawing.Rect(x, y, UNIT, UNIT, "", drawing.PAPER, 2 * _INSET))
        if index < len(frames) and (frame := frames[index]) is not None:
            items.append(_outline(x, y, frame.colour, 4.0, dashed=frame.dashed))
        if index == chosen:
            items.append(_outline(x - 2, y - 2, drawing.INK, 3.0, UNIT + 4))
        for number, text in enumerate(captions[index] if index < len(captions) else ()):
            below = y + UNIT + 9 + number * _LINE
            items.append(drawing.Text(x + UNIT / 2, below, short(text), 16, bold=number == 0))
        if tips and not clickable:
            items.append(drawing.Rect(x, y, UNIT, UNIT, drawing.PAPER, opacity=0.0, tip=tips[index]))
    if clickable:
        area = (left, 0.0, columns * UNIT, rows * pitch)
        items.append(drawing.Cells(*area, rows, columns, lines=False, tips=tuple(tips)))
    return Drawing(left + columns * UNIT, rows * pitch, tuple(items), alt, tallest=tallest)


def index_at(row: int, column: int, columns: int, count: int) -> int | None:
    """The picture in a cell of a contact sheet, None where there is none: a browser may send anything."""
    index = row * columns + column
    return index if 0 <= column < columns and 0 <= index < count else None


def short(text: str, most: int = _LETTERS) -> str:
    """A line that fits; the middle left out of a longer one, since names of files often differ at their ends."""
    clean = "".join(char if char.isprintable() else " " for char in text)
    if len(clean) <= most:
        return clean
    tail = (most - 1) // 2
    return f"{clean[: most - 1 - tail]}…{clean[-tail:]}" if tail else f"{clean[: most - 1]}…"


def _outline(x: float, y: float, colour: str, line: float, side: float = UNIT, *, dashed: bool = False) -> Item:
    """A line around the picture of a tile."""
    inset = _INSET + line / 2 if side == UNIT else _INSET
    return drawing.Rect(x + inset, y + inset, side - 2 * inset, side - 2 * inset, "", colour, line, dashed)
