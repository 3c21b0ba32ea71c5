"""A copy of a shared network that may be hooked and folded: its modules are its own, its weights are shared."""

from __future__ import annotations

import copy
from typing import Any

import torch
from timm.layers import BatchNormAct2d
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights


def copy_model(module: nn.Module, device: torch.device) -> nn.Module:
    """A copy in eval mode on a device. Where the numbers are there already, they are shared and not copied."""
    memo: dict[int, Any] = {}
    for tensor in (*module.parameters(), *module.buffers()):
        there = tensor.detach().to(device)
        memo[id(tensor)] = nn.Parameter(there, False) if isinstance(tensor, nn.Parameter) else there
    return copy.deepcopy(module, memo).eval()


@torch.no_grad()
def fold(network: nn.Module, x: Tensor) -> int:
    """Fold each batch normalisation into the convolution before it, for a network that only answers.

    In eval mode it is an affine map of each channel, so w' = w gamma / sigma and b' = (b - mu) gamma / sigma + beta
    give the same in one go (`torch.nn.utils.fusion`). The convolution's parameters are replaced, not written to.

    Args:
        network: in eval mode, the caller's own.
        x: an input, to see which normalisation follows which convolution.

    Returns:
        How many were folded.
    """
    outputs: dict[int, tuple[nn.Conv2d, Tensor]] = {}  # holds the tensors: an id must not be given again
    pairs: list[tuple[nn.Conv2d, nn.BatchNorm2d]] = []

    def convolved(layer: nn.Module, _: tuple[Any, ...], out: Tensor) -> None:
        assert isinstance(layer, nn.Conv2d)
        outputs[id(out)] = layer, out

    def normalises(layer: nn.Module, args: tuple[Any, ...]) -> None:
        assert isinstance(layer, nn.BatchNorm2d)
        if id(args[0]) in outputs:
            pairs.append((outputs[id(args[0])][0], layer))

    handles = []
    for layer in network.modules():
        if isinstance(layer, nn.Conv2d):
            handles.append(layer.register_forward_hook(convolved))
        elif isinstance(layer, nn.BatchNorm2d):
            handles.append(layer.register_forward_pre_hook(normalises))
    try:
        network(x)
    finally:
        for handle in handles:
            handle.remove()
    names = {layer: name for name, layer in network.named_modules()}
    for convolution, norm in pairs:
        mean, variance = norm.running_mean, norm.running_var
        assert mean is not None  # torch keeps both or none, and without them it would not answer in eval mode
        assert variance is not None
        convolution.weight, convolution.bias = fuse_conv_bn_weights(
            convolution.weight, convolution.bias, mean, variance, norm.eps, norm.weight, norm.bias
        )
        rest = nn.Sequential(norm.drop, norm.act) if isinstance(norm, BatchNormAct2d) else nn.Identity()
        network.set_submodule(names[norm], rest)
    return len(pairs)
