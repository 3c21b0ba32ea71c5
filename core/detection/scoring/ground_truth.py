"""Target boxes from files that visitors bring: COCO JSON and Pascal VOC XML.

`read_ground_truth` takes one COCO data set (https://cocodataset.org/#format-data) or any number of VOC files
(http://host.robots.ox.ac.uk/pascal/VOC/voc2012/htmldoc/, one a picture); `take_in` adds ground truth that comes file
by file. `core.detection.scoring.detections` reads what goes with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.detection.scoring import coco_files, voc_files
from core.detection.scoring.box_lists import BoxList, PictureBoxes, Skipped
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes
from core.detection.scoring.ids import Id, quoted
from core.detection.scoring.pairing import Names
from core.detection.scoring.voc_files import Turned
from core.errors import UserError
from core.names import same

MOST_FILES = 500


@dataclass(frozen=True)
class GroundTruthFiles:
    """Target boxes of one or several pictures, as read from files.

    Attributes:
        pictures: in the order of the file or files, each with its boxes.
        categories: COCO's number -> class name; None where the files have no numbers (VOC).
        notes: sentences about boxes that were skipped or put in order.
    """

    pictures: tuple[PictureBoxes, ...]
    categories: dict[Id, str] | None
    notes: tuple[str, ...] = ()

    @property
    def names(self) -> list[str]:
        """Of the pictures, in order."""
        return [picture.name for picture in self.pictures]

    def evaluated_images(self) -> tuple[EvaluatedImage, ...]:
        """The pictures with nothing detected yet."""
        return tuple(
            EvaluatedImage(p.name, _target(p.boxes), PredictedBoxes.of([], [], []), p.size) for p in self.pictures
        )

    def target_of(self, name: str) -> GroundTruth:
        """The boxes of the picture that a name means; those of the only one, whatever its name.

        Raises:
            UserError: it may mean several, or none.
        """
        images, found = self.evaluated_images(), Names(self.names).find(name)
        if found.place is not None:
            return images[found.place].target
        if found.places:
            possible = ", ".join(f'"{self.names[place][:60]}"' for place in found.places[:3])
            raise UserError(f'The picture "{name[:60]}" may be {possible}.')
        if len(images) == 1:
            return images[0].target
        raise UserError(f'The ground truth has no picture called "{name[:60]}".')


def _target(boxes: BoxList) -> GroundTruth:
    return GroundTruth.of(boxes.corners, boxes.labels, crowd=boxes.crowd, difficult=boxes.difficult, areas=boxes.areas)


def read_ground_truth(files: Sequence[tuple[str, bytes]]) -> GroundTruthFiles:
    """Read target boxes.

    Args:
        files: (name, content): one JSON file or XML files.

    Raises:
        UserError: no such files, a mixture of them, or anything in them that makes no sense, with its place.
    """
    if not files:
        raise UserError("There is no ground truth yet: upload a COCO JSON file, or Pascal VOC XML files.")
    if len(files) > MOST_FILES:
        raise UserError(f"{len(files):,} files are too many: at most {MOST_FILES} can be read at once.")
    kinds = {is_xml(data) for _, data in files}
    if kinds == {True}:
        return _from_voc(files)
    if kinds == {False} and len(files) == 1:
        return _from_coco(*files[0])
    raise UserError(
        "The ground truth is one COCO JSON file or any number of Pascal VOC XML files, not several JSON files or both."
    )


def take_in(
    held: Sequence[tuple[str, bytes]], new: Sequence[tuple[str, bytes]]
) -> tuple[tuple[tuple[str, bytes], ...], GroundTruthFiles]:
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
    joined = [file for file in held if is_xml(file[1])] if all(is_xml(data) for _, data in new) else []
    together = (*joined, *new)
    return together, read_ground_truth(together)


def is_xml(data: bytes) -> bool:
    """Whether a file begins as XML does."""
    return data.lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")[:1] == b"<"


_NOBODY_FINDS = "COCO's own tools count such a box as an object that nothing can find."


def _twice(pictures: Sequence[PictureBoxes]) -> tuple[str, ...]:
    """A sentence about boxes that stand in a picture more than once; none where there are none."""
    found = [
        (picture.name, label, count - 1)
        for picture in pictures
        for (label, *_), count in Counter(
            zip(picture.boxes.labels, picture.boxes.corners, picture.boxes.crowd, strict=True)
        ).items()
        if count > 1
    ]
    if not found:
        return ()
    name, label, _ = found[0]
    many = sum(count for *_, count in found)
    one = "1 box is" if many == 1 else f"{many:,} boxes are"
    first = "" if many == 1 else "the first is "
    return (
        f"{one} there twice, and each counts as an object of its own: {first}a box of {quoted(label)} in "
        f"{quoted(name)}.",
    )


def _from_coco(name: str, data: bytes) -> GroundTruthFiles:
    skipped = Skipped()
    pictures, categories = coco_files.data_set(coco_files.parse(name, data), name, skipped=skipped)
    return GroundTruthFiles(pictures, categories, (*skipped.note("box", _NOBODY_FINDS), *_twice(pictures)))


def _from_voc(files: Sequence[tuple[str, bytes]]) -> GroundTruthFiles:
    pictures: dict[str, PictureBoxes] = {}
    labels: dict[str, str] = {}
    boxes, skipped, turned = 0, Skipped(), Turned()
    for picture in _in_folders([voc_files.picture(name, data, skipped, turned) for name, data in files]):
        if same(picture.name) in pictures:
            raise UserError(f"Two of the files are about the picture {quoted(picture.name)}: upload one for each.")
        pictures[same(picture.name)] = picture
        respell(picture.boxes, labels)
        boxes += len(picture.boxes.labels)
        coco_files.check_count(boxes, "The files have")
    every = tuple(pictures.values())
    return GroundTruthFiles(every, None, (*turned.note(), *skipped.note("box", _NOBODY_FINDS), *_twice(every)))


def _in_folders(pictures: Sequence[PictureBoxes]) -> list[PictureBoxes]:
    """The pictures, those of one name called by their folders, too."""
    often = Counter(same(picture.name) for picture in pictures)
    named = [f"{p.folder}/{p.name}" if p.folder and often[same(p.name)] > 1 else p.name for p in pictures]
    return [replace(picture, key=name, name=name) for picture, name in zip(pictures, named, strict=True)]


def respell(boxes: BoxList, labels: dict[str, str]) -> None:
    """Write classes that are the same in one way, the first: "mèo" has two spellings that look alike.

    Args:
        boxes: whose labels are changed in place.
        labels: what names are compared by -> how it is written; new ones are added.
    """
    boxes.labels[:] = [labels.setdefault(same(label), label) for label in boxes.labels]
