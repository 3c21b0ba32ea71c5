"""The shipped records, league by league."""

from __future__ import annotations

from core.models.cifar10.members import FAMILIES, League
from core.transfer.cifar10.record import Record
from core.transfer.cifar10.record_file import shipped


def records(league: League = League.LAPTOP) -> tuple[Record, ...]:
    """Those of a league in the course's order; none where it was not measured."""
    found = [record for record in shipped() if record.league is league]
    return tuple(sorted(found, key=lambda record: (FAMILIES.index(record.family), record.title)))


def recorded(family: str) -> Record | None:
    """A family's in the laptop league."""
    return next((record for record in records() if record.family == family), None)
