"""The figures of a report: how the training went, how good the network is, what it mistakes, what moved in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from PIL import Image

from core.figures.figure import ACCENT, MUTED, Figure
from core.figures.style import ACCENT_INK, RIGHT_INK
from core.figures.transfer import curves_by_epoch, freeze
from core.figures.transfer.contact import short, thumbnails
from core.figures.transfer.predictions import mistakes
from core.figures.vega import number
from core.images import data_uri, to_jpeg
from core.transfer.takeaway.result import Interval, Result, epochs_done

_DARK = 0.43  # of viridis: up to it white is read better than black
LARGEST = 30
"""Classes of a confusion matrix whose cells are drawn with their numbers."""
MISTAKES = 10
_COLUMNS, _TILE, _ROW = 5, 80, 156  # pictures in a row, their side, and the height of a row with its words, pixels


def figures_of(result: Result, compared: Mapping[str, Interval]) -> dict[str, Figure]:
    """Name -> figure, in the report's order; those that there is something to show of.

    Args:
        result: the experiment.
        compared: title -> accuracy on the same test pictures, this experiment's own among them.
    """
    found: dict[str, Figure] = {}
    run = result.run
    if run is not None:
        # as many epochs as there were: a budget of seconds plans for more
        phases = [replace(phase, epochs=done) for phase, done in zip(run.recipe.phases, epochs_done(run), strict=True)]
        found["accuracy-by-epoch"] = curves_by_epoch.by_epoch(run.points, phases)
        found["loss-by-epoch"] = curves_by_epoch.losses(run.points, phases)
    if result.test.of:
        found["test-accuracy"] = accuracies(compared, result.title)
        found["confusion-matrix"] = confusion(result)
    if len(mistakes(result.scored)):
        found["mistakes"] = mistaken(result)
    if run is not None and run.weight_change:
        found["weights-moved"] = freeze.chart(run.weight_change, freeze.What.WEIGHTS)
        if any(layer.statistics for layer in run.weight_change):
            found["statistics-drifted"] = freeze.chart(run.weight_change, freeze.What.STATISTICS)
    return found


def accuracies(compared: Mapping[str, Interval], chosen: str) -> Figure:
    """Accuracy on the test pictures with its 95 % interval, one bar an experiment."""
    rows = [
        (title, value.accuracy, value.low, value.high, _said(value), value.learned_from, title == chosen)
        for title, value in compared.items()
    ]
    columns = ["experiment", "accuracy", "low", "high", "said", "training pictures", "chosen"]
    data = pd.DataFrame(rows, columns=columns)
    y = {"field": "experiment", "type": "nominal", "sort": None, "title": None, "axis": {"labelLimit": 240}}
    axis = {"format": ".0%", "tickCount": 6}
    x = number(title="accuracy on the test pictures", domain=[0, 1], axis=axis)
    colour = {"condition": {"test": "datum.chosen", "value": ACCENT}, "value": MUTED}
    tips = [
        {"field": "experiment"},
        *({"field": name, "format": ".1%"} for name in ("accuracy", "low", "high")),
        {"field": "training pictures"},
    ]
    spec = {
        "title": {
            "text": "Accuracy on the test pictures, with 95% Wilson intervals",
            "subtitle": "At the end of each bar: from how many training pictures it was learned",
        },
        "height": {"step": 40},
        "layer": [
            {
                "mark": {"type": "bar", "height": 22, "opacity": 0.6},
                "encoding": {"y": y, "x": {**x, "field": "accuracy"}, "color": colour, "tooltip": tips},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 2.5},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}, "color": colour},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 6, "fontWeight": "bold"},
                "encoding": {"y": y, "x": {"value": "width"}, "text": {"field": "said"}},
            },
        ],
    }
    said = "; ".join(f"{title} {_said(v)} ({v.low:.1%} to {v.high:.1%})" for title, v in compared.items())
    return Figure(spec, data, f"Accuracy on the test pictures with 95% Wilson intervals: {said}")


def _said(value: Interval) -> str:
    """An accuracy with what it was learned from."""
    return f"{value.accuracy:.1%}" + ("" if value.learned_from is None else f", {value.learned_from:,} pictures")


def confusion(result: Result) -> Figure:
    """Counts of target against predicted; the shade is the share of the target class."""
    counts, classes = result.confusion(), [short(name, 24) for name in result.trained.classes]
    names = _different(classes)
    whole = np.maximum(counts.sum(1, keepdims=True), 1)
    rows = [
        (
            names[target],
            names[said],
            int(counts[target, said]),
            float(counts[target, said] / whole[target, 0]),
            target == said,
        )
        for target in range(len(names))
        for said in range(len(names))
    ]
    data = pd.DataFrame(rows, columns=["actual", "predicted", "count", "share", "right"])
    cell = max(28 if len(names) <= LARGEST else 16, min(46, 480 // len(names)))
    x = {"field": "predicted", "type": "nominal", "sort": None, "axis": {"labelAngle": -40, "labelLimit": 160}}
    y = {"field": "actual", "type": "nominal", "sort": None, "axis": {"labelLimit": 160}}
    shade = number(
        "share",
        domain=[0, 1],
        scale={"scheme": "viridis"},
        legend={"title": "share of its actual class", "format": ".0%"},
    )
    tips = [{"field": "actual"}, {"field": "predicted"}, {"field": "count"}, {"field": "share", "format": ".1%"}]
    cells = {"mark": {"type": "rect"}, "encoding": {"x": x, "y": y, "color": shade, "tooltip": tips}}
    ink = {"condition": {"test": f"datum.share > {_DARK}", "value": "#000000"}, "value": "#ffffff"}
    numbers = {
        "mark": {"type": "text"},
        "encoding": {"x": x, "y": y, "text": {"field": "count"}, "color": ink},
    }
    spec = {
        "title": "Confusion matrix of the test pictures",
        "width": {"step": cell},
        "height": {"step": cell},
        "layer": [cells, numbers] if len(names) <= LARGEST else [cells],
    }
    test = result.test
    alt = f"Confusion matrix of {len(names)} classes: {test.right:,} of {test.of:,} test pictures on the diagonal"
    return Figure(spec, data, alt)


def mistaken(result: Result, most: int = MISTAKES) -> Figure:
    """Test pictures that the network gets wrong, the most confident first."""
    scored, classes = result.scored, result.trained.classes
    rows = mistakes(scored)[:most]
    small = thumbnails(result.images.images[scored.indices[rows]], _TILE)
    made = []
    for place, row in enumerate(rows.tolist()):
        pixels = small[place].permute(1, 2, 0).contiguous().numpy()
        said = int(scored.predicted[row])
        made.append(
            {
                "x": place % _COLUMNS,
                "y": place // _COLUMNS,
                "picture": data_uri(to_jpeg(Image.fromarray(pixels), quality=90)),
                "actual": short(classes[int(scored.target[row])], 18),
                "predicted": short(classes[said], 14),
                "probability": f"{scored.probabilities[row, said]:.0%}",
            }
        )
    x = number("x", domain=[-0.5, _COLUMNS - 0.5], axis=False)
    y = {"field": "y", "type": "ordinal", "axis": None, "scale": {"paddingInner": 0, "paddingOuter": 0}}
    place_of = {"x": x, "y": y}
    text = {"type": "text", "baseline": "top"}
    below = _TILE // 2 - 18

    def line(number: int, words: str, **mark: Any) -> dict[str, Any]:
        return {
            "transform": [{"calculate": words, "as": "told"}],
            "mark": {**text, "dy": below + 18 * number, **mark},
            "encoding": {**place_of, "text": {"field": "told"}},
        }

    spec = {
        "title": "Mistakes, the most confident first",
        "width": 760,
        "height": {"step": _ROW},
        "view": {"stroke": None},
        "layer": [
            {
                "mark": {"type": "image", "width": _TILE, "height": _TILE, "yOffset": -24},
                "encoding": {**place_of, "url": {"field": "picture"}},
            },
            line(0, "'actual ' + datum.actual", color=RIGHT_INK, fontWeight="bold"),
            line(1, "'predicted ' + datum.predicted", color=ACCENT_INK),
            line(2, "datum.probability", color=ACCENT_INK),
        ],
    }
    said_all = "; ".join(f"{entry['actual']} taken for {entry['predicted']} ({entry['probability']})" for entry in made)
    return Figure(spec, pd.DataFrame(made), f"Mistakes: {said_all}")


def _different(names: Sequence[str]) -> list[str]:
    """Names on an axis must differ, or their rows fall together."""
    return [
        name if names.index(name) == place and names.count(name) == 1 else f"{name} ({place + 1})"
        for place, name in enumerate(names)
    ]
