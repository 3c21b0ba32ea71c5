"""What was handed in, counted."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.metrics import confusion_matrix

from core.transfer.cifar10.handin import HandIn
from core.transfer.cifar10.order import CLASSES


def confusion(found: HandIn) -> npt.NDArray[np.int64]:
    """(10, 10) counts, actual classes in rows."""
    counts: npt.NDArray[np.int64] = confusion_matrix(found.target, found.predicted, labels=range(len(CLASSES)))
    return counts
