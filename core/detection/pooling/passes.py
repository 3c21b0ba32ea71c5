"""What N regions cost: a pass through the network for each (R-CNN), or one pass and N poolings (Fast R-CNN)."""

from __future__ import annotations

from dataclasses import dataclass

from core.detection.results import StagedCandidates

BACKBONE, POOLING = "backbone and feature pyramid", "RoIAlign and head"
"""Stages of `StagedCandidates.times`."""

CROP = 224
"""Pixels: side of the square that each region is warped to before its own pass. R-CNN's were 227 (AlexNet) and 224
(VGG16), https://arxiv.org/abs/1311.2524."""


@dataclass(frozen=True)
class Passes:
    """Times of both ways for so many regions.

    Attributes:
        regions: N.
        measured: R, the regions that were pooled when it was measured.
        backbone: milliseconds of the pass over the whole picture, measured.
        pooling: milliseconds of RoIAlign and head for R regions, measured.
        pixels: of the picture that the network saw.
    """

    regions: int
    measured: int
    backbone: float
    pooling: float
    pixels: int

    @property
    def crop(self) -> float:
        """Milliseconds of one pass over a crop, if its time is in proportion to its pixels: multiplied."""
        return self.backbone * CROP**2 / self.pixels

    @property
    def heads(self) -> float:
        """Milliseconds of N poolings and heads: the measured time times N / R."""
        return self.pooling * self.regions / max(self.measured, 1)

    @property
    def one_by_one(self) -> float:
        """Milliseconds of N passes and N heads."""
        return self.regions * self.crop + self.heads

    @property
    def shared(self) -> float:
        """Milliseconds of one pass and N poolings and heads."""
        return self.backbone + self.heads


def passes(candidates: StagedCandidates, regions: int) -> Passes | None:
    """What so many regions cost by the times of a forward pass; None where its stages were not measured."""
    times = {stage.stage: stage.milliseconds for stage in candidates.times}
    if BACKBONE not in times or POOLING not in times:
        return None
    height, width = candidates.network_size
    return Passes(regions, len(candidates.proposals), times[BACKBONE], times[POOLING], height * width)
