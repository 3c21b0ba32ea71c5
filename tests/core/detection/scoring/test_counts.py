"""What stands beside the pictures adds up, and says what was left out."""

from __future__ import annotations

import math

import pytest

from core.detection.scoring.average_precision import Interpolation, ap_by_class
from core.detection.scoring.counts import by_class, count_detections, without_target
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes, example
from core.detection.scoring.matching import match, overlaps

SQUARE = [0.0, 0.0, 10.0, 10.0]


def test_the_example() -> None:
    image = example()
    found = count_detections([match(overlaps(image), 0.5)], [image])
    assert (found.hits, found.wrong, found.missed, found.crowded_out, found.too_low) == (4, 3, 1, 0, 0)
    assert (found.precision, found.recall) == (pytest.approx(4 / 7), pytest.approx(4 / 5))


def test_what_the_score_threshold_leaves_out_is_counted() -> None:
    image = example()
    found = count_detections([match(overlaps(image.above(0.55)), 0.5)], [image])
    assert (found.hits, found.wrong, found.too_low) == (3, 1, 3)
    nothing = count_detections([match(overlaps(image.above(1)), 0.5)], [image])
    assert math.isnan(nothing.precision)
    assert nothing.recall == 0
    assert nothing.too_low == 7


def test_only_the_hundred_surest_of_a_class_in_a_picture_count() -> None:
    many = PredictedBoxes.of([SQUARE] * 900 + [[50, 50, 60, 60]], ["cup"] * 900 + ["dog"], [0.5] * 901)
    difficult = GroundTruth.of([SQUARE, [50, 50, 60, 60]], ["cup", "dog"], difficult=[False, True])
    image = EvaluatedImage("x", difficult, many)
    found = count_detections([match(overlaps(image), 0.5)], [image])
    assert (found.hits, found.wrong, found.crowded_out) == (1, 99, 800)
    assert math.isnan(count_detections([], []).recall)


def test_classes() -> None:
    image = EvaluatedImage(
        "x",
        GroundTruth.of([SQUARE, [50, 50, 60, 60], [80, 80, 90, 90]], ["cup", "dog", "dog"]),
        PredictedBoxes.of([SQUARE, SQUARE, [50, 50, 60, 60]], ["cup", "cat", "dog"], [0.9, 0.8, 0.7]),
    )
    matches = [match(overlaps(image), 0.5)]
    rows = by_class(matches, Interpolation.PLAIN)
    assert [row.label for row in rows] == ["dog", "cup", "cat"], "most gold boxes first"
    assert [(row.target, row.detections, row.hits, row.wrong, row.missed) for row in rows] == [
        (2, 1, 1, 0, 1),
        (1, 1, 1, 0, 0),
        (0, 1, 0, 1, 0),
    ]
    aps = ap_by_class(matches, Interpolation.PLAIN)
    assert [row.ap for row in rows] == pytest.approx([aps[row.label] for row in rows], nan_ok=True)
    assert without_target([image]) == ("cat",)
    assert without_target([EvaluatedImage("y", GroundTruth.of([], []), image.found)]) == ()
