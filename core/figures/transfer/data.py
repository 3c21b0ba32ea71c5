"""A look at labelled pictures: a sheet with a line for each class, and how many there are of what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import torch

from core.figures import drawing
from core.figures.drawing import Drawing, Item
from core.figures.plots import Plot, chart, names_axis, plain
from core.figures.style import OKABE_ITO
from core.figures.transfer.contact import UNIT, sheet, short
from core.figures.words import counted
from core.names import safe_cell
from core.transfer.data.image_set import ImageSet, Indices, Selection, Split

PARTS: Mapping[Split, str] = MappingProxyType(
    {Split.TRAIN: "training", Split.VALIDATION: "validation", Split.TEST: "test"}
)
"""What each part is called."""
COLOURS: Mapping[Split, str] = MappingProxyType(
    {Split.TRAIN: OKABE_ITO[4], Split.VALIDATION: OKABE_ITO[0], Split.TEST: OKABE_ITO[2]}
)
SHOWN: Mapping[Split, int] = MappingProxyType({Split.TRAIN: 6, Split.VALIDATION: 3, Split.TEST: 3})
"""Pictures of each part in a line of the sheet."""
CLASSES_SHOWN = 10
"""Classes on a sheet at once."""

_TILE, _MARGIN = 80, 4  # pixels on the JPEG; a multiple of 16, so that none of its blocks lies on two tiles
_INSET = UNIT * _MARGIN / _TILE
_GAP, _HEAD, _LETTER, _SIZE = 24.0, 44.0, 14.0, 28.0
_LONGEST, _FEWEST_LINES = 18, 5  # letters of a name beside its line; lines a sheet of few classes is filled up to


@dataclass(frozen=True)
class _Place:
    """A part's place on the sheet: where it begins, and how many tiles wide it is."""

    part: Split
    left: float
    columns: int


def class_sheet(images: ImageSet, selection: Selection, classes: Sequence[int], turn: int = 0) -> Drawing:
    """Pictures that take part, a line for each class (several where there are few), the three parts side by side.

    Args:
        images: the set.
        selection: the pictures that take part.
        classes: which classes to show, at most some ten.
        turn: another number shows other pictures, as long as there are some.
    """
    lines = max(1, _FEWEST_LINES // max(len(classes), 1))
    names = [short(images.classes[label], _LONGEST) for label in classes]
    label_width = max(60.0, max((len(name) for name in names), default=0) * _LETTER + 20)
    places, left = [], label_width
    for part, columns in SHOWN.items():
        places.append(_Place(part, left, columns))
        left += columns * UNIT + _GAP
    items: list[Item] = []
    for row, name in enumerate(names):
        middle = _HEAD + (row + 0.5) * lines * UNIT
        full = images.classes[classes[row]]
        items.append(drawing.Text(label_width - 14, middle, name, _SIZE, "end", bold=True))
        area = (0.0, middle - lines * UNIT / 2, label_width, lines * UNIT)
        items.append(drawing.Rect(*area, drawing.PAPER, opacity=0.0, tip=full))
    for place in places:
        chosen = [_of(images, selection, place.part, label, place.columns * lines, turn) for label in classes]
        items += _part(images, place, chosen, lines)
    shown = ", ".join(images.classes[label] for label in classes)
    many = counted(len(classes), "class", "classes")
    alt = f"Contact sheet of {many} ({shown}): training pictures, then validation and test pictures of each."
    return Drawing(left - _GAP, _HEAD + len(classes) * lines * UNIT, tuple(items), alt, tallest="57vh")


def _of(images: ImageSet, selection: Selection, part: Split, label: int, count: int, turn: int) -> Indices:
    """Pictures of one class and part that take part, others at every turn."""
    every = {Split.TRAIN: selection.train, Split.VALIDATION: selection.validation, Split.TEST: selection.test}[part]
    mine: Indices = every[images.labels[every] == label]
    if len(mine) <= count:
        return mine
    found: Indices = np.sort(np.roll(mine, -count * turn)[:count])
    return found


def _part(images: ImageSet, place: _Place, chosen: Sequence[Indices], lines: int) -> list[Item]:
    """The tiles of one part below its heading."""
    colour, width = COLOURS[place.part], place.columns * UNIT
    items: list[Item] = [
        drawing.Text(place.left, 16, PARTS[place.part], _SIZE, "start"),
        drawing.Rect(place.left, 34, width - 2 * _INSET, 5, colour),
    ]
    if not any(len(indices) for indices in chosen):
        items.append(drawing.Text(place.left, _HEAD + UNIT / 2, "none", _SIZE, "start"))
        return items
    slots = place.columns * lines
    tiles = np.full((len(chosen), slots), -1)
    for row, indices in enumerate(chosen):
        tiles[row, : len(indices)] = indices
    flat = tiles.ravel()
    pixels = images.images[torch.from_numpy(np.maximum(flat, 0))]
    laid = sheet(pixels, place.columns, _TILE, _MARGIN)
    items.append(drawing.Image(place.left, _HEAD, width, laid.rows * UNIT, laid.uri))
    for number, index in enumerate(flat.tolist()):
        x, y = place.left + number % place.columns * UNIT, _HEAD + number // place.columns * UNIT
        if index < 0:  # a class with fewer pictures than there are places
            items.append(drawing.Rect(x, y, UNIT, UNIT, drawing.PAPER, drawing.PAPER))
            continue
        items.append(drawing.Rect(x, y, UNIT, UNIT, "", drawing.PAPER, 2 * _INSET))
        tip = f"{images.names[index]}: {images.classes[images.labels[index]]}, {PARTS[place.part]}"
        inner = (x + _INSET, y + _INSET, UNIT - 2 * _INSET, UNIT - 2 * _INSET)
        items.append(drawing.Rect(*inner, drawing.PAPER, opacity=0.0, tip=tip))
        items.append(drawing.Rect(*inner, "", colour, 3))
    return items


def count_table(images: ImageSet, selection: Selection) -> pd.DataFrame:
    """How many pictures of each class there are in each part, and how many of them take part.

    Returns:
        A row a class: `class`, then for each part a column of its name and one of its name and "taken".
    """
    there = images.counts()
    columns: dict[str, object] = {"class": list(images.classes)}
    taken = {Split.TRAIN: selection.train, Split.VALIDATION: selection.validation, Split.TEST: selection.test}
    for part, name in PARTS.items():
        columns[name] = there[:, part]
        columns[f"{name} taken"] = np.bincount(images.labels[taken[part]], minlength=len(images.classes))
    return pd.DataFrame(columns)


def counts(images: ImageSet, selection: Selection) -> Plot:
    """The pictures of each class as bars, each part in its colour; how many of them are used is said below."""
    table = count_table(images, selection)
    bars = [
        go.Bar(
            y=list(range(len(table))),
            x=table[name],
            name=name,
            orientation="h",
            marker={"color": COLOURS[part]},
            customdata=[plain(label) for label in images.classes],
            hovertemplate="%{customdata}: %{x:,} " + name + " pictures<extra></extra>",
        )
        for part, name in PARTS.items()
    ]
    totals = ", ".join(f"{int(table[name].sum()):,} {name}" for name in PARTS.values())
    least, most = images.counts().sum(1).min(), images.counts().sum(1).max()
    sizes = f"{least:,}" if least == most else f"{least:,} to {most:,}"
    taken = ", ".join(f"{int(table[f'{name} taken'].sum()):,} {name}" for name in PARTS.values())
    rest = len(images) - len(selection.all)
    return chart(
        "Pictures of each class",
        *bars,
        x="pictures",
        y=names_axis(images.classes),
        alt=f"Bars: {sizes} pictures a class in {len(images.classes)} classes; {totals} pictures in all.",
        reading=f"Of these are used: {taken} pictures." if rest else "All of them are used.",
        height=110 + (24 if len(images.classes) <= 20 else 17) * len(images.classes),
        barmode="stack",
        showlegend=True,
    )


def count_csv(images: ImageSet, selection: Selection) -> str:
    """The same table as CSV, whose names no spreadsheet takes for formulas."""
    table = count_table(images, selection)
    table["class"] = table["class"].map(safe_cell)
    return str(table.to_csv(index=False))


def amounts(images: ImageSet, selection: Selection) -> str:
    """How many pictures there are and how many of them are used, a sentence."""
    used = {Split.TRAIN: selection.train, Split.VALIDATION: selection.validation, Split.TEST: selection.test}
    numbers = ", ".join(f"{len(used[part]):,} {name}" for part, name in PARTS.items())
    many = f"{counted(len(images), 'picture')} in {counted(len(images.classes), 'class', 'classes')}"
    return f"{many}, {images.side} × {images.side} pixels; {numbers} pictures are used."
