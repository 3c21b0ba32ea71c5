"""What a network says of pictures, without learning from them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from core.device import device_lock, synchronize
from core.jobs import Report
from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.features.extract import Features
from core.transfer.model.classifier import Classifier, Trained
from core.transfer.model.inputs import to_input
from core.transfer.training.run import LabelledPredictions

BATCH = 64
"""Pictures at a time: below half a second on two cores at 128 px, so short work need not wait longer."""
_AT = 128


def at_once(size: int) -> int:
    """Pictures of a size in pixels at a time: of small ones as many more as take about as long."""
    return BATCH * max(1, (_AT // size) ** 2)


def batches(count: int, many: int = BATCH) -> Iterator[slice]:
    """Cut so many rows into batches."""
    return (slice(start, start + many) for start in range(0, count, many))


@torch.no_grad()
def embed(model: Classifier, batch: Tensor) -> Tensor:
    """(N, D) what the backbone alone makes of uint8 pictures. Puts the network into eval mode."""
    features: Tensor = model.eval().backbone(to_input(batch, model.spec.architecture, model.spec.size))
    return features


def logits_in_batches(model: Classifier, pictures: Tensor, *, mirrored: bool = False) -> Iterator[tuple[Tensor, ...]]:
    """Logits of every head for (M, 3, S, S) uint8 pictures, a batch at a time, each in a turn of its own.

    Puts the network into eval mode. With `mirrored` they are the mean of those of a picture and of its mirror image.
    """
    device = next(model.parameters()).device
    for rows in batches(len(pictures), at_once(model.spec.size)):
        with device_lock.step(), torch.no_grad():
            model.eval()
            x = to_input(pictures[rows].to(device), model.spec.architecture, model.spec.size)
            found = model.all_heads(x)
            if mirrored:
                both = zip(found, model.all_heads(x.flip(3)), strict=True)
                found = tuple((upright + turned) / 2 for upright, turned in both)
            synchronize(device)
            answers = tuple(logits.float().cpu() for logits in found)
        yield answers  # the device is free, and gradients are as they were, whatever is done with them


def score(model: Classifier, images: ImageSet, indices: Indices, report: Report) -> LabelledPredictions:
    """Probabilities of the classes for pictures of the set.

    Args:
        model: put into eval mode.
        images: the set.
        indices: (M,) of the pictures.
        report: told after each batch; may raise to stop it.
    """
    parts: list[Tensor] = []
    for heads in logits_in_batches(model, images.images[torch.from_numpy(indices)]):
        parts.append(heads[0])
        done = sum(map(len, parts))
        report(done / len(indices), f"{done:,} of {len(indices):,} pictures")
    return scored(images, indices, parts)


def scored(images: ImageSet, indices: Indices, logits: Sequence[Tensor]) -> LabelledPredictions:
    """The answers for (M,) pictures of the set, from batches of the first head's logits in the same order."""
    every = torch.cat([torch.zeros(0, len(images.classes)), *logits])
    return LabelledPredictions(indices, images.labels[indices], every.softmax(1).numpy())


def of_features(trained: Trained, features: Features, images: ImageSet, indices: Indices) -> LabelledPredictions:
    """The same by a linear head on features that are there already: no picture goes through the network again."""
    weight, bias = (trained.state[f"heads.0.{name}"].float().numpy() for name in ("weight", "bias"))
    return scored(images, indices, [torch.from_numpy(features.of(indices) @ weight.T + bias)])


def mistakes_first(predictions: LabelledPredictions) -> Indices:
    """(M,) positions: mistakes, the most confident first, then right answers, the least confident first."""
    right = predictions.predicted == predictions.target
    confident = predictions.probabilities.max(axis=1)
    return np.lexsort((np.where(right, confident, -confident), right)).astype(np.int64)
