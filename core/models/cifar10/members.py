"""The registry of the eleven families at 32 px: of each a member for a laptop and one in full size."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from core.models.cifar10.family import CLASSES, MEAN, STD, League, Member
from core.models.cifar10.gpu import GPU
from core.models.cifar10.laptop import LAPTOP

__all__ = ["CLASSES", "FAMILIES", "MEAN", "MEMBERS", "STD", "League", "Member", "member"]

MEMBERS: Mapping[str, Member] = MappingProxyType({member.name: member for member in (*LAPTOP, *GPU)})
"""All members by name."""
FAMILIES = tuple(member.family for member in LAPTOP)
"""The eleven, in the order in which the course gives them to its groups."""


def member(family: str, league: League) -> Member:
    """The member of a family in a league.

    Raises:
        KeyError: there is no such family.
    """
    return next(one for one in MEMBERS.values() if (one.family, one.league) == (family, league))
