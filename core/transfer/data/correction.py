"""What a zip was understood as, as a table that a visitor can correct before anything is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import pandas as pd

from core.names import same
from core.transfer.data.groups import PART_WORDS, Group
from core.transfer.data.image_set import Split
from core.transfer.data.image_set_builder import LEAST, MOST_CLASSES
from core.transfer.data.names import clean, in_order

FOLDER, PICTURES, PART, CLASS = "folder", "pictures", "used for", "class"
LEFT_OUT = "left out"
WORDS: Mapping[str, Split | None] = MappingProxyType(
    {word: part for part, word in PART_WORDS.items()} | {LEFT_OUT: None}
)
"""What the table calls the parts."""


@dataclass(frozen=True)
class Tally:
    """What comes of it.

    Attributes:
        classes: names, as people sort them.
        parts: pictures of each part that has some.
        left_out: pictures that are not used.
        lacks: why this is no set yet, a sentence; "" where it is one.
    """

    classes: tuple[str, ...]
    parts: Mapping[Split, int]
    left_out: int
    lacks: str


def table_of(groups: Sequence[Group]) -> pd.DataFrame:
    """A line for each group that has pictures."""
    words = {part: word for word, part in WORDS.items()}
    lines = [group for group in groups if group.pictures]
    return pd.DataFrame(
        {
            FOLDER: [clean_path(group.where) for group in lines],
            PICTURES: [group.pictures for group in lines],
            PART: [words[group.part] for group in lines],
            CLASS: [clean(group.label, "") for group in lines],
        }
    )


def clean_path(where: str) -> str:
    """A path as it is shown: each of its names short and printable."""
    return "/".join(clean(name, "…") for name in where.split("/"))


def corrected(groups: Sequence[Group], table: pd.DataFrame) -> tuple[Group, ...]:
    """The groups with parts and classes as the table has them.

    Args:
        groups: as they were understood.
        table: of `table_of`, with what the visitor changed in the columns `PART` and `CLASS`.
    """
    lines, found = iter(table.to_dict("records")), []
    for group in groups:
        if not group.pictures:
            found.append(group)
            continue
        line = next(lines)
        part, typed = WORDS.get(str(line[PART])), line[CLASS]
        name = typed.strip() if isinstance(typed, str) else ""
        label = group.label if name == clean(group.label, "") else name  # untouched: as it is in the file
        found.append(replace(group, part=part, label=label))
    return tuple(found)


def tally(groups: Sequence[Group]) -> Tally:
    """Count what would be read."""
    used = [group for group in groups if group.part is not None and group.pictures]
    shown: dict[str, str] = {}
    many: dict[str, int] = {}
    parts: dict[Split, int] = {}
    trained = set()
    for group in used:
        key = same(group.label)
        shown.setdefault(key, group.label)
        many[key] = many.get(key, 0) + group.pictures
        if group.part is not None:
            parts[group.part] = parts.get(group.part, 0) + group.pictures
        if group.part == Split.TRAIN:
            trained.add(key)
    left_out = sum(group.pictures for group in groups if group.part is None)
    lacks = _lacks(used, shown, many, trained)
    return Tally(tuple(in_order(shown.values())), dict(sorted(parts.items())), left_out, lacks)


def _lacks(used: Sequence[Group], shown: Mapping[str, str], many: Mapping[str, int], trained: set[str]) -> str:
    """Why these are no set, before any picture is looked at."""
    nameless = next((group for group in used if not group.label.strip()), None)
    if nameless is not None:
        return f"Type a class for “{clean_path(nameless.where)}”, or leave it out."
    if len(shown) < 2:
        return "At least two classes are needed: type what the pictures of each folder show."
    if len(shown) > MOST_CLASSES:
        return f"There are {len(shown):,} classes; at most {MOST_CLASSES} are possible: leave some out."
    for key, name in shown.items():
        if many[key] < LEAST:
            return f"The class “{clean(name, 'class')}” has fewer than {LEAST} pictures: leave it out, or add some."
        if key not in trained:
            return f"The class “{clean(name, 'class')}” has no training pictures: use a folder of it for training."
    return ""
