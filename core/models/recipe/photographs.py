"""Photographs to train on or to measure on, out of folders and zip archives; the held-out ones by COCO number."""

from __future__ import annotations

import json
import random
import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image

from core.errors import UserError

SUFFIXES = {".jpg", ".jpeg", ".png"}
# a number in front, as in 000000000397.jpg, 397.jpg or 000000002007_jpg.jpg, or COCO's twelve digits anywhere
_NUMBERS = re.compile(r"^\d+|(?<!\d)\d{12}(?!\d)")

LabelledBox = tuple[str, float, float, float, float]
"""A class's name and x1, y1, x2, y2 in pixels of the file."""


@dataclass(frozen=True)
class Photograph:
    """One photograph.

    Attributes:
        where: the folder or zip archive that it lies in.
        name: its path in there.
    """

    where: Path
    name: str

    @property
    def key(self) -> str:
        """Folder and name, the same wherever the folder lies."""
        return f"{self.where.name}/{self.name}"

    def read(self) -> Image.Image:
        """The picture in RGB, as its file has it: labels are in pixels of the file, so it is not turned.

        Raises:
            UserError: it is no picture, or a broken one.
        """
        try:
            if self.where.suffix == ".zip":
                with zipfile.ZipFile(self.where) as archive, archive.open(self.name) as file:
                    return Image.open(file).convert("RGB")
            return Image.open(self.where / self.name).convert("RGB")
        # Pillow raises SyntaxError for a broken PNG
        except (OSError, ValueError, SyntaxError, KeyError, zipfile.BadZipFile, Image.DecompressionBombError) as error:
            raise UserError(f"{self.key} cannot be read as a picture: take it away or mend it.") from error


def coco_numbers(name: str) -> set[int]:
    """COCO numbers that a file's name may mean; a photograph of another source may bear one by chance."""
    return {int(digits) for digits in _NUMBERS.findall(Path(name).name)}


def held_out(listing: Path) -> frozenset[int]:
    """The COCO numbers of a list of photographs, a file name a line.

    Raises:
        UserError: there is no list, or a line of it has no number: leaving it out would train on that photograph.
    """
    try:
        lines = listing.read_text(encoding="utf-8").split()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"The list of held-out photographs {listing} cannot be read.") from error
    numbers = [coco_numbers(line) for line in lines]
    if not all(numbers) or not numbers:
        raise UserError(
            f"The list of held-out photographs {listing} needs a file name with a COCO number on each line."
        )
    return frozenset(number for some in numbers for number in some)


def listed(where: Sequence[Path]) -> list[Photograph]:
    """All photographs of some folders and zip archives, by name.

    Raises:
        UserError: a folder is missing or has no photographs, or two have one name.
    """
    if len({path.name for path in where}) < len(where):
        raise UserError("Two of the folders have one name: photographs are told apart by it, so rename one.")
    found: list[Photograph] = []
    for path in where:
        try:
            if path.suffix == ".zip":
                with zipfile.ZipFile(path) as archive:
                    names = archive.namelist()
            else:
                names = [file.name for file in path.iterdir()]
        except (OSError, zipfile.BadZipFile) as error:
            raise UserError(f"{path} is no folder and no zip archive that can be read.") from error
        here = [Photograph(path, name) for name in sorted(names) if Path(name).suffix.lower() in SUFFIXES]
        if not here:
            raise UserError(f"There are no photographs in {path}.")
        found += here
    return found


def to_train_on(where: Sequence[Path], held: frozenset[int], most: int, seed: int) -> list[Photograph]:
    """The photographs to train on, in an order in which every beginning is a fair mix of the folders.

    Args:
        where: folders and zip archives.
        held: COCO numbers never to be trained on, in whatever folder.
        most: so many of a folder at most, drawn.
        seed: of the order.

    Raises:
        UserError: see `listed`, or none is left.
    """
    by_folder: dict[Path, list[Photograph]] = {}
    for photograph in listed(where):
        if not coco_numbers(photograph.name) & held:
            by_folder.setdefault(photograph.where, []).append(photograph)
    drawn = random.Random(seed)
    ranked: list[tuple[float, Photograph]] = []
    for some in by_folder.values():
        drawn.shuffle(some)
        kept = some[:most]
        ranked += [((rank + drawn.random()) / len(kept), photograph) for rank, photograph in enumerate(kept)]
    if not ranked:
        raise UserError("No photographs are left to train on: all of them are held out.")
    return [photograph for _, photograph in sorted(ranked, key=lambda entry: entry[0])]


def real_labels(folders: Iterable[Path], known: Sequence[str]) -> dict[str, list[LabelledBox]]:
    """What people labelled: a photograph's key to its boxes of known classes.

    A folder has a `labels.json`, {file: [[class, x1, y1, x2, y2], ...]}, or COCO's `annotations.json`.

    Args:
        folders: those whose photographs are labelled whole, with all classes.
        known: class names.

    Raises:
        UserError: a folder has neither, or one that says something else.
    """
    found: dict[str, list[LabelledBox]] = {}
    for folder in folders:
        for name, reader in (("labels.json", _plain), ("annotations.json", _coco)):
            if (folder / name).is_file():
                try:
                    by_file = reader(json.loads((folder / name).read_text(encoding="utf-8")))
                except (ValueError, KeyError, TypeError, AttributeError) as error:
                    raise UserError(f"{folder / name} does not say classes and boxes as it should.") from error
                found |= {f"{folder.name}/{file}": [b for b in some if b[0] in known] for file, some in by_file.items()}
                break
        else:
            raise UserError(f"There is no labels.json and no annotations.json in {folder}.")
    return found


def _plain(content: Any) -> dict[str, list[LabelledBox]]:
    return {
        file: [(str(label), float(x1), float(y1), float(x2), float(y2)) for label, x1, y1, x2, y2 in some]
        for file, some in content.items()
    }


def _coco(content: Any) -> dict[str, list[LabelledBox]]:
    names = {category["id"]: category["name"] for category in content["categories"]}
    files = {image["id"]: image["file_name"] for image in content["images"]}
    found: dict[str, list[LabelledBox]] = {file: [] for file in files.values()}
    for annotation in content["annotations"]:
        x, y, width, height = map(float, annotation["bbox"])
        box = (names[annotation["category_id"]], x, y, x + width, y + height)
        found[files[annotation["image_id"]]].append(box)
    return found
