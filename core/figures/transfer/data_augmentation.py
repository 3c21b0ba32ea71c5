"""Training pictures before and after what may happen to them, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from core.figures import drawing
from core.figures.drawing import Drawing, Item
from core.figures.transfer.contact import UNIT, sheet, short
from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import Indices
from core.transfer.data.preview import OneChange, Preview

_TILE, _MARGIN = 112, 4  # pixels on the JPEG; a multiple of 16
_INSET = UNIT * _MARGIN / _TILE
_LEFT, _LINE, _SIZE = 110.0, 21.0, 18.0
_LETTERS = 11
_WHOLE = 0.995  # a share that is as good as all of it


def before_and_after(
    shown: Preview, labels: Indices, classes: Sequence[str], changes: Sequence[OneChange] = ()
) -> Drawing:
    """A column a picture: as it is, and below that each time it was drawn; under it the label it goes by.

    Args:
        shown: what was drawn, of one picture at least.
        labels: of the whole set.
        classes: names.
        changes: those of each row, where each has one of its own.
    """
    times, count = shown.after.shape[:2]
    rows = torch.cat([shown.before[None], shown.after])  # (1 + R, K, 3, S, S)
    told = shown.targets.new_zeros(count, len(classes))
    told[torch.arange(count), torch.from_numpy(labels[shown.indices])] = 1
    captions = [[_lines(target, classes) for target in row] for row in (told, *shown.targets)]
    heights = [UNIT + 6 + _LINE * max(len(lines) for lines in row) for row in captions]
    items: list[Item] = []
    for row, texts in enumerate(captions):
        y = sum(heights[:row])
        items.append(drawing.Image(_LEFT, y, count * UNIT, UNIT, sheet(rows[row], count, _TILE, _MARGIN).uri))
        one = changes[row - 1] if changes and row else None
        title = "as it is" if row == 0 else f"draw {row}" if one is None else _name(one.setting)
        items.append(drawing.Text(_LEFT - 14, y + UNIT / 2, title, _SIZE, "end", bold=row == 0))
        if one is not None and one.example:
            items.append(drawing.Text(_LEFT - 14, y + UNIT / 2 + _LINE, "example", _SIZE, "end"))
        for column, lines in enumerate(texts):
            x = _LEFT + column * UNIT
            items.append(drawing.Rect(x, y, UNIT, UNIT, "", drawing.PAPER, 2 * _INSET))
            for line, text in enumerate(lines):
                items.append(drawing.Text(x + UNIT / 2, y + UNIT + 9 + line * _LINE, text, _SIZE))
    same = torch.equal(rows[1:], shown.before.expand_as(rows[1:]))
    what = "which stay as they are" if same else "and what becomes of each"
    draws = f"{times} draws" if not changes else f"{times} rows ({', '.join(_name(one.setting) for one in changes)})"
    alt = f"{count} training pictures, {what} in {draws} one below the other, with their labels."
    return Drawing(_LEFT + count * UNIT, sum(heights), tuple(items), alt, tallest="62vh")


def _name(setting: Augmentation) -> str:
    """The one change that a setting makes."""
    if setting.crop < 1:
        return f"crop {setting.crop:.0%}"
    if setting.jitter:
        return f"jitter {setting.jitter:.0%}"
    if setting.cutout:
        return f"cutout {setting.cutout:.0%}"
    return f"mixup {setting.mixup:g}" if setting.mixup else "flip"


def _lines(target: Tensor, classes: Sequence[str]) -> tuple[str, ...]:
    """What a network is told: a class, or the shares of two in a line each."""
    shares, labels = target.topk(min(2, len(target)))
    if shares[0] > _WHOLE:
        return (short(classes[int(labels[0])], _LETTERS),)
    return tuple(
        f"{share:.0%} {short(classes[label], _LETTERS - 4)}"
        for share, label in zip(shares.tolist(), labels.tolist(), strict=True)
    )
