"""Where the boxes of the section "Detection" come from: samples, the detector page, or files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from core.detection.results import FLOOR
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes, example
from core.detection.scoring.ground_truth import GroundTruthFiles
from core.detection.scoring.pairing import Names
from core.detection.scoring.uploaded_files import UploadedFiles
from core.errors import UserError
from core.figures.detection.matches import blank
from core.figures.words import counted
from core.images import fingerprint
from core.samples import SAMPLES, ground_truth
from core.ui.detector.results import candidates_of
from core.ui.last_detection import LastDetection
from core.ui.pictures import Picture, open_sample

KEY = "metrics_detection"
ALL, EXAMPLE = "all four samples", "made-up: five cups, seven detections"
LAST, OWN = "the detector page's last result", "my files"
SOURCES = (*SAMPLES, ALL, EXAMPLE, LAST, OWN)
KINDS = (*SAMPLES, "samples", "example", "last", "own")
"""Of sources: each has its own classes to choose from."""
NMS = 0.5
"""IoU threshold of the non-maximum suppression that the bundled detector's boxes have been through."""


@dataclass(frozen=True, eq=False)
class Source:
    """Boxes to judge.

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


def found_in(picture: Picture) -> PredictedBoxes:
    """What the bundled detector finds in a picture, down to its floor; the network runs once."""
    kept = candidates_of(picture, "bundled").suppress(NMS, FLOOR)
    return PredictedBoxes.of(kept.boxes.double().numpy(), kept.labels, kept.scores.double().numpy())


def sample_target(name: str) -> GroundTruth:
    """The boxes drawn on a sample photograph."""
    boxes = ground_truth(SAMPLES[name])
    return GroundTruth.of([box.xyxy for box in boxes], [box.label for box in boxes])


def of_samples(names: Sequence[str]) -> Source:
    """Sample photographs, judged by the boxes that were drawn on them."""
    pictures = [open_sample(name) for name in names]
    images = tuple(EvaluatedImage(p.name, sample_target(p.name), found_in(p), p.size) for p in pictures)
    note = (
        "Ground truth: boxes drawn by eye. Detections: the bundled detector, class by class through NMS at IoU "
        f"{NMS:g}, down to a score of {FLOOR:g}."
    )
    return Source("+".join(names), names[0] if len(names) == 1 else "samples", images, _uris(pictures), note)


def _uris(pictures: Sequence[Picture]) -> tuple[str, ...]:
    return tuple(picture.uri for picture in pictures)


def made_up() -> Source:
    """The example whose four average precisions all differ."""
    note = "The lecture's example: ranked hits 1, 0, 1, 1, 0, 0, 1 with five ground-truth boxes at IoU 0.5."
    return Source("example", "example", (example(),), (blank(),), note)


def of_last(last: LastDetection, truth: GroundTruthFiles | None = None) -> Source:
    """What the detector page showed last.

    Args:
        last: that.
        truth: with the boxes for a picture of one's own; None: it is a sample.

    Raises:
        UserError: the ground truth has no such picture, or several.
    """
    if truth is None:
        target = sample_target(last.sample) if last.sample else GroundTruth.of([], [])
    else:
        target = _target_of(last, truth)
    image = EvaluatedImage(last.name, target, PredictedBoxes.of(last.boxes, last.labels, last.scores), last.size)
    given = [part.tolist() for part in (target.boxes, target.crowd, target.difficult, target.areas)]
    content = repr((last.name, last.digest, last.boxes, last.labels, last.scores, target.labels, given))
    lowest = f"its lowest score is {min(last.scores):.3f}" if last.scores else "it has no box"
    note = (
        f"The detector page's last result: {lowest}, and AP ends there. Lower the score threshold on that page for the "
        "whole curve."
    )
    private = last.sample is None
    key = f"last {fingerprint(content.encode())}"
    return Source(key, "own" if private else "last", (image,), (last.uri,), note, private)


def _target_of(last: LastDetection, truth: GroundTruthFiles) -> GroundTruth:
    images, found = truth.evaluated_images(), Names(truth.names).find(last.name)
    if found.place is not None:
        return images[found.place].target
    if found.places:
        possible = ", ".join(f'"{truth.names[place][:60]}"' for place in found.places[:3])
        raise UserError(f'The detector page showed "{last.name[:60]}", which may be {possible}.')
    if len(images) == 1:
        return images[0].target
    raise UserError(f'The ground truth has no picture called "{last.name[:60]}", which the detector page showed last.')


def of_files(own: UploadedFiles[Picture], images: tuple[EvaluatedImage, ...]) -> Source:
    """A visitor's ground truth, with the detections of a file or those of the bundled detector in their pictures."""
    known = own.placed_pictures()
    shown = [known.get(place) for place in range(len(images))]
    note = f"Your ground truth: {counted(len(images), 'picture')}."
    if own.found is not None:
        note += f" Detections from {own.found[0][:60]}."
    elif any(shown):
        note = f"Your ground truth of {counted(len(images), 'picture')}; detections by the bundled detector."
        images = tuple(_detected(image, picture) for image, picture in zip(images, shown, strict=True) if picture)
        shown = [picture for picture in shown if picture]
    else:
        note += " No detections yet: upload them, or pictures for the bundled detector to look at."
    uris = tuple(
        picture.uri if picture else blank(image.frame, "no picture uploaded")
        for image, picture in zip(images, shown, strict=True)
    )
    return Source(f"own {own.digest}", "own", images, uris, note, private=True)


def _detected(image: EvaluatedImage, picture: Picture) -> EvaluatedImage:
    """What the bundled detector finds, in the ground truth's pixels where those are of another size."""
    found = found_in(picture)
    width, height = image.size or picture.size
    across, down = width / picture.width, height / picture.height
    scaled = PredictedBoxes(found.boxes * [across, down, across, down], found.labels, found.scores)
    return replace(image, found=scaled, size=(width, height))
