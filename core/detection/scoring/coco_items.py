"""One object of a COCO list: each value is checked when it is asked for, and a refusal names its place."""

from __future__ import annotations

import math
from typing import Any

from core.detection.scoring.ids import Id, as_id
from core.detection.scoring.shapes import box_of
from core.errors import UserError

LARGEST = 1e6
"""Pixels: what lies farther out is no picture."""


class Item:
    """One object of a list, which says where it is when something in it is wrong."""

    def __init__(self, content: Any, where: str) -> None:
        if not isinstance(content, dict):
            raise UserError(f"{where} must be an object with keys and values.")
        self.content, self.where = content, where

    def get(self, key: str) -> Any:
        """What stands under a key that must be there."""
        if key not in self.content:
            raise UserError(f'{self.where} has no "{key}".')
        return self.content[key]

    def number(self, key: str, low: float = -LARGEST, high: float = LARGEST) -> float:
        """A number within bounds."""
        return check_number(self.get(key), f'{self.where}: "{key}"', low, high)

    def id(self, key: str = "id") -> Id:
        """A whole number or a name."""
        value = as_id(self.get(key))
        if value is None:
            raise UserError(f'{self.where}: "{key}" must be a whole number, or a name of at most 200 characters.')
        return value

    def name(self, key: str) -> str:
        """A text that is not blank, blanks in a row made one."""
        value = self.get(key)
        if not isinstance(value, str) or not value.strip():
            raise UserError(f'{self.where}: "{key}" must be a text.')
        return " ".join(value.split())[:200]

    def box(self) -> tuple[float, float, float, float]:
        """Corners of `bbox`, [x, y, width, height], or around `segmentation` where there is no `bbox`.

        A box without width or height has corners that lie on each other.
        """
        outline = self.content.get("segmentation")
        if outline and not self.content.get("bbox"):
            around = box_of(outline, self.where, lambda part: check_number(part, f'{self.where}: "segmentation"'))
            if around is not None:
                return around
        value = self.get("bbox")
        if not isinstance(value, list) or len(value) != 4:
            raise UserError(f'{self.where}: "bbox" must be four numbers, x, y, width and height.')
        x, y, width, height = (check_number(part, f'{self.where}: "bbox"') for part in value)
        if width < 0 or height < 0:
            raise UserError(f"{self.where}: a box needs a width and a height above 0, not {width:g} × {height:g}.")
        if (width and x + width <= x) or (height and y + height <= y):
            raise UserError(f"{self.where}: a box of {width:g} × {height:g} at {x:g}, {y:g} is too small to be told.")
        return x, y, x + width, y + height

    def side(self, key: str) -> int | None:
        """Width or height of a picture; None where the file does not know it and says nothing, null or 0."""
        if self.content.get(key) in (None, "", 0):
            return None
        return round(self.number(key, 1))

    def flag(self, key: str) -> bool:
        """0, 1, true or false; nothing is 0."""
        value = self.content.get(key) or 0
        if isinstance(value, int | float) and value in (0, 1):
            return bool(value)
        raise UserError(f'{self.where}: "{key}" must be 0 or 1.')


def check_number(value: Any, where: str, low: float = -LARGEST, high: float = LARGEST) -> float:
    """A finite number between two bounds, as a float; texts and booleans are no numbers.

    Raises:
        UserError: anything else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        kind = "true or false" if isinstance(value, bool) else "a text" if isinstance(value, str) else "no number"
        raise UserError(f"{where} must be a number, and it is {kind}.")
    if isinstance(value, float) and not math.isfinite(value):
        raise UserError(f"{where} must be a finite number.")
    if not low <= value <= high:
        raise UserError(f"{where} must lie between {low:,.0f} and {high:,.0f}.")
    return float(value)
