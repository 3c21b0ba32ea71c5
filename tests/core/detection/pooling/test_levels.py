"""What a detector pools: its levels, its own features, and the times of its stages."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from PIL import Image

from core.detection import StagedDetector
from core.detection.pooling.aligned import roi_align
from core.detection.pooling.levels import level_of, pooled_levels
from core.detection.pooling.passes import BACKBONE, CROP, POOLING, passes


def test_our_roi_align_cuts_what_the_detector_cuts(
    detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    inside = detector.inside(photographs["coffee"], short_side=224)
    pool = detector.model.roi_heads.box_roi_pool
    boxes = inside.candidates.proposals[:20]
    theirs = pool(
        {name: level[None] for name, level in inside.features.items()}, [boxes], [inside.network_size]
    )  # (20, channels, 7, 7)
    levels = pooled_levels(pool, inside.levels)
    seen = set()
    for number, box in enumerate(boxes.tolist()):
        level = level_of(pool, levels, (box[0], box[1], box[2], box[3]))
        seen.add(level.name)
        channel = inside.features[level.name][41].numpy()
        ours = roi_align(channel, (box[0], box[1], box[2], box[3]), 1 / level.stride[0], 7, pool.sampling_ratio)
        torch.testing.assert_close(torch.from_numpy(ours.values), theirs[number, 41], atol=1e-4, rtol=1e-4)
    assert len(seen) > 1, "boxes of one size only"


def test_times_are_measured_once_and_multiplied(detector: StagedDetector, photographs: dict[str, Image.Image]) -> None:
    candidates = detector.candidates(photographs["coffee"], short_side=224)
    cost = passes(candidates, 2000)
    assert cost is not None, f"no stage is called {BACKBONE} or {POOLING}"
    height, width = candidates.network_size
    assert cost.crop == pytest.approx(cost.backbone * CROP * CROP / (height * width))
    assert cost.one_by_one - cost.shared == pytest.approx(2000 * cost.crop - cost.backbone)
    assert cost.heads == pytest.approx(cost.pooling * 2000 / len(candidates.proposals))
    assert passes(replace(candidates, times=()), 10) is None
