"""What a probe learns from and what it is chosen by: matrices and classes.

Shapes: N training pictures, V validation pictures, D features, C classes.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from sklearn.model_selection import StratifiedKFold
from threadpoolctl import threadpool_limits

from core.errors import UserError
from core.transfer.data.image_set import ImageSet, Indices, Selection
from core.transfer.features.extract import Features, Matrix

FOLDS = 5
SEED = 0
"""Of the folds."""
SMALL = 4_000_000
"""Numbers in a matrix up to which one core is faster than several that wait for each other."""

_fitting = threading.Lock()


@dataclass(frozen=True, eq=False)
class Problem:
    """Two parts of a set as a probe sees them.

    Attributes:
        train: (N, D) features.
        train_labels: (N,) their classes.
        validation: (V, D) features; V may be 0.
        validation_labels: (V,) their classes.
        classes: C, some of which may have no training picture.
    """

    train: Matrix
    train_labels: Indices
    validation: Matrix
    validation_labels: Indices
    classes: int

    def folds(self) -> list[Problem]:
        """The training pictures cut into `FOLDS` parts of the same mixture, each the validation part once.

        Raises:
            UserError: a class has one picture only.
        """
        counts = np.bincount(self.train_labels, minlength=self.classes)
        parts = min(FOLDS, int(counts[counts > 0].min(initial=FOLDS)))
        if parts < 2:
            raise UserError(
                "Cross-validation needs two training pictures of each class: take more, or choose by the validation "
                "part."
            )
        cut = StratifiedKFold(parts, shuffle=True, random_state=SEED).split(self.train, self.train_labels)
        return [
            Problem(self.train[fit], self.train_labels[fit], self.train[judge], self.train_labels[judge], self.classes)
            for fit, judge in cut
        ]


def problem(features: Features, images: ImageSet, selection: Selection, *, stage: int | None = None) -> Problem:
    """The training and validation part of a selection.

    Args:
        features: of the selected pictures.
        images: their set.
        selection: which pictures.
        stage: take what this stage of the network gave instead of what goes into its head.

    Raises:
        UserError: only one class has training pictures.
    """
    if len(np.unique(images.labels[selection.train])) < 2:
        raise UserError("A probe tells classes apart: it needs training pictures of two classes at least.")
    matrix = features.values if stage is None else features.stages[stage][1]
    return Problem(
        matrix[features.rows(selection.train)],
        images.labels[selection.train],
        matrix[features.rows(selection.validation)],
        images.labels[selection.validation],
        len(images.classes),
    )


@contextmanager
def fitting(matrix: Matrix) -> Iterator[None]:
    """One fit at a time in the whole process, small ones on one core.

    Linear algebra on small matrices spends its time on handing work between cores: with others at work on the same
    two, a decomposition of 0.2 s took 13 s. The limit is the process's own, so two must not set it at once.
    """
    with _fitting, threadpool_limits(1 if matrix.size <= SMALL else None, user_api="blas"):
        yield
