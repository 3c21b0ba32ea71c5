"""What stands beside the picture of a walk: heat maps of features, class scores, and tables."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import pandas as pd
from PIL import Image as Pictures
from torch import Tensor
from torchvision.ops import box_iou

from core.detection.walk.walk import Walk
from core.figures.conv.kernels import viridis
from core.figures.detection.walk_words import short
from core.figures.drawing import Cells, Drawing, Image, Item, Text
from core.figures.figure import ACCENT, BY_ORDER, MUTED, Figure
from core.figures.vega import number

TOP = 6  # classes in the chart
MAP, GAP, HEAD = 100.0, 20.0, 26.0  # drawing units: side of a heat map, space beside it, its name
ACROSS = 3
LONGEST = 15  # letters of a name above a heat map


def _png(values: Tensor) -> str:
    """(7, 7) numbers from 0 to 1 as a picture of one pixel a cell."""
    file = io.BytesIO()
    Pictures.fromarray(viridis(values.numpy())).save(file, "PNG")
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode("ascii")


def heat_maps(features: Tensor, channels: Sequence[int], names: Sequence[str]) -> Drawing:
    """Some channels of a region's 7 x 7 features, on one scale, so that they can be compared.

    Args:
        features: (channels, 7, 7)
        channels: which, `MOST` at most.
        names: of all channels; () where they have none.
    """
    chosen = features[list(channels)]
    low, high = float(chosen.min()), float(chosen.max())
    unit = (chosen - low) / ((high - low) or 1.0)
    rows, columns = features.shape[1:]
    items: list[Item] = []
    for place, channel in enumerate(channels):
        x, y = (place % ACROSS) * (MAP + GAP), (place // ACROSS) * (MAP + HEAD + GAP / 2)
        name = short(names[channel]) if names else f"channel {channel}"
        label = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
        values = chosen[place].tolist()
        tips = tuple(f"{name}, row {r}, column {c}: {values[r][c]:.3f}" for r in range(rows) for c in range(columns))
        items += [
            Text(x + MAP / 2, y + HEAD / 2, label),
            Image(x, y + HEAD, MAP, MAP, _png(unit[place]), smooth=False),
            Cells(x, y + HEAD, MAP, MAP, rows, columns, lines=True, tips=tips, first=0),
        ]
    wide = min(len(channels), ACROSS) * (MAP + GAP) - GAP
    tall = -(-len(channels) // ACROSS) * (MAP + HEAD + GAP / 2)
    told = ", ".join(short(names[c]) if names else f"channel {c}" for c in channels)
    return Drawing(wide, tall, tuple(items), f"Heat maps of 7 × 7 features: {told}", "46vh")


def class_scores(walk: Walk) -> Figure:
    """The highest class scores of the proposal and that of the background."""
    scores = walk.class_scores
    best = [label for label in scores.argsort(descending=True, stable=True).tolist() if label][:TOP]
    if walk.label not in best:
        best[-1] = walk.label
    data = pd.DataFrame(
        {
            "class": ["background" if not label else walk.classes[label] for label in (*best, 0)],
            "score": [float(scores[label]) for label in (*best, 0)],
            "what": ["walked" if label == walk.label else "other" for label in (*best, 0)],
        }
    )
    data["label"] = [f"{score:.3f} {name}" for name, score in zip(data["class"], data["score"], strict=True)]
    data["order"] = range(len(data))
    spec = {
        "title": "Softmax over all classes: the highest",
        "height": 220,
        "mark": {"type": "bar", "cornerRadiusEnd": 3, "height": {"band": 0.7}},
        "encoding": {
            "y": {
                "field": "label",
                "type": "nominal",
                "sort": dict(BY_ORDER),
                "axis": {"title": None, "labelLimit": 180, "ticks": False, "domain": False},
            },
            "x": number("score", "class score", domain=[0, 1]),
            "color": {"condition": {"test": "datum.what === 'walked'", "value": ACCENT}, "value": MUTED},
            "tooltip": [{"field": "class"}, {"field": "score", "format": ".4f"}],
        },
    }
    alt = "Bars: the highest class scores of the proposal, and the background's"
    return Figure(spec, data, alt, f"{walk.name} {walk.score:.3f}, background {float(scores[0]):.3f}.")


def boxes_table(walk: Walk) -> pd.DataFrame:
    """A row a box of the walk: corners, and IoU with the box that is kept."""
    rows = [
        ("anchor", "network px", walk.first.start, walk.second.clipped),
        ("proposal", "network px", walk.second.start, walk.second.clipped),
        ("box", "network px", walk.second.clipped, walk.second.clipped),
        ("box", "image px", walk.box, walk.kept),
        ("kept", "image px", walk.kept, walk.kept),
    ]
    frame = pd.DataFrame([box.tolist() for _, _, box, _ in rows], columns=["x1", "y1", "x2", "y2"])
    frame.insert(0, "box", [name for name, *_ in rows])
    frame.insert(1, "in", [unit for _, unit, *_ in rows])
    frame["IoU"] = [float(box_iou(box[None], last[None])) for _, _, box, last in rows]
    return frame


def score_table(walk: Walk) -> pd.DataFrame:
    """A row a class, the highest first: its logit and its score."""
    names = ["background", *walk.classes[1:]]
    frame = pd.DataFrame({"class": names, "logit": walk.class_logits.tolist(), "score": walk.class_scores.tolist()})
    return frame.sort_values("score", ascending=False, kind="stable")
