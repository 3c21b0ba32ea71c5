"""A confusion matrix as text: what is typed, pasted from a table, or held by a link."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix

MOST = 20
"""Classes of a matrix that is typed."""

LARGEST_COUNT = 1_000_000_000
LONGEST_NAME = 40
MOST_TEXT = 20_000  # characters; MOST rows of the largest counts take less

_COUNT = re.compile(r"[0-9]+|[0-9]{1,3}(?:[ ,'’_\u00a0\u202f][0-9]{3})+")  # not \d, which takes every script's digits
_NUMBER_LIKE = re.compile(r"[-+−]?[0-9][0-9.,'’_eE+-]*")
_NESTED = re.compile(r"\][\s,]*\[")  # between the rows of a list of lists, as Python prints it
_BRACKETS = re.compile(r"\b(?:np\.)?array\b|[\[\](){}]")
_SPACES = re.compile(r"[ \u00a0\u202f]+")


def count(text: str) -> int:
    """Read one cell: a whole number from 0 to `LARGEST_COUNT`, thousands separators allowed.

    Raises:
        UserError: says what is wrong with it.
    """
    word = text.strip()
    if _COUNT.fullmatch(word) and len(word) < 20:
        value = int(re.sub(r"[^0-9]", "", word))
        if value <= LARGEST_COUNT:
            return value
    shown = f'"{word[:20]}"' if word else "An empty cell"
    if not word:
        raise UserError(f"{shown} is no count: type a whole number, 0 if there are none.")
    if re.fullmatch(r"[-−][0-9].*", word):
        raise UserError(f"{shown} is negative, and a count is at least 0.")
    if re.fullmatch(r"[0-9]+[.,][0-9]+", word):
        raise UserError(f"{shown} is not whole, and samples are counted: type a whole number.")
    if re.fullmatch(r"[0-9 ,'’_\u00a0\u202f]+", word) and len(re.sub(r"[^0-9]", "", word)) > 9:
        raise UserError(f"{shown} is too large: a count may be up to {LARGEST_COUNT:,}.")
    raise UserError(f"{shown} is no count: type a whole number such as 25.")


def default_names(classes: int) -> tuple[str, ...]:
    """A, B, C, …"""
    return tuple(chr(ord("A") + c) for c in range(classes))


def name(text: str) -> str:
    """Read the name of a class.

    Raises:
        UserError: it is empty, or holds what separates names in the link.
    """
    word = " ".join(text.split())
    if not word:
        raise UserError("A class needs a name: type at least one character.")
    if "," in word or ";" in word:
        raise UserError("A name may hold no comma or semicolon, which separate the names: leave it out.")
    if len(word) > LONGEST_NAME:
        raise UserError(f"The name of a class may have {LONGEST_NAME} characters, and this one has {len(word)}.")
    if not word.isprintable():
        raise UserError("The name of a class holds a character that cannot be shown: leave it out.")
    return word


def names(text: str) -> tuple[str, ...]:
    """Read all names, separated by commas, semicolons or new lines; nothing for an empty text.

    Raises:
        UserError: one of them is not a name.
    """
    return tuple(name(word) for word in re.split(r"[,;\n\t]", text.strip())) if text.strip() else ()


def parse(text: str, labels: Sequence[str] = ()) -> ConfusionMatrix:
    """Read a matrix whose rows are gold.

    Args:
        text: one row a line, or rows separated by semicolons; counts separated by spaces, tabs, commas, semicolons or
            bars; or a list of lists as Python prints it. A first line of names and a first column of names, as tables
            from elsewhere have, are taken over.
        labels: names of the classes; empty: those in the text, else A, B, C, …

    Raises:
        UserError: names the row that is not understood.
    """
    if len(text) > MOST_TEXT:
        raise UserError(f"This text is too long for a matrix of at most {MOST} classes.")
    if "[" in text:
        text = _BRACKETS.sub(" ", _NESTED.sub("\n", text))
    rows = [_cells(line, "\n" in text.strip()) for line in _lines(text)]
    if not any(_NUMBER_LIKE.fullmatch(word) for row in rows for word in row):
        raise UserError("There is no matrix here: type its counts, one row a line, such as 80 25 and below 10 35.")
    found: tuple[str, ...] = ()
    if not any(_NUMBER_LIKE.fullmatch(word) for word in rows[0]):
        found, rows = tuple(rows[0]), rows[1:]
    if rows and all(len(row) > 1 and not _NUMBER_LIKE.fullmatch(row[0]) for row in rows):
        own = tuple(row[0] for row in rows)
        rows = [row[1:] for row in rows]
        found = own if len(found) not in (len(rows), len(rows) + 1) else found[-len(rows) :]
    if not 2 <= len(rows) <= MOST:
        raise UserError(f"A matrix has 2 to {MOST} rows here, and this text has {len(rows)}.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows):
            raise UserError(f"Row {number} needs {len(rows)} counts, as many as there are rows, and has {len(row)}.")
    try:
        counts = np.array([[count(word) for word in row] for row in rows], dtype=np.float64)
    except UserError:
        for number, row in enumerate(rows, start=1):
            for column, word in enumerate(row, start=1):
                _located(word, number, column)
        raise
    return ConfusionMatrix(counts, tuple(labels) or tuple(map(name, found)) or default_names(len(rows)))


def write(matrix: ConfusionMatrix) -> str:
    """The counts as `parse` reads them, one row a line."""
    return "\n".join(" ".join(f"{value:.0f}" for value in row) for row in matrix.counts)


def write_names(labels: Sequence[str]) -> str:
    """The names as `names` reads them."""
    return ", ".join(labels)


def _lines(text: str) -> list[str]:
    text = text.strip().replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n") if "\n" in text else text.split(";")
    return [line for line in lines if line.strip()]


def _cells(line: str, semicolons: bool) -> list[str]:
    """The words of a line; the first of these separators that occurs is the one."""
    for separator in ("\t", ";" if semicolons else "\t", "|", ","):
        if separator in line:
            return [word.strip().strip('"') for word in line.strip().strip(separator).split(separator)]
    return [word for word in _SPACES.split(line.strip()) if word]


def _located(word: str, row: int, column: int) -> None:
    """The error of a cell, with its place."""
    try:
        count(word)
    except UserError as error:
        raise UserError(f"Row {row}, column {column}: {error}") from None
