"""What becomes of a detector's boxes when its picture was prepared wrongly."""

from __future__ import annotations

from dataclasses import dataclass

from core.detection.results import Detections
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes
from core.detection.scoring.matching import Matches, Outcome, match, overlaps

SAME = 0.5
"""IoU from which two boxes of one class are the same find."""


@dataclass(frozen=True, eq=False)
class Comparison:
    """Boxes found in a picture that was prepared wrongly, beside those found in the same picture prepared rightly.

    Attributes:
        matches: the latter as targets, the former as detections, at IoU 0.5.
        best_right: highest score of the right ones; 0 where there is none.
        best_wrong: of the others.
    """

    matches: Matches
    best_right: float
    best_wrong: float

    @property
    def still(self) -> int:
        """How many of the right boxes are still found, under their names."""
        return self.matches.count(Outcome.RIGHT)

    @property
    def lost(self) -> int:
        """How many are not."""
        return len(self.matches.missed)

    @property
    def renamed(self) -> int:
        """How many boxes lie where an object was found, and give it another name."""
        return self.matches.count(Outcome.WRONG_CLASS)

    @property
    def invented(self) -> int:
        """How many lie where nothing was found, or not well enough."""
        return self.matches.count(Outcome.BACKGROUND, Outcome.BADLY_PLACED, Outcome.DUPLICATE)


def compare(name: str, right: Detections, wrong: Detections) -> Comparison:
    """Match the boxes kept from one with those kept from the other.

    Args:
        name: of the picture.
        right: what is found in it.
        wrong: what is found where the preprocessing was another one.
    """
    target = GroundTruth.of(right.boxes.numpy(), right.labels)
    found = PredictedBoxes.of(wrong.boxes.numpy(), wrong.labels, wrong.scores.numpy())
    matches = match(overlaps(EvaluatedImage(name, target, found)), SAME)
    return Comparison(matches, _best(right), _best(wrong))


def _best(kept: Detections) -> float:
    return float(kept.scores[0]) if len(kept) else 0.0
