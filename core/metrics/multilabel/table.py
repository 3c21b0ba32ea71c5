"""Columns of an uploaded table -> several labels a sample: lists such as "cat;dog", or a column of 0 and 1 a label."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.errors import UserError
from core.metrics.multilabel.multilabel import MOST_LABELS, Indicators, Multilabel, check_cells
from core.metrics.table.file import Table
from core.names import same

SEPARATORS = {"semicolon": ";", "comma": ",", "bar": "|", "space": " "}
LONGEST_NAME = 100
_YES = ("1", "1.0", "true", "yes", "y", "t")
_NO = ("0", "0.0", "false", "no", "n", "f")
_TARGET = re.compile(r"gold|tru|target|actual|label|obs|reference|expected", re.I)
_PREDICTED = re.compile(r"pred|hat|output|system|model", re.I)


@dataclass(frozen=True)
class Columns:
    """What the columns of a table are taken for.

    Attributes:
        target: names of columns: one of lists, or one a label.
        predicted: likewise, in the same order of labels.
        separator: between the labels of a list, a key of `SEPARATORS`; None: the columns hold 0 and 1.
    """

    target: tuple[str, ...]
    predicted: tuple[str, ...]
    separator: str | None


def guess(table: Table) -> Columns:
    """Sensible columns to start with, by their names and what their first rows hold."""
    flags = [name for name in table.names if _is_flag(_head(table, name))]
    predicted = tuple(name for name in flags if _PREDICTED.search(name))
    target = tuple(name for name in flags if name not in predicted and _TARGET.search(name))
    if len(flags) >= 4 and not (len(target) == len(predicted) > 1):
        half = len(flags) // 2
        target, predicted = tuple(flags[:half]), tuple(flags[half : 2 * half])
    if len(target) == len(predicted) > 1:
        by_name = dict(zip(map(same, _short(predicted)), predicted, strict=True))
        if set(by_name) == set(map(same, _short(target))):
            predicted = tuple(by_name[same(name)] for name in _short(target))
        return Columns(target, predicted, None)
    second = next((name for name in table.names if _PREDICTED.search(name)), table.names[-1])
    others = [name for name in table.names if name != second]
    first = next((name for name in others if _TARGET.search(name)), others[0])
    texts = "".join(_head(table, first) + _head(table, second))
    found = Counter({key: texts.count(mark) for key, mark in SEPARATORS.items() if key != "space"})
    key, often = found.most_common(1)[0]
    return Columns((first,), (second,), key if often else "space" if " " in texts else "semicolon")


def build(table: Table, columns: Columns) -> Multilabel:
    """Read the columns.

    Raises:
        UserError: columns that are not there or do not fit each other, too many labels, cells that are neither 0 nor 1.
    """
    if columns.separator is None:
        return _of_flags(table, columns)
    if columns.separator not in SEPARATORS:
        raise UserError("Choose what separates the labels of a list.")
    if len(columns.target) != 1 or len(columns.predicted) != 1 or columns.target == columns.predicted:
        raise UserError("Choose one column of actual lists and another one of predicted lists.")
    return _of_lists(table, columns.target[0], columns.predicted[0], SEPARATORS[columns.separator])


def _of_lists(table: Table, target: str, predicted: str, mark: str) -> Multilabel:
    sides: list[tuple[npt.NDArray[np.intp], list[list[str]]]] = []
    spelled: dict[str, str] = {}  # "mèo" can be written in two ways that look alike
    for name in (target, predicted):
        codes, texts = _coded(table.column(name))
        words = ([_tidy(part) for part in text.split(mark)] for text in texts)
        sides.append((codes, [[spelled.setdefault(same(word), word) for word in own if word] for own in words]))
    if not any(len(words) > 1 for _, lists in sides for words in lists):
        others = [key for key, other in SEPARATORS.items() if other not in (mark, " ")]
        sample = " ".join(word for _, lists in sides for words in lists[:1000] for word in words)
        other = next((key for key in others if SEPARATORS[key] in sample), None)
        if other is not None:
            raise UserError(f'No cell holds a list separated by "{mark}": choose {other} as the separator.')
    found = sorted({word for _, lists in sides for words in lists for word in words})
    if len(found) > MOST_LABELS:
        raise UserError(
            f"These columns hold {len(found):,} different labels and {MOST_LABELS} are the most: choose other columns "
            "or another separator."
        )
    if len(found) < 2:
        raise UserError("These columns hold fewer than two different labels: choose the columns of label lists.")
    check_cells(len(sides[0][0]), len(found))  # before the tables are made
    place = {name: index for index, name in enumerate(found)}
    tables = []
    for codes, lists in sides:
        kinds = np.zeros((len(lists), len(found)), dtype=np.bool_)  # one row for each different text
        for row, labels in enumerate(lists):
            kinds[row, [place[label] for label in labels]] = True
        tables.append(kinds[codes])
    return Multilabel(tables[0], tables[1], tuple(found))


def _of_flags(table: Table, columns: Columns) -> Multilabel:
    target, predicted = columns.target, columns.predicted
    if len(target) != len(predicted) or len(target) < 2:
        raise UserError(
            f"Each label needs an actual and a predicted column, in the same order; here are {len(target)} actual and "
            f"{len(predicted)} predicted ones."
        )
    twice = next((name for name in target if name in predicted), None)
    if twice is not None:
        raise UserError(f'The column "{twice[:40]}" cannot be both actual and predicted: take it out of one.')
    tables = [np.stack([_flags(table, name) for name in names], axis=1) for names in (target, predicted)]
    return Multilabel(tables[0], tables[1], _short(target))


def _flags(table: Table, name: str) -> Indicators:
    """(N,) a column of yes and no."""
    codes, texts = _coded(table.column(name))
    plain = [text.strip().casefold() for text in texts]
    for kind, text in enumerate(plain):
        if text not in _YES and text not in _NO:
            row = int(np.flatnonzero(codes == kind)[0]) + 1
            shown = f'"{texts[kind][:20]}"' if text else "nothing"
            raise UserError(
                f'Column "{name[:40]}", row {row:,} holds {shown}: such columns hold 0 or 1 (or true, false, yes, no).'
            )
    return np.array([text in _YES for text in plain])[codes]


def _coded(column: pa.ChunkedArray) -> tuple[npt.NDArray[np.intp], list[str]]:
    """(N,) which of the different texts each row holds, and these."""
    coded = column.combine_chunks().dictionary_encode()
    codes: npt.NDArray[np.intp] = coded.indices.to_numpy(zero_copy_only=False).astype(np.intp)
    return codes, coded.dictionary.to_pylist()


def _head(table: Table, name: str) -> list[str]:
    texts: list[str] = table.column(name).slice(0, 200).to_pylist()
    return texts


def _is_flag(texts: list[str]) -> bool:
    return all(text.strip().casefold() in (*_YES, *_NO) for text in texts)


def _short(columns: tuple[str, ...]) -> tuple[str, ...]:
    """Names of labels from those of their columns: without what all begin with, up to a separator."""
    alike = next((i for i, letters in enumerate(zip(*columns, strict=False)) if len(set(letters)) > 1), 0)
    prefix = re.match(r".*[_\s:.\-/]", columns[0][:alike])
    names = tuple(_tidy(name[prefix.end() :] if prefix else name) for name in columns)
    return names if all(names) and len(set(names)) == len(names) else columns


def _tidy(text: str) -> str:
    return " ".join(text.split())[:LONGEST_NAME]
