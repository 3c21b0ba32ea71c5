"""Trainings that were recorded: their numbers and curves as JSON in `recorded/`, without pictures and weights.

A page shows them at once, where a live training would take minutes. `tests/bench/record_trainings.py` makes them.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from core.transfer.training.run import LayerChange, Point
from core.transfer.training.schedule import Phase, Statistics

FOLDER = Path(__file__).parent / "recorded"
RACE, SCHEDULE = "race", "schedule"


@dataclass(frozen=True)
class Recording:
    """One or several trainings on one split.

    Attributes:
        about: what they ran on, a sentence.
        made: on which machine and when, a sentence.
        chance: accuracy on the validation pictures of always saying the most frequent class.
        probe: that of a logistic probe on the features of the frozen backbone.
        budget_s: seconds of training of each; 0 where epochs were counted.
        points: title -> points, in the order of the colours.
        tests: title -> accuracy on the test pictures, asked once.
        phases: of the schedule; none of a race.
        weight_change: of all layers; none of a race.
    """

    about: str
    made: str
    chance: float
    probe: float
    budget_s: float
    points: Mapping[str, tuple[Point, ...]]
    tests: Mapping[str, float]
    phases: tuple[Phase, ...] = ()
    weight_change: tuple[LayerChange, ...] = ()

    @property
    def best(self) -> Mapping[str, float]:
        """Title -> highest accuracy on the validation pictures."""
        return {title: max(point.accuracy for point in points) for title, points in self.points.items()}


def write(recording: Recording, name: str, folder: Path = FOLDER) -> None:
    """Write a recording as JSON, numbers with six digits."""
    text = json.dumps(_plain(asdict(recording)), ensure_ascii=False, indent=1)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")


@cache
def read(name: str, folder: Path = FOLDER) -> Recording:
    """The recording of this name; read once."""
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    found["points"] = {title: tuple(map(_point, points)) for title, points in found["points"].items()}
    found["phases"] = tuple(
        Phase(**{**phase, "statistics": Statistics(phase["statistics"])}) for phase in found["phases"]
    )
    found["weight_change"] = tuple(LayerChange(**layer) for layer in found["weight_change"])
    return Recording(**found)


def _point(values: dict[str, Any]) -> Point:
    """JSON has no NaN: a loss that was none is null there."""
    return Point(**{**values, **{name: math.nan for name in ("loss", "validation_loss") if values[name] is None}})


def _plain(node: Any) -> Any:
    if isinstance(node, Mapping):
        return {name: _plain(value) for name, value in node.items()}
    if isinstance(node, list | tuple):
        return [_plain(value) for value in node]
    if isinstance(node, float):
        return float(f"{node:.6g}") if math.isfinite(node) else None
    return node
