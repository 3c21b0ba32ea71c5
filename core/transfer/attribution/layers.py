"""Where in a network a map can be read: the stages whose output still has places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from core.device import device_lock
from core.errors import UserError
from core.models.architecture import Stage
from core.transfer.model.classifier import Classifier
from core.transfer.model.groups import groups

_POOLS = (nn.MaxPool2d, nn.AvgPool2d, nn.AdaptiveAvgPool2d)


@dataclass(frozen=True)
class Layer:
    """One stage of a network.

    Attributes:
        name: the registry's.
        group: that it is frozen and trained with.
        module: name of the module whose output is the map, in the bare network.
        channels: K.
        cells: (h, w) of its map.
    """

    name: str
    group: str
    module: str
    channels: int
    cells: tuple[int, int]


def _last(backbone: nn.Module, stage: Stage) -> str:
    """The last module of a stage that is not a pooling: behind one, half of the places are gone."""
    names = [name for name in stage.modules if not isinstance(backbone.get_submodule(name), _POOLS)]
    return names[-1] if names else stage.modules[-1]


def layers(model: Classifier) -> tuple[Layer, ...]:
    """All stages with a map of more than one cell, in forward order, found by one pass of an empty picture.

    Args:
        model: the caller's own: for a moment it has hooks.

    Raises:
        UserError: pictures of this size are too small for the network, or leave no map in it.
    """
    spec, shapes = model.spec, dict[str, tuple[int, ...]]()
    places = [
        (group.name, stage.name, _last(model.backbone, stage))
        for group in groups(spec.backbone)
        for stage in group.stages
    ]

    def note(name: str) -> Any:
        def hook(_module: nn.Module, _inputs: Any, output: Tensor) -> None:
            shapes[name] = tuple(output.shape)

        return hook

    hooks = [model.backbone.get_submodule(name).register_forward_hook(note(name)) for _, _, name in places]
    too_small = (
        f"Pictures of {spec.size} x {spec.size} pixels leave no map in {spec.architecture.title}: choose a larger size."
    )
    try:
        with device_lock, torch.no_grad():
            model(torch.zeros(1, 3, spec.size, spec.size, device=next(model.parameters()).device))
    except RuntimeError as error:  # torch's way to say that a kernel is larger than what is left of the picture
        if "size" not in str(error):
            raise
        raise UserError(too_small) from error
    finally:
        for handle in hooks:
            handle.remove()
    found = tuple(
        Layer(stage, group, name, shapes[name][1], (shapes[name][2], shapes[name][3]))
        for group, stage, name in places
        if len(shapes[name]) == 4 and shapes[name][2] * shapes[name][3] > 1
    )
    if not found:
        raise UserError(too_small)
    return found
