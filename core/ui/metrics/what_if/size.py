"""Part "Sample size" of "What if": how far the scores may be from the truth, with more samples or fewer."""

from __future__ import annotations

import math

import streamlit as st

from core.figures.metrics.intervals import forest, samples
from core.metrics.confusion import Average, ConfusionMatrix
from core.metrics.report import Report
from core.metrics.undefined import reason
from core.metrics.whatif.stacked import Measure
from core.metrics.whatif.uncertainty import Interval, intervals, scaled
from core.ui.framework.layout import panes
from core.ui.framework.show import escape_markdown, reset_button, show, whole_number
from core.ui.metrics import session
from core.ui.metrics.reports import fingerprint, scores_of
from core.ui.metrics.what_if.common import BACK, CLASS, KEY, class_menu
from core.ui.metrics.what_if.size_details import Asked, below

SIZES = {
    f"{size:,}": size
    for size in (round(digit * 10**power) for power in range(1, 6) for digit in (1, 1.5, 2, 3, 4, 5, 7))
} | {"1,000,000": 1_000_000}
LEVELS = {"90%": 0.9, "95%": 0.95, "99%": 0.99}
REPLICATES = {"1,000": 1_000, "2,000": 2_000, "10,000": 10_000}
DEFAULTS = {f"{KEY}_n": "1,500", f"{KEY}_level": "95%", f"{KEY}_replicates": "1,000", f"{KEY}_seed": 0}


def draw() -> None:
    """Draw the part.

    Raises:
        UserError: fewer than one sample.
    """
    matrix = session.current()
    controls, result, _ = panes()
    with controls:
        label = class_menu(matrix, "Whose precision, recall and so on are shown, against all others.")
        n = SIZES[
            st.select_slider(
                "Samples N",
                list(SIZES),
                "1,500",
                key=f"{KEY}_n",
                bind="query-params",
                persist_state="page",
                help="As if the same proportions had come from so many samples.",
            )
        ]
        level = st.segmented_control(
            "Confidence",
            list(LEVELS),
            default="95%",
            required=True,
            key=f"{KEY}_level",
            bind="query-params",
            persist_state="page",
            help="How often an interval made this way holds the true score, over many test sets.",
        )
        with st.expander("Bootstrap", icon=":material/tune:"):
            replicates = REPLICATES[
                st.segmented_control(
                    "Replicates",
                    list(REPLICATES),
                    default="1,000",
                    required=True,
                    key=f"{KEY}_replicates",
                    bind="query-params",
                    persist_state="page",
                    help="Matrices that are drawn for the scores that are no share of samples.",
                )
            ]
            seed = whole_number("Seed", 0, 9_999, 0, f"{KEY}_seed", "Another seed draws other matrices.")
        reset_button(f"{KEY}_size_reset", {**DEFAULTS, CLASS: matrix.labels[0]}, BACK)
    confidence = LEVELS[level]
    measures = _measures(matrix, label)
    scores = scores_of(matrix)
    now = _found(matrix, scores, measures, confidence, replicates, seed)
    then = _found(scaled(matrix, n), scores, measures, confidence, replicates, seed)
    with result:
        _take_away_sentence(matrix, now, then, n, level, label)
        show(forest(now, then, matrix.total, n), key=f"{KEY}_forest")
    below(matrix, now, then, Asked(n, level, confidence, replicates))


def _measures(matrix: ConfusionMatrix, label: str) -> tuple[Measure, ...]:
    """What has an interval here: the class's scores, those of the whole, averages where classes are many."""
    of_class = tuple(Measure(name, label=label) for name in ("precision", "recall", "f1", "specificity", "npv"))
    whole = (Measure("accuracy"), Measure("balanced_accuracy"), Measure("mcc"), Measure("kappa"))
    means = (Measure("f1", Average.MACRO), Measure("f1", Average.WEIGHTED), Measure("jaccard", Average.MACRO))
    if len(matrix) == 2:
        return (*of_class, Measure("jaccard", label=label), *whole, means[0])
    return (*whole[:2], *means, *whole[2:], *of_class)


def _found(
    matrix: ConfusionMatrix,
    scores: Report,
    measures: tuple[Measure, ...],
    confidence: float,
    replicates: int,
    seed: int,
) -> tuple[Interval, ...]:
    """Intervals of a matrix; the scores may be those of another with the same proportions."""
    words = ",".join(f"{m.name} {m.average} {m.label}" for m in measures)
    return _intervals(fingerprint(matrix), words, confidence, replicates, seed, matrix, scores, measures)


@st.cache_data(max_entries=64, show_spinner=False)
def _intervals(
    key: str,  # noqa: ARG001, the matrix's part of the key
    words: str,  # noqa: ARG001, the measures' part
    confidence: float,
    replicates: int,
    seed: int,
    _matrix: ConfusionMatrix,
    _scores: Report,
    _measures: tuple[Measure, ...],
) -> tuple[Interval, ...]:
    return intervals(_matrix, _measures, confidence=confidence, replicates=replicates, seed=seed, scores=_scores)


def _take_away_sentence(
    matrix: ConfusionMatrix, now: tuple[Interval, ...], then: tuple[Interval, ...], n: int, level: str, label: str
) -> None:
    place = next(i for i, interval in enumerate(now) if interval.measure.name in ("precision", "accuracy"))
    one, other = now[place], then[place]
    name = "the precision of “" + escape_markdown(label) + "”" if one.measure.name == "precision" else "the accuracy"
    if math.isnan(one.low):
        why = reason(matrix, one.measure.name, one.measure.label)
        st.markdown(f"{name[:1].upper()}{name[1:]} is undefined ({why}), with any number of samples.")
        return
    st.markdown(
        f"With **{samples(matrix.total)}**, {name} is somewhere between **{one.low:.3f} and {one.high:.3f}**; with "
        f"**{samples(n)}** between **{other.low:.3f} and {other.high:.3f}** ({level} Wilson intervals)."
    )
