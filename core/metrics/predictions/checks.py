"""Arrays that somebody hands over as predictions: checked, and classes turned into indices.

Each function raises a UserError that says what does not fit. Shapes: N samples, C classes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.errors import UserError
from core.metrics.scores import Array

Indices = npt.NDArray[np.intp]


def column(values: npt.ArrayLike, what: str) -> npt.NDArray[Any]:
    """One class a sample, as an array."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise UserError(f"The {what} classes must be one for each sample, not an array of {array.ndim} dimensions.")
    return array


def encode(
    gold: npt.NDArray[Any], predicted: npt.NDArray[Any], labels: Sequence[str] | None
) -> tuple[tuple[str, ...], Indices, Indices]:
    """Names of the classes and both columns as indices into them."""
    if labels is not None and gold.dtype.kind in "iu" and predicted.dtype.kind in "iu":
        for array in (gold, predicted):
            if array.min() < 0 or array.max() >= len(labels):
                raise UserError(f"A class must be a number from 0 to {len(labels) - 1}, an index of the labels.")
        return tuple(map(str, labels)), gold.astype(np.intp), predicted.astype(np.intp)
    coded = [pd.factorize(array) for array in (gold, predicted)]
    for (codes, _), what in zip(coded, ("gold", "predicted"), strict=True):
        missing = np.flatnonzero(codes < 0)
        if len(missing):
            raise UserError(f"{len(missing):,} rows have no {what} class; the first is row {missing[0] + 1:,}.")
    texts = [[_text(value) for value in uniques] for _, uniques in coded]
    found = dict.fromkeys(texts[0] + texts[1])
    names = tuple(natural_order(list(found)) if labels is None else map(str, labels))
    place = {name: index for index, name in enumerate(names)}
    unknown = [name for name in found if name not in place]
    if unknown:
        raise UserError(f'The class "{unknown[0][:40]}" is not one of the labels.')
    lookups = (np.array([place[text] for text in of], dtype=np.intp) for of in texts)
    first, second = (lookup[codes] for lookup, (codes, _) in zip(lookups, coded, strict=True))
    return names, first, second


def _text(value: object) -> str:
    """A class as text: 1.0 is "1", as a table with gaps turns whole numbers into such."""
    if isinstance(value, float | np.floating) and math.isfinite(value) and float(value).is_integer():
        return str(int(value))
    return str(value)


def finite_scores(values: npt.ArrayLike, size: int, classes: int) -> Array:
    """(N,) or (N, C) numbers."""
    try:
        scores: Array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise UserError("The scores must be numbers.") from None
    if scores.shape == (size, 1):
        scores = scores[:, 0]
    if scores.shape not in ((size,), (size, classes)):
        raise UserError(
            f"The scores must be one for each of the {size:,} samples, or one for each sample and each of the "
            f"{classes} classes."
        )
    bad = np.flatnonzero(~np.isfinite(scores.reshape(size, -1)).all(axis=1))
    if len(bad):
        raise UserError(f"{len(bad):,} rows have a score that is no finite number; the first is row {bad[0] + 1:,}.")
    return scores


def sound_weights(values: npt.ArrayLike, size: int) -> Array:
    """(N,) numbers from 0 up."""
    try:
        weights: Array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise UserError("The weights must be numbers.") from None
    as_long(weights, size, "weights")
    bad = np.flatnonzero(~(np.isfinite(weights) & (weights >= 0)))
    if len(bad):
        raise UserError(
            f"{len(bad):,} rows have a weight that is no number from 0 up; the first is row {bad[0] + 1:,}."
        )
    if not weights.any():
        raise UserError("All weights are 0, so no row counts.")
    return weights


def as_long(array: npt.NDArray[Any], size: int, what: str) -> npt.NDArray[Any]:
    """An array with one entry for each of the samples."""
    if array.ndim == 0 or len(array) != size:
        raise UserError(f"There are {size:,} samples but {array.size and len(array):,} {what}.")
    return array


def lookalikes(labels: Sequence[str]) -> list[tuple[str, ...]]:
    """Groups of labels that differ only by case or spaces: probably one class written in two ways."""
    groups: dict[str, list[str]] = {}
    for label in labels:
        groups.setdefault("".join(label.split()).casefold(), []).append(label)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def natural_order(labels: Sequence[str]) -> list[str]:
    """Sorted as numbers where all are numbers, else as text."""
    try:
        return sorted(labels, key=lambda label: (float(label), label))
    except ValueError:
        return sorted(labels)
