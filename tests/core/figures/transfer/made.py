"""Points, runs and movements made by hand, and what every chart has to fulfil."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

import numpy as np
import vl_convert

from core.figures.figure import Figure
from core.transfer.model.classifier import ModelSpec, Trained
from core.transfer.training.run import LabelledPredictions, LayerChange, Point, Run
from core.transfer.training.schedule import Phase, Recipe

PHASES = (
    Phase("Rebuild", {}, 0, rebuild=True),
    Phase("The head", {"heads": 1e-3}, 2),
    Phase("All but the stem", {"group 1": 1e-4, "heads": 1e-3}, 3),
)


def points(*accuracies: float, second: Sequence[float] = (), cosines: Sequence[float | None] = ()) -> tuple[Point, ...]:
    """One a second and an epoch, the first before any step."""
    return tuple(
        Point(
            seconds=float(at),
            epoch=float(at),
            phase=0 if at == 0 else 1 if at <= 2 else 2,
            loss=math.nan if at == 0 else 1 / at,
            accuracy=accuracy,
            validation_loss=2 / (at + 1),
            second_accuracy=second[at] if second else None,
            cosine=cosines[at] if cosines else None,
        )
        for at, accuracy in enumerate(accuracies)
    )


def layer(name: str, group: str, *, trained: bool, moved: float = 0.0, drifted: float | None = None) -> LayerChange:
    """A layer with weights; with statistics too where `drifted` is given."""
    return LayerChange(
        name=name,
        group=group,
        kind="Conv2d" if drifted is None else "BatchNorm2d",
        weights=10,
        moved=moved,
        statistics=0 if drifted is None else 4,
        drifted=drifted or 0.0,
        identical=moved == 0 and not drifted,
        trained=trained,
    )


def run(
    accuracies: Sequence[float] = (0.2, 0.5, 0.8),
    *,
    title: str = "A run",
    right: int = 3,
    learned: int = 30,
    weight_change: Sequence[LayerChange] = (),
    recipe: Recipe | None = None,
    second: Sequence[float] = (),
    cosines: Sequence[float | None] = (),
) -> Run:
    """A run whose network gets `right` of four test pictures right."""
    target = np.array([0, 1, 2, 0])
    said = np.where(np.arange(4) < right, target, (target + 1) % 3)
    probabilities = np.full((4, 3), 0.1, np.float32)
    probabilities[np.arange(4), said] = 0.8
    return Run(
        trained=Trained(title, ModelSpec("resnet18", 32, (3,)), ("a", "b", "c"), {}, "digest"),
        recipe=recipe or Recipe(PHASES),
        points=points(*accuracies, second=second, cosines=cosines),
        best=int(np.argmax(accuracies)),
        weight_change=tuple(weight_change),
        test=LabelledPredictions(np.arange(4), target, probabilities),
        parameters=100,
        learned=learned,
        seconds=float(len(accuracies) - 1),
    )


def assert_sound(figure: Figure) -> None:
    """It has words for those who cannot see it, Vega-Lite takes it, every field is a column, no number is infinite."""
    assert figure.alt
    rows = json.loads(figure.data.to_json(orient="records"))
    assert vl_convert.vegalite_to_vega({**figure.spec, "data": {"values": rows}})
    text = json.dumps(figure.spec, allow_nan=False)
    assert '"title"' in text
    numbers = figure.data.select_dtypes("number").to_numpy(dtype=float)
    assert not np.isinf(numbers).any()
    for field in _fields(figure.spec):
        assert field in figure.data.columns, f"{field} is drawn but not there: {list(figure.data.columns)}"


def _fields(node: object) -> set[str]:
    """Fields that are drawn from the figure's own data."""
    found: set[str] = set()
    if isinstance(node, dict):
        if "data" in node:  # a layer with data of its own
            return found
        if isinstance(node.get("field"), str):
            found.add(node["field"])
        for value in node.values():
            found |= _fields(value)
    elif isinstance(node, list):
        for value in node:
            found |= _fields(value)
    return found
