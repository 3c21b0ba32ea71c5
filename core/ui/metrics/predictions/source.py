"""Where the predictions come from: a sample, another page, or the visitor's file."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.words import counted
from core.metrics.predictions.checks import Indices
from core.metrics.predictions.code import of_file, of_sample
from core.metrics.predictions.export import columns_of, predictions_csv
from core.metrics.predictions.predictions import Predictions
from core.metrics.predictions.samples import SAMPLES, Sample
from core.metrics.table.columns import left_out
from core.ui.metrics.handover import handed
from core.ui.metrics.predictions import file
from core.ui.metrics.predictions.questions import ask_for_columns

KEY = "metrics_predictions"
SOURCE = f"{KEY}_source"
YOURS = "Your file (CSV)"
OWN = file.OWN
COMPARE = f"{KEY}_compare"
SIDES = ("gold", "said")
"""Names of the menus of a cell, see `Source.key_of`."""
_MEMO = 24
T = TypeVar("T")


@dataclass(frozen=True)
class Source:
    """Predictions and what is known about their samples.

    Attributes:
        title: what the menu calls them.
        key: what results that are kept are kept under.
        predictions: N samples.
        second: (N,) predicted classes of another model, or None.
        names: of the two models.
        story: one sentence about them.
        describe: rows of a table that describe these samples.
        lines: Python that makes target, predicted, score and weight.
        export: the predictions as a CSV that the lines read, or None.
        notes: what was guessed or looks odd.
        by_file: (N,) predictions of the file that a threshold replaces, or None.
        own_columns: whether the table's own columns say target, the scores and, where there is one, predicted.
        says_predicted: whether one of them says predicted.
        ask: draws what is to be asked above the scores, or None.
    """

    title: str
    key: object
    predictions: Predictions
    second: Indices | None
    names: tuple[str, str]
    story: str
    describe: Callable[[Indices], pd.DataFrame]
    lines: Callable[[], str]
    export: Callable[[], str] | None = None
    notes: tuple[str, ...] = ()
    by_file: Indices | None = None
    own_columns: bool = False
    says_predicted: bool = False
    ask: Callable[[], None] | None = None

    @property
    def bind(self) -> Literal["query-params"] | None:
        """Whether choices among the classes stand in the link: those of a sample do, names of one's own must not."""
        return "query-params" if self.title in SAMPLES else None

    def key_of(self, name: str, labels: Sequence[str]) -> str:
        """Key of a menu of classes: other classes need another menu, or the browser goes on showing the old choice."""
        if self.title in SAMPLES:
            return (
                f"{KEY}_{name}"
                if name == "class" or tuple(labels) == _first_labels()
                else f"{KEY}_{name}_{_mark(labels)}"
            )
        return f"{OWN}_{name}_{_mark(labels)}"


def _mark(labels: Sequence[str]) -> str:
    return f"{zlib.crc32(repr(tuple(labels)).encode()):08x}"


def _first_labels() -> tuple[str, ...]:
    """Classes of the sample that is shown first, whose menus have the plain names."""
    return _sample(next(iter(SAMPLES))).predictions.labels


def remembered(key: object, make: Callable[[], T]) -> T:
    """A result made once a visitor, in the session and nowhere else; the oldest goes."""
    held: dict[object, Any] = st.session_state.setdefault(f"{KEY}_memo", {})
    if key not in held:
        held[key] = make()
        while len(held) > _MEMO:
            del held[next(iter(held))]
    result: T = held[key]
    return result


@st.cache_resource(max_entries=len(SAMPLES), show_spinner="Fitting the models…")
def _sample(name: str) -> Sample:
    return SAMPLES[name]()


def choose(files: DeltaGenerator) -> Source | None:
    """Draw the menu and what belongs to the choice; None: a file is wanted and there is none yet.

    Args:
        files: where uploader and menus of columns go.
    """
    others = {f"From {title}": predictions for title, predictions in handed().items()}
    options = [*SAMPLES, YOURS, *others]
    title = st.selectbox(
        "Predictions",
        options,
        key=SOURCE,
        bind="query-params",
        help="Two samples come with the page. Choose your file to upload predictions of your own.",
    )
    if title == YOURS:
        return _of_file(files)
    if title in others:
        return _handed(title, others[title])
    return _of_sample(title if title in SAMPLES else next(iter(SAMPLES)))


def _of_sample(title: str) -> Source:
    sample = _sample(title)

    def describe(rows: Indices) -> pd.DataFrame:
        table = sample.rows.iloc[rows].reset_index(drop=True)
        assert sample.predictions.ids is not None
        table.insert(0, "sample", sample.predictions.ids[rows])
        return table

    return Source(
        title, title, sample.predictions, sample.second, sample.names, sample.story, describe, lambda: of_sample(title)
    )


def _handed(title: str, predictions: Predictions) -> Source:
    def describe(rows: Indices) -> pd.DataFrame:
        names = rows + 1 if predictions.ids is None else predictions.ids[rows]
        return pd.DataFrame({"sample": names})

    columns, about = columns_of(predictions)
    return Source(
        title,
        predictions,
        _with_positive(predictions),
        None,
        (title.removeprefix("From "), ""),
        f"{counted(len(predictions), 'prediction')}, handed over by another page.",
        describe,
        lambda: of_file("predictions.csv", columns, about),
        lambda: predictions_csv(predictions),
    )


def _with_positive(predictions: Predictions) -> Predictions:
    """Of two classes without scores the visitor says which is the positive one."""
    if len(predictions.labels) != 2 or predictions.scores is not None:
        return predictions
    label = st.selectbox(
        "Positive class",
        predictions.labels,
        predictions.positive,
        key=f"{OWN}_positive",
        help="The class that precision and recall are about.",
    )
    return replace(predictions, positive=predictions.labels.index(label))


def _of_file(place: DeltaGenerator) -> Source | None:
    loaded = file.choose(place)
    if loaded is None:
        return None
    built, table, columns = loaded.built, loaded.file.table, loaded.columns

    aside = remembered((loaded.file.digest, columns, "left out"), lambda: left_out(table, columns))

    def describe(rows: Indices) -> pd.DataFrame:
        picked = built.rows[rows]
        found: pd.DataFrame = table.data.take(picked).to_pandas()
        number = "row" if "row" not in table.names else "row of the file"
        if number not in table.names:
            found.insert(0, number, picked + 1)
        return found

    return Source(
        YOURS,
        (loaded.file.digest, columns, loaded.leave_out, loaded.words_too),
        built.predictions,
        built.second,
        (columns.predicted or "from the scores", columns.second or ""),
        f"{counted(len(built.predictions), 'row')} of your file.",
        describe,
        lambda: of_file(
            loaded.file.name,
            columns,
            built.score_classes,
            table=table,
            leave_out=loaded.leave_out,
            whole=built.whole,
            respelled=built.respelled,
            words_too=loaded.words_too,
        ),
        notes=(*aside, *table.notes, *built.notes),
        by_file=built.by_file,
        own_columns=True,
        says_predicted=columns.predicted is not None,
        ask=lambda: ask_for_columns(table, columns, OWN, loaded.file.digest[:8]),
    )
