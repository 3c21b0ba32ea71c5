"""Boxes of a wrong picture beside those of the right one."""

from __future__ import annotations

import torch

from core.detection import Candidates, Detections
from core.detection.faults import compare


def kept(*boxes: tuple[str, float, tuple[float, ...]]) -> Detections:
    """What NMS leaves of boxes that it keeps all."""
    names = tuple(dict.fromkeys(("background", *(name for name, *_ in boxes))))
    corners = torch.tensor([box for *_, box in boxes], dtype=torch.float32).reshape(-1, 4)
    scores = torch.tensor([score for _, score, _ in boxes])
    labels = torch.tensor([names.index(name) for name, *_ in boxes], dtype=torch.int64)
    found = Candidates(names, (99, 99), (99, 99), corners, corners, scores, labels, labels, 0.0, ())
    return found.suppress(1.0, 0.0)


RIGHT = kept(("cat", 0.9, (0, 0, 10, 10)), ("dog", 0.8, (20, 20, 40, 40)), ("cup", 0.5, (60, 60, 70, 70)))


def test_every_kind() -> None:
    wrong = kept(
        ("cat", 0.7, (0, 0, 10, 9)),  # still found
        ("cow", 0.6, (20, 20, 40, 40)),  # another name
        ("cup", 0.4, (64, 60, 74, 70)),  # badly placed: IoU 6/14
        ("bus", 0.3, (80, 80, 90, 90)),  # where nothing is
    )
    found = compare("picture", RIGHT, wrong)
    assert (found.still, found.lost, found.renamed, found.invented) == (1, 2, 1, 2)
    assert (round(found.best_right, 3), round(found.best_wrong, 3)) == (0.9, 0.7)


def test_the_same_boxes_and_none() -> None:
    same = compare("picture", RIGHT, RIGHT)
    assert (same.still, same.lost, same.renamed, same.invented) == (3, 0, 0, 0)
    none = compare("picture", RIGHT, kept())
    assert (none.still, none.lost, none.invented, none.best_wrong) == (0, 3, 0, 0.0)
    from_nothing = compare("picture", kept(), RIGHT)
    assert (from_nothing.still, from_nothing.lost, from_nothing.invented) == (0, 0, 3)
