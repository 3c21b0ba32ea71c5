"""The table of several labels that is clicked and typed, and that the link holds."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.errors import UserError
from core.metrics.multilabel import text
from core.metrics.multilabel.multilabel import Multilabel
from core.ui.framework.show import reset_button

KEY = "metrics_multilabel"
TARGET, PREDICTED, LABELS = f"{KEY}_gold", f"{KEY}_predicted", f"{KEY}_labels"
SAMPLES, SIZE = f"{KEY}_samples", f"{KEY}_size"
DEFAULTS = {
    TARGET: "110 010 000 101",
    PREDICTED: "100 011 000 101",
    LABELS: "cat, dog, sofa",
}
MATRIX = f"{KEY}_matrix"
"""Key of the menu of labels whose matrix is shown."""
CHOICES = {
    f"{KEY}_score": "F1",
    f"{KEY}_average": "samples",
    f"{KEY}_beta": 2.0,
    f"{KEY}_zero": "0",
    MATRIX: None,  # the first label
}
_GOOD = f"{KEY}_good"


def toggle(sample: int, label: int, predicted: bool) -> None:
    """Callback: turn one cell round.

    The last table that could be read is the base, not the fields: of two quick clicks the second comes with the
    fields from before the first.
    """
    now = _last()
    tables = [np.array(now.target), np.array(now.predicted)]
    if sample < len(now) and label < len(now.labels):
        tables[predicted][sample, label] ^= True
        write(Multilabel(tables[0], tables[1], now.labels))


def typed() -> tuple[Multilabel, str | None]:
    """Draw the fields.

    Returns:
        The table, and what could not be read: then it is the last one that could.
    """
    size, labels = st.columns(2)
    now = _fields() or _last()
    st.session_state[SAMPLES], st.session_state[SIZE] = len(now), len(now.labels)
    size.number_input(
        "Samples", 2, text.MOST_SAMPLES, key=SAMPLES, on_change=_resize, help="Adds or takes away the last one."
    )
    labels.number_input(
        "Labels", 2, text.MOST_TYPED_LABELS, key=SIZE, on_change=_resize, help="Adds or takes away the last one."
    )
    values = [
        st.text_input(label, DEFAULTS[key], key=key, bind="query-params", max_chars=most, help=explanation)
        for label, key, most, explanation in (
            ("Gold", TARGET, 200, "A word for each sample, a digit for each label: 1 where it is true."),
            ("Predicted", PREDICTED, 200, "The same for what was predicted. Or click the cells of the picture."),
            ("Names of the labels", LABELS, 300, "Separated by commas, in the order of the digits."),
        )
    ]
    reset_button(f"{KEY}_reset", {**DEFAULTS, **CHOICES}, "The four pictures of the beginning again.")
    try:
        now = text.typed(*map(str, values))
    except UserError as error:
        return _last(), f"{error} Here is still the last table that could be read."
    st.session_state[_GOOD] = now
    return now, None


def _last() -> Multilabel:
    """The last table that could be read."""
    held: Multilabel | None = st.session_state.get(_GOOD)
    return held or text.typed(DEFAULTS[TARGET], DEFAULTS[PREDICTED], DEFAULTS[LABELS])


def _fields() -> Multilabel | None:
    """What stands in the fields, also when they have not been drawn yet and a link holds it; None: unreadable."""
    held = (st.session_state.get(key, st.query_params.get(key)) for key in (TARGET, PREDICTED, LABELS))
    values = [DEFAULTS[key] if value is None else str(value) for key, value in zip(DEFAULTS, held, strict=True)]
    try:
        return text.typed(*values)
    except UserError:
        return None


def write(now: Multilabel) -> None:
    """For callbacks: put a table into the fields."""
    st.session_state[TARGET], st.session_state[PREDICTED] = text.write(now.target), text.write(now.predicted)
    st.session_state[LABELS] = ", ".join(now.labels)
    st.session_state[_GOOD] = now


def _resize() -> None:
    """Callback: more or fewer samples or labels."""
    now = _last()
    samples, size = st.session_state[SAMPLES] or len(now), st.session_state[SIZE] or len(now.labels)
    target, predicted = (text.resized(part, samples, size) for part in (now.target, now.predicted))
    write(Multilabel(target, predicted, text.fitted(now.labels, size)))
