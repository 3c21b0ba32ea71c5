"""The block that stands for each family: where it is in the slim member, and its graph."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import cast

import torch
from torch import Tensor, nn

from core.models.block_graph import BlockGraph, block_graph
from core.models.cifar10.members import League, member
from core.models.cifar10.surgery import SIDE
from core.models.walk import Shape

BLOCKS: Mapping[str, str] = MappingProxyType(
    {
        "VGG": "features[8:15]",
        "MobileNet": "features.3",
        "ResNet": "layer2.0",
        "ShuffleNet": "stage2.1",
        "GoogLeNet": "inception3a",
        "Inception-v3": "Mixed_6b",
        "Inception-v4": "features.6",
        "Xception": "block2",
        "ResNeXt": "layer2.0",
        "DenseNet": "features.denseblock1",
        "EfficientNet": "features.3.0",
    }
)
"""Family -> its block in its laptop member, as Python reaches it: a module, or a slice of a sequence of them."""


@cache
def block_of(family: str) -> BlockGraph:
    """The graph of a family's block with the shapes that it has in the laptop member; read once."""
    with torch.device("meta"):
        network = member(family, League.LAPTOP).architecture.build().eval()
    name, _, span = BLOCKS[family].partition("[")
    block = network.get_submodule(name)
    if span:
        start, end = map(int, span.removesuffix("]").split(":"))
        block = cast(nn.Sequential, block)[start:end]
    shapes: list[Shape] = []
    first = block[0] if isinstance(block, nn.Sequential) else block
    hook = first.register_forward_pre_hook(lambda _, given: shapes.append(_shape(given[0])))
    with torch.no_grad():
        network(torch.empty(1, 3, SIDE, SIDE, device="meta"))
    hook.remove()
    return block_graph(block, shapes[0])


def _shape(x: Tensor) -> Shape:
    return tuple(x.shape[1:])
