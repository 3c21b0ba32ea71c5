"""Names as people and computers write them: one rule for when two are the same, one for how they stand in a table.

Unicode has two ways to write "mèo" or "Küche": a letter with its mark as one character (NFC), as keyboards and most
files have it, or the letter and then the mark (NFD), as macOS writes file names. They look alike and compare unequal.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

_UNSEEN = dict.fromkeys(map(ord, "\u200b\u2060\ufeff\u00ad"))
"""Copied from web pages along with names; the joiners of emoji and of Persian are none of them."""


def same(name: str) -> str:
    """What names are compared by: composed (NFC), without blanks around and signs of no width.

    What is shown stays as it was typed.
    """
    return unicodedata.normalize("NFC", name.translate(_UNSEEN) if not name.isascii() else name).strip()


def match(name: str, names: Iterable[str]) -> str | None:
    """The one of these names that is the same as this one, as it is written there; None if there is none."""
    wanted = same(name)
    return next((other for other in names if same(other) == wanted), None)


_FORMULA = ("=", "+", "-", "@")
_LINES = ("\t", "\r", "\n")
_BLANK = re.compile(r"^[\s\u200b-\u200f\u2060\ufeff]+")


def safe_cell(text: str) -> str:
    """Text that a spreadsheet will not take for a formula: an apostrophe is put before what begins like one.

    Blanks in front count for nothing, since programs cut them off when they read a file.
    """
    return f"'{text}" if text.startswith(_LINES) or _BLANK.sub("", text).startswith(_FORMULA) else text
