"""NanoDet-g as a module: shapes, the reading of its predictions, and that the weights mean what they should."""

from __future__ import annotations

import pytest
import torch
from torchvision.models.detection.transform import GeneralizedRCNNTransform

from core.models.detectors import DETECTORS, build
from core.models.nanodet import BINS, CLASSES, STRIDES, Body, Head, NanoDet, Neck, decode, distances


def levels(rows: int, columns: int) -> list[torch.Tensor]:
    """Maps of a picture of `rows` x `columns` cells at stride 8, all zero: every distance is equally likely."""
    return [torch.zeros(1, CLASSES + 4 * BINS, rows * 8 // stride, columns * 8 // stride) for stride in STRIDES]


def one_distance(level: torch.Tensor, row: int, column: int, sides: tuple[int, int, int, int]) -> None:
    """Make a cell sure of whole numbers of strides to its left, top, right and bottom."""
    for side, bins in enumerate(sides):
        level[0, CLASSES + side * BINS + bins, row, column] = 60.0


@pytest.mark.parametrize(("height", "width"), [(64, 96), (320, 416), (32, 32)])
def test_every_stage_has_the_shapes_it_says(height: int, width: int) -> None:
    with torch.inference_mode():
        maps = Body()(torch.rand(2, 3, height, width))
        paths = Neck()(maps)
        said = Head()(paths)
    sizes = [(height // stride, width // stride) for stride in STRIDES]
    assert [tuple(level.shape) for level in maps] == [
        (2, channels, *size) for channels, size in zip((128, 256, 512), sizes, strict=True)
    ]
    assert [tuple(level.shape) for level in paths] == [(2, 128, *size) for size in sizes]
    assert [tuple(level.shape) for level in said] == [(2, 124, *size) for size in sizes]


def test_a_distance_is_the_mean_of_its_distribution() -> None:
    level = torch.zeros(1, CLASSES + 4 * BINS, 2, 3)
    assert distances(level)[1] == pytest.approx(torch.full((1, 4, 2, 3), 5.0).numpy())
    level[0, CLASSES + 2 * BINS + 3, 1, 2] = level[0, CLASSES + 2 * BINS + 4, 1, 2] = 60.0  # torn between 3 and 4
    logits, sides = distances(level)
    assert sides[0, :, 1, 2].tolist() == pytest.approx([5, 5, 3.5, 5])
    assert logits.shape == (1, CLASSES, 2, 3)


@pytest.mark.parametrize("number", range(len(STRIDES)))
def test_a_box_lies_around_its_cell(number: int) -> None:
    maps, stride = levels(8, 12), STRIDES[number]
    row, column = 1, 2
    one_distance(maps[number], row, column, (1, 2, 3, 4))
    maps[number][0, 17, row, column] = 5.0
    logits, boxes = decode(maps)
    cells = [level.shape[-2] * level.shape[-1] for level in maps]
    assert logits.shape == (1, sum(cells), CLASSES)
    assert boxes.shape == (1, sum(cells), 4)
    cell = sum(cells[:number]) + row * maps[number].shape[-1] + column
    x, y = (column + 0.5) * stride, (row + 0.5) * stride
    wanted = [x - stride, y - 2 * stride, x + 3 * stride, y + 4 * stride]
    assert boxes[0, cell].tolist() == pytest.approx(wanted)
    assert (logits[0] > 1).nonzero().tolist() == [[cell, 17]]


def test_pictures_of_a_batch_do_not_meet() -> None:
    torch.manual_seed(0)
    network = NanoDet(GeneralizedRCNNTransform(320, 576, [0.0] * 3, [1.0] * 3)).eval()
    pictures = torch.rand(2, 3, 64, 96)
    with torch.inference_mode():
        together = network(pictures)
        for index in range(2):
            alone = network(pictures[index : index + 1])
            for whole, part in zip(together, alone, strict=True):
                assert whole[index].numpy() == pytest.approx(part[0].numpy(), abs=1e-4)


def test_its_weights_are_a_part_of_the_bundled_file() -> None:
    one, two = build(DETECTORS["nanodet_g"]), build(DETECTORS["bundled"])
    theirs = two.backbone.state_dict()
    ours = {name.removeprefix("backbone."): value for name, value in one.state_dict().items()}
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(value, theirs[name]) for name, value in ours.items())
    assert repr(one.transform) == repr(two.transform)
