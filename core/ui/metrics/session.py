"""The visitor's matrix in the session: its text is the truth, which callbacks change and links hold."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
import streamlit as st

from core.errors import UserError
from core.metrics.confusion import ConfusionMatrix
from core.metrics.notation import MOST, count, default_names, name, names, write, write_names
from core.metrics.notation import typed as understood
from core.metrics.presets import PRESETS, Preset
from core.ui.components.matrix import Edit

KEY = "metrics"
TEXT, NAMES, TURNED = f"{KEY}_text", f"{KEY}_names", f"{KEY}_turned"
ROWS, PERCENT = f"{KEY}_rows", f"{KEY}_percent"
MENU, CLASSES = f"{KEY}_start", f"{KEY}_classes"
_GOOD, _PINNED, UNDO = f"{KEY}_good", f"{KEY}_pinned", f"{KEY}_undo"
PROBLEM = f"{KEY}_problem"  # one sentence for the next run

FIRST = next(iter(PRESETS.values()))
DEFAULTS = {TEXT: FIRST.text, NAMES: FIRST.labels, TURNED: FIRST.predictions_in_rows, ROWS: "gold", PERCENT: "all"}
SECTION = f"{KEY}_section"
MULTILABEL = "Several labels at once"
_STEPS_BACK = 50
_WRITTEN = f"{KEY}_written"
_NOTED = f"{KEY}_noted"
_RUNS = f"{KEY}_runs"  # how often the fields were drawn
_SAME_MESSAGE = 0.25  # seconds: two callbacks this close come from one message of the browser

Typed = tuple[str, str, bool]
"""(counts, names, whether predictions are in rows), all as typed."""


class _Written(NamedTuple):
    """A callback wrote the fields, and the browser has not sent that back yet.

    Attributes:
        before: what stood there, and what stood there before that.
        after: what stands there now.
        at: when, in seconds of a steady clock.
        run: how often the fields had been drawn then.
        whole: whether the matrix was replaced, not a part of it.
        echoed: how often they had been drawn when an old text last came back.
    """

    before: tuple[Typed, ...]
    after: Typed
    at: float
    run: int
    whole: bool
    echoed: int = -1


def typed() -> Typed:
    """What stands in the fields, also when they have not been drawn yet in this run: then a link may hold it.

    A message that the browser sent before it heard what a callback wrote brings the old text back: of somebody who
    types into a cell and at once clicks elsewhere, or while the fields are folded away where the browser does not
    keep them. That echo is not taken for something typed.
    """
    text, labels, turned = fields = _fields()
    written: _Written | None = st.session_state.get(_WRITTEN)
    if written is None:
        return fields
    if text != written.after[0] and text in {before[0] for before in written.before}:
        text, turned = written.after[0], written.after[2] if _turned_with(written) else turned
    if labels != written.after[1] and labels in {before[1] for before in written.before}:
        labels = written.after[1]
    if (text, labels, turned) != fields:
        st.session_state[TEXT], st.session_state[NAMES], st.session_state[TURNED] = text, labels, turned
        st.session_state[_WRITTEN] = written._replace(echoed=_runs())
    return text, labels, turned


def before_drawing() -> None:
    """For the menu, once a run: whether the browser knows what was written. From then on old texts are new ones."""
    text, labels, _ = typed()
    written: _Written | None = st.session_state.get(_WRITTEN)
    if written is not None and written.run < _runs() > written.echoed and (text, labels) == written.after[:2]:
        del st.session_state[_WRITTEN]


def after_drawing() -> None:
    """For the menu, once a run: the browser is told."""
    st.session_state[_RUNS] = _runs() + 1


def _runs() -> int:
    runs: int = st.session_state.get(_RUNS, 0)
    return runs


def _turned_with(written: _Written) -> bool:
    """Whether the callback changed the way round as well."""
    return any(before[2] != written.after[2] for before in written.before)


def _fields() -> Typed:
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
    _write(matrix, whole=True)
    st.session_state[_PINNED] = matrix


def read(fields: Typed) -> ConfusionMatrix:
    """Read the fields.

    Raises:
        UserError: says what cannot be read.
    """
    text, labels, turned = fields
    found = understood(text)
    known, given = found.matrix, names(labels)
    if len(given) != len(known) and labels == FIRST.labels:  # nobody typed those names
        given = known.labels
    matrix = ConfusionMatrix(known.counts, given or known.labels)
    return matrix.transposed() if turned and not found.told else matrix


def _good() -> tuple[Typed, ConfusionMatrix]:
    """The last fields that could be read and what they said."""
    first = (FIRST.text, FIRST.labels, FIRST.predictions_in_rows)
    good: tuple[Typed, ConfusionMatrix] = st.session_state.get(_GOOD, (first, FIRST.matrix()))
    return good


def _keep(fields: Typed, matrix: ConfusionMatrix) -> None:
    st.session_state[_GOOD] = (fields, matrix)


def _set(fields: Typed, *, whole: bool = False) -> None:
    last: _Written | None = st.session_state.get(_WRITTEN)
    earlier = () if last is None else last.before[-_STEPS_BACK:]
    st.session_state[_WRITTEN] = _Written((*earlier, _good()[0]), fields, time.monotonic(), _runs(), whole)
    st.session_state[TEXT], st.session_state[NAMES], st.session_state[TURNED] = fields
    with suppress(UserError):  # `edit` says what is wrong
        _keep(fields, read(fields))


def _write(matrix: ConfusionMatrix, *, whole: bool = False) -> None:
    """Put a matrix into the fields, typed the way round that is set."""
    turned = typed()[2]
    _set((write(matrix.transposed() if turned else matrix), write_names(matrix.labels), turned), whole=whole)


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
            _set(before, whole=True)
            return


def start_over(also: Mapping[str, Any]) -> None:
    """Callback: the matrix and the switches of a first visit, and these values of other widgets."""
    remember()
    st.session_state.update({**DEFAULTS, **also})
    _set((FIRST.text, FIRST.labels, FIRST.predictions_in_rows), whole=True)
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
        _set((chosen.text, chosen.labels, chosen.predictions_in_rows), whole=True)
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
    if typed() == _good()[0]:
        return  # nothing new
    remember()
    try:
        found = understood(st.session_state[TEXT])
        labels = names(st.session_state[NAMES])
    except UserError:
        return  # `edit` says what is wrong
    given, turned = found.matrix, typed()[2]
    if given.labels != default_names(len(given)):
        labels = given.labels
    if found.told and turned:  # the text is written anew, the way round that is set
        given = given.transposed()
    _set((write(given), write_names(_fitted(labels, len(given))), turned))
    st.session_state[_NOTED] = (_fields(), found.notes)


def notes() -> tuple[str, ...]:
    """What there is to say about the text that was pasted last, as long as it stands there."""
    fields, found = st.session_state.get(_NOTED, (None, ()))
    if fields == typed():
        said: tuple[str, ...] = found
        return said
    with suppress(UserError):
        return understood(typed()[0]).notes
    return ()


def apply(edits: Sequence[Edit]) -> None:
    """Callback of the table: put what was typed into the text, or say why not."""
    written: _Written | None = st.session_state.get(_WRITTEN)
    if written is not None and written.whole and time.monotonic() - written.at < _SAME_MESSAGE:
        return  # it was typed into the matrix that a button has just replaced
    remember()
    for typed_in in edits:
        try:
            _write(_change(_good()[1], typed_in))
        except UserError as error:
            st.session_state[PROBLEM] = str(error)


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
