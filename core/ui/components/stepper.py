"""The player that moves through a convolution window by window, in the browser: playing needs no rerun."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from core.figures.conv.stepper import Player
from core.ui.components.component import component
from core.ui.components.inbox import new_edits, seen

_MOUNT = component("stepper")


@dataclass(frozen=True)
class Edit:
    """A visitor typed into a cell.

    Attributes:
        part: "x" (input), "w" (kernels) or "b" (biases).
        at: (channel, row, column), (filter, channel, row, column) or (filter,), counted from 0.
        text: as typed.
    """

    part: str
    at: tuple[int, ...]
    text: str


def show_stepper(player: Player, key: str, on_edit: Callable[[], None]) -> None:
    """Draw the player over the full width of where it stands.

    Args:
        player: what it shows.
        key: of the component in the session's state.
        on_edit: called when cells were edited; `edits` tells which.
    """
    data = {**player.as_data(), "seen": seen(key)}
    _MOUNT(key=key, data=data, on_edit_change=on_edit)


def edits(key: str) -> list[Edit]:
    """What was typed since the last call, in order; for use in the callback."""
    return [Edit(str(e["part"]), tuple(map(int, e["at"])), str(e["text"])[:100]) for e in new_edits(key)]
