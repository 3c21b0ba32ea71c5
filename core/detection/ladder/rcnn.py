"""R-CNN (Girshick et al. 2014, https://arxiv.org/abs/1311.2524): every region is a picture of its own.

Selective search proposes, each region is warped with its surroundings (`core.detection.ladder.crops`) and goes through
the whole network alone; its class boxes are regressed (appendix C there), and NMS works on all.
"""

from __future__ import annotations

from PIL.Image import Image

from core.detection.detector import StagedDetector
from core.detection.ladder.crops import CONTEXT, read_each
from core.detection.ladder.result import Method, Rung, class_boxes
from core.detection.ladder.selective import search
from core.jobs import Report


def run(
    detector: StagedDetector,
    image: Image,
    limit: int,
    side: int,
    report: Report,
    *,
    size: tuple[int, int] | None = None,
) -> Rung:
    """Search for regions, then one pass for each.

    Args:
        detector: whose network.
        image: RGB.
        limit: regions at most.
        side: of the warped crops, pixels.
        report: of the job.
        size: (width, height) of the picture where `image` is a smaller copy of it.

    Raises:
        UserError: see `search`; no memory is left.
    """
    size = size or image.size
    report(0.0, "selective search")
    found = search(image, limit, size=size)
    said = read_each(detector, image, found.regions, side, report, context=CONTEXT, what="regions", size=size)
    image_size = size[1], size[0]
    candidates = class_boxes(detector.spec.classes, image_size, image_size, said.scores, said.boxes, said.boxes)
    return Rung(Method.RCNN, found.regions, candidates, len(found.regions), (found.time, *said.parts), side)
