"""One way through any network without its numbers: shapes alone, layer by layer."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from core.errors import UserError

Shape = tuple[int, ...]
"""One picture's, without the batch: (C, H, W), or (F,) for a vector."""

Row = TypeVar("Row")


def walk(
    module: nn.Module,
    input_shape: Shape,
    leave: Callable[[str, nn.Module, Tensor, Tensor], Row],
    enter: Callable[[], None] = lambda: None,
    begin: Callable[[Tensor], None] = lambda _: None,
    within: Sequence[AbstractContextManager[Any]] = (),
) -> list[Row]:
    """Send a picture without numbers through a copy of a network and look in at every layer.

    Args:
        module: the network; its copy runs in eval mode on the meta device, so nobody's network is touched.
        input_shape: of one picture, without the batch.
        leave: called after each call of a layer with its name, itself, its first input and its first output, both
            with a batch of one. A layer is a module without children or with parameters of its own.
        enter: called before each.
        begin: called with the picture before all.
        within: contexts in which the network runs, and the copying does not.

    Returns:
        What `leave` gave, in the order in which the layers were entered.

    Raises:
        UserError: the network cannot take this input.
    """
    network, place = skeleton(module), "torch says"
    rows: list[Row | None] = []

    def watch(name: str, layer: nn.Module) -> None:
        slots: list[int] = []

        what = type(layer).__name__ if any(True for _ in layer.children()) else repr(layer)
        what = f"{name} = {what}" if name else what

        def before(_: nn.Module, args: tuple[Any, ...]) -> None:
            nonlocal place
            gets = "".join(f" gets {_words(x.shape[1:])}," for x in args[:1] if isinstance(x, Tensor))
            place = f"{what}{gets} and torch says"
            slots.append(len(rows))
            rows.append(None)
            enter()

        def after(_: nn.Module, args: tuple[Any, ...], out: Any) -> None:
            x, out = (value[0] if isinstance(value, tuple | list) and value else value for value in (args, out))
            if not (isinstance(x, Tensor) and isinstance(out, Tensor)):
                raise UserError(f"{what} cannot be counted: it does not take a tensor and give one.")
            rows[slots.pop()] = leave(name, layer, x, out)

        layer.register_forward_pre_hook(before)
        layer.register_forward_hook(after)

    for name, layer in network.named_modules():
        if not any(True for _ in layer.children()) or any(True for _ in layer.parameters(recurse=False)):
            watch(name, layer)
    try:
        with ExitStack() as stack:
            for context in (torch.no_grad(), *within):
                stack.enter_context(context)
            dtype = next((parameter.dtype for parameter in network.parameters()), None)
            picture = torch.empty(1, *input_shape, dtype=dtype, device="meta")  # (1, C, H, W)
            begin(picture)
            network(picture)
    except UserError:
        raise
    except (RuntimeError, ValueError, TypeError, IndexError, AssertionError, OverflowError) as error:
        reason = " ".join(str(error).split()).rstrip(".").replace(". ", "; ") or type(error).__name__
        raise UserError(f"An input of {_words(input_shape)} does not fit, try another: {place}: {reason}.") from error
    return [row for row in rows if row is not None]


def _words(shape: Shape) -> str:
    return " × ".join(f"{number:,}" for number in shape)


def skeleton(module: nn.Module) -> nn.Module:
    """A copy on the meta device: all of the modules and none of the numbers, so it is cheap to make."""
    memo: dict[int, Any] = {}
    for tensor in (*module.parameters(), *module.buffers()):
        blank = tensor if tensor.is_meta else torch.empty_like(tensor, device="meta")
        memo[id(tensor)] = nn.Parameter(blank, False) if isinstance(tensor, nn.Parameter) else blank
    return copy.deepcopy(module, memo).eval()
