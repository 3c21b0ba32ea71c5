"""Boxes that a visitor draws, names, moves, resizes and deletes on a photograph; Python hears of every change."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.detection.scoring.drawn import MOST, Boxes, NamedBox, class_name
from core.figures.box_editor import BoxEditor
from core.ui.components.component import component
from core.ui.components.inbox import new_edits, seen

_MOUNT = component("box_editor")
_FARTHEST = 100_000  # px: no picture is larger


@dataclass(frozen=True)
class Change:
    """What a visitor did.

    Attributes:
        scene: the picture it is about.
        boxes: all of them after it; None: the last change is taken back.
    """

    scene: str
    boxes: Boxes | None


def show_box_editor(picture: BoxEditor, key: str, changed: Callable[[list[Change]], None]) -> None:
    """Draw it over the width of where it stands.

    Args:
        picture: the photograph, the boxes as they are, and what lies beneath.
        key: of the component.
        changed: called with what the visitor did, in order, before the page runs again.
    """

    def edited() -> None:
        changes = [change for edit in new_edits(key) if (change := read(edit)) is not None]
        if changes:
            changed(changes)

    # the browser keeps its own boxes until it hears that the last ones it sent have come here
    _MOUNT(key=key, data={**picture.as_data(), "seen": seen(key)}, on_edit_change=edited)


def read(edit: Mapping[str, Any]) -> Change | None:
    """A change from what a browser sent; None where that is anything else."""
    scene, sent = edit.get("scene"), edit.get("boxes")
    if not isinstance(scene, str):
        return None
    if edit.get("undo") is True:
        return Change(scene, None)
    if not isinstance(sent, list) or len(sent) > MOST:
        return None
    boxes = tuple(_box(one) for one in sent)
    return None if None in boxes else Change(scene, tuple(box for box in boxes if box is not None))


def _box(sent: Any) -> NamedBox | None:
    if not (isinstance(sent, list) and len(sent) == 5 and isinstance(sent[0], str)):
        return None
    label, *corners = sent
    if not all(type(value) is int and 0 <= value <= _FARTHEST for value in corners):
        return None
    x1, y1, x2, y2 = corners
    return NamedBox(class_name(label), (x1, y1, x2, y2)) if x1 < x2 and y1 < y2 else None
