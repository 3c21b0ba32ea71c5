"""IoU over λ as a chart, objects as a table, and what is seen in them as sentences."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.detection.regression.evaluation import Curve, Learned, Split
from core.figures.figure import ACCENT, OKABE_ITO, Figure
from core.figures.vega import colours, marker, number, tip, where

FITTED, HELD, BEFORE, NETWORK = "fitted", "held out", "before", "the network's"
_COLOURS = (OKABE_ITO[1], OKABE_ITO[2], OKABE_ITO[6], OKABE_ITO[0])
_DASHES = ([1, 0], [1, 0], [6, 4], [2, 3])


def strength_curve(found: Curve, strength: float) -> Figure:
    """Mean IoU over λ, of fitted and of held-out objects, with the λ that is set.

    Args:
        found: at every λ.
        strength: one of them.
    """
    at = found.strengths.index(strength)
    lines = {
        FITTED: found.fitted,
        HELD: found.held,
        BEFORE: (found.before,) * len(found.strengths),
        NETWORK: (found.network,) * len(found.strengths),
    }
    rows = [
        (name, λ, value, "")
        for name, values in lines.items()
        for λ, value in zip(found.strengths, values, strict=True)
        if not math.isnan(value)
    ]
    now = [(name, strength, lines[name][at], "now") for name in (FITTED, HELD)]
    data = pd.DataFrame([*rows, *now], columns=["boxes", "strength", "iou", "at"])
    x = number("strength", "λ (log scale)", log=True, format=",~g", axis={"values": [0.01, 1, 100, 10_000, 1_000_000]})
    y = number("iou", "mean IoU", scale={"zero": False})
    only_now = where("at", "now")
    dash = {"field": "boxes", "type": "nominal", "legend": None, "scale": {"domain": list(lines), "range": _DASHES}}
    tips = [tip("boxes"), tip("strength", "λ", "~g"), tip("iou", "mean IoU", ".3f")]
    colour = colours("boxes", lines, _COLOURS, labelLimit=240, columns=2)
    layers = [
        {
            "transform": where("at", ""),
            "mark": {"type": "line", "strokeWidth": 2.5},
            "encoding": {"x": x, "y": y, "color": colour, "strokeDash": dash},
        },
        marker(only_now, x=x),
        {
            "transform": only_now,
            "mark": {"type": "point", "filled": True, "size": 90, "color": ACCENT, "opacity": 1},
            "encoding": {"x": x, "y": y, "tooltip": tips},
        },
    ]
    spec = {"title": "Mean IoU after regression, over λ", "height": 300, "layer": layers}
    alt = "Mean IoU over λ of fitted and of held-out objects, with that of the slider marked"
    return Figure(spec, data, alt, seen(found, strength))


def seen(found: Curve, strength: float) -> str:
    """What the curves say at this λ."""
    at = found.strengths.index(strength)
    fitted, held, gain = found.fitted[at], found.held[at], found.held[at] - found.before
    words = (
        f"λ = {strength:,.10g}: IoU {fitted:.3f} on fitted objects, {held:.3f} on held-out ones ({found.before:.3f} "
    )
    words += "before). "
    if abs(gain) < 0.005:
        words += "Held-out boxes hardly move or move for nothing: nothing was learned that holds for other objects. "
    elif gain < 0 and fitted <= found.fitted_before:
        words += "It underfits: with so large a λ hardly more than one shift for all boxes is left. "
    elif gain < 0:
        words += "It overfits: what it learned of the fitted objects makes boxes of others worse. "
    else:
        words += "What it learned holds for objects that it has not seen. "
    best = max(found.held)
    worse = ", still worse than where they were" if best < found.before else ""
    return words + f"Held-out boxes lie best at λ = {found.best:,.10g} ({best:.3f}){worse}."


def how_few(parts: Split) -> str:
    """How many objects and boxes each regressor is fitted on."""
    words = []
    for part in parts.parts:
        things = f"{len(part.objects)} object{'s' if len(part.objects) > 1 else ''} ({len(part.boxes)} boxes)"
        words.append(f"{f'the one of {part.label}' if part.label else 'the one for all classes'} on {things}")
    return "; ".join(words)


def object_table(parts: Split, found: Learned, names: Sequence[str]) -> pd.DataFrame:
    """One row a held-out object: boxes around it, mean IoU before, after ridge, after the network's own."""
    rows = []
    for number_, name in enumerate(names):
        own = parts.held.object_of == number_
        if own.any():
            values = (found.held.before, found.held.after, found.network.after)
            rows.append((name, int(own.sum()), *(float(np.mean(value[own])) for value in values)))
    return pd.DataFrame(rows, columns=["object", "boxes", "before", "ridge", "network's own"])


def to_csv(parts: Split, found: Learned, names: Sequence[str], scale: tuple[float, float]) -> str:
    """One line a held-out box, corners in image pixels before and after.

    Args:
        parts: what was held out.
        found: what became of it.
        names: of the objects.
        scale: (across, down), image pixels for a network pixel.
    """
    factors = np.array([*scale, *scale])
    table = pd.DataFrame({"object": [names[owner] for owner in parts.held.object_of.tolist()]})
    for title, boxes in (("before", parts.held.boxes), ("ridge", found.held.boxes), ("network", found.network.boxes)):
        corners = boxes.double().numpy() * factors
        for at, side in enumerate(("x1", "y1", "x2", "y2")):
            table[f"{title}_{side}"] = corners[:, at].round(2)
    for title, ious in (
        ("before", found.held.before), ("ridge", found.held.after), ("network", found.network.after),
    ):  # fmt: skip
        table[f"{title}_iou"] = ious.round(4)
    return table.to_csv(index=False, lineterminator="\n")
