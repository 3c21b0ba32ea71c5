"""Narrower and shallower copies of networks whose library has no argument for it (GoogLeNet, the Inceptions, Xception).

The rule: every convolution keeps its kernel, stride and padding, and its number of filters times `width`, rounded to
a multiple of four (of eight where depthwise convolutions are); every layer then takes as many channels as in fact
arrive. Blocks that are left out become `nn.Identity`. At width 1 the network is the library's, weight by weight.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from core.models.walk import Shape

MULTIPLE = 4
"""Filters come in fours, so that narrow branches are not rounded away."""


def scaled(filters: int, width: float, multiple: int = MULTIPLE) -> int:
    """Filters of a convolution in a network of this width, one group of so many at least."""
    return max(multiple, round(filters * width / multiple) * multiple) if width != 1 else filters


def left_out(network: nn.Module, blocks: Iterable[str]) -> nn.Module:
    """Take blocks out of a network, which is changed; its later layers still want what those gave, see `narrow`."""
    for block in blocks:
        network.set_submodule(block, nn.Identity())
    return network


def narrow(
    network: nn.Module, width: float, input_shape: Shape = (3, 32, 32), *, multiple: int = MULTIPLE
) -> nn.Module:
    """A network with `width` times the filters in every convolution, and first weights of its own.

    One picture without content goes through, and each layer is made anew when it arrives there: that way also
    branches that are put together, or blocks that were left out, give the next layer what it wants.

    Args:
        network: of `Conv2d`, `BatchNorm2d` (or timm's with an activation) and `Linear`; it is not changed. Layers of
            its head keep their outputs.
        width: 1 keeps every number of filters.
        input_shape: (C, H, W) of a picture that it takes.
        multiple: what numbers of filters are rounded to. Depthwise convolutions want eights: with fours torch 2.14 on
            a CPU writes beyond its memory in their backward pass where a batch is odd, and the process ends.

    Returns:
        The network in training mode. Convolutions begin as He et al. have it (https://arxiv.org/abs/1502.01852, fan
        out), as they do in torchvision's residual networks.
    """
    slim = copy.deepcopy(network)
    handles = [
        layer.register_forward_pre_hook(_fit, with_kwargs=False)
        for layer in slim.modules()
        if isinstance(layer, nn.Conv2d | _BatchNorm | nn.Linear)
    ]
    for layer in slim.modules():
        if isinstance(layer, nn.Conv2d):
            depthwise = layer.groups == layer.in_channels > 1
            layer.out_channels = scaled(layer.out_channels, width, multiple)
            layer.groups = layer.out_channels if depthwise else layer.groups
    device = next(slim.parameters()).device
    with torch.no_grad():
        slim.eval()(torch.zeros(1, *input_shape, device=device))
    for handle in handles:
        handle.remove()
    return slim.train()


def _fit(layer: nn.Module, inputs: tuple[Any, ...]) -> None:
    """Make a layer's weights anew for the channels that arrive."""
    x: Tensor = inputs[0]
    arriving = x.shape[1]
    if isinstance(layer, nn.Conv2d):
        layer.in_channels = arriving
        shape = (layer.out_channels, arriving // layer.groups, *layer.kernel_size)
        layer.weight = nn.Parameter(torch.empty(shape, device=x.device))
        nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")
        if layer.bias is not None:
            layer.bias = nn.Parameter(torch.zeros(layer.out_channels, device=x.device))
    elif isinstance(layer, _BatchNorm):
        layer.num_features = arriving
        layer.weight = nn.Parameter(torch.ones(arriving, device=x.device))
        layer.bias = nn.Parameter(torch.zeros(arriving, device=x.device))
        layer.running_mean, layer.running_var = (
            start(arriving, device=x.device) for start in (torch.zeros, torch.ones)
        )
    elif isinstance(layer, nn.Linear):
        layer.in_features = arriving
        layer.weight = nn.Parameter(torch.empty(layer.out_features, arriving, device=x.device))
        layer.reset_parameters()
