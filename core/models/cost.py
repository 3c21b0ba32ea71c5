"""What a network costs for one picture: parameters, shapes and operations, counted on shapes alone.

A copy of the network without numbers runs on torch's `meta` device, so VGG-16 costs no memory and some milliseconds
(https://docs.pytorch.org/docs/stable/meta.html). torch's own FlopCounterMode counts the multiply-adds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import FlopCounterMode

from core.models.walk import Shape, skeleton, walk


class Convention(StrEnum):
    """What is counted as one operation; the tools of the trade disagree."""

    MACS = "macs", "Multiply-adds", "The multiply-adds of convolutions and linear layers, biases not counted."
    FLOPS = "flops", "FLOPs (2 × multiply-adds)", "Each multiply-add as two operations, biases not counted."
    FVCORE = (
        "fvcore",
        "FLOPs as fvcore counts them",
        "A multiply-add as one operation, two more for each number that passes a batch normalisation and one for each "
        "that enters an adaptive average pooling.",
    )
    TORCHINFO = (
        "torchinfo",
        "Mult-adds as torchinfo counts them",
        "Each weight and bias of a convolution once for every output position, those of any other layer once.",
    )

    title: str  # type: ignore[assignment]  # of no use here: the method of that name that str has
    explanation: str

    def __new__(cls, value: str, title: str, explanation: str) -> Convention:
        """A member is its first word and carries the two texts."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.title, member.explanation = title, explanation
        return member


@dataclass(frozen=True)
class LayerCost:
    """One call of a layer: a module without children or with parameters of its own.

    Attributes:
        name: as `named_modules` has it.
        kind: its class, for example "Conv2d".
        input: shape of what goes in, of its first input if there are several.
        output: shape of what comes out.
        params: its own parameters; 0 when it was called before, since they are the same ones.
        macs: its own multiply-adds.
    """

    name: str
    kind: str
    input: Shape
    output: Shape
    params: int
    macs: int


@dataclass(frozen=True)
class Cost:
    """What a network costs for one picture.

    Attributes:
        layers: every call of a layer in the order of execution. A function that a network calls without a module,
            such as an addition, is no layer; what it costs is in the sums.
        params: all of its parameters.
        macs: multiply-adds of convolutions and linear layers (and matrix products).
        fvcore: operations as fvcore 0.1.5 counts them.
        torchinfo: mult-adds as torchinfo 1.8.0 counts them.
    """

    layers: tuple[LayerCost, ...]
    params: int
    macs: int
    fvcore: int
    torchinfo: int

    def operations(self, convention: Convention) -> int:
        """How many operations, as a convention counts them."""
        return {
            Convention.MACS: self.macs,
            Convention.FLOPS: 2 * self.macs,
            Convention.FVCORE: self.fvcore,
            Convention.TORCHINFO: self.torchinfo,
        }[convention]


def count(module: nn.Module, input_shape: Shape = (3, 224, 224)) -> Cost:
    """Count a network's costs for one picture, in eval mode.

    Args:
        module: any network with one tensor as input; it is neither run nor changed.
        input_shape: of one picture, without the batch.

    Raises:
        UserError: the network cannot take this input; the sentence names the layer and gives torch's reason.
    """
    calls: list[_Call] = []  # those that are not over, the innermost last
    seen: set[nn.Module] = set()
    mult_adds = 0

    def enter() -> None:
        calls.append(_Call(counter.get_total_flops()))

    def leave(name: str, layer: nn.Module, x: Tensor, out: Tensor) -> LayerCost:
        nonlocal mult_adds
        mult_adds += _mult_adds(layer, out)
        call = calls.pop()
        total = counter.get_total_flops() - call.before
        if calls:
            calls[-1].inner += total
        params = 0 if layer in seen else sum(parameter.numel() for parameter in layer.parameters(recurse=False))
        seen.add(layer)
        shapes = tuple(x.shape[1:]), tuple(out.shape[1:])
        return LayerCost(name, type(layer).__name__, *shapes, params, (total - call.inner) // 2)

    counter, extra = FlopCounterMode(display=False), _Fvcore()
    counter.mod_tracker = _NoTracker()  # type: ignore[assignment]
    layers = walk(module, input_shape, leave, enter, within=(counter, extra))
    macs = counter.get_total_flops() // 2
    params = sum(parameter.numel() for parameter in module.parameters())
    return Cost(tuple(layers), params, macs, macs + extra.operations, mult_adds)


def macs(module: nn.Module, input_shape: Shape) -> int:
    """Multiply-adds alone for one picture, in eval mode, also of a network with several outputs: a detector's backbone.

    Args:
        module: any network with one tensor as input; it is neither run nor changed.
        input_shape: of one picture, without the batch.
    """
    counter = FlopCounterMode(display=False)
    counter.mod_tracker = _NoTracker()  # type: ignore[assignment]
    network = skeleton(module)
    with torch.no_grad(), counter:
        network(torch.empty(1, *input_shape, device="meta"))
    return counter.get_total_flops() // 2


def _mult_adds(layer: nn.Module, out: Tensor) -> int:
    """One layer as torchinfo counts it: a convolution is told by its class's name, and one with children is none."""
    if any(True for _ in layer.children()):
        return 0
    once = sum(parameter.numel() for name, parameter in layer.named_parameters() if "weight" in name or "bias" in name)
    return once * math.prod(out.shape[2:]) if "Conv" in type(layer).__name__ else once


@dataclass
class _Call:
    """A call under way: FLOPs counted before it, and by layers within it."""

    before: int
    inner: int = 0


class _NoTracker:
    """Stands in for FlopCounterMode's tracker of modules, which hooks into those of all threads: totals need none."""

    parents = ("Global",)

    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


class _Fvcore(TorchFunctionMode):
    """Counts what fvcore counts beside products, whether a module or a function of `torch.nn.functional` does it.

    A number that enters an adaptive average pooling is one operation, one that enters a batch normalisation two, or
    one without weights (fvcore 0.1.5, `fvcore/nn/jit_handles.py`).
    """

    def __init__(self) -> None:
        super().__init__()
        self.operations = 0

    def __torch_function__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Let it run, and count it."""
        each = _FVCORE.get(getattr(func, "__name__", ""))
        if each is not None:
            self.operations += each(*args, **(kwargs or {}))
        return func(*args, **(kwargs or {}))


def _batch_norm(
    input: Tensor,
    running_mean: Tensor | None,  # noqa: ARG001, torch's signature
    running_var: Tensor | None,  # noqa: ARG001
    weight: Tensor | None = None,
    *_: object,
    **__: object,
) -> int:
    return input.numel() * (1 if weight is None else 2)


_FVCORE: dict[str, Callable[..., int]] = {
    "adaptive_avg_pool2d": lambda input, *_, **__: input.numel(),
    "batch_norm": _batch_norm,
}
