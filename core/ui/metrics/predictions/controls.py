"""How predictions are looked at: which class against the rest, which threshold, what errors cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from core.figures.metrics.prediction_sources import Source
from core.metrics.confusion import ConfusionMatrix
from core.metrics.predictions import curves, thresholds
from core.metrics.predictions.predictions import Predictions, natural_start
from core.metrics.predictions.thresholds import AtThreshold
from core.ui import framework as ui
from core.ui.metrics.predictions.compare_rows import DEFAULTS as COMPARED
from core.ui.metrics.predictions.source import KEY, SIDES, bound, choose, key_of, remembered

ALL = "All classes"


@dataclass(frozen=True)
class _Probability:
    threshold: float = ui.slider("Threshold", 0.0, 1.0, 0.5, 0.01, "")


@dataclass(frozen=True)
class _RawScore(_Probability):
    """Scores that are no probabilities; another key, since the threshold of the one means nothing for the other."""

    threshold: float = ui.slider("Threshold", 0.0, 1.0, 0.0, 0.01, "", key="raw")


@dataclass(frozen=True)
class Prices:
    """What errors cost."""

    false_alarm: float = ui.number(
        "False alarm", 0.0, 1e6, 1.0, "What a false positive costs, in any unit.", format="%.4g", half=True
    )
    miss: float = ui.number(
        "Miss", 0.0, 1e6, 5.0, "What a false negative costs, in the same unit.", format="%.4g", half=True
    )


@dataclass(frozen=True)
class Compared:
    """Whether two models are compared."""

    compare: bool = ui.switch(
        "Compare", "The first model's own predictions against the second's, sample by sample.", True
    )


@dataclass(frozen=True)
class View:
    """What is on the screen.

    Attributes:
        source: where the predictions come from.
        predictions: as they are looked at: one class against the rest, decided by the threshold.
        matrix: of these.
        moved: None where no threshold decides.
        label: the class looked at against the rest, or None.
        first: key of the threshold -> its first value.
    """

    source: Source
    predictions: Predictions
    matrix: ConfusionMatrix
    moved: AtThreshold | None
    label: str | None
    first: Mapping[str, float] = field(default_factory=dict)

    @property
    def positive(self) -> str | None:
        """The class that precision and recall are about; None: all are averaged."""
        return self.predictions.labels[self.predictions.positive] if len(self.matrix) == 2 else None

    @property
    def every_class_scored(self) -> bool:
        """Whether all classes are looked at and each has a score."""
        scores = self.predictions.scores
        return self.label is None and scores is not None and scores.ndim == 2

    @property
    def signature(self) -> tuple[object, ...]:
        """The same where the matrix is."""
        return self.source.key, self.label, self.moved and self.moved.threshold


def controls() -> View | None:
    """Draw the controls and compute what they ask for; None: a file is wanted and there is none yet."""
    knobs, files = st.container(), st.container()  # what is moved stays above what is chosen once
    with knobs:
        source = choose(files)
        return None if source is None else _view(source)


def _view(source: Source) -> View:
    predictions, label = source.predictions, _class(source)
    if label is not None:
        whole, index = predictions, predictions.labels.index(label)
        predictions = remembered((source.key, "rest", label), lambda: whole.against_rest(index))
    if not predictions.binary:
        return View(source, predictions, predictions.matrix(), None, label)
    key = (source.key, label)
    scored = predictions
    problem = remembered((key, "problem"), lambda: curves.problem_of(scored))
    scores = problem[1]
    low, high, step = remembered((key, "range"), lambda: thresholds.threshold_range(scores))
    start = min(max(natural_start(scores), low), high)
    form = _Probability if step == 0.01 and low == 0 and 1 <= high <= 1.01 else _RawScore
    (place,) = ui.defaults(form, KEY)
    ui.keep_within(place, low, high, start)
    asked = ui.draw(
        form,
        KEY,
        threshold={
            "min_value": low,
            "max_value": high,
            "default": start,
            "step": step,
            "format": "%.2f" if step == 0.01 else None,
            "help": f"“{predictions.labels[predictions.positive]}” is predicted where the score is at least this.",
        },
    )
    prices = ui.draw(Prices, KEY)
    costs = (prices.false_alarm, prices.miss)
    found = remembered((key, "costs", *costs), lambda: thresholds.costs(*problem, *costs))
    st.button(
        "Go to the cheapest threshold",
        icon=":material/savings:",
        key=f"{KEY}_cheapest",
        on_click=_go,
        args=(place, thresholds.settable(found, low, high)),
        help="Where these two costs together are least for these samples.",
        width="stretch",
    )
    decided = predictions.at(asked.threshold)
    matrix = decided.matrix()
    point = thresholds.point(matrix, decided.positive, asked.threshold, *costs)
    drawn = remembered((key, "curves"), lambda: curves.curves(*problem))
    moved = AtThreshold(asked.threshold, (low, high), drawn, found, point, problem, costs)
    return View(source, decided, matrix, moved, label, {place: start})


def _class(source: Source) -> str | None:
    """Which class is looked at against the rest; None: all, or there are but two."""
    labels = source.predictions.labels
    if len(labels) < 3:
        return None
    return st.selectbox(
        "Look at",
        [None, *labels],
        format_func=lambda label: ALL if label is None else f"{label} against the rest",
        key=key_of(source, "class", labels),
        bind=bound(source),
        help="One class against all others is a question of yes and no: with scores it has a threshold and curves.",
    )


def _go(key: str, threshold: float) -> None:
    """Callback: move the slider."""
    st.session_state[key] = threshold


def first_values(shown: View | None) -> Mapping[str, Any]:
    """For Reset: the first value of every control that has been drawn."""
    # the most frequent error again, in the menus of other classes too: the link's keep their value out of sight
    menus = (key for key in map(str, st.session_state) if key.startswith(tuple(f"{KEY}_{side}" for side in SIDES)))
    values = {**dict.fromkeys(menus), **ui.defaults(Prices, KEY), **ui.defaults(Compared, KEY), **COMPARED}
    if shown is not None:
        source, labels = shown.source, shown.predictions.labels
        values |= dict.fromkeys(key_of(source, side, labels) for side in SIDES)
        values |= {key_of(source, "class", source.predictions.labels): None, **shown.first}
    return {key: value for key, value in values.items() if key in st.session_state}
