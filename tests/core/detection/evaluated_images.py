"""Random pictures with target boxes and detections, for tests of matching and evaluation."""

from __future__ import annotations

import numpy as np

from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes

CLASSES = ("cat", "cup", "dog")


def boxes(rng: np.random.Generator, count: int, side: int = 40) -> np.ndarray:
    """(count, 4) whole-numbered boxes, so small a field that many overlap."""
    low = rng.integers(0, side - 12, (count, 2))
    return np.concatenate([low, low + rng.integers(4, 24, (count, 2))], axis=1).astype(float)


def image(rng: np.random.Generator, *, crowds: bool = False, ties: bool = False) -> EvaluatedImage:
    """A picture whose detections are partly target boxes moved a little."""
    target = boxes(rng, int(rng.integers(0, 7)))
    labels = [CLASSES[n] for n in rng.integers(0, len(CLASSES), len(target))]
    found = boxes(rng, int(rng.integers(0, 5)))
    near = target + rng.integers(-3, 4, target.shape)
    near = np.concatenate([np.minimum(near[:, :2], near[:, 2:] - 1), near[:, 2:]], axis=1).reshape(-1, 4)
    found = np.concatenate([found, near, near[: len(near) // 2]])
    said = [CLASSES[n] for n in rng.integers(0, len(CLASSES), len(found))]
    kept = rng.random(len(found)) < 0.6
    own = [*[""] * (len(found) - len(near) - len(near) // 2), *labels, *labels[: len(near) // 2]]
    said = [right if right and keep else other for right, keep, other in zip(own, kept, said, strict=True)]
    scores = rng.integers(1, 6, len(found)) / 5 if ties else rng.permutation(len(found)) / 40 + rng.random() / 100
    crowd = rng.random(len(target)) < 0.3 if crowds else None
    return EvaluatedImage(
        "random",
        GroundTruth.of(target, labels, crowd=crowd),
        PredictedBoxes.of(found, said, np.clip(scores, 0, 1)),
        (60, 60),
    )


def images(seed: int, count: int = 4, *, crowds: bool = False, ties: bool = False) -> tuple[EvaluatedImage, ...]:
    rng = np.random.default_rng(seed)
    return tuple(image(rng, crowds=crowds, ties=ties) for _ in range(count))
