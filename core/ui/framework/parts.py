"""A section of several parts, each a section of its own with its controls, its Reset and what can be predicted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from core.ui.framework.controls import draw
from core.ui.framework.section import Section


@dataclass(frozen=True, kw_only=True)
class Parts:
    """A choice, and below it the part that is chosen; calling it draws them.

    Attributes:
        key: first part of the keys of its controls.
        choice: a form with one control, whose values name the parts.
        parts: by these names.
    """

    key: str
    choice: type[Any]
    parts: Mapping[str, Section[Any, Any]]

    @property
    def guesses(self) -> tuple[Any, ...]:
        """What can be predicted in any of the parts, whatever is asked."""
        return tuple(guess for part in self.parts.values() if not callable(part.guesses) for guess in part.guesses)

    def __call__(self) -> None:
        """Draw it."""
        chosen = draw(self.choice, self.key)
        (one,) = fields(self.choice)
        self.parts[getattr(chosen, one.name)]()
