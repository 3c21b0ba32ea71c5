"""A confusion matrix as text: what is typed, pasted from a table, or held by a link."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from core.errors import UserError
from core.metrics.cells import LARGEST_COUNT, LONGEST_NAME, MOST, count, name
from core.metrics.confusion import ConfusionMatrix
from core.metrics.pasted.read import read
from core.names import same

__all__ = [
    "LARGEST_COUNT", "LARGEST_WEIGHT", "LONGEST_NAME", "MOST", "MOST_TEXT", "Typed", "class_weights", "count",
    "default_names", "name", "names", "parse", "typed", "write", "write_names",
]  # fmt: skip

MOST_TEXT = 20_000  # characters; MOST rows of the largest counts take less
LARGEST_WEIGHT = 1000.0


@dataclass(frozen=True)
class Typed:
    """What a text was understood as.

    Attributes:
        matrix: target in rows where the text says which way round it is, else as it stands.
        told: whether it says so.
        notes: sentences about what was left out, turned or guessed.
    """

    matrix: ConfusionMatrix
    told: bool = False
    notes: tuple[str, ...] = ()


def default_names(classes: int) -> tuple[str, ...]:
    """A, B, C, …"""
    return tuple(chr(ord("A") + c) for c in range(classes))


def names(text: str) -> tuple[str, ...]:
    """Read all names, separated by commas, semicolons or new lines; nothing for an empty text.

    Raises:
        UserError: one of them is not a name.
    """
    return _apart(tuple(name(word) for word in re.split(r"[,;\n\t]", text.strip()))) if text.strip() else ()


def _apart(labels: tuple[str, ...]) -> tuple[str, ...]:
    """The names, if none of them is another one with its accents written in another way.

    Raises:
        UserError: two look alike.
    """
    first: dict[str, str] = {}
    for label in labels:
        if first.setdefault(same(label), label) != label:
            raise UserError(f"Every class needs a name of its own, and two look like “{same(label)}”.")
    return labels


def parse(text: str, labels: Sequence[str] = ()) -> ConfusionMatrix:
    """Read a matrix whose rows are target, unless it says otherwise itself: see `typed`."""
    return typed(text, labels).matrix


def typed(text: str, labels: Sequence[str] = ()) -> Typed:
    """Read a matrix and what there is to say about it.

    Args:
        text: one row a line, or rows separated by semicolons; counts separated by spaces, tabs, commas, semicolons or
            bars; or what other tools print, see `core.metrics.pasted.prints`. Names in a first line and a first column
            are taken over, totals left out.
        labels: names of the classes; empty: those in the text, else A, B, C, …

    Raises:
        UserError: names the row that is not understood, or totals that do not add up.
    """
    if len(text) > MOST_TEXT:
        raise UserError(f"This text is too long for a matrix of at most {MOST} classes.")
    found = read(text)
    counts = np.array(found.counts, dtype=np.float64)
    given = tuple(labels) or _apart(tuple(map(name, found.labels))) or default_names(len(counts))
    matrix = ConfusionMatrix(counts.T if found.predictions_in_rows else counts, given)
    return Typed(matrix, found.predictions_in_rows is not None, found.notes)


def write(matrix: ConfusionMatrix) -> str:
    """The counts as `parse` reads them, one row a line."""
    return "\n".join(" ".join(f"{value:.0f}" for value in row) for row in matrix.counts)


def write_names(labels: Sequence[str]) -> str:
    """The names as `names` reads them."""
    return ", ".join(labels)


def class_weights(text: str, labels: Sequence[str]) -> tuple[float, ...] | None:
    """Read a weight for each class, separated by commas, semicolons or spaces; None for an empty text.

    Raises:
        UserError: says what is wrong.
    """
    words = [word for word in re.split(r"[,;\s]+", text) if word]
    if not words:
        return None
    weights = []
    for word in words:
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?|\.[0-9]{1,9}", word) or float(word) > LARGEST_WEIGHT:
            raise UserError(f'"{word[:20]}" is no weight: type a number from 0 to {LARGEST_WEIGHT:,.0f} such as 2.5.')
        weights.append(float(word))
    if len(weights) != len(labels):
        raise UserError(f"{len(labels)} classes need {len(labels)} weights, and there are {len(weights)}.")
    return tuple(weights)
