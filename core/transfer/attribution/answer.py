"""What a network says of one picture."""

from __future__ import annotations

import torch
from torch import Tensor

from core.device import device_lock
from core.transfer.attribution.heat import Map
from core.transfer.model.classifier import Classifier
from core.transfer.model.inputs import to_input


def probabilities(model: Classifier, picture: Tensor) -> Map:
    """(C,) softmax of the first head.

    Args:
        model: in eval mode; only read.
        picture: (3, S, S) uint8.
    """
    device = next(model.parameters()).device
    with device_lock, torch.no_grad():
        logits = model(to_input(picture[None].to(device), model.spec.architecture, model.spec.size))
        said: Map = logits[0].softmax(0).float().cpu().numpy()
    return said
