"""Values of a column -> classes: numbers, texts, truth values, or the numbers of names that the file gives.

N rows that were added.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal

import numpy as np

from core.names import same
from core.transfer.data.image_set import Indices
from core.transfer.data.names import clean, distinct, in_order

NONE = -1
"""What the layout writes where a label is not known."""
LONG = b"too long"
"""In the place of a text that is too long for a label."""


class Labels:
    """The labels of rows, added one by one. One thread's own.

    Attributes:
        classes: their names, where values are numbers of these; None: values speak for themselves.
    """

    def __init__(self, classes: tuple[str, ...] | None) -> None:
        self.classes = classes
        self._keys: dict[int | str, int] = {}  # what values are compared by -> its number, in order of appearance
        self._shown: list[str] = []
        self._rows: list[int] = []  # (N,) numbers, NONE for no label

    def add(self, value: object) -> str:
        """Add a row.

        Args:
            value: of the column.

        Returns:
            What is wrong with it, in a sentence; "" where it is a label.
        """
        self._rows.append(NONE)
        key, wrong = _key(int(value) if isinstance(value, bool) and self.classes is not None else value)
        if key is None or (self.classes is not None and key == NONE):
            return wrong or "It has no label."
        if self.classes is not None and not (isinstance(key, int) and 0 <= key < len(self.classes)):
            told = f"{key:,}" if isinstance(key, int) else f"“{clean(key, '')}”"
            return f"Its label is {told} and there are {len(self.classes):,} classes."
        if isinstance(key, int) and not -(2**31) <= key < 2**31:
            return f"Its label is {key:,}."
        if key not in self._keys:
            self._keys[key] = len(self._keys)
            self._shown.append(value if isinstance(value, str) else str(key))
        self._rows[-1] = self._keys[key]
        return ""

    def complete(self, rows: Sequence[int]) -> bool:
        """Whether each of these rows has a label."""
        return all(self._rows[row] != NONE for row in rows)

    def of(self, rows: Sequence[int]) -> tuple[tuple[str, ...], Indices]:
        """The names of the classes, and for each of these rows, all of which have a label, the index of its own.

        Names stand in the file's order where it gives them, else numbers ascend and texts stand as people sort them.
        """
        if self.classes is not None:
            merged = _merged(self.classes)
            numbers = [merged[key] for key in self._keys if isinstance(key, int)]
            first = [self.classes[merged.index(index)] for index in range(max(merged) + 1)]
            return distinct(first), np.array([numbers[self._rows[row]] for row in rows], np.int64)
        present = {self._rows[row] for row in rows}
        keys = [key for key, number in self._keys.items() if number in present]
        texts = {self._shown[self._keys[key]]: key for key in keys if isinstance(key, str)}
        ordered: list[int | str] = sorted(key for key in keys if isinstance(key, int))
        ordered += [texts[text] for text in in_order(texts)]
        place = {self._keys[key]: index for index, key in enumerate(ordered)}
        names = distinct([self._shown[self._keys[key]] for key in ordered])
        return names, np.array([place[self._rows[row]] for row in rows], np.int64)

    def counts(self) -> list[tuple[str, int]]:
        """Names of the classes that have rows, and how many."""
        rows = [row for row, number in enumerate(self._rows) if number != NONE]
        if not rows:
            return []
        names, labels = self.of(rows)
        many = np.bincount(labels, minlength=len(names))
        return [(name, int(count)) for name, count in zip(names, many, strict=True) if count]


def _merged(names: Sequence[str]) -> list[int]:
    """Of each name the number of its class: a file may have one in both forms of Unicode."""
    found: dict[str, int] = {}
    return [found.setdefault(same(name) or f"\0{index}", len(found)) for index, name in enumerate(names)]


def _key(value: object) -> tuple[int | str | None, str]:
    """What a value is compared by, and what is wrong with it."""
    if isinstance(value, bool):
        return str(value), ""
    if isinstance(value, int):
        return value, ""
    if isinstance(value, str):
        return same(value) or None, ""
    if isinstance(value, float | Decimal):
        if math.isnan(value):
            return None, ""
        if not math.isfinite(value) or value != int(value):
            return None, f"Its label is {value}, no whole number."
        return int(value), ""
    return None, "Its label is a text too long for one." if value is LONG else ""
