"""Learning rates: one a group, risen and fallen over the phase."""

from __future__ import annotations

import math

import torch

from core.transfer.model.classifier import Classifier
from core.transfer.training.schedule import Phase, Recipe

WARM_UP = 0.3  # share of a phase in which rates rise; this and the next are torch's OneCycleLR's
START = 1 / 25  # of its rate, where it begins
END = START * 1e-4


def cycle(done: float) -> float:
    """The factor of all rates when a share of the phase is done, both in [0, 1]: cosine up, cosine down.

    As torch.optim.lr_scheduler.OneCycleLR, which counts steps; here a phase may also be bounded in seconds.
    """
    done = min(max(done, 0.0), 1.0)
    low, high, share = (START, 1.0, done / WARM_UP) if done < WARM_UP else (END, 1.0, (1 - done) / (1 - WARM_UP))
    return low + (high - low) * (1 - math.cos(math.pi * share)) / 2


def make_optimiser(model: Classifier, phase: Phase, recipe: Recipe) -> torch.optim.Optimizer:
    """An optimiser that is given just the weights that learn, each group with its rate.

    Unfreezing weights without giving them to the optimiser does nothing, so each phase has a new one.
    """
    groups = [
        {"params": parameters, "lr": phase.rates[group], "peak": phase.rates[group]}
        for group, parameters in model.parameters_of().items()
        if phase.trains(group) and parameters
    ]
    if recipe.optimiser == "SGD":
        return torch.optim.SGD(groups, momentum=0.9, nesterov=True, weight_decay=recipe.weight_decay)
    return torch.optim.AdamW(groups, weight_decay=recipe.weight_decay)


def set_rates(optimiser: torch.optim.Optimizer, factor: float) -> None:
    """Give every group its own rate times a factor."""
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * factor
