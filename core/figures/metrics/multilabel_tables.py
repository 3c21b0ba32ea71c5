"""Numbers and sentences of the section "Multilabel" beside its picture: averages and how they changed, labels, 0/0."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.figures.metrics.multilabel import SYMBOLS, number
from core.figures.words import counted
from core.metrics.multilabel.multilabel import MEANS, Mean, Score
from core.metrics.multilabel.report import Report

MEANING: dict[Mean, str] = {
    "samples": "The mean over the samples: each sample counts the same.",
    "micro": "TP, FP and FN of all cells added up first: each cell counts the same, so frequent labels count more.",
    "macro": "The mean over the labels: each label counts the same, however rare.",
    "weighted": "The mean over the labels, each as often as it is actual.",
}


@dataclass(frozen=True)
class Measure:
    """A number over all samples, beside what it was before the last change.

    Attributes:
        label: Markdown; the one that is meant is bold.
        meaning: a sentence.
        value: nan where it is undefined.
        before: nan where it was undefined; None: there was nothing before.
        more_is_better: whether a rise is good.
    """

    label: str
    meaning: str
    value: float
    before: float | None
    more_is_better: bool = True

    @property
    def text(self) -> str:
        """The value as it is written."""
        return "undefined" if math.isnan(self.value) else f"{self.value:.3f}"

    @property
    def rose(self) -> bool:
        """Whether it is more than before."""
        return self.before is not None and self.value > self.before

    @property
    def good(self) -> bool:
        """Whether the change is for the better."""
        return self.rose == self.more_is_better

    @property
    def change(self) -> str | None:
        """By how much, and from what; None where nothing can be seen to have changed."""
        if self.before is None or not abs(self.value - self.before) >= 5e-4:
            return None
        return f"{self.value - self.before:+.3f}, was {self.before:.3f}".replace("-", "−")


def measures(now: Report, before: Report | None, name: Score, average: Mean) -> list[Measure]:
    """Each average of a score, exact match and Hamming loss.

    Args:
        now: of the table on the screen.
        before: of that before the last change, None where there is none.
        name: the score.
        average: the one that is meant.
    """
    found = [
        Measure(
            f"**{SYMBOLS[name]} {mean}**" if mean == average else f"{SYMBOLS[name]} {mean}",
            MEANING[mean],
            now.mean(name, mean),
            None if before is None else before.mean(name, mean),
        )
        for mean in MEANS
    ]
    exact, wrong = (None, None) if before is None else (before.subset_accuracy, before.hamming_loss)
    says = "Share of samples with every label right: subset accuracy."
    found.append(Measure("Exact match", says, now.subset_accuracy, exact))
    says = "Share of cells that are wrong; less is better."
    return [*found, Measure("Hamming loss", says, now.hamming_loss, wrong, more_is_better=False)]


def undefined(found: Report, name: Score, average: Mean) -> str:
    """A sentence in Markdown about scores that are 0/0 and what they count as; "" where none goes into the average."""
    if average == "micro":
        return ""
    of_samples = average == "samples"
    scores = found.per_sample if of_samples else found.per_label
    empty = int(np.isnan(scores[:, found.names.index(name)]).sum())
    if not empty:
        return ""
    what = counted(empty, "sample" if of_samples else "label")
    shown = " of those shown" if of_samples and len(scores) < len(found.table) else ""
    zero = found.zero_division
    counts = "is left out" if math.isnan(zero) else f"counts as {zero:.0f}"
    return f"**0/0** for {what}{shown}, which here {counts}. Change “0/0 counts as” and see the average move."


def labels_table(found: Report) -> pd.DataFrame:
    """One row a label: its four counts, how often it is actual, and its scores."""
    rows = []
    for label, matrix, support, scores in zip(
        found.table.labels, found.table.matrices, found.support, found.per_label, strict=True
    ):
        (tp, fn), (fp, tn) = matrix.counts.astype(int).tolist()
        counts = {"TP": tp, "FP": fp, "FN": fn, "TN": tn, "support": int(support)}
        named = {SYMBOLS[name]: number(float(value)) for name, value in zip(found.names, scores, strict=True)}
        rows.append({"label": label, **counts, **named})
    return pd.DataFrame(rows)
