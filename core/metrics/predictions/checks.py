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
from core.metrics.confusion import LARGEST
from core.metrics.scores import Array

Indices = npt.NDArray[np.intp]
LARGEST_SCORE = 1e100
"""A score farther from 0 is a slip: sums and ranges of such numbers leave double precision."""
LARGEST_WEIGHT = LARGEST
"""What all weights together may come to: a confusion matrix counts no further."""


def cut(text: str, most: int = 40) -> str:
    """A name short enough for a sentence, an ellipsis where its end is missing."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def rows_have(count: int) -> str:
    """How sentences about rows begin."""
    return f"{count:,} rows have" if count != 1 else "1 row has"


def column(values: npt.ArrayLike, what: str) -> npt.NDArray[Any]:
    """One class a sample, as an array."""
    array = np.asarray(values)
    if array.ndim != 1:
        raise UserError(f"The {what} classes must be one for each sample, not an array of {array.ndim} dimensions.")
    return array


def encode(
    target: npt.NDArray[Any], predicted: npt.NDArray[Any], labels: Sequence[str] | None
) -> tuple[tuple[str, ...], Indices, Indices]:
    """Names of the classes and both columns as indices into them."""
    if labels is not None and target.dtype.kind in "iu" and predicted.dtype.kind in "iu":
        for array in (target, predicted):
            if array.min() < 0 or array.max() >= len(labels):
                raise UserError(f"A class must be a number from 0 to {len(labels) - 1}, an index of the labels.")
        return tuple(map(str, labels)), target.astype(np.intp), predicted.astype(np.intp)
    coded = [pd.factorize(array) for array in (target, predicted)]
    for (codes, _), what in zip(coded, ("actual", "predicted"), strict=True):
        missing = np.flatnonzero(codes < 0)
        if len(missing):
            raise UserError(f"{rows_have(len(missing))} no {what} class; the first is row {missing[0] + 1:,}.")
    texts = [[_text(value) for value in uniques] for _, uniques in coded]
    found = dict.fromkeys(texts[0] + texts[1])
    names = tuple(natural_order(list(found)) if labels is None else map(str, labels))
    place = {name: index for index, name in enumerate(names)}
    unknown = [name for name in found if name not in place]
    if unknown:
        raise UserError(f'The class "{cut(unknown[0])}" is not one of the labels.')
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
        raise UserError(f"{rows_have(len(bad))} a score that is no finite number; the first is row {bad[0] + 1:,}.")
    large = np.flatnonzero((np.abs(scores.reshape(size, -1)) > LARGEST_SCORE).any(axis=1))
    if len(large):
        raise UserError(
            f"{rows_have(len(large))} a score beyond {LARGEST_SCORE:g} or -{LARGEST_SCORE:g}, which cannot be computed "
            f"with; the first is row {large[0] + 1:,}."
        )
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
        raise UserError(f"{rows_have(len(bad))} a weight that is no number from 0 up; the first is row {bad[0] + 1:,}.")
    if not weights.any():
        raise UserError("All weights are 0, so no row counts.")
    heaviest = int(np.argmax(weights))
    if weights[heaviest] > LARGEST_WEIGHT or weights.sum() > LARGEST_WEIGHT:
        raise UserError(
            f"The weights together are more than {LARGEST_WEIGHT:,.0f}, the largest {weights[heaviest]:.4g} in row "
            f"{heaviest + 1:,}: divide them all by one number."
        )
    return weights


def as_long(array: npt.NDArray[Any], size: int, what: str) -> npt.NDArray[Any]:
    """An array with one entry for each of the samples."""
    if array.ndim == 0 or len(array) != size:
        count = len(array) if array.ndim else 0
        raise UserError(
            f"Each sample needs one of the {what}, and of {size:,} {'sample' if size == 1 else 'samples'} {count:,} "
            f"{'has' if count == 1 else 'have'} one."
        )
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
