r"""What kind of error each false positive and each missed box is, after TIDE.

Bolya, Foley, Hays and Hoffman, ECCV 2020, https://arxiv.org/abs/2008.08115, section 2.2.

A detection that is no true positive at IoU $t_f$ = 0.5 is, with $t_b$ = 0.1 and the largest IoU to boxes of a kind,

- **Loc**: its class is right and $t_b \le \mathrm{IoU} < t_f$: it is badly placed;
- **Cls**: $\mathrm{IoU} \ge t_f$ with a box of another class: it is well placed and wrongly named;
- **Dupe**: its class is right and $\mathrm{IoU} \ge t_f$, but a higher-scoring detection has found that box;
- **Bkg**: $\mathrm{IoU} \le t_b$ with every box: there is nothing;
- **Both**: what is left: another class and $t_b < \mathrm{IoU} < t_f$.

The first in this order counts, as in the authors' code (https://github.com/dbolya/tide, `tidecv/quantify.py`). A
ground-truth box that nothing found is **Miss**, unless a Loc or Cls error, once it is mended, finds it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from core.detection.scoring.evaluated_images import Array, Flags
from core.detection.scoring.matching import Matches, Outcome, Overlaps, match

FOREGROUND, BACKGROUND = 0.5, 0.1
"""The paper's thresholds t_f and t_b."""


class ErrorKind(StrEnum):
    """The six kinds, in the paper's order."""

    CLS = "Cls"
    LOC = "Loc"
    BOTH = "Both"
    DUPE = "Dupe"
    BKG = "Bkg"
    MISS = "Miss"


@dataclass(frozen=True)
class DetectionError:
    """One error.

    Attributes:
        kind: of the six.
        image: which picture.
        detection: the false positive; None for a missed box.
        target: the ground-truth box that explains it: the one it is beside, mistook or found again, or that is missed;
            None where there is none.
        iou: IoU with that box; 0 for none, and for a missed box.
        mends: whether the mended detection would find that box: it is free, and of all that would find it this one
            scores highest.
    """

    kind: ErrorKind
    image: int
    detection: int | None
    target: int | None
    iou: float = 0.0
    mends: bool = False


@dataclass(frozen=True, eq=False)
class Judged:
    """Pictures with their matches at the foreground threshold, and all errors.

    Attributes:
        matches: of each picture.
        errors: of all pictures, the false positives of each by score, then its missed boxes.
    """

    matches: tuple[Matches, ...]
    errors: tuple[DetectionError, ...]

    def count(self, kind: ErrorKind) -> int:
        """How many errors of a kind there are."""
        return sum(error.kind is kind for error in self.errors)


def judge(measured: Sequence[Overlaps], foreground: float = FOREGROUND, background: float = BACKGROUND) -> Judged:
    """Find every error.

    Detections beyond COCO's limit of 100 of a class in a picture, and those on boxes that need not be found, are
    neither right nor wrong (`Outcome.IGNORED`).

    Args:
        measured: the pictures.
        foreground: t_f, from which a box is found.
        background: t_b, up to which there is nothing.
    """
    matches = tuple(match(picture, foreground, reasons=False) for picture in measured)
    found: list[DetectionError] = []
    for number, (own, picture) in enumerate(zip(matches, measured, strict=True)):
        found += _in_picture(number, own, picture.ious, foreground, background)
    return Judged(matches, tuple(found))


def _in_picture(number: int, own: Matches, ious: Array, foreground: float, background: float) -> list[DetectionError]:
    target, labels = own.image.target, own.image.found.labels
    to_find: Flags = ~target.ignored
    names = np.array(target.labels, dtype=object)
    found: list[DetectionError] = []
    claimed: set[int] = set()
    for index in own.order.tolist():
        if own.outcomes[index] in (Outcome.RIGHT, Outcome.IGNORED):
            continue
        same: Flags = to_find & (names == labels[index])
        kind, near = _kind(ious[index], same, to_find & ~same, foreground, background)
        # the order is by score, so that the first that would find a box is the one that does
        can = kind in (ErrorKind.CLS, ErrorKind.LOC) and own.finders[near] < 0
        box, iou = (near, float(ious[index, near])) if near >= 0 else (None, 0.0)
        found.append(DetectionError(kind, number, index, box, iou, mends=can and near not in claimed))
        if can:
            claimed.add(near)
    return found + [DetectionError(ErrorKind.MISS, number, None, box) for box in own.missed if box not in claimed]


def _kind(ious: Array, same: Flags, other: Flags, foreground: float, background: float) -> tuple[ErrorKind, int]:
    """The kind of a false positive and the box that explains it, -1 where it touches none.

    Args:
        ious: (G,) with each ground-truth box.
        same: (G,) which have its class and are to be found.
        other: (G,) which have another class and are to be found.
        foreground, background: the thresholds.
    """
    (own, at), (wrong, mistaken) = _largest(ious, same), _largest(ious, other)
    if background <= own < foreground:
        return ErrorKind.LOC, at
    if wrong >= foreground:
        return ErrorKind.CLS, mistaken
    if own >= foreground:
        return ErrorKind.DUPE, at
    best, near = max((own, at), (wrong, mistaken))
    if best <= background:
        return ErrorKind.BKG, near if best > 0 else -1
    return ErrorKind.BOTH, near


def _largest(ious: Array, among: Flags) -> tuple[float, int]:
    """The largest IoU among some boxes, 0 where there are none, and whose it is, the first of equal ones."""
    if not among.any():
        return 0.0, -1
    at = int(np.where(among, ious, -1.0).argmax())
    return float(ious[at]), at
