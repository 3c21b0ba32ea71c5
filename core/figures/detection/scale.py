"""Figure 1 of the Faster R-CNN paper, drawn to scale from what was computed: three answers to scale."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import numpy as np
import PIL.Image
from torch import Tensor

from core.detection.overlap import Corners
from core.detection.scale.result import Answer, Pyramid, Rung
from core.figures.drawing import ACCENT, INK, MUTED, SEEN, Cells, Drawing, Image, Item, Rect, Text

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
STRIP = 24
"""Cells of the row, for clicks."""
TITLES = ("(a) Pyramid of images", "(b) Pyramid of filters", "(c) Reference boxes")


def row(uri: str, size: tuple[int, int], boxes: Sequence[Corners], sides: Sequence[float], chosen: int) -> Drawing:
    """The copies in a row, the chosen one framed; a click says which of `STRIP` columns.

    Args:
        uri: of the row.
        size: (height, width), network pixels.
        boxes: of the copies, network pixels.
        sides: of each, network pixels.
        chosen: which is looked at.
    """
    height, width = size
    letters = width / 17
    items: list[Item] = [Image(0, 0, width, height, uri)]
    for number, (x1, y1, x2, y2) in enumerate(boxes):
        here = number == chosen
        items.append(Rect(x1, y1, x2 - x1, y2 - y1, stroke=ACCENT if here else "", line=letters / 8 if here else 0))
        label = f"{sides[number]:.0f} px" if number == 0 else f"{sides[number]:.0f}"
        items.append(Text((x1 + x2) / 2, height + 0.8 * letters, label, letters, bold=here))
    tips = tuple(f"the copy of {sides[copy_at(boxes, column, width)]:.0f} px" for column in range(STRIP))
    items.append(Cells(0, 0, width, height, 1, STRIP, lines=False, tips=tips))
    said = ", ".join(f"{side:.0f}" for side in sides)
    alt = f"The object at {len(boxes)} sizes in a row, as large as squares of {said} network pixels. Click one."
    return Drawing(width, height + 1.5 * letters, tuple(items), alt, tallest="24vh")


def copy_at(boxes: Sequence[Corners], column: int, width: float) -> int:
    """The copy nearest to one of the row's `STRIP` columns."""
    x = (column + 0.5) * width / STRIP
    return min(range(len(boxes)), key=lambda number: max(boxes[number][0] - x, x - boxes[number][2]))


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


def images(
    scene: Scene, rungs: Sequence[Rung], expected: int, x: float, *, answer: Answer | None, ran: bool
) -> list[Item]:
    """(a) The row at each level's size, with the same window on each.

    Args:
        scene: what is looked at.
        rungs: the levels.
        expected: at which the copy comes nearest to the window's size.
        x: where the panel begins.
        answer: what the pyramid says of the copy.
        ran: whether it has been asked.
    """
    said = summary(answer, scene.least) if ran else f"not run; {rungs[expected].title} fits"
    items = scene.heading(x, TITLES[0], said)
    largest = max(rung.scale for rung in rungs)
    left = x
    for number, rung in enumerate(rungs):
        width = PANEL * rung.scale / largest
        height = width * scene.size[0] / scene.size[1]
        last = number == len(rungs) - 1
        place = (x, BOTTOM) if last else (left, TOP + BAND - height)
        here = number == (answer.rung if ran and answer is not None else expected)
        wide, high = rung.shapes[0]
        shape = wide / rung.scale, high / rung.scale
        box = answer.box if ran and here and answer is not None else scene.around(shape)
        colour = ACCENT if here and (scene.counts(answer) or not ran) else OTHERS
        items.append(scene.picture(*place, width))
        tip = f"the window of {wide:.0f} × {high:.0f} px on the picture {rung.title}"
        items.append(scene.box(*place, width, box, colour, 4 if here else 2, dashed=not ran and here, tip=tip))
        if not last:
            items.append(Text(left + max(width, 40) / 2, TOP + BAND + 0.7 * LETTERS, rung.title, LETTERS, bold=here))
            left += max(width, 40) + 10
        else:
            items.append(Text(x + PANEL, BOTTOM - 0.55 * LETTERS, rung.title, LETTERS, "end", bold=here))
    return items


def filters(scene: Scene, rungs: Sequence[Rung], answer: Answer | None, x: float) -> list[Item]:
    """(b) The windows by size, and those that lie over the copy."""
    items = scene.heading(x, TITLES[1], summary(answer, scene.least))
    shapes = [rung.shapes[0] for rung in rungs]
    slots = (PANEL - 10 * (len(rungs) - 1)) / len(rungs)
    unit = min((BAND - 4) / max(high for _, high in shapes), 1.6 * slots / max(wide for wide, _ in shapes))
    left = x
    for number, (rung, (wide, high)) in enumerate(zip(rungs, shapes, strict=True)):
        here = answer is not None and answer.rung == number
        colour = ACCENT if here and scene.counts(answer) else MUTED
        width, height = wide * unit, high * unit
        slot = max(width, 46)
        tip = f"window of {wide:.0f} × {high:.0f} px, {rung.positions:,} places"
        middle = left + slot / 2
        items.append(
            Rect(middle - width / 2, TOP + BAND - height, width, height, colour if here else "", colour, 3, tip=tip)
        )
        label = rung.title if number == 0 else rung.title.removesuffix(" px")
        items.append(Text(middle, TOP + BAND + 0.7 * LETTERS, label, LETTERS, bold=here))
        left += slot + 10
    items += scene.below(x, answer, rungs)
    boxes = [
        (scene.around(shape), OTHERS, 1.5)
        for number, shape in enumerate(shapes)
        if answer is None or number != answer.rung
    ]
    if answer is not None:
        boxes.append((answer.box, ACCENT if scene.counts(answer) else OTHERS, 4.0))
    items += [scene.box(x, BOTTOM, PANEL, box, colour, line) for box, colour, line in boxes]
    return items


def anchors(scene: Scene, rungs: Sequence[Rung], answer: Answer | None, x: float) -> list[Item]:
    """(c) The anchors of each level, and those of the cell that answers, with where its anchor went."""
    items = scene.heading(x, TITLES[2], summary(answer, scene.least))
    slot = PANEL / len(rungs)
    every = [shape for rung in rungs for shape in rung.shapes]
    unit = min((BAND - 4) / max(high for _, high in every), (slot - 6) / max(wide for wide, _ in every))
    for number, rung in enumerate(rungs):
        here = answer is not None and answer.rung == number
        middle, level = x + (number + 0.5) * slot, TOP + BAND / 2
        for wide, high in rung.shapes:
            mine = here and answer is not None and _is_shape(answer.box, (wide, high))
            colour = (ACCENT if scene.counts(answer) else INK) if mine else MUTED
            tip = f"anchor of {wide:.0f} × {high:.0f} px at {rung.title}"
            width, height = wide * unit, high * unit
            items.append(
                Rect(
                    middle - width / 2, level - height / 2, width, height, stroke=colour, line=4 if mine else 1.5,
                    tip=tip,
                )
            )  # fmt: skip
        label = rung.title if len(rungs) <= 3 else rung.title.removeprefix("stride ")
        items.append(Text(middle, TOP + BAND + 0.7 * LETTERS, label, LETTERS, bold=here))
    items += scene.below(x, answer, rungs)
    if answer is None:
        return items
    for shape in rungs[answer.rung].shapes:
        items.append(scene.box(x, BOTTOM, PANEL, scene.around(shape, answer.box), OTHERS, 1.5))
    items.append(scene.box(x, BOTTOM, PANEL, answer.final, SEEN, 4, tip="where the network moves the anchor"))
    colour = ACCENT if scene.counts(answer) else OTHERS
    items.append(scene.box(x, BOTTOM, PANEL, answer.box, colour, 4, dashed=True, tip="the anchor"))
    return items


def _is_shape(box: Corners, shape: tuple[float, float]) -> bool:
    return abs(box[2] - box[0] - shape[0]) < 0.5 and abs(box[3] - box[1] - shape[1]) < 0.5


def figure(
    scene: Scene, levels: Sequence[Rung], expected: int, pyramids: Sequence[Pyramid | None], copy: int, *, apart: bool
) -> list[Drawing]:
    """The three panels in one drawing, or in three for a narrow window.

    Args:
        scene: what is looked at.
        levels: of the image pyramid.
        expected: which of them fits the copy.
        pyramids: (a), (b), (c); None for what did not run.
        copy: which copy is looked at.
        apart: a drawing for each panel.
    """
    a, b, c = (None if pyramid is None else pyramid.answers[copy] for pyramid in pyramids)
    step = 0.0 if apart else PANEL + GAP
    panels = [images(scene, levels, expected, 0, answer=a, ran=pyramids[0] is not None)]
    if pyramids[1] is None:
        panels.append([*scene.heading(step, TITLES[1], "not run"), scene.picture(step, BOTTOM, PANEL)])
    else:
        panels.append(filters(scene, pyramids[1].rungs, b, step))
    assert pyramids[2] is not None, "the pass that is there has it"
    panels.append(anchors(scene, pyramids[2].rungs, c, 2 * step))
    height = BOTTOM + PANEL * scene.size[0] / scene.size[1] + 1.5 * LETTERS
    alts = [
        f"{title}: {_alt(pyramid, answer, scene.least)}"
        for title, pyramid, answer in zip(TITLES, pyramids, (a, b, c), strict=True)
    ]
    if apart:
        return [Drawing(PANEL, height, tuple(items), alt) for items, alt in zip(panels, alts, strict=True)]
    every = tuple(item for items in panels for item in items)
    return [Drawing(3 * PANEL + 2 * GAP, height, every, "; ".join(alts), tallest="50vh")]


def _alt(pyramid: Pyramid | None, answer: Answer | None, least: float) -> str:
    if pyramid is None:
        return "not run"
    if answer is None or answer.score < least:
        return summary(answer, least)
    return f"{pyramid.rungs[answer.rung].title} answers, {summary(answer, least)}"
