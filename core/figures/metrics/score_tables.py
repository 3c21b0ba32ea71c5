"""Tables of scores, and the chart that sets a model against trivial classifiers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.metrics.scores import TITLES, over, three, title_of
from core.metrics import fractions
from core.metrics.baselines import COLUMNS
from core.metrics.confusion import Average
from core.metrics.report import AVERAGED, KAPPA_WEIGHTS, PER_CLASS, Report
from core.metrics.scores import Array
from core.metrics.undefined import reason


def averages(report: Report, before: Report | None) -> pd.DataFrame:
    """One row an average, one column a score; where it changed, old and new."""
    kinds = [kind for kind in Average if kind is not Average.BINARY or len(report.matrix) == 2]
    rows = [
        [_cell(report.mean(name, kind), None if before is None else before.mean(name, kind)) for name in AVERAGED]
        for kind in kinds
    ]
    titles = [f"binary: {report.positive}" if kind is Average.BINARY else str(kind) for kind in kinds]
    table = pd.DataFrame(rows, columns=[title_of(name, report) for name in AVERAGED])
    table.insert(0, "average", titles)
    return table


def wholes(report: Report, before: Report | None) -> pd.DataFrame:
    """Scores that belong to the matrix as a whole: score, now, before, and what to know of it."""
    matrix = report.matrix
    rows = [
        (TITLES[name], report.whole(name), None if before is None else before.whole(name), reason(matrix, name))
        for name in ("accuracy", "balanced_accuracy", "mcc")
    ]
    for place, weights in enumerate(KAPPA_WEIGHTS):
        old = None if before is None else float(before.kappas[place])
        rows.append((f"κ, {weights or 'no'} weights", float(report.kappas[place]), old, reason(matrix, "kappa")))
    same = "" if report.options.labels is None else ", averaged classes"
    f1 = report.mean("f1", Average.MACRO)
    old_f1 = None if before is None else before.mean("f1", Average.MACRO)
    rows.append(("Macro-F1: mean of the F1s" + same, f1, old_f1, None))
    old = None if before is None else before.whole("f1_of_means")
    why = reason(matrix, "f1_of_means", labels=report.options.labels)
    rows.append(("Macro-F1: F1 of the means" + same, report.whole("f1_of_means"), old, why))
    cells = [_cell(value, old) + (f" ({why})" if why and matrix.total else "") for _, value, old, why in rows]
    return pd.DataFrame({"value": cells}, index=[row[0] for row in rows])


def classes(report: Report, before: Report | None) -> pd.DataFrame:
    """One row a class: its counts against the rest, and its scores with an arrow where they have changed.

    All of it is to fit on a laptop's screen, so only precision and recall have their fractions, and `reasons` says why
    a score is undefined.
    """
    matrix = report.matrix
    table: dict[str, Any] = {"class": list(matrix.labels)}
    table |= {"actual": matrix.support, "predicted": matrix.predicted}
    table |= {"TP": matrix.tp, "FP": matrix.fp, "FN": matrix.fn, "TN": matrix.tn}
    tallies = [fractions.tally(matrix, [c]) for c in range(len(matrix))]
    for column, name in enumerate(PER_CLASS):
        cells = []
        for c in range(len(matrix)):
            value = float(report.classes[c, column])
            arrow = "" if before is None else _arrow(value, float(before.classes[c, column]))
            parts = fractions.fraction(name, tallies[c]) if name in ("precision", "recall") and not arrow else None
            aside = f" = {over(parts)}" if over(parts) else ""
            cells.append(three(value) + arrow + aside)
        table[title_of(name, report)] = cells
    return pd.DataFrame(table)


def reasons(report: Report) -> dict[str, str]:
    """Title of a score -> of which classes it is undefined, infinite or a convention, and why."""
    if not report.matrix.total:
        return {}
    told = {title_of(name, report): reason(report.matrix, name) for name in PER_CLASS}
    return {title: why for title, why in told.items() if why}


def compared(names: Sequence[str], rows: Array) -> pd.DataFrame:
    """One row a classifier, one column a score; the best of a column, to three decimals, says so.

    Args:
        names: (R,) of the classifiers.
        rows: (R, 7) columns as in `COLUMNS`.
    """
    shown = np.round(rows, 3)
    with np.errstate(invalid="ignore"):
        top = np.max(np.where(np.isnan(shown), -np.inf, shown), axis=0)
    cells = [
        [three(value) + (" (best)" if mark == most else "") for value, mark, most in zip(*parts, top, strict=True)]
        for parts in zip(rows.tolist(), shown.tolist(), strict=True)
    ]
    table = pd.DataFrame(cells, columns=[TITLES[name] for name in COLUMNS])
    table.insert(0, "classifier", list(names))
    return table


def against(names: Sequence[str], rows: Array, what: str) -> Figure:
    """The model and the trivial classifiers, score by score.

    Args:
        names: (R,) of the classifiers, the model first.
        rows: (R, 7) columns as in `COLUMNS`.
        what: which average precision, recall and F1 are.
    """
    titles = [TITLES[name] for name in COLUMNS]
    data = pd.DataFrame(
        [
            {"classifier": name, "score": title, "value": value, "shown": three(value)}
            for name, row in zip(names, rows.tolist(), strict=True)
            for title, value in zip(titles, row, strict=True)
            if math.isfinite(value)
        ],
        columns=["classifier", "score", "value", "shown"],
    )
    colours = [ACCENT, *(colour for colour in OKABE_ITO if colour != ACCENT)][: len(names)]
    shapes = ["diamond", "circle", "square", "triangle-up", "triangle-down", "cross", "circle"][: len(names)]
    hidden = {"domain": list(names), "range": colours}
    spec = {
        "title": "The model against trivial classifiers",
        # a lane for each classifier, so that none hides another
        "height": {"step": max(30, 10 * len(names)), "for": "position"},
        "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
        "encoding": {
            "y": {
                "field": "score",
                "type": "nominal",
                "sort": titles,
                "title": None,
                "axis": {"labelLimit": 160, "grid": True, "gridColor": MUTED, "gridOpacity": 0.35},
            },
            "yOffset": {"field": "classifier", "type": "nominal", "sort": list(names)},
            "x": {
                "field": "value",
                "type": "quantitative",
                "title": f"score ({what})",
                "scale": {"zero": True, "domainMax": 1, "nice": True},
            },
            "color": {
                "field": "classifier",
                "type": "nominal",
                "scale": hidden,
                "legend": {"orient": "bottom", "columns": 1, "title": None, "labelLimit": 260},
            },
            "shape": {"field": "classifier", "type": "nominal", "scale": {"domain": list(names), "range": shapes}},
            "tooltip": [{"field": "classifier"}, {"field": "score"}, {"field": "shown", "title": "value"}],
        },
    }
    alt = f"Points: {', '.join(titles)} of the model, and beside them those of {', '.join(names[1:])}"
    return Figure(spec, data, alt)


def _arrow(new: float, old: float) -> str:
    if three(new) == three(old) or math.isnan(new) or math.isnan(old):
        return ""
    return " ↑" if new > old else " ↓"


def _cell(new: float, old: float | None) -> str:
    now = three(new)
    return now if old is None or three(old) == now else f"{three(old)} → {now}"
