"""The same operation in torch: run it, to check ours, and write it down as code to take away."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from core.conv.steps.pooling import PoolSteps
from core.conv.steps.transposed import TransposedSteps
from core.conv.steps.windows import Array, Pair, Steps

Result = Steps | TransposedSteps | PoolSteps

TOLERANCE = 1e-9
"""Relative to the largest number of the output: torch may add in another order, in float64 as we do."""


def name(result: Result) -> str:
    """The torch function that does the same."""
    if isinstance(result, PoolSteps):
        return "avg_pool2d" if result.average else "max_pool2d"
    return "conv2d" if isinstance(result, Steps) else "conv_transpose2d"


def torch_output(result: Result) -> Array:
    """What torch makes of the same input. Same shape as `result.output`."""
    at, x = result.layout, torch.from_numpy(result.x.copy())  # torch warns of arrays that are only to be read
    if isinstance(result, PoolSteps):
        if result.average:
            output = F.avg_pool2d(
                x, at.kernel, at.stride, at.padding, result.ceil_mode, count_include_pad=result.count_include_pad
            )
        else:
            output = F.max_pool2d(x, at.kernel, at.stride, at.padding, at.dilation, result.ceil_mode)
    else:
        weight, bias = torch.from_numpy(result.applied.copy()), torch.from_numpy(result.bias.copy())
        if isinstance(result, Steps):
            output = F.conv2d(x, weight, bias, at.stride, at.padding, at.dilation)
        else:
            turned = weight.transpose(0, 1)  # (C, K, kh, kw)
            output = F.conv_transpose2d(x, turned, bias, at.stride, at.padding, at.output_padding, dilation=at.dilation)
    array: Array = output.numpy()
    return array


def greatest_difference(result: Result) -> float:
    """max |ours - torch's|."""
    return float(np.abs(result.output - torch_output(result)).max())


def agrees(result: Result, difference: float) -> bool:
    """Whether a difference is no more than rounding."""
    return difference <= TOLERANCE * max(1.0, float(np.abs(result.output).max()))


def _tensor(array: Array) -> str:
    """A nested list, one matrix row a line, numbers exactly as they are."""
    if array.ndim == 1:
        return "[" + ", ".join(f"{value:.17g}" if value != round(value) else f"{value:.0f}." for value in array) + "]"
    rows = [_tensor(part) for part in array]
    gap = ",\n" if array.ndim == 2 else ",\n\n"
    return "[" + gap.join(rows) + "]"


def _size(size: Pair) -> str:
    return str(size[0]) if size[0] == size[1] else str(size)


def code(result: Result) -> str:
    """PyTorch code of exactly this operation on exactly these numbers; its assertion compares with our output."""
    layout = result.layout
    lines = ["import torch", "import torch.nn.functional as F", ""]

    def tensor(name: str, array: Array, shape: str) -> None:
        lines.append(f"{name} = torch.tensor({_tensor(array)}, dtype=torch.float64)  # {shape}")

    tensor("x", result.x, "(C, H, W)")
    options = [f"stride={_size(layout.stride)}", f"padding={_size(layout.padding)}"]
    if isinstance(result, PoolSteps):
        arguments = [f"kernel_size={_size(layout.kernel)}", *options, f"ceil_mode={result.ceil_mode}"]
        if result.average:
            arguments.append(f"count_include_pad={result.count_include_pad}")
        else:
            arguments.append(f"dilation={_size(layout.dilation)}")
    else:
        tensor("weight", result.weight, "(K, C, kh, kw)")
        tensor("bias", result.bias, "(K,)")
        if result.flip:
            lines.append("weight = weight.flip(2, 3)  # true convolution: turned by 180 degrees")
        weight = "weight" if isinstance(result, Steps) else "weight.transpose(0, 1)"
        arguments = [weight, "bias", *options, f"dilation={_size(layout.dilation)}"]
        if isinstance(result, TransposedSteps):
            arguments.append(f"output_padding={_size(layout.output_padding)}")
    lines += ["", f"y = F.{name(result)}(x, {', '.join(arguments)})", ""]
    tensor("expected", result.output, "(K, Ho, Wo)" if not isinstance(result, PoolSteps) else "(C, Ho, Wo)")
    lines += ["assert torch.allclose(y, expected)", "print(y)", ""]
    return "\n".join(lines)
