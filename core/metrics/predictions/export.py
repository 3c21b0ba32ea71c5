"""Predictions as CSV files, which a spreadsheet may open without running what stands in them."""

from __future__ import annotations

import pandas as pd

from core.metrics.predictions.predictions import Predictions
from core.metrics.table.columns import Columns
from core.names import safe_cell

TEMPLATE = (
    "gold,predicted,score\r\n"
    "yes,yes,0.93\r\nyes,yes,0.81\r\nyes,no,0.42\r\nno,no,0.07\r\nno,yes,0.64\r\nno,no,0.18\r\nno,no,0.33\r\n"
)
"""A file to start from."""


def safe_csv(table: pd.DataFrame) -> str:
    """A table as CSV; texts that begin like a formula get an apostrophe, numbers stay."""
    safe = table.copy()
    safe.columns = [safe_cell(str(name)) for name in table.columns]
    for place, kind in enumerate(table.dtypes):
        if not pd.api.types.is_numeric_dtype(kind):
            safe.isetitem(place, [_safe(value) for value in table.iloc[:, place]])
    return str(safe.to_csv(index=False, lineterminator="\r\n"))


def _safe(value: object) -> str:
    text = str(value)
    try:
        float(text)
    except ValueError:
        return safe_cell(text)
    return text  # a number that is kept as text: -0.5 is no formula


def columns_of(predictions: Predictions) -> tuple[Columns, tuple[str, ...]]:
    """What `predictions_csv` writes: its columns and the class of each score column."""
    if predictions.scores is None:
        about: tuple[str, ...] = ()
    elif predictions.scores.ndim == 1:
        about = (predictions.labels[predictions.positive],)
    else:
        about = predictions.labels
    weights = None if predictions.weights is None else "weight"
    return Columns("gold", "predicted", tuple(safe_cell(f"score {label}") for label in about), weights), about


def predictions_csv(predictions: Predictions) -> str:
    """One line a sample: its name, target, predicted, scores, weight."""
    columns, about = columns_of(predictions)
    table = pd.DataFrame()
    if predictions.ids is not None:
        table["sample"] = predictions.ids
    for name, index in (("gold", predictions.target), ("predicted", predictions.predicted)):
        table[name] = [predictions.labels[label] for label in index.tolist()]
    for name, label in zip(columns.scores, about, strict=True):
        table[name] = predictions.scores_of(predictions.labels.index(label))
    if predictions.weights is not None:
        table["weight"] = predictions.weights
    return safe_csv(table)
