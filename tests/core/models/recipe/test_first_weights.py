"""The weights written down do what their formulas say, and the bundled proposal network is the one written down."""

from __future__ import annotations

import functools
import math
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from safetensors.torch import load_file
from torch import Tensor
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.models.detection.image_list import ImageList

from core.models.card import content
from core.models.nanodet import CLASSES, STRIDES, decode
from core.models.recipe import first_weights, teacher
from core.models.semantic import BELIEF, CHANNELS, LEVELS, PLACE, POOLED, SOME, faster_rcnn, meanings
from core.models.weights import BUNDLED
from tests.examples import examples

ANCHORS = content()["build"]["rpn anchors"]
SHAPES = first_weights.anchor_shapes(ANCHORS)
ROUNDED = 0.035  # torchvision rounds an anchor's sides to whole pixels
GRID = (64, 96)  # height and width of the made-up picture, network pixels


@functools.cache
def written() -> FasterRCNN:
    torch.manual_seed(0)
    model = faster_rcnn(content()["build"])
    first_weights.write_all(model, teacher.nanodet(), ANCHORS)
    return model


def predictions(seed: int, across: float = 1.0) -> list[Tensor]:
    """What a head might say, one (1, 124, h, w) a level."""
    drawn = torch.Generator().manual_seed(seed)
    return [across * torch.randn(1, 124, GRID[0] // s, GRID[1] // s, generator=drawn) for s in STRIDES]


def anchors(model: Any, maps: list[Tensor]) -> list[Tensor]:
    """Per level (h, w, 6, 4)."""
    images = ImageList(torch.empty(1, 3, *GRID), [GRID])
    every = model.rpn.anchor_generator(images, maps)[0]
    counts = [level.shape[-2] * level.shape[-1] * len(SHAPES) for level in maps]
    return [a.view(*m.shape[-2:], len(SHAPES), 4) for a, m in zip(every.split(counts), maps, strict=True)]


def test_the_bundled_proposal_network_and_backbone_are_these() -> None:
    stored = load_file(BUNDLED / "detector.safetensors")
    mine = written().state_dict()
    assert stored.keys() == mine.keys()
    other = [name for name in stored if not torch.equal(stored[name], mine[name].half())]
    assert other
    assert all(name.startswith("roi_heads.") for name in other)


def test_anchors_are_torchvisions_but_for_rounding() -> None:
    for level, stride in zip(anchors(written(), [meanings(p) for p in predictions(0)]), STRIDES, strict=True):
        x1, y1, x2, y2 = (level[0, 0] / stride).unbind(-1)
        for real, mine in (((x2 - x1), [w for w, _ in SHAPES]), ((y2 - y1), [h for _, h in SHAPES])):
            torch.testing.assert_close(real, torch.tensor(mine), rtol=ROUNDED, atol=0)


@examples(20)
@given(seed=st.integers(0, 10_000))
def test_every_anchor_points_at_its_cells_box(seed: int) -> None:
    said = predictions(seed)
    maps = [meanings(level) for level in said]
    model: Any = written()
    with torch.no_grad():
        _, moves = model.rpn.head(maps)
    cells = decode(said)[1][0].split([level.shape[-2] * level.shape[-1] for level in maps])
    for level, move, anchor, boxes in zip(maps, moves, anchors(model, maps), cells, strict=True):
        height, width = level.shape[-2:]
        numbers = move[0].view(len(SHAPES), 4, height, width).permute(2, 3, 0, 1)
        found = model.rpn.box_coder.decode(numbers.reshape(-1, 4), [anchor.reshape(-1, 4)])
        found = found.view(height * width, len(SHAPES), 4)
        square = [i for i, (w, h) in enumerate(SHAPES) if w == h]  # torchvision rounds nothing there
        torch.testing.assert_close(found[:, square], boxes[:, None].expand(-1, len(square), 4), rtol=1e-4, atol=2e-3)
        sides = torch.stack((found[..., 2] - found[..., 0], found[..., 3] - found[..., 1]), -1)
        wanted = torch.stack((boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]), -1)
        torch.testing.assert_close(sides, wanted[:, None].expand_as(sides), rtol=ROUNDED, atol=1e-3)


@examples(20)
@given(seed=st.integers(0, 10_000))
def test_objectness_is_what_the_cell_says_less_the_misfit(seed: int) -> None:
    said = predictions(seed)
    with torch.no_grad():
        objectness, _ = written().rpn.head([meanings(level) for level in said])
    for level, scores in zip(said, objectness, strict=True):
        maps = meanings(level)
        some = level[:, :CLASSES].logsumexp(1)
        for i, (width, height) in enumerate(SHAPES):
            misfit = (maps[:, SOME + 3] - math.log(width)).abs() + (maps[:, SOME + 4] - math.log(height)).abs()
            torch.testing.assert_close(scores[:, i], some - misfit, rtol=1e-4, atol=1e-4)


@examples(40)
@given(logit=st.floats(-20, 20), label=st.integers(0, CLASSES - 1))
def test_a_class_speaks_as_loud_as_its_logit(logit: float, label: int) -> None:
    pooled = torch.full((1, CHANNELS, POOLED, POOLED), -100.0)
    pooled[:, label] = (logit + 4) / 2
    heads: Any = written().roi_heads
    with torch.no_grad():
        scores, _ = heads.box_predictor(heads.box_head(pooled))
    wanted = torch.full((CLASSES + 1,), -first_weights.LOWEST)
    wanted[0], wanted[label + 1] = 0, max(logit, -first_weights.LOWEST)
    torch.testing.assert_close(scores[0], wanted, rtol=1e-4, atol=1e-3)


def believing(box: tuple[float, float, float, float]) -> dict[str, Tensor]:
    """Maps all of whose cells believe in one box (centre x, centre y, width, height; network pixels)."""
    maps = {}
    for level, stride in zip(LEVELS, STRIDES, strict=True):
        rows, columns = torch.meshgrid(torch.arange(256 // stride), torch.arange(256 // stride), indexing="ij")
        x, y, width, height = (number / stride for number in box)
        told = torch.zeros(1, CHANNELS, *rows.shape)
        told[0, BELIEF], told[0, BELIEF + 1] = 2 * (x - columns) / width, 2 * (y - rows) / height
        told[0, BELIEF + 2], told[0, BELIEF + 3] = math.log(width), math.log(height)
        told[0, PLACE], told[0, PLACE + 1] = columns / 10, rows / 10
        maps[level] = told
    return maps


def moved(box: tuple[float, float, float, float], region: Tensor) -> Tensor:
    """Where the head moves a region (4,) for each class, (81, 4)."""
    heads: Any = written().roi_heads
    with torch.no_grad():
        pooled = heads.box_roi_pool(believing(box), [region[None]], [(256, 256)])
        _, moves = heads.box_predictor(heads.box_head(pooled))
        found: Tensor = heads.box_coder.decode(moves, [region[None]])[0]
    return found


SIDE = st.floats(36, 80)


@examples(40)
@given(width=SIDE, height=SIDE, by=st.tuples(st.floats(-12, 12), st.floats(-12, 12)), grow=st.floats(0.7, 1.4))
def test_the_box_move_lands_on_the_believed_box(
    width: float, height: float, by: tuple[float, float], grow: float
) -> None:
    box = (128.0, 128.0, width, height)
    goal = torch.tensor([128 - width / 2, 128 - height / 2, 128 + width / 2, 128 + height / 2])
    shifted = goal + torch.tensor([*by, *by])  # of the same size: lands exactly
    other = 128 + (goal - 128) * grow  # of another size, in the same place: exact but for the logarithm in pieces
    for region in (shifted, other):
        found = moved(box, region)
        torch.testing.assert_close(found, goal.expand_as(found), rtol=0, atol=0.012 * max(width, height))


def test_levels_that_differ_in_strides_cannot_share_one_network() -> None:
    with pytest.raises(ValueError, match="alike in strides"):
        first_weights.anchor_shapes({"sizes": [[32], [64], [64]], "aspect_ratios": [1.0]})
