"""Paths of files -> groups of pictures, each with the part and the class that folders or names of files say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from core.errors import UserError
from core.names import same
from core.transfer.data.image_set import Split
from core.transfer.data.names import clean
from core.transfer.data.parts import ENOUGH, is_plain_part, is_unlabelled, labels_in, part_of

Path = tuple[str, ...]
PART_WORDS = {Split.TRAIN: "training", Split.VALIDATION: "validation", Split.TEST: "test"}
_NO_CLASSES = "it has no folders of classes"
_FEW = 3  # pictures that a class has at least, where names of files say it
_SHOWN = 3  # names in a sentence


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
    """

    groups: tuple[Group, ...]
    places: tuple[int | None, ...]
    parts: bool
    by_name: bool
    doubts: tuple[str, ...]


Unit = Callable[[Path], Path | None]
"""The folder that a file belongs to as a whole: that of a class, or one that is left out; None: none."""


def layout(paths: Sequence[Path], likely: Sequence[bool]) -> Layout:
    """Find out how pictures are laid out.

    Args:
        paths: of all files; a folder that is told of by itself ends in "".
        likely: which of them are called as pictures are.

    Raises:
        UserError: there are folders of parts but neither folders nor names of classes in them.
    """
    pictures = [path for path, one in zip(paths, likely, strict=True) if one] or list(paths)
    inside = [path for path in pictures if len(path) > 1]
    skipped = _around(inside, 0)
    tops = {path[skipped] for path in inside if len(path) > skipped + 1}
    below = {top: [path for path in inside if len(path) > skipped + 1 and path[skipped] == top] for top in tops}
    rich = {top for top in tops if _has_classes(below[top], skipped + 1)}
    parts = {top: part for top in tops if (part := part_of(top)) is not None}
    if _are_parts(rich, parts):
        depth = {top: _around(below[top], skipped + 1) for top in rich & set(parts)}

        def unit(path: Path) -> Path | None:
            if len(path) <= skipped + 1:
                return None
            end = depth.get(path[skipped], skipped) + 1
            return path[:end] if len(path) > end else None

        return _by_folder(paths, likely, unit, lambda folder: parts.get(folder[skipped]), skipped)
    if len(tops) > 1 and tops == rich and not parts and _all_parts_below(inside, skipped):

        def inner(path: Path) -> Path | None:
            return path[: skipped + 2] if len(path) > skipped + 2 else None

        return _by_folder(paths, likely, inner, lambda folder: part_of(folder[-1]), skipped, class_at=skipped)
    flat = not rich and (len(tops) <= 1 or set(parts) == tops)
    if flat and (named := _by_name(paths, likely, skipped)) is not None:
        return named
    if flat and len(set(parts.values())) > 1:
        first, other = sorted(clean(top, "folder") for top in parts)[:2]
        raise UserError(
            f"The folders “{first}” and “{other}” hold no folders of classes, and the names of their files say none: "
            "put the pictures of each class into a folder of its name."
        )

    def top_of(path: Path) -> Path | None:
        return path[: skipped + 1] if len(path) > skipped + 1 else None

    return _by_folder(paths, likely, top_of, lambda _: Split.TRAIN, skipped, parts=False)


def _around(paths: Sequence[Path], start: int) -> int:
    """Where the folders end that hold all others: one around everything is no class while there are folders in it."""
    while len({path[start] for path in paths if len(path) > start + 1}) == 1 and any(
        len(path) > start + 2 for path in paths
    ):
        start += 1
    return start


def _has_classes(paths: Sequence[Path], start: int) -> bool:
    """Whether there are folders of classes from here on, and not only one folder, perhaps of the same name again."""
    start = _around(paths, start)
    folders = {path[start] for path in paths if len(path) > start + 1}
    if len(folders) == 1:  # one class; or the folder itself once more
        return same(folders.copy().pop()).casefold() != same(paths[0][start - 1]).casefold()
    return bool(folders)


def _are_parts(rich: set[str], parts: dict[str, Split]) -> bool:
    """Whether the folders at the top are parts: those that hold classes, if not all."""
    full = rich & set(parts)
    return bool(full) and (full == rich or len({parts[top] for top in full}) > 1)


def _all_parts_below(inside: Sequence[Path], skipped: int) -> bool:
    """Whether each class has folders of parts in it, and nothing else."""
    below = [path[skipped + 1] for path in inside if len(path) > skipped + 2]
    return len(below) == sum(len(path) > skipped + 1 for path in inside) and all(
        part_of(name) is not None for name in below
    )


def _by_folder(
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
    return _done(list(found.values()), places, parts, False, doubts)


def _by_name(paths: Sequence[Path], likely: Sequence[bool], skipped: int) -> Layout | None:
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
    return _done(groups, tuple(places), parts, True, doubts)


def _doubts_of_parts(tops: Sequence[str], parts: bool) -> list[str]:
    """What of the folders at the top was guessed."""
    doubts = []
    for top in dict.fromkeys(tops):
        part, name = part_of(top), clean(top, "folder")
        if parts and part is not None and not is_plain_part(top):
            doubts.append(f"“{name}” is taken for {PART_WORDS[part]}.")
        elif not parts and is_plain_part(top):
            doubts.append(f"“{name}” is taken for a class, though parts are called so.")
    return doubts


def _done(groups: list[Group], places: tuple[int | None, ...], parts: bool, by_name: bool, doubts: list[str]) -> Layout:
    """With what can be doubted of any layout."""
    left_out = [group for group in groups if group.part is None and group.pictures]
    doubts += [f"“{clean(group.where, 'folder')}” is left out: {group.why}." for group in left_out[:_SHOWN]]
    if more := left_out[_SHOWN:]:
        doubts.append(f"{len(more):,} more {'is' if len(more) == 1 else 'are'} left out.")
    used = [group for group in groups if group.part is not None and group.pictures]
    written = {same(group.label): group.label for group in used}
    alike = Counter(name.casefold() for name in written)
    for name in [shown for key, shown in written.items() if alike[key.casefold()] > 1][:_SHOWN]:
        doubts.append(f"“{clean(name, 'class')}” differs from another class in nothing but capital letters.")
    trained = {same(group.label) for group in used if group.part == Split.TRAIN}
    if parts and trained:
        for name in [shown for key, shown in written.items() if key not in trained][:_SHOWN]:
            doubts.append(f"“{clean(name, 'class')}” has no training pictures.")
    return Layout(tuple(groups), places, parts, by_name, tuple(doubts))
