"""Every architecture by its name: those made for ImageNet's pictures and those made for CIFAR-10's."""

from __future__ import annotations

from core.models.architecture import Architecture
from core.models.cifar10.members import MEMBERS
from core.models.zoo import ZOO


def is_known(name: str) -> bool:
    """Whether there is an architecture of this name."""
    return name in ZOO or name in MEMBERS


def architecture(name: str) -> Architecture:
    """The architecture of this name.

    Raises:
        KeyError: there is none.
    """
    return ZOO[name] if name in ZOO else MEMBERS[name].architecture
