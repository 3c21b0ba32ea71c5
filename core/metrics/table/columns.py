"""Which column of an uploaded table is likely what, by names and first rows."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow.compute

from core.errors import UserError
from core.metrics.confusion import MOST_CLASSES
from core.metrics.predictions.checks import cut, natural_order
from core.metrics.table.cells import MISSING, is_missing, numbers, share_of_numbers
from core.metrics.table.file import Table

pc: Any = pyarrow.compute  # whose functions are made when it is imported
_GOLD = ("gold", "truth", "true", "ytrue", "goldlabel", "truelabel", "groundtruth", "label", "actual", "target",
         "class", "y")  # fmt: skip
_PREDICTED = ("predicted", "prediction", "pred", "ypred", "yhat", "predictedlabel", "predlabel", "predictedclass",
              "output", "system", "model")  # fmt: skip
_SCORE = re.compile(r"score|prob|logit|confidence|^p$|^p[_ ]")
_WEIGHT = ("weight", "weights", "sampleweight", "sampleweights")
_YES = ("1", "yes", "y", "true", "t", "positive", "pos", "+", "malignant", "ill", "sick", "disease", "spam", "fraud",
        "anomaly", "abnormal", "defect", "hit")  # fmt: skip
PREFIX = re.compile(
    r"^(?:scores?|probas?|prob|probability|probabilities|logits?|confidence|p)[\s_:.(\[-]*|[)\]\s]*$", re.I
)


@dataclass(frozen=True)
class Columns:
    """What the visitor takes each column for, by their names.

    Attributes:
        gold: of the true class.
        predicted: of the predicted class; None: the scores decide.
        scores: none, one of the positive class, or one a class.
        weights: of how much each row counts.
        second: of the predicted class of another model.
        positive: name of the positive class; None: guess it.
    """

    gold: str
    predicted: str | None = None
    scores: tuple[str, ...] = ()
    weights: str | None = None
    second: str | None = None
    positive: str | None = None


def guess(table: Table) -> Columns:
    """Sensible columns to start with: by their names, else the first two, scores where a column is of numbers."""
    plain = {name: re.sub(r"[^a-z+]", "", name.casefold()) for name in table.names}

    def named(words: tuple[str, ...], *taken: str | None) -> str | None:
        return next((name for word in words for name in table.names if plain[name] == word and name not in taken), None)

    gold = named(_GOLD) or table.names[0]
    predicted = named(_PREDICTED, gold)
    rest = [name for name in table.names if name not in (gold, predicted)]
    classes = {text for text in _few(table, gold) if text not in MISSING}
    each = tuple(name for name in rest if class_of(name, classes) and _numeric(table, name))
    if len(each) == len(classes) > 1:
        scores = each
    else:
        scores = tuple(name for name in rest if _SCORE.search(name.casefold()) and _numeric(table, name))[:1]
    if predicted is None and not scores:
        predicted = next((name for name in rest if not _numeric(table, name) or _few(table, name) <= classes), rest[0])
    return Columns(gold, predicted, scores, named(_WEIGHT, gold, predicted))


def left_out(table: Table, columns: Columns) -> tuple[str, ...]:
    """Sentences about columns whose names promise scores but whose first rows are mostly numbers, and not all."""
    classes = set(classes_of(table, columns))
    used = {columns.gold, columns.weights, *columns.scores}
    notes = []
    for name in table.names:
        promised = class_of(name, classes) or _SCORE.search(name.casefold())
        if name in used or not promised or share_of_numbers(table.column(name).slice(0, 200)) < 0.5:
            continue
        try:
            _head(table, name)
        except UserError as error:
            notes.append(f'The column "{cut(name)}" was not taken for scores. {error}')
    return tuple(notes)


def classes_of(table: Table, columns: Columns) -> list[str]:
    """The classes that occur in the columns of classes, at most `MOST_CLASSES` + 1 of them, in order."""
    found = {text for name in (columns.gold, columns.predicted, columns.second) if name for text in _few(table, name)}
    return natural_order([text for text in found if text not in MISSING and text.strip()])[: MOST_CLASSES + 1]


def likely_positive(labels: list[str]) -> str:
    """The class that sounds like a yes, else the last one."""
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
        numbers(head, name, rows, low=-math.inf, high=math.inf)  # beyond computing, and yet a number
    return len(rows) > 0


def class_of(column: str, classes: set[str]) -> str | None:
    """The class whose score a column's name promises: its name, or its name behind "score", "p" and the like."""
    if column in classes:
        return column
    name = PREFIX.sub("", column)
    return name if name in classes else None
