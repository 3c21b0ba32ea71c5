"""What stands below the forest plot of "Sample size": every interval, their widths, Wilson against Wald, a file."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
import pandas as pd
import streamlit as st

from core.figures.metrics import whatif_formulas as formulas
from core.figures.metrics.intervals import samples, widths
from core.figures.metrics.whatif import title
from core.metrics.confusion import ConfusionMatrix
from core.metrics.export import safe_cell
from core.metrics.scores import Array
from core.metrics.undefined import reason
from core.metrics.whatif.uncertainty import Interval, Method, share, wald, wilson
from core.ui.framework.show import download, escape_markdown, show
from core.ui.metrics.what_if.common import KEY, matrix_row, number

Found = tuple[Interval, ...]
_WIDTHS: Array = np.geomspace(10, 1e6, 51)


@dataclass(frozen=True)
class Asked:
    """What the controls ask for.

    Attributes:
        n: samples.
        level: confidence as text.
        confidence: the same as a number.
        replicates: of the bootstrap.
    """

    n: int
    level: str
    confidence: float
    replicates: int


def below(matrix: ConfusionMatrix, now: Found, then: Found, asked: Asked) -> None:
    """Draw all of it.

    Args:
        matrix: as it is.
        now, then: intervals of the same scores with its own samples and with those asked for.
        asked: by the controls.
    """
    with matrix_row():
        st.header("Width against samples", anchor=False)
        _curve(matrix, now, asked)
    st.header("Every interval", anchor=False)
    _table(matrix, now, then, asked.n)
    download(
        "Intervals as CSV",
        lambda: _csv(now, then, matrix.total, asked),
        "intervals.csv",
        "text/csv",
        "One row a score and number of samples.",
    )
    st.header("Why Wilson and not Wald", anchor=False)
    _wilson_and_wald(now, asked)
    _how(asked.replicates)


def _table(matrix: ConfusionMatrix, now: Found, then: Found, n: int) -> None:
    rows = []
    for one, other in zip(now, then, strict=True):
        told = reason(matrix, one.measure.name, one.measure.label)
        lost = max(one.undefined, other.undefined)
        notes = [told] if told else []
        if lost > 0:
            notes.append(f"0/0 in up to {lost:.1%} of the replicates, left out")
        rows.append(
            (title(one.measure), number(one.value),
             _range(one), _range(other), str(one.method), "; ".join(notes))
        )  # fmt: skip
    table = pd.DataFrame(
        rows, columns=["score", "value", samples(matrix.total), f"{samples(n)} ", "method", "note"]
    )  # the space keeps two equal numbers apart
    if not table["note"].any():
        table = table.drop(columns="note")
    st.dataframe(
        table, hide_index=True, height="content", key=f"{KEY}_intervals", alt="Each score with its intervals and method"
    )


def _range(interval: Interval) -> str:
    if math.isnan(interval.low):
        return "undefined"
    return f"{interval.low:.3f} – {interval.high:.3f}".replace("-", "−")


def _curve(matrix: ConfusionMatrix, found: Found, asked: Asked) -> None:
    """Widths of Wilson's intervals; accuracy first."""
    curves: dict[str, Array] = {}
    for interval in sorted(found, key=lambda one: one.measure.name != "accuracy"):
        part = share(matrix, interval.measure)
        if part is None or part[1] == 0:
            continue
        grown = _WIDTHS / matrix.total
        low, high = wilson(part[0] * grown, part[1] * grown, asked.confidence)
        curves[title(interval.measure, short=True)] = high - low
    show(widths(_WIDTHS, curves, matrix.total, asked.n), key=f"{KEY}_widths")
    st.caption(f"Dashed upright: {samples(matrix.total)}, as now. Vermilion: {samples(asked.n)}.")


def _wilson_and_wald(now: Found, asked: Asked) -> None:
    left, right = st.columns(2, gap="medium")
    known = [interval for interval in now if interval.method is Method.WILSON and interval.trials > 0]
    cases = [(title(interval.measure), interval.successes, interval.trials) for interval in known[:2]]
    cases += [("10 of 10 right", 10.0, 10.0), ("100 of 100 right", 100.0, 100.0), ("1 of 10 right", 1.0, 10.0)]
    k, n = np.array([case[1] for case in cases]), np.array([case[2] for case in cases])
    ends = [np.stack(method(k, n, asked.confidence), axis=1) for method in (wald, wilson)]
    rows = [
        (name, f"{hits:,.0f} / {trials:,.0f}", *(f"{low:.3f} – {high:.3f}".replace("-", "−") for low, high in pair))
        for (name, hits, trials), pair in zip(cases, zip(*ends, strict=True), strict=True)
    ]
    with left:
        st.dataframe(
            pd.DataFrame(rows, columns=["share", "of", "Wald", "Wilson"]),
            hide_index=True,
            height="content",
            key=f"{KEY}_wald",
            alt="Wald's and Wilson's intervals of some shares",
        )
        st.markdown(
            f"Ten of ten right give **p = 1**. Wald, p ± z·√(p(1−p)/n), then has **no width at all** and claims "
            f"certainty after ten samples; Wilson says **{ends[1][-3, 0]:.3f} to 1** ({asked.level}). "
            f"Wald also leaves 0 to 1: in the last row it begins at **{number(ends[0][-1, 0])}**, and no share is "
            "below 0. Wilson asks which true shares could have given what was seen."
        )
    with right:
        if known:
            first = known[0]
            z = NormalDist().inv_cdf((1 + asked.confidence) / 2)
            st.markdown(f"{escape_markdown(title(first.measure))}:")
            st.latex(formulas.wilson(first.successes, first.trials, z, first.low, first.high))


def _csv(now: Found, then: Found, n_now: float, asked: Asked) -> str:
    rows = [
        {
            "score": i.measure.name,
            "average": str(i.measure.average or ""),
            "class": safe_cell(i.measure.label or ""),
            "samples": n,
            "value": i.value,
            "low": i.low,
            "high": i.high,
            "confidence": asked.confidence,
            "method": str(i.method),
            "successes": i.successes,
            "trials": i.trials,
            "replicates": asked.replicates if i.method is Method.BOOTSTRAP else None,
            "undefined_share": i.undefined,
        }
        for n, found in ((n_now, now), (asked.n, then))
        for i in found
    ]
    return pd.DataFrame(rows).to_csv(index=False)


def _how(replicates: int) -> None:
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. A test set is a sample. Another one of the same size would give another matrix, and other scores.\n"
            "2. Accuracy, precision, recall, specificity and NPV are **shares of samples**, so Wilson's interval for a "
            "proportion fits each of them.\n"
            f"3. F1, MCC, κ and averages are no shares. Here {replicates:,} matrices are drawn with the proportions "
            "of yours (**multinomial bootstrap**), each is scored, and the interval holds the middle of them. "
            "Replicates in which a score is 0/0 are left out, and the table says how many.\n"
            "4. With other N the proportions stay and the counts are **expected** ones, so they may be fractions. A "
            "real larger test set would also have other proportions.\n"
            "5. Two classifiers on the same test set cannot be compared by whether their intervals overlap: that "
            "needs their paired predictions (McNemar's test)."
        )
