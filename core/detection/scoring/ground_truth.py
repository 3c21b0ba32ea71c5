"""Boxes from files that visitors bring: COCO JSON and Pascal VOC XML, gold and detected.

`read_ground_truth` takes one COCO data set (https://cocodataset.org/#format-data) or any number of VOC files
(http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/, one a picture); `read_detections` a COCO results list or a
COCO data set whose annotations have a `score`, as the detector page exports it; `take_in` adds ground truth that
comes file by file.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from core.detection.scoring import coco_files, voc_files
from core.detection.scoring.coco_files import BoxList, PictureBoxes, quoted
from core.detection.scoring.scenes import Found, Gold, Scene
from core.errors import UserError

MOST_FILES = 500


@dataclass(frozen=True)
class GroundTruth:
    """Gold boxes of one or several pictures.

    Attributes:
        pictures: in the order of the file or files, each with its boxes.
        categories: COCO's number -> class name; None where the files have no numbers (VOC).
    """

    pictures: tuple[PictureBoxes, ...]
    categories: dict[coco_files.Id, str] | None

    def scenes(self) -> tuple[Scene, ...]:
        """The pictures with nothing detected yet."""
        return tuple(Scene(p.name, _gold(p.boxes), Found.of([], [], []), p.size) for p in self.pictures)


def _gold(boxes: BoxList) -> Gold:
    return Gold.of(boxes.corners, boxes.labels, crowd=boxes.crowd, difficult=boxes.difficult, areas=boxes.areas)


def read_ground_truth(files: Sequence[tuple[str, bytes]]) -> GroundTruth:
    """Read gold boxes.

    Args:
        files: (name, content): one JSON file or XML files.

    Raises:
        UserError: no such files, a mixture of them, or anything in them that makes no sense, with its place.
    """
    if not files:
        raise UserError("There is no ground truth yet: upload a COCO JSON file, or Pascal VOC XML files.")
    if len(files) > MOST_FILES:
        raise UserError(f"{len(files):,} files are too many: at most {MOST_FILES} can be read at once.")
    kinds = {_is_xml(data) for _, data in files}
    if kinds == {True}:
        return _from_voc(files)
    if kinds == {False} and len(files) == 1:
        return _from_coco(*files[0])
    raise UserError(
        "The ground truth is one COCO JSON file or any number of Pascal VOC XML files, not several JSON files or both."
    )


def take_in(
    held: Sequence[tuple[str, bytes]], new: Sequence[tuple[str, bytes]]
) -> tuple[tuple[tuple[str, bytes], ...], GroundTruth]:
    """Add files to those that are in use: each new one is judged by itself first.

    A JSON file replaces all that was there; XML files join XML files and replace a JSON file.

    Args:
        held: (name, content) of those in use.
        new: of those that came, at least one.

    Returns:
        The files that are in use now, and what they say.

    Raises:
        UserError: a new file makes no sense, or they do not go together.
    """
    for file in new[:MOST_FILES]:
        read_ground_truth([file])
    joined = [file for file in held if _is_xml(file[1])] if all(_is_xml(data) for _, data in new) else []
    together = (*joined, *new)
    return together, read_ground_truth(together)


def _is_xml(data: bytes) -> bool:
    return data.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] == b"<"


def _from_coco(name: str, data: bytes) -> GroundTruth:
    pictures, categories = coco_files.data_set(coco_files.parse(name, data), name)
    return GroundTruth(pictures, categories)


def _from_voc(files: Sequence[tuple[str, bytes]]) -> GroundTruth:
    pictures: dict[str, PictureBoxes] = {}
    boxes = 0
    for name, data in files:
        picture = voc_files.picture(name, data)
        if picture.name in pictures:
            raise UserError(f"Two of the files are about the picture {quoted(picture.name)}: upload one for each.")
        pictures[picture.name] = picture
        boxes += len(picture.boxes.labels)
        coco_files.check_count(boxes, "The files have")
    return GroundTruth(tuple(pictures.values()), None)


def read_detections(name: str, data: bytes, truth: GroundTruth) -> tuple[Scene, ...]:
    """Read detections and put them on the pictures of the ground truth.

    A results list names pictures and classes by the ground truth's numbers, or by file name and class name, which VOC
    files need; a data set names pictures by file name. File names are compared without folders and capitals, then
    without the ending. Where each side has one picture they belong together whatever a data set calls them.

    Returns:
        The pictures of the ground truth, in its order, those without detections among them.

    Raises:
        UserError: the file makes no sense, or does not go with this ground truth.
    """
    content = parse_detections(name, data)
    if isinstance(content, list):
        found = coco_files.results(content, name, len(truth.pictures), _finder(truth), _categories(truth))
    else:
        pictures, _ = coco_files.data_set(content, name, scored=True)
        found = [BoxList() for _ in truth.pictures]
        taken: set[int] = set()
        named: dict[Callable[[str], str], dict[str, int]] = {
            key: {key(picture.name): place for place, picture in reversed(list(enumerate(truth.pictures)))}
            for key in (base_name, stem)
        }  # the first of a name
        for picture in pictures:
            place = _place(picture, named)
            if place is None and len(pictures) == len(truth.pictures) == 1:
                place = 0
            if place is None:
                if picture.boxes.labels:
                    raise UserError(f"{quoted(name)} has boxes for {quoted(picture.name)}, which has no ground truth.")
                continue
            if place in taken:
                raise UserError(f"{quoted(name)} has the picture {quoted(picture.name)} twice.")
            taken.add(place)
            found[place] = picture.boxes
    return tuple(
        replace(scene, found=Found.of(boxes.corners, boxes.labels, boxes.scores))
        for scene, boxes in zip(truth.scenes(), found, strict=True)
    )


def parse_detections(name: str, data: bytes) -> list[Any] | dict[str, Any]:
    """A file of detections as Python objects: all that can be judged before there is ground truth.

    Raises:
        UserError: neither a list nor an object in JSON.
    """
    if _is_xml(data):
        raise UserError(
            f"{quoted(name)} is XML, which has no scores: detections come as a COCO results list or a COCO JSON file "
            "whose annotations have a score."
        )
    content = coco_files.parse(name, data)
    if not isinstance(content, list | dict):
        raise UserError(
            f"{quoted(name)} is neither a COCO results list nor a COCO data set: upload a list of objects with "
            '"image_id", "category_id", "bbox" and "score", or a data set whose annotations have a score.'
        )
    return content


def _finder(truth: GroundTruth) -> Callable[[coco_files.Id], int | None]:
    """Number, file name or stem of a picture -> its place; None where there is none."""
    numbers: dict[coco_files.Id, int] = {}
    names: dict[str, int] = {}
    for key in (base_name, stem):  # whole names before stems, which two pictures may share
        for place, picture in enumerate(truth.pictures):
            numbers.setdefault(picture.key, place)
            names.setdefault(key(picture.name), place)

    def place_of(key: coco_files.Id) -> int | None:
        if key in numbers:
            return numbers[key]
        if isinstance(key, str):
            return names.get(base_name(key), names.get(stem(key)))
        return names.get(str(key)) if truth.categories is None else None

    return place_of


def _categories(truth: GroundTruth) -> dict[coco_files.Id, str] | None:
    """The ground truth's numbers and, where they are no numbers of other classes, names."""
    if truth.categories is None:
        return None
    return {**{label: label for label in truth.categories.values()}, **truth.categories}


def _place(picture: PictureBoxes, named: dict[Callable[[str], str], dict[str, int]]) -> int | None:
    """Which picture of the ground truth is meant: by file name, else without its ending."""
    for key, places in named.items():
        if key(picture.name) in places:
            return places[key(picture.name)]
    return None


def base_name(name: str) -> str:
    """A file's name without its folders, in lower case."""
    return PurePath(name.replace("\\", "/")).name.casefold()


def stem(name: str) -> str:
    """The same without its ending."""
    return PurePath(base_name(name)).stem
