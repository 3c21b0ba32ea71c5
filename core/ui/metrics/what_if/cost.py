"""Part "Cost" of "What if": what the errors cost, beside rules that do not look at the sample."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pandas as pd
import streamlit as st

from core.errors import UserError
from core.figures.metrics import whatif_formulas as formulas
from core.figures.metrics.costs import cost_bars, cost_lines
from core.figures.metrics.whatif import percent
from core.metrics.confusion import ConfusionMatrix
from core.metrics.scores import Array
from core.metrics.whatif.costs import Bill, bill, break_even, checked_costs
from core.metrics.whatif.prevalence import own_shares
from core.ui.framework.layout import WHOLE, beside, panes
from core.ui.framework.show import escape_markdown, problem, reset_button, show
from core.ui.metrics import session
from core.ui.metrics.what_if.common import BACK, BESIDE, KEY, matrix_row

_MOST = 1e6  # of a cost in the link
ALIKE, DISTANCE = "all errors 1", "distance"
_EDITOR, _TYPED = f"{KEY}_costs", f"{KEY}_costs_typed"
_TURN = f"{KEY}_costs_turn"  # a new table each time it is reset
DEFAULTS = {f"{KEY}_miss": 1.0, f"{KEY}_alarm": 1.0, f"{KEY}_costs_start": ALIKE}


def draw() -> None:
    """Draw the part."""
    matrix = session.current()
    controls, result, _ = panes()
    with controls:
        costs = _two_costs(matrix) if len(matrix) == 2 else None
        start = ALIKE if len(matrix) == 2 else _start()
        turn = int(st.session_state.get(_TURN, 0))
        reset_button(f"{KEY}_cost_reset", {**DEFAULTS, _TURN: turn + 1, _TYPED: {}}, BACK)
    with result:
        head = st.container(horizontal=True)
        left, right = beside(2, WHOLE) if len(matrix) <= BESIDE else (st.container(), st.container())
    if costs is None:
        with left:
            costs = _cost_table(matrix, start, turn)
        left = right
    found = bill(matrix, costs)
    with head:
        _headline(matrix, found)
    with left:
        show(cost_bars(found, matrix.labels), key=f"{KEY}_bars")
        _verdict(matrix, found)
    if len(matrix) == 2:
        with right:
            _break_even(matrix, costs)
    with matrix_row():
        st.header("Expected cost", anchor=False)
        st.latex(formulas.cost(found, matrix.counts, costs))
        st.caption("n is the count and c the cost of a cell with gold class g and predicted class p.")
    _how()


def _start() -> str:
    """How the table of costs begins."""
    return st.segmented_control(
        "Costs start as",
        [ALIKE, DISTANCE],
        default=ALIKE,
        required=True,
        key=f"{KEY}_costs_start",
        bind="query-params",
        persist_state="page",
        help="Then type other costs into the table. By distance: an error costs as many as the classes lie apart in "
        "their order.",
    )


def _two_costs(matrix: ConfusionMatrix) -> Array:
    yes, no = map(escape_markdown, matrix.labels)
    miss = _cost("Cost of a miss", "miss", f"A sample of “{yes}” is called “{no}”: a false negative.")
    alarm = _cost("Cost of a false alarm", "alarm", f"A sample of “{no}” is called “{yes}”: a false positive.")
    return np.array([[0.0, miss], [alarm, 0.0]])


def _cost(label: str, name: str, explanation: str) -> float:
    value = st.number_input(
        label,
        0.0,
        _MOST,
        1.0,
        format="%.6g",
        key=f"{KEY}_{name}",
        bind="query-params",
        persist_state="page",
        help=explanation + " In any unit; only the proportion of the two decides.",
    )
    return float(value) if value is not None and math.isfinite(value) else 1.0


def editor_key(matrix: ConfusionMatrix, start: str, turn: int = 0) -> str:
    """Key of the table of costs: another one for other classes, another start, and after each reset."""
    return f"{_EDITOR}_{hashlib.sha256(repr((start, matrix.labels, turn)).encode()).hexdigest()[:12]}"


def _cost_table(matrix: ConfusionMatrix, start: str, turn: int) -> Array:
    """The table of costs to be typed into; what was typed stays while other parts are looked at."""
    side = np.arange(len(matrix))
    first = np.abs(side[:, None] - side).astype(np.float64)
    if start != DISTANCE:
        first = np.minimum(first, 1.0)
    key = editor_key(matrix, start, turn)
    typed: dict[str, Array] = st.session_state.setdefault(_TYPED, {})
    if key not in st.session_state:  # drawn for the first time, or again after another part
        st.session_state[_EDITOR] = typed.get(key, first)
    table = st.data_editor(
        pd.DataFrame(st.session_state[_EDITOR], pd.Index(matrix.labels, name="gold ↓, predicted →"), matrix.labels),
        key=key,
        num_rows="fixed",
        height="content" if len(matrix) <= 6 else 246,
        column_config={name: st.column_config.NumberColumn(format="%.6g", required=True) for name in matrix.labels},
    )
    try:
        costs = checked_costs(table.to_numpy(np.float64, na_value=np.nan), len(matrix))
    except UserError as error:
        problem(error)
        last: Array = typed.get(key, first)
        return last
    typed.clear()  # one table is remembered, whatever is typed
    typed[key] = costs
    return costs


def _headline(matrix: ConfusionMatrix, found: Bill) -> None:
    rule = float(found.constants[found.cheapest])
    saved = rule - found.per_sample
    st.metric("Cost per sample", _money(found.per_sample), help="Expected cost of one sample.")
    st.metric("In total", _money(found.total), help=f"Of all {matrix.total:,.0f} samples.")
    st.metric(
        f"Always “{escape_markdown(matrix.labels[found.cheapest])}”",
        _money(rule),
        help="Per sample for the cheapest rule that says one class of every sample.",
    )
    st.metric("Saved by the classifier", _money(saved), help="Per sample, against that rule; below 0 is a loss.")


def _verdict(matrix: ConfusionMatrix, found: Bill) -> None:
    rule, most = float(found.constants[found.cheapest]), int(np.argmax(matrix.support))
    cheapest = escape_markdown(matrix.labels[found.cheapest])
    majority = ""
    if most != found.cheapest:
        price = _money(float(found.constants[most]))
        majority = f" The majority class is “{escape_markdown(matrix.labels[most])}”; always to say that costs {price}."
    if found.per_sample < rule:
        st.markdown(f"**Worth using**: cheaper than always to say “{cheapest}”.{majority}")
    elif found.per_sample > rule:
        st.markdown(f"**Not worth using** at these costs: always to say “{cheapest}” is cheaper.{majority}")
    else:
        st.markdown(f"**No better** than always to say “{cheapest}”.{majority}")


def _break_even(matrix: ConfusionMatrix, costs: Array) -> None:
    try:
        lines = break_even(matrix, costs)
    except UserError as error:
        problem(error)
        return
    own = float(own_shares(matrix)[0])
    show(cost_lines(lines, matrix.labels, own), key=f"{KEY}_lines")
    yes, no = map(escape_markdown, matrix.labels)
    if lines.worth is None:
        st.markdown("At these costs one of the two constant rules is at least as cheap at every prevalence.")
        return
    low, high = map(percent, lines.worth)
    st.markdown(
        f"**Break-even at {low} and {high}** of “{yes}”. Below {low} it is cheaper always to say “{no}”, above {high} "
        f"always “{yes}”. In the data it is {percent(own)}."
    )


def _money(value: float) -> str:
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.3g}"
    return text.replace("-", "−") if float(value) != 0 else "0"


def _how() -> None:
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. Each cell of the matrix has a **cost**; right answers cost 0 unless you say otherwise, and a negative "
            "cost is a gain.\n"
            "2. The **expected cost** of a sample is the sum of all costs, each times the share of its cell.\n"
            "3. A classifier has to be cheaper than a **constant rule** that says one class of every sample. Where a "
            "miss costs much, always to raise the alarm may be cheaper than any classifier.\n"
            "4. All three costs are straight lines over the prevalence, for each is a mean of what a sample of either "
            "class costs. Where two lines cross is a **break-even prevalence**."
        )
