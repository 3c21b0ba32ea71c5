"""Pairs of boxes to start from, a guess beside a target box, and code that compares two boxes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from core.detection.overlap import Corners, Pair, compare, tidy
from core.samples import Box

FIELD = (440, 290)
"""Width and height that every preset fits into, pixels: less than the smallest sample photograph."""


@dataclass(frozen=True)
class Preset:
    """Two boxes that show something.

    Attributes:
        title: what menus call it.
        first, second: boxes A and B inside `FIELD`.
        note: what to see.
    """

    title: str
    first: Corners
    second: Corners
    note: str

    def centred(self, width: int, height: int) -> tuple[Corners, Corners]:
        """The boxes in the middle of a frame, on whole pixels."""
        right, down = (width - FIELD[0]) // 2, (height - FIELD[1]) // 2
        return _moved(self.first, right, down), _moved(self.second, right, down)


PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.title: preset
        for preset in (
            Preset(
                "Shifted by a third",
                (100, 65, 280, 225),
                (160, 65, 340, 225),
                "A third of its width to the side, a box shares two thirds of its area: IoU is only 1/2.",
            ),
            Preset(
                "Shifted by half",
                (100, 65, 260, 225),
                (180, 65, 340, 225),
                "Half of each box is shared. IoU is not 1/2 but 1/3: the union has grown, too.",
            ),
            Preset(
                "Half both ways",
                (80, 35, 260, 185),
                (170, 110, 350, 260),
                "Shifted by half across and down, a quarter of each box is shared: IoU 1/7.",
            ),
            Preset(
                "Nested",
                (60, 35, 380, 255),
                (140, 90, 300, 200),
                "B lies wholly inside A, half as wide and half as high: IoU 1/4. Nothing lies outside the union, so "
                "GIoU is the same.",
            ),
            Preset(
                "Tall and wide",
                (190, 20, 250, 270),
                (95, 115, 345, 175),
                "The same centre and the same area, but another shape.",
            ),
            Preset(
                "Touching",
                (90, 70, 220, 220),
                (220, 70, 350, 220),
                "They share an edge, which has no area: IoU 0, and GIoU 0.",
            ),
            Preset(
                "Apart",
                (30, 60, 160, 170),
                (280, 130, 410, 240),
                "IoU is 0, however far they are apart. GIoU and DIoU fall below 0 and say how far.",
            ),
            Preset("Identical", (120, 65, 320, 225), (120, 65, 320, 225), "Every measure is 1."),
        )
    }
)
FIRST = "Shifted by a third"
"""What a first visit shows."""


def preset_of(first: Sequence[float], second: Sequence[float], width: int, height: int) -> Preset | None:
    """Which preset two boxes are, in the middle of this frame; None if somebody moved them."""
    boxes = tuple(first), tuple(second)
    return next((preset for preset in PRESETS.values() if preset.centred(width, height) == boxes), None)


def guess(target: Corners, width: int, height: int) -> tuple[Corners, Corners]:
    """A target box on whole pixels, and beside it what a detector that is a little off might say.

    Args:
        target: the box, image pixels.
        width, height: of the photograph.
    """
    x1, y1, x2, y2 = (float(round(value)) for value in target)
    right, down = round(0.15 * (x2 - x1)), round(0.1 * (y2 - y1))
    if x2 + right > width:
        right = -right if x1 >= right else 0
    if y2 + down > height:
        down = -down if y1 >= down else 0
    # where there is no room to move, it is too small instead
    off = (x1 + right, y1 + down, x2 + right, y2 + down)
    if right == 0:
        off = (off[0], off[1], off[2] - round(0.2 * (x2 - x1)), off[3])
    if down == 0:
        off = (off[0], off[1], off[2], off[3] - round(0.2 * (y2 - y1)))
    return (x1, y1, x2, y2), off


def by_name(objects: Sequence[Box]) -> dict[str, Corners]:
    """Objects of a photograph, each by a name of its own: cup, cup 2."""
    found: dict[str, Corners] = {}
    for box in objects:
        name, number = box.label, 2
        while name in found:
            name, number = f"{box.label} {number}", number + 1
        found[name] = box.xyxy
    return found


@dataclass(frozen=True)
class Compared:
    """Two boxes inside a picture, with their measures.

    Attributes:
        boxes: A and B.
        pair: the two against each other.
        notes: what was changed of what was typed, sentences.
    """

    boxes: tuple[Corners, Corners]
    pair: Pair
    notes: tuple[str, ...]


def compare_inside(boxes: tuple[Corners, Corners], width: int, height: int, *, inclusive: bool = False) -> Compared:
    """Two boxes as typed, their corners put in order and cut off at the edges of a picture.

    Raises:
        UserError: nothing is left of one of them.
    """
    tidied = [tidy(box, width, height, f"Box {name}") for name, box in zip("AB", boxes, strict=True)]
    (a, _), (b, _) = tidied
    return Compared((a, b), compare(a, b, inclusive=inclusive), tuple(note for _, note in tidied if note))


def python_code(first: Sequence[float], second: Sequence[float], *, inclusive: bool = False) -> str:
    """A script that computes the same with torchvision, and whose assertions hold.

    Args:
        first, second: boxes A and B.
        inclusive: whether corners are pixels that belong to the box.
    """
    pair: Pair = compare(first, second, inclusive=inclusive)
    wider = (
        "\na, b = (box + torch.tensor([0, 0, 1, 1]) for box in (a, b))  # VOC's corners belong to the box" * inclusive
    )
    rows = ("[" + ", ".join(f"{value:g}" for value in box) + "]" for box in (first, second))
    return f"""import torch
from torchvision.ops import box_iou, distance_box_iou, generalized_box_iou

# (x1, y1, x2, y2) in pixels
a, b = (torch.tensor([box], dtype=torch.float64) for box in ({", ".join(rows)})){wider}

iou = box_iou(a, b).item()
assert abs(iou - {pair.iou:.6f}) < 1e-5
assert abs(2 * iou / (1 + iou) - {pair.dice:.6f}) < 1e-5  # Dice
assert abs(generalized_box_iou(a, b).item() - {pair.giou:.6f}) < 1e-5
assert abs(distance_box_iou(a, b).item() - {pair.diou:.6f}) < 1e-5
"""


def _moved(box: Corners, right: int, down: int) -> Corners:
    return (float(box[0] + right), float(box[1] + down), float(box[2] + right), float(box[3] + down))
