"""Which column of an uploaded table is likely what, by names and first rows."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute

from core.errors import UserError
from core.metrics.confusion import MOST_CLASSES
from core.metrics.known_names import PREDICTED, TARGET, is_predicted, is_target, squeezed
from core.metrics.predictions.checks import cut, natural_order
from core.metrics.table.cells import is_missing, numbers, share_of_numbers
from core.metrics.table.file import Table
from core.names import match, same

pc: Any = pyarrow.compute  # whose functions are made when it is imported
_SCORE = re.compile(r"score|prob|logit|confidence|^p$|^p[_ ]")
_WEIGHT = ("weight", "weights", "sampleweight", "sampleweights")
_COUNTS = ("freq", "frequency", "count", "counts", "n", "anzahl", "häufigkeit", "effectif", "sốlượng")
_YES = ("1", "yes", "y", "true", "t", "positive", "pos", "+", "malignant", "ill", "sick", "disease", "spam", "fraud",
        "anomaly", "abnormal", "defect", "hit")  # fmt: skip
PREFIX = re.compile(
    r"^\.?(?:(?:predicted|pred)[\s_:.(\[-]+|(?:scores?|probas?|prob|probability|probabilities|logits?|confidence|p)"
    r"[\s_:.(\[-]*)(?:class[\s_:.-]*)?|[\s_:.-]+(?:scores?|probas?|prob|probability|logits?|confidence)$|[)\]\s]*$",
    re.I,
)
"""What stands around the name of a class in the name of a column of its scores."""


@dataclass(frozen=True)
class Columns:
    """What the visitor takes each column for, by their names.

    Attributes:
        target: of the true class.
        predicted: of the predicted class; None: the scores decide.
        scores: none, one of the positive class, or one a class.
        weights: of how much each row counts.
        second: of the predicted class of another model.
        positive: name of the positive class; None: guess it.
    """

    target: str
    predicted: str | None = None
    scores: tuple[str, ...] = ()
    weights: str | None = None
    second: str | None = None
    positive: str | None = None


def guess(table: Table) -> Columns:
    """Sensible columns to start with: by their names, else by what stands in them and by their order.

    A column whose name says that it was predicted is never target.
    """
    taken = {name: squeezed(name) for name in table.names}
    weights = next((name for word in _WEIGHT for name in table.names if taken[name] == word), None)
    weights = weights or _of_pairs(table)
    predicted = _named(table.names, PREDICTED, is_predicted)
    target = _named(table.names, TARGET, is_target) or _target_like(table, predicted, weights)
    if predicted == target:
        predicted = None
    classes = {same(text) for text in _few(table, target) if text.strip()}
    if predicted is not None and class_of(predicted, classes) and _numeric(table, predicted):
        others = [name for name in table.names if not (class_of(name, classes) and _numeric(table, name))]
        predicted = _named([name for name in others if name != target], PREDICTED, is_predicted)
    rest = [name for name in table.names if name not in (target, predicted, weights)]
    each = tuple(name for name in rest if class_of(name, classes) and _numeric(table, name))
    if predicted is not None and _scores_not_classes(table, predicted, classes):
        rest, predicted = [predicted, *rest], None  # such as a column of probabilities that is called "prediction"
        scores: tuple[str, ...] = (rest[0],)
    elif len(each) == len(classes) > 1:
        scores = each
    else:
        scores = tuple(name for name in rest if _SCORE.search(name.casefold()) and _numeric(table, name))[:1]
    if predicted is None and not scores and rest:
        shared = {name: len(classes & {same(text) for text in _few(table, name)}) for name in rest}
        texts = [name for name in rest if shared[name] or not _numeric(table, name)]
        predicted = max(texts or rest[:1], key=lambda name: (shared[name], not _counts_rows(table, name)))
    return Columns(target, predicted, scores, weights)


def _named(names: Sequence[str], words: tuple[str, ...], sounds: Callable[[str], bool]) -> str | None:
    """The column with the most telling of these names, else the first that sounds so."""
    by_name = {squeezed(name): name for name in reversed(names)}
    exact = next((by_name[word] for word in words if word in by_name), None)
    return exact or next((name for name in names if sounds(name)), None)


def _of_pairs(table: Table) -> str | None:
    """The counts of a table that has each pair of classes once, as R makes of a confusion matrix: Freq."""
    name = next((name for name in table.names if squeezed(name) in _COUNTS), None)
    if name is None or len(table.names) != 3 or len(table) > MOST_CLASSES or not _numeric(table, name):
        return None
    pairs = list(zip(*(table.column(other).to_pylist() for other in table.names if other != name), strict=True))
    several = any(text not in ("0", "1") for text in table.column(name).to_pylist())
    return name if len(set(pairs)) == len(pairs) > 2 and several and not _counts_rows(table, name) else None


def _counts_rows(table: Table, name: str) -> bool:
    """Whether a column numbers the rows, as an index that was saved does."""
    head = table.column(name).slice(0, 200).to_pylist()
    return head in [[str(row + first) for row in range(len(head))] for first in (0, 1)]


def _target_like(table: Table, predicted: str | None, weights: str | None) -> str:
    """Without a name that says target: the column that holds the predicted classes, too, else the first one left."""
    free = [name for name in table.names if not is_predicted(name) and name != weights] or [
        name for name in table.names if name != predicted
    ]
    free = [name for name in free if not _counts_rows(table, name)] or free
    if predicted is None:
        return free[0]
    said = {same(text) for text in _few(table, predicted)}

    def shared(name: str) -> float:
        found = {same(text) for text in _few(table, name)}
        return len(found & said) / len(found | said)

    return max(free, key=shared)


def _scores_not_classes(table: Table, name: str, classes: set[str]) -> bool:
    """Whether a column of predictions holds scores: numbers with decimals between 0 and 1, and no class."""
    found = {same(text) for text in _few(table, name)}
    if found & classes or not _numeric(table, name):
        return False
    return any("." in text or "," in text for text in found)


def doubts(table: Table, columns: Columns) -> tuple[str, ...]:
    """Sentences about what was guessed of target and predicted without a name that says it."""
    told = []
    target, predicted = cut(columns.target), cut(columns.predicted or "")
    others = [name for name in table.names if is_target(name) and name not in (columns.target, *columns.scores)]
    if is_predicted(columns.target):
        told.append(f'"{target}" is taken for the actual class, and its name says that it was predicted.')
    elif not is_target(columns.target):
        told.append(f'No column is called actual, gold or the like: "{target}" is taken for it.')
    elif others and others[0] != columns.predicted:
        told.append(f'"{target}" is taken for the actual class, and "{cut(others[0])}" could be it as well.')
    if columns.predicted and is_target(columns.predicted) and columns.target != columns.predicted:
        told.append(f'"{predicted}" is taken for what was predicted, and its name says that it is the actual class.')
    elif columns.predicted and not is_predicted(columns.predicted):
        told.append(f'No column is called predicted or the like: "{predicted}" is taken for it.')
    return tuple(told)


def left_out(table: Table, columns: Columns) -> tuple[str, ...]:
    """Sentences about columns whose names promise scores but whose first rows are mostly numbers, and not all."""
    classes = set(classes_of(table, columns))
    used = {columns.target, columns.weights, *columns.scores}
    notes = []
    for name in table.names:
        promised = class_of(name, classes) or _SCORE.search(name.casefold())
        if name in used or not promised or share_of_numbers(table.column(name).slice(0, 200), table.delimiter) < 0.5:
            continue
        try:
            _head(table, name)
        except UserError as error:
            notes.append(f'The column "{cut(name)}" was not taken for scores. {error}')
    return tuple(notes)


def classes_of(table: Table, columns: Columns) -> list[str]:
    """The classes that occur in the columns of classes, at most `MOST_CLASSES` + 1 of them, in order."""
    found = {text for name in (columns.target, columns.predicted, columns.second) if name for text in _few(table, name)}
    spelled = {same(text): text for text in sorted(found) if text.strip()}
    return natural_order(list(spelled.values()))[: MOST_CLASSES + 1]


def likely_positive(labels: list[str], scores: Sequence[str] = ()) -> str:
    """The class that the one column of scores names, else the one that sounds like a yes, else the last one."""
    about = class_of(scores[0], set(labels)) if len(scores) == 1 else None
    if about is not None:
        return about
    for word in _YES:
        for label in labels:
            if label.strip().casefold() == word:
                return label
    return labels[-1]


def _few(table: Table, name: str) -> set[str]:
    """The different texts of a column, a few more than can be classes at most."""
    return set(pc.unique(table.column(name)).slice(0, MOST_CLASSES + 20).to_pylist())


def _numeric(table: Table, name: str) -> bool:
    """Whether the first rows of a column that hold anything are numbers."""
    try:
        return _head(table, name)
    except UserError:
        return False


def _head(table: Table, name: str) -> bool:
    """Whether the first rows of a column hold anything; a UserError where it is no number."""
    head = table.column(name).slice(0, 200)
    rows = np.flatnonzero(~is_missing(head).to_numpy())
    if len(rows):
        numbers(
            head, name, rows, delimiter=table.delimiter, low=-math.inf, high=math.inf
        )  # beyond computing, and yet a number
    return len(rows) > 0


def class_of(column: str, classes: set[str]) -> str | None:
    """The class whose score a column's name promises: its name, or its name behind "score", "p" and the like."""
    for name in (column, PREFIX.sub("", column)):
        found = match(name, classes)
        if found is not None:
            return found
    return None
