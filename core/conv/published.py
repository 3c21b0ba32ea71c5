"""The registry's networks, counted once a process on shapes alone: costs and receptive fields, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass

from core.jobs import Report
from core.models.cost import Cost, count
from core.models.fields.trace import LayerField, NetworkField, trace
from core.models.zoo import ZOO, on_meta


@dataclass(frozen=True)
class Published:
    """One architecture of the registry, counted.

    Attributes:
        cost: parameters and operations.
        field: of its last feature map.
        fields: behind each layer, row by row those of the cost.
    """

    cost: Cost
    field: NetworkField
    fields: tuple[LayerField, ...]


_counted: dict[str, Published] = {}


def published(name: str) -> Published:
    """A network of the registry by its name there; the first time takes a fraction of a second to a second."""
    if name not in _counted:
        network, side = on_meta(name), ZOO[name].input_size
        seen = trace(network, (3, side, side))
        _counted[name] = Published(count(network, (3, side, side)), seen.last, seen.layers)
    return _counted[name]


def all_counted() -> bool:
    """Whether every network has been counted, so that all can be had at once."""
    return len(_counted) == len(ZOO)


def count_all(report: Report) -> None:
    """Count those that have not been yet; `report` hears of each."""
    for number, spec in enumerate(ZOO.values()):
        report(number / len(ZOO), spec.title)
        published(spec.name)
