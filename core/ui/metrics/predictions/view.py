"""How predictions are looked at: which class against the rest, which threshold, what errors cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import streamlit as st

from core.metrics.confusion import ConfusionMatrix
from core.metrics.predictions import curves, thresholds
from core.metrics.predictions.curves import Booleans, Curves
from core.metrics.predictions.predictions import Predictions, natural_start
from core.metrics.predictions.thresholds import Costs, Point
from core.metrics.scores import Array
from core.ui.framework.show import keep_within, reset_button
from core.ui.metrics.predictions.compare_rows import DEFAULTS as COMPARED
from core.ui.metrics.predictions.source import COMPARE, KEY, SIDES, Source, remembered

ALL = "All classes"
THRESHOLD, RAW = f"{KEY}_threshold", f"{KEY}_raw"
FALSE_ALARM, MISS = f"{KEY}_false_alarm", f"{KEY}_miss"
_DEAREST = 1e6


@dataclass(frozen=True)
class Moved:
    """All that the threshold moves.

    Attributes:
        threshold: positive where the score is at least that.
        span: what the slider reaches.
        curves: of the scores.
        costs: at each threshold.
        point: of the threshold, on all of them.
        problem: (N,) truth, scores and weights that they come from.
    """

    threshold: float
    span: tuple[float, float]
    curves: Curves
    costs: Costs
    point: Point
    problem: tuple[Booleans, Array, Array | None]


@dataclass(frozen=True)
class View:
    """What is on the screen.

    Attributes:
        source: where the predictions come from.
        predictions: as they are looked at: one class against the rest, decided by the threshold.
        matrix: of these.
        moved: None where no threshold decides.
        label: the class looked at against the rest, or None.
    """

    source: Source
    predictions: Predictions
    matrix: ConfusionMatrix
    moved: Moved | None
    label: str | None

    @property
    def positive(self) -> str | None:
        """The class that precision and recall are about; None: all are averaged."""
        return self.predictions.labels[self.predictions.positive] if len(self.matrix) == 2 else None


def view(source: Source) -> View:
    """Draw the controls and compute what they ask for."""
    predictions, label = source.predictions, _class(source)
    if label is not None:
        whole, index = predictions, predictions.labels.index(label)
        predictions = remembered((source.key, "rest", label), lambda: whole.against_rest(index))
    if not predictions.binary:
        _reset(source, predictions)
        return View(source, predictions, predictions.matrix(), None, label)
    key = (source.key, label)
    decided_by = predictions
    problem = remembered((key, "problem"), lambda: curves.problem_of(decided_by))
    scores = problem[1]
    low, high, step = remembered((key, "range"), lambda: thresholds.threshold_range(scores))
    place = THRESHOLD if step == 0.01 and low == 0 and 1 <= high <= 1.01 else RAW
    start = min(max(natural_start(scores), low), high)
    keep_within(place, low, high, start)
    threshold = st.slider(
        "Threshold",
        low,
        high,
        start,
        step,
        format="%.2f" if step == 0.01 else None,
        key=place,
        bind="query-params",
        help=f"“{predictions.labels[predictions.positive]}” is predicted where the score is at least this.",
    )
    left, right = st.columns(2)
    false_alarm = _cost(left, "False alarm", FALSE_ALARM, 1.0, "What a false positive costs.")
    miss = _cost(right, "Miss", MISS, 5.0, "What a false negative costs.")
    found = remembered(
        (key, "costs", false_alarm, miss),
        lambda: thresholds.costs(*problem, false_alarm, miss),
    )
    st.button(
        "Go to the cheapest threshold",
        icon=":material/savings:",
        key=f"{KEY}_cheapest",
        on_click=_go,
        args=(place, thresholds.settable(found, low, high)),
        help="Where these two costs together are least for these samples.",
        width="stretch",
    )
    _reset(source, predictions, {place: start})
    decided = predictions.at(threshold)
    matrix = decided.matrix()
    moved = Moved(
        threshold,
        (low, high),
        remembered((key, "curves"), lambda: curves.curves(*problem)),
        found,
        thresholds.point(matrix, decided.positive, threshold, false_alarm, miss),
        problem,
    )
    return View(source, decided, matrix, moved, label)


def _class(source: Source) -> str | None:
    """Which class is looked at against the rest; None: all, or there are but two."""
    labels = source.predictions.labels
    if len(labels) < 3:
        return None
    options = [None, *labels]
    return st.selectbox(
        "Look at",
        options,
        format_func=lambda label: ALL if label is None else f"{label} against the rest",
        key=source.key_of("class", source.predictions.labels),
        bind=source.bind,
        help="One class against all others is a question of yes and no: with scores it has a threshold and curves.",
    )


def _cost(place: st.delta_generator.DeltaGenerator, label: str, key: str, usual: float, explanation: str) -> float:
    value = place.number_input(
        label, 0.0, _DEAREST, usual, key=key, bind="query-params", help=f"{explanation} In any unit.", format="%.4g"
    )
    return usual if value is None else float(value)


def _go(key: str, threshold: float) -> None:
    """Callback: move the slider."""
    st.session_state[key] = threshold


def _reset(source: Source, predictions: Predictions, thresholds: Mapping[str, float] = MappingProxyType({})) -> None:
    # the most frequent error again, in the menus of other classes too: the link's keep their value out of sight
    menus = (key for key in map(str, st.session_state) if key.startswith(tuple(f"{KEY}_{side}" for side in SIDES)))
    values = {
        source.key_of("class", source.predictions.labels): None,
        FALSE_ALARM: 1.0,
        MISS: 5.0,
        **thresholds,
        **dict.fromkeys((*(source.key_of(side, predictions.labels) for side in SIDES), *menus)),
        COMPARE: True,
        **COMPARED,
    }
    held = {key: value for key, value in values.items() if key in st.session_state}
    reset_button(f"{KEY}_reset", held, "Put all controls but the predictions back to where they were.")
