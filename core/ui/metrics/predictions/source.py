"""Where the predictions come from: a sample, another page, or the visitor's file."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeVar

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from core.figures.metrics import prediction_sources as sources
from core.figures.metrics.prediction_sources import Source
from core.metrics.predictions.predictions import Predictions
from core.metrics.predictions.samples import SAMPLES, Sample
from core.metrics.table.columns import left_out
from core.ui import framework as ui
from core.ui.metrics.handover import handed
from core.ui.metrics.predictions import file

KEY, OWN = file.KEY, file.OWN
YOURS = "Your file (CSV)"
SIDES = ("gold", "said")
"""Names of the menus of a cell, see `key_of`."""
_MEMO = 24
_FIRST = next(iter(SAMPLES))
T = TypeVar("T")


@dataclass(frozen=True)
class _Menu:
    source: str = ui.choice(
        "Predictions",
        (*SAMPLES, YOURS),
        _FIRST,
        "Two samples come with the page. Choose your file to upload predictions of your own.",
    )


def bound(source: Source) -> Literal["query-params"] | None:
    """Whether choices among the classes stand in the link: those of a sample do, names of one's own must not."""
    return None if source.private else "query-params"


def key_of(source: Source, name: str, labels: Sequence[str]) -> str:
    """Key of a menu of classes: other classes need another menu, or the browser goes on showing the old choice."""
    # the menus of the sample that is shown first have the plain names
    plain = not source.private and (name == "class" or tuple(labels) == _sample(_FIRST).predictions.labels)
    mark = "" if plain else f"_{zlib.crc32(repr(tuple(labels)).encode()):08x}"
    return f"{OWN if source.private else KEY}_{name}{mark}"


def remembered(key: object, make: Callable[[], T]) -> T:
    """A result made once a visitor, in their session and nowhere else; the oldest goes."""
    results: dict[object, Any] = st.session_state.setdefault(f"{KEY}_memo", {})
    if key not in results:
        results[key] = make()
        while len(results) > _MEMO:
            del results[next(iter(results))]
    result: T = results[key]
    return result


@st.cache_resource(max_entries=len(SAMPLES), show_spinner="Fitting the models…")
def _sample(name: str) -> Sample:
    return SAMPLES[name]()


def choose(files: DeltaGenerator) -> Source | None:
    """Draw the menu and what belongs to the choice; None: a file is wanted and there is none yet.

    Args:
        files: where uploader and menus of columns go.
    """
    others = {f"From {title}": (title, predictions) for title, predictions in handed().items()}
    chosen = ui.draw(_Menu, KEY, source={"options": [*SAMPLES, YOURS, *others]}).source
    if chosen in others:
        title, predictions = others[chosen]
        return sources.of_page(title, _with_positive(predictions), predictions)
    if chosen != YOURS:
        return sources.of_sample(chosen, _sample(chosen))
    loaded = file.choose(files)
    if loaded is None:
        return None
    table, columns = loaded.file.table, loaded.columns
    aside = remembered((loaded.file.digest, columns, "left out"), lambda: left_out(table, columns))
    return sources.of_file(loaded, tuple(aside))


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
