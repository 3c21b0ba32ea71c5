"""What the network says of a picture as bars and in words, and both methods as formulas with their numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from core.figures.conv.kernels import short
from core.figures.figure import ACCENT, MUTED, Figure
from core.figures.formulas import number
from core.transfer.attribution.heat import ClassActivation, Covered, Heat
from core.transfer.attribution.sanity import similarity
from core.transfer.data.image_set import ImageSet
from core.transfer.training.run import LabelledPredictions

MOST = 5
"""Classes with a bar."""


def answers(probabilities: npt.NDArray[np.floating], classes: tuple[str, ...], explained: int) -> Figure:
    """The likeliest classes, and the explained one among them.

    Args:
        probabilities: (C,)
        classes: names.
        explained: index of the class whose map is shown.
    """
    order = np.argsort(-probabilities, kind="stable")[:MOST].tolist()
    if explained not in order:
        order = [*order[: MOST - 1], explained]
    data = pd.DataFrame(
        {
            "class": [classes[index] for index in order],
            "probability": [float(probabilities[index]) for index in order],
            "label": [f"{probabilities[index]:.3f}" for index in order],
            "explained": [index == explained for index in order],
        }
    )
    y = {
        "field": "class",
        "type": "nominal",
        "sort": None,
        "axis": {"title": None, "labelLimit": 90, "labelOverlap": False, "ticks": False, "domain": False},
    }
    x = {"field": "probability", "type": "quantitative", "scale": {"domain": [0, 1.25]}, "axis": None}
    colour = {"condition": {"test": "datum.explained", "value": ACCENT}, "value": MUTED}
    tooltip = [{"field": "class"}, {"field": "probability", "format": ".4f"}]
    spec = {
        "title": {"text": "Probability of the classes", "anchor": "start"},
        "height": {"step": 22},
        "layer": [
            {
                "mark": {"type": "bar", "cornerRadiusEnd": 3},
                "encoding": {"y": y, "x": x, "color": colour, "tooltip": tooltip},
            },
            {
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": {"y": y, "x": x, "text": {"field": "label"}},
            },
        ],
    }
    words = ", ".join(f"{classes[index]} {probabilities[index]:.3f}" for index in order)
    return Figure(spec, data, f"Probability of the classes: {words}; {classes[explained]} is explained")


def _tex(value: float) -> str:
    """Three digits for LaTeX, powers of ten written out."""
    text = short(value).replace("−", "-").replace(",", "{,}")
    if "e" not in text:
        return text
    digits, power = text.split("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}"


def grad_cam_numbers(heat: ClassActivation) -> str:
    """The sum at the strongest cell: its largest terms, the others together."""
    row, column = heat.peak
    others = heat.total - sum(term.contribution for term in heat.largest)
    terms = [_tex(term.contribution) for term in heat.largest]
    many = heat.channels - len(heat.largest)
    if many:
        terms.append(rf"\underbrace{{{_tex(others)}}}_{{\text{{{number(many)} others}}}}")
    total = " + ".join(terms).replace("+ -", "- ")
    result = _tex(float(heat.values[row, column]))
    left, right = rf"L_{{{row + 1},{column + 1}}}", rf"\mathrm{{ReLU}}\big({total}\big)"
    # two lines and small, since it stands in half a page
    return rf"\small \begin{{aligned}} {left} &= {right} \\ &= \mathbf{{{result}}} \end{{aligned}}"


def occlusion_numbers(heat: Covered, window: tuple[int, int]) -> str:
    """The probability before and with one window covered."""
    change = float(heat.changes[window])
    before, after = heat.probability, heat.probability - change
    return rf"\Delta_W = {before:.3f} - {after:.3f} = \mathbf{{{change:.3f}}}"


def prediction_label(images: ImageSet, predictions: LabelledPredictions, position: int) -> str:
    """One prediction in a line: the picture's name, its class, what it was taken for, and how probable that was."""
    target, predicted = int(predictions.target[position]), int(predictions.predicted[position])
    probability = float(predictions.probabilities[position, predicted])
    name = images.names[int(predictions.indices[position])]
    if target == predicted:
        return f"{name}: {images.classes[target]}, right, {probability:.2f}"
    return f"{name}: {images.classes[target]} → {images.classes[predicted]}, {probability:.2f}"


def likeness(learned: Heat, other: Heat) -> str:
    """How probable the class is by the network of another map, and how much that map is like the learned one's."""
    probability = f"Probability {other.probability:.3f}."
    if other is learned:
        return probability
    found = similarity(learned, other)
    if found is None:
        return f"{probability} One of the two maps is empty: no correlation."
    return f"{probability} Rank correlation with the map as learned: **{found:+.2f}**."
