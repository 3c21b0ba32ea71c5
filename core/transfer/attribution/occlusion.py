"""Occlusion: cover a square of the picture, ask again, and see how much of the probability is gone.

https://arxiv.org/abs/1311.2901, section 4.2, by captum's `Occlusion` (https://captum.ai/api/occlusion.html), several
windows a pass.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from captum.attr import Occlusion
from torch import Tensor

from core.device import device_lock, synchronize
from core.errors import UserError
from core.jobs import Report
from core.transfer.attribution.heat import Covered, Method, check_target
from core.transfer.model.classifier import Classifier
from core.transfer.model.inputs import to_input

GREY = 128
MOST_WINDOWS = 1_024
"""At the most: about ten seconds of EfficientNet-Lite0 at 128 pixels on two cores."""

_BATCH_PIXELS = 2**18
"""Of all pictures in one pass: a fraction of a second, so that nobody waits long for the device."""


def windows(size: int, window: int, stride: int) -> int:
    """How many places a window has along one side; the last may reach over the edge, where it is cut.

    Raises:
        UserError: the window does not fit, leaves gaps, or there are too many places.
    """
    if not 1 <= window <= size:
        raise UserError(f"The window has {window} pixels a side, the picture {size}: choose one that fits.")
    if not 1 <= stride <= window:
        raise UserError(f"A step of {stride} pixels with a window of {window} leaves gaps: choose a smaller step.")
    places = math.ceil((size - window) / stride) + 1
    if places**2 > MOST_WINDOWS:
        raise UserError(
            f"These are {places**2:,} windows; at most {MOST_WINDOWS:,} are tried: choose a larger window or step."
        )
    return places


def _silent(_fraction: float, _text: str) -> None:
    """Nobody watches."""


def occlusion(
    model: Classifier,
    picture: Tensor,
    target: int,
    window: int,
    stride: int,
    grey: int = GREY,
    *,
    report: Report = _silent,
    batch: int | None = None,
) -> Covered:
    """One forward pass a window.

    Args:
        model: in eval mode; only read.
        picture: (3, S, S) uint8.
        target: index of the class to explain.
        window: side of the square, in pixels of what the network sees.
        stride: from one place to the next, likewise.
        grey: what the square is filled with, 0 to 255.
        report: told after every batch; raises to stop.
        batch: windows a pass; None: as many as make a fraction of a second.

    Raises:
        UserError: there is no such class, or no such windows.
    """
    check_target(model, target)
    size, device = model.spec.size, next(model.parameters()).device
    places = windows(size, window, stride)
    if not 0 <= grey <= 255:
        raise UserError(f"The grey {grey} is not possible: choose one from 0 (black) to 255 (white).")
    architecture = model.spec.architecture
    x = to_input(picture[None].to(device), architecture, size)
    cover = to_input(torch.full((1, 3, size, size), grey, dtype=torch.uint8, device=device), architecture, size)
    answers: list[Tensor] = []  # the first for the picture as it is

    def answer(batch: Tensor) -> Tensor:
        with device_lock:  # a batch at a time: between two of them others have their turn
            logits: Tensor = model(batch.contiguous(memory_format=torch.channels_last))
            said = logits.softmax(1)[:, target].float()
            synchronize(device)
        answers.append(said.cpu())
        done = sum(map(len, answers)) - 1
        report(done / places**2, f"{done:,} of {places**2:,} windows")
        return said

    values = Occlusion(answer).attribute(
        x,
        sliding_window_shapes=(3, window, window),
        strides=(3, stride, stride),
        baselines=cover,
        perturbations_per_eval=batch or max(1, _BATCH_PIXELS // size**2),
    )  # (1, 3, S, S), all channels alike as they are covered together
    uncovered, covered = answers[0][0], torch.cat(answers[1:])
    changes = (uncovered - covered).view(places, places).T  # captum goes down the columns
    return Covered(
        method=Method.OCCLUSION,
        target=target,
        probability=float(uncovered),
        values=values[0, 0].detach().float().cpu().numpy().astype(np.float32),
        size=size,
        layer="",
        window=window,
        stride=stride,
        grey=grey,
        changes=changes.numpy().astype(np.float32),
    )
