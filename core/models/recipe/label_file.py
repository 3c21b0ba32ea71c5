"""The file of labels: which boxes each cached view should be taught, in fractions of the photograph, and how made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor

from core.errors import UserError
from core.models.recipe.record import digest
from core.models.recipe.shards import PLAN, View, about, save
from core.models.recipe.teacher import Found, together


@dataclass(frozen=True)
class Labels:
    """What the views of a cache should be taught.

    Attributes:
        by_view: a view's name to its boxes in fractions of the photograph.
        about: how they were made.
    """

    by_view: Mapping[str, Found]
    about: Mapping[str, Any]

    def of(self, view: View) -> Found:
        """The labels of a view, in its network pixels.

        Raises:
            UserError: it has none.
        """
        if view.name not in self.by_view:
            raise UserError(f"The labels say nothing of {view.name}: they are of another cache.")
        height, width = view.size
        found = self.by_view[view.name].scaled(width, height)
        return found.mirrored(width) if view.flip else found


def write(path: Path, labels: Labels) -> None:
    """Write them to a safetensors file: all boxes one after the other, and how many each view has."""
    every = together(list(labels.by_view.values()))
    tensors: dict[str, Tensor] = {
        "boxes": every.boxes,
        "scores": every.scores,
        "classes": every.classes,
        "counts": torch.tensor([len(found) for found in labels.by_view.values()]),
    }
    save(path, tensors, {**labels.about, "views": list(labels.by_view)})


def load(path: Path) -> Labels:
    """Read what `write` wrote.

    Raises:
        UserError: it is not there or broken.
    """
    said = about(path)
    try:
        tensors = load_file(path)
        counts = tensors["counts"].tolist()
        parts = zip(*(torch.split(tensors[name], counts) for name in ("boxes", "scores", "classes")), strict=True)
        by_view = {name: Found(*part) for name, part in zip(said.pop("views"), parts, strict=True)}
    except (OSError, SafetensorError, KeyError, ValueError, AttributeError, RuntimeError) as error:
        raise UserError(f"{path} holds no labels: run `labels` first.") from error
    return Labels(by_view, said)


def check(labels: Labels, cache: Path) -> None:
    """Make sure that labels were made of this cache.

    Raises:
        UserError: they were not.
    """
    if labels.about.get("cache, sha256") != digest(cache / PLAN):
        raise UserError("These labels were made of another cache: run `labels` on this one.")
