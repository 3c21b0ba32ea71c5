"""What "frozen" takes: no gradient for the weights, and no training mode for the modules that hold them."""

from __future__ import annotations

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from core.transfer.model.classifier import Classifier
from core.transfer.model.groups import HEADS, NECK
from core.transfer.training.schedule import Phase, Statistics


def is_norm(module: nn.Module) -> bool:
    """Whether a module keeps running means and variances."""
    return isinstance(module, _BatchNorm) and module.track_running_stats


def set_gradients(model: Classifier, phase: Phase) -> None:
    """Weights learn in the groups that the phase has a rate for, and nowhere else. Writes to the model."""
    for group, parameters in model.parameters_of().items():
        for parameter in parameters:
            parameter.requires_grad_(phase.trains(group))
            parameter.grad = None


def set_modes(model: Classifier, phase: Phase) -> None:
    """Training mode where the phase wants it. To be called before every step, since looking at pictures ends it.

    `requires_grad = False` alone is not frozen: in training mode batch normalisation goes on moving its means and
    variances, and dropout goes on dropping (https://docs.pytorch.org/docs/stable/generated/torch.nn.BatchNorm2d.html).
    """
    if phase.statistics is Statistics.MOVING:
        model.train()
        return
    model.eval()
    for group, modules in model.modules_of().items():
        if phase.trains(group):
            for module in modules:
                module.train()
    if phase.statistics is Statistics.FROZEN:
        for module in model.modules():
            if is_norm(module):
                module.eval()


def backbone_rests(phase: Phase) -> bool:
    """Whether nothing of the backbone changes, so that each picture need go through it but once."""
    trained = {group for group, rate in phase.rates.items() if rate > 0}
    return trained <= {NECK, HEADS} and phase.statistics is not Statistics.MOVING
