"""Where the boxes of the section "Detection" come from: samples, the detector page, or files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.detection.results import FLOOR
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes, example
from core.figures.detection.matches import blank
from core.images import fingerprint
from core.samples import SAMPLES, ground_truth
from core.ui.detector.results import candidates_of
from core.ui.last_detection import LastDetection
from core.ui.pictures import Picture, open_sample

KEY = "metrics_detection"
ALL, EXAMPLE = "all four samples", "made-up: five cups, seven detections"
LAST, OWN = "the detector page's last result", "my files"
SOURCES = [*SAMPLES, ALL, EXAMPLE, LAST, OWN]
NMS = 0.5
"""IoU threshold of the non-maximum suppression that the bundled detector's boxes have been through."""


@dataclass(frozen=True, eq=False)
class Source:
    """Boxes to judge.

    Attributes:
        key: different for different boxes; the key of caches.
        kind: what sort of source it is; each has its own classes to choose from.
        images: all pictures, with every detection there is.
        uris: a data URI for each.
        private: whether names in it are the visitor's own and must stay out of the link.
        note: what these boxes are, one sentence.
    """

    key: str
    kind: str
    images: tuple[EvaluatedImage, ...]
    uris: tuple[str, ...]
    private: bool
    note: str


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
        "Gold: boxes drawn by eye. Detections: the bundled detector, class by class through NMS at IoU "
        f"{NMS:g}, down to a score of {FLOOR:g}."
    )
    kind = names[0] if len(names) == 1 else "samples"
    return Source("+".join(names), kind, images, tuple(p.uri for p in pictures), private=False, note=note)


def made_up() -> Source:
    """The example whose four average precisions all differ."""
    note = "The lecture's example: ranked hits 1, 0, 1, 1, 0, 0, 1 with five gold boxes at IoU 0.5."
    return Source("example", "example", (example(),), (blank(),), private=False, note=note)


def of_last(last: LastDetection, target: GroundTruth | None = None) -> Source:
    """What the detector page showed last.

    Args:
        last: that.
        target: boxes for a picture of one's own; None: it is a sample.
    """
    truth = sample_target(last.sample) if target is None and last.sample else target or GroundTruth.of([], [])
    image = EvaluatedImage(last.name, truth, PredictedBoxes.of(last.boxes, last.labels, last.scores), last.size)
    target_part = (
        truth.boxes.tolist(),
        truth.labels,
        truth.crowd.tolist(),
        truth.difficult.tolist(),
        truth.areas.tolist(),
    )
    content = repr((last.name, last.digest, last.boxes, last.labels, last.scores, *target_part))
    lowest = f"its lowest score is {min(last.scores):.3f}" if last.scores else "it has no box"
    note = f"What the detector page kept; {lowest}, where AP ends. Lower its score threshold for the whole curve."
    key, private = fingerprint(content.encode()), last.sample is None
    return Source(f"last {key}", "own" if private else "last", (image,), (last.uri,), private, note)


def above(source: Source, score: float) -> tuple[EvaluatedImage, ...]:
    """The pictures with the detections that score more."""
    return tuple(image.above(score) for image in source.images)
