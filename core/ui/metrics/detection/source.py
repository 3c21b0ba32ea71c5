"""Where the boxes of the section "Detection" come from: samples, the detector page, or files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.detection.results import FLOOR
from core.detection.scoring.drawn import ground_truth_of
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes
from core.detection.scoring.ground_truth import GroundTruthFiles
from core.detection.scoring.uploaded_files import UploadedFiles
from core.figures.detection import evaluation_sets as sets
from core.figures.detection.evaluation_sets import EvaluationSet, sample_target
from core.samples import SAMPLES
from core.ui.detector.results import candidates_of
from core.ui.last_detection import LastDetection
from core.ui.pictures import Picture, open_sample

KEY = "metrics_detection"
ALL, EXAMPLE = "all four samples", "made-up: five cups, seven detections"
LAST, OWN = "the detector page's last result", "my files"
SOURCES = (*SAMPLES, ALL, EXAMPLE, LAST, OWN)
NMS = 0.5
"""IoU threshold of the non-maximum suppression that the bundled detector's boxes have been through."""


def _found_in(picture: Picture) -> PredictedBoxes:
    """What the bundled detector finds in a picture, down to its floor; the network runs once."""
    kept = candidates_of(picture, "bundled").suppress(NMS, FLOOR)
    return PredictedBoxes.of(kept.boxes.double().numpy(), kept.labels, kept.scores.double().numpy())


def of_samples(names: Sequence[str]) -> EvaluationSet:
    """Sample photographs, judged by the boxes that were drawn on them."""
    pictures = [open_sample(name) for name in names]
    images = [EvaluatedImage(p.name, sample_target(p.name), _found_in(p), p.size) for p in pictures]
    return sets.of_samples(images, [picture.uri for picture in pictures], NMS, FLOOR)


def of_last(last: LastDetection, truth: GroundTruthFiles | None = None) -> EvaluationSet:
    """What the detector page showed last.

    Args:
        last: that.
        truth: with the boxes for a picture of one's own; None: it is a sample, or the visitor drew boxes on it.

    Raises:
        UserError: the ground truth has no such picture, or several.
    """
    if truth is not None:
        target = truth.target_of(last.name)
    elif last.truth is not None:
        target = ground_truth_of(last.truth)
    else:
        target = sample_target(last.sample) if last.sample else GroundTruth.of([], [])
    image = EvaluatedImage(last.name, target, PredictedBoxes.of(last.boxes, last.labels, last.scores), last.size)
    own = last.sample is None or last.truth is not None
    return sets.of_last(image, last.uri, last.digest, private=own, drawn=truth is None and last.truth is not None)


def of_files(own: UploadedFiles[Picture], images: Sequence[EvaluatedImage]) -> EvaluationSet:
    """A visitor's ground truth, with the detections of a file or those of the bundled detector in their pictures."""
    pictures, count = own.placed_pictures(), len(images)
    if own.found is None and pictures:
        images = [_detected(images[place], pictures[place]) for place in sorted(pictures)]
        pictures = dict(enumerate(pictures[place] for place in sorted(pictures)))
    return sets.of_files(own.digest, images, pictures, own.found[0] if own.found else "", count)


def _detected(image: EvaluatedImage, picture: Picture) -> EvaluatedImage:
    """What the bundled detector finds, in the ground truth's pixels where those are of another size."""
    size = image.size or picture.size
    return replace(image, found=_found_in(picture).scaled(picture.size, size), size=size)
