"""The family that a visitor is concerned with: chosen once, and kept in every section of the page."""

from __future__ import annotations

from dataclasses import dataclass

from core.models.cifar10.members import FAMILIES
from core.ui import framework as ui

_PAGE = "cifar10"


@dataclass(frozen=True)
class _Chosen:
    family: str = ui.choice(
        "Family",
        FAMILIES,
        "ResNet",
        "One of the eleven papers; the choice is kept in the other sections of this page.",
        persists=True,
    )


DEFAULTS = ui.defaults(_Chosen, _PAGE)


def choose_family() -> str:
    """Draw the menu."""
    return ui.draw(_Chosen, _PAGE).family
