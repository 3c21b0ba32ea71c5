"""What the region proposal network says, on the picture: objectness as heat maps, proposals and objects as boxes.

Objectness lies on viridis from 0 to 1, the same for heat maps and boxes.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from PIL import Image as Pictures

from core.detection.proposals import Proposals
from core.detection.proposing.objectness import ObjectnessMap
from core.detection.proposing.origins import Origin
from core.detection.proposing.recall import Hits
from core.detection.results import Candidates, Detections
from core.figures.boxes import BoxPicture, Corners, DrawnBox, Panel
from core.figures.conv.kernels import hex_colour, viridis
from core.figures.detection.suppression import before_and_after
from core.figures.drawing import Cells, Drawing, Image, Item, Rect, Text
from core.figures.style import OKABE_ITO, SMALLEST

LONG_TIPS = 6_000
"""Cells of a map up to which each tip says row, column and anchor; beyond, where a page would weigh megabytes, only
objectness."""
NARROWEST = 180
"""CSS pixels that a heat map needs at least, and the gap to the next with it."""
_GAP = 16
OBJECT = "#FFFFFF"
TALLEST_MAP, TALLEST_BOXES = "max(26vh, 180px)", "max(34vh, 230px)"


class Colour(StrEnum):
    """What the colour of a proposal says."""

    OBJECTNESS = "objectness"
    LEVEL = "level"


@dataclass(frozen=True)
class Objects:
    """The boxes that proposals ought to hit.

    Attributes:
        names: class of each.
        boxes: (x1, y1, x2, y2) of each, image pixels.
    """

    names: tuple[str, ...]
    boxes: tuple[Corners, ...]


def level_colour(level: int) -> str:
    """Colour of a level, counted from 0, the finest."""
    return OKABE_ITO[level % len(OKABE_ITO)]


def _png(pixels: npt.NDArray[np.uint8]) -> str:
    """A small picture without loss, as its cells are meant to be seen."""
    file = io.BytesIO()
    Pictures.fromarray(pixels).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def _tips(found: ObjectnessMap) -> tuple[str, ...]:
    values = found.values.flatten().tolist()
    if len(values) > LONG_TIPS:
        return tuple(f"{value:.3f}" for value in values)
    sizes = [f"{width:g} × {height:g} px" for width, height in found.sizes.tolist()]
    columns = found.level.shape[1]
    return tuple(
        f"row {cell // columns}, column {cell % columns}\nobjectness {value:.3f}\nanchor {sizes[which]}"
        for cell, (value, which) in enumerate(zip(values, found.best.flatten().tolist(), strict=True))
    )


def heat_map(
    uri: str,
    network_size: tuple[int, int],
    padded_size: tuple[int, int],
    found: ObjectnessMap,
    number: int,
    *,
    swatch: bool,
) -> Drawing:
    """One level's objectness over the picture.

    Args:
        uri: the picture, a data URI.
        network_size: (height, width) of the picture, network pixels.
        padded_size: (height, width) with the zeros that fill it up to whole strides.
        found: the map.
        number: of the level, counted from 0.
        swatch: whether the level's colour stands before its title.
    """
    (height, width), (high, wide) = network_size, padded_size
    (rows, columns), (down, across) = found.level.shape, found.level.stride
    frame = max(wide, round(0.75 * high))
    size = frame * (SMALLEST + 0.5) / (NARROWEST - _GAP)
    left, top = (frame - wide) / 2, 2.7 * size
    grid = columns * across, rows * down
    best = float(found.values.max())
    title, says = f"level {found.level.name} · stride {across} px", f"{rows} × {columns} cells, best {best:.2f}"
    items: list[Item] = [
        Rect(left, top, wide, high, "padding"),
        Image(left, top, width, height, uri),
        Image(left, top, *grid, _png(viridis(found.values.numpy().astype(np.float64))), 0.72, smooth=False),
        Cells(left, top, *grid, rows, columns, lines=False, tips=_tips(found), first=0),
        Text(1.3 * size if swatch else 0, 0.6 * size, title, size, "start", bold=True),
        Text(0, 1.85 * size, says, size, "start"),
    ]
    if swatch:
        items.append(Rect(0, 0.1 * size, size, size, level_colour(number)))
    alt = f"Objectness as a heat map over the picture: {title}, {says}"
    return Drawing(frame, top + high, tuple(items), alt, tallest=TALLEST_MAP)


def colour_bar() -> Drawing:
    """The scale of objectness, from 0 to 1."""
    begin, length = 8, 220
    ramp = viridis(np.linspace(0, 1, 256)[None])
    items: list[Item] = [Image(begin, 2, length, 12, _png(ramp))]
    for value in (0, 0.25, 0.5, 0.75, 1):
        items.append(Text(begin + value * length, 25, f"{value:g}", 15))
    items.append(Text(begin + length + 14, 9, "objectness", 15, "start"))
    alt = "Scale of objectness: violet at 0, green in the middle, yellow at 1"
    return Drawing(330, 34, tuple(items), alt, widest="330px")


def _object_boxes(objects: Objects, hits: Hits, count: int) -> list[DrawnBox]:
    drawn = []
    for number, (name, box, first) in enumerate(zip(objects.names, objects.boxes, hits.first_hit(), strict=True)):
        hit = first is not None and first < count
        says = f"hit first by proposal {first + 1}" if hit and first is not None else "hit by none of these"
        tag = f"{name} {'✓' if hit else '✗'}"
        drawn.append(DrawnBox(box, OBJECT, 2.4, dashed=False, group=-1 - number, text=f"{name}\n{says}", tag=tag))
    return drawn


def question(uri: str, size: tuple[int, int], objects: Objects) -> BoxPicture:
    """The objects alone, before anybody sees a proposal."""
    boxes = tuple(
        DrawnBox(box, OBJECT, 2.4, dashed=False, group=number, text=name, tag=name)
        for number, (name, box) in enumerate(zip(objects.names, objects.boxes, strict=True))
    )
    alt = f"The picture with {len(boxes)} objects: {', '.join(objects.names) or 'none'}"
    return BoxPicture(uri, *size, (Panel(f"{len(boxes)}", "objects", alt, boxes),))


def on_picture(
    uri: str,
    size: tuple[int, int],
    boxes: Sequence[Corners],
    proposals: Proposals,
    origins: Sequence[Origin],
    objects: Objects,
    hits: Hits,
    colour: Colour,
    total: int,
) -> BoxPicture:
    """The first N proposals, and the objects in white.

    Args:
        uri: the picture, a data URI.
        size: (width, height) of the frame of the boxes, image pixels.
        boxes: (N) those of the proposals, image pixels.
        proposals: N of them, the highest objectness first.
        origins: (N) where they come from.
        objects: G of them.
        hits: G objects against all proposals.
        colour: what colours say.
        total: how many proposals there are.
    """
    scores = proposals.objectness.tolist()
    shades = [hex_colour(shade) for shade in viridis(np.array(scores).reshape(-1))]
    which, ious = (values.tolist() for values in hits.nearest())
    drawn = []
    for rank, (box, score, origin) in enumerate(zip(boxes, scores, origins, strict=True)):
        lines = [
            f"proposal {rank + 1}, objectness {score:.3f}",
            f"level {origin.name}, stride {origin.stride}, anchor {origin.width:g} × {origin.height:g} px",
        ]
        if which[rank] >= 0:
            does = "hits" if ious[rank] >= hits.threshold else "hits nothing; nearest is"
            lines.append(f"{does} {objects.names[which[rank]]}, IoU {ious[rank]:.2f}")
        shade = level_colour(origin.level) if colour is Colour.LEVEL else shades[rank]
        drawn.append(DrawnBox(box, shade, 2.0, dashed=False, group=rank, text="\n".join(lines), tag=""))
    count = len(drawn)
    shown = [*reversed(drawn), *_object_boxes(objects, hits, count)]
    alt = f"The picture with its first {count} proposals, and {len(objects.names)} objects in white"
    title = f"of {total:,} proposals; white: objects"
    return BoxPicture(uri, *size, (Panel(f"{count:,}", title, alt, tuple(shown)),), TALLEST_BOXES)


def detections_of(uri: str, size: tuple[int, int], ways: Sequence[tuple[str, Candidates, Detections]]) -> BoxPicture:
    """What NMS leaves of candidates, a panel a way.

    Args:
        uri: the picture, a data URI.
        size: (width, height) of the frame of the boxes, image pixels.
        ways: title, candidates and their suppression of each.
    """
    panels = []
    for title, found, kept in ways:
        panel = before_and_after(uri, size, found, kept).panels[1]
        panels.append(replace(panel, title=title, alt=f"{panel.alt} ({title})"))
    return BoxPicture(uri, *size, tuple(panels), "50vh")
