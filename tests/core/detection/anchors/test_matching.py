"""What anchors reach, and what becomes of them: as torchvision's own training has it."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from core.detection import StagedDetector
from core.detection.anchors.matching import at_place, match, overlaps
from core.detection.anchors.places import anchors_at, one_level
from core.detection.anchors.reference import RATIOS, SIZES, read
from core.errors import UserError
from core.samples import SAMPLES, ground_truth

LEVEL = one_level((320, 480), 16, read(SIZES, RATIOS).cell())


@pytest.mark.parametrize("name", SAMPLES)
def test_the_models_own_anchors_as_torchvision_assigns_them(
    name: str, detector: StagedDetector, photographs: dict[str, object]
) -> None:
    inside = detector.inside(photographs[name])  # type: ignore[arg-type]
    across, down = inside.scale
    boxes = torch.tensor([box.xyxy for box in ground_truth(SAMPLES[name])])
    objects = boxes / torch.tensor([across, down, across, down])
    anchors = inside.anchors()
    (labels,), (targets,) = detector.model.rpn.assign_targets_to_anchors([anchors], [{"boxes": objects}])
    found = match(overlaps(objects, anchors))
    assert found.positive == int((labels == 1).sum())
    assert found.negative == int((labels == 0).sum())
    assert found.ignored == int((labels == -1).sum())
    assert torch.equal(found.positives, (labels == 1).nonzero().squeeze(1))
    assert torch.equal(objects[found.labels[found.positives]], targets[found.positives])
    matcher = detector.model.rpn.proposal_matcher
    assert (matcher.high_threshold, matcher.low_threshold) == (0.7, 0.3)


def one(objects: Tensor) -> tuple[int, int, int, int]:
    found = match(overlaps(objects, LEVEL.anchors()))
    return found.positive, int(found.forced.sum()), found.negative, found.ignored


def test_an_object_just_like_an_anchor() -> None:
    positive, forced, _, _ = one(torch.tensor([[240 - 64.0, 160 - 64, 240 + 64, 160 + 64]]))
    assert positive > 1, "its neighbours overlap it by 0.7 and more as well"
    assert forced == 0


def test_an_object_that_no_anchor_reaches_has_its_best_one() -> None:
    positive, forced, negative, ignored = one(torch.tensor([[237.0, 157, 243, 163]]))
    assert forced == positive > 0
    assert (negative, ignored) == (LEVEL.end - positive, 0)


def test_an_object_that_fills_the_picture_has_all_that_tie() -> None:
    objects = torch.tensor([[0.0, 0, 480, 320]])
    found = overlaps(objects, LEVEL.anchors())
    matching = match(found)
    ties = int((found.ious[0] == found.best[0]).sum())
    assert matching.of_object(0) == (ties, ties)
    assert ties > 100


def test_without_an_object_all_is_background() -> None:
    assert one(torch.zeros(0, 4)) == (0, 0, LEVEL.end, 0)


def test_the_sum_is_all_anchors_and_thresholds_move_it() -> None:
    found = overlaps(torch.tensor([[100.0, 60, 260, 220], [300, 20, 340, 300]]), LEVEL.anchors())
    last = None
    for positive in (0.3, 0.5, 0.7, 0.9):
        matching = match(found, positive, 0.3)
        assert matching.positive + matching.negative + matching.ignored == LEVEL.end
        assert sum(matching.of_object(number)[0] for number in range(2)) == matching.positive
        assert last is None or matching.positive <= last
        last = matching.positive


def test_a_positive_threshold_below_the_negative_one() -> None:
    with pytest.raises(UserError, match="must not be the smaller"):
        match(overlaps(torch.zeros(0, 4), LEVEL.anchors()), 0.3, 0.5)


def test_the_anchors_of_a_place() -> None:
    objects = torch.tensor([[176.0, 96, 304, 224]])
    anchors = LEVEL.anchors()
    here = at_place(overlaps(objects, anchors), anchors, anchors_at(LEVEL, 10, 15))
    assert here.anchors.shape == (9, 4)
    assert here.best(0) == (4, pytest.approx(1.0)), "128 px, ratio 1"
