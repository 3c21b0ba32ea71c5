"""The controls that say how scores are taken: scikit-learn's parameters."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Literal

import streamlit as st

from core.errors import UserError
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import Options
from core.ui.framework.show import escape_markdown, problem
from core.ui.metrics.session import FIRST
from core.ui.metrics.zeros import LEFT_OUT, ZEROS, ZEROS_HELP

KEY = "metrics_matrix"
KAPPAS = {"none": None, "linear": "linear", "quadratic": "quadratic"}
ALIKE, OWN = "all 1", "my own"
BALANCED: Literal["balanced"] = "balanced"
LARGEST_WEIGHT = 1000.0
DEFAULTS = {
    f"{KEY}_average2": str(Average.BINARY),
    f"{KEY}_average": str(Average.MACRO),
    f"{KEY}_beta": 2.0,
    f"{KEY}_zero": LEFT_OUT,
    f"{KEY}_kappa": "none",
    f"{KEY}_labels": [],
    f"{KEY}_weights": ALIKE,
    f"{KEY}_own_weights": "",
    f"{KEY}_positive": FIRST.matrix().labels[0],
}
"""What a reset puts back."""


def options(matrix: ConfusionMatrix) -> Options:
    """Draw the controls, folded, for the left column.

    Args:
        matrix: whose classes can be chosen.
    """
    two = len(matrix) == 2
    with st.expander("How scores are taken", icon=":material/tune:"):
        kinds = [str(kind) for kind in Average if two or kind is not Average.BINARY]
        usual = str(Average.BINARY if two else Average.MACRO)
        average = st.segmented_control(
            "Average in the headline",
            kinds,
            default=usual,
            required=True,
            key=f"{KEY}_average{2 if two else ''}",
            bind="query-params",
            help="binary: of the positive class. micro: add the counts first. macro: mean of the classes. "
            "weighted: mean by gold samples.",
        )
        positive = _positive(matrix) if two else None
        beta = st.slider(
            "β of Fβ",
            0.1,
            5.0,
            2.0,
            0.1,
            key=f"{KEY}_beta",
            bind="query-params",
            help="Recall counts β times as much as precision; 1 is F1.",
        )
        zero = st.segmented_control(
            "0/0 counts as",
            list(ZEROS),
            default=LEFT_OUT,
            required=True,
            key=f"{KEY}_zero",
            bind="query-params",
            help="A class that is never predicted has precision 0/0. " + ZEROS_HELP,
        )
        kappa = st.segmented_control(
            "Weights of κ",
            list(KAPPAS),
            default="none",
            required=True,
            key=f"{KEY}_kappa",
            bind="query-params",
            help="For classes that have an order: a miss by two costs twice (linear) or four times (quadratic) as much "
            "as a miss by one.",
        )
        labels = _labels(matrix)
        weights = _weights(matrix)
    return Options(
        beta=float(beta),
        zero_division=ZEROS.get(zero or LEFT_OUT, math.nan),
        labels=labels,
        pos_label=positive,
        kappa_weights=KAPPAS.get(kappa or "none"),  # type: ignore[arg-type]
        class_weights=weights,
        average=Average(average or usual),
    )


def keep_possible(key: str, possible: Sequence[object], first: object) -> None:
    """Before a widget is drawn: what was chosen of classes that are gone is not chosen any more."""
    if key in st.session_state and st.session_state[key] not in possible:
        st.session_state[key] = first


def _positive(matrix: ConfusionMatrix) -> str:
    key = f"{KEY}_positive"
    keep_possible(key, matrix.labels, matrix.labels[0])
    chosen = st.selectbox(
        "Positive class",
        matrix.labels,
        key=key,
        bind="query-params",
        help='scikit-learn\'s pos_label: the class whose precision, recall and F1 "binary" gives.',
    )
    return chosen if chosen in matrix.labels else matrix.labels[0]


def _labels(matrix: ConfusionMatrix) -> tuple[str, ...] | None:
    key = f"{KEY}_labels"
    if key in st.session_state:
        st.session_state[key] = [label for label in st.session_state[key] or [] if label in matrix.labels]
    chosen = st.multiselect(
        "Classes that are averaged",
        matrix.labels,
        key=key,
        bind="query-params",
        placeholder="all classes",
        help="scikit-learn's labels, for micro, macro and weighted. What the other classes hold still counts as "
        "errors of these: leave a background class out this way.",
    )
    kept = tuple(label for label in matrix.labels if label in chosen)
    return kept if 0 < len(kept) < len(matrix) else None


def _weights(matrix: ConfusionMatrix) -> tuple[float, ...] | Literal["balanced"] | None:
    kind = st.segmented_control(
        "Class weights",
        [ALIKE, BALANCED, OWN],
        default=ALIKE,
        required=True,
        key=f"{KEY}_weights",
        bind="query-params",
        help="scikit-learn's sample_weight, one weight for all samples of a gold class: its row is multiplied. "
        "Balanced lets each class count as much in all.",
    )
    if kind == BALANCED:
        return BALANCED
    if kind != OWN:
        return None
    text = st.text_input(
        "Weight of each gold class",
        key=f"{KEY}_own_weights",
        bind="query-params",
        max_chars=300,
        placeholder=", ".join("1" for _ in matrix.labels[:6]),
        help="One number a class in the order of the rows, separated by commas or spaces.",
    )
    try:
        return parse_weights(text or "", matrix.labels)
    except UserError as error:
        problem(error)
        st.caption("Until then all weights are 1.")
        return None


def parse_weights(text: str, labels: Sequence[str]) -> tuple[float, ...] | None:
    """Read weights, None for an empty text.

    Raises:
        UserError: says what is wrong.
    """
    words = [word for word in re.split(r"[,;\s]+", text) if word]
    if not words:
        return None
    weights = []
    for word in words:
        if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?|\.[0-9]{1,9}", word) or float(word) > LARGEST_WEIGHT:
            raise UserError(f'"{word[:20]}" is no weight: type a number from 0 to {LARGEST_WEIGHT:,.0f} such as 2.5.')
        weights.append(float(word))
    if len(weights) != len(labels):
        raise UserError(f"{len(labels)} classes need {len(labels)} weights, and there are {len(weights)}.")
    return tuple(weights)


def said(options: Options, matrix: ConfusionMatrix) -> str:
    """What is not as usual, in a sentence of Markdown; of which average the headline is."""
    average = options.headline(matrix)
    parts = [f"binary, positive class “{escape_markdown(options.pos_label or matrix.labels[0])}”"]
    if average is not Average.BINARY:
        parts = [f"{average} average"]
    if options.labels is not None and average is not Average.BINARY:
        parts.append(f"over {len(options.labels)} of {len(matrix)} classes")
    if not math.isnan(options.zero_division):
        parts.append(f"0/0 counts as {options.zero_division:g}")
    if options.class_weights is not None:
        parts.append("classes weighted")
    return "Precision, recall, F1, specificity: " + ", ".join(parts) + "."
