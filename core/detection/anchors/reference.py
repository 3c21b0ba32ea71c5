r"""Reference boxes by size and ratio, as the lecture writes them: 64, 128, 256 px and width/height 0.5, 1, 1.5.

Ren et al., Faster R-CNN (https://arxiv.org/abs/1506.01497), section 3.1.1. As in torchvision's `AnchorGenerator`
(https://docs.pytorch.org/vision/stable/_modules/torchvision/models/detection/anchor_utils.html) a box of size $s$ and
ratio $r$ keeps the area $s^2$: with $r = w/h$ it is $w = s\sqrt r$ wide and $h = s/\sqrt r$ high. torchvision's own
ratio is the inverse, $h/w$, and it rounds corners to whole pixels, which `Pattern.cell` does not.

Sizes are network pixels: those of the picture as the network sees it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from core.errors import UserError

SIZES, RATIOS = "64, 128, 256", "0.5, 1, 1.5"
"""The lecture's."""
MOST_ENTRIES = 12
MOST_ANCHORS = 36
SMALLEST, LARGEST = 1.0, 2_000.0
FLATTEST = 20.0
"""The largest ratio; the smallest is one over it."""
_NUMBER = r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+"
_BOX = re.compile(rf"({_NUMBER})\s*[x×*]\s*({_NUMBER})", re.IGNORECASE)


@dataclass(frozen=True)
class Reference:
    """One reference box.

    Attributes:
        name: how it was asked for: "128 px, ratio 0.5" or "90 × 45 px".
        group: boxes of one size have the same number, the first size 0.
        width, height: network pixels.
    """

    name: str
    group: int
    width: float
    height: float


@dataclass(frozen=True)
class Pattern:
    """What stands at each place.

    Attributes:
        sizes: sides of the squares of the same area, network pixels.
        ratios: width/height; every size has every ratio.
        boxes: (width, height) of boxes that are taken as they are, beside those.
    """

    sizes: tuple[float, ...]
    ratios: tuple[float, ...]
    boxes: tuple[tuple[float, float], ...] = ()

    def references(self) -> tuple[Reference, ...]:
        """(A) in torchvision's order: all sizes of the first ratio, of the next; then the boxes."""
        crossed = [
            Reference(f"{size:g} px, ratio {ratio:g}", group, size * math.sqrt(ratio), size / math.sqrt(ratio))
            for ratio in self.ratios
            for group, size in enumerate(self.sizes)
        ]
        first = len(self.sizes)
        alone = [Reference(f"{w:g} × {h:g} px", first + i, w, h) for i, (w, h) in enumerate(self.boxes)]
        return (*(crossed if self.sizes else ()), *alone)

    def cell(self) -> Tensor:
        """(A, 4) the boxes around (0, 0)."""
        return around_zero([(one.width, one.height) for one in self.references()])

    def code(self) -> str:
        """Python that makes the same with torchvision, but for the rounding."""
        if self.boxes:
            return code_of_boxes([(one.width, one.height) for one in self.references()])
        sizes, inverse = _tuple(self.sizes), _tuple([1 / ratio for ratio in self.ratios])
        return f"AnchorGenerator(sizes=({sizes},), aspect_ratios=({inverse},))"


def _tuple(values: Sequence[float]) -> str:
    """As Python writes it, four digits each."""
    return f"({', '.join(f'{value:.4g}' for value in values)}{',' if len(values) == 1 else ''})"


def around_zero(sides: Sequence[tuple[float, float]]) -> Tensor:
    """(A, 4) boxes of these widths and heights with their centres at (0, 0)."""
    half = torch.tensor(sides, dtype=torch.float32).reshape(-1, 2) / 2
    return torch.cat((-half, half), 1)


def code_of_boxes(sides: Sequence[tuple[float, float]]) -> str:
    """Python that puts these widths and heights into torchvision's generator for one feature map, uncrossed."""
    sizes = _tuple([math.sqrt(width * height) for width, height in sides])
    pairs = ", ".join(f"({width:.4g}, {height:.4g})" for width, height in sides)
    return (
        "import torch\n"
        "from torchvision.models.detection.anchor_utils import AnchorGenerator\n\n"
        f"half = torch.tensor([{pairs}]) / 2  # width, height, pixels of the network\n"
        "# AnchorGenerator gives every size every ratio, so the pairs themselves replace what it made\n"
        f"generator = AnchorGenerator(sizes=({sizes},), aspect_ratios=((1.0,),))\n"
        "generator.cell_anchors = [torch.cat((-half, half), 1).round()]\n"
    )


def read(sizes: str, ratios: str) -> Pattern:
    """What a visitor typed: "64, 128, 256" and "0.5, 1, 1.5"; "90x45" among the sizes is a box by itself.

    Raises:
        UserError: nothing, something that is no number, one that is out of bounds, or too many.
    """
    boxes = [(float(width), float(height)) for width, height in _BOX.findall(sizes)]
    squares = _numbers(_BOX.sub(" ", sizes), "size", "64, 128, 256")
    shapes = _numbers(ratios, "ratio", "0.5, 1, 1.5")
    if not (squares or boxes):
        raise UserError("There is no size yet: write at least one, such as 64, 128, 256.")
    if squares and not shapes:
        raise UserError("There is no ratio yet: write at least one, such as 0.5, 1, 1.5.")
    for side in (*squares, *(side for box in boxes for side in box)):
        if not SMALLEST <= side <= LARGEST:
            raise UserError(f"A size must lie between {SMALLEST:g} and {LARGEST:,.0f} pixels, and {side:g} does not.")
    for ratio in shapes:
        if not 1 / FLATTEST <= ratio <= FLATTEST:
            raise UserError(f"A ratio must lie between {1 / FLATTEST:g} and {FLATTEST:g}, and {ratio:g} does not.")
    for count, what in ((len(squares) + len(boxes), "sizes"), (len(shapes), "ratios")):
        if count > MOST_ENTRIES:
            raise UserError(f"{count} {what} are too many: at most {MOST_ENTRIES} can be seen at a place.")
    pattern = Pattern(squares, shapes, tuple(boxes))
    if (count := len(pattern.references())) > MOST_ANCHORS:
        raise UserError(f"{count} boxes at a place are too many: take fewer sizes or ratios, {MOST_ANCHORS} at most.")
    return pattern


def _numbers(text: str, what: str, example: str) -> tuple[float, ...]:
    """Different numbers above 0, in their order."""
    found = []
    for word in re.split(r"[,;\s]+", text):
        if word and not re.fullmatch(rf"(?:{_NUMBER})(?:[eE]\+?[0-9]{{1,2}})?", word):
            raise UserError(f'"{word[:20]}" is no {what}: write numbers above 0, such as {example}.')
        if word:
            found.append(float(word))
    return tuple(dict.fromkeys(found))


def named(cell: Tensor) -> tuple[Reference, ...]:
    """A model's own anchors of one place, (A, 4), by what they measure; about the same area is the same size."""
    sides = [(x2 - x1, y2 - y1) for x1, y1, x2, y2 in cell.tolist()]
    octaves = [round(math.log2(width * height)) for width, height in sides]
    order = sorted(set(octaves))
    return tuple(
        Reference(f"{width:g} × {height:g} px", order.index(octave), width, height)
        for (width, height), octave in zip(sides, octaves, strict=True)
    )
