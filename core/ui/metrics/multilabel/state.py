"""The table of several labels that is clicked and typed, and that the link holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.errors import UserError
from core.metrics.multilabel import text
from core.metrics.multilabel.multilabel import Multilabel
from core.ui import framework as ui

KEY = "metrics_multilabel"
SAMPLES, SIZE, _GOOD = f"{KEY}_samples", f"{KEY}_size", f"{KEY}_good"


@dataclass(frozen=True)
class Fields:
    """What is typed."""

    target: str = ui.line(
        "Actual",
        200,
        "110 010 000 101",
        "A word for each sample, a digit for each label: 1 where it is true.",
        key="gold",
    )
    predicted: str = ui.line(
        "Predicted",
        200,
        "100 011 000 101",
        "The same for what was predicted. Or click the cells of the picture.",
    )
    labels: str = ui.line(
        "Names of the labels", 300, "cat, dog, sofa", "Separated by commas, in the order of the digits."
    )

    def table(self) -> Multilabel:
        """What it says.

        Raises:
            UserError: it cannot be read.
        """
        return text.typed(self.target, self.predicted, self.labels)


FIRST = ui.defaults(Fields, KEY)


def toggle(sample: int, label: int, predicted: bool) -> None:
    """Callback: change one cell.

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
    now = _in_fields() or _last()
    st.session_state[SAMPLES], st.session_state[SIZE] = len(now), len(now.labels)
    for place, label, most, key in zip(
        st.columns(2),
        ("Samples", "Labels"),
        (text.MOST_SAMPLES, text.MOST_TYPED_LABELS),
        (SAMPLES, SIZE),
        strict=True,
    ):
        place.number_input(label, 2, most, key=key, on_change=_resize, help="Adds or takes away the last one.")
    try:
        now = st.session_state[_GOOD] = ui.draw(Fields, KEY).table()
    except UserError as error:
        return _last(), f"{error} The last table that could be read is still shown."
    return now, None


def _last() -> Multilabel:
    """The last table that could be read."""
    last: Multilabel | None = st.session_state.get(_GOOD)
    return last or Fields().table()


def _in_fields() -> Multilabel | None:
    """What stands in the fields, also when they have not been drawn yet and a link holds it; None: unreadable."""
    held = {key: st.session_state.get(key, st.query_params.get(key)) for key in FIRST}
    try:
        return Fields(*(FIRST[key] if value is None else str(value) for key, value in held.items())).table()
    except UserError:
        return None


def write(now: Multilabel) -> None:
    """For callbacks: put a table into the fields."""
    words = (text.write(now.target), text.write(now.predicted), ", ".join(now.labels))
    st.session_state.update(dict(zip(FIRST, words, strict=True)))
    st.session_state[_GOOD] = now


def _resize() -> None:
    """Callback: more or fewer samples or labels."""
    now = _last()
    samples, size = st.session_state[SAMPLES] or len(now), st.session_state[SIZE] or len(now.labels)
    target, predicted = (text.resized(part, samples, size) for part in (now.target, now.predicted))
    write(Multilabel(target, predicted, text.fitted(now.labels, size)))
