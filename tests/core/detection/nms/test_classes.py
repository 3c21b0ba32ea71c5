"""Four kinds of NMS on the same boxes."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.ops import batched_nms, nms

from core.detection.nms.classes import Kind, Outcome, outcomes
from core.detection.nms.examples import EXAMPLES, Name
from core.detection.nms.part import taking_part
from core.detection.results import Candidates
from tests.examples import examples
from tests.synthetic import candidates

FRUIT = ("apple", "orange")


def of(part: Candidates, iou: float, chosen: tuple[str, ...]) -> dict[Kind, Outcome]:
    return {outcome.kind: outcome for outcome in outcomes(part, iou, chosen)}


def test_the_example_tells_all_four_apart() -> None:
    part = EXAMPLES[Name.CLASSES].candidates
    assert part is not None
    found = of(part, 0.5, FRUIT)
    assert {kind: outcome.kept for kind, outcome in found.items()} == {
        Kind.AWARE: (0, 1, 2),
        Kind.AGNOSTIC: (0, 2),
        Kind.AMONG: (0, 2, 3),
        Kind.FIRST: (0, 3),
    }
    assert found[Kind.FIRST].absent == (2,)
    assert found[Kind.AGNOSTIC].suppressor == (-1, 0, -1, 2)
    assert found[Kind.FIRST].suppressor == (-1, 0, -1, -1)


@examples(40, fixed=False)
@given(
    count=st.integers(0, 50),
    seed=st.integers(0, 10_000),
    iou=st.integers(0, 100).map(lambda percent: percent / 100),
    chosen=st.sets(st.sampled_from(["class 1", "class 2", "class 3", "no such class"])),
)
def test_laws(count: int, seed: int, iou: float, chosen: set[str]) -> None:
    part = taking_part(candidates(count, seed=seed, classes=3), 0.1)
    found = of(part, iou, tuple(chosen))
    boxes, scores, labels = part.network_boxes, part.scores, part.labels
    assert list(found[Kind.AWARE].kept) == batched_nms(boxes, scores, labels, iou).tolist()
    one = torch.zeros_like(labels)
    assert list(found[Kind.AGNOSTIC].kept) == batched_nms(boxes, scores, one, iou).tolist()
    ours = [box for box, name in enumerate(part.names) if name in chosen]
    alone = nms(boxes[ours], scores[ours], iou).tolist()
    assert list(found[Kind.FIRST].kept) == [ours[box] for box in alone]
    among = found[Kind.AMONG].kept
    assert [box for box in among if part.names[box] in chosen] == [ours[box] for box in alone]
    rest = [box for box in found[Kind.AWARE].kept if part.names[box] not in chosen]
    assert [box for box in among if part.names[box] not in chosen] == rest
    for outcome in found.values():
        assert len(outcome.kept) + sum(by >= 0 for by in outcome.suppressor) + len(outcome.absent) == len(part)


@pytest.mark.parametrize("chosen", [(), ("unicorn",)])
def test_nobody_chosen_and_nobody_there(chosen: tuple[str, ...]) -> None:
    part = EXAMPLES[Name.CLASSES].candidates
    assert part is not None
    found = of(part, 0.5, chosen)
    assert found[Kind.AMONG].kept == found[Kind.AWARE].kept
    assert found[Kind.FIRST].kept == ()
    assert found[Kind.FIRST].absent == (0, 1, 2, 3)
