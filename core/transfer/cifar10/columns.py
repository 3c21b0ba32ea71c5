"""Which column of a handed-in table is what: the picture, the predicted class, the scores of each class.

A table is name of a column -> the texts of its rows, stripped.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from types import MappingProxyType

from core.errors import UserError
from core.names import same
from core.transfer.cifar10.order import CLASSES, COUNT, Order, names

Texts = Mapping[str, Sequence[str]]
_ALSO = {"plane": 0, "aeroplane": 0, "aircraft": 0, "car": 1, "auto": 1, "lorry": 9}
_KNOWN = {name: number for number, name in enumerate(CLASSES)} | _ALSO
_NAMES_PICTURES = re.compile(r"(image|picture|img|file|sample|test)s?(id|no|number|name|path|index)")
_PICTURE = ("id", "ids", "index", "idx", "picture", "image", "img", "name", "file", "filename", "path", "row", "number")
_PREDICTED = ("answer", "output", "class", "category", "label", "labels")
"""May be a prediction, the likelier first; what has "pred" in it surely is: beside it a "label" may be the truth."""
_TRUE = ("true", "truth", "actual", "target", "gold", "ytrue", "groundtruth", "truelabel", "trueclass", "expected")
_SCORE = r"(?:p|probs?|probability|probabilities|scores?|logits?)"
_AROUND = re.compile(rf"^{_SCORE}(?:[\s_:.-]+|(?=\d$))|[\s_:.-]+{_SCORE}$")
"""What stands around a class in the name of its scores."""
_HEAD = 200  # rows by which a column without a telling name is judged


@dataclass(frozen=True)
class Columns:
    """What was found.

    Attributes:
        predicted: holds predicted classes; None where scores have to do.
        picture: says which picture a row is of; None: the rows are in order.
        scores: number of a class -> the column of its scores; empty unless there is one for each class.
    """

    predicted: str | None
    picture: str | None
    scores: Mapping[int, str]


def find_columns(table: Texts, order: Order) -> Columns:
    """By their names, and where these do not tell by what they hold.

    Raises:
        UserError: nothing in it is a prediction.
    """
    scores = _score_columns(table)
    predicted = _predicted_column(table, scores)
    return Columns(predicted, _picture_column(table, predicted, scores, order), scores)


def class_of(text: str) -> int | None:
    """Number of the class that a text names, by its name or its number."""
    plain = same(text).casefold()
    if re.fullmatch(r"[0-9](\.0+)?(e[+-]?0+)?", plain):  # numpy.savetxt writes 3.000000000000000000e+00
        return int(plain[0])
    return _KNOWN.get(plain)


def place_of(text: str, order: Order) -> int | None:
    """Which picture a text names, by its number or, whatever folder and ending it has, by its name."""
    name = PurePosixPath(text.replace("\\", "/")).name.casefold()
    if re.fullmatch(r"\d{1,6}(\.0+)?", name):
        number = int(name.split(".")[0])
        return number if number < COUNT else None
    known = _places(order)
    return known.get(name.replace(",", ""), known.get(f"{PurePosixPath(name).stem}.jpg"))


@cache
def _places(order: Order) -> Mapping[str, int]:
    return MappingProxyType({name.replace(",", ""): place for place, name in enumerate(names(order))})


def _predicted_column(table: Texts, scores: Mapping[int, str]) -> str | None:
    """By its name, else the only one whose rows are mostly classes."""
    left = [name for name in table if name not in scores.values()]
    for name in left:
        if "pred" in _squeezed(name):
            return name
    likely = sorted((_PREDICTED.index(_squeezed(name)), name) for name in left if _squeezed(name) in _PREDICTED)
    if likely:
        return likely[0][1]
    hold = [name for name in left if _squeezed(name) not in _TRUE and _holds_classes(table[name][:_HEAD])]
    if len(hold) > 1:
        named = " and ".join(f'"{name[:40]}"' for name in hold[:2])
        raise UserError(f'{named} both hold classes: call the column of predictions "prediction".')
    if hold:
        return hold[0]
    if scores:
        return None
    raise UserError('No column holds predicted classes: name one "prediction", with names or the numbers 0 to 9.')


def _holds_classes(head: Sequence[str]) -> bool:
    return bool(head) and sum(class_of(text) is not None for text in head) > 0.9 * len(head) and not _counts(head)


def _picture_column(table: Texts, predicted: str | None, scores: Mapping[int, str], order: Order) -> str | None:
    """By its name, else one whose rows mostly differ and name pictures; a mere count of the rows last."""
    left = [name for name in table if name != predicted and name not in scores.values()]
    for name in left:
        if _squeezed(name) in _PICTURE or _NAMES_PICTURES.fullmatch(_squeezed(name)):
            return name
    for name in sorted(left, key=lambda name: _counts(table[name][:_HEAD])):
        head = table[name][:_HEAD]
        pictures = sum(place_of(text, order) is not None for text in head)
        if 2 * pictures > len(head) and len(set(table[name])) > 0.9 * len(table[name]):  # a double one is named later
            return name
    return None


def _score_columns(table: Texts) -> dict[int, str]:
    found: dict[int, str] = {}
    for name in table:
        number = class_of(_AROUND.sub("", name.casefold().strip()))
        if number is not None and number not in found:
            found[number] = name
    return found if len(found) == len(CLASSES) else {}


def _counts(head: Sequence[str]) -> bool:
    """Whether it counts the rows, which are no classes."""
    return list(head[:10]) == [str(number) for number in range(min(10, len(head)))] and len(set(head)) == len(head)


def _squeezed(name: str) -> str:
    return re.sub(r"[\W_]+", "", same(name).casefold())
