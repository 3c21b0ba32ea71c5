"""What was said of the test pictures, and how to find these pictures.

Shapes: M test pictures, ten classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
from sklearn.metrics import confusion_matrix

from core.transfer.cifar10.order import CLASSES, labels_of
from core.transfer.cifar10.record import Record
from core.transfer.data.image_set import ImageSet, Indices

Cell = tuple[int, int]
"""(target, predicted)."""


@dataclass(frozen=True, eq=False)
class Answers:
    """An answer for each test picture.

    Attributes:
        names: (M,) of the pictures.
        target: (M,) number of the actual class.
        predicted: (M,) number of the predicted class.
        confidence: (M,) the higher, the surer; None where nobody said.
    """

    names: Sequence[str]
    target: Indices
    predicted: Indices
    confidence: npt.NDArray[np.float64] | None

    @cached_property
    def confusion(self) -> npt.NDArray[np.int64]:
        """(10, 10) counts, actual classes in rows; not to be written to."""
        counts: npt.NDArray[np.int64] = confusion_matrix(self.target, self.predicted, labels=range(len(CLASSES)))
        return counts

    @property
    def commonest_mistake(self) -> Cell:
        """The cell off the diagonal that counts most; of equal ones the first."""
        wrong = self.confusion.copy()
        np.fill_diagonal(wrong, 0)
        target, predicted = divmod(int(wrong.argmax()), len(CLASSES))
        return target, predicted

    def rows(self, cell: Cell) -> Indices:
        """Those of a cell, the surest first, else in their order."""
        found = np.flatnonzero((self.target == cell[0]) & (self.predicted == cell[1]))
        if self.confidence is not None:
            found = found[np.argsort(-self.confidence[found], kind="stable")]
        return found.astype(np.int64)


def answers_of(record: Record) -> Answers:
    """Those of a record.

    Raises:
        UserError: its pictures are not those of CIFAR-10.
    """
    confidence = np.array(record.confidence, dtype=np.float64) / 100
    return Answers(record.names, labels_of(record.names), record.answers, confidence)


def find(names: Sequence[str], images: ImageSet) -> Indices | None:
    """(M,) where pictures of these names lie in a set; None where it is another copy, which has other names."""
    where = {name: index for index, name in enumerate(images.names)}
    found = [where.get(name, -1) for name in names]
    return None if -1 in found else np.array(found, np.int64)
