"""The block that stands for each family: where it is in the slim member, and its graph."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

import torch

from core.models.block_graph import BlockGraph, block_graph
from core.models.cifar10.members import League, member
from core.models.cifar10.surgery import SIDE
from core.models.walk import Shape

BLOCKS: Mapping[str, str] = MappingProxyType(
    {
        "VGG": "features",
        "MobileNet": "features.3",
        "ResNet": "layer2.0",
        "ShuffleNet": "stage2.1",
        "GoogLeNet": "inception3a",
        "Inception-v3": "Mixed_6b",
        "Inception-v4": "features.6",
        "Xception": "block2",
        "ResNeXt": "layer2.0",
        "DenseNet": "features.denseblock2.denselayer1",
        "EfficientNet": "features.3.0",
    }
)
"""Family -> name of the block in its laptop member."""


@cache
def block_of(family: str) -> BlockGraph:
    """The graph of a family's block with the shapes that it has in the laptop member; read once."""
    with torch.device("meta"):
        network = member(family, League.LAPTOP).architecture.build().eval()
    block = network.get_submodule(BLOCKS[family])
    shapes: list[Shape] = []
    block.register_forward_pre_hook(lambda _, inputs: shapes.append(tuple(inputs[0].shape[1:])))
    with torch.no_grad():
        network(torch.empty(1, 3, SIDE, SIDE, device="meta"))
    return block_graph(network.get_submodule(BLOCKS[family]), shapes[0])
