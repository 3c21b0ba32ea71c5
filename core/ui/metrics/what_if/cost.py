"""Part "Cost" of "What if": what the errors cost, beside rules that do not look at the sample."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import UserError
from core.figures.metrics import whatif_formulas as formulas
from core.figures.metrics import whatif_words as words
from core.figures.metrics.costs import cost_bars, cost_lines
from core.metrics.confusion import ConfusionMatrix
from core.metrics.scores import Array
from core.metrics.whatif.costs import Bill, bill, break_even, checked_costs, first_costs
from core.metrics.whatif.prevalence import own_shares
from core.ui import framework as ui
from core.ui.framework.unsaved import Kind, holds
from core.ui.metrics import session
from core.ui.metrics.what_if.controls import BACK, BESIDE, KEY, PERSISTS, matrix_row

ALL_1, DISTANCE = "all errors 1", "distance"
_EDITOR, _TYPED = f"{KEY}_costs", f"{KEY}_costs_typed"
_TURN = f"{KEY}_costs_turn"  # a new table each time it is reset
_MOST = 1e6  # of a cost in the link


@dataclass(frozen=True)
class _TwoClasses:
    miss: float = ui.number("Cost of a miss", 0.0, _MOST, 1.0, "", format="%.6g", arguments=PERSISTS)
    alarm: float = ui.number("Cost of a false alarm", 0.0, _MOST, 1.0, "", format="%.6g", arguments=PERSISTS)


@dataclass(frozen=True)
class _ManyClasses:
    start: str = ui.segments(
        "Costs start as", (ALL_1, DISTANCE), ALL_1,
        "Then type other costs into the table. By distance: an error costs as much as the classes lie apart in their "
        "order.",
        key="costs_start", arguments=PERSISTS,
    )  # fmt: skip


DEFAULTS = {**ui.defaults(_TwoClasses, KEY), **ui.defaults(_ManyClasses, KEY)}


def draw() -> None:
    """Draw the part."""
    matrix = session.current()
    controls, result, _ = ui.panes()
    with controls:
        costs = _two_costs(matrix) if len(matrix) == 2 else None
        start = ALL_1 if len(matrix) == 2 else ui.draw(_ManyClasses, KEY).start
        turn = int(st.session_state.get(_TURN, 0))
        ui.actions(f"{KEY}_cost", {**DEFAULTS, _TURN: turn + 1, _TYPED: {}}, BACK)
    with result:
        head = st.container(horizontal=True)
        left, right = ui.beside(2, ui.WHOLE) if len(matrix) <= BESIDE else (st.container(), st.container())
    if costs is None:
        with left:
            costs = _cost_table(matrix, start, turn)
        left = right
    found = bill(matrix, costs)
    names = [*map(ui.escape_markdown, matrix.labels)]
    with head:
        _headline(matrix, found, names)
    with left:
        ui.show(cost_bars(found, matrix.labels), key=f"{KEY}_bars")
        st.markdown(words.worth_using(matrix, found, names))
    if len(matrix) == 2:
        with right:
            _break_even(matrix, costs, names)
    with matrix_row():
        st.header("Expected cost", anchor=False)
        st.latex(formulas.cost(found, matrix.counts, costs))
        st.caption("n is the count and c the cost of a cell with actual class a and predicted class p.")
    ui.how("metrics/what_if", "Cost")


@holds(Kind.COSTS)
def _has_typed() -> bool:
    """Whether a table holds other costs than those it can start with, which a link brings back."""
    typed: dict[str, Array] = st.session_state.get(_TYPED, {})
    return any(
        not any(np.array_equal(costs, first_costs(len(costs), by_distance=distance)) for distance in (False, True))
        for costs in typed.values()
    )


def _two_costs(matrix: ConfusionMatrix) -> Array:
    yes, no = map(ui.escape_markdown, matrix.labels)
    unit = "In any unit; only the ratio of the two costs decides."
    costs = ui.draw(
        _TwoClasses,
        KEY,
        miss={"help": f"A sample of “{yes}” is predicted as “{no}”: a false negative. {unit}"},
        alarm={"help": f"A sample of “{no}” is predicted as “{yes}”: a false positive. {unit}"},
    )
    miss, alarm = (cost if math.isfinite(cost) else 1.0 for cost in (costs.miss, costs.alarm))
    return np.array([[0.0, miss], [alarm, 0.0]])


def editor_key(matrix: ConfusionMatrix, start: str, turn: int = 0) -> str:
    """Key of the table of costs: another one for other classes, another start, and after each reset."""
    return f"{_EDITOR}_{hashlib.sha256(repr((start, matrix.labels, turn)).encode()).hexdigest()[:12]}"


def _cost_table(matrix: ConfusionMatrix, start: str, turn: int) -> Array:
    """The table of costs to be typed into; what was typed stays while other parts are looked at."""
    first = first_costs(len(matrix), by_distance=start == DISTANCE)
    key = editor_key(matrix, start, turn)
    typed: dict[str, Array] = st.session_state.setdefault(_TYPED, {})
    if key not in st.session_state:  # drawn for the first time, or again after another part
        st.session_state[_EDITOR] = typed.get(key, first)
    rows = pd.Index(matrix.labels, name="actual ↓, predicted →")
    table = st.data_editor(
        pd.DataFrame(st.session_state[_EDITOR], rows, matrix.labels),
        key=key,
        num_rows="fixed",
        height="content" if len(matrix) <= 6 else 246,
        column_config={name: st.column_config.NumberColumn(format="%.6g", required=True) for name in matrix.labels},
    )
    try:
        costs = checked_costs(table.to_numpy(np.float64, na_value=np.nan), len(matrix))
    except UserError as error:
        ui.problem(error)
        last: Array = typed.get(key, first)
        return last
    typed.clear()  # one table is remembered, whatever is typed
    typed[key] = costs
    return costs


def _headline(matrix: ConfusionMatrix, found: Bill, names: list[str]) -> None:
    rule = float(found.constants[found.cheapest])
    st.metric("Cost per sample", words.money(found.per_sample), help="Expected cost of one sample.")
    st.metric("In total", words.money(found.total), help=f"Of all {matrix.total:,.0f} samples.")
    says = "Per sample for the cheapest rule that says one class for every sample."
    st.metric(f"Always “{names[found.cheapest]}”", words.money(rule), help=says)
    says = "Per sample, against that rule; below 0 is a loss."
    st.metric("Saved by the classifier", words.money(rule - found.per_sample), help=says)


def _break_even(matrix: ConfusionMatrix, costs: Array, names: list[str]) -> None:
    try:
        lines = break_even(matrix, costs)
    except UserError as error:
        ui.problem(error)
        return
    own = float(own_shares(matrix)[0])
    ui.show(cost_lines(lines, matrix.labels, own), key=f"{KEY}_lines")
    st.markdown(words.break_even(lines, own, names))
