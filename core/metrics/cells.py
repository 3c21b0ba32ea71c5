"""One cell of a matrix that is typed: a count, or the name of a class."""

from __future__ import annotations

import re

from core.errors import UserError

MOST = 20
"""Classes of a matrix that is typed."""

LARGEST_COUNT = 1_000_000_000
LONGEST_NAME = 40

_COUNT = re.compile(r"[0-9]+|[0-9]{1,3}(?:[ ,'’_\u00a0\u202f][0-9]{3})+")  # not \d, which takes every script's digits


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
