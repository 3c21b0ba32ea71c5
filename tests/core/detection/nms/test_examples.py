"""The examples show what they say, by torchvision's own NMS."""

from __future__ import annotations

from fractions import Fraction

import pytest
import torch
from torchvision.ops import box_iou, nms

from core.detection.nms.curve import KeptCurve, kept_curve
from core.detection.nms.examples import EXAMPLES, Name, made_up
from core.detection.nms.matrix import precision
from core.detection.nms.part import of_classes, taking_part
from core.detection.results import Candidates
from tests.synthetic import candidates


def boxes(name: Name) -> Candidates:
    found = EXAMPLES[name].candidates
    assert found is not None
    return found


def kept(name: Name, iou: float) -> list[int]:
    found = boxes(name)
    by_torchvision = nms(found.boxes, found.scores, iou).tolist()
    assert taking_part(found, 0.0).suppress(iou, 0.0).indices.tolist() == by_torchvision, "boxes come best first"
    return by_torchvision


@pytest.mark.parametrize(
    ("name", "iou", "left"),
    [
        (Name.NOT_MONOTONE, 0.45, [0, 2, 3]),
        (Name.NOT_MONOTONE, 0.52, [0, 1]),
        (Name.NOT_MONOTONE, 0.6, [0, 1, 2, 3]),
        (Name.NOT_NESTED, 0.0, [0, 2]),
        (Name.NOT_NESTED, 0.1, [0, 1]),
        (Name.EQUALITY, 0.2, [0, 2]),
        (Name.EQUALITY, 0.21, [0, 1, 2]),
        (Name.EQUALITY, 0.25, [0, 1, 2, 3]),
        (Name.CLASSES, 0.5, [0, 1, 2]),
    ],
)
def test_each_example_keeps_what_it_says(name: Name, iou: float, left: list[int]) -> None:
    if name is Name.CLASSES:
        assert taking_part(boxes(name), 0.0).suppress(iou, 0.0).indices.tolist() == left
    else:
        assert kept(name, iou) == left


@pytest.mark.parametrize("name", [name for name in Name if EXAMPLES[name].candidates is not None])
def test_examples_are_best_first_and_within_their_frame(name: Name) -> None:
    found, example = boxes(name), EXAMPLES[name]
    assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)
    height, width = found.image_size
    assert (found.boxes >= 0).all()
    assert (found.boxes <= torch.tensor([width, height, width, height])).all()
    assert found.scores.min() > example.score
    assert example.iou != example.beside


def test_the_moved_boxes_are_as_those_of_the_report() -> None:
    """Shifted into a small frame, they overlap as they did where they were reported."""
    reported = torch.tensor([[2748, 618, 2830, 659], [2690, 642, 2749, 681], [2690, 639, 2746, 681]]).float()
    scores = torch.tensor([1, 1, 0.5])
    found = boxes(Name.NOT_NESTED)
    assert torch.equal(box_iou(reported, reported), box_iou(found.boxes, found.boxes))
    assert nms(reported, scores, 0.0).tolist() == [0, 2]
    assert nms(reported, scores, 0.1).tolist() == [0, 1]


def test_float32_drops_what_stays_by_exact_numbers() -> None:
    pair = precision(boxes(Name.EQUALITY), 0, 1, 0.2)
    assert pair.exact == Fraction(1, 5)
    assert pair.single == pytest.approx(0.200000003, abs=1e-10)
    assert pair.single > 0.2
    assert pair.double == 0.2
    assert (pair.stays, pair.stays_single, pair.stays_double) == (True, False, True)


def test_what_float32_can_hold_stays_at_equality() -> None:
    pair = precision(boxes(Name.EQUALITY), 2, 3, 0.25)
    assert pair.exact == Fraction(1, 4)
    assert pair.single == pair.double == 0.25
    assert (pair.stays, pair.stays_single, pair.stays_double) == (True, True, True)
    assert not precision(boxes(Name.EQUALITY), 2, 3, 0.24).stays_single


def test_boxes_that_do_not_meet_have_no_iou() -> None:
    pair = precision(boxes(Name.EQUALITY), 0, 3, 0.0)
    assert pair.exact == 0
    assert pair.stays_single


def test_the_curve_marks_where_it_falls() -> None:
    curve = kept_curve(boxes(Name.NOT_MONOTONE), class_aware=True)
    assert [curve.thresholds[at] for at in curve.falls] == [0.48]
    assert kept_curve(boxes(Name.NOT_NESTED), class_aware=True).falls == ()
    assert KeptCurve((0.0, 0.5, 1.0), (3, 1, 2)).falls == (1,)


@pytest.mark.parametrize("count", [0, 1, 301])
def test_the_curve_of_any_number_of_boxes(count: int) -> None:
    curve = kept_curve(candidates(count), class_aware=True)
    assert curve.thresholds[0] == 0
    assert curve.thresholds[-1] == 1
    assert curve.kept[-1] == count, "no two boxes overlap by more than 1"


def test_taking_part_is_sorted_stable_and_above_the_score() -> None:
    tied = made_up([("a", 0.5, (0, 0, 1, 1)), ("b", 0.9, (0, 0, 2, 1)), ("c", 0.5, (0, 0, 3, 1))], (9, 9))
    part = taking_part(tied, 0.4)
    assert part.names == ("b", "a", "c")
    assert taking_part(tied, 0.5).names == ("b",), "at the threshold is not above it"
    assert taking_part(tied, 0.4, 2).names == ("b", "a")
    few, which = of_classes(part, {"a", "c"})
    assert few.names == ("a", "c")
    assert which == (1, 2)
    assert len(of_classes(part, ())[0]) == 0
