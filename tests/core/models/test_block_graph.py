"""Blocks as graphs: what runs is what is drawn."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from core.models.block_graph import BlockGraph, block_graph
from core.models.cifar10.blocks import block_of, traced
from core.models.cifar10.members import FAMILIES


class Residual(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(8, 8, 3, padding=1)
        self.bn1 = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 8, 3, padding=1)
        self.relu = nn.ReLU()

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.bn1(self.conv1(x)))
        return self.relu(self.conv2(y) + x)


def said(graph: BlockGraph) -> list[tuple[tuple[str, ...], int]]:
    return [(box.lines, box.row) for box in graph.boxes]


def test_a_residual_block() -> None:
    graph = block_graph(Residual(), (8, 4, 4))
    assert said(graph) == [
        (("input",), 0),
        (("3 × 3 conv, 8", "batch norm, ReLU"), 1),
        (("3 × 3 conv, 8",), 2),
        (("+", "ReLU"), 3),
    ]
    assert graph.arrows == ((0, 1), (1, 2), (2, 3), (0, 3))
    assert graph.boxes[3].join
    assert all(box.shape == (8, 4, 4) for box in graph.boxes)


def test_branches_stand_beside_each_other() -> None:
    class Branches(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.one, self.three = nn.Conv2d(4, 2, 1), nn.Conv2d(4, 6, 3, padding=1, stride=1)

        def forward(self, x: Tensor) -> Tensor:
            return torch.cat([self.one(x), self.three(x), torch.max_pool2d(x, 3, 1, 1)], 1)

    graph = block_graph(Branches(), (4, 5, 5))
    assert [(box.row, box.column) for box in graph.boxes] == [(0, 0), (1, 0), (1, 1), (1, 2), (2, 0)]
    assert graph.boxes[-1].shape == (12, 5, 5)
    assert graph.boxes[-1].lines == ("concatenate",)


def test_a_shuffle_gives_a_map_again() -> None:
    class Shuffle(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            batch, channels, height, width = x.shape
            return (
                x.view(batch, 2, channels // 2, height, width).transpose(1, 2).reshape(batch, channels, height, width)
            )

    graph = block_graph(Shuffle(), (6, 4, 4))
    assert [(box.lines, box.shape) for box in graph.boxes] == [
        (("input",), (6, 4, 4)),
        (("shuffle channels",), (6, 4, 4)),
    ]
    assert graph.arrows == ((0, 1),)


WORDS = {
    "VGG": "3 × 3 conv, 96 | batch norm, ReLU",
    "MobileNet": "3 × 3 depthwise",
    "ResNet": "1 × 1 conv, 32 | stride 2 | batch norm",
    "ShuffleNet": "split channels",
    "GoogLeNet": "3 × 3 max pool",
    "Inception-v3": "1 × 7 conv",
    "Inception-v4": "3 × 3 average pool",
    "Xception": "3 × 3 depthwise",
    "ResNeXt": "in 4 groups, stride 2",
    "DenseNet": "concatenate",
    "EfficientNet": "1 × 1 conv, 96 | Sigmoid",
}


@pytest.mark.parametrize("family", FAMILIES)
def test_the_block_of_a_family_is_what_its_paper_is_known_for(family: str) -> None:
    graph = block_of(family)
    assert graph == traced(family), "python -m core.models.cifar10.blocks writes the file anew"
    assert WORDS[family] in "; ".join(" | ".join(box.lines) for box in graph.boxes)
    places = [(box.row, box.column) for box in graph.boxes]
    assert len(places) == len(set(places)), "no box covers another"
    assert all(graph.boxes[start].row < graph.boxes[end].row for start, end in graph.arrows)
    reached = {0}
    for start, end in graph.arrows:
        assert start in reached
        reached.add(end)
    assert reached == {box.number for box in graph.boxes}, "every box has a way from the input"
    joins = [sum(1 for _, end in graph.arrows if end == box.number) for box in graph.boxes if box.join]
    assert all(ways > 1 for ways in joins)
