"""What the papers report of a picture, all with VGG16 and about 2,000 regions (300 proposals) on a Nvidia K40.

R-CNN and Fast R-CNN: Girshick 2015 (https://arxiv.org/abs/1504.08083), table 4, without the time of selective search.
Selective search and Faster R-CNN: Ren et al. 2015 (https://arxiv.org/abs/1506.01497), table 5: 1,510 ms for selective
search and 320 ms for the rest, 198 ms for Faster R-CNN, of which 10 ms for its proposals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from core.detection.ladder.result import Method


@dataclass(frozen=True)
class Published:
    """A method in its paper.

    Attributes:
        regions: it looked at, about.
        seconds: a picture.
        words: the same with what is in it, a sentence's part.
        source: where it says so.
    """

    regions: int
    seconds: float
    words: str
    source: str


PUBLISHED: Mapping[Method, Published] = MappingProxyType(
    {
        Method.RCNN: Published(
            2_000, 47.0, "47 s a picture, selective search not counted", "Fast R-CNN, arXiv 1504.08083, table 4"
        ),
        Method.FAST: Published(
            2_000,
            1.83,
            "0.32 s a picture, and 1.5 s of selective search before it",
            "Faster R-CNN, arXiv 1506.01497, table 5",
        ),
        Method.FASTER: Published(
            300, 0.198, "0.2 s a picture, 5 a second, proposals included", "Faster R-CNN, arXiv 1506.01497, table 5"
        ),
    }
)
"""Of the sliding window there is no such figure."""
