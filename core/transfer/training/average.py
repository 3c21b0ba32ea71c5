"""A moving average of a network's weights while it learns, which is judged in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn


def average_of(model: nn.Module, most: float) -> AveragedModel:
    """The average of a network's weights and of its statistics; its own copy, which begins at the first step.

    Args:
        model: as it begins to learn, on its device.
        most: share of itself that the average keeps at each step, and less of it while it is young.
    """
    return AveragedModel(model, multi_avg_fn=_averaging(most), use_buffers=True)


def _averaging(most: float) -> Callable[[Sequence[Tensor], Sequence[Tensor], Tensor | int], None]:
    """How it takes in the next weights: after n steps it keeps (1 + n) / (10 + n) of itself at most.

    So TensorFlow's ExponentialMovingAverage has it: first weights are drawn at random and should be forgotten soon.
    """

    def take_in(average: Sequence[Tensor], now: Sequence[Tensor], steps: Tensor | int) -> None:
        kept = min(most, (1 + int(steps)) / (10 + int(steps)))
        get_ema_multi_avg_fn(kept)(average, now, steps)  # type: ignore[no-untyped-call]

    return take_in
