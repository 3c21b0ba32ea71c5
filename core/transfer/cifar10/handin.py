"""Predictions that a group hands in, scored against the 10,000 test pictures.

Shapes: M = 10,000 pictures, ten classes. A table arrives as columns of texts, whatever file they were in.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
from sklearn.metrics import f1_score

from core.errors import UserError
from core.names import same
from core.transfer.cifar10.answers import Answers
from core.transfer.cifar10.columns import class_of, find_columns, place_of
from core.transfer.cifar10.order import CLASSES, COUNT, Order, labels, names
from core.transfer.cifar10.record import Record
from core.transfer.data.image_set import Indices

CHANCE = 0.15
"""Accuracy below which somebody has likely counted the pictures in another order: guessing gives 0.1."""
_NAMED = 3  # examples in a sentence
_ARGMAX = "the class with the highest score"


@dataclass(frozen=True, eq=False)
class HandIn:
    """Predictions for all test pictures, in one of the two orders.

    Attributes:
        order: that they are counted in.
        predicted: (M,) number of the predicted class.
        scores: (M, 10) of each class, higher is likelier; None where the file has none.
        notes: sentences about what was understood.
        confidence: (M,) probability of the predicted class; None where nobody said.
    """

    order: Order
    predicted: Indices
    scores: npt.NDArray[np.float64] | None
    notes: tuple[str, ...]
    confidence: npt.NDArray[np.float64] | None = None

    @property
    def target(self) -> Indices:
        """(M,) number of the actual class."""
        return labels(self.order)

    @cached_property
    def answers(self) -> Answers:
        """Picture by picture."""
        return Answers(names(self.order), self.target, self.predicted, self.confidence)

    @property
    def right(self) -> int:
        """Pictures whose predicted class is the actual one."""
        return int((self.predicted == self.target).sum())

    @property
    def accuracy(self) -> float:
        """Share of right answers."""
        return self.right / COUNT

    @cached_property
    def macro_f1(self) -> float:
        """Unweighted mean of the classes' F1; a class that is never predicted has 0."""
        return float(f1_score(self.target, self.predicted, average="macro", zero_division=0.0))

    def doubt(self) -> str:
        """A sentence where the accuracy is near chance: what it would be in the other order; else ""."""
        if self.accuracy >= CHANCE:
            return ""
        (other,) = (order for order in Order if order is not self.order)
        said = f"{self.accuracy:.1%} is about what guessing gives. Wrong order?"
        there = float((self.predicted == labels(other)).mean())
        from_one = float((self.predicted - 1 == self.target).mean())
        if there > 2 * CHANCE:
            return f"{said} In the other order it would be {there:.1%}."
        if from_one > 2 * CHANCE:
            return f"{said} Or are the classes counted from 1? Counted from 0 it would be {from_one:.1%}."
        return said


def read(columns: Mapping[str, Sequence[str]], order: Order) -> HandIn:
    """Understand a table.

    Args:
        columns: name -> the texts of its rows; one column of predictions at least, one that says which picture it is,
            ten with scores. Without the second the rows count the pictures from the first to the last.
        order: that pictures are counted in.

    Raises:
        UserError: rows are missing, double or unknown, or a class is none; the sentence names the first of them.
    """
    table = _without_empty_rows({name: [text.strip() for text in texts] for name, texts in columns.items()})
    notes: list[str] = []
    found = find_columns(table, order)
    predicted_name, picture_name, by_class = found.predicted, found.picture, found.scores
    if predicted_name is None:
        table[predicted_name := _ARGMAX] = _likeliest(table, by_class)
        notes.append("No column holds predicted classes: the one with the highest score is taken.")
    if _is_headless(table, predicted_name):
        table = {name: [_cell(name), *texts] for name, texts in table.items()}
        notes.append("The first line holds a prediction: it was not taken for names of columns.")
    predicted = _classes(table[predicted_name], predicted_name)
    if picture_name is None:
        if len(predicted) != COUNT:
            raise UserError(
                f"The file has {len(predicted):,} predictions and there are {COUNT:,} test pictures: give one for "
                "each, or a column that says which picture each is of."
            )
        places = np.arange(COUNT)
        notes.append(f'No column says which picture it is: "{predicted_name[:40]}" is taken in the order of its rows.')
    else:
        notes.append(f'Read: predictions in "{predicted_name[:40]}", pictures in "{picture_name[:40]}".')
        places = _places(table[picture_name], picture_name, order)
    in_order = np.empty(COUNT, np.int64)
    in_order[places] = predicted
    scores = _scores(table, by_class, places)
    return HandIn(order, in_order, scores, tuple(notes), _confidence(in_order, scores))


def _without_empty_rows(table: dict[str, list[str]]) -> dict[str, list[str]]:
    """Spreadsheets write rows of nothing but commas below the last one."""
    kept = [row for row, texts in enumerate(zip(*table.values(), strict=False)) if any(texts)]
    return {name: [texts[row] for row in kept] for name, texts in table.items()}


def of_record(record: Record) -> HandIn:
    """The predictions of a record, whose pictures say their order themselves.

    Raises:
        UserError: they are not the 10,000 test pictures.
    """
    for order in Order:
        if set(record.names) == set(names(order)):
            found = read({"picture": record.names, "prediction": list(record.predicted)}, order)
            sure = dict(zip(record.names, record.confidence, strict=True))
            return replace(found, notes=(), confidence=np.array([sure[name] for name in names(order)]) / 100)
    raise UserError(f"This record is of {len(record.names):,} other pictures: only the {COUNT:,} test pictures count.")


def template() -> str:
    """A CSV to start from: every picture in the published order, and every answer a frog."""
    rows = (f"{number},frog" for number in range(COUNT))
    return "picture,prediction\n" + "\n".join(rows) + "\n"


def _likeliest(table: Mapping[str, Sequence[str]], by_class: Mapping[int, str]) -> list[str]:
    """The class with the highest score, row by row, as a text."""
    columns = np.column_stack([_numbers(table[by_class[number]], by_class[number]) for number in range(len(CLASSES))])
    return [str(number) for number in columns.argmax(1)]


def _is_headless(table: Mapping[str, Sequence[str]], predicted: str) -> bool:
    """Whether the line of names is the first prediction; with a row for each picture below it, it is not."""
    return class_of(_cell(predicted)) is not None and len(table[predicted]) != COUNT


def _cell(name: str) -> str:
    """What stood in the first line; of two equal cells the second was numbered to be a name."""
    return re.sub(r" \(\d+\)$", "", same(name))


def _classes(texts: Sequence[str], column: str) -> Indices:
    found = [class_of(text) for text in texts]
    numbers = {float(text) for text in texts if re.fullmatch(r"\d+(\.0+)?(e[+-]?\d+)?", text)}
    if max(numbers, default=0) == len(CLASSES) and 0 not in numbers:
        raise UserError(
            f'The classes in "{column[:40]}" are numbered 1 to 10: count them from 0 (airplane) to 9 (truck).'
        )
    wrong = [row for row, number in enumerate(found) if number is None]
    if wrong:
        more = f" and {len(wrong) - 1:,} more rows" if len(wrong) > 1 else ""
        raise UserError(
            f'Row {wrong[0] + 1:,}{more} of "{column[:40]}" holds no class of CIFAR-10: "{texts[wrong[0]][:40]}". '
            f"Write names ({CLASSES[0]}, {CLASSES[1]}, …) or the numbers 0 to 9."
        )
    return np.array(found, np.int64)


def _places(texts: Sequence[str], column: str, order: Order) -> Indices:
    """(M,) which picture each row is of."""
    found = [place_of(text, order) for text in texts]
    unknown = [text for text, place in zip(texts, found, strict=True) if place is None]
    counted = {int(text) for text in texts if re.fullmatch(r"\d{1,6}", text)}
    if str(COUNT) in texts and counted and min(counted) == 1:
        raise UserError(f'The pictures in "{column[:40]}" are numbered 1 to {COUNT:,}: count them from 0.')
    if unknown:
        (other,) = (one for one in Order if one is not order)
        elsewhere = all(place_of(text, other) is not None for text in texts)
        hint = " They are of the other order: choose it." if elsewhere else ""
        said = f"{_many(unknown, 'row is', 'rows are')} of no test picture in this order: {_some(unknown)}."
        raise UserError(said + hint)
    rows = Counter(place for place in found if place is not None)
    double = [names(order)[place] for place, times in rows.items() if times > 1]
    if double:
        raise UserError(f"{_many(double, 'picture has', 'pictures have')} more than one row: {_some(double)}.")
    missing = [name for place, name in enumerate(names(order)) if place not in rows]
    if missing:
        raise UserError(f"{_many(missing, 'picture is', 'pictures are')} missing: {_some(missing)}.")
    return np.array(found, np.int64)


def _scores(
    table: Mapping[str, Sequence[str]], by_class: Mapping[int, str], places: Indices
) -> npt.NDArray[np.float64] | None:
    if not by_class:
        return None
    found = np.empty((COUNT, len(CLASSES)))
    for number, name in by_class.items():
        found[places, number] = _numbers(table[name], name)
    return found


def _numbers(texts: Sequence[str], column: str) -> npt.NDArray[np.float64]:
    try:
        found = np.array(texts, dtype=np.float64)
    except ValueError as error:
        raise UserError(f'The column "{column[:40]}" of scores holds something that is no number.') from error
    if not np.isfinite(found).all():
        raise UserError(f'The column "{column[:40]}" of scores holds something that is no finite number.')
    return found


def _confidence(predicted: Indices, scores: npt.NDArray[np.float64] | None) -> npt.NDArray[np.float64] | None:
    """(M,) the predicted class's score, where scores are probabilities."""
    if scores is None or (scores < 0).any() or not np.allclose(scores.sum(1), 1, atol=0.01):
        return None
    chosen: npt.NDArray[np.float64] = scores[np.arange(COUNT), predicted]
    return chosen


def _many(things: Sequence[str], one: str, several: str) -> str:
    return f"1 {one}" if len(things) == 1 else f"{len(things):,} {several}"


def _some(things: Sequence[str]) -> str:
    shown = ", ".join(f'"{thing[:40]}"' for thing in things[:_NAMED])
    return f"{shown} and so on" if len(things) > _NAMED else shown
