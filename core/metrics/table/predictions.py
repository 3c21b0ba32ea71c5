"""An uploaded table and a choice of its columns -> predictions.

Shapes: N rows of the table, n rows that are used, C classes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute

from core.errors import UserError
from core.metrics.confusion import MOST_CLASSES
from core.metrics.predictions.checks import LARGEST_WEIGHT, Indices, cut, lookalikes, natural_order
from core.metrics.predictions.predictions import Predictions, from_arrays
from core.metrics.scores import Array
from core.metrics.table import numerals
from core.metrics.table.cells import coded, numbers
from core.metrics.table.columns import PREFIX, Columns, class_of, likely_positive
from core.metrics.table.file import Table
from core.metrics.table.gaps import complete, some, words_for_nothing
from core.names import same

pc: Any = pyarrow.compute  # whose functions are made when it is imported


@dataclass(frozen=True)
class Built:
    """Predictions from a table.

    Attributes:
        predictions: of the n rows that are used.
        rows: (n,) which rows of the table these are.
        second: (n,) predicted classes of the second model, indices into the same labels.
        by_file: (n,) predicted classes that the file names where a threshold decides instead; None: it does not.
        notes: sentences about what was guessed, left out or looks odd.
        score_classes: the class that each score column is about.
        whole: whether classes such as "1.0" were renamed to "1".
        respelled: classes that are written in two ways -> the way that counts.
        words: what stands in columns of classes and may mean that nothing is known, such as "NA".
    """

    predictions: Predictions
    rows: Indices
    second: Indices | None
    by_file: Indices | None
    notes: tuple[str, ...]
    score_classes: tuple[str, ...] = ()
    whole: bool = False
    respelled: Mapping[str, str] = field(default_factory=dict)
    words: tuple[str, ...] = ()


def build(table: Table, columns: Columns, *, leave_out: bool = False, words_too: bool = False) -> Built:
    """Make predictions of a table.

    Args:
        table: the file.
        columns: which of its columns to take.
        leave_out: whether rows with missing values are left out; they are refused otherwise.
        words_too: whether rows whose class is a word such as "NA" are left out; such words are classes otherwise.

    Raises:
        MissingValues: rows have gaps in these columns and are not to be left out.
        UserError: columns that are not there, texts where numbers should be, classes that do not fit.
    """
    if columns.predicted is None and not columns.scores:
        raise UserError("Choose a column of predicted classes, or columns of scores that decide instead.")
    rows, notes = complete(table, columns, leave_out, words_too)
    of_classes = [name for name in (columns.target, columns.predicted, columns.second) if name]
    parts = {name: coded(table.column(name), rows) for name in of_classes}
    words = () if words_too else words_for_nothing(parts)
    if words:
        kept = "is kept as a class" if len(words) == 1 else "are kept as classes"
        notes.append(f"{some(list(words))} {kept}: if nothing is known there, leave these rows out.")
    respelled = _respelled([texts for _, texts in parts.values()])
    parts = {name: (codes, [respelled.get(text, text) for text in texts]) for name, (codes, texts) in parts.items()}
    renamed = _whole_numbers([texts for _, texts in parts.values()])
    if renamed:
        notes.append('Classes such as "1.0" and "1" are the same number and were taken for one class.')
    parts = {name: (codes, [renamed.get(text, text) for text in texts]) for name, (codes, texts) in parts.items()}
    found = {text for _, texts in parts.values() for text in texts}
    promised = {same(PREFIX.sub("", name)): PREFIX.sub("", name) for name in columns.scores}
    if len(columns.scores) > 2 and {same(text) for text in found} <= promised.keys():
        known = {same(text): text for text in found}
        found = {
            known.get(key, text) for key, text in promised.items()
        }  # a class that has a score but never occurs is a class all the same
    labels = natural_order(list(found))
    if len(labels) > MOST_CLASSES:
        raise UserError(
            f'The columns of classes hold {len(labels):,} different texts and {MOST_CLASSES:,} are the most: is "'
            f'{cut(columns.target)}" really a column of classes?'
        )
    place = {label: index for index, label in enumerate(labels)}
    index = {
        name: np.array([place[text] for text in texts], dtype=np.intp)[codes] for name, (codes, texts) in parts.items()
    }
    positive = columns.positive if columns.positive in place else likely_positive(labels, columns.scores)
    scores = [numbers(table.column(name), name, rows, delimiter=table.delimiter) for name in columns.scores]
    about = _score_classes(columns.scores, labels, positive)
    values = _in_order(scores, about, labels)
    predicted = index.get(columns.predicted or "")
    predictions = from_arrays(
        index[columns.target],
        index[columns.target] if predicted is None else predicted,
        labels=labels,
        scores=values,
        positive=positive,
        weights=None if columns.weights is None else _weights(table, columns.weights, rows),
    )
    if predicted is None:
        predictions = from_arrays(  # the scores decide
            predictions.target, None, labels=labels, scores=values, positive=positive, weights=predictions.weights
        )
    if len(about) > 1 and any(
        class_of(name, set(labels)) != label for name, label in zip(columns.scores, about, strict=True)
    ):
        first = list(zip(columns.scores, about, strict=True))[:3]
        pairs = ", ".join(f'"{cut(name, 20)}" is "{cut(label, 20)}"' for name, label in first)
        notes.append(f"The score columns do not name the classes and are taken in order: {pairs} …")
    notes += [note for name in (*columns.scores, columns.weights) if name for note in _read_as(table, name, rows)]
    notes += _remarks(predictions, index, columns)
    by_file = predicted if predictions.binary else None
    return Built(
        predictions,
        rows,
        index.get(columns.second or ""),
        by_file,
        tuple(notes),
        about,
        bool(renamed),
        respelled,
        words,
    )


def _weights(table: Table, name: str, rows: Indices) -> Array:
    """(n,) from 0 up, of a sum that a confusion matrix can hold."""
    found = numbers(table.column(name), name, rows, delimiter=table.delimiter, low=0.0, high=LARGEST_WEIGHT)
    if found.sum() > LARGEST_WEIGHT:
        heaviest = int(np.argmax(found))
        raise UserError(
            f'The weights in the column "{cut(name)}" are more than {LARGEST_WEIGHT:,.0f} together, the largest '
            f"{found[heaviest]:.4g} in row {int(rows[heaviest]) + 1:,}: divide them all by one number."
        )
    return found


def _respelled(columns: list[list[str]]) -> dict[str, str]:
    """Classes that are the same, however accents and blanks around them are written -> the first way."""
    first: dict[str, str] = {}
    for text in dict.fromkeys(text for texts in columns for text in texts):
        first.setdefault(same(text), text)
    return {text: first[same(text)] for texts in columns for text in texts if first[same(text)] != text}


def _read_as(table: Table, name: str, rows: Indices) -> list[str]:
    """What a column's first number that is not written as programs do was read as."""
    texts = pc.utf8_trim_whitespace(table.column(name).take(pa.array(rows)))
    if not numerals.decimal_sign(texts, table.delimiter):
        return []
    odd = pc.match_substring_regex(texts, r"[^-+0-9.eE]|\..*\.")
    place = int(np.argmax(odd.to_numpy()))
    value = numerals.read(texts, table.delimiter)[place].as_py()
    return [f'In the column "{cut(name)}" "{cut(texts[place].as_py())}" was read as {value:.10g}.']


def _whole_numbers(columns: list[list[str]]) -> dict[str, str]:
    """What has to be renamed where one column says "1.0" and another "1", as tables with gaps do."""
    found = {text for texts in columns for text in texts}
    if not all(re.fullmatch(r"-?\d+(\.0+)?", text) for text in found):
        return {}
    renamed = {text: text.split(".")[0] for text in found if "." in text}
    return renamed if set(renamed.values()) & found else {}


def _score_classes(names: tuple[str, ...], labels: list[str], positive: str) -> tuple[str, ...]:
    """The class that each score column is about: as its name says, else in order."""
    if len(names) < 2:
        return (positive,) * len(names)
    if len(names) != len(labels):
        raise UserError(
            f"{len(names)} score columns do not fit {len(labels)} classes: choose one column for each class, or for "
            "two classes one of the positive class."
        )
    named = [class_of(name, set(labels)) for name in names]
    return tuple(str(label) for label in named) if set(named) == set(labels) else tuple(labels)


def _in_order(scores: list[Array], about: tuple[str, ...], labels: list[str]) -> Array | None:
    """(n,) or (n, C) scores in the order of the labels."""
    if len(scores) < 2:
        return scores[0] if scores else None
    return np.column_stack([scores[about.index(label)] for label in labels])


def _remarks(predictions: Predictions, index: dict[str, Indices], columns: Columns) -> list[str]:
    """What looks odd about labels and scores."""
    labels, notes = predictions.labels, []
    if columns.predicted is not None:
        truth, said = (set(np.unique(index[name]).tolist()) for name in (columns.target, columns.predicted))
        for only, where in ((truth - said, "never predicted"), (said - truth, "predicted, but never the actual class")):
            if only:
                notes.append(f"{some([labels[i] for i in sorted(only)])} {'is' if len(only) == 1 else 'are'} {where}.")
    for group in lookalikes(labels)[:3]:
        notes.append(f"{some(list(group))} differ only by case or spaces and count as different classes.")
    scores = predictions.scores
    if scores is not None and columns.predicted is not None and predictions.binary:
        other = index[columns.predicted] != predictions.positive
        if other.any() and not other.all() and scores.min() >= 0.5 and scores.max() <= 1:
            name, yes = (labels[place] for place in (1 - predictions.positive, predictions.positive))
            notes.append(
                f'The scores in "{cut(columns.scores[0])}" are never below 0.5, also where "{cut(name)}" is predicted: '
                f'they may say how sure each prediction is, and they are taken for how much it looks like "{cut(yes)}".'
            )
    if scores is not None and (scores.min() < 0 or scores.max() > 1):
        notes.append(
            f"The scores go from {scores.min():.4g} to {scores.max():.4g}, so they are not probabilities; the "
            "threshold has their range."
        )
    if scores is not None and scores.ndim == 1 and len(labels) > 2:
        name = cut(labels[predictions.positive])
        notes.append(f'The one score column is taken for the class "{name}" against the rest.')
    return notes
