"""Sets for detection, told by their folders: pictures on one side, boxes on the other, and no class for a picture."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import product
from pathlib import PurePosixPath

from core.image_kinds import SUFFIXES
from core.transfer.data.parts import part_of

Path = tuple[str, ...]

KINDS = (
    # name, folder of the pictures, what else there is, its folder, ending of its files
    ("YOLO", "images", "boxes", "labels", ".txt"),
    ("Pascal VOC", "jpegimages", "boxes", "annotations", ".xml"),
    ("Pascal VOC", "images", "boxes", "annotations", ".xml"),
    ("Pascal VOC", "images", "boxes", "xmls", ".xml"),
    ("masks", "images", "masks", "masks", ".png"),
    ("masks", "images", "masks", "labels", ".png"),
    ("masks", "jpegimages", "masks", "segmentationclass", ".png"),
)
"""How such sets lay their files out: Ultralytics' documentation, the development kit of VOC."""
BESIDE = (("YOLO", ".txt"), ("Pascal VOC", ".xml"), ("LabelMe", ".json"))
"""The same with each file of boxes beside its picture."""
COCO = ("instances_", "person_keypoints_", "_annotations.coco")
"""How COCO's files begin, each of which has the boxes of many pictures."""
TABLES = {"_annotations.createml.json": "CreateML", "_annotations.csv": "Roboflow"}
"""Files that have the boxes of many pictures, as Roboflow writes them."""
PICTURES = ("image", "images", "img", "imgs", "jpegimages", "frames", "input", "inputs", "original", "originals")
MASKS = (
    "mask", "masks", "label", "labels", "gt", "groundtruth", "ground_truth", "segmentation", "segmentations",
    "segmentationclass", "trimaps", "annotations", "annotations/trimaps", "target", "targets",
)  # fmt: skip
"""Folders of pictures, and of their masks beside these: Carvana, CamVid, Oxford-IIIT Pet, Kaggle."""
ENDINGS = ("", "_mask", "-mask", "_masks", "_segmentation", "_seg", "_gt", "_label", "_labels", "_l")
"""What a mask's name has behind that of its picture."""
_MASK_BESIDE = re.compile(r"(?P<picture>.+?)[_-](mask|masks|segmentation)([_-]?\d+)?")
ENOUGH = 0.5
"""Share of pictures that must have boxes."""


def detection_set(paths: Sequence[Path], likely: Sequence[bool]) -> str:
    """What kind of set for detection files are, and where its boxes lie; "" for none.

    Args:
        paths: of all files.
        likely: which of them are called as pictures are.
    """
    files = {_key(path) for path in paths}
    pictures = [path for path, one in zip(paths, likely, strict=True) if one]
    for name, images, what, boxes, suffix in KINDS:
        mine = [path for path in pictures if images in map(str.casefold, path[:-1])]
        if _enough(sum((_swap(path, images, boxes), _stem(path), suffix) in files for path in mine), mine):
            return f"{name}: pictures in “{images}”, {what} in “{boxes}”"
    if pictures and any(path[-1].endswith(".json") and path[-1].startswith(COCO) for path in paths):
        return "COCO: pictures in folders, boxes in a JSON file"
    for table, name in TABLES.items():
        if pictures and any(path[-1].casefold() == table for path in paths):
            return f"{name}: pictures in folders, boxes in a table"
    if _enough(2 * sum(_is_beside(path, files) for path in pictures), pictures):
        return "masks: each beside its picture"
    if where := _masks(pictures):
        return f"masks: pictures in “{where[0]}”, masks in “{where[1]}”"
    folders = _folders(pictures)
    of_parts = len(folders) < 2 or all(folder and part_of(folder[-1]) is not None for folder in folders)
    for name, suffix in BESIDE:
        beside = sum((_lower(path[:-1]), _stem(path), suffix) in files for path in pictures)
        if of_parts and _enough(beside, pictures):
            return f"{name}: boxes in a file beside each picture"
    return ""


def masks_of_classes(paths: Sequence[Path], likely: Sequence[bool]) -> frozenset[int]:
    """Which files are masks of pictures that lie in folders of classes, beside these or in a folder `masks` of its own.

    Args:
        paths: of all files.
        likely: which of them are called as pictures are.
    """
    stems: dict[Path, set[str]] = {}
    for path, one in zip(paths, likely, strict=True):
        if one:
            stems.setdefault(_lower(path[:-1]), set()).add(_stem(path))
    found: dict[int, Path] = {}
    for index, (path, one) in enumerate(zip(paths, likely, strict=True)):
        folder, stem = _lower(path[:-1]), _stem(path)
        beside = _MASK_BESIDE.fullmatch(stem) if one else None
        if beside is not None and beside["picture"] in stems[folder]:
            found[index] = folder
        elif one and folder[-1:] in (("mask",), ("masks",)) and _has(stem, folder[:-1], stems):
            found[index] = folder[:-1]
    classes = {folder for folder in found.values() if folder and part_of(folder[-1]) is None}
    return frozenset(index for index, folder in found.items() if folder in classes) if len(classes) > 1 else frozenset()


def _has(stem: str, around: Path, stems: Mapping[Path, set[str]]) -> bool:
    """Whether a folder of pictures in the one around has one of this name."""
    return any(stem in stems.get((*around, name), ()) for name in PICTURES)


def _masks(pictures: Sequence[Path]) -> tuple[str, str] | None:
    """The folders of pictures and of their masks; None where most pictures are neither."""
    stems: dict[Path, set[str]] = {}
    for path in pictures:
        stems.setdefault(_lower(path[:-1]), set()).add(_stem(path))
    found, names = 0, None
    for folder, mine in stems.items():
        for at, part in enumerate(folder):
            others = [*(MASKS if part in PICTURES else ()), f"{part}_masks", f"{part}masks", f"{part}-masks"]
            masks = [(name, stems.get((*folder[:at], *name.split("/"), *folder[at + 1 :]), set())) for name in others]
            for (name, there), ending in product(masks, ENDINGS):
                many = sum(stem + ending in there for stem in mine)
                if there and many >= ENOUGH * len(mine):
                    found, names = found + many, names or (part, name)
                    break
            else:
                continue
            break
    return names if _enough(2 * found, pictures) else None


def _is_beside(path: Path, files: set[tuple[Path, str, str]]) -> bool:
    """Whether a picture is the mask of one in the same folder."""
    match = _MASK_BESIDE.fullmatch(_stem(path))
    return match is not None and any((_lower(path[:-1]), match["picture"], f".{end}") in files for end in SUFFIXES)


def _enough(many: int, pictures: Sequence[Path]) -> bool:
    return bool(pictures) and many >= ENOUGH * len(pictures)


def _folders(pictures: Sequence[Path]) -> set[Path]:
    return {path[:-1] for path in pictures}


def _key(path: Path) -> tuple[Path, str, str]:
    return _lower(path[:-1]), _stem(path), PurePosixPath(path[-1]).suffix.casefold()


def _lower(path: Path) -> Path:
    return tuple(part.casefold() for part in path)


def _stem(path: Path) -> str:
    return PurePosixPath(path[-1]).stem.casefold()


def _swap(path: Path, old: str, new: str) -> Path:
    """The folder of the boxes of a picture."""
    folder = list(_lower(path[:-1]))
    folder[folder.index(old)] = new
    return tuple(folder)
