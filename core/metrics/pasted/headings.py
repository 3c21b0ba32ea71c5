"""Headings of a pasted table: names of classes, and which side is target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.metrics.known_names import is_predicted, is_target

_BETWEEN = re.compile(r"\s*(?:\\+|/|\||→|↓|,|\bvs\.?\b|\bby\b|\s)\s*")


@dataclass(frozen=True)
class Axes:
    """What headings say of the sides.

    Attributes:
        predictions_in_rows: None where they do not say.
        doubt: the word in the corner that may be meant for either side; "".
    """

    predictions_in_rows: bool | None = None
    doubt: str = ""


def kind(word: str) -> str:
    """ "target", "predicted", or "" where a heading names neither, or both."""
    if re.search(r"classified as", word, re.I):
        return "predicted"
    plain = re.sub(r"(?i)\b(class(es)?|labels?|values?|condition)\b", " ", word).strip(" :()-→↓\\/") or word
    if is_predicted(plain):
        return "predicted"
    return "gold" if is_target(plain) else ""


def is_axis(word: str) -> bool:
    """Whether a heading names a side, also without a meaning: pandas calls sides col_0 and row_0."""
    return bool(kind(word)) or bool(re.fullmatch(r"(col|row)_\d+", word.strip()))


def of_corner(word: str) -> tuple[str, str]:
    """What a corner says of rows and of columns: "target \\ predicted" says both, one word alone says ""."""
    halves = [kind(part) for part in re.split(r"[\\/|→,]+", word)]
    if len(halves) == 2 and all(halves) and halves[0] != halves[1]:
        return halves[0], halves[1]  # also where one side has two words, such as "dự đoán"
    words = [part for part in _BETWEEN.split(word.strip()) if part]
    kinds = [found for part in words if (found := kind(part))]
    both = [found for place, found in enumerate(kinds) if not place or found != kinds[place - 1]]
    return (both[0], both[1]) if len(both) == 2 else ("", "")


def axes(above: str, corner: str, below: str) -> Axes:
    """Which side is which.

    Args:
        above: a word on a line of its own above the names of the columns, as R prints it.
        corner: what stands before the names of the columns.
        below: a word on a line of its own below them, as pandas prints it.
    """
    rows, columns = of_corner(corner)
    if not rows:
        if below:
            rows, columns = kind(below), kind(corner) or kind(above)
        elif above:
            rows, columns = kind(corner), kind(above)
        elif kind(corner):
            return Axes(doubt=corner.strip())
    if rows == columns:
        return Axes()
    return Axes("predicted" in (rows,) or columns == "gold")


def without_prefixes(rows: Sequence[str], columns: Sequence[str]) -> tuple[list[str], list[str], bool | None]:
    """Names such as "Actual yes" and "Predicted yes" without what they begin with, and what that says of the rows."""
    sides = [_prefix(names) for names in (rows, columns)]
    kinds = [kind(side) for side in sides]
    if kinds[0] == kinds[1]:
        return list(rows), list(columns), None
    cut = [
        [name[len(side) :].strip(" :=_-()") if found else name for name in names]
        for names, side, found in zip((rows, columns), sides, kinds, strict=True)
    ]
    if not all(name for names, found in zip(cut, kinds, strict=True) if found for name in names):
        return list(rows), list(columns), None
    return cut[0], cut[1], kinds[0] == "predicted" or kinds[1] == "gold"


def _prefix(names: Sequence[str]) -> str:
    """The word that all names of classes begin with."""
    for count in (3, 2, 1):
        firsts = {re.match(rf"(?:[^\s:=_(-]+[\s:=_(-]*){{{count}}}", f"{name} ") for name in names}
        begun = {first[0].strip(" :=_(-").casefold() if first else "" for first in firsts}
        if len(begun) == 1 and len(names) > 1 and (count == 1 or kind(next(iter(begun)))):
            return begun.pop()
    return ""
