"""What stands below the picture of "Multilabel": the formula, the matrix of a label, all labels, files to take away."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.figures.metrics import multilabel as figures
from core.figures.metrics import multilabel_formulas as formulas
from core.figures.metrics.matrix import Percent, picture
from core.metrics.multilabel import text
from core.metrics.multilabel.multilabel import Mean, Multilabel, Score
from core.metrics.multilabel.report import Report
from core.ui.components.matrix import show_matrix
from core.ui.framework.show import download
from core.ui.metrics.multilabel.input import KEY, MATRIX

MEANING: dict[Mean, str] = {
    "samples": "The mean over the samples: each sample counts the same.",
    "micro": "TP, FP and FN of all cells added up first: each cell counts the same, so frequent labels count more.",
    "macro": "The mean over the labels: each label counts the same, however rare.",
    "weighted": "The mean over the labels, each as often as it is gold.",
}


@dataclass(frozen=True)
class Options:
    """How scores are taken and which one is meant."""

    name: Score
    average: Mean
    beta: float
    zero_division: float

    @property
    def third(self) -> Score:
        """The score beside precision and recall."""
        return "f1" if self.name in ("precision", "recall") else self.name


def formula(found: Report, options: Options) -> None:
    """The chosen average in LaTeX, and under it with its numbers."""
    st.subheader(f"{figures.SYMBOLS[options.name]}, {options.average} average", anchor=False)
    symbols, numbers = formulas.average(found, options.name, options.average)
    st.latex(symbols)
    st.latex(numbers)
    st.caption(MEANING[options.average])
    column = found.names.index(options.name)
    if options.average in ("samples", "macro", "weighted"):
        scores = found.per_sample if options.average == "samples" else found.per_label
        empty = int(pd.isna(scores[:, column]).sum())
        if empty:
            what = "sample" if options.average == "samples" else "label"
            counts = "is left out" if math.isnan(options.zero_division) else f"counts as {options.zero_division:.0f}"
            shown = " of those shown" if len(scores) < len(found.table) and what == "sample" else ""
            st.markdown(
                f"**0/0** for {empty} {what}{'' if empty == 1 else 's'}{shown}, which here {counts}. Change "
                "“0/0 counts as” and see the average move."
            )


def below(found: Report) -> None:
    """All labels, code and CSV, and how it works."""
    every, one = st.columns([8, 7], gap="medium")
    with every:
        _labels(found)
    with one:
        _matrix(found.table)
    with st.container(horizontal=True):
        script = text.code(found)
        download("Code", lambda: script, "multilabel.py", "text/x-python", "scikit-learn, with assertions that hold.")
        download(
            "Rows as CSV", lambda: text.rows_csv(found.table), "multilabel.csv", "text/csv", "0 and 1 of each sample."
        )
        download(
            "Scores as CSV", lambda: text.scores_csv(found), "multilabel_scores.csv", "text/csv", "Labels and averages."
        )
    with st.expander("Code of these numbers", icon=":material/code:"):
        st.code(script, language="python")
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. Every sample may have **several labels, one, or none**. So a cell is a sample *and* a label, and each "
            "cell is right (TP, TN) or wrong (FP, FN) by itself.\n"
            "2. Reading **along a row** gives each sample its own precision, recall and F₁. Their mean is the "
            "**samples** average.\n"
            "3. Reading **down a column** gives each label its own. Their mean is the **macro** average; weighted by "
            "how often each label is gold it is the **weighted** one.\n"
            "4. Adding up **all cells** before dividing gives the **micro** average.\n"
            "5. A sample without any label, for which none was predicted, is perfectly right, and yet its F₁ is "
            "**0/0**. Whether that counts as 0 or 1 moves the samples average, and nothing on paper says which: "
            "always report it.\n"
            "6. **Exact match** is the strictest of all: one wrong cell spoils the sample. **Hamming loss** is the "
            "mildest: it counts the many true negatives as right."
        )


def _labels(found: Report) -> None:
    """Counts and scores of every label."""
    st.subheader("Every label", anchor=False)
    rows = []
    for label, matrix, support, scores in zip(
        found.table.labels, found.table.matrices, found.support, found.per_label, strict=True
    ):
        (tp, fn), (fp, tn) = matrix.counts.tolist()
        counts = {"TP": tp, "FP": fp, "FN": fn, "TN": tn, "support": support}
        named = {
            figures.SYMBOLS[name]: figures.number(float(value)) for name, value in zip(found.names, scores, strict=True)
        }
        rows.append({"label": label, **{name: int(count) for name, count in counts.items()}, **named})
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        height="content" if len(rows) <= 12 else 420,
        key=f"{KEY}_labels_table",
        alt="One row a label: its four counts, how often it is gold, and its scores",
    )


def _matrix(table: Multilabel) -> None:
    """One label's own 2 x 2 matrix."""
    if MATRIX in st.session_state and st.session_state[MATRIX] not in table.labels:  # of another table, or reset
        st.session_state[MATRIX] = table.labels[0]
    label = st.selectbox(
        "Matrix of one label",
        table.labels,
        key=MATRIX,
        bind="query-params",
        help="Each label has a matrix of its own, the label against its absence. A click on its name shows it, too.",
    )
    own = table.matrices[table.labels.index(label)]
    show_matrix(picture(own, percent=Percent.ALL, title=f"Label {label}"), f"{KEY}_table")
