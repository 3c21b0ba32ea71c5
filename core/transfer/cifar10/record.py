"""What is left of a training on CIFAR-10: one JSON file with how, on what, how fast and how good.

Shapes: M test pictures, ten classes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from core.models.cifar10.members import CLASSES, FAMILIES, League
from core.transfer.data.image_set import Indices
from core.transfer.training.run import Point


@dataclass(frozen=True)
class Record:
    """One training from beginning to end, without its weights.

    Attributes:
        key: who took part, see `core.transfer.cifar10.recipe.ENTRIES`; another program may have a name of its own.
        family: one of `FAMILIES`.
        league: laptop or GPU.
        title: the network's.
        made: day it ended, ISO 8601.
        source: which copy of CIFAR-10, see `core.transfer.data.cifar10.Source`.
        data_digest: names the pictures, labels and parts.
        pictures: how many in "train", "validation" and "test".
        configuration: of the training, name -> value.
        versions: of Python and the libraries.
        device: its name, and what else decides its speed.
        parameters: weights and biases.
        macs: multiply-adds for one picture.
        steps: of the optimiser.
        epochs: passes over the training pictures.
        seconds: of training, evaluations not counted.
        curve: evaluations on some validation pictures, in order; the first before any step.
        validation: accuracy of the best point on all validation pictures, in [0, 1].
        test: on the test pictures, which were asked once, at the end.
        classes: names, in the order of the numbers.
        names: (M,) of the test pictures, sorted, numbers as numbers.
        predicted: (M,) numbers of classes, as one digit each.
        confidence: (M,) probability of the predicted class in per cent, rounded.
        confusion: (10, 10) counts, actual classes in rows.
    """

    key: str
    family: str
    league: League
    title: str
    made: str
    source: str
    data_digest: str
    pictures: Mapping[str, int]
    configuration: Mapping[str, Any]
    versions: Mapping[str, str]
    device: str
    parameters: int
    macs: int
    steps: int
    epochs: float
    seconds: float
    curve: tuple[Point, ...]
    validation: float
    test: float
    classes: tuple[str, ...]
    names: tuple[str, ...]
    predicted: str
    confidence: tuple[int, ...]
    confusion: tuple[tuple[int, ...], ...]

    def __post_init__(self) -> None:
        for wrong, what in _impossible(self):
            if wrong:
                raise ValueError(what)

    @property
    def images_per_second(self) -> float:
        """Training pictures a second of training."""
        return self.epochs * self.pictures["train"] / self.seconds

    @property
    def answers(self) -> Indices:
        """(M,) numbers of the predicted classes."""
        return np.frombuffer(self.predicted.encode("ascii"), np.uint8).astype(np.int64) - ord("0")

    @property
    def class_accuracies(self) -> npt.NDArray[np.float64]:
        """(10,) share of each class's pictures that are named rightly."""
        table = np.array(self.confusion)
        shares: npt.NDArray[np.float64] = table.diagonal() / table.sum(axis=1)
        return shares


def _impossible(record: Record) -> list[tuple[bool, str]]:
    """Whether something cannot be, and how to say it; later ones rely on earlier ones, so all are lazy or harmless."""
    count = len(record.names)
    table = record.confusion
    square = len(table) == CLASSES and all(len(row) == CLASSES and min(row) >= 0 for row in table)
    total = sum(map(sum, table)) if square else -1
    right = sum(table[number][number] for number in range(CLASSES)) if square else -1
    times = [point.seconds for point in record.curve]
    per_column = [record.predicted.count(str(number)) for number in range(CLASSES)]
    return [
        (not re.fullmatch(r"[\w.-]{1,60}", record.key, re.ASCII), "its key must be letters, digits, dots and dashes"),
        (record.family not in FAMILIES, f'"{record.family[:40]}" is none of the eleven families'),
        (len(record.classes) != CLASSES, "there must be ten classes"),
        (not 0 <= record.test <= 1 or not 0 <= record.validation <= 1, "an accuracy must lie between 0 and 1"),
        (min(record.parameters, record.macs, record.steps) < 1, "parameters, multiply-adds and steps must be positive"),
        (not 0 < record.epochs < math.inf or not 0 < record.seconds < math.inf, "epochs and seconds must be positive"),
        (record.pictures.get("train", 0) < 1, "it must say how many pictures it learned from"),
        (not record.curve, "it has no learning curve"),
        (not all(0 <= point.accuracy <= 1 for point in record.curve), "an accuracy of its curve is impossible"),
        (times != sorted(times) or not all(map(math.isfinite, times)), "the times of its curve do not grow"),
        (not re.fullmatch(r"[0-9]*", record.predicted, re.ASCII), "a predicted class must be a digit"),
        (len(record.predicted) != count, "there must be one predicted class for each picture"),
        (len(set(record.names)) != count or not count, "the names of its pictures are missing or not all different"),
        (
            len(record.confidence) != count or not all(0 <= one <= 100 for one in record.confidence),
            "there must be a confidence of 0 to 100 per cent for each picture",
        ),
        (not square or total != count, "its confusion matrix does not count its pictures"),
        (
            square and [sum(column) for column in zip(*table, strict=True)] != per_column,
            "its confusion matrix does not fit its predictions",
        ),
        (total > 0 and abs(right / total - record.test) > 1e-4, "its test accuracy does not fit its confusion matrix"),
    ]
