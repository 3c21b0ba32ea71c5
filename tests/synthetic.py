"""Candidates made up for tests and benches, in the quantity and the clusters a real picture has."""

from __future__ import annotations

import torch

from core.detection import StagedCandidates


def candidates(
    count: int,
    *,
    seed: int = 0,
    classes: int = 5,
    size: tuple[int, int] = (480, 640),
    network: tuple[int, int] = (320, 426),
) -> StagedCandidates:
    """`count` boxes in about `count / 12` clusters, all scores distinct and above 0.02.

    Args:
        count: number of candidates N.
        seed: of the generator.
        classes: number of classes without the background.
        size: (height, width) of the made-up picture.
        network: (height, width) the network would have seen.
    """
    generator = torch.Generator().manual_seed(seed)
    clusters = max(1, count // 12)
    which = torch.randint(clusters, (count,), generator=generator)
    limit = torch.tensor([network[1], network[0]], dtype=torch.float32)
    centre = torch.rand(clusters, 2, generator=generator)[which] * limit
    side = (20 + 80 * torch.rand(clusters, 2, generator=generator))[which]
    centre = centre + 4 * torch.randn(count, 2, generator=generator)
    side = side * torch.exp(0.15 * torch.randn(count, 2, generator=generator))
    low = (centre - side / 2).clamp(min=0).minimum(limit - 2)
    high = (centre + side / 2).minimum(limit).maximum(low + 1)
    boxes = torch.cat([low, high], 1)  # (N, 4) network pixels
    ratio = torch.tensor([size[1] / network[1], size[0] / network[0]]).repeat(2)
    scores = 0.021 + 0.97 * (torch.randperm(count, generator=generator) + 1) / (count + 1)  # distinct
    return StagedCandidates(
        classes=("__background__", *(f"class {number}" for number in range(1, classes + 1))),
        image_size=size,
        network_size=network,
        anchors=19_140,
        pre_nms_proposals=2_040,
        proposals=boxes,
        objectness=torch.linspace(1, 0, count),
        class_scores=torch.full((count, classes + 1), 1 / (classes + 1)),
        boxes=boxes * ratio,
        network_boxes=boxes,
        scores=scores,
        labels=torch.randint(1, classes + 1, (count,), generator=generator),
        sources=torch.arange(count),
        floor=0.02,
        times=(),
    )
