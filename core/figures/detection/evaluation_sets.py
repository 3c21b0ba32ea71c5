"""Boxes to be evaluated, with their pictures and a sentence about where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, example
from core.figures.detection.matches import blank
from core.figures.words import counted
from core.images import fingerprint
from core.samples import SAMPLES, ground_truth

KINDS = (*SAMPLES, "samples", "example", "last", "own")
"""Of sets: each has its own classes to choose from."""


@dataclass(frozen=True, eq=False)
class EvaluationSet:
    """Boxes to evaluate.

    Attributes:
        key: different for different boxes; the key of caches.
        kind: one of `KINDS`.
        images: all pictures, with every detection there is.
        uris: a data URI for each.
        note: what these boxes are, one sentence.
        private: whether names in it are the visitor's own and must stay out of the link.
    """

    key: str
    kind: str
    images: tuple[EvaluatedImage, ...]
    uris: tuple[str, ...]
    note: str
    private: bool = False

    @property
    def place(self) -> str:
        """End of the keys of controls that a visitor's own boxes have for themselves."""
        return "own" if self.private else "samples"


class Shown(Protocol):
    """What is asked of a picture."""

    @property
    def uri(self) -> str:
        """The picture as data URI."""


def sample_target(name: str) -> GroundTruth:
    """The boxes drawn on a sample photograph."""
    boxes = ground_truth(SAMPLES[name])
    return GroundTruth.of([box.xyxy for box in boxes], [box.label for box in boxes])


def of_samples(images: Sequence[EvaluatedImage], uris: Sequence[str], nms: float, floor: float) -> EvaluationSet:
    """Sample photographs, judged by the boxes that were drawn on them.

    Args:
        images: with what the bundled detector finds.
        uris: of the photographs.
        nms: IoU threshold of non-maximum suppression that the detections have been through.
        floor: lowest score of a detection.
    """
    names = [image.name for image in images]
    note = (
        "Ground truth: boxes drawn by eye. Detections: the bundled detector, class by class through NMS at IoU "
        f"{nms:g}, down to a score of {floor:g}."
    )
    return EvaluationSet("+".join(names), names[0] if len(names) == 1 else "samples", tuple(images), tuple(uris), note)


def made_up() -> EvaluationSet:
    """The example whose four average precisions all differ."""
    note = "The lecture's example: ranked hits 1, 0, 1, 1, 0, 0, 1 with five ground-truth boxes at IoU 0.5."
    return EvaluationSet("example", "example", (example(),), (blank(),), note)


def of_last(image: EvaluatedImage, uri: str, digest: str, *, private: bool, drawn: bool = False) -> EvaluationSet:
    """What the detector page showed last.

    Args:
        image: its boxes and ground truth.
        uri: the picture.
        digest: of its file.
        private: whether it is the visitor's own.
        drawn: whether the ground truth is what the visitor drew.
    """
    target, found = image.target, image.found
    arrays = (target.boxes, target.crowd, target.difficult, target.areas, found.boxes, found.scores)
    content = repr((image.name, digest, target.labels, found.labels, [array.tolist() for array in arrays]))
    lowest = f"its lowest score is {found.scores.min():.3f}" if len(found) else "it has no box"
    note = (
        f"The detector page's last result: {lowest}, and AP ends there. Lower the score threshold on that page for the "
        "whole curve."
    )
    if drawn:
        note = f"Ground truth: your boxes. {note}"
    key = f"last {fingerprint(content.encode())}"
    return EvaluationSet(key, "own" if private else "last", (image,), (uri,), note, private)


def of_files(
    digest: str, images: Sequence[EvaluatedImage], pictures: Mapping[int, Shown], found_in: str, all_pictures: int
) -> EvaluationSet:
    """A visitor's ground truth with detections.

    Args:
        digest: of the files.
        images: with the detections.
        pictures: place of an image -> its picture, where there is one.
        found_in: name of the file of detections; "": there is none.
        all_pictures: how many the ground truth has.
    """
    have = f"Your ground truth: {counted(all_pictures, 'picture')}."
    if found_in:
        note = f"{have} Detections from {found_in[:60]}."
    elif pictures:
        note = f"Your ground truth of {counted(all_pictures, 'picture')}; detections by the bundled detector."
    else:
        note = f"{have} No detections yet: upload them, or pictures for the bundled detector to look at."
    uris = tuple(
        pictures[place].uri if place in pictures else blank(image.frame, "no picture uploaded")
        for place, image in enumerate(images)
    )
    return EvaluationSet(f"own {digest}", "own", tuple(images), uris, note, private=True)
