"""Every number of a table of several labels that the page shows, made once.

Shapes: N samples, of which R are shown, L labels; three scores: precision, recall and a third one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from core.metrics.fractions import Tally
from core.metrics.multilabel.multilabel import MEANS, Mean, Multilabel, Score
from core.metrics.scores import Array


@dataclass(frozen=True, eq=False)
class Report:
    """The scores of one table.

    Attributes:
        table: what was scored.
        names: precision, recall and the third score.
        beta: of "fbeta".
        zero_division: what 0/0 counts as: 0, 1, or nan, which averages leave out.
        per_sample: (R, 3) scores of the first samples, nan where they are 0/0.
        per_label: (L, 3) scores of the labels, likewise.
        means: (4, 3) rows as in `MEANS`; 0/0 counts as `zero_division` says.
        pooled: the counts of all cells together.
        support: (L,) how many samples have each label.
        subset_accuracy: share of samples with every label right.
        hamming_loss: share of cells that are wrong.
    """

    table: Multilabel
    names: tuple[Score, Score, Score]
    beta: float
    zero_division: float
    per_sample: Array
    per_label: Array
    means: Array
    pooled: Tally
    support: Array
    subset_accuracy: float
    hamming_loss: float

    def mean(self, name: Score, average: Mean) -> float:
        """One of the averages; nan where nothing is left to average."""
        return float(self.means[MEANS.index(average), self.names.index(name)])

    def counted(self, values: Array) -> Array:
        """Scores with 0/0 as it counts; nan stays where it is left out."""
        return values if math.isnan(self.zero_division) else np.where(np.isnan(values), self.zero_division, values)


def report(table: Multilabel, third: Score, *, beta: float = 1.0, zero_division: float = 0.0, rows: int = 12) -> Report:
    """Score a table.

    Args:
        table: N samples with L labels.
        third: "f1", "fbeta" or "jaccard", beside precision and recall.
        beta: of "fbeta".
        zero_division: 0, 1 or nan.
        rows: of how many samples the scores are kept.
    """
    names: tuple[Score, Score, Score] = ("precision", "recall", third)
    shown = table.first(rows)
    return Report(
        table,
        names,
        beta,
        zero_division,
        np.stack([shown.per_sample(name, beta=beta) for name in names], axis=1),
        np.stack([table.score(name, beta=beta) for name in names], axis=1),
        np.array(
            [
                table.means_of_samples(third, beta=beta, zero_division=zero_division)
                if mean == "samples"
                else [table.score(name, mean, beta=beta, zero_division=zero_division) for name in names]
                for mean in MEANS
            ]
        ),
        table.pooled,
        table.support,
        table.subset_accuracy,
        table.hamming_loss,
    )
