"""Controls of the section "Multilabel"."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.metrics.multilabel.multilabel import MEANS, Mean, Multilabel, Score
from core.ui import framework as ui
from core.ui.metrics.multilabel import file
from core.ui.metrics.multilabel.state import FIRST, KEY, typed
from core.ui.metrics.zeros import ZEROS, ZEROS_HELP

SCORES: dict[str, Score] = {
    "precision": "precision",
    "recall": "recall",
    "F1": "f1",
    "Fβ": "fbeta",
    "Jaccard": "jaccard",
}
MATRIX = f"{KEY}_matrix"
"""Key of the menu of labels whose matrix is shown."""


@dataclass(frozen=True)
class Options:
    """How scores are taken and which one is meant."""

    score: str = ui.choice("Score", tuple(SCORES), "F1", "The one that is set in bold.")
    average: Mean = ui.radio("Average", MEANS, "samples", ui.prose("metrics/multilabel", "Averages"))
    beta: float = ui.number(
        "β", 0.0, 10.0, 2.0, "Recall counts β times as much.", step=0.1, when=lambda chosen: chosen["score"] == "Fβ"
    )
    zero: str = ui.segments(
        "0/0 counts as",
        tuple(ZEROS),
        "0",
        f"A sample without labels for which none is predicted is right, and its score is 0/0. {ZEROS_HELP}",
    )

    @property
    def name(self) -> Score:
        """The score."""
        return SCORES[self.score]

    @property
    def third(self) -> Score:
        """The score beside precision and recall."""
        return "f1" if self.name in ("precision", "recall") else self.name


DEFAULTS = {**FIRST, **ui.defaults(Options, KEY), MATRIX: None}


@dataclass(frozen=True)
class Settings:
    """What the controls ask for.

    Attributes:
        options: how it is scored.
        table: what is scored.
        editable: whether its cells can be clicked.
        problems: what could not be read, sentences.
    """

    options: Options
    table: Multilabel
    editable: bool
    problems: tuple[str, ...]


def controls() -> Settings:
    """Draw the controls."""
    options = ui.draw(Options, KEY)
    place = st.container()
    with st.expander("Your own file", icon=":material/upload_file:", expanded=file.in_use()):
        uploaded, refused = file.upload()
    own = not file.in_use()
    with place if own else place.expander("The table without the file", icon=":material/grid_on:"):
        table, unread = typed()
    problems = tuple(filter(None, (refused, unread if uploaded is None else None)))
    return Settings(options, table if uploaded is None else uploaded, own and uploaded is None, problems)
