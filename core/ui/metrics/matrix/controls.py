"""The controls that say how scores are taken: scikit-learn's parameters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import streamlit as st

from core.errors import UserError
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.matrix_fields import FIRST
from core.metrics.notation import class_weights
from core.metrics.report import Options
from core.ui import framework as ui
from core.ui.metrics.zeros import LEFT_OUT, ZEROS, ZEROS_HELP

KEY = "metrics_matrix"
ALL_1, BALANCED, OWN = "all 1", "balanced", "my own"
_AVERAGE = "Average of the large numbers"
_AVERAGE_HELP = (
    "binary: of the positive class. micro: add the counts first. macro: mean of the classes. weighted: mean, a class "
    "with more actual samples counts more."
)


@dataclass(frozen=True)
class _TwoClasses:
    average2: str = ui.segments(_AVERAGE, tuple(Average), Average.BINARY, _AVERAGE_HELP)
    positive: str = ui.choice(
        "Positive class", FIRST.matrix().labels, FIRST.matrix().labels[0],
        "scikit-learn's pos_label: the class whose precision, recall and F1 “binary” gives.",
    )  # fmt: skip


@dataclass(frozen=True)
class _ManyClasses:
    average: str = ui.segments(
        _AVERAGE, tuple(kind for kind in Average if kind is not Average.BINARY), Average.MACRO, _AVERAGE_HELP
    )


@dataclass(frozen=True)
class _Scores:
    beta: float = ui.slider(
        "β of Fβ", 0.1, 5.0, 2.0, 0.1, "Recall counts β times as much as precision; 1 is F1."
    )  # fmt: skip
    zero: str = ui.segments(
        "0/0 counts as", tuple(ZEROS), LEFT_OUT, "A class that is never predicted has precision 0/0. " + ZEROS_HELP
    )
    kappa: str = ui.segments(
        "Weights of κ", ("none", "linear", "quadratic"), "none",
        "For classes that have an order: a miss by two costs twice (linear) or four times (quadratic) as much as a "
        "miss by one.",
    )  # fmt: skip
    labels: tuple[str, ...] = ui.several(
        "Classes that are averaged", (),
        "scikit-learn's labels, for micro, macro and weighted. Samples of the other classes still count as errors of "
        "these: leave a background class out this way.",
        arguments={"placeholder": "all classes"},
    )  # fmt: skip
    weights: str = ui.segments(
        "Class weights", (ALL_1, BALANCED, OWN), ALL_1,
        "scikit-learn's sample_weight, one weight for all samples of an actual class: its row is multiplied. With "
        "“balanced”, the rows of all classes weigh the same.",
    )  # fmt: skip
    own_weights: str = ui.line(
        "Weight of each actual class", 300, "",
        "One number for each class in the order of the rows, separated by commas or spaces.",
        when=lambda chosen: chosen["weights"] == OWN,
    )  # fmt: skip


DEFAULTS = {**ui.defaults(_TwoClasses, KEY), **ui.defaults(_ManyClasses, KEY), **ui.defaults(_Scores, KEY)}


def controls(matrix: ConfusionMatrix) -> Options:
    """Draw the controls, folded.

    Args:
        matrix: whose classes can be chosen.
    """
    labels = {"options": matrix.labels}
    with st.expander("How scores are taken", icon=ui.FOLDED):
        if len(matrix) == 2:
            two = ui.draw(_TwoClasses, KEY, positive={**labels, "default": matrix.labels[0]})
            average, positive = Average(two.average2), two.positive
        else:
            average, positive = Average(ui.draw(_ManyClasses, KEY).average), None
        ones = ", ".join("1" for _ in matrix.labels[:6])
        scores = ui.draw(_Scores, KEY, labels=labels, own_weights={"placeholder": ones})
        weights = _weights(scores, matrix)
    averaged = tuple(label for label in matrix.labels if label in scores.labels)
    return Options(
        beta=float(scores.beta),
        zero_division=ZEROS[scores.zero],
        labels=averaged if 0 < len(averaged) < len(matrix) else None,
        pos_label=positive,
        kappa_weights=None if scores.kappa == "none" else scores.kappa,  # type: ignore[arg-type]
        class_weights=weights,
        average=average,
    )


def _weights(scores: _Scores, matrix: ConfusionMatrix) -> tuple[float, ...] | Literal["balanced"] | None:
    if scores.weights != OWN:
        return "balanced" if scores.weights == BALANCED else None
    try:
        return class_weights(scores.own_weights, matrix.labels)
    except UserError as error:
        ui.problem(error)
        st.caption("Until then all weights are 1.")
        return None
