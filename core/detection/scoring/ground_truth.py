"""Boxes from files that visitors bring: COCO JSON and Pascal VOC XML, gold and detected.

`read_ground_truth` takes one COCO data set (https://cocodataset.org/#format-data) or any number of VOC files
(http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/, one a picture); `read_detections` a COCO results list or a
COCO data set whose annotations have a `score`, as the detector page exports it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath

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

    A results list names pictures by the ground truth's numbers; a data set by file name, compared without folders and
    capitals, then without the ending. Where each side has one picture they belong together whatever their names.

    Returns:
        The pictures of the ground truth, in its order, those without detections among them.

    Raises:
        UserError: the file makes no sense, or does not go with this ground truth.
    """
    if _is_xml(data):
        raise UserError(
            f"{quoted(name)} is XML, which has no scores: detections come as a COCO results list or a COCO JSON file "
            "whose annotations have a score."
        )
    content = coco_files.parse(name, data)
    if isinstance(content, list):
        if truth.categories is None:
            raise UserError(
                f"{quoted(name)} is a COCO results list, whose numbers need a COCO JSON ground truth: with VOC files, "
                "upload a COCO JSON file whose annotations have a score."
            )
        found = coco_files.results(content, name, {p.key: i for i, p in enumerate(truth.pictures)}, truth.categories)
    else:
        pictures, _ = coco_files.data_set(content, name, scored=True)
        found = [BoxList() for _ in truth.pictures]
        taken: set[int] = set()
        for picture in pictures:
            place = _place(picture, pictures, truth)
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


def _place(picture: PictureBoxes, others: Sequence[PictureBoxes], truth: GroundTruth) -> int | None:
    """Which picture of the ground truth is meant."""
    for key in (base_name, stem):
        for place, candidate in enumerate(truth.pictures):
            if key(candidate.name) == key(picture.name):
                return place
    return 0 if len(others) == len(truth.pictures) == 1 else None


def base_name(name: str) -> str:
    """A file's name without its folders, in lower case."""
    return PurePath(name.replace("\\", "/")).name.casefold()


def stem(name: str) -> str:
    """The same without its ending."""
    return PurePath(base_name(name)).stem
