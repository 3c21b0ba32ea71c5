"""The block that stands for each family: where it is in the slim member, and its graph.

The graphs were read off the modules once and lie beside this file. torch.fx replaces `nn.Module.__call__` for all
threads while it reads one, so that a server, where others use networks meanwhile, must not.
`python -m core.models.cifar10.blocks` reads them anew; a test holds the file to the code.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import cast

import torch
from torch import Tensor, nn

from core.models.block_graph import BlockGraph, Box, block_graph
from core.models.cifar10.members import FAMILIES, League, member
from core.models.cifar10.surgery import SIDE
from core.models.walk import Shape

FILE = Path(__file__).with_name("blocks.json")
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
    """The graph of a family's block with the shapes that it has in the laptop member, from the file."""
    given = json.loads(FILE.read_text(encoding="utf-8"))[family]
    boxes = (Box(**{**box, "lines": tuple(box["lines"]), "shape": tuple(box["shape"])}) for box in given["boxes"])
    return BlockGraph(tuple(boxes), tuple((start, end) for start, end in given["arrows"]))


def traced(family: str) -> BlockGraph:
    """The same, read off the module now; not for a server, see above."""
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


def main() -> None:
    """Write the file."""
    lines = (f"{json.dumps(family)}: {json.dumps(asdict(traced(family)), ensure_ascii=False)}" for family in FAMILIES)
    FILE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
