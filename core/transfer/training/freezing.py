"""What "frozen" takes: no gradient for the weights, and no training mode for the modules that hold them."""

from __future__ import annotations

from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from core.errors import UserError
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


LARGEST_STEP = 1_700_000
"""Pixels that go through a backbone that learns in one step at most: 33 pictures of 224 px, or 184 of 96 px.

All that its layers make of them is kept for the gradients: about 1.6 kB a pixel in EfficientNet-Lite0, so 2.7 GB.
"""


def check_step(size: int, phase: Phase) -> None:
    """Refuse steps that would take more memory, and the device for longer, than one visitor may.

    Args:
        size: side of what the network sees, pixels.
        phase: where nothing of the backbone learns, nothing is kept and any step may be made.

    Raises:
        UserError: too many pictures a step.
    """
    learns = any(phase.trains(group) for group in phase.rates if group not in (NECK, HEADS))
    most = LARGEST_STEP // (size * size)
    if learns and phase.epochs > 0 and phase.batch > most:
        raise UserError(
            f'Phase "{phase.name}" trains parts of the backbone on {phase.batch} pictures of {size} px a step, and '
            f"{most} are the most that fit into memory here: choose a smaller batch or a smaller size."
        )


def backbone_rests(phase: Phase) -> bool:
    """Whether nothing of the backbone changes, so that each picture need go through it but once."""
    trained = {group for group, rate in phase.rates.items() if rate > 0}
    return trained <= {NECK, HEADS} and phase.statistics is not Statistics.MOVING
