"""Figure 1 of the Faster R-CNN paper, drawn to scale from what was computed: three answers to scale."""

from __future__ import annotations

from collections.abc import Sequence

from core.detection.overlap import Corners
from core.detection.scale.result import Answer, Pyramid, Rung
from core.figures.detection.scale_scene import BAND, BOTTOM, GAP, LETTERS, OTHERS, PANEL, TOP, Scene, summary
from core.figures.drawing import ACCENT, INK, MUTED, SEEN, Cells, Drawing, Image, Item, Rect, Text

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
