"""What the three panels of Figure 1 are drawn from and with: the row, boxes over it, feature maps as shade."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
import PIL.Image
from torch import Tensor

from core.detection.overlap import Corners
from core.detection.scale.result import Answer, Rung
from core.figures.drawing import Image, Item, Rect, Text

PANEL, GAP = 300.0, 24.0
"""Width of a panel and between two, in the drawing's units."""
TOP, BAND = 34.0, 90.0
"""Where the small things on top begin, and how high they may be."""
BOTTOM = TOP + BAND + 34
"""Where the picture below begins."""
LETTERS = 21.0
OTHERS = "#D7DBE0"
"""Windows and anchors on a photograph that do not answer."""
SHADE = 0.7
"""How dark a cell is where its map says least."""


def shade(level: Tensor, size: tuple[int, int], stride: tuple[int, int]) -> str:
    """A feature map to lie over its picture: cells that say little are dark.

    What a cell says is the length of its vector, each channel first brought to mean 0 and deviation 1 over all cells.

    Args:
        level: (channels, h, w)
        size: (height, width) of the picture, network pixels.
        stride: (down, across) network pixels of a cell.

    Returns:
        A PNG's data URI.
    """
    flat = level.float().flatten(1)
    said = ((flat - flat.mean(1, keepdim=True)) / flat.std(1, correction=0, keepdim=True).clamp(min=1e-6)).norm(dim=0)
    low, high = said.min(), said.quantile(0.99)
    dark = (255 * SHADE * (1 - ((said - low) / (high - low).clamp(min=1e-6)).clamp(0, 1))).view(level.shape[1:])
    alpha = np.repeat(np.repeat(dark.byte().numpy(), stride[0], 0), stride[1], 1)[: size[0], : size[1]]
    picture = PIL.Image.fromarray(np.stack((np.zeros_like(alpha), alpha), -1), "LA")
    file = io.BytesIO()
    picture.save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


class Scene:
    """What all three panels are drawn from.

    Attributes:
        uri: of the row.
        size: (height, width) of the row, network pixels.
        copy: the chosen copy, network pixels of the row.
        least: score that counts as an answer.
        maps: each level's map to lie over the row, the finest first; empty where they were not kept.
    """

    def __init__(self, uri: str, size: tuple[int, int], copy: Corners, least: float, maps: Sequence[str] = ()) -> None:
        self.uri, self.size, self.copy, self.least, self.maps = uri, size, copy, least, maps

    def counts(self, answer: Answer | None) -> bool:
        """Whether it is an answer."""
        return answer is not None and answer.score >= self.least

    def heading(self, x: float, title: str, said: str) -> list[Item]:
        """The panel's title and what stands at its foot."""
        foot = BOTTOM + PANEL * self.size[0] / self.size[1] + 0.8 * LETTERS
        return [
            Text(x, 0.6 * LETTERS, title, LETTERS, "start", bold=True),
            Text(x, foot, said, LETTERS, "start"),
        ]

    def picture(self, x: float, y: float, width: float, opacity: float = 1.0) -> Image:
        """The row."""
        return Image(x, y, width, width * self.size[0] / self.size[1], self.uri, opacity)

    def below(self, x: float, answer: Answer | None, rungs: Sequence[Rung]) -> list[Item]:
        """The row at the foot of a panel, under the map that the answer was read from."""
        width, height = PANEL, PANEL * self.size[0] / self.size[1]
        items: list[Item] = [self.picture(x, BOTTOM, width)]
        if answer is not None and rungs[answer.rung].level < len(self.maps):
            items.append(Image(x, BOTTOM, width, height, self.maps[rungs[answer.rung].level], smooth=False))
        return items

    def box(self, x: float, y: float, width: float, box: Corners, stroke: str, line: float, **more: object) -> Rect:
        """A box of the row on a picture of it, cut off at the picture's edges."""
        unit = width / self.size[1]
        x1, x2 = (min(max(value, 0), self.size[1]) * unit for value in (box[0], box[2]))
        y1, y2 = (min(max(value, 0), self.size[0]) * unit for value in (box[1], box[3]))
        return Rect(x + x1, y + y1, x2 - x1, y2 - y1, stroke=stroke, line=line, **more)  # type: ignore[arg-type]

    def around(self, shape: tuple[float, float], at: Corners | None = None) -> Corners:
        """A box of this shape around the middle of the copy, or of another box."""
        x1, y1, x2, y2 = at or self.copy
        x, y, (wide, high) = (x1 + x2) / 2, (y1 + y2) / 2, shape
        return x - wide / 2, y - high / 2, x + wide / 2, y + high / 2


def summary(answer: Answer | None, least: float) -> str:
    """At the foot of a panel."""
    if answer is None:
        return "nothing fits this copy"
    score = f"{answer.score:.2f}" if answer.score else "under 0.02"
    if answer.score < least:
        return f"no answer, score {score}"
    return f"IoU {answer.final_iou:.2f}, score {score}"
