"""Groups of pictures that go the same way, and what of them can be doubted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from core.names import same
from core.transfer.data.image_set import Split
from core.transfer.data.names import clean
from core.transfer.data.parts import ENOUGH, begins_like_a_part, is_plain_part, is_unlabelled, labels_in, part_of

Path = tuple[str, ...]
PART_WORDS = {Split.TRAIN: "training", Split.VALIDATION: "validation", Split.TEST: "test"}
_NO_CLASSES = "it has no folders of classes"
_FEW = 3  # pictures that a class has at least, where names of files say it
SHOWN = 3
"""Names in a sentence."""


@dataclass(frozen=True)
class Group:
    """Pictures that go the same way.

    Attributes:
        where: their folder, or what their names begin with.
        pictures: how many files in it are called as pictures are.
        part: for what they are; None: they are left out.
        label: their class, as it was typed.
        why: why they are left out; "" where they are not.
    """

    where: str
    pictures: int
    part: Split | None
    label: str
    why: str = ""


@dataclass(frozen=True)
class Layout:
    """How a tree of folders was understood.

    Attributes:
        groups: of pictures, in the order of their paths.
        places: of each file the number of its group; None: it lies outside of all.
        parts: whether folders say what is for training and what is not.
        by_name: whether names of files say the classes.
        doubts: what of it is a guess, a sentence each.
        notes: what lies outside of all groups and is left out, a sentence each.
    """

    groups: tuple[Group, ...]
    places: tuple[int | None, ...]
    parts: bool
    by_name: bool
    doubts: tuple[str, ...]
    notes: tuple[str, ...] = ()


Unit = Callable[[Path], Path | None]
"""The folder that a file belongs to as a whole: that of a class, or one that is left out; None: none."""


def by_folder(
    paths: Sequence[Path],
    likely: Sequence[bool],
    unit: Unit,
    part: Callable[[Path], Split | None],
    skipped: int,
    *,
    parts: bool = True,
    class_at: int = -1,
) -> Layout:
    """Groups where folders say the classes."""
    found: dict[Path, Group] = {}
    units = [unit(path) for path in paths]
    for folder, one in zip(units, likely, strict=True):
        if folder is None:
            continue
        label = folder[class_at]
        new = Group("/".join(folder[skipped:]), 0, part(folder), label)
        if new.part is None or (parts and class_at == -1 and len(folder) == skipped + 1):
            new = replace(new, part=None, label="", why=_NO_CLASSES)
        elif is_unlabelled(label):
            new = replace(new, part=None, why="its name says that it has no labels")
        old = found.setdefault(folder, new)
        found[folder] = replace(old, pictures=old.pictures + one)
    number = {folder: index for index, folder in enumerate(found)}
    places = tuple(None if folder is None else number[folder] for folder in units)
    doubts = [*_doubts_of_parts([folder[skipped] for folder in found], parts and class_at == -1)]
    if parts and class_at != -1:
        doubts.append("Each class has folders of parts in it.")
    return done(list(found.values()), places, parts, False, doubts)


def by_name(paths: Sequence[Path], likely: Sequence[bool], skipped: int) -> Layout | None:
    """Groups where names of files say the classes, in folders of parts or in one; None where they do not."""
    pictures = [index for index, one in enumerate(likely) if one]
    labels = labels_in([PurePosixPath(paths[index][-1]).stem for index in pictures], _FEW)
    folders: dict[Path, list[bool]] = {}
    for index, label in zip(pictures, labels, strict=True):
        folders.setdefault(paths[index][:-1], []).append(label is not None)
    good = {folder for folder, said in folders.items() if sum(said) >= ENOUGH * len(said)}
    if not good:
        return None
    found: dict[tuple[Path, str], int] = {}
    groups: list[Group] = []
    places: list[int | None] = [None] * len(paths)
    for index, label in zip(pictures, labels, strict=True):
        folder = paths[index][:-1]
        name = label if label is not None and folder in good else None
        at = found.setdefault((folder, same(name or "")), len(groups))
        if at == len(groups):
            part = part_of(folder[skipped]) if len(folder) > skipped else None
            where = "/".join(folder[skipped:] if name is None else (*folder[skipped:], f"{name}…")) or "files"
            why = "" if name is not None else "the names of its files say no class"
            groups.append(Group(where, 0, None if name is None else part or Split.TRAIN, name or "", why))
        groups[at] = replace(groups[at], pictures=groups[at].pictures + 1)
        places[index] = at
    parts = len({group.part for group in groups} - {None}) > 1
    doubts = ["The classes are read from the names of the files."]
    return done(groups, tuple(places), parts, True, doubts)


def _doubts_of_parts(tops: Sequence[str], parts: bool) -> list[str]:
    """What of the folders at the top was guessed."""
    doubts = []
    for top in dict.fromkeys(tops):
        part, name = part_of(top), clean(top, "folder")
        if parts and part is not None and not is_plain_part(top):
            doubts.append(f"“{name}” is taken for {PART_WORDS[part]}.")
        elif not parts and is_plain_part(top):
            doubts.append(f"“{name}” is taken for a class, though parts are called so.")
    words = [begins_like_a_part(top) for top in tops]
    if not parts and None not in words and len(set(words)) > 1:
        doubts.append("The folders are taken for classes, though their names begin as those of parts do.")
    return doubts


def done(groups: list[Group], places: tuple[int | None, ...], parts: bool, by_name: bool, doubts: list[str]) -> Layout:
    """A layout with what can be doubted of any, besides these doubts."""
    left_out = [group for group in groups if group.part is None and group.pictures]
    doubts += [f"“{clean(group.where, 'folder')}” is left out: {group.why}." for group in left_out[:SHOWN]]
    if more := left_out[SHOWN:]:
        doubts.append(f"{len(more):,} more {'is' if len(more) == 1 else 'are'} left out.")
    used = [group for group in groups if group.part is not None and group.pictures]
    written = {same(group.label): group.label for group in used}
    alike = Counter(name.casefold() for name in written)
    for name in [shown for key, shown in written.items() if alike[key.casefold()] > 1][:SHOWN]:
        doubts.append(f"“{clean(name, 'class')}” differs from another class in nothing but capital letters.")
    trained = {same(group.label) for group in used if group.part == Split.TRAIN}
    if parts and trained:
        for name in [shown for key, shown in written.items() if key not in trained][:SHOWN]:
            doubts.append(f"“{clean(name, 'class')}” has no training pictures.")
    return Layout(tuple(groups), places, parts, by_name, tuple(doubts))
