"""What comes of an uploaded file as it was understood, in a sentence. Names in it are a visitor's."""

from __future__ import annotations

from core.figures.transfer.data import PARTS
from core.figures.words import counted
from core.transfer.data.correction import Tally
from core.transfer.data.names import clean
from core.transfer.data.parquet_look import Candidate

_SHOWN = 8  # classes that are named


def sum_up(found: Tally) -> str:
    """What comes of the table of folders."""
    rest = f"; {found.left_out:,} left out" if found.left_out else ""
    if not found.classes:
        return f"No classes{rest}."
    names = ", ".join(clean(name, "class") for name in found.classes[:_SHOWN])
    more = ", …" if len(found.classes) > _SHOWN else ""
    parts = ", ".join(f"{count:,} {PARTS[part]}" for part, count in found.parts.items())
    return f"{counted(len(found.classes), 'class', 'classes')} ({names}{more}): {parts or 'no'} pictures{rest}."


def of_column(chosen: Candidate, rows: int) -> str:
    """What comes of a column of labels."""
    some = ", ".join(f"{name} ({count:,})" for name, count in chosen.classes[:_SHOWN])
    more = ", …" if len(chosen.classes) > _SHOWN else ""
    count = len(chosen.classes)
    many = f"More than {count:,} classes" if chosen.more else counted(count, "class", "classes")
    without = f"; {counted(chosen.without, 'row')} without a label" if chosen.without else ""
    return f"{counted(rows, 'row')}. {many}: {some}{more}{without}."
