"""The IoU matrix is torchvision's, and its verdicts are those of NMS."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.ops import batched_nms, box_iou, nms

from core.detection.nms.examples import EXAMPLES, Name
from core.detection.nms.matrix import IouMatrix, Verdict, iou_matrix
from core.detection.nms.part import taking_part
from core.detection.results import Candidates
from tests.examples import examples
from tests.synthetic import candidates


def matrix_of(part: Candidates, iou: float, *, class_aware: bool = True) -> IouMatrix:
    kept = part.suppress(iou, 0.0, class_aware=class_aware, limit=len(part))
    return iou_matrix(part, kept, iou, class_aware=class_aware)


@examples(60, fixed=False)
@given(
    count=st.integers(0, 40),
    seed=st.integers(0, 10_000),
    iou=st.integers(0, 100).map(lambda percent: percent / 100),
    class_aware=st.booleans(),
)
def test_laws(count: int, seed: int, iou: float, class_aware: bool) -> None:
    part = taking_part(candidates(count, seed=seed, classes=2), 0.1)
    matrix = matrix_of(part, iou, class_aware=class_aware)
    assert torch.equal(matrix.ious, box_iou(part.network_boxes, part.network_boxes))
    groups = part.labels if class_aware else torch.zeros_like(part.labels)
    run = batched_nms if class_aware else (lambda boxes, scores, _, iou: nms(boxes, scores, iou))
    assert list(matrix.kept) == run(part.network_boxes, part.scores, groups, iou).tolist()
    for by, box in matrix.decided:
        assert part.scores[by] >= part.scores[box], "a suppressor scores at least as high"
        assert by < box
        assert matrix.suppressor[by] < 0, "and is kept"
        assert groups[by] == groups[box]
    for row in range(len(part)):
        for column in range(row + 1, len(part)):
            verdict = matrix.verdict(row, column)
            assert verdict is matrix.verdict(column, row)
            assert (verdict is Verdict.DECIDED) == (matrix.suppressor[column] == row)
            if verdict in (Verdict.FIRST_GONE, Verdict.SECOND_GONE):
                assert -1 < matrix.suppressor[row if verdict is Verdict.FIRST_GONE else column] < column
    assert len(matrix.kept) + len(matrix.decided) == len(matrix) == len(part)


def test_the_best_few_are_decided_as_among_all() -> None:
    everything = taking_part(candidates(200, seed=5), 0.1)
    few = taking_part(everything, 0.0, 30)
    assert matrix_of(few, 0.4).suppressor == matrix_of(everything, 0.4).suppressor[:30]


@pytest.mark.parametrize(
    ("name", "iou", "pair", "verdict"),
    [
        (Name.NOT_MONOTONE, 0.45, (0, 1), Verdict.DECIDED),
        (Name.NOT_MONOTONE, 0.45, (2, 1), Verdict.FIRST_GONE),
        (Name.NOT_MONOTONE, 0.45, (0, 2), Verdict.UNDER),
        (Name.NOT_MONOTONE, 0.3, (0, 3), Verdict.DECIDED),
        (Name.CLASSES, 0.5, (0, 1), Verdict.OTHER_CLASS),
        (Name.CLASSES, 0.5, (1, 3), Verdict.DECIDED),
        (Name.NOT_MONOTONE, 0.1, (2, 3), Verdict.FIRST_GONE),
    ],
)
def test_verdicts(name: Name, iou: float, pair: tuple[int, int], verdict: Verdict) -> None:
    part = EXAMPLES[name].candidates
    assert part is not None
    assert matrix_of(part, iou).verdict(*pair) is verdict


def test_a_box_can_go_before_a_second_one_asks() -> None:
    part = EXAMPLES[Name.CLASSES].candidates
    assert part is not None
    matrix = matrix_of(part, 0.3, class_aware=False)
    assert matrix.kept == (0, 2), "apple and clock"
    assert matrix.verdict(2, 3) is Verdict.SECOND_GONE
