"""The visitor's matrix in the session: the text of its fields is the truth, which callbacks change and links hold."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import streamlit as st

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix
from core.metrics.matrix_fields import FIRST, FIRST_FIELDS, MatrixFields, Pending, edited, resized
from core.metrics.notation import typed as understood
from core.metrics.presets import PRESETS, Preset
from core.ui.components.matrix import Edit

KEY = "metrics"
TEXT, NAMES, TURNED = f"{KEY}_text", f"{KEY}_names", f"{KEY}_turned"
ROWS, TARGET, PREDICTED = f"{KEY}_rows", "gold", "predicted"  # which way round the matrix is drawn
MENU, CLASSES = f"{KEY}_start", f"{KEY}_classes"
UNDO, PROBLEM = f"{KEY}_undo", f"{KEY}_problem"  # earlier matrices; one sentence for the next run
_GOOD, _PINNED, _PENDING, _NOTES = f"{KEY}_good", f"{KEY}_pinned", f"{KEY}_written", f"{KEY}_noted"
_DRAWS = f"{KEY}_runs"  # how often the fields were drawn
SECTION = f"{KEY}_section"
MULTILABEL = "Several labels at once"
_STEPS_BACK = 50


def typed() -> MatrixFields:
    """What stands in the fields, also when they have not been drawn yet in this run: then a link may hold it."""
    fields = _fields()
    pending = _pending()
    if pending is None:
        return fields
    now = pending.without_echo(fields)
    if now != fields:
        st.session_state[TEXT], st.session_state[NAMES], st.session_state[TURNED] = now
        st.session_state[_PENDING] = replace(pending, echoed=_draws())
    return now


def _fields() -> MatrixFields:
    def value(key: str, first: object) -> str:
        found = st.session_state.get(key)
        if found is None:
            found = st.query_params.get(key)
        return str(first if found is None else found)

    text, labels, turned = map(value, (TEXT, NAMES, TURNED), FIRST_FIELDS)
    return MatrixFields(text, labels, turned.lower() == "true")


def _pending() -> Pending | None:
    found: Pending | None = st.session_state.get(_PENDING)
    return found


def _draws() -> int:
    return int(st.session_state.get(_DRAWS, 0))


def before_drawing() -> None:
    """For the menu, once a run, before the fields are drawn."""
    pending = _pending()
    if pending is not None and pending.is_over(typed(), _draws()):
        del st.session_state[_PENDING]


def after_drawing() -> None:
    """For the menu, once a run: the browser is told."""
    st.session_state[_DRAWS] = _draws() + 1


def current() -> ConfusionMatrix:
    """The matrix of the fields; where they cannot be read, the last one that could."""
    try:
        matrix = typed().read()
    except UserError:
        return _good()[1]
    st.session_state[_GOOD] = typed(), matrix
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
    return next((known for known in PRESETS.values() if known.matrix() == current()), None)


def put(matrix: ConfusionMatrix) -> None:
    """For callbacks: replace the matrix, which is the new baseline too."""
    remember()
    _fill(MatrixFields.of(matrix, turned=typed().turned), whole=True)
    st.session_state[_PINNED] = matrix


def _good() -> tuple[MatrixFields, ConfusionMatrix]:
    """The last fields that could be read and what they said."""
    good: tuple[MatrixFields, ConfusionMatrix] = st.session_state.get(_GOOD, (FIRST_FIELDS, FIRST.matrix()))
    return good


def _fill(fields: MatrixFields, *, whole: bool = False) -> None:
    last = _pending()
    earlier = () if last is None else last.before[-_STEPS_BACK:]
    st.session_state[_PENDING] = Pending((*earlier, _good()[0]), fields, time.monotonic(), _draws(), whole)
    st.session_state[TEXT], st.session_state[NAMES], st.session_state[TURNED] = fields
    with suppress(UserError):  # the editor says what is wrong
        st.session_state[_GOOD] = fields, fields.read()


def is_target_in_rows() -> bool:
    """Which way round it is drawn, also before its controls are drawn in this run: then a link may hold that."""
    return bool(st.session_state.get(ROWS, st.query_params.get(ROWS)) != PREDICTED)


def _draw_rows(*, target: bool) -> None:
    st.session_state[ROWS] = TARGET if target else PREDICTED


def remember() -> None:
    """Callback: what stood there before the change can be had back."""
    _remember(None)


def _remember(target_in_rows: bool | None) -> None:
    """Likewise, and which way round it was drawn, where the change turns that too."""
    steps: list[tuple[MatrixFields, bool | None]] = st.session_state.setdefault(UNDO, [])
    before = _good()[0]
    if not steps or steps[-1][0] != before:
        steps.append((before, target_in_rows))
    elif target_in_rows is not None:
        steps[-1] = before, target_in_rows
    del steps[:-_STEPS_BACK]


def undo() -> None:
    """Callback: the matrix before the last change."""
    steps: list[tuple[MatrixFields, bool | None]] = st.session_state.get(UNDO, [])
    while steps:
        before, target_in_rows = steps.pop()
        if before != typed():  # not what a change left that was refused
            _fill(before, whole=True)
            if target_in_rows is not None:
                _draw_rows(target=target_in_rows)
            return


def start_over(also: Mapping[str, Any]) -> None:
    """Callback: the matrix of a first visit, and these values of other widgets."""
    _take(FIRST)
    st.session_state.update(also)


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
        _take(PRESETS[title])


def _take(known: Preset) -> None:
    """A known matrix, the way round that it is printed."""
    _remember(is_target_in_rows())
    _draw_rows(target=not known.predictions_in_rows)
    _fill(MatrixFields.of_preset(known), whole=True)
    st.session_state[_PINNED] = known.matrix()


def resize() -> None:
    """Callback of the number of classes."""
    matrix, size = current(), st.session_state[CLASSES]
    if size is not None and size != len(matrix):
        remember()
        _fill(MatrixFields.of(resized(matrix, size), turned=typed().turned))


def text_changed() -> None:
    """Callback: names in the text go where names are, and there are as many as there are rows."""
    if typed() == _good()[0]:
        return  # nothing new
    remember()
    with suppress(UserError):  # the editor says what is wrong
        fields, notes = MatrixFields(st.session_state[TEXT], st.session_state[NAMES], typed().turned).tidied()
        _fill(fields)
        st.session_state[_NOTES] = fields, notes


def notes() -> tuple[str, ...]:
    """What there is to say about the text that was pasted last, as long as it stands there."""
    fields, found = st.session_state.get(_NOTES, (None, ()))
    if fields == typed():
        said: tuple[str, ...] = found
        return said
    with suppress(UserError):
        return understood(typed().text).notes
    return ()


def apply(edits: Sequence[Edit]) -> None:
    """Callback of the table: put what was typed into the text, or say why not."""
    pending = _pending()
    if pending is not None and pending.in_same_message(time.monotonic()):
        return
    remember()
    for edit in edits:
        try:
            _fill(MatrixFields.of(edited(_good()[1], edit.place, edit.text), turned=typed().turned))
        except UserError as error:
            st.session_state[PROBLEM] = str(error)
