"""A zip of class folders -> a set, with or without folders of parts above them."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath

import numpy as np

from core.errors import UserError
from core.jobs import Report
from core.transfer.data import zip_checks
from core.transfer.data.gathering import Gathering, assemble
from core.transfer.data.image_set import ImageSet, Split
from core.transfer.data.layout import Layout, Path, layout
from core.transfer.data.names import clean, distinct, in_order

_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".gif"}


def read_archive(data: bytes, name: str, report: Report) -> ImageSet:
    """Read pictures in folders.

    Args:
        data: the zip. The name of a folder is the class of all pictures in it; folders train, val and test, or
            one around everything, may be above.
        name: what to call the set.
        report: told how far it is; may raise to stop it.

    Raises:
        UserError: whatever is wrong with it, in one sentence.
    """
    report(0.0, "opening the zip")
    with zip_checks.open_zip(data) as archive:
        everything = zip_checks.entries(archive)
        files = [(info, path) for info, path in everything if not info.is_dir()]
        paths = [path for _, path in files]
        found = layout([path for path in paths if _likely(path)] or paths)
        placed: list[_Placed] = []
        loose, twice, seen = 0, 0, set[Path]()
        for info, path in files:
            place = found.place(path)
            if path in seen:
                twice += 1
            elif place is not None:
                placed.append(_Placed(info, path, *place))
            elif _likely(path):
                loose += 1
            seen.add(path)
        if not placed:
            raise UserError("The zip holds no folders of pictures: put those of each class into a folder of its name.")
        gathering = Gathering(len(placed))
        for number, file in enumerate(placed):
            report(number / len(placed), f"picture {number + 1:,} of {len(placed):,}")
            try:
                picture = zip_checks.read(archive, file.info)
            except UserError as error:
                gathering.refuse(file.name, str(error))
                continue
            gathering.add(file.name, picture)
    report(1.0, "putting them together")
    kept = [placed[index] for index in gathering.kept]
    # a folder with nothing that looks like a picture is no class; a class without pictures is one that is empty
    folders = {file.folder for file in kept} | {file.folder for file in placed if _likely(file.path)}
    others = {file.folder for file in placed} - folders
    classes = in_order(folders | (_bare(everything, found) - others))
    return assemble(
        clean(name, "zip"),
        "From a zip of class folders, with folders of parts." if found.parts else "From a zip of class folders.",
        gathering.images(),
        np.array([classes.index(file.folder) for file in kept], np.int64),
        distinct(classes),
        [file.name for file in kept],
        given=np.array([file.part for file in kept], np.int64) if found.parts else None,
        notes=(
            *gathering.notes(),
            *_note(loose, "picture lies", "pictures lie", "outside the folders of classes"),
            *_note(twice, "file has", "files have", "the name of one before"),
            *_note(len(others), "folder holds", "folders hold", "no pictures"),
            *_parts_note({file.part for file in kept}, found.parts),
        ),
    )


@dataclass(frozen=True)
class _Placed:
    """A file in the folder of a class."""

    info: zipfile.ZipInfo
    path: Path
    part: Split
    folder: str

    @property
    def name(self) -> str:
        return self.path[-1]


def _bare(everything: list[tuple[zipfile.ZipInfo, Path]], found: Layout) -> set[str]:
    """Folders of classes that are told of, with or without anything in them."""
    places = [found.place((*path, "")) for info, path in everything if info.is_dir()]
    return {place[1] for place in places if place is not None}


def _likely(path: Path) -> bool:
    """Whether a file is called as pictures are."""
    return PurePosixPath(path[-1]).suffix.casefold() in _SUFFIXES


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
