"""What the tools of the trade count, layer by layer and for every network of the registry: `core/conv/counted.json`.

    pip install fvcore torchinfo thop ptflops
    python -m tests.bench.count_tools > core/conv/counted.json

The tools are no dependency of the app: it shows what they counted here, with their versions, and why that differs. Some
minutes on two cores. Weights are made up; they change no count.
"""

from __future__ import annotations

import contextlib
import copy
import io
import json
import logging
import sys
import warnings
from collections.abc import Iterator
from importlib.metadata import version
from typing import Any

import torch
from torch import nn

from core.conv.counters import LAYERS
from core.models.cost import count
from core.models.zoo import ZOO, on_meta

INSTALLED = ("fvcore", "torchinfo", "thop", "ptflops")


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        yield


def _network(name: str) -> nn.Module:
    """A network of the registry with numbers in it."""
    network = on_meta(name).to_empty(device="cpu")
    for parameter in network.parameters():
        parameter.data.normal_(0, 0.01)
    for buffer in network.buffers():
        if buffer.is_floating_point():
            buffer.fill_(1.0)
    return network.eval()


def counted(module: nn.Module, shape: tuple[int, int, int]) -> dict[str, int]:
    """Operations for one picture of this shape, by tool; each gets a copy, since some leave hooks behind."""
    from fvcore.nn import FlopCountAnalysis
    from ptflops import get_model_complexity_info
    from thop import profile
    from torchinfo import summary

    picture = torch.randn(1, *shape)
    with torch.no_grad(), _quiet():
        analysis = FlopCountAnalysis(copy.deepcopy(module), picture)
        analysis.unsupported_ops_warnings(False)
        analysis.uncalled_modules_warnings(False)
        found = {
            "multiply-adds": count(module, shape).macs,
            "fvcore": analysis.total(),
            "torchinfo": summary(copy.deepcopy(module), input_size=(1, *shape), verbose=0).total_mult_adds,
            "thop": profile(copy.deepcopy(module), (picture,), verbose=False)[0],
        }
        for backend in ("pytorch", "aten"):
            found[f"ptflops {backend}"] = get_model_complexity_info(
                copy.deepcopy(module), shape, as_strings=False, print_per_layer_stat=False, backend=backend
            )[0]
    return {tool: int(operations) for tool, operations in found.items()}


def measure() -> dict[str, Any]:
    """Versions, layers by name and networks by their names in the registry."""
    return {
        "versions": {name: version(name) for name in ("torch", *INSTALLED)},
        "layers": {layer.name: counted(nn.Sequential(*layer.build()).eval(), layer.shape) for layer in LAYERS},
        "networks": {
            name: counted(_network(name), (3, spec.input_size, spec.input_size)) for name, spec in ZOO.items()
        },
    }


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    json.dump(measure(), sys.stdout, indent=1)
    sys.stdout.write("\n")
