"""Classes that are being made: a line of pictures for each."""

from __future__ import annotations

import torch

from core.figures import drawing
from core.figures.drawing import Drawing, Item
from core.figures.transfer.contact import UNIT, sheet, short, thumbnails
from core.figures.words import counted
from core.transfer.data.image_set_builder import LEAST
from core.transfer.data.own import Draft, Shot

COLUMNS = 12
"""Pictures of a class that are shown, the newest; a click on one takes it out."""

_TILE, _MARGIN = 80, 4
_INSET = UNIT * _MARGIN / _TILE
_LETTER, _LONGEST = 14.0, 18


def draft_sheet(draft: Draft) -> Drawing:
    """Classes line by line with the newest of their pictures, and how many there are.

    Args:
        draft: of one class at least.
    """
    names = [short(name, _LONGEST) for name in draft.classes]
    left = max(170.0, max(map(len, names)) * _LETTER + 20)
    rows = len(names)
    items: list[Item] = []
    for row, (name, shots) in enumerate(zip(draft.classes, draft.shots, strict=True)):
        y = row * UNIT
        items.append(drawing.Text(left - 16, y + UNIT / 2 - 16, names[row], 26, "end", bold=True))
        enough = len(shots) >= LEAST
        said = counted(len(shots), "picture") if enough else f"{len(shots)} of {LEAST} or more"
        items.append(drawing.Text(left - 16, y + UNIT / 2 + 17, said, 22, "end"))
        items.append(drawing.Rect(0, y, left, UNIT, drawing.PAPER, opacity=0.0, tip=name))
        newest = shown(shots)
        if newest:
            # shots are as large as their files allow, so each is made a tile before they are laid side by side
            tiles = torch.cat([thumbnails(shot.square[None], _TILE - 2 * _MARGIN) for shot in newest])
            laid = sheet(tiles, COLUMNS, _TILE, _MARGIN)
            items.append(drawing.Image(left, y, len(newest) * UNIT, UNIT, laid.uri))
        for column in range(len(newest)):
            items.append(drawing.Rect(left + column * UNIT, y, UNIT, UNIT, "", drawing.PAPER, 2 * _INSET))
        if not newest:
            items.append(drawing.Text(left + 10, y + UNIT / 2, "no pictures yet", 22, "start"))
    tips = tuple(
        f"{newest[column].name}: click to take it out" if column < len(newest) else ""
        for newest in map(shown, draft.shots)
        for column in range(COLUMNS)
    )
    items.append(drawing.Cells(left, 0, COLUMNS * UNIT, rows * UNIT, rows, COLUMNS, lines=False, tips=tips))
    told = ", ".join(f"{name}: {len(shots)}" for name, shots in zip(draft.classes, draft.shots, strict=True))
    alt = f"The newest pictures of each class that is being made. Pictures so far: {told}."
    return Drawing(left + COLUMNS * UNIT, rows * UNIT, tuple(items), alt, tallest="none" if rows > 6 else "60vh")


def shown(shots: tuple[Shot, ...]) -> tuple[Shot, ...]:
    """The pictures of a class that stand in its line."""
    return shots[-COLUMNS:]


def shot_at(draft: Draft, row: int, column: int) -> Shot | None:
    """The picture in a cell, None where there is none: a browser may send anything."""
    if not 0 <= row < len(draft.shots):
        return None
    newest = shown(draft.shots[row])
    return newest[column] if 0 <= column < len(newest) else None
