"""A zip of class folders -> a set, with or without folders of parts above them, and what it is understood as first."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

import numpy as np

from core.errors import UserError
from core.image_kinds import OTHER_SUFFIXES, RAW_SUFFIXES, SUFFIXES, is_raw
from core.jobs import Report
from core.names import same
from core.transfer.data import zip_checks
from core.transfer.data.detection_sets import detection_set, masks_of_classes
from core.transfer.data.groups import Group, Layout, Path
from core.transfer.data.image_set import ImageSet, Split
from core.transfer.data.image_set_builder import ImageSetBuilder, assemble
from core.transfer.data.layout import layout
from core.transfer.data.names import clean, distinct, in_order

_READ = {f".{suffix}" for suffix in SUFFIXES}
_SUFFIXES = _READ | {f".{suffix}" for suffix in (*RAW_SUFFIXES, *OTHER_SUFFIXES)}
_TABLES = {".csv", ".tsv", ".xlsx", ".xls", ".ods", ".json", ".jsonl", ".parquet"}
_PACKED = (".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz")
_NOTED = 3  # folders in a note


def look_at_archive(data: bytes, report: Report) -> Layout:
    """What a zip is understood as, before a picture of it is read.

    Raises:
        UserError: whatever is wrong with it, in one sentence.
    """
    report(0.0, "opening the zip")
    with zip_checks.open_zip(data) as archive:
        return _look(archive).layout


def read_archive(data: bytes, name: str, report: Report, groups: Sequence[Group] | None = None) -> ImageSet:
    """Read pictures in folders.

    Args:
        data: the zip. The name of a folder is the class of all pictures in it; folders train, val and test, or
            one around everything, may be above.
        name: what to call the set.
        report: told how far it is; may raise to stop it.
        groups: those of `look_at_archive` with parts and classes as they shall be; None: as they were understood.

    Raises:
        UserError: whatever is wrong with it, in one sentence.
    """
    report(0.0, "opening the zip")
    with zip_checks.open_zip(data) as archive:
        look = _look(archive)
        said = look.layout.groups if groups is None else tuple(groups)
        if len(said) != len(look.layout.groups):
            raise ValueError("a group for each of the zip")
        placed, notes = _place(look, said), (*_left_out(said), *look.layout.notes)
        if not placed:
            raise UserError("The zip holds no folders of pictures: put those of each class into a folder of its name.")
        developed = {file.twin for file in placed if file.path_suffix in _READ}
        builder, raw = ImageSetBuilder(len(placed)), 0
        for number, file in enumerate(placed):
            report(number / len(placed), f"picture {number + 1:,} of {len(placed):,}")
            try:
                picture = zip_checks.read(archive, file.info)
            except UserError as error:
                builder.refuse(file.name, str(error))
                continue
            if file.has_twin(developed) and is_raw(picture):
                builder.skip()
                raw += 1
                continue
            builder.add(file.name, picture)
    report(1.0, "putting them together")
    builder.check_some()
    kept, read = [placed[index] for index in builder.kept], set(builder.kept)
    # a folder with nothing that looks like a picture is no class; a class without pictures is one that is empty
    shown: dict[str, str] = {}
    for index, file in enumerate(placed):
        if _likely(file.path) or index in read:
            shown.setdefault(same(file.label), file.label)
    others = {same(file.label) for file in placed} - set(shown)
    for group in said:
        if group.part is not None and not group.pictures and same(group.label) not in others:
            shown.setdefault(same(group.label), group.label)
    keys = {shown[key]: key for key in shown}
    order = [keys[label] for label in in_order(keys)]
    given = np.array([file.part for file in kept], np.int64)
    parts = look.layout.parts if groups is None else len({group.part for group in said} - {None}) > 1
    return assemble(
        clean(name, "zip"),
        _story(look.layout, parts),
        builder.images(),
        np.array([order.index(same(file.label)) for file in kept], np.int64),
        distinct([shown[key] for key in order]),
        [file.name for file in kept],
        given=given if parts else None,
        notes=(
            *builder.notes(),
            *notes,
            *_note(raw, "camera raw file lies", "camera raw files lie", "beside a picture of the same name"),
            *_note(len(others), "folder holds", "folders hold", "no pictures"),
            *_parts_note({file.part for file in kept}, parts),
        ),
    )


@dataclass(frozen=True)
class _Look:
    """What is in a zip: its files with folders that are told of, and how they were understood."""

    files: list[zip_checks.Entry]
    layout: Layout


@dataclass(frozen=True, eq=False)
class _Placed:
    """A file in the folder of a class."""

    info: zipfile.ZipInfo
    path: Path
    part: Split
    label: str

    @property
    def name(self) -> str:
        return self.path[-1]

    @property
    def path_suffix(self) -> str:
        return PurePosixPath(self.name).suffix.casefold()

    @property
    def twin(self) -> tuple[Path, str, str]:
        """What it has in common with the same picture in another format, and what not."""
        return self.path[:-1], PurePosixPath(self.name).stem.casefold(), self.path_suffix

    def has_twin(self, among: set[tuple[Path, str, str]]) -> bool:
        """Whether the same picture is there in another format."""
        folder, stem, mine = self.twin
        return any((folder, stem, suffix) in among for suffix in _READ - {mine})


def _look(archive: zipfile.ZipFile) -> _Look:
    """Read the list of files.

    Raises:
        UserError: it cannot be read, or is a set for detection.
    """
    everything, rubbish = zip_checks.entries(archive)
    files = [(info, (*path, "") if info.is_dir() else path) for info, path in everything]
    paths = [path for _, path in files]
    likely = [_likely(path) for path in paths]
    if masks := masks_of_classes(paths, likely):
        files = [file for index, file in enumerate(files) if index not in masks]
        paths, likely = [path for _, path in files], [_likely(path) for _, path in files]
    if kind := detection_set(paths, likely):
        raise UserError(
            f"The zip is a set for detection or segmentation ({kind}), whose pictures have no class as a whole: put "
            "those of each class into a folder of its name."
        )
    inner = [path[-1] for path in paths if path[-1].casefold().endswith(_PACKED)]
    if inner and not any(likely):
        raise UserError(
            f"The zip holds “{clean(inner[0], 'an archive')}”, which is packed itself: unpack it, and pack the folders "
            "of the classes as they are."
        )
    tables = [path[-1] for path in paths if PurePosixPath(path[-1]).suffix.casefold() in _TABLES]
    elsewhere = (
        f"The pictures lie in no folders of classes, their classes perhaps in “{clean(tables[0], 'a table')}”, which "
        "is not read: put the pictures of each class into a folder of its name."
        if tables and any(likely)
        else ""
    )
    try:
        found = layout(paths, likely)
    except UserError as error:
        raise (UserError(elsewhere) if elsewhere else error) from error
    if elsewhere and len({same(one.label) for one in found.groups if one.part is not None and one.pictures}) < 2:
        raise UserError(elsewhere)
    guessed = next((group.label for (info, _), place in zip(files, found.places, strict=True)
                    if place is not None and zip_checks.is_guessed(info)
                    and not (group := found.groups[place]).label.isascii()), None)  # fmt: skip
    if guessed is not None:
        doubt = (
            f"The zip does not say how its names are encoded: where “{clean(guessed, 'class')}” looks wrong, "
            "pack it with names in UTF-8, or rename the class here."
        )
        found = replace(found, doubts=(*found.doubts, doubt))
    left_behind = sum(_likely(path) and path[-1][0] != "." for _, path in rubbish)
    notes = (
        *_outside(files, left_behind, found.places),
        *_note(len(masks), "picture is a mask", "pictures are masks", "of others"),
    )
    return _Look(files, replace(found, notes=notes))


def _place(look: _Look, groups: Sequence[Group]) -> list[_Placed]:
    """The files that are to be read."""
    placed: list[_Placed] = []
    seen = set[Path]()
    for (info, path), place in zip(look.files, look.layout.places, strict=True):
        group = None if place is None or info.is_dir() else groups[place]
        if group is not None and group.part is not None and path not in seen:
            placed.append(_Placed(info, path, group.part, group.label))
        seen.add(path)
    return placed


def _left_out(groups: Sequence[Group]) -> tuple[str, ...]:
    """A note about the groups that are left out."""
    left_out = [group for group in groups if group.part is None and group.pictures]
    names = ", ".join(f"“{clean(group.where, 'folder')}”" for group in left_out[:_NOTED])
    more = f" and {len(left_out) - _NOTED:,} more" if len(left_out) > _NOTED else ""
    return _note(sum(group.pictures for group in left_out), "picture lies", "pictures lie", f"in {names}{more}")


def _outside(files: Sequence[zip_checks.Entry], rubbish: int, places: Sequence[int | None]) -> tuple[str, ...]:
    """Notes about files that belong to no group, whatever is made of the groups."""
    paths = [path for info, path in files if not info.is_dir()]
    loose = {path for (_, path), place in zip(files, places, strict=True) if place is None and _likely(path)}
    return (
        *_note(rubbish, "picture lies", "pictures lie", "in folders that systems keep for themselves"),
        *_note(len(loose), "picture lies", "pictures lie", "outside the folders of classes"),
        *_note(len(paths) - len(set(paths)), "file has", "files have", "the name of one before"),
    )


def _likely(path: Path) -> bool:
    """Whether a file is called as pictures are."""
    return PurePosixPath(path[-1]).suffix.casefold() in _SUFFIXES


def _story(found: Layout, parts: bool) -> str:
    if found.by_name:
        return "From a zip whose files are called after their classes."
    return "From a zip of class folders, with folders of parts." if parts else "From a zip of class folders."


def _note(number: int, one: str, many: str, what: str) -> tuple[str, ...]:
    return (f"{number:,} {one if number == 1 else many} {what}: left out.",) if number else ()


def _parts_note(present: set[Split], parts: bool) -> tuple[str, ...]:
    """What became of folders of parts where one of the three is missing."""
    if not parts or present == set(Split):
        return ()
    if Split.TRAIN in present and Split.VALIDATION in present:
        return (
            "There is no folder of test pictures: the validation folder is the test part, as results are usually "
            "reported on it, and a fifth of the training pictures is set aside for validation.",
        )
    if Split.TRAIN in present and Split.TEST in present:
        return ("There is no folder of validation pictures: a fifth of the training pictures is set aside for it.",)
    return ()
