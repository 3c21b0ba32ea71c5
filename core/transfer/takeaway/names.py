"""Names that a visitor chose, made fit for a file's name and for Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MARKDOWN = str.maketrans({char: f"\\{char}" for char in r"\`*_{}[]<>#|~$:"})
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)  # Windows' devices


def safe_file(name: str, otherwise: str = "file") -> str:
    """A name that is one part of a path on any system: no separators, no dots in front, no device."""
    safe = re.sub(r"[^\w.() -]+", "_", name).strip(" .")[:60].strip(" .")
    return safe if safe and not _RESERVED.fullmatch(safe) else otherwise


def folders(classes: Sequence[str]) -> tuple[str, ...]:
    """A folder's name for each class, no two alike, not even where capitals do not count."""
    found: list[str] = []
    for number, name in enumerate(classes):
        folder = safe_file(name, f"class {number}")
        while folder.casefold() in {other.casefold() for other in found}:
            folder = f"{folder} ({number})"
        found.append(folder)
    return tuple(found)


def markdown(text: str) -> str:
    """Text that stands in the midst of a line of Markdown as it is."""
    return " ".join(text.split()).translate(_MARKDOWN)
