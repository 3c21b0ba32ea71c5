"""What the parts of a classifier hand on: shapes for one picture, found without numbers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from core.models.walk import Shape, walk
from core.models.zoo import ZOO, on_meta
from core.transfer.model.groups import groups


@dataclass(frozen=True)
class Shapes:
    """Of one picture.

    Attributes:
        last_map: (C, H, W) of the backbone's last feature map.
        features: how many numbers go into a head.
    """

    last_map: Shape
    features: int

    @property
    def pooled(self) -> bool:
        """Whether the features are a mean of each channel, else fully connected layers make them of the map."""
        return self.last_map[0] == self.features


@lru_cache(maxsize=64)
def shapes(backbone: str, size: int) -> Shapes:
    """Those of a network of the registry.

    Args:
        backbone: key in `ZOO`.
        size: side of what it sees, pixels.

    Raises:
        UserError: the network cannot see pictures so small.
    """
    network = on_meta(backbone)
    starts = tuple(module for group in groups(backbone) for module in group.modules)
    inside = tuple(f"{start}." for start in starts)
    seen = walk(network, (3, size, size), lambda name, _, x, out: (name, tuple(x.shape[1:]), tuple(out.shape[1:])))
    last = max(
        place for place, (name, _, out) in enumerate(seen)
        if len(out) == 3 and (name in starts or name.startswith(inside))
    )  # fmt: skip
    taken = seen[last + 1][1]  # what the next layer is given: the whole map, where the last layer made a part of it
    return Shapes(taken if len(taken) == 3 else seen[last][2], ZOO[backbone].features(network))
