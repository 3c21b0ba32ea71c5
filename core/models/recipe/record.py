"""What a run leaves behind beside its result, so that it can be made again: digests and versions."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.models.card import content

LIBRARIES = ("torch", "torchvision", "numpy", "pillow", "safetensors", "torchmetrics", "faster-coco-eval")


def digest(path: Path) -> str:
    """sha256 of a file, hex.

    Raises:
        UserError: it cannot be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror}.") from error


def teacher_digest() -> str:
    """sha256 of the bundled file that the teacher comes from."""
    return str(content()["sha256"])


def told(options: Any) -> dict[str, Any]:
    """A command's options for a record: of paths the names, since where they lie is this machine's own matter.

    Args:
        options: a dataclass.
    """
    named: dict[str, Any] = json.loads(json.dumps(asdict(options), default=lambda path: path.name))
    return {
        key: [re.sub(r"=.*[/\\]", "=", one) for one in value] if key == "detectors" else value
        for key, value in named.items()
    }


def versions() -> dict[str, str]:
    """Of Python and of what computes."""
    return {"python": platform.python_version()} | {name: version(name) for name in LIBRARIES}
