"""A block of a network as a graph of what it computes, for drawing: boxes in rows, branches beside each other.

torch.fx reads the graph off the module's own code (https://docs.pytorch.org/docs/stable/fx.html), so that what is drawn
is what runs. A convolution and the normalisation and activation behind it are one box.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import fx, nn
from torch.fx.passes.shape_prop import ShapeProp
from torch.nn.modules.batchnorm import _BatchNorm

from core.models.walk import Shape, skeleton

NORM = "batch norm"
MAP = 3
"""Dimensions of a map, for one picture."""
JOINS = {"add": "+", "iadd": "+", "cat": "concatenate", "mul": "×", "imul": "×"}
_KEPT = {"relu": "ReLU", "relu_": "ReLU", "relu6": "ReLU6", "silu": "SiLU", "hardtanh": "ReLU6", "sigmoid": "sigmoid"}
_SILENT = ("getattr", "getitem", "size", "contiguous", "dropout", "Identity", "Dropout", "StochasticDepth", "DropPath")


@dataclass(frozen=True)
class Box:
    """One thing that a block does.

    Attributes:
        number: within the block, in the order of execution.
        lines: what it is, a line each ("3 × 3 conv, 64", "stride 2", "batch norm, ReLU").
        join: whether branches meet here.
        shape: of what it gives, for one picture.
        row: 0 for the input; below everything that it takes from.
        column: branches from left to right, from 0; may be between two.
    """

    number: int
    lines: tuple[str, ...]
    join: bool
    shape: Shape
    row: int
    column: float


@dataclass(frozen=True)
class BlockGraph:
    """A block that can be drawn.

    Attributes:
        boxes: in the order of execution; the first is the input.
        arrows: (from, to) numbers of boxes.
    """

    boxes: tuple[Box, ...]
    arrows: tuple[tuple[int, int], ...]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return 1 + max(box.row for box in self.boxes)

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return 1 + int(max(box.column for box in self.boxes))


def block_graph(block: nn.Module, input_shape: Shape) -> BlockGraph:
    """Read the graph off a block.

    Args:
        block: a module that takes one map; it is neither run nor changed.
        input_shape: (C, H, W) of the map.

    While it works no other thread may use a network: torch.fx replaces `nn.Module.__call__` for all.
    """
    network = skeleton(block)
    traced = fx.GraphModule(network, _Tracer().trace(network))
    ShapeProp(traced).propagate(torch.empty(1, *input_shape, device="meta"))
    boxes: list[Box] = []
    arrows: list[tuple[int, int]] = []
    of: dict[fx.Node, int] = {}
    for node in traced.graph.nodes:
        if "tensor_meta" not in node.meta and node.op != "output":  # a size, not a map
            continue
        sources = list(dict.fromkeys(of[one] for one in node.all_input_nodes if one in of))
        lines, join = _lines(traced, node)
        shape = _shape(node)
        if node.op == "placeholder":
            sources = []
        elif node.op == "output" or not sources:
            continue
        elif len(sources) == 1 and (join or not lines):  # changes nothing worth a box
            of[node] = _same_box(boxes, sources[0], shape)
            continue
        elif _joins_the_box_above(lines, join, sources, boxes, arrows):
            above = boxes[sources[0]]
            boxes[above.number] = replace(above, lines=_merged(above.lines, lines), shape=shape)
            of[node] = above.number
            continue
        of[node] = len(boxes)
        arrows += [(source, len(boxes)) for source in sources]
        boxes.append(Box(len(boxes), lines, join, shape, 0, 0.0))
    return _laid_out(boxes, arrows)


def _same_box(boxes: list[Box], number: int, shape: Shape) -> int:
    """A shuffle ends with a view that makes a map of its groups again."""
    if len(boxes[number].shape) > MAP == len(shape):
        boxes[number] = replace(boxes[number], shape=shape)
    return number


def _merged(above: tuple[str, ...], lines: tuple[str, ...]) -> tuple[str, ...]:
    """A normalisation and the activation behind it stand on one line."""
    if above[-1] == NORM:
        return (*above[:-1], ", ".join((NORM, *lines)))
    return (*above, ", ".join(lines))


class _Tracer(fx.Tracer):
    """Takes normalisations of other libraries whole, as torch's own are taken."""

    def is_leaf_module(self, m: nn.Module, module_qualified_name: str) -> bool:
        return isinstance(m, _BatchNorm) or super().is_leaf_module(m, module_qualified_name)


def _lines(traced: fx.GraphModule, node: fx.Node) -> tuple[tuple[str, ...], bool]:
    """What a node does, and whether branches meet there; no line where it changes nothing worth a word."""
    if node.op == "placeholder":
        return ("input",), False
    if node.op == "call_module":
        return _of_module(traced.get_submodule(str(node.target))), False
    name = str(getattr(node.target, "__name__", node.target)).strip("_")
    if name in JOINS:
        return (JOINS[name],), True
    if name in _KEPT:
        return (_KEPT[name],), False
    if name in ("max_pool2d", "avg_pool2d"):
        given = dict(zip(("kernel_size", "stride"), node.args[1:3], strict=False)) | dict(node.kwargs)
        size = given.get("kernel_size", 1)
        return (_pool("max" if name == "max_pool2d" else "average", size, given.get("stride") or size),), False
    if name in ("adaptive_avg_pool2d", "mean"):
        return ("global average pool",), False
    if name in ("chunk", "split"):
        return ("split channels",), False
    if name == "transpose":
        return ("shuffle channels",), False
    return (), False


def _of_module(module: Any) -> tuple[str, ...]:
    name = type(module).__name__
    if isinstance(module, nn.Conv2d):
        kernel = " × ".join(map(str, module.kernel_size))
        depthwise = 1 < module.groups == module.in_channels == module.out_channels
        more = [f"in {module.groups} groups"] if module.groups > 1 and not depthwise else []
        more += [f"stride {module.stride[0]}"] if module.stride[0] > 1 else []
        return (
            f"{kernel} {'depthwise' if depthwise else 'conv'}, {module.out_channels}",
            *filter(None, [", ".join(more)]),
        )
    if isinstance(module, _BatchNorm):
        act = type(getattr(module, "act", nn.Identity())).__name__  # timm's has its activation inside
        return (NORM,) if act == "Identity" else (NORM, act)
    if isinstance(module, nn.MaxPool2d | nn.AvgPool2d):
        kind = "max" if isinstance(module, nn.MaxPool2d) else "average"
        return (_pool(kind, module.kernel_size, module.stride or module.kernel_size),)
    if isinstance(module, nn.AdaptiveAvgPool2d):
        return ("global average pool",)
    if name in _SILENT:
        return ()
    return (name,)


def _pool(kind: str, size: Any, stride: Any) -> str:
    """Its name; both numbers are one for both directions, or a pair."""
    size, stride = (one if isinstance(one, int) else one[0] for one in (size, stride))
    return f"{size} × {size} {kind} pool{f', stride {stride}' if stride > 1 else ''}"


def _joins_the_box_above(
    lines: tuple[str, ...], join: bool, sources: list[int], boxes: list[Box], arrows: list[tuple[int, int]]
) -> bool:
    """Whether a normalisation or an activation goes into the box of the only thing that it follows."""
    if join or len(sources) != 1 or not lines or boxes[sources[0]].lines == ("input",):
        return False
    small = lines[0] == NORM or lines[0] in {*_KEPT.values(), "ReLU", "ReLU6", "SiLU", "Sigmoid"}
    return small and not any(start == sources[0] for start, _ in arrows)


def _shape(node: fx.Node) -> Shape:
    meta = node.meta.get("tensor_meta")
    return () if meta is None or not hasattr(meta, "shape") else tuple(meta.shape[1:])


def _laid_out(boxes: list[Box], arrows: list[tuple[int, int]]) -> BlockGraph:
    """Rows by the longest way from the input, columns by branches: the first continues its source's column."""
    before: dict[int, list[int]] = {box.number: [start for start, end in arrows if end == box.number] for box in boxes}
    after: dict[int, list[int]] = {box.number: [end for start, end in arrows if start == box.number] for box in boxes}
    row: dict[int, int] = {}
    for box in boxes:
        row[box.number] = 1 + max((row[one] for one in before[box.number]), default=-1)
    column: dict[int, float] = {}
    taken: dict[int, set[float]] = {}
    for box in boxes:
        sources = before[box.number]
        if not sources:
            wanted = 0.0
        elif len(sources) > 1:
            wanted = min(column[one] for one in sources)
        else:
            siblings = [one for one in after[sources[0]] if len(before[one]) == 1]
            wanted = column[sources[0]] + siblings.index(box.number)
        while wanted in taken.setdefault(row[box.number], set()):
            wanted += 1
        taken[row[box.number]].add(wanted)
        column[box.number] = wanted
    placed = tuple(replace(box, row=row[box.number], column=column[box.number]) for box in boxes)
    return BlockGraph(placed, tuple(arrows))
