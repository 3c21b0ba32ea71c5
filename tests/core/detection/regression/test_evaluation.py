"""What is fitted and what is held out, and what a regressor makes of both."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torchvision.ops import box_iou

from core.detection.coding import decode, encode
from core.detection.regression.evaluation import PAPER, STRENGTHS, curve, learn, of_class, paired_iou, split
from core.detection.regression.pairs import Object, Pairs
from core.errors import UserError


def made(picture: str, labels: list[str], seed: int, each: int = 6) -> Pairs:
    """Boxes whose shifts are a linear law of their features."""
    random = np.random.default_rng(seed)
    owners = np.repeat(np.arange(len(labels)), each).astype(np.int64)
    corners = random.uniform(0, 100, (len(labels), 2))
    objects = tuple(
        Object(label, (x, y, x + 50, y + 40)) for label, (x, y) in zip(labels, corners.tolist(), strict=True)
    )
    targets = torch.tensor([one.corners for one in objects], dtype=torch.float32)[torch.from_numpy(owners)]
    features = random.normal(size=(len(owners), 5)).astype(np.float32)
    law = np.random.default_rng(99).normal(size=(5, 4)) * 0.05
    shifts = features @ law
    boxes = decode(targets, torch.from_numpy(-shifts).float())
    return Pairs(
        picture, objects, owners, boxes, targets, encode(boxes, targets).double().numpy(), features, shifts
    )  # fmt: skip


A, B, C = made("a", ["cat", "dog"], 1), made("b", ["dog"], 2), made("c", ["dog", "cup"], 3)


def test_the_paper_s_λ_can_be_chosen() -> None:
    assert PAPER in STRENGTHS
    assert list(STRENGTHS) == sorted(STRENGTHS)


def test_held_out_objects_are_never_fitted() -> None:
    parts = split([A, B, C], C)  # the picture itself is among them
    (part,) = parts.parts
    assert part.objects == (*A.objects, *B.objects)
    assert len(part.boxes) == len(A) + len(B)
    assert not (box_iou(part.targets, C.targets) == 1).any()
    assert parts.held.features.size == 0, "they are not kept twice"
    with pytest.raises(UserError, match="no other picture"):
        split([C], C)


def test_one_regressor_a_class_where_both_sides_have_it() -> None:
    parts = split([A, B], C, by_class=True)
    dog, rest = parts.parts
    assert parts.own == ("dog",)
    assert [one.label for one in dog.objects] == ["dog", "dog"]
    assert dog.rows.tolist() == of_class(C, "dog").tolist() == list(range(6))
    assert rest.label == ""
    assert rest.rows.tolist() == of_class(C, "cup").tolist() == list(range(6, 12))
    assert len(learn(parts, 1.0).held.after) == len(C)
    assert split([made("e", ["bus"], 5)], C, by_class=True).own == ()
    (only,) = split([A, B], made("d", ["dog"], 4), by_class=True).parts
    assert only.label == "dog"


def test_what_each_says_is_what_it_would_say_alone() -> None:
    parts = split([A, B], C, by_class=True)
    (all_classes,) = split([A, B], C).parts
    together, common = learn(parts, 2.0), learn(split([A, B], C), 2.0)
    cups = torch.from_numpy(of_class(C, "cup"))
    assert torch.allclose(together.held.boxes[cups], common.held.boxes[cups])
    assert len(all_classes.boxes) == len(A) + len(B)


def test_a_law_that_holds_for_all_is_found() -> None:
    found = learn(split([A, B], C), 0.01)
    assert found.held.means[1] > 0.97 > found.held.means[0]
    assert found.fitted.means[1] > 0.97
    assert found.network.means[1] > 0.9, "whose deltas are the law itself"


def test_an_endless_λ_moves_all_by_the_mean() -> None:
    found = learn(split([A, B], C), 1e15)
    mean = np.concatenate([A.shifts, B.shifts]).mean(axis=0)
    same = decode(C.boxes, torch.from_numpy(np.tile(mean, (len(C), 1))).float())
    assert torch.allclose(found.held.boxes, same, atol=1e-3)


@pytest.mark.parametrize("strength", [0.0, -1.0, float("nan"), float("inf")])
def test_no_λ_of_nothing(strength: float) -> None:
    with pytest.raises(UserError, match="above 0"):
        learn(split([A, B], C), strength)


def test_the_curve_is_every_λ() -> None:
    parts = split([A, B], C)
    found = curve(parts)
    at = found.strengths.index(PAPER)
    assert found.held[at] == learn(parts, PAPER).held.means[1]
    assert found.best == found.strengths[int(np.argmax(found.held))]
    assert list(found.fitted) == sorted(found.fitted, reverse=True)


def test_paired_iou_is_torchvision_s() -> None:
    random = torch.Generator().manual_seed(0)
    boxes, others = (torch.rand(50, 4, generator=random) * 50 for _ in "ab")
    boxes[:, 2:] += boxes[:, :2]
    others[:, 2:] += others[:, :2]
    np.testing.assert_allclose(paired_iou(boxes, others), box_iou(boxes, others).diagonal().numpy(), atol=1e-6)
