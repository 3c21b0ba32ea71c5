"""Blocks as graphs: what runs is what is drawn."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from core.models.block_graph import BlockGraph, block_graph
from core.models.cifar10.members import FAMILIES, League, member


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
        (("3 × 3 conv, 8", "batch norm", "ReLU"), 1),
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


BLOCKS = {
    "MobileNet": ("features.3", "depthwise"),
    "ResNet": ("layer2.0", "+"),
    "ShuffleNet": ("stage2.1", "shuffle"),
    "GoogLeNet": ("inception3a", "concatenate"),
    "Inception-v3": ("Mixed_5b", "concatenate"),
    "Inception-v4": ("features.6", "concatenate"),
    "Xception": ("block2", "depthwise"),
    "ResNeXt": ("layer2.0", "groups"),
    "DenseNet": ("features.denseblock2.denselayer1", "conv"),
    "EfficientNet": ("features.3.0", "×"),
}


@pytest.mark.parametrize("family", BLOCKS)
def test_blocks_of_the_families_can_be_drawn(family: str) -> None:
    assert family in FAMILIES
    with torch.device("meta"):
        network = member(family, League.LAPTOP).architecture.build()
    name, word = BLOCKS[family]
    block = network.get_submodule(name)
    seen: list[tuple[int, ...]] = []
    block.register_forward_pre_hook(lambda _, inputs: seen.append(tuple(inputs[0].shape[1:])))
    network.eval()(torch.empty(1, 3, 32, 32, device="meta"))
    block._forward_pre_hooks.clear()
    graph = block_graph(block, seen[0])
    words = " ".join(line for box in graph.boxes for line in box.lines)
    assert word in words
    places = [(box.row, box.column) for box in graph.boxes]
    assert len(places) == len(set(places)), "no box covers another"
    for start, end in graph.arrows:
        assert graph.boxes[start].row < graph.boxes[end].row
