"""Detections from files that visitors bring, put on the pictures of the ground truth.

A COCO results list, or a COCO data set whose annotations have a `score`, as the detector page exports it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.detection.scoring import coco_files
from core.detection.scoring.box_lists import BoxList, Skipped
from core.detection.scoring.evaluated_images import EvaluatedImage, PredictedBoxes
from core.detection.scoring.ground_truth import GroundTruthFiles, is_xml, respell
from core.detection.scoring.ids import Id, Known, known_ones, quoted
from core.detection.scoring.pairing import Match, Names, pair, refuse_unclear
from core.errors import UserError
from core.file_kinds import stand_in
from core.names import same

_COUNTED_WRONG = "COCO's own tools count such a detection as a false positive."
Chosen = Mapping[str, int | None]
"""Name of a picture in a file of detections -> the ground truth's picture that somebody chose for it; None: none."""


@dataclass(frozen=True)
class Placed:
    """Detections on the pictures of the ground truth.

    Attributes:
        images: the pictures of the ground truth, in its order, those without detections among them.
        matches: how each name of a picture in the file was understood, in the file's order.
        notes: sentences about detections that were skipped.
    """

    images: tuple[EvaluatedImage, ...]
    matches: tuple[Match, ...]
    notes: tuple[str, ...] = ()


def read_detections(name: str, data: bytes, truth: GroundTruthFiles) -> tuple[EvaluatedImage, ...]:
    """The pictures of the ground truth with the detections of a file: see `place`."""
    return place(name, data, truth).images


def place(name: str, data: bytes, truth: GroundTruthFiles, chosen: Chosen | None = None) -> Placed:
    """Read detections and put them on the pictures of the ground truth.

    A results list names pictures and classes by the ground truth's numbers, or by file name and class name, which VOC
    files need; a data set names pictures by file name. How names are compared: `core.detection.scoring.pairing`. Where
    each side has one picture they belong together whatever a data set calls them.

    Raises:
        UserError: the file makes no sense, or does not go with this ground truth.
    """
    content, skipped, chosen = parse_detections(name, data), Skipped(), chosen or {}
    if isinstance(content, list):
        finder = _Finder(truth, chosen)
        found = coco_files.results(content, name, len(truth.pictures), finder, _categories(truth), skipped)
        matches = tuple(finder.matches.values())
        refuse_unclear(name, matches, truth.names)
    else:
        found, matches = _of_data_set(content, name, truth, chosen, skipped)
    labels = {same(label): label for picture in truth.pictures for label in reversed(picture.boxes.labels)}
    for boxes in found:
        respell(boxes, labels)
    images = tuple(
        replace(image, found=PredictedBoxes.of(boxes.corners, boxes.labels, boxes.scores))
        for image, boxes in zip(truth.evaluated_images(), found, strict=True)
    )
    return Placed(images, matches, skipped.note("detection", _COUNTED_WRONG))


def _of_data_set(
    content: dict[str, Any], name: str, truth: GroundTruthFiles, chosen: Chosen, skipped: Skipped
) -> tuple[list[BoxList], tuple[Match, ...]]:
    pictures, _ = coco_files.data_set(content, name, scored=True, skipped=skipped)
    found = [BoxList() for _ in truth.pictures]
    matches = pair([picture.name for picture in pictures], truth.names, chosen)
    if len(pictures) == len(truth.pictures) == 1 and not matches[0].places and pictures[0].name not in chosen:
        matches = (Match(pictures[0].name, (0,), guess=True),)
    asked = [match for picture, match in zip(pictures, matches, strict=True) if picture.boxes.labels]
    nobody = [match.name for match in asked if not match.places and match.name not in chosen]
    if nobody:
        raise UserError(
            f"{quoted(name)} has boxes for {quoted(nobody[0])}, which has no ground truth: that has "
            f"{known_ones(truth.names)}."
        )
    refuse_unclear(name, asked, truth.names)
    taken: set[int] = set()
    for picture, match in zip(pictures, matches, strict=True):
        if match.place is None or (match.place in taken and not picture.boxes.labels):
            continue
        if match.place in taken:
            raise UserError(f"{quoted(name)} has the picture {quoted(picture.name)} twice.")
        taken.add(match.place)
        found[match.place] = picture.boxes
    return found, matches


def parse_detections(name: str, data: bytes) -> list[Any] | dict[str, Any]:
    """A file of detections as Python objects: all that can be judged before there is ground truth.

    Raises:
        UserError: neither a list nor an object in JSON.
    """
    if is_xml(data) and not stand_in(data):
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


class _Finder:
    """Number or name of a picture in a results list -> its place among the ground truth's.

    Attributes:
        matches: how each was understood, by id.
    """

    def __init__(self, truth: GroundTruthFiles, chosen: Chosen) -> None:
        self._truth, self._chosen = truth, chosen
        self._numbers = Known({picture.key: place for place, picture in reversed(list(enumerate(truth.pictures)))})
        self._names = Names(truth.names)
        self.matches: dict[Id, Match] = {}

    def __call__(self, key: Id) -> int:
        """The place, -1 where somebody chose none.

        Raises:
            UserError: there is none, or several; the end of a sentence "… is about image 7, ".
        """
        match = self.matches.get(key)
        if match is None:
            match = self.matches[key] = self._look(key)
        return -1 if match.place is None else match.place

    def _look(self, key: Id) -> Match:
        name, names = str(key), self._truth.names
        if name in self._chosen:
            place = self._chosen[name]
            return Match(name, () if place is None else (place,))
        number = self._numbers.get(key) if self._truth.categories is not None or isinstance(key, str) else None
        named = self._names.find(name) if isinstance(key, str) or self._truth.categories is None else Match(name, ())
        if number is not None and (isinstance(key, int) or named.places in ((), (number,))):
            return Match(names[number], (number,))
        if number is not None and named.place is not None:
            both = f"{quoted(names[number])} by its id and {quoted(names[named.place])} by its name"
            raise UserError(f"which is {both}: write whole file names.")
        if len(named.places) > 1:
            possible = known_ones([names[place] for place in named.places])
            raise UserError(f"which may be {possible}: write its folder, too.")
        if not named.places:
            ids = known_ones([picture.key for picture in self._truth.pictures])
            raise UserError(f"which the ground truth has not: its pictures are {ids}.")
        return named


def _categories(truth: GroundTruthFiles) -> Known[str] | None:
    """The ground truth's numbers and, where they are no numbers of other classes, names."""
    if truth.categories is None:
        return None
    return Known({**{label: label for label in truth.categories.values()}, **truth.categories})
