"""Boxes before and after a regressor moved them, on objects it was fitted on and on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from core.detection.coding import decode
from core.detection.regression.pairs import Object, Pairs
from core.detection.regression.ridge import Products, predict, products
from core.errors import UserError

Array = npt.NDArray[np.float64]
STRENGTHS = (0.01, 0.03, 0.1, 0.3, *(float(step * 10**power) for power in range(6) for step in (1, 3)), 1e6)
"""λ that can be tried: a hundredth to a million."""
PAPER = 1000.0
"""That of the paper."""


@dataclass(frozen=True, eq=False)
class Part:
    """One regressor: what it is fitted on, and which of the held-out boxes it moves.

    Attributes:
        label: class of all of its objects; "" for all classes.
        boxes: (N, 4) P that are fitted, network pixels of their picture.
        targets: (N, 4) G of each.
        objects: the objects that those are around.
        rows: (M,) int64 which of the held-out boxes it moves.
        known: the products of their features.
    """

    label: str
    boxes: Tensor
    targets: Tensor
    objects: tuple[Object, ...]
    rows: npt.NDArray[np.int64]
    known: Products


@dataclass(frozen=True, eq=False)
class Split:
    """Boxes that regressors are fitted on, and boxes around other objects.

    Attributes:
        parts: one regressor for all classes, or several, each of a class.
        held: pairs of the picture whose objects are held out, without their features.
    """

    parts: tuple[Part, ...]
    held: Pairs

    @property
    def own(self) -> tuple[str, ...]:
        """Classes that have a regressor of their own."""
        return tuple(part.label for part in self.parts if part.label)


@dataclass(frozen=True, eq=False)
class Moved:
    """One set of boxes before and after.

    Attributes:
        boxes: (N, 4) after, network pixels.
        before: (N,) IoU with the object.
        after: (N,) likewise.
    """

    boxes: Tensor
    before: Array
    after: Array

    @property
    def means(self) -> tuple[float, float]:
        """Mean IoU before and after."""
        return float(self.before.mean()), float(self.after.mean())


@dataclass(frozen=True, eq=False)
class Learned:
    """What one λ makes of the boxes.

    Attributes:
        fitted: boxes around the objects that were fitted.
        held: boxes around others.
        network: the same as `held`, moved by the network's own head; nan where that does not know the class.
    """

    fitted: Moved
    held: Moved
    network: Moved


def of_class(pairs: Pairs, label: str) -> npt.NDArray[np.int64]:
    """Which boxes are around objects of one class, "" for all."""
    wanted = [number for number, one in enumerate(pairs.objects) if label in ("", one.label)]
    found: npt.NDArray[np.int64] = np.flatnonzero(np.isin(pairs.object_of, wanted)).astype(np.int64)
    return found


def split(others: Sequence[Pairs], held: Pairs, *, by_class: bool = False) -> Split:
    """Fit on all objects of other pictures, hold out those of this one.

    Args:
        others: boxes of other pictures; one that is the held-out picture itself does not count.
        held: boxes of the picture that is held out.
        by_class: one regressor for each class that has objects on both sides, as in the paper; classes that have none
            in the other pictures are moved by one for all classes.

    Raises:
        UserError: there is nothing to fit.
    """
    others = [one for one in others if one.picture != held.picture]
    if not others:
        raise UserError("There is no other picture with an object to learn from.")
    known = {one.label for pairs in others for one in pairs.objects}
    own = sorted({one.label for one in held.objects} & known) if by_class else []
    parts = [_part(others, held, label, of_class(held, label)) for label in own]
    rest = np.setdiff1d(np.arange(len(held)), np.concatenate([part.rows for part in parts])) if parts else None
    if rest is None or len(rest):
        parts.append(_part(others, held, "", of_class(held, "") if rest is None else rest.astype(np.int64)))
    return Split(tuple(parts), replace(held, features=held.features[:, :0]))


def _part(others: Sequence[Pairs], held: Pairs, label: str, rows: npt.NDArray[np.int64]) -> Part:
    chosen = [(one, found) for one in others if len(found := of_class(one, label))]
    features = np.concatenate([one.features[found] for one, found in chosen])
    shifts = np.concatenate([one.shifts[found] for one, found in chosen])
    return Part(
        label=label,
        boxes=torch.cat([one.boxes[torch.from_numpy(found)] for one, found in chosen]),
        targets=torch.cat([one.targets[torch.from_numpy(found)] for one, found in chosen]),
        objects=tuple(thing for one, _ in chosen for thing in one.objects if label in ("", thing.label)),
        rows=rows,
        known=products(features, shifts, held.features[rows]),
    )


def learn(parts: Split, strength: float) -> Learned:
    """Fit the four functions with this λ and move all boxes by what they say.

    Raises:
        UserError: λ is not above 0.
    """
    if not (strength > 0 and np.isfinite(strength)):
        raise UserError(f"λ must be a number above 0, {strength:g} is not.")
    held = parts.held
    said, of_others = [], np.zeros((len(held), 4))
    for part in parts.parts:
        fitted, of_others[part.rows] = predict(part.known, strength)
        said.append(fitted)
    boxes, targets = (torch.cat(each) for each in zip(*((one.boxes, one.targets) for one in parts.parts), strict=True))
    return Learned(
        _moved(boxes, targets, np.concatenate(said)),
        _moved(held.boxes, held.targets, of_others),
        _moved(held.boxes, held.targets, held.network),
    )


def _moved(boxes: Tensor, targets: Tensor, shifts: Array) -> Moved:
    after = decode(boxes, torch.from_numpy(shifts).to(boxes.dtype))
    return Moved(after, paired_iou(boxes, targets), paired_iou(after, targets))


def paired_iou(boxes: Tensor, targets: Tensor) -> Array:
    """(N,) IoU of each box with its own target: the diagonal of torchvision's `box_iou`, without all the rest of it."""
    corner, far = torch.maximum(boxes[:, :2], targets[:, :2]), torch.minimum(boxes[:, 2:], targets[:, 2:])
    shared = (far - corner).clamp(min=0).prod(1)
    areas = [(one[:, 2:] - one[:, :2]).prod(1) for one in (boxes, targets)]
    ious: Array = (shared / (areas[0] + areas[1] - shared)).double().numpy()
    return ious


@dataclass(frozen=True)
class Curve:
    """Mean IoU at each λ.

    Attributes:
        strengths: λ.
        fitted: on objects that were fitted.
        held: on others.
        before: of the held-out boxes before.
        fitted_before: of the fitted ones.
        network: of the same, moved by the network's own head; nan where that does not know all of the classes.
    """

    strengths: tuple[float, ...]
    fitted: tuple[float, ...]
    held: tuple[float, ...]
    before: float
    network: float
    fitted_before: float

    @property
    def best(self) -> float:
        """The λ at which the held-out boxes lie best."""
        return self.strengths[int(np.argmax(self.held))]


def curve(parts: Split) -> Curve:
    """Try every λ."""
    found = [learn(parts, strength) for strength in STRENGTHS]
    return Curve(
        STRENGTHS,
        tuple(one.fitted.means[1] for one in found),
        tuple(one.held.means[1] for one in found),
        found[0].held.means[0],
        found[0].network.means[1],
        found[0].fitted.means[0],
    )
