"""The visitor's matrix in the session: its text is the truth, which callbacks change and links hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import streamlit as st

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix
from core.metrics.notation import MOST, count, default_names, name, names, parse, write, write_names
from core.metrics.presets import PRESETS, Preset
from core.ui.matrix import Edit

KEY = "metrics"
TEXT, NAMES, TURNED = f"{KEY}_text", f"{KEY}_names", f"{KEY}_turned"
ROWS, PERCENT = f"{KEY}_rows", f"{KEY}_percent"
MENU, CLASSES = f"{KEY}_start", f"{KEY}_classes"
_GOOD, _PINNED, UNDO = f"{KEY}_good", f"{KEY}_pinned", f"{KEY}_undo"
TABLES = f"{KEY}_tables"  # keys of the tables that were drawn
PROBLEM = f"{KEY}_problem"  # one sentence for the next run

FIRST = next(iter(PRESETS.values()))
DEFAULTS = {TEXT: FIRST.text, NAMES: FIRST.labels, TURNED: FIRST.predictions_in_rows, ROWS: "gold", PERCENT: "all"}
SECTION = f"{KEY}_section"
MULTILABEL = "Several labels at once"
_STEPS_BACK = 50

Typed = tuple[str, str, bool]
"""(counts, names, whether predictions are in rows), all as typed."""


def typed() -> Typed:
    """What stands in the fields, also when they have not been drawn yet in this run: then a link may hold it."""

    def value(key: str) -> str:
        held = st.session_state.get(key)
        if held is None:
            held = st.query_params.get(key)
        return str(DEFAULTS[key] if held is None else held)

    return value(TEXT), value(NAMES), value(TURNED).lower() == "true"


def current() -> ConfusionMatrix:
    """The matrix of the fields; where they cannot be read, the last one that could."""
    try:
        matrix = read(typed())
    except UserError:
        return _good()[1]
    _keep(typed(), matrix)
    return matrix


def baseline() -> ConfusionMatrix:
    """The matrix that scores are compared with: the one that was pinned, or put there by a menu or a link."""
    now = current()
    pinned: ConfusionMatrix | None = st.session_state.get(_PINNED)
    if pinned is None or len(pinned) != len(now):
        pinned = st.session_state[_PINNED] = now
    return pinned


def preset() -> Preset | None:
    """The known matrix that stands there unchanged, or None."""
    for known in PRESETS.values():
        if known.matrix() == current():
            return known
    return None


def put(matrix: ConfusionMatrix) -> None:
    """For callbacks: replace the matrix, which is the new baseline too."""
    remember()
    _write(matrix)
    st.session_state[_PINNED] = matrix


def read(fields: Typed) -> ConfusionMatrix:
    """Read the fields.

    Raises:
        UserError: says what cannot be read.
    """
    text, labels, turned = fields
    known = parse(text, ())
    given = names(labels)
    if len(given) != len(known) and labels == FIRST.labels:  # nobody typed those names
        given = known.labels
    matrix = ConfusionMatrix(known.counts, given or known.labels)
    return matrix.transposed() if turned else matrix


def _good() -> tuple[Typed, ConfusionMatrix]:
    """The last fields that could be read and what they said."""
    first = (FIRST.text, FIRST.labels, FIRST.predictions_in_rows)
    good: tuple[Typed, ConfusionMatrix] = st.session_state.get(_GOOD, (first, FIRST.matrix()))
    return good


def _keep(fields: Typed, matrix: ConfusionMatrix) -> None:
    st.session_state[_GOOD] = (fields, matrix)


def _set(fields: Typed) -> None:
    st.session_state[TEXT], st.session_state[NAMES], st.session_state[TURNED] = fields


def _write(matrix: ConfusionMatrix) -> None:
    """Put a matrix into the fields, typed the way round that is set."""
    turned = typed()[2]
    _set((write(matrix.transposed() if turned else matrix), write_names(matrix.labels), turned))
    _keep(typed(), matrix)


def remember() -> None:
    """Callback: what stood there before the change can be had back."""
    steps: list[Typed] = st.session_state.setdefault(UNDO, [])
    before = _good()[0]
    if not steps or steps[-1] != before:
        steps.append(before)
    del steps[:-_STEPS_BACK]


def undo() -> None:
    """Callback: the matrix before the last change."""
    steps: list[Typed] = st.session_state.get(UNDO, [])
    while steps:
        before = steps.pop()
        if before != typed():  # not what a change left that was refused
            _set(before)
            return


def start_over(also: Mapping[str, Any]) -> None:
    """Callback: the matrix and the switches of a first visit, and these values of other widgets."""
    remember()
    st.session_state.update({**DEFAULTS, **also})
    st.session_state[_PINNED] = FIRST.matrix()


def pin() -> None:
    """Callback: scores are compared with the matrix as it is now."""
    st.session_state[_PINNED] = current()


def start() -> None:
    """Callback of the menu: take the matrix over and let the menu ask again."""
    title = st.session_state[MENU]
    st.session_state[MENU] = None
    if title == MULTILABEL:
        st.session_state[SECTION] = "Multilabel"
    elif title in PRESETS:
        chosen = PRESETS[title]
        remember()
        _set((chosen.text, chosen.labels, chosen.predictions_in_rows))
        st.session_state[_PINNED] = chosen.matrix()


def resize() -> None:
    """Callback of the number of classes: classes come and go at the end."""
    matrix, size = current(), st.session_state[CLASSES]
    if size is None or size == len(matrix):
        return
    remember()
    kept = min(size, len(matrix))
    counts = np.zeros((size, size))
    counts[:kept, :kept] = matrix.counts[:kept, :kept]
    _write(ConfusionMatrix(counts, _fitted(matrix.labels, size)))


def _fitted(labels: tuple[str, ...], size: int) -> tuple[str, ...]:
    """As many names: cut, or with letters that are not taken."""
    free = [letter for letter in default_names(MOST) if letter not in labels]
    return (*labels[:size], *free[: max(0, size - len(labels))])


def text_changed() -> None:
    """Callback: names in the text go where names are, and there are as many as there are rows."""
    if _in_table():
        _set(_good()[0])
        return
    remember()
    try:
        given = parse(st.session_state[TEXT])
        labels = names(st.session_state[NAMES])
    except UserError:
        return  # `edit` says what is wrong
    if given.labels != default_names(len(given)):
        labels = given.labels
    _set((write(given), write_names(_fitted(labels, len(given))), typed()[2]))


def names_changed() -> None:
    """Callback of the field of names."""
    if _in_table():
        _set(_good()[0])
    else:
        remember()


def apply(edits: Sequence[Edit]) -> None:
    """Callback of the table: put what was typed into the text, or say why not."""
    remember()
    for typed_in in edits:
        try:
            _write(_change(_good()[1], typed_in))
        except UserError as error:
            st.session_state[PROBLEM] = str(error)


def _in_table() -> bool:
    """Whether the table was typed into.

    Of two edits that follow each other quickly the second comes with the text from before the first: the browser has
    not heard yet what the first one made of it. What the session holds is right then.
    """
    events = (st.session_state.get(key) for key in st.session_state.get(TABLES, ()))
    return any(event is not None and event.get("edit") for event in events)


def _change(matrix: ConfusionMatrix, typed_in: Edit) -> ConfusionMatrix:
    if len(typed_in.place) not in (1, 2) or not all(0 <= i < len(matrix) for i in typed_in.place):
        return matrix  # a browser may say anything
    if len(typed_in.place) == 1:
        labels = list(matrix.labels)
        labels[typed_in.place[0]] = name(typed_in.text)
        return ConfusionMatrix(matrix.counts, tuple(labels))
    counts = np.array(matrix.counts)
    counts[typed_in.place] = count(typed_in.text)
    return ConfusionMatrix(counts, matrix.labels)
