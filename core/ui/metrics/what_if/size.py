"""Part "Sample size" of "What if": how far the scores may be from the truth, with more samples or fewer."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist

import streamlit as st

from core.figures.metrics import whatif_formulas as formulas
from core.figures.metrics import whatif_tables as tables
from core.figures.metrics.intervals import forest, samples, widths
from core.figures.metrics.scores import three
from core.figures.metrics.whatif import title
from core.figures.metrics.whatif_words import where_it_lies
from core.metrics.confusion import ConfusionMatrix
from core.metrics.report import Report
from core.metrics.whatif.uncertainty import Interval, Method, intervals, scaled, wald, wilson, with_interval
from core.ui import framework as ui
from core.ui.metrics import session
from core.ui.metrics.reports import fingerprint, scores_of
from core.ui.metrics.what_if.controls import BACK, KEY, PERSISTS, class_default, class_menu, matrix_row

Found = tuple[Interval, ...]
SIZES = {
    f"{size:,}": size
    for size in (round(digit * 10**power) for power in range(1, 6) for digit in (1, 1.5, 2, 3, 4, 5, 7))
} | {"1,000,000": 1_000_000}
LEVELS = {"90%": 0.9, "95%": 0.95, "99%": 0.99}
REPLICATES = {"1,000": 1_000, "2,000": 2_000, "10,000": 10_000}


@dataclass(frozen=True)
class Settings:
    """What the controls ask for."""

    n: str = ui.steps(
        "Samples N", tuple(SIZES), "1,500", "As if the same proportions had come from so many samples.",
        arguments=PERSISTS,
    )  # fmt: skip
    level: str = ui.segments(
        "Confidence", tuple(LEVELS), "95%",
        "How often an interval made this way holds the true score, over many test sets.", arguments=PERSISTS,
    )  # fmt: skip
    replicates: str = ui.segments(
        "Replicates", tuple(REPLICATES), "1,000",
        "How many matrices are drawn, for the scores that are no share of samples.", fold="Bootstrap",
        arguments=PERSISTS,
    )  # fmt: skip
    seed: int = ui.whole("Seed", 0, 9_999, 0, "Another seed draws other matrices.", fold="Bootstrap")

    @property
    def confidence(self) -> float:
        """The level as a number."""
        return LEVELS[self.level]


def draw() -> None:
    """Draw the part.

    Raises:
        UserError: fewer than one sample.
    """
    matrix = session.current()
    controls, result, _ = ui.panes()
    with controls:
        label = class_menu(matrix, "Whose precision, recall and so on are shown, against all others.")
        asked = ui.draw(Settings, KEY)
        ui.actions(f"{KEY}_size", {**ui.defaults(Settings, KEY), **class_default(matrix)}, BACK)
    n, scores = SIZES[asked.n], scores_of(matrix)
    now, then = (_found(one, label, scores, asked) for one in (matrix, scaled(matrix, n)))
    with result:
        st.markdown(where_it_lies(matrix, now, then, n, asked.level, ui.escape_markdown(label)))
        ui.show(forest(now, then, matrix.total, n), key=f"{KEY}_forest")
    with matrix_row(label):
        st.header("Width against samples", anchor=False)
        curves = tables.interval_widths(matrix, now, asked.confidence)
        ui.show(widths(tables.SIZES, curves, matrix.total, n), key=f"{KEY}_widths")
        st.caption(f"Dashed line: {samples(matrix.total)}, as now. Orange line: {samples(n)}.")
    st.header("Every interval", anchor=False)
    _table(tables.intervals(matrix, now, then, n), "intervals", "Each score with its intervals and method")
    replicates = REPLICATES[asked.replicates]
    found = (matrix.total, now), (n, then)
    ui.download(
        "Intervals as CSV",
        lambda: tables.intervals_csv(found, asked.confidence, replicates),
        "intervals.csv",
        "One row for each score and number of samples.",
    )
    st.header("Why Wilson and not Wald", anchor=False)
    _wilson_and_wald(now, asked)
    ui.how("metrics/what_if", "Sample size", replicates=replicates)


def _found(matrix: ConfusionMatrix, label: str, scores: Report, asked: Settings) -> Found:
    """Intervals of a matrix; the scores may be those of another with the same proportions."""
    key = fingerprint(matrix), label, asked.confidence, REPLICATES[asked.replicates], asked.seed
    return _intervals(key, matrix, scores)


@st.cache_data(max_entries=64, show_spinner=False)
def _intervals(key: tuple[str, str, float, int, int], _matrix: ConfusionMatrix, _scores: Report) -> Found:
    _, label, confidence, replicates, seed = key
    measures = with_interval(_matrix, label)
    return intervals(_matrix, measures, confidence=confidence, replicates=replicates, seed=seed, scores=_scores)


def _table(table: object, name: str, alt: str) -> None:
    st.dataframe(table, hide_index=True, height="content", key=f"{KEY}_{name}", alt=alt)


def _wilson_and_wald(now: Found, asked: Settings) -> None:
    known = [interval for interval in now if interval.method is Method.WILSON and interval.trials > 0]
    left, right = st.columns(2, gap="medium")
    with left:
        table = tables.wilson_and_wald(known, asked.confidence)
        _table(table, "wald", "Wald's and Wilson's intervals of some shares")
        low = float(wilson(10, 10, asked.confidence)[0])
        below = three(float(wald(1, 10, asked.confidence)[0]))
        st.markdown(ui.prose("metrics/what_if", "Wilson and Wald", low=low, below=below, level=asked.level))
    with right:
        if known:
            first = known[0]
            z = NormalDist().inv_cdf((1 + asked.confidence) / 2)
            st.markdown(f"{ui.escape_markdown(title(first.measure))}:")
            st.latex(formulas.wilson(first.successes, first.trials, z, first.low, first.high))
