"""Boxes before and after a regressor moved them, on objects it was fitted on and on others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torchvision.ops import box_iou

from core.detection.coding import decode
from core.detection.regression.pairs import Object, Pairs
from core.detection.regression.ridge import Products, predict, products
from core.errors import UserError

Array = npt.NDArray[np.float64]
STRENGTHS = tuple(float(10**power) for power in np.arange(-2, 6.1, 0.5))
"""λ that are tried: a hundredth to a million."""
PAPER = 1000.0


@dataclass(frozen=True, eq=False)
class Split:
    """Boxes that a regressor is fitted on, and boxes around other objects.

    Attributes:
        fitted: (N,) pairs of each picture, all of whose boxes are fitted.
        held: pairs of the picture whose objects are held out.
        label: of the class that both sides are of; "" for all classes.
        known: the products of their features.
    """

    fitted: tuple[Pairs, ...]
    held: Pairs
    label: str
    known: Products


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
        fitted: boxes around the objects it was fitted on.
        held: boxes around others.
        network: the same as `held`, moved by the network's own head; None where that knows none of the classes.
    """

    fitted: Moved
    held: Moved
    network: Moved | None


def of_class(pairs: Pairs, label: str) -> Pairs | None:
    """The boxes around objects of one class, "" for all; None where there are none."""
    if not label:
        return pairs
    wanted = [number for number, one in enumerate(pairs.objects) if one.label == label]
    rows = np.flatnonzero(np.isin(pairs.object_of, wanted))
    if not len(rows):
        return None
    places = {old: new for new, old in enumerate(wanted)}
    owners = np.array([places[owner] for owner in pairs.object_of[rows].tolist()], dtype=np.int64)
    objects: tuple[Object, ...] = tuple(pairs.objects[number] for number in wanted)
    take = torch.from_numpy(rows)
    return Pairs(
        pairs.picture, objects, owners, pairs.boxes[take], pairs.targets[take], pairs.shifts[rows],
        pairs.features[rows], pairs.network[rows],
    )  # fmt: skip


def split(others: Sequence[Pairs], held: Pairs, label: str = "") -> Split:
    """Fit on all objects of other pictures, hold out those of this one.

    Args:
        others: boxes of other pictures.
        held: boxes of the picture that is held out.
        label: only objects of this class, as in the paper; "": of all.

    Raises:
        UserError: one of the sides has no object of the class.
    """
    mine = of_class(held, label)
    fitted = tuple(part for one in others if (part := of_class(one, label)) is not None)
    if mine is None or not fitted:
        where = "this picture" if mine is None else "the other pictures"
        raise UserError(f"There is no {label or 'object'} in {where}: choose another class, or all classes together.")
    features = np.concatenate([one.features for one in fitted])
    shifts = np.concatenate([one.shifts for one in fitted])
    return Split(fitted, mine, label, products(features, shifts, mine.features))


def learn(parts: Split, strength: float) -> Learned:
    """Fit the four functions with this λ and move all boxes by what they say.

    Raises:
        UserError: λ is not above 0.
    """
    if not (strength > 0 and np.isfinite(strength)):
        raise UserError(f"λ must be a number above 0, {strength:g} is not.")
    said, of_others = predict(parts.known, strength)
    boxes = torch.cat([one.boxes for one in parts.fitted])
    targets = torch.cat([one.targets for one in parts.fitted])
    held = parts.held
    knows = ~np.isnan(held.network).any(axis=1)
    network = None
    if knows.any():
        rows = torch.from_numpy(np.flatnonzero(knows))
        network = _moved(held.boxes[rows], held.targets[rows], held.network[knows])
    return Learned(_moved(boxes, targets, said), _moved(held.boxes, held.targets, of_others), network)


def _moved(boxes: Tensor, targets: Tensor, shifts: Array) -> Moved:
    after = decode(boxes, torch.from_numpy(shifts).to(boxes.dtype))
    return Moved(after, _ious(boxes, targets), _ious(after, targets))


def _ious(boxes: Tensor, targets: Tensor) -> Array:
    """(N,) IoU of each box with its own target."""
    ious: Array = box_iou(boxes, targets).diagonal().double().numpy()
    return ious


@dataclass(frozen=True)
class Curve:
    """Mean IoU at each λ.

    Attributes:
        strengths: λ.
        fitted: on objects that were fitted.
        held: on others.
        before: of the held-out boxes before.
        network: of the same, moved by the network's own head; nan where that knows none of the classes.
    """

    strengths: tuple[float, ...]
    fitted: tuple[float, ...]
    held: tuple[float, ...]
    before: float
    network: float


def curve(parts: Split) -> Curve:
    """Try every λ."""
    found = [learn(parts, strength) for strength in STRENGTHS]
    network = found[0].network
    return Curve(
        STRENGTHS,
        tuple(one.fitted.means[1] for one in found),
        tuple(one.held.means[1] for one in found),
        found[0].held.means[0],
        network.means[1] if network is not None else float("nan"),
    )
