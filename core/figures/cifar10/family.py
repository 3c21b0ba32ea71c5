"""One family in numbers and words: what a stage costs, what is unproductive, which classes it confuses."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.figures.figure import ACCENT, Figure
from core.figures.vega import number
from core.models.cifar10.analysis import cost_of, unproductive_layers
from core.models.cifar10.members import Member
from core.models.cost import LayerCost
from core.models.fields.unproductive import Reason
from core.models.walk import Shape
from core.transfer.cifar10.record import Record

_WHY = {Reason.COVERED: "covers the picture", Reason.ONE_CELL: "one cell"}
MOST = 5


def stages(member: Member) -> pd.DataFrame:
    """One row a stage, and one for the head: the shape that it gives, its parameters and multiply-adds."""
    layers = cost_of(member.name).layers
    rows, rest = [], list(layers)
    for stage in member.architecture.stages:
        starts = tuple(f"{module}." for module in stage.modules)
        inside = [layer for layer in layers if f"{layer.name}.".startswith(starts)]
        rest = [layer for layer in rest if layer not in inside]
        rows.append(_row(stage.name, inside[-1].output, inside))
    rows.append(_row("head", (member.architecture.classes,), rest))
    return pd.DataFrame(rows)


def _row(name: str, shape: Shape, layers: Sequence[LayerCost]) -> dict[str, str | int]:
    return {
        "stage": name,
        "gives": " × ".join(map(str, shape)),
        "parameters": sum(layer.params for layer in layers),
        "multiply-adds": sum(layer.macs for layer in layers),
    }


def unproductive_table(member: Member) -> pd.DataFrame:
    """One row for each unproductive or critical layer."""
    return pd.DataFrame(
        [
            {
                "layer": layer.name,
                "kernel": f"{layer.kernel[0]} × {layer.kernel[1]}",
                "map": f"{layer.cells[0]} × {layer.cells[1]}",
                "field of its input": f"{layer.field[0]:.0f} px",
                "by the shortest way": f"{layer.smallest[0]:.0f} px",
                "is": "unproductive" if layer.certain else "critical",
                "because": _WHY[layer.reason],
                "multiply-adds": layer.macs,
            }
            for layer in unproductive_layers(member.name).layers
        ]
    )


def unproductive_says(member: Member) -> str:
    """How many layers see nothing new at 32 px, a sentence or two in Markdown."""
    found = unproductive_layers(member.name)
    certain = found.certain()
    if not found.layers:
        return f"None of its {found.spatial} convolutions larger than 1 × 1 is unproductive at 32 px."
    critical = len(found.layers) - len(certain.layers)
    if not certain.layers:
        return (
            f"None of its {found.spatial} convolutions larger than 1 × 1 is unproductive at 32 px for certain. "
            f"{critical} are critical: by the longest way through the network what goes into them has seen all of it."
        )
    said = (
        f"**{len(certain.layers)} of {found.spatial}** convolutions larger than 1 × 1 are unproductive at 32 px: what "
        f"goes into them has seen the whole picture already. They hold {certain.params_share:.0%} of the parameters "
        f"and {certain.macs_share:.0%} of the multiply-adds."
    )
    if critical:
        said += f" {critical} more are critical: so by the longest way through the network, not by the shortest."
    return said


def per_class(record: Record) -> Figure:
    """Accuracy of each class, the share of its pictures that are named rightly."""
    shares = record.class_accuracies
    data = pd.DataFrame({"class": record.classes, "accuracy": shares})
    spec = {
        "title": "Test accuracy, class by class",
        "height": 240,
        "mark": {"type": "bar", "color": ACCENT},
        "encoding": {
            "y": {"field": "class", "type": "nominal", "sort": None, "title": None, "axis": {"labelOverlap": False}},
            "x": number("accuracy", "share named rightly", domain=(0, 1), format=".0%", ticks=5),
            "tooltip": [{"field": "class"}, {"field": "accuracy", "format": ".1%"}],
        },
    }
    worst = record.classes[int(shares.argmin())]
    alt = f"A bar a class: share of its test pictures that {record.title} names rightly"
    return Figure(spec, data, alt, f"Lowest: {worst}, {shares.min():.1%}.")


def mistakes(record: Record) -> pd.DataFrame:
    """The most frequent mistakes: actual class, predicted class, how often."""
    table = np.array(record.confusion)
    np.fill_diagonal(table, 0)
    order = np.argsort(-table, axis=None, kind="stable")[:MOST]
    rows = [divmod(int(place), len(record.classes)) for place in order]
    return pd.DataFrame(
        [
            {
                "actual": record.classes[actual],
                "predicted": record.classes[said],
                "times": int(table[actual, said]),
                "of": sum(record.confusion[actual]),
            }
            for actual, said in rows
            if table[actual, said]
        ]
    )


def curve(record: Record) -> Figure:
    """Validation accuracy against epochs, for a report."""
    data = pd.DataFrame([(point.epoch, point.accuracy) for point in record.curve], columns=["epoch", "accuracy"])
    spec = {
        "title": "Accuracy on the validation pictures",
        "height": 240,
        "mark": {"type": "line", "point": True, "color": ACCENT, "strokeWidth": 2.5},
        "encoding": {
            "x": number("epoch", "epochs"),
            "y": number("accuracy", "validation accuracy", domain=(0, 1), format=".0%"),
        },
    }
    return Figure(
        spec,
        data,
        f"A line, {record.title}, that ends at {record.curve[-1].accuracy:.1%} after {record.epochs:.1f} epochs",
    )
