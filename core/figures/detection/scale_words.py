"""What the three answers to scale say and cost: sentences, table, formulas and the chart of scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from core.detection.scale.result import Answer, Approach, Cost, Pyramid
from core.figures.detection.suppression import duration
from core.figures.figure import ACCENT, BY_ORDER, Figure
from core.figures.vega import colours, number, tip, where

SHORT: Mapping[Approach, str] = {
    Approach.IMAGES: "(a) images",
    Approach.FILTERS: "(b) filters",
    Approach.BOXES: "(c) anchors",
}
PALETTE = ("#E69F00", "#56B4E9", "#009E73")


def sentence(approach: Approach, pyramid: Pyramid | None, copy: int, least: float) -> str:
    """What one pyramid says of a copy, as a line of Markdown."""
    if pyramid is None:
        return f"**{SHORT[approach]}**: not run yet"
    answer = pyramid.answers[copy]
    if answer is None:
        return f"**{SHORT[approach]}**: nothing of it overlaps this copy by half"
    said = _who(pyramid, answer)
    if answer.score < least:
        score = f"{answer.score:.2f}, under {least:.2f}" if answer.score else "under 0.02"
        return f"**{SHORT[approach]}**: no answer; the best is {said}, score {score}"
    return f"**{SHORT[approach]}**: {said}, score **{answer.score:.2f}**"


def _who(pyramid: Pyramid, answer: Answer) -> str:
    title = pyramid.rungs[answer.rung].title
    x1, y1, x2, y2 = answer.box
    if pyramid.approach is Approach.IMAGES:
        return f"the picture **{title}**, IoU {answer.iou:.2f}"
    if pyramid.approach is Approach.FILTERS:
        return f"the window of **{title}**, IoU {answer.iou:.2f}"
    return (
        f"**{title}**, anchor {x2 - x1:.0f} × {y2 - y1:.0f} px, IoU {answer.iou:.2f} and {answer.final_iou:.2f} "
        "once moved"
    )


def table(costs: Mapping[Approach, Cost], pyramids: Sequence[Pyramid | None], least: float) -> pd.DataFrame:
    """A row for each approach whose costs are known: passes, pixels, positions, multiply-adds, time, answers."""
    rows = []
    for approach, pyramid in zip(Approach, pyramids, strict=True):
        if (cost := costs.get(approach)) is None:
            continue
        answered = f"{pyramid.answered(least)} of {len(pyramid.answers)}" if pyramid is not None else None
        rows.append(
            {
                "": SHORT[approach],
                "passes": cost.passes,
                "pixels": f"{cost.pixels:,}",
                "positions scored": f"{cost.positions:,}",
                "multiply-adds": f"{cost.macs / 1e9:.3g} G",
                "time": ("" if cost.measured else "about ") + duration(cost.seconds * 1e3),
                "copies answered": answered,
            }
        )
    return pd.DataFrame(rows)


def csv(pyramids: Sequence[Pyramid | None], sides: Sequence[float]) -> str:
    """One line a pyramid and copy, costs repeated."""
    rows = []
    for pyramid in pyramids:
        if pyramid is None:
            continue
        for side, answer in zip(sides, pyramid.answers, strict=True):
            rows.append(
                {
                    "approach": str(pyramid.approach),
                    "copy (px)": round(side, 1),
                    "answers": None if answer is None else pyramid.rungs[answer.rung].title,
                    "IoU": None if answer is None else round(answer.iou, 4),
                    "IoU once moved": None if answer is None else round(answer.final_iou, 4),
                    "score": None if answer is None else round(answer.score, 4),
                    "passes": pyramid.cost.passes,
                    "pixels": pyramid.cost.pixels,
                    "positions": pyramid.cost.positions,
                    "multiply-adds": pyramid.cost.macs,
                    "seconds": round(pyramid.cost.seconds, 4),
                }
            )
    return pd.DataFrame(rows).to_csv(index=False)


def scores(pyramids: Sequence[Pyramid | None], sides: Sequence[float], least: float) -> Figure:
    """The score of each copy by each pyramid, and the score that counts as an answer."""
    rows = [
        (
            "bar", SHORT[pyramid.approach], f"{side:.0f} px", order,
            0.0 if answer is None else answer.score,
            "none" if answer is None else pyramid.rungs[answer.rung].title,
        )
        for pyramid in pyramids
        if pyramid is not None
        for order, (side, answer) in enumerate(zip(sides, pyramid.answers, strict=True))
    ]  # fmt: skip
    rows.append(("least", "", f"{sides[0]:.0f} px", 0, least, ""))
    data = pd.DataFrame(rows, columns=["part", "approach", "copy", "order", "score", "answers"])
    x = {"field": "copy", "type": "nominal", "sort": dict(BY_ORDER), "axis": {"title": "copy", "labelAngle": 0}}
    names = list(SHORT.values())
    layers = [
        {
            "transform": where("part", "bar"),
            "mark": {"type": "bar", "cornerRadiusEnd": 2},
            "encoding": {
                "x": x,
                "xOffset": {"field": "approach", "type": "nominal", "scale": {"domain": names}},
                "y": number("score", "score", domain=[0, 1]),
                "color": colours("approach", names, PALETTE),
                "tooltip": [tip("approach"), tip("copy"), tip("answers"), tip("score", format=".3f")],
            },
        },
        {
            "transform": where("part", "least"),
            "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2, "strokeDash": [5, 4], "aria": False},
            "encoding": {"y": number("score")},
        },
    ]
    spec = {"title": "Score of each copy", "height": 220, "layer": layers}
    answered = ", ".join(
        f"{SHORT[pyramid.approach]} {pyramid.answered(least)} of {len(sides)}"
        for pyramid in pyramids
        if pyramid is not None
    )
    alt = "Bars: the score that each pyramid gives each copy, and a line at the score that counts as an answer"
    return Figure(spec, data, alt, f"Answered at a score of {least:.2f}: {answered}.")


def pixels_formula(images: Cost, one: Cost) -> tuple[str, str]:
    """How many times the pixels of one pass the image pyramid sends through the network, then with zeros around."""
    return (
        r"\sum_{s} (s H)(s W) = \left(\tfrac{1}{16} + \tfrac{1}{4} + 1 + 4\right) H W \approx 5.31\,H W",
        rf"\frac{{{_latex(images.pixels)}}}{{{_latex(one.pixels)}}} = {images.pixels / one.pixels:.3g}",
    )


def windows_formula(pyramid: Pyramid) -> str:
    """The windows of each size, added up."""
    parts = " + ".join(_latex(rung.positions) for rung in pyramid.rungs)
    return rf"\sum_{{\text{{sizes}}}} \text{{places}} = {parts} = {_latex(pyramid.cost.positions)}"


def anchors_formula(pyramid: Pyramid) -> str:
    """The anchors of each level, added up."""
    parts = [
        rf"{rung.cells[0]} \cdot {rung.cells[1]} \cdot {len(rung.shapes)}"
        for rung in pyramid.rungs
        if rung.cells is not None
    ]
    return rf"\sum_l h_l\, w_l\, k_l = {' + '.join(parts)} = {_latex(pyramid.cost.positions)}"


def _latex(count: int) -> str:
    return f"{count:,}".replace(",", "{,}")
