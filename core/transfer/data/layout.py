"""Paths of files -> groups of pictures, each with the part and the class that folders or names of files say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.errors import UserError
from core.names import same
from core.transfer.data.groups import SHOWN, Group, Layout, Path, by_folder, by_name, done
from core.transfer.data.image_set import Split
from core.transfer.data.names import clean
from core.transfer.data.parts import besides, part_of


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

        return by_folder(paths, likely, unit, lambda folder: parts.get(folder[skipped]), skipped)
    if (inner_top := _one_with_parts(below, skipped + 1)) is not None and not parts:
        return _of_one(paths, likely, skipped, inner_top)
    if len(tops) > 1 and tops == rich and not parts and _all_parts_below(inside, skipped):

        def inner(path: Path) -> Path | None:
            return path[: skipped + 2] if len(path) > skipped + 2 else None

        return by_folder(paths, likely, inner, lambda folder: part_of(folder[-1]), skipped, class_at=skipped)
    flat = not rich and (len(tops) <= 1 or set(parts) == tops)
    if flat and (named := by_name(paths, likely, skipped)) is not None:
        return named
    if flat and len(set(parts.values())) > 1 and len(set(map(besides, parts))) == 1:
        first, other = sorted(clean(top, "folder") for top in parts)[:2]
        raise UserError(
            f"The folders “{first}” and “{other}” hold no folders of classes, and the names of their files say none: "
            "put the pictures of each class into a folder of its name."
        )

    def top_of(path: Path) -> Path | None:
        return path[: skipped + 1] if len(path) > skipped + 1 else None

    found = by_folder(paths, likely, top_of, lambda _: Split.TRAIN, skipped, parts=False)
    several = [
        top for top in sorted(tops) if len({path[: skipped + 2] for path in below[top] if len(path) > skipped + 2}) > 1
    ]
    doubts = [
        f"“{clean(top, 'folder')}” has folders in it, all of which are taken for one class." for top in several[:SHOWN]
    ]
    return replace(found, doubts=(*doubts, *found.doubts))


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


def _one_with_parts(below: dict[str, list[Path]], start: int) -> str | None:
    """Of several folders the one that has folders of parts with classes in them; None if not exactly one has."""
    found = []
    for top, paths in below.items():
        inner = {path[start] for path in paths if len(path) > start + 2 and part_of(path[start]) is not None}
        if any(
            _has_classes([path for path in paths if path[start : start + 1] == (name,)], start + 1) for name in inner
        ):
            found.append(top)
    return found[0] if len(found) == 1 and len(below) > 1 else None


def _of_one(paths: Sequence[Path], likely: Sequence[bool], skipped: int, top: str) -> Layout:
    """As one of the folders at the top is laid out; the others are left out."""
    mine = [
        index for index, path in enumerate(paths) if path[skipped : skipped + 1] == (top,) and len(path) > skipped + 1
    ]
    inside = layout([paths[index][skipped + 1 :] for index in mine], [likely[index] for index in mine])
    places: list[int | None] = [None] * len(paths)
    for index, place in zip(mine, inside.places, strict=True):
        places[index] = place
    groups, number, rest = list(inside.groups), dict[str, int](), sorted(set(range(len(paths))) - set(mine))
    for index in rest:
        if len(paths[index]) > skipped + 1:
            name = paths[index][skipped]
            if name not in number:
                number[name] = len(groups)
                groups.append(Group(name, 0, None, "", f"the parts lie in “{clean(top, 'folder')}”"))
            places[index] = at = number[name]
            groups[at] = replace(groups[at], pictures=groups[at].pictures + likely[index])
    doubts = [doubt for doubt in inside.doubts if "left out" not in doubt]
    return done(groups, tuple(places), inside.parts, inside.by_name, doubts)


def _all_parts_below(inside: Sequence[Path], skipped: int) -> bool:
    """Whether each class has folders of parts in it, and nothing else."""
    below = [path[skipped + 1] for path in inside if len(path) > skipped + 2]
    return len(below) == sum(len(path) > skipped + 1 for path in inside) and all(
        part_of(name) is not None for name in below
    )
