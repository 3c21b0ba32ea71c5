"""Part "Prevalence" of "What if": the recalls stay, the shares of the classes change."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from core.figures.metrics import whatif_formulas as formulas
from core.figures.metrics.whatif import PREVALENCES, percent, prevalence_chart, title
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import Report
from core.metrics.undefined import reason
from core.metrics.whatif.prevalence import along, own_shares, with_prevalence
from core.metrics.whatif.stacked import Measure, Tallies
from core.ui.framework.layout import panes
from core.ui.framework.show import escape_markdown, show
from core.ui.metrics import session
from core.ui.metrics.reports import scores_of
from core.ui.metrics.what_if.common import KEY, class_menu, matrix_row, number, show_still
from core.ui.metrics.what_if.shares import choose_shares

STILL = 5e-4
"""A smaller change does not show in three decimals."""


def draw() -> None:
    """Draw the part.

    Raises:
        UserError: a class without samples that shall have a share.
    """
    matrix = session.current()
    controls, result, _ = panes()
    with controls:
        label = class_menu(
            matrix,
            "Whose prevalence changes."
            if len(matrix) == 2
            else "Whose scores the chart and the table show, against all others.",
        )
        shares = choose_shares(matrix, label)
    then = with_prevalence(matrix, shares)
    before, after = scores_of(matrix), scores_of(then)
    with result:
        _headline(before, after, label)
        _chart(matrix, then, before, after, label)
    with matrix_row():
        st.header("The matrix at these shares", anchor=False)
        show_still(then, f"{KEY}_then", "Expected confusion matrix")
        st.caption("Each gold row is rescaled to its new share, so the counts are expected ones.")
    table, why = st.columns([3, 2], gap="medium") if len(matrix) == 2 else (st.container(), None)
    with table:
        st.header("What stays and what moves", anchor=False)
        _table(before, after, label)
    if why is not None:
        with why:
            st.header("Bayes' rule", anchor=False)
            _bayes(after, label)
    _how()


def _headline(before: Report, after: Report, label: str) -> None:
    with st.container(horizontal=True):
        for measure in (
            Measure("precision", label=label),
            Measure("recall", label=label),
            Measure("f1", label=label),
            Measure("accuracy"),
        ):
            old, new = measure.of(before), measure.of(after)
            change = new - old
            known = not math.isnan(change)
            moves = known and abs(change) >= STILL
            st.metric(
                title(measure, short=True),
                number(new),
                _change(old, new) if moves else "stays" if known else None,
                # with a true minus Streamlit does not see which way it went
                delta_color=("green" if change > 0 else "red") if moves else "off",
                delta_arrow=("up" if change > 0 else "down") if moves else "off",
                help=f"{title(measure)}: {number(old)} in the data.",
            )


def _chart(matrix: ConfusionMatrix, then: ConfusionMatrix, before: Report, after: Report, label: str) -> None:
    c = matrix.index(label)
    chosen = float(own_shares(then)[c])
    mixed = then if 0 < chosen < 1 else matrix  # the others as they are mixed now
    tallies = Tallies.of(along(mixed, label, PREVALENCES))
    measures = [Measure(name, label=label) for name in ("precision", "npv", "f1")]
    measures += [Measure("accuracy"), Measure("recall", label=label)]
    curves = {title(measure, short=True): tallies.score(measure, matrix.labels) for measure in measures}
    binary = len(matrix) == 2  # else the data's own point lies on another curve
    own = float(own_shares(matrix)[c]) if binary else math.nan
    points = {
        title(measure, short=True): (measure.of(before) if binary else math.nan, measure.of(after))
        for measure in measures
    }
    show(prevalence_chart(label, curves, own, chosen, points), key=f"{KEY}_curve")
    marks = f"The line marks {percent(chosen)}" + (
        f", the dashed one {percent(own)} as in the data." if binary else "."
    )
    st.caption(
        marks
        + (
            ""
            if binary
            else " Along the curves the other classes keep their mixture; "
            f"“{escape_markdown(label)}” is against all others."
        )
    )


def _table(before: Report, after: Report, label: str) -> None:
    binary = len(before.matrix) == 2
    stays = [Measure("recall", label=label), Measure("balanced_accuracy")]
    of_label = [Measure("specificity", label=label), Measure("likelihood+", label=label)]
    of_label.append(Measure("likelihood-", label=label))
    moves = [Measure(name, label=label) for name in ("precision", "npv", "f1", "jaccard")]
    moves += [Measure("accuracy"), Measure("mcc"), Measure("kappa")]
    moves += [Measure("precision", Average.MACRO), Measure("f1", Average.MACRO), Measure("f1", Average.WEIGHTED)]
    if binary:
        stays += of_label
    else:
        moves += of_label
    rows = []
    for kind, measures in (("stays", stays), ("moves", moves)):
        for measure in measures:
            old, new = measure.of(before), measure.of(after)
            notes = (reason(report.matrix, measure.name, measure.label) for report in (before, after))
            told = "; ".join(dict.fromkeys(note for note in notes if note))
            rows.append((title(measure), kind, number(old), number(new), _change(old, new), told))
    table = pd.DataFrame(rows, columns=["score", "does it move", "in the data", "at these shares", "change", "why"])
    if not table["why"].any():
        table = table.drop(columns="why")
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        key=f"{KEY}_moves",
        alt="Each score in the data and at the chosen shares, and whether the prevalence moves it",
    )
    if ((after.matrix.support == 0) & (before.matrix.support > 0)).any():
        st.caption("A class whose share is 0 takes no part any more: means over the classes move for that alone.")
    if not binary:
        st.caption(
            "With more than two classes, specificity and likelihood ratios of one class move too: they depend on how "
            "the others are mixed."
        )


def _change(old: float, new: float) -> str:
    if not math.isfinite(new - old):
        return "–"
    return "0" if abs(new - old) < STILL else f"{new - old:+.3f}".replace("-", "−")


def _bayes(after: Report, label: str) -> None:
    recall, specificity = after.of_class("recall", label), after.of_class("specificity", label)
    prevalence = float(own_shares(after.matrix)[after.matrix.index(label)])
    precision = after.of_class("precision", label)
    if any(map(math.isnan, (recall, specificity, precision))):
        st.markdown("Precision is undefined: the class is never predicted.")
        return
    st.latex(formulas.bayes(recall, specificity, prevalence, precision))
    npv = after.of_class("npv", label)
    st.caption(
        f"r is the recall, s the specificity, π the prevalence. Precision is also called PPV. NPV is {number(npv)}."
    )
    alarms = (1 - specificity) * (1 - prevalence)
    if recall * prevalence > 0 and precision < 0.5:
        st.markdown(
            f"Of {1 / precision:,.3g} that are called “{escape_markdown(label)}”, **one** is: the many others give "
            f"{alarms / (recall * prevalence):,.3g} false alarms for each hit."
        )


def _how() -> None:
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. A **recall** is a share of one gold row. It says what the classifier does to a sample of that class, "
            "however many of them there are.\n"
            "2. So on data with other shares the rows of the matrix keep their proportions, and only their totals "
            "change. Every score that is made of recalls alone stays.\n"
            "3. **Precision** is a share of a column, and a column mixes the rows. Where a class is rare, its column "
            "fills with false alarms from the others. Accuracy, F1, MCC and κ move with it.\n"
            "4. This holds where the samples of a class look the same in both worlds. A test set with clearer pictures "
            "or milder cases changes the recalls, too."
        )
