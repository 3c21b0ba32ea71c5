"""Who counts what: operations of single layers and of networks as the tools of the trade count them.

No two tools agree, because none of them says what one operation is. `counted.json` beside this file holds what each
counted, by version (made by `python -m tests.bench.count_tools`); here stands why they differ.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from torch import nn

from core.conv.published import published
from core.models.cost import count

OURS = "multiply-adds"
_FILE = Path(__file__).with_name("counted.json")


@dataclass(frozen=True)
class Tool:
    """A tool, or one of its ways to count.

    Attributes:
        name: key in the file.
        package: whose version it is; "" for this app.
        counts: what it counts as one operation, in words.
    """

    name: str
    package: str
    counts: str


TOOLS = (
    Tool(OURS, "", "The multiply-adds of convolutions and linear layers; biases are left out."),
    Tool("fvcore", "fvcore", "The same, 2 for each number of a batch normalisation, 1 for each into global pooling."),
    Tool(
        "torchinfo",
        "torchinfo",
        "Weights and biases of a convolution once for each output position, those of any other layer once.",
    ),
    Tool(
        "thop",
        "thop",
        "The same as here, and 4 for each number of a batch normalisation, window + 1 for each pooled average. A class "
        "that it does not know, such as timm's own layers, is left out.",
    ),
    Tool(
        "ptflops pytorch",
        "ptflops",
        "Biases too, 2 for each number of a batch normalisation, 1 for each number into an activation or a pooling; "
        "2 where both the module and the function it calls are counted.",
    ),
    Tool("ptflops aten", "ptflops", "Its other way: what torch's own operations multiply and add, with biases."),
)


@dataclass(frozen=True)
class OneLayer:
    """A layer that the tools were given alone.

    Attributes:
        name: key in the file, and what the table shows.
        shape: (C, H, W) of what goes in.
        why: why the tools differ on it, one line.
        build: its modules in a row.
    """

    name: str
    shape: tuple[int, int, int]
    why: str
    build: Callable[[], Sequence[nn.Module]]


_SHAPE = (3, 16, 16)

LAYERS = (
    OneLayer(
        "convolution 3 × 3, 3 to 8, with bias",
        _SHAPE,
        "torchinfo and ptflops add the bias: one for each of the 8 · 16 · 16 outputs.",
        lambda: [nn.Conv2d(3, 8, 3, padding=1)],
    ),
    OneLayer(
        "convolution 3 × 3, stride 2, no bias",
        _SHAPE,
        "All agree: outputs times inputs times window.",
        lambda: [nn.Conv2d(3, 8, 3, stride=2, bias=False)],
    ),
    OneLayer(
        "transposed convolution 2 × 2, stride 2",
        _SHAPE,
        "thop and torchinfo take every weight at every output position: 2 · 2 times too much, since each output has "
        "one weight a channel only; torchinfo and ptflops add the bias.",
        lambda: [nn.ConvTranspose2d(3, 8, 2, 2)],
    ),
    OneLayer(
        "linear, 768 to 10, with bias",
        _SHAPE,
        "torchinfo and ptflops add the 10 biases.",
        lambda: [nn.Flatten(), nn.Linear(768, 10)],
    ),
    OneLayer(
        "batch normalisation",
        _SHAPE,
        "No product of matrices, so 0 here; fvcore and ptflops take 2 for each number, thop 4, torchinfo its 6 weights "
        "and biases once.",
        lambda: [nn.BatchNorm2d(3)],
    ),
    OneLayer(
        "ReLU",
        _SHAPE,
        "ptflops alone counts it, and twice: as a module and as the function that the module calls.",
        lambda: [nn.ReLU()],
    ),
    OneLayer(
        "max pooling 2 × 2",
        _SHAPE,
        "Comparisons are no multiplications; ptflops counts the numbers that go in, twice.",
        lambda: [nn.MaxPool2d(2)],
    ),
    OneLayer(
        "average pooling 2 × 2",
        _SHAPE,
        "thop takes one division for each output; ptflops the numbers that go in, twice.",
        lambda: [nn.AvgPool2d(2)],
    ),
    OneLayer(
        "global average pooling",
        _SHAPE,
        "fvcore takes 1 for each number that goes in, thop one more for each channel, ptflops 2.",
        lambda: [nn.AdaptiveAvgPool2d(1)],
    ),
)


@dataclass(frozen=True)
class Count:
    """What one tool counted.

    Attributes:
        tool: which one.
        version: of its package; "" for this app.
        operations: for one picture.
        more: how many more than the multiply-adds, negative for fewer.
    """

    tool: Tool
    version: str
    operations: int
    more: int


@lru_cache(maxsize=1)
def _content() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return content


def torch_version() -> str:
    """That of torch when the tools counted."""
    return str(_content()["versions"]["torch"])


def of_network(name: str) -> tuple[Count, ...]:
    """What every tool counts for a network of the registry, by its name there; this app counts now."""
    return _counts(_content()["networks"][name], published(name).cost.macs)


@lru_cache(maxsize=len(LAYERS))
def of_layer(layer: OneLayer) -> tuple[Count, ...]:
    """What every tool counts for a layer alone; this app counts once a process."""
    return _counts(_content()["layers"][layer.name], count(nn.Sequential(*layer.build()), layer.shape).macs)


def _counts(found: dict[str, int], ours: int) -> tuple[Count, ...]:
    versions, found = _content()["versions"], {**found, OURS: ours}
    return tuple(
        Count(tool, versions[tool.package] if tool.package else "", found[tool.name], found[tool.name] - ours)
        for tool in TOOLS
    )
