"""Anchors at a place of a picture: the drawing to click on, tables of what they reach, and the four shifts."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import cycle, islice

import pandas as pd
from torch import Tensor

from core.detection.anchors.matching import Here, Matching, Overlaps
from core.detection.anchors.places import within
from core.detection.anchors.reference import Reference
from core.detection.coding import centred, encode
from core.detection.inside import Level
from core.figures.drawing import ACCENT, INK, Cells, Drawing, Image, Item, Polygon, Rect, Text
from core.figures.words import counted

Place = Callable[[float, float], tuple[float, float]]
"""Network pixels -> place in the drawing."""
SIDE = 640.0
"""Drawing units of the longer side of the frame."""
LETTERS = 26.0
"""Of the legend, in the same units: on a phone they are still 14 pixels high."""
OBJECT = "#009E73"
SIZES = ("#56B4E9", "#F0E442", "#CC79A7", "#E69F00", "#0072B2")
"""Of anchors by size, the first size first; more go round."""
DARK = "#10161E"
"""Around each line, so that it is seen on any photograph."""
LIGHT = "#FFFFFF"
MOST_MARKS = 400
MARGIN = 0.3
NARROWEST = 420.0
_IN_LEGEND, _ROW = 3, 34.0


@dataclass(frozen=True, eq=False)
class Scene:
    """What is drawn.

    Attributes:
        uri: of the photograph.
        network_size: (height, width), network pixels.
        level: the grid.
        references: (A,) what stands at each place.
        place: (row, column) that was chosen.
        here: the anchors of that place.
        objects: (G, 4) network pixels.
        names: (G,) of the objects.
        chosen: the object that the shifts lead to; None: there is none.
        marks: (M, 4) positive anchors whose places are marked.
    """

    uri: str
    network_size: tuple[int, int]
    level: Level
    references: tuple[Reference, ...]
    place: tuple[int, int]
    here: Here
    objects: Tensor
    names: tuple[str, ...]
    chosen: int | None
    marks: Tensor


def colours(references: Sequence[Reference]) -> dict[int, str]:
    """Group -> colour."""
    groups = sorted({one.group for one in references})
    return dict(zip(groups, cycle(SIZES), strict=False))


def _margins(scene: Scene) -> tuple[float, float]:
    """(across, down) network pixels around the picture: what the largest box needs in its middle, and a little."""
    high, wide = scene.network_size
    most, least = MARGIN * max(high, wide), 0.06 * max(high, wide)
    return (
        min(most, max(0.0, (max(one.width for one in scene.references) - wide) / 2) + least),
        min(most, max(0.0, (max(one.height for one in scene.references) - high) / 2) + least),
    )


def drawing(scene: Scene, *, told: bool = True) -> Drawing:
    """The picture with the anchors of the place, the objects, and the arrow from the best anchor to its object.

    Args:
        scene: what is drawn.
        told: whether which anchor is best may be seen.
    """
    high, wide = scene.network_size
    left, top = _margins(scene)
    scale = SIDE / max(wide + 2 * left, high + 2 * top)
    width = max((wide + 2 * left) * scale, NARROWEST)
    below = (high + 2 * top) * scale + 8
    inset = (width - wide * scale) / 2

    def at(x: float, y: float) -> tuple[float, float]:
        return x * scale + inset, (y + top) * scale

    def box(corners: Sequence[float], colour: str, line: float, *, dashed: bool) -> list[Item]:
        (x1, y1), (x2, y2) = at(corners[0], corners[1]), at(corners[2], corners[3])
        sides = x1, y1, x2 - x1, y2 - y1
        return [
            Rect(*sides, stroke=DARK, line=line + 2, opacity=0.55),
            Rect(*sides, stroke=colour, line=line, dashed=dashed),
        ]

    items: list[Item] = [Image(*at(0, 0), wide * scale, high * scale, scene.uri)]
    for x1, y1, x2, y2 in scene.marks[:MOST_MARKS].tolist():
        x, y = at((x1 + x2) / 2, (y1 + y2) / 2)
        items.append(Rect(x - 3, y - 3, 6, 6, LIGHT, DARK, 1.0, opacity=0.85))
    items.append(_cells(scene, at, scale))
    for number, corners in enumerate(scene.objects.tolist()):
        items += box(corners, OBJECT, 4.0 if number == scene.chosen else 1.8, dashed=False)
    shade = colours(scene.references)
    best = scene.here.best(scene.chosen)[0] if told and scene.chosen is not None else None
    corners_here = scene.here.anchors.tolist()
    for number, (corners, one) in enumerate(zip(corners_here, scene.references, strict=True)):
        if number != best:
            items += box(corners, shade[one.group], 2.0, dashed=True)
    if best is not None and scene.chosen is not None:
        items += box(corners_here[best], ACCENT, 4.0, dashed=True)
        items += _arrow(at, centred(scene.here.anchors[best]).tolist(), centred(scene.objects[scene.chosen]).tolist())
    written, height = _written(_legend(scene, best is not None), width, below)
    return Drawing(width, height, (*items, *written), _alt(scene, best), tallest="58vh")


def _cells(scene: Scene, at: Place, scale: float) -> Cells:
    """The places to click on: each cell has one in its middle."""
    down, across = scene.level.stride
    rows, columns = within(scene.level, scene.network_size)
    x, y = at(-across / 2, -down / 2)
    return Cells(x, y, columns * across * scale, rows * down * scale, rows, columns, scene.place, lines=False, first=0)


def _arrow(at: Place, start: Sequence[float], end: Sequence[float]) -> list[Item]:
    """From one centre to another; without a head where they nearly meet."""
    (x1, y1), (x2, y2) = at(start[0], start[1]), at(end[0], end[1])
    length = ((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5
    if length < 1:
        return []
    u, v = (x2 - x1) / length, (y2 - y1) / length
    head = min(14.0, length)
    neck = x2 - head * u, y2 - head * v
    wings = (neck[0] - head / 2 * v, neck[1] + head / 2 * u), (neck[0] + head / 2 * v, neck[1] - head / 2 * u)
    return [
        Polygon(((x1, y1), neck), "", DARK, 6.0, opacity=0.55, closed=False),
        Polygon(((x1, y1), neck), "", LIGHT, 3.0, closed=False),
        Polygon(((x2, y2), *wings), LIGHT, DARK, 1.0),
    ]


def _legend(scene: Scene, best: bool) -> list[tuple[str, str, bool]]:
    """(words, colour, dashed) of the lines."""
    shade, titles = colours(scene.references), dict[int, str]()
    for one in scene.references:  # several shapes of one size go by the side of their square
        titles[one.group] = one.name if one.group not in titles else f"{math.sqrt(one.width * one.height):.0f} px"
    found = [(titles[group], colour, True) for group, colour in islice(shade.items(), _IN_LEGEND)]
    if len(shade) > _IN_LEGEND:
        found[-1] = ("…", found[-1][1], True)
    if best:
        found.append(("best", ACCENT, True))
    if len(scene.objects):
        found.append(("object", OBJECT, False))
    return found


def _written(legend: Sequence[tuple[str, str, bool]], width: float, top: float) -> tuple[list[Item], float]:
    """The legend in as many rows as it needs, from a height on, and where it ends."""
    items: list[Item] = []
    x, y = 0.0, top + _ROW / 2
    for words, colour, dashed in legend:
        needs = 46 + 0.54 * LETTERS * len(words)
        if x and x + needs > width:
            x, y = 0.0, y + _ROW
        items.append(Polygon(((x + 2, y), (x + 28, y)), "", DARK, 6.0, opacity=0.55, closed=False))
        items.append(Polygon(((x + 2, y), (x + 28, y)), "", colour, 4.0, dashed, closed=False))
        items.append(Text(x + 34, y, words, LETTERS, "start", INK))
        x += needs
    return items, y + _ROW / 2


def _alt(scene: Scene, best: int | None) -> str:
    row, column = scene.place
    y, x = row * scene.level.stride[0], column * scene.level.stride[1]
    words = (
        f"The picture, {scene.network_size[1]} × {scene.network_size[0]} network pixels, with "
        f"{counted(len(scene.references), 'anchor')} around ({x}, {y}): "
        + ", ".join(one.name for one in scene.references[:9])
    )
    if best is not None and scene.chosen is not None:
        iou = scene.here.best(scene.chosen)[1]
        words += f"; the best for {scene.names[scene.chosen]} is {scene.references[best].name}, IoU {iou:.2f}"
    return words


def anchor_table(scene: Scene) -> pd.DataFrame:
    """One row an anchor of the place: what was asked for, its sides, its area, and its IoU with the chosen object."""
    rows = [
        (
            one.name.replace(" ratio", ""),
            one.width,
            one.height,
            one.width / one.height,
            one.height / one.width,
            one.width * one.height,
        )
        for one in scene.references
    ]
    frame = pd.DataFrame(rows, columns=["anchor", "width", "height", "w/h", "h/w", "area"])
    if scene.chosen is not None:
        frame.insert(1, "IoU", scene.here.ious[scene.chosen].tolist())
    return frame


def object_table(
    scene: Scene, found: Overlaps, matching: Matching, levels: Sequence[Level], names: Sequence[Sequence[Reference]]
) -> pd.DataFrame:
    """One row an object: the best anchor here, the best of all places, and how many are to find it.

    Args:
        scene: of the place.
        found: overlaps of all anchors.
        matching: what becomes of them.
        levels: the grids, in the order of the anchors.
        names: (L, A) what stands at each place of each.
    """
    rows = []
    for number, (label, corners) in enumerate(zip(scene.names, scene.objects.tolist(), strict=True)):
        here, iou = scene.here.best(number)
        anchor = int(found.best_anchor[number])
        which = next(i for i, level in enumerate(levels) if anchor < level.end)
        row, column, one = levels[which].place(anchor)
        down, across = levels[which].stride
        positive, forced = matching.of_object(number)
        rows.append(
            (
                label,
                f"{corners[2] - corners[0]:.0f} × {corners[3] - corners[1]:.0f}",
                iou,
                scene.references[here].name if iou > 0 else "–",
                float(found.best[number]),
                names[which][one].name,
                f"{column * across}, {row * down}" + (f" of level {which}" if len(levels) > 1 else ""),
                positive,
                "yes" if forced and forced == positive else "no",
            )
        )
    columns = ["object", "width × height", "IoU here", "best anchor here", "IoU anywhere", "best anchor anywhere"]
    return pd.DataFrame(rows, columns=[*columns, "its place (x, y)", "positive anchors", "only by force"])


def shifts(scene: Scene) -> list[str]:
    """The lecture's four formulas, and each with the numbers of the best anchor and the chosen object, in LaTeX."""
    if scene.chosen is None:
        return []
    best = scene.here.best(scene.chosen)[0]
    anchor, target = scene.here.anchors[best].double(), scene.objects[scene.chosen].double()
    px, py, pw, ph = centred(anchor).tolist()
    gx, gy, gw, gh = centred(target).tolist()
    dx, dy, dw, dh = encode(anchor[None], target[None])[0].tolist()
    return [
        rf"d_x = \frac{{G_x - P_x}}{{P_w}} = \frac{{{gx:.1f} - {_signed(px)}}}{{{pw:.1f}}} = \mathbf{{{dx:.3f}}}",
        rf"d_y = \frac{{G_y - P_y}}{{P_h}} = \frac{{{gy:.1f} - {_signed(py)}}}{{{ph:.1f}}} = \mathbf{{{dy:.3f}}}",
        rf"d_w = \ln\frac{{G_w}}{{P_w}} = \ln\frac{{{gw:.1f}}}{{{pw:.1f}}} = \mathbf{{{dw:.3f}}}",
        rf"d_h = \ln\frac{{G_h}}{{P_h}} = \ln\frac{{{gh:.1f}}}{{{ph:.1f}}} = \mathbf{{{dh:.3f}}}",
    ]


def _signed(value: float) -> str:
    return f"({value:.1f})" if value < 0 else f"{value:.1f}"


def says(matching: Matching, total: int, positive: float, negative: float, objects: int) -> str:
    """What training would do with all anchors, one sentence or two."""
    if not objects:
        return (
            f"There is no object in this picture, so that all {counted(total, 'anchor')} are background: the proposal "
            "network still learns from them what nothing looks like."
        )
    forced = int(matching.forced.sum())
    text = (
        f"Of {counted(total, 'anchor')} **{matching.positive:,}** are positive (IoU {positive:g} or more, or the best "
        f"of an object), {matching.negative:,} negative (below {negative:g} with every object), {matching.ignored:,} "
        "ignored."
    )
    if forced:
        verb = "is" if forced == 1 else "are"
        text += (
            f" {forced:,} of the positive ones {verb} so by force: no anchor reaches their object with {positive:g}, so"
            " that its best one counts, and where several tie, all of them."
        )
    return text


def where(scene: Scene) -> str:
    """What to do, and which place is chosen."""
    row, column = scene.place
    down, across = scene.level.stride
    rows, columns = within(scene.level, scene.network_size)
    return (
        f"**Click a place**, one of {columns} × {rows}. Chosen: ({column * across}, {row * down}) of "
        f"{scene.network_size[1]} × {scene.network_size[0]} network pixels."
    )


def numbers(scene: Scene, found: Overlaps, matching: Matching, total: int) -> dict[str, str]:
    """Label -> number, for the line below the drawing."""
    result = {"Anchors here": f"{len(scene.references):,}"}
    if scene.chosen is not None:
        result["Best IoU here"] = f"{scene.here.best(scene.chosen)[1]:.2f}"
        result["Best IoU anywhere"] = f"{float(found.best[scene.chosen]):.2f}"
    return {
        **result,
        "Anchors": f"{total:,}",
        "Positive": f"{matching.positive:,}",
        "of these forced": f"{int(matching.forced.sum()):,}",
        "Ignored": f"{matching.ignored:,}",
        "Negative": f"{matching.negative:,}",
    }
