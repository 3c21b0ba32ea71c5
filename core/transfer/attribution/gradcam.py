"""Grad-CAM: the maps of one layer, added up by how much the class would gain from more of each.

https://arxiv.org/abs/1610.02391, equations 1 and 2, for a class c and the K maps A_k of a layer with Z cells:

    alpha_k = 1/Z sum_ij dy_c / dA_k,ij        L = ReLU(sum_k alpha_k A_k)

by captum's `LayerGradCam` (https://captum.ai/api/layer.html#gradcam).
"""

from __future__ import annotations

import numpy as np
import torch
from captum.attr import LayerGradCam
from torch import Tensor

from core.device import device_lock, synchronize
from core.transfer.attribution.heat import ClassActivation, Method, Term, check_target
from core.transfer.attribution.layers import Layer, layers
from core.transfer.model.classifier import Classifier
from core.transfer.model.inputs import to_input

TERMS = 3
"""Channels that are named at the strongest cell."""


def grad_cam(model: Classifier, picture: Tensor, target: int, layer: Layer | None = None) -> ClassActivation:
    """One forward and one backward pass.

    Args:
        model: in eval mode, the caller's own: for a moment it has hooks. What is frozen stays frozen; its weights
            and their gradients are not touched.
        picture: (3, S, S) uint8.
        target: index of the class to explain.
        layer: of `layers(model)`; None: the last.

    Raises:
        UserError: there is no such class, or the picture's size leaves no map.
    """
    check_target(model, target)
    layer = layers(model)[-1] if layer is None else layer
    device = next(model.parameters()).device
    said: list[Tensor] = []

    def answer(x: Tensor) -> Tensor:
        logits: Tensor = model(x)
        said.append(logits.detach())
        return logits

    with device_lock, torch.enable_grad():
        x = to_input(picture[None].to(device), model.spec.architecture, model.spec.size)
        x.requires_grad_(True)  # in a network that is frozen from end to end nothing else does, and nothing would flow
        method = LayerGradCam(answer, model.backbone.get_submodule(layer.module))
        terms = method.attribute(x, target, attr_dim_summation=False)  # (1, K, h, w) alpha_k A_k
        synchronize(device)
    parts = terms[0].detach().float().cpu().numpy()
    logits = said[0][0].float().cpu()
    raw = parts.sum(axis=0)
    values = np.maximum(raw, 0).astype(np.float32)
    row, column = np.unravel_index(int(values.argmax()), values.shape)
    there = parts[:, row, column]
    most = np.argsort(-np.abs(there), kind="stable")[:TERMS]
    return ClassActivation(
        method=Method.GRAD_CAM,
        target=target,
        probability=float(logits.softmax(0)[target]),
        values=values,
        size=model.spec.size,
        layer=layer.name,
        logit=float(logits[target]),
        channels=len(parts),
        largest=tuple(Term(channel, float(there[channel])) for channel in most.tolist()),
        total=float(raw[row, column]),
    )
