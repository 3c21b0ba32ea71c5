"""The replay of NMS against the record it is made from."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torchvision.ops import box_iou

from core.detection import Candidates, NmsStatus
from core.detection.rounds import overlap, rounds
from tests.examples import examples
from tests.synthetic import candidates as synthetic


@examples(30, fixed=False)
@given(count=st.integers(0, 120), seed=st.integers(0, 1000), iou=st.floats(0, 1), limit=st.integers(0, 5))
def test_rounds_replay_the_run(count: int, seed: int, iou: float, limit: int) -> None:
    candidates = synthetic(count, seed=seed)
    result = candidates.suppress(iou, 0.3, limit=limit)
    start, *turns = rounds(candidates, result)
    taking_part = [index for index, status in enumerate(result.statuses) if status is not NmsStatus.BELOW_SCORE]
    assert sorted(start.waiting) == taking_part
    assert [turn.winner for turn in turns][:limit] == result.indices.tolist()
    gone = 0
    for number, turn in enumerate(turns):
        gone += 1 + len(turn.victims)
        assert len(turn.waiting) == len(taking_part) - gone
        assert turn.kept == tuple(past.winner for past in turns[:number])
        assert all(result.suppressed_by[victim] == turn.winner for victim in turn.victims)
    if turns:
        assert turns[-1].waiting == ()


def test_overlap_equals_torchvision() -> None:
    candidates = synthetic(30, seed=5)
    expected = box_iou(candidates.boxes.double(), candidates.boxes.double())
    for first in range(0, 30, 3):
        for second in range(30):
            got = overlap(candidates, first, second)
            assert got.iou == pytest.approx(float(expected[first, second]), abs=1e-9)
            assert got.iou == pytest.approx(got.intersection / got.union)


def test_network_and_image_pixels_have_the_same_iou(found: dict[str, Candidates]) -> None:
    candidates = found["motorcycle"]
    result = candidates.suppress(0.5, 0.3)
    lost = (result.suppressed_by >= 0).nonzero().squeeze(1).tolist()
    for index in lost:
        both = overlap(candidates, index, int(result.suppressed_by[index]))
        assert both.iou == pytest.approx(float(result.suppressed_iou[index]), abs=1e-4)
