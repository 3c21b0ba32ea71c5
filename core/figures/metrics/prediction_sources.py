"""Predictions with what is known about their samples: of a sample, from another page, of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from core.figures.words import counted
from core.metrics.predictions import code
from core.metrics.predictions.checks import Indices
from core.metrics.predictions.export import columns_of, predictions_csv
from core.metrics.predictions.predictions import Predictions
from core.metrics.predictions.samples import Sample
from core.metrics.table.uploaded import Loaded


@dataclass(frozen=True)
class Source:
    """Predictions and what is known about their samples.

    Attributes:
        key: what results are kept under.
        predictions: N samples.
        names: of the model, and of the second one.
        story: one sentence about them.
        describe: rows of a table that describe these samples.
        lines: Python that makes target, predicted, score and weight.
        second: (N,) predicted classes of another model, or None.
        private: whether names of classes are somebody's own and must stay out of the link.
        loaded: the file; None: they come from none.
        notes: what was guessed or looks odd.
    """

    key: object
    predictions: Predictions
    names: tuple[str, str]
    story: str
    describe: Callable[[Indices], pd.DataFrame]
    lines: Callable[[], str]
    second: Indices | None = None
    private: bool = True
    loaded: Loaded | None = None
    notes: tuple[str, ...] = ()

    def export(self) -> str:
        """The predictions as a CSV that the lines read."""
        return predictions_csv(self.predictions)

    @property
    def by_file(self) -> Indices | None:
        """(N,) predictions of the file that a threshold replaces, or None."""
        return None if self.loaded is None else self.loaded.built.by_file

    @property
    def says_predicted(self) -> bool:
        """Whether the file's own columns, which say the actual class and the scores, say what was predicted, too."""
        return self.loaded is not None and self.loaded.columns.predicted is not None


def of_sample(title: str, sample: Sample) -> Source:
    """One of the samples that come with the page."""

    def describe(rows: Indices) -> pd.DataFrame:
        table = sample.rows.iloc[rows].reset_index(drop=True)
        assert sample.predictions.ids is not None
        table.insert(0, "sample", sample.predictions.ids[rows])
        return table

    lines = lambda: code.of_sample(title)  # noqa: E731
    return Source(title, sample.predictions, sample.names, sample.story, describe, lines, sample.second, private=False)


def of_page(title: str, predictions: Predictions, key: object) -> Source:
    """What another page hands over, kept under this key."""

    def describe(rows: Indices) -> pd.DataFrame:
        return pd.DataFrame({"sample": rows + 1 if predictions.ids is None else predictions.ids[rows]})

    columns, about = columns_of(predictions)
    story = f"{counted(len(predictions), 'prediction')}, handed over by another page."
    lines = lambda: code.of_file("predictions.csv", columns, about)  # noqa: E731
    return Source(key, predictions, (title, ""), story, describe, lines)


def of_file(loaded: Loaded, aside: tuple[str, ...]) -> Source:
    """A file, with sentences about columns that were left aside."""
    built, columns = loaded.built, loaded.columns
    return Source(
        loaded.key,
        built.predictions,
        (columns.predicted or "from the scores", columns.second or ""),
        f"{counted(len(built.predictions), 'row')} of your file.",
        loaded.describe,
        loaded.code,
        built.second,
        loaded=loaded,
        notes=(*aside, *loaded.file.table.notes, *built.notes),
    )
