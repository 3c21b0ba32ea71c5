"""The picture of a method's regions and detections, and the four methods beside one another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

import numpy as np
import pandas as pd
import torch
from PIL.Image import Image
from torch import Tensor

from core.detection.ladder.crops import CONTEXT, warp
from core.detection.ladder.published import PUBLISHED
from core.detection.ladder.result import Method, Rung
from core.detection.results import Detections
from core.figures.boxes import BoxPicture, Corners, DrawnBox, Panel, ink_on
from core.figures.drawing import Drawing
from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.transfer.contact import contact
from core.figures.vega import number
from core.figures.words import counted

DRAWN = 300
"""Regions on the picture at most: all that are true, and of the others every so manieth."""
TAGS_AT_MOST = 12
REGION, TRUE = "#9AA0A6", OKABE_ITO[2]
CROPS = 8


@dataclass(frozen=True, eq=False)
class Shown:
    """A method's result as it is shown.

    Attributes:
        rung: what it came to.
        kept: detections over the score of the slider.
        true: (N,) which regions overlap an object.
        here: whether it ran on this machine now, or was recorded.
    """

    rung: Rung
    kept: Detections
    true: Tensor
    here: bool


def drawn_regions(true: Tensor) -> list[int]:
    """Which of N regions are drawn, at most `DRAWN`: the true ones, and the others evenly."""
    yes, no = true.nonzero().squeeze(1).tolist(), (~true).nonzero().squeeze(1).tolist()
    yes = yes[:DRAWN]
    room = DRAWN - len(yes)
    if len(no) > room:
        no = [no[index * len(no) // room] for index in range(room)] if room else []
    return [*no, *yes]


def picture(uri: str, size: tuple[int, int], shown: Shown) -> BoxPicture:
    """What the method looked at beside what it found.

    Args:
        uri: the picture, a data URI.
        size: (width, height) of the frame the boxes are in, image pixels.
        shown: of the method.
    """
    rung, kept = shown.rung, shown.kept
    corners = _corners(rung.regions)
    true = shown.true.tolist()
    what = "window" if rung.method is Method.SLIDING else "proposal" if rung.method is Method.FASTER else "region"
    regions = tuple(
        DrawnBox(
            corners[index],
            TRUE if true[index] else REGION,
            1.6 if true[index] else 0.8,
            dashed=False,
            group=-1 - index,
            text=f"{what} {index + 1:,}\n{'true' if true[index] else 'false'}",
            tag="",
        )
        for index in drawn_regions(shown.true)
    )
    part = "" if len(regions) == len(corners) else f", {len(regions)} drawn"
    title = f"{what if len(corners) == 1 else what + 's'}{part}; green: true"
    places = f"The picture with {counted(len(corners), what)}, {sum(true)} of them on an object"
    found = ", ".join(f"{label} {score:.2f}" for label, score in _named(kept)[:8]) or "nothing"
    return BoxPicture(
        uri,
        *size,
        (
            Panel(f"{len(corners):,}", title, places, regions),
            Panel(f"{len(kept):,}", "after NMS", f"The picture with what {rung.method} found: {found}", _kept(kept)),
        ),
        tallest="48vh",  # a square picture leaves room for its numbers
    )


def _named(kept: Detections) -> list[tuple[str, float]]:
    return list(zip(kept.labels, kept.scores.tolist(), strict=True))


def _corners(boxes: Tensor) -> list[Corners]:
    return [(x1, y1, x2, y2) for x1, y1, x2, y2 in boxes.double().round(decimals=1).tolist()]


def _kept(kept: Detections) -> tuple[DrawnBox, ...]:
    """Detections, the best on top, a colour a class in the order of their scores."""
    colours = dict(zip(dict.fromkeys(kept.labels), cycle(OKABE_ITO), strict=False))
    drawn = []
    for index, ((label, score), corners) in enumerate(zip(_named(kept), _corners(kept.boxes), strict=True)):
        colour, name = colours[label], f"{label} {score:.2f}"
        tag = name if index < TAGS_AT_MOST else ""
        drawn.append(DrawnBox(corners, colour, 2.4, False, index, f"{label} {score:.3f}", tag, ink_on(colour)))
    return tuple(reversed(drawn))


def table(shown: Mapping[Method, Shown]) -> pd.DataFrame:
    """One row a method; what has not run is empty."""
    rows = []
    for method in Method:
        one, paper = shown.get(method), PUBLISHED.get(method)
        rows.append(
            {
                "method": method.value,
                "regions": len(one.rung.regions) if one else None,
                "true": int(one.true.sum()) if one else None,
                "false": len(one.true) - int(one.true.sum()) if one else None,
                "passes": one.rung.passes if one else None,
                "detections": len(one.kept) if one else None,
                "from": ("here" if one.here else "recorded") if one else "not yet run",
                "seconds": one.rung.seconds if one else None,
                "published": paper.seconds if paper else None,
                "where": f"{paper.source}: {paper.words}" if paper else "no figure in these papers",
            }
        )
    return pd.DataFrame(rows).astype(dict.fromkeys(("regions", "true", "false", "passes", "detections"), "Int64"))


def parts(shown: Mapping[Method, Shown]) -> pd.DataFrame:
    """Method, part and seconds of all that was measured."""
    rows = [
        (method.value, part.stage, part.milliseconds / 1e3) for method, one in shown.items() for part in one.rung.parts
    ]
    return pd.DataFrame(rows, columns=["method", "part", "seconds"])


def clock(shown: Mapping[Method, Shown], now: Method) -> Figure:
    """Seconds a picture, measured and published, on a logarithmic axis.

    Args:
        shown: the methods that have run.
        now: the one that the slider is on.
    """
    rows = []
    for method in Method:
        if (one := shown.get(method)) is not None:
            rows.append((method.value, "measured", one.rung.seconds, f"{one.rung.seconds:.3g} s"))
        if (paper := PUBLISHED.get(method)) is not None:
            rows.append((method.value, "published", paper.seconds, f"{paper.seconds:.3g} s"))
    data = pd.DataFrame(rows, columns=["method", "kind", "seconds", "label"])
    data["now"] = data["method"] == now.value
    order = [method.value for method in Method]
    y = {"field": "method", "type": "nominal", "sort": order, "scale": {"domain": order}, "axis": {"title": None}}
    offset = {"field": "kind", "type": "nominal", "scale": {"domain": ["measured", "published"]}}
    x = number(
        "seconds",
        "seconds a picture (log scale)",
        log=True,
        domain=[0.01, 100],
        axis={"values": [0.01, 0.1, 1, 10, 100]},
    )
    spec = {
        "title": "Seconds a picture (grey: published)",
        "height": 260,
        "encoding": {"y": y, "yOffset": offset},
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 3, "clip": True},
                "encoding": {
                    "x": {**x, "scale": {**x["scale"], "clamp": True}},
                    "x2": {"datum": 0.01},
                    "color": {
                        "condition": [
                            {"test": "datum.kind === 'published'", "value": MUTED},
                            {"test": "datum.now", "value": ACCENT},
                        ],
                        "value": OKABE_ITO[0],
                    },
                    "tooltip": [{"field": "method"}, {"field": "kind"}, {"field": "seconds", "format": ".3g"}],
                },
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": {"x": {**x, "scale": {**x["scale"], "clamp": True}}, "text": {"field": "label"}},
            },
        ],
    }
    alt = "Bars: seconds a picture of each of the four methods, as measured and as published, on a logarithmic axis"
    measured = [
        f"{method} {one.rung.seconds:.3g} s{'' if one.here else ' (recorded)'}" for method, one in shown.items()
    ]
    marked = f" Marked: {now}." if now in shown else ""
    return Figure(spec, data, alt, f"Measured: {', '.join(measured) or 'nothing yet'}.{marked}")


def best_crops(image: Image, size: tuple[int, int], shown: Shown) -> Drawing | None:
    """The crops behind the highest-scoring detections as the network got them; None where there are none.

    Args:
        image: RGB.
        size: (width, height) of the picture, of which `image` may be a smaller copy.
        shown: of a method that crops.
    """
    rung, kept = shown.rung, shown.kept
    sources = rung.candidates.sources[kept.indices].tolist()
    firsts: dict[int, int] = {}
    for place, source in enumerate(sources):
        firsts.setdefault(source, place)
    chosen: Sequence[tuple[int, int]] = list(firsts.items())[:CROPS]
    if not chosen:
        return None
    context = CONTEXT if rung.method is Method.RCNN else 0
    boxes = _corners(rung.regions)
    crops = [warp(image, boxes[source], rung.side, context=context, size=size).image for source, _ in chosen]
    pixels = torch.from_numpy(np.stack([np.asarray(crop) for crop in crops])).permute(0, 3, 1, 2)  # (N, 3, S, S)
    named = _named(kept)
    captions = [(named[place][0], f"{named[place][1]:.2f}") for _, place in chosen]
    said = ", ".join(f"{label} {score}" for label, score in captions)
    return contact(pixels, f"{len(crops)} crops as the network gets them: {said}", columns=CROPS, captions=captions)
