"""The second stage on other proposals: with the pass's own it says what the pass said, bit for bit."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from PIL import Image

from core.detection import stages
from core.detection.detector import StagedDetector
from core.detection.heads import run_heads_again
from core.detection.inside import Inside
from core.detection.proposals import Proposals
from core.detection.results import StagedCandidates
from core.samples import SAMPLES
from tests.core.detection.test_inside import CLASSES
from tests.core.detection.test_stages import made_up

SAME = ("proposals", "objectness", "class_scores", "boxes", "network_boxes", "scores", "labels", "sources")


def own(inside: Inside) -> Proposals:
    """The proposals of the pass."""
    found = inside.candidates
    return Proposals(found.proposals, found.objectness, inside.anchor_of, found.pre_nms_proposals, len(found.proposals))


def assert_same(got: StagedCandidates, expected: StagedCandidates) -> None:
    for name in SAME:
        assert torch.equal(getattr(got, name), getattr(expected, name)), name
    assert replace(got, times=()).steps == expected.steps
    assert (got.classes, got.image_size, got.network_size, got.floor) == (
        expected.classes, expected.image_size, expected.network_size, expected.floor,
    )  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_the_pass_s_own_proposals_give_what_the_pass_gave(
    name: str, detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    inside = detector.inside(photographs[name])
    said = run_heads_again(detector.model, inside, own(inside))
    assert torch.equal(said.class_logits, inside.class_logits)
    assert torch.equal(said.box_deltas, inside.box_deltas)
    assert_same(said.candidates, inside.candidates)
    assert [time.stage for time in said.candidates.times] == ["RoIAlign and head", "class boxes"]


def test_the_stages_of_torchvision_s_builder() -> None:
    model, x, _ = made_up(1)
    inside = stages.look_inside(model, x, CLASSES)
    said = run_heads_again(model, inside, own(inside))
    assert torch.equal(said.class_logits, inside.class_logits)
    assert_same(said.candidates, inside.candidates)


def test_other_proposals_are_scored_as_they_were_among_all(
    detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    """A matrix of another height is cut into other pieces, which decides the last digits: hence not bit for bit."""
    inside = detector.inside(photographs["cat"])
    said = run_heads_again(detector.model, inside, own(inside).first(7))
    assert torch.allclose(said.class_logits, inside.class_logits[:7], atol=1e-4)
    assert torch.allclose(said.box_deltas, inside.box_deltas[:7], atol=1e-4)
    assert len(own(inside).first(10_000)) == len(inside.candidates.proposals)


def test_no_proposal_gives_no_candidate(detector: StagedDetector, photographs: dict[str, Image.Image]) -> None:
    inside = detector.inside(photographs["cat"])
    assert len(detector.heads_again(inside, own(inside).first(0))) == 0


def test_maps_that_were_not_kept_are_made_again(
    detector: StagedDetector, photographs: dict[str, Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    image = photographs["coffee"]
    monkeypatch.setattr(stages, "MEGABYTES", 0)
    inside = detector.inside(image, short_side=224)
    assert not inside.features
    again = detector.heads_again(inside, own(inside), image, short_side=224)
    assert_same(again, inside.candidates)
    assert again.times[0].stage == "backbone and feature pyramid"
    with pytest.raises(ValueError, match="run the backbone again"):
        detector.heads_again(inside, own(inside))


def test_where_maps_were_kept_the_backbone_does_not_run(
    detector: StagedDetector, photographs: dict[str, Image.Image], monkeypatch: pytest.MonkeyPatch
) -> None:
    inside = detector.inside(photographs["cat"])

    def no(*_: Any, **__: Any) -> None:
        raise AssertionError("the backbone ran")

    monkeypatch.setattr(detector.model.backbone, "forward", no)
    assert_same(detector.heads_again(inside, own(inside), photographs["cat"]), inside.candidates)
