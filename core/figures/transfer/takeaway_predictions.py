"""Test predictions with small pictures of what they are about, as the metrics explorer reads them."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional

from core.metrics.predictions.predictions import Predictions, from_arrays
from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.training.run import LabelledPredictions

SIDE = 64
"""Pixels of a picture there, at most."""
MOST_BYTES = 32 * 2**20
"""Of all pictures of one model."""
_CHUNK = 512


def predictions_of(scored: LabelledPredictions, images: ImageSet) -> Predictions:
    """Classes, probabilities, pictures and names of the pictures.

    Raises:
        UserError: there are none.
    """
    return from_arrays(
        scored.target,
        scored.predicted,
        labels=images.classes,
        scores=scored.probabilities,
        thumbnails=_thumbnails(images, scored.indices),
        ids=np.array([images.names[index] for index in scored.indices.tolist()], dtype=object),
    )


def _thumbnails(images: ImageSet, indices: Indices) -> npt.NDArray[np.uint8]:
    """(M, T, T, 3) small pictures; the more there are, the smaller."""
    side = min(images.side, SIDE, max(16, int((MOST_BYTES / (3 * max(len(indices), 1))) ** 0.5)))
    small = [_shrink(images.images[chunk], side) for chunk in torch.split(torch.from_numpy(indices), _CHUNK)]
    pictures: npt.NDArray[np.uint8] = torch.cat(small).permute(0, 2, 3, 1).contiguous().numpy()
    return pictures


def _shrink(batch: torch.Tensor, side: int) -> torch.Tensor:
    if batch.shape[-1] == side:
        return batch
    small = functional.interpolate(batch.float(), (side, side), mode="bilinear", antialias=True)
    return small.round_().clamp_(0, 255).to(torch.uint8)
