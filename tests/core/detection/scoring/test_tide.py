"""Kinds of errors and what they cost: two pictures worked out by hand, boundaries, and laws that hold for any boxes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes
from core.detection.scoring.matching import overlaps
from core.detection.scoring.tide import ErrorKind, judge
from core.detection.scoring.tide_oracles import Costs, costs

Box = tuple[float, float, float, float]


def at(x: float, width: float = 100, height: float = 100, y: float = 0) -> Box:
    return x, y, x + width, y + height


def image(target: Sequence[tuple[str, Box]], found: Sequence[tuple[str, Box, float]]) -> EvaluatedImage:
    return EvaluatedImage(
        "made",
        GroundTruth.of([box for _, box in target], [label for label, _ in target]),
        PredictedBoxes.of([box for _, box, _ in found], [label for label, *_ in found], [s for *_, s in found]),
    )


def kinds_of(*images: EvaluatedImage) -> list[tuple[str, int | None, int | None, bool]]:
    judged = judge([overlaps(one) for one in images])
    return [(error.kind.value, error.detection, error.target, error.mends) for error in judged.errors]


def costs_of(*images: EvaluatedImage) -> Costs:
    return costs(judge([overlaps(one) for one in images]))


def by_name(found: Costs) -> dict[str, tuple[int, float]]:
    return {one.name: (one.count, one.cost) for one in (*found.kinds, *found.special)}


ALL_KINDS = image(
    [("cup", at(0)), ("cup", at(200)), ("bowl", at(400)), ("bowl", at(600))],
    [
        ("cup", at(0), 0.9),  # right
        ("cup", at(0, height=90), 0.8),  # IoU .9 with the first cup: Dupe
        ("cup", at(200, height=40), 0.7),  # IoU .4 with the second: Loc
        ("cup", at(400), 0.6),  # IoU 1 with the first bowl: Cls
        ("bowl", at(0, y=300), 0.5),  # nothing there: Bkg
        ("cup", at(400, height=30), 0.4),  # IoU .3 with the first bowl: Both
    ],
)


def test_each_kind_once() -> None:
    assert kinds_of(ALL_KINDS) == [
        ("Dupe", 1, 0, False),
        ("Loc", 2, 1, True),
        ("Cls", 3, 2, True),
        ("Bkg", 4, None, False),
        ("Both", 5, 2, False),
        ("Miss", None, 3, False),
    ]


def test_what_each_kind_costs_by_hand() -> None:
    # cup: ranked 1 0 0 0 0 with two boxes: precision 1 at the 51 recalls 0 to .50, then 0: 51/101
    # bowl: ranked 0 with two boxes: 0. Mean: 51/202
    found = costs_of(ALL_KINDS)
    assert found.ap == pytest.approx(51 / 202)
    costing = by_name(found)
    # Cls: the fourth becomes a bowl, ranked 1 0: 51/101 as well
    assert costing["Cls"] == (1, pytest.approx(51 / 202))
    # Loc: cup 1 0 1 0 0: 51 recalls at 1, the other 50 at 2/3
    assert costing["Loc"] == (1, pytest.approx((50 * 2 / 3) / 202))
    # what is removed or taken out here scored lower than what is right, or leaves a class without a hit
    assert [costing[name] for name in ("Both", "Dupe", "Bkg", "Miss")] == [(1, 0), (1, 0), (1, 0), (1, 0)]
    assert costing["FP"] == (5, 0)
    # FN: one cup is left and found; no bowl is left, and the class leaves the mean
    assert costing["FN"] == (3, pytest.approx(1 - 51 / 202))
    assert found.dearest is not None
    assert found.dearest.name == "Cls"


def test_what_removed_detections_and_missed_boxes_cost_by_hand() -> None:
    found = costs_of(
        image(
            [("cup", at(0)), ("cup", at(200)), ("cup", at(400))],
            [
                ("cup", at(0, y=300), 0.9),  # Bkg
                ("cup", at(0), 0.8),
                ("cup", at(0, height=90), 0.7),  # Dupe
                ("cup", at(200), 0.6),  # and the third is missed
            ],
        )
    )
    # ranked 0 1 0 1 of three: best precision 1/2 at the 67 recalls 0 to .66
    assert found.ap == pytest.approx(33.5 / 101)
    costing = by_name(found)
    # 1 0 1: 34 recalls at 1, 33 at 2/3
    assert costing["Bkg"] == (1, pytest.approx((34 + 22 - 33.5) / 101))
    # 0 1 1: 67 at 2/3
    assert costing["Dupe"] == (1, pytest.approx((67 * 2 / 3 - 33.5) / 101))
    # two boxes: 101 at 1/2
    assert costing["Miss"] == costing["FN"] == (1, pytest.approx(0.5 - 33.5 / 101))
    # 1 1 0 0: 67 at 1
    assert costing["FP"] == (2, pytest.approx(33.5 / 101))
    assert [costing[name] for name in ("Cls", "Loc", "Both")] == [(0, 0)] * 3


@pytest.mark.parametrize(
    ("label", "height", "kind"),
    [
        ("cup", 50, "TP"),  # IoU .5 makes a match
        ("cup", 49, "Loc"),
        ("cup", 10, "Loc"),  # from .1 on
        ("cup", 9, "Bkg"),
        ("bowl", 50, "Cls"),
        ("bowl", 49, "Both"),
        ("bowl", 11, "Both"),
        ("bowl", 10, "Bkg"),  # up to .1
    ],
)
def test_the_thresholds_belong_to_one_side(label: str, height: int, kind: str) -> None:
    errors = kinds_of(image([("cup", at(0))], [(label, at(0, height=height), 0.9)]))
    assert (errors[0][0] if errors else "TP") == kind


def test_of_several_that_would_find_a_box_the_highest_scoring_is_mended() -> None:
    made = image(
        [("cup", at(0))], [("cup", at(0, height=30), 0.3), ("cup", at(0, height=40), 0.8), ("bowl", at(0), 0.5)]
    )
    assert kinds_of(made) == [("Loc", 1, 0, True), ("Cls", 2, 0, False), ("Loc", 0, 0, False)]
    found = by_name(costs_of(made))
    assert found["Loc"] == (2, 1.0), "the better one finds it, and the other goes"
    assert found["Cls"][1] == 0.0, "its box is the other's"
    assert found["Miss"] == (0, 0.0)


def test_a_cls_error_on_a_box_that_is_found_is_removed() -> None:
    made = image([("cup", at(0)), ("cup", at(200))], [("bowl", at(0), 0.95), ("cup", at(0), 0.9)])
    assert kinds_of(made) == [("Cls", 0, 0, False), ("Miss", None, 1, False)]
    assert by_name(costs_of(made))["Cls"] == (1, 0.0), "it counts for bowls, of which there are none"


def test_nothing_is_left_to_find() -> None:
    """One class, one box, nothing found: without it there is no AP, which counts as 1."""
    found = costs_of(image([("cup", at(0))], []))
    assert found.ap == 0
    assert by_name(found)["Miss"] == by_name(found)["FN"] == (1, 1.0)


def test_without_ground_truth_everything_is_background_and_costs_nothing_that_can_be_told() -> None:
    found = costs_of(image([], [("cup", at(0), 0.9)]))
    assert math.isnan(found.ap)
    assert all(math.isnan(one.cost) for one in (*found.kinds, *found.special))
    assert by_name(found)["Bkg"][0] == 1
    assert found.dearest is None
    assert math.isnan(costs_of(image([], [])).ap)


def test_boxes_that_need_not_be_found_and_detections_over_the_limit_are_no_errors() -> None:
    crowd = EvaluatedImage(
        "made",
        GroundTruth.of([at(0), at(300)], ["cup", "cup"], crowd=[True, False]),
        PredictedBoxes.of([at(0, height=60), at(300)], ["cup", "cup"], [0.9, 0.8]),
    )
    assert kinds_of(crowd) == []
    many = image([("cup", at(0))], [("cup", at(0), 0.9), *[("cup", at(500), 0.5)] * 150])
    assert [kind for kind, *_ in kinds_of(many)] == ["Bkg"] * 99, "COCO's 100, one of them right"


def test_equal_scores_count_in_the_order_in_which_they_stand() -> None:
    right, wrong = ("cup", at(0), 0.5), ("cup", at(500), 0.5)
    assert costs_of(image([("cup", at(0))], [right, wrong])).ap == 1.0
    assert costs_of(image([("cup", at(0))], [wrong, right])).ap == 0.5


corner = st.integers(0, 40)
box = st.builds(lambda x, y, w, h: (x, y, x + w, y + h), corner, corner, st.integers(1, 30), st.integers(1, 30))
label = st.sampled_from(["a", "b"])


@given(
    st.lists(st.lists(st.tuples(label, box), max_size=5), min_size=1, max_size=2),
    st.lists(st.lists(st.tuples(label, box, st.floats(0.01, 1)), max_size=8), min_size=2, max_size=2),
)
def test_every_wrong_detection_has_one_kind_and_no_oracle_does_harm(
    targets: list[list[tuple[str, Box]]], found: list[list[tuple[str, Box, float]]]
) -> None:
    images = [image(target, some) for target, some in zip(targets, found, strict=False)]
    judged = judge([overlaps(one) for one in images])
    wrong = [(error.image, error.detection) for error in judged.errors if error.kind is not ErrorKind.MISS]
    assert len(wrong) == len(set(wrong))
    right = sum(int((own.finders >= 0).sum()) for own in judged.matches)
    assert len(wrong) + right == sum(len(one.found) for one in images)
    missed = sum(len(own.missed) for own in judged.matches)
    mended = sum(error.mends for error in judged.errors)
    assert judged.count(ErrorKind.MISS) + mended == missed
    told = costs(judged)
    values = np.array([one.cost for one in (*told.kinds, *told.special)])
    if math.isnan(told.ap):
        assert np.isnan(values).all()
    else:
        assert (values >= 0).all()
        assert (values + told.ap <= 1 + 1e-9).all()
