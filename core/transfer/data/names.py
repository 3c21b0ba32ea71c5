"""Names that strangers chose, of classes and of files: short, printable, distinct, in an order that people expect."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

LONGEST = 40
"""Characters of a name."""


def clean(text: str, otherwise: str) -> str:
    """A name as it is shown: without control characters (also those that turn the writing round), cut where too long.

    Args:
        text: as it came.
        otherwise: what to call it where nothing is left.
    """
    # cut before anything is done with it: a name in a file may have megabytes
    composed = unicodedata.normalize("NFC", text[: 10 * LONGEST])
    printable = "".join(char if char.isprintable() else " " for char in composed)
    name = " ".join(printable.split())
    if len(name) > LONGEST:
        name = name[: LONGEST - 1].rstrip() + "…"
    return name or otherwise


def distinct(texts: Sequence[str], otherwise: str = "class") -> tuple[str, ...]:
    """Clean names, no two alike: of those that would be, all but the first get a number."""
    found: dict[str, None] = {}
    for text in texts:
        base = name = clean(text, otherwise)
        number = 2
        while name in found:
            end = f" ({number})"
            name, number = base[: LONGEST - len(end)] + end, number + 1
        found[name] = None
    return tuple(found)


def in_order(texts: Iterable[str]) -> list[str]:
    """Sorted as people do: "2" before "10", capital letters among the small ones."""
    return sorted(texts, key=_natural)


def _natural(text: str) -> tuple[list[tuple[int, int, str]], str]:
    pieces = re.split(r"(\d{1,18})", text.casefold())
    return [(1, 0, piece) if index % 2 == 0 else (0, int(piece), "") for index, piece in enumerate(pieces)], text
