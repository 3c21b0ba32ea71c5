"""COCO's JSON, read with suspicion: every number is checked before it is used, and a refusal names its place."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

from core.errors import UserError

MOST_BYTES = 8 * 1024**2
MOST_BOXES = 10_000
MOST_PICTURES = 1_000
MOST_CLASSES = 1_000
MOST_IN_A_PICTURE = 1_000
LARGEST = 1e6
"""Pixels: what lies farther out is no picture."""
LONGEST_NAME = 60

Id = int | str


@dataclass
class BoxList:
    """Boxes of one picture while they are read; `core.detection.scoring.scenes` has what they become."""

    corners: list[tuple[float, float, float, float]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    crowd: list[bool] = field(default_factory=list)
    difficult: list[bool] = field(default_factory=list)
    areas: list[float] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class PictureBoxes:
    """A picture and its boxes.

    Attributes:
        key: the file's own number of the picture; for VOC its name.
        name: file name.
        size: (width, height) in pixels, None where the file does not say.
        boxes: of gold, or of detections with scores.
    """

    key: Id
    name: str
    size: tuple[int, int] | None
    boxes: BoxList


def quoted(text: str) -> str:
    """A name in quotes, short enough for a sentence."""
    text = " ".join(text.split())
    return f'"{text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 1] + "…"}"'


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def parse(name: str, data: bytes) -> Any:
    """JSON as Python objects.

    Raises:
        UserError: too large, no text, no JSON, nested without end, or with numbers such as NaN.
    """
    if len(data) > MOST_BYTES:
        raise UserError(f"{quoted(name)} has {len(data) / 1e6:.0f} MB: at most {MOST_BYTES / 1e6:.0f} MB can be read.")
    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise UserError(f"{quoted(name)} is no text in UTF-8, so it cannot be JSON: upload a COCO JSON file.") from None
    except json.JSONDecodeError as error:
        raise UserError(f"{quoted(name)} is no JSON: {error.msg} in line {error.lineno:,}.") from None
    except ValueError as error:
        what = str(error) if len(str(error)) < 10 else "a number of thousands of digits"
        raise UserError(f"{quoted(name)} holds {what}, which is no number that a box can have.") from None
    except RecursionError:
        raise UserError(f"{quoted(name)} is nested too deeply to be COCO JSON.") from None


class _Item:
    """One object of a list, which says where it is when something in it is wrong."""

    def __init__(self, content: Any, where: str) -> None:
        if not isinstance(content, dict):
            raise UserError(f"{where} must be an object with keys and values.")
        self.content, self.where = content, where

    def get(self, key: str) -> Any:
        if key not in self.content:
            raise UserError(f'{self.where} has no "{key}".')
        return self.content[key]

    def number(self, key: str, low: float = -LARGEST, high: float = LARGEST) -> float:
        return check_number(self.get(key), f'{self.where}: "{key}"', low, high)

    def id(self, key: str = "id") -> Id:
        value = self.get(key)
        if isinstance(value, bool) or not isinstance(value, int | str) or (isinstance(value, str) and len(value) > 200):
            raise UserError(f'{self.where}: "{key}" must be a whole number, or a name of at most 200 characters.')
        return value

    def name(self, key: str) -> str:
        value = self.get(key)
        if not isinstance(value, str) or not value.strip():
            raise UserError(f'{self.where}: "{key}" must be a text.')
        return " ".join(value.split())[:200]

    def box(self) -> tuple[float, float, float, float]:
        """Corners of `bbox`: [x, y, width, height]."""
        value = self.get("bbox")
        if not isinstance(value, list) or len(value) != 4:
            raise UserError(f'{self.where}: "bbox" must be four numbers, x, y, width and height.')
        x, y, width, height = (check_number(part, f'{self.where}: "bbox"', -LARGEST, LARGEST) for part in value)
        if width <= 0 or height <= 0:
            raise UserError(f"{self.where}: a box needs a width and a height above 0, not {width:g} × {height:g}.")
        if x + width <= x or y + height <= y:
            raise UserError(f"{self.where}: a box of {width:g} × {height:g} at {x:g}, {y:g} is too small to be told.")
        return x, y, x + width, y + height

    def flag(self, key: str) -> bool:
        value = self.content.get(key, 0)
        if isinstance(value, int) and value in (0, 1):
            return bool(value)
        raise UserError(f'{self.where}: "{key}" must be 0 or 1.')


def check_number(value: Any, where: str, low: float, high: float) -> float:
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


def check_count(boxes: int, subject: str) -> None:
    """Refuse more boxes than can be judged in good time.

    Raises:
        UserError: above `MOST_BOXES`.
    """
    if boxes > MOST_BOXES:
        raise UserError(f"{subject} more than {MOST_BOXES:,} boxes: upload some of the pictures only.")


def _list(content: Any, key: str, name: str, most: int) -> list[Any]:
    if not isinstance(content, dict):
        raise UserError(f'{quoted(name)} must be a COCO data set with "images", "annotations" and "categories".')
    value = content.get(key)
    if not isinstance(value, list):
        raise UserError(f'{quoted(name)} has no list "{key}", which a COCO data set needs.')
    if len(value) > most:
        raise UserError(f'{quoted(name)} has {len(value):,} "{key}": at most {most:,} can be read.')
    return value


def data_set(content: Any, name: str, *, scored: bool = False) -> tuple[tuple[PictureBoxes, ...], dict[Id, str]]:
    """A COCO data set.

    Args:
        content: what `parse` returned.
        name: of the file, for refusals.
        scored: whether each annotation must have a `score`.

    Returns:
        Its pictures in order, and category number -> name.

    Raises:
        UserError: something in it makes no sense.
    """
    pictures: dict[Id, PictureBoxes] = {}
    for number, item in enumerate(_list(content, "images", name, MOST_PICTURES), start=1):
        image = _Item(item, f"Image {number:,} of {quoted(name)}")
        key = image.id()
        if key in pictures:
            raise UserError(f"{image.where} has the id of an earlier one.")
        size = None
        if "width" in image.content and "height" in image.content:
            size = (round(image.number("width", 1)), round(image.number("height", 1)))
        title = image.name("file_name") if "file_name" in image.content else f"image {key}"
        pictures[key] = PictureBoxes(key, title, size, BoxList())
    if not pictures:
        raise UserError(f'{quoted(name)} has no picture in its list "images".')
    categories: dict[Id, str] = {}
    for number, item in enumerate(_list(content, "categories", name, MOST_CLASSES), start=1):
        category = _Item(item, f"Category {number:,} of {quoted(name)}")
        key = category.id()
        if key in categories:
            raise UserError(f"{category.where} has the id of an earlier one.")
        categories[key] = category.name("name")
    annotations = _list(content, "annotations", name, MOST_BOXES)
    for number, item in enumerate(annotations, start=1):
        annotation = _Item(item, f"Annotation {number:,} of {quoted(name)}")
        key = annotation.id("image_id")
        if key not in pictures:
            raise UserError(f"{annotation.where} is about image {key}, which is not in the file.")
        _add(pictures[key].boxes, annotation, categories, pictures[key].name, scored=scored)
    return tuple(pictures.values()), categories


def results(
    content: Sequence[Any],
    name: str,
    pictures: int,
    place_of: Callable[[Id], int | None],
    categories: Mapping[Id, str] | None,
) -> list[BoxList]:
    """A COCO results list: objects with `image_id`, `category_id`, `bbox` and `score`.

    Args:
        content: what `parse` returned.
        name: of the file, for refusals.
        pictures: how many there are.
        place_of: number or name of a picture -> its place, None where there is none.
        categories: the ground truth's numbers and names -> name; None: it has no numbers, so that only names will do.

    Returns:
        The boxes of each place.

    Raises:
        UserError: something in it makes no sense, or is not in the ground truth.
    """
    check_count(len(content), f"{quoted(name)} has")
    found = [BoxList() for _ in range(pictures)]
    for number, item in enumerate(content, start=1):
        result = _Item(item, f"Result {number:,} of {quoted(name)}")
        key = result.id("image_id")
        place = place_of(key)
        if place is None:
            raise UserError(f"{result.where} is about image {_told(key)}, which the ground truth has not.")
        _add(found[place], result, categories, f"image {key}", scored=True)
    return found


def _told(key: Id) -> str:
    return quoted(key) if isinstance(key, str) else str(key)


def _class(item: _Item, categories: Mapping[Id, str] | None) -> str:
    category = item.id("category_id")
    if categories is None:
        if not isinstance(category, str) or not category.strip():
            raise UserError(
                f'{item.where}: "category_id" must be the name of a class such as "cup", for the ground truth numbers '
                "no classes."
            )
        return " ".join(category.split())
    if category not in categories:
        raise UserError(f"{item.where} has category {_told(category)}, which is not in the list of categories.")
    return categories[category]


def _add(boxes: BoxList, item: _Item, categories: Mapping[Id, str] | None, picture: str, *, scored: bool) -> None:
    label = _class(item, categories)
    x1, y1, x2, y2 = item.box()
    area = item.number("area", 0, LARGEST**2) if item.content.get("area") is not None else 0.0
    boxes.corners.append((x1, y1, x2, y2))
    boxes.labels.append(label)
    boxes.crowd.append(item.flag("iscrowd"))
    boxes.difficult.append(False)
    boxes.areas.append(area or (x2 - x1) * (y2 - y1))
    if scored:
        boxes.scores.append(item.number("score", 0, 1))
    if len(boxes.labels) > MOST_IN_A_PICTURE:
        raise UserError(f"{quoted(picture)} has more than {MOST_IN_A_PICTURE:,} boxes, too many for one picture.")
