"""Training pictures before and after what may happen to them, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from core.figures import drawing
from core.figures.drawing import Drawing, Item
from core.figures.figure import ACCENT
from core.figures.transfer.contact import UNIT, sheet, short
from core.transfer.data.preview import Preview

_TILE, _MARGIN = 112, 4  # pixels on the JPEG; a multiple of 16
_INSET = UNIT * _MARGIN / _TILE
_LEFT, _LINE, _SIZE = 130.0, 20.0, 15.0
_LETTERS = 13


def before_and_after(shown: Preview, classes: Sequence[str]) -> Drawing:
    """A column a picture: as it is, and below that each time it was drawn; under it the label it goes by.

    Args:
        shown: what was drawn, of one picture at least.
        classes: names.
    """
    times, count = shown.after.shape[:2]
    rows = torch.cat([shown.before[None], shown.after])  # (1 + R, K, 3, S, S)
    labels = [_label(target, classes) for target in shown.targets.flatten(0, 1)]
    items: list[Item] = []
    pitch = UNIT + _LINE
    for row in range(1 + times):
        y = row * pitch
        strip = sheet(rows[row], count, _TILE, _MARGIN)
        items.append(drawing.Image(_LEFT, y, count * UNIT, UNIT, strip.uri))
        title = "as it is" if row == 0 else f"draw {row}"
        items.append(drawing.Text(_LEFT - 14, y + UNIT / 2, title, 18, "end", bold=row == 0))
        for column in range(count):
            x = _LEFT + column * UNIT
            items.append(drawing.Rect(x, y, UNIT, UNIT, "", drawing.PAPER, 2 * _INSET))
            if row:
                label = labels[(row - 1) * count + column]
                mixed = "%" in label
                text = label if mixed else short(label, _LETTERS)
                colour = ACCENT if mixed else drawing.INK
                items.append(drawing.Text(x + UNIT / 2, y + UNIT + 8, text, _SIZE, colour=colour))
    same = torch.equal(rows[1:], shown.before.expand_as(rows[1:]))
    what = "which stay as they are" if same else "and what becomes of each"
    alt = f"{count} training pictures, {what} in {times} draws one below the other, with their labels."
    return Drawing(_LEFT + count * UNIT, (1 + times) * pitch, tuple(items), alt, tallest="66vh")


def _label(target: Tensor, classes: Sequence[str]) -> str:
    """What a network is told: a class, or the shares of two."""
    share, label = target.max(0)
    if share > 0.995:
        return classes[int(label)]
    other = int(target.clone().index_fill_(0, label, -1).argmax())
    left, right = short(classes[int(label)], 5), short(classes[other], 5)
    return f"{left} {share:.0%} {right}"
