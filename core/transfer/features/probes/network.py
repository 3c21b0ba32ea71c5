"""A linear probe as a network: its weights become the head of the backbone that its features came from."""

from __future__ import annotations

import torch
from torch import nn

from core.errors import UserError
from core.transfer.data.image_set import ImageSet
from core.transfer.features.extract import Features, load
from core.transfer.features.probes.predictors import Linear
from core.transfer.features.probes.probe import Probe
from core.transfer.model.classifier import ModelSpec, Trained


def to_trained(
    probe: Probe, features: Features, images: ImageSet, title: str, model: nn.Module | None = None
) -> Trained:
    """The whole network: pictures in, the probe's logits out.

    Args:
        probe: a linear one.
        features: what it learned from.
        images: their set.
        title: what menus call it.
        model: the backbone with its own head, on the CPU, so that it need not be loaded; the result shares its memory.

    Raises:
        UserError: the probe is no linear one, or the weights cannot be had.
    """
    if not isinstance(probe.predictor, Linear):
        raise UserError(f"{probe.kind} is no layer of a network: choose logistic regression or the linear SVM.")
    backbone = load(features.backbone, trained=features.trained) if model is None else model
    spec = ModelSpec(features.backbone, features.size, (len(images.classes),), features.trained)
    own_head = f"{spec.architecture.head}."
    state = {
        f"backbone.{name}": value for name, value in backbone.state_dict().items() if not name.startswith(own_head)
    }
    state["heads.0.weight"] = torch.from_numpy(probe.predictor.weight).float()
    state["heads.0.bias"] = torch.from_numpy(probe.predictor.bias).float()
    return Trained(title, spec, images.classes, state, images.digest)
