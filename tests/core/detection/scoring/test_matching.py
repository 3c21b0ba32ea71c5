"""Matching: what is right, what is wrong and why, on drawn cases and on random pictures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes, example
from core.detection.scoring.matching import MOST_OF_A_CLASS, Matches, Outcome, match, overlaps
from tests.core.detection.evaluated_images import images
from tests.examples import examples

SQUARE = (0, 0, 10, 10)


def judged(target: GroundTruth, found: PredictedBoxes, iou: float = 0.5) -> Matches:
    return match(overlaps(EvaluatedImage("drawn", target, found)), iou)


def test_the_surest_takes_the_box_and_the_next_is_a_duplicate() -> None:
    found = PredictedBoxes.of([SQUARE, (0, 0, 10, 9)], ["cup", "cup"], [0.4, 0.9])
    result = judged(GroundTruth.of([SQUARE], ["cup"]), found)
    assert result.outcomes == (Outcome.DUPLICATE, Outcome.RIGHT), "score decides, not overlap"
    assert result.finders.tolist() == [1]
    assert result.nearest.tolist() == [0, 0]
    assert result.ious.tolist() == [1.0, 0.9]


def test_a_second_detection_takes_the_second_best_box_if_it_overlaps_enough() -> None:
    target = GroundTruth.of([SQUARE, (0, 2, 10, 12)], ["cup", "cup"])
    found = PredictedBoxes.of([(0, 1, 10, 11), (0, 0, 10, 10)], ["cup", "cup"], [0.9, 0.8])
    result = judged(target, found)
    assert result.outcomes == (Outcome.RIGHT, Outcome.RIGHT), "COCO looks at free boxes only"


@pytest.mark.parametrize(
    ("box", "label", "outcome"),
    [
        ((0, 0, 10, 5), "cup", Outcome.RIGHT),  # IoU exactly at the threshold counts
        ((0, 0, 10, 4.99), "cup", Outcome.BADLY_PLACED),
        ((0, 0, 10, 1), "cup", Outcome.BADLY_PLACED),
        ((0, 0, 10, 0.99), "cup", Outcome.BACKGROUND),
        ((0, 0, 10, 8), "dog", Outcome.WRONG_CLASS),
        ((0, 0, 10, 4), "dog", Outcome.BACKGROUND),
        ((20, 20, 30, 30), "cup", Outcome.BACKGROUND),
    ],
)
def test_one_detection_beside_one_target_box(box: tuple[float, ...], label: str, outcome: Outcome) -> None:
    result = judged(GroundTruth.of([SQUARE], ["cup"]), PredictedBoxes.of([box], [label], [0.9]))
    assert result.outcomes == (outcome,)
    assert result.missed == (() if outcome is Outcome.RIGHT else (0,))
    assert outcome.false_positive is (outcome is not Outcome.RIGHT)


def test_a_wrong_class_claims_a_target_box_only_if_nothing_found_it() -> None:
    target = GroundTruth.of([SQUARE], ["cup"])
    both = PredictedBoxes.of([SQUARE, SQUARE], ["dog", "cup"], [0.9, 0.5])
    result = judged(target, both)
    assert result.outcomes == (Outcome.WRONG_CLASS, Outcome.RIGHT)
    assert result.partners.tolist() == [-1, 0]
    assert judged(target, PredictedBoxes.of([SQUARE], ["dog"], [0.9])).partners.tolist() == [0]


@pytest.mark.parametrize("flag", ["crowd", "difficult"])
def test_boxes_that_need_not_be_found_count_neither_way(flag: str) -> None:
    found = PredictedBoxes.of([SQUARE, SQUARE, (40, 40, 50, 50)], ["cup"] * 3, [0.9, 0.8, 0.7])
    target = GroundTruth.of([SQUARE, (40, 40, 50, 50)], ["cup"] * 2, **{flag: [True, False]})
    result = judged(target, found)
    assert result.outcomes == (Outcome.IGNORED, Outcome.IGNORED, Outcome.RIGHT), "any number may lie on it"
    assert result.missed == ()
    assert judged(target, PredictedBoxes.of([], [], [])).missed == (1,)


def test_a_small_box_inside_a_crowd_is_ignored_and_inside_a_difficult_box_is_not() -> None:
    inside = PredictedBoxes.of([(1, 1, 3, 3)], ["cup"], [0.9])
    crowd = judged(GroundTruth.of([SQUARE], ["cup"], crowd=[True]), inside)
    assert crowd.outcomes == (Outcome.IGNORED,)
    assert crowd.ious.tolist() == [1.0], "COCO measures a crowd by the share of the detection inside it"
    assert judged(GroundTruth.of([SQUARE], ["cup"], difficult=[True]), inside).outcomes == (Outcome.BACKGROUND,)


def test_a_box_to_be_found_goes_before_a_crowd_that_overlaps_more() -> None:
    target = GroundTruth.of([(0, 0, 20, 20), (0, 0, 10, 8)], ["cup", "cup"], crowd=[True, False])
    assert judged(target, PredictedBoxes.of([SQUARE], ["cup"], [0.9])).finders.tolist() == [-1, 0]


def test_only_the_surest_hundred_of_a_class_count() -> None:
    count = MOST_OF_A_CLASS + 3
    found = PredictedBoxes.of([SQUARE] * count, ["cup"] * count, np.linspace(0.1, 0.9, count))
    result = judged(GroundTruth.of([SQUARE], ["cup"]), found)
    assert result.count(Outcome.IGNORED) == 3
    assert [result.outcomes[index] for index in (0, 1, 2)] == [Outcome.IGNORED] * 3, "the least sure"


def test_empty_sides() -> None:
    nothing = judged(GroundTruth.of([], []), PredictedBoxes.of([], [], []))
    assert (nothing.outcomes, nothing.missed) == ((), ())
    assert judged(GroundTruth.of([SQUARE], ["cup"]), PredictedBoxes.of([], [], [])).missed == (0,)
    alone = judged(GroundTruth.of([], []), PredictedBoxes.of([SQUARE], ["cup"], [0.5]))
    assert (alone.outcomes, alone.ious.tolist()) == ((Outcome.BACKGROUND,), [0.0])


def test_the_example_has_the_hits_of_the_lecture() -> None:
    result = match(overlaps(example()), 0.5)
    assert [outcome is Outcome.RIGHT for outcome in result.outcomes] == [True, False, True, True, False, False, True]
    kinds = {Outcome.DUPLICATE, Outcome.BADLY_PLACED, Outcome.BACKGROUND}
    assert kinds < set(result.outcomes), "and one false positive of each kind that one class can have"
    assert result.missed == (3,)


@examples(60, fixed=False)
@given(st.integers(0, 10**6), st.floats(0.05, 0.95), st.booleans())
def test_laws_of_every_matching(seed: int, iou: float, crowds: bool) -> None:
    for picture in images(seed, crowds=crowds):
        measured = overlaps(picture)
        result = match(measured, iou)
        hits = [index for index, outcome in enumerate(result.outcomes) if outcome is Outcome.RIGHT]
        taken = result.partners[hits].tolist()
        assert len(set(taken)) == len(hits), "a gold box is found once"
        assert not picture.target.ignored[taken].any()
        for index, partner in zip(hits, taken, strict=True):
            assert picture.found.labels[index] == picture.target.labels[partner]
            assert measured.ious[index, partner] >= iou
        assert [o is Outcome.RIGHT for o in match(measured, iou, reasons=False).outcomes] == [
            o is Outcome.RIGHT for o in result.outcomes
        ]
        free = list(result.missed)
        assert len(free) + len(hits) == (~picture.target.ignored).sum()
        for index, outcome in enumerate(result.outcomes):
            if outcome.false_positive:
                label = picture.found.labels[index]
                left = [g for g in free if label == picture.target.labels[g] and measured.ious[index, g] >= iou]
                assert left == [], "no missed box lies under a detection of its class: matching is maximal"
