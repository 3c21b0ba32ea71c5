"""What can be told of a member without training it: its cost, and its layers that see nothing new at 32 px."""

from __future__ import annotations

from functools import cache

import torch

from core.models.cifar10.members import MEMBERS
from core.models.cifar10.surgery import SIDE
from core.models.cost import Cost, count
from core.models.fields.unproductive import Unproductive, unproductive

_PICTURE = (3, SIDE, SIDE)


@cache
def cost_of(name: str) -> Cost:
    """Shapes, parameters and multiply-adds of a member for one picture, layer by layer; counted once."""
    with torch.device("meta"):
        network = MEMBERS[name].architecture.build()
    return count(network, _PICTURE)


@cache
def unproductive_layers(name: str) -> Unproductive:
    """The convolutions of a member that can integrate no new context from a picture of 32 px; found once."""
    with torch.device("meta"):
        network = MEMBERS[name].architecture.build()
    return unproductive(network, _PICTURE)
