"""Maps of objectness against the logits they are made of."""

from __future__ import annotations

import pytest
import torch

from core.detection.detector import StagedDetector
from core.detection.inside import Inside
from core.detection.proposing.objectness import Shape, objectness_maps, of_shape, sizes_of


def test_a_cell_shows_the_best_of_its_anchors(insides: dict[str, Inside]) -> None:
    inside = insides["coffee"]
    maps = objectness_maps(inside)
    assert [tuple(found.values.shape) for found in maps] == [(40, 60), (20, 30), (10, 15)]
    for found in maps:
        level = found.level
        for row, column in ((0, 0), (3, 7), (level.shape[0] - 1, level.shape[1] - 1)):
            begin = level.begin + (row * level.shape[1] + column) * len(level.cell)
            of_cell = torch.sigmoid(inside.logits[begin : begin + len(level.cell)])
            assert found.values[row, column] == pytest.approx(float(of_cell.max()))
            assert int(found.best[row, column]) == int(of_cell.argmax())


def test_it_is_what_the_pass_itself_says_of_its_head(detector: StagedDetector, insides: dict[str, Inside]) -> None:
    """The head on the maps that were kept, before anything is put into another order."""
    inside = insides["coffee"]
    with torch.inference_mode():
        logits, _ = detector.model.rpn.head([level[None] for level in inside.features.values()])
    for found, level in zip(objectness_maps(inside), logits, strict=True):  # (1, A, h, w)
        assert torch.allclose(found.values, level[0].sigmoid().amax(0), atol=1e-5)


def test_shapes_part_the_anchors(insides: dict[str, Inside]) -> None:
    inside = insides["motorcycle"]
    every = objectness_maps(inside)
    parts = [objectness_maps(inside, shape) for shape in (Shape.WIDE, Shape.SQUARE, Shape.TALL)]
    for number, found in enumerate(every):
        level = found.level
        masks = torch.stack([of_shape(level, shape) for shape in (Shape.WIDE, Shape.SQUARE, Shape.TALL)])
        assert masks.sum(0).tolist() == [1] * len(level.cell)
        assert masks.sum(1).tolist() == [2, 2, 2]
        together = torch.stack([part[number].values for part in parts]).amax(0)
        assert torch.equal(together, found.values)
        width, height = sizes_of(level)[parts[0][number].best.flatten()].unbind(1)
        assert bool((width > height).all())
