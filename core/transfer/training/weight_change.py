"""Weight change of every layer since training began, and whether it stayed frozen bit by bit."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

import torch
from torch import Tensor, nn

from core.transfer.model.classifier import Classifier
from core.transfer.training.freezing import is_norm
from core.transfer.training.run import LayerChange

State = Mapping[str, Tensor]


def snapshot(model: nn.Module) -> dict[str, Tensor]:
    """A copy of all weights and statistics on the CPU, by name."""
    return {name: value.detach().to("cpu", copy=True) for name, value in model.state_dict().items()}


def weight_change(model: Classifier, start: State, trained: Collection[str]) -> tuple[LayerChange, ...]:
    """The weight change of each layer of a network since it began.

    Args:
        model: as it is now; only read.
        start: its `snapshot` at the beginning.
        trained: names of the groups that learned at any time.

    Returns:
        One entry a layer that has weights or statistics, in forward order as far as the modules are listed so.
    """
    now = {name: value.detach().cpu() for name, value in model.state_dict().items()}
    group_of = {
        module: group for group, roots in model.modules_of().items() for root in roots for module in root.modules()
    }
    rows = []
    for name, module in model.named_modules():
        weights = [f"{name}.{key}" for key, _ in module.named_parameters(recurse=False)]
        kept = [f"{name}.{key}" for key in ("running_mean", "running_var")] if is_norm(module) else []
        if not (weights or kept):
            continue
        everything = [*weights, *(f"{name}.{key}" for key, _ in module.named_buffers(recurse=False))]
        group = group_of[module]
        rows.append(
            LayerChange(
                name=name,
                group=group,
                kind=type(module).__name__,
                weights=sum(now[key].numel() for key in weights),
                moved=_relative_change(weights, start, now),
                statistics=sum(now[key].numel() for key in kept),
                drifted=_relative_change(kept, start, now),
                identical=all(torch.equal(start[key], now[key]) for key in everything),
                trained=group in trained,
            )
        )
    return tuple(rows)


def _relative_change(keys: list[str], start: State, now: State) -> float:
    """||now - start|| / ||start|| over several tensors taken as one; exactly 0 where all are bit-identical."""
    if all(torch.equal(start[key], now[key]) for key in keys):
        return 0.0
    # a layer of VGG's has 100 million weights: no copies of them in double precision
    difference = math.hypot(*(_length(now[key] - start[key]) for key in keys))
    length = math.hypot(*(_length(start[key]) for key in keys))
    return difference / length if length else math.inf


def _length(values: Tensor) -> float:
    """Euclidean norm, summed in double precision."""
    return float(torch.linalg.vector_norm(values, dtype=torch.float64))
