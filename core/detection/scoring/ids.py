"""Numbers and names by which files of boxes refer to pictures and classes: 1, 1.0 and "1" are one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Generic, TypeVar

from core.names import same

Id = int | str
T = TypeVar("T")
LONGEST_NAME = 60
_SHOWN = 4  # ids in a sentence


def quoted(text: str) -> str:
    """A name in quotes, short enough for a sentence."""
    text = " ".join(text.split())
    return f'"{text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"}"'


def told(key: Id) -> str:
    """An id for a sentence: names in quotes, numbers without."""
    return quoted(key) if isinstance(key, str) else str(key)


def as_id(value: Any) -> Id | None:
    """A whole number, also one that was written as 1.0, or a text of at most 200 characters; else None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) or (isinstance(value, str) and len(value) <= 200):
        return value
    return None


def as_number(key: Id) -> int | None:
    """The whole number that an id is or writes out, such as 7 for "7", "07" and "7.0"; else None."""
    if isinstance(key, int):
        return key
    whole, _, rest = key.strip().partition(".")
    if whole.isascii() and whole.isdecimal() and not rest.strip("0") and len(whole) < 19:
        return int(whole)
    return None


class Known(Generic[T]):
    """What stands under ids, found however a number or a name is written.

    Args:
        ids: the ids as they are written; of two that are the same the first counts, unless asked for by the letter.
    """

    def __init__(self, ids: Mapping[Id, T]) -> None:
        self.ids = ids
        self._alike: dict[Id, T] = {}
        for key, value in ids.items():
            self._alike.setdefault(_alike(key), value)

    def get(self, key: Id) -> T | None:
        """What stands under an id; None if nothing does."""
        return self.ids[key] if key in self.ids else self._alike.get(_alike(key))


def _alike(key: Id) -> Id:
    number = as_number(key)
    return number if number is not None else same(str(key))


def known_ones(ids: Iterable[Id]) -> str:
    """The first of these ids, for a sentence."""
    every = list(ids)
    shown = ", ".join(told(key) for key in every[:_SHOWN])
    return shown + (f" and {len(every) - _SHOWN:,} more" if len(every) > _SHOWN else "")
