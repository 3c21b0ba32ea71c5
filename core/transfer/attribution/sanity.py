"""Does a map depend on what was learned? The same map of the same network with random weights.

https://arxiv.org/abs/1810.03292: a map that stays as it was when the weights are random shows the picture's edges and
not the network's reasons. The paper compares by rank correlation, as is done here.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any

import numpy as np
import torch
from scipy.stats import spearmanr

from core.transfer.attribution.heat import Heat
from core.transfer.model.classifier import Classifier, Trained, build


class Randomised(StrEnum):
    """Which weights are random."""

    HEAD = "head random"
    ALL = "all random"


def randomised(trained: Trained, which: Randomised, seed: int = 0) -> Classifier:
    """The network with newly drawn weights, in eval mode on the CPU; the caller's own.

    Args:
        trained: what was learned.
        which: heads and neck, or all of it with the statistics of batch normalisation.
        seed: of the weights.
    """
    if which is Randomised.ALL:
        return build(replace(trained.spec, trained=False), seed)
    with torch.random.fork_rng(devices=[]):
        model = trained.model()
        torch.manual_seed(seed)
        for part in (model.neck, model.heads):
            for module in part.modules():
                draw: Any = getattr(module, "reset_parameters", None)
                if draw is not None:
                    draw()
    return model


def similarity(one: Heat, other: Heat) -> float | None:
    """Spearman's rank correlation of two maps of one shape; None where one is the same everywhere.

    1: the same order of places. About 0: nothing in common. -1: the opposite order.
    """
    if one.empty or other.empty:
        return None
    correlation = spearmanr(one.values.ravel(), other.values.ravel()).statistic
    return float(np.clip(correlation, -1, 1))
