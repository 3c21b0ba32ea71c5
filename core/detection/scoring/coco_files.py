"""COCO's JSON, read with suspicion: every number is checked before it is used, and a refusal names its place."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from core.detection.scoring.box_lists import BoxList, PictureBoxes, Skipped
from core.detection.scoring.coco_items import LARGEST, Item
from core.detection.scoring.ids import Id, Known, known_ones, quoted, told
from core.errors import UserError
from core.file_kinds import stand_in
from core.names import match

MOST_BYTES = 8 * 1024**2
MOST_BOXES = 10_000
MOST_PICTURES = 1_000
MOST_CLASSES = 1_000
MOST_IN_A_PICTURE = 1_000


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def parse(name: str, data: bytes) -> Any:
    """JSON as Python objects.

    Raises:
        UserError: too large, no text, no JSON, nested without end, or with numbers such as NaN.
    """
    if len(data) > MOST_BYTES:
        raise UserError(f"{quoted(name)} has {len(data) / 1e6:.0f} MB: at most {MOST_BYTES / 1e6:.0f} MB can be read.")
    if found := stand_in(data):
        raise UserError(f"{quoted(name)} is {found}.")
    try:
        return json.loads(data.decode(json.detect_encoding(data)), parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise UserError(
            f"{quoted(name)} is no text in UTF-8 or UTF-16, so it cannot be JSON: upload a COCO JSON file."
        ) from None
    except json.JSONDecodeError as error:
        raise UserError(f"{quoted(name)} is no JSON: {error.msg} in line {error.lineno:,}.") from None
    except ValueError as error:
        what = str(error) if len(str(error)) < 10 else "a number of thousands of digits"
        raise UserError(f"{quoted(name)} holds {what}, which is no number that a box can have.") from None
    except RecursionError:
        raise UserError(f"{quoted(name)} is nested too deeply to be COCO JSON.") from None


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


def data_set(
    content: Any, name: str, *, scored: bool = False, skipped: Skipped | None = None
) -> tuple[tuple[PictureBoxes, ...], dict[Id, str]]:
    """A COCO data set.

    Args:
        content: what `parse` returned.
        name: of the file, for refusals.
        scored: whether each annotation must have a `score`.
        skipped: takes down boxes without area.

    Returns:
        Its pictures in order, and category number -> name.

    Raises:
        UserError: something in it makes no sense.
    """
    pictures: dict[Id, PictureBoxes] = {}
    for number, item in enumerate(_list(content, "images", name, MOST_PICTURES), start=1):
        image = Item(item, f"Image {number:,} of {quoted(name)}")
        key = image.id()
        if key in pictures:
            raise UserError(f"{image.where} has the id of an earlier one.")
        width, height = image.side("width"), image.side("height")
        size = None if width is None or height is None else (width, height)
        title = image.name("file_name") if "file_name" in image.content else f"image {key}"
        pictures[key] = PictureBoxes(key, title, size, BoxList())
    if not pictures:
        raise UserError(f'{quoted(name)} has no picture in its list "images".')
    categories: dict[Id, str] = {}
    for number, item in enumerate(_list(content, "categories", name, MOST_CLASSES), start=1):
        category = Item(item, f"Category {number:,} of {quoted(name)}")
        key = category.id()
        if key in categories:
            raise UserError(f"{category.where} has the id of an earlier one.")
        title = category.name("name")
        categories[key] = match(title, categories.values()) or title
    annotations = _list(content, "annotations", name, MOST_BOXES)
    known, classes = Known(pictures), Known(categories)
    for number, item in enumerate(annotations, start=1):
        annotation = Item(item, f"Annotation {number:,} of {quoted(name)}")
        key = annotation.id("image_id")
        about = known.get(key)
        if about is None:
            raise UserError(
                f"{annotation.where} is about image {told(key)}, which is not in the file: its pictures have the ids "
                f"{known_ones(pictures)}."
            )
        _add(about.boxes, annotation, classes, about.name, skipped or Skipped(), scored=scored)
    return tuple(pictures.values()), categories


def results(
    content: Sequence[Any],
    name: str,
    pictures: int,
    place_of: Callable[[Id], int],
    categories: Known[str] | None,
    skipped: Skipped | None = None,
) -> list[BoxList]:
    """A COCO results list: objects with `image_id`, `category_id`, `bbox` and `score`.

    Args:
        content: what `parse` returned.
        name: of the file, for refusals.
        pictures: how many there are.
        place_of: number or name of a picture -> its place, -1 where it is to be left out; raises where there is none.
        categories: the ground truth's numbers and names -> name; None: it has no numbers, so that only names will do.
        skipped: takes down boxes without area.

    Returns:
        The boxes of each place.

    Raises:
        UserError: something in it makes no sense, or is not in the ground truth.
    """
    check_count(len(content), f"{quoted(name)} has")
    found = [BoxList() for _ in range(pictures)]
    for number, item in enumerate(content, start=1):
        result = Item(item, f"Result {number:,} of {quoted(name)}")
        key = result.id("image_id")
        try:
            place = place_of(key)
        except UserError as error:
            raise UserError(f"{result.where} is about image {told(key)}, {error}") from None
        boxes = found[place] if place >= 0 else BoxList()
        _add(boxes, result, categories, f"image {key}", skipped or Skipped(), scored=True)
    return found


def _class(item: Item, categories: Known[str] | None) -> str:
    category = item.id("category_id")
    if categories is None:
        if not isinstance(category, str) or not category.strip():
            raise UserError(
                f'{item.where}: "category_id" must be the name of a class such as "cup", for the ground truth numbers '
                "no classes."
            )
        return " ".join(category.split())
    label = categories.get(category)
    if label is None:
        raise UserError(
            f"{item.where} has category {told(category)}, which is not in the list of categories: there are "
            f"{known_ones(categories.ids)}."
        )
    return label


def _add(
    boxes: BoxList,
    item: Item,
    categories: Known[str] | None,
    picture: str,
    skipped: Skipped,
    *,
    scored: bool,
) -> None:
    label = _class(item, categories)
    x1, y1, x2, y2 = item.box()
    if x1 == x2 or y1 == y2:
        skipped.add(item.where, x2 - x1, y2 - y1)
        return
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
