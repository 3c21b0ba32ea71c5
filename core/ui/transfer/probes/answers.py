"""What a probe gets wrong: its worst mistakes, its confusion matrix, and the pictures behind a cell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import streamlit as st
import torch

from core.figures.drawing import Drawing
from core.figures.metrics.matrix import LARGEST, picture
from core.figures.transfer.contact import OTHER, SAME, contact
from core.figures.transfer.race_answers import counts, mistakes
from core.figures.words import counted
from core.metrics.confusion import ConfusionMatrix
from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.features.probes.plan import Kind
from core.transfer.features.probes.probe import Probe
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions
from core.ui.components.drawing import show_drawing
from core.ui.components.matrix import show_matrix
from core.ui.framework.show import escape_markdown
from core.ui.transfer.probes.controls import KEY

WORST = 8
"""Mistakes on the first screen."""
MOST_SHOWN = 20
"""Pictures of a cell."""
FEW = 5
"""Classes up to which a matrix leaves most of the width to the pictures."""
_CELL = f"{KEY}_cell"


def judged(found: Probe, test: LabelledPredictions | None) -> tuple[LabelledPredictions, str]:
    """The answers to look at, and of which part: the test part once that is scored, the validation part till then."""
    return (found.validation, "validation") if test is None else (test, "test")


def worst(subject: Subject, found: Probe, test: LabelledPredictions | None) -> None:
    """The mistakes with the highest probabilities, in one row."""
    scored, part = judged(found, test)
    if not len(scored.indices):
        return
    rows = mistakes(scored)
    if not len(rows):
        st.caption(f":material/check_circle: It gets every picture of the {part} part right.")
        return
    shown = rows[:WORST]
    show_drawing(_sheet(scored, shown, subject.images, part, WORST), key=f"{KEY}_worst")
    sure = {
        Kind.LOGISTIC: "its probability",
        Kind.NEIGHBOURS: "the share of neighbours that voted so",
    }.get(found.kind, "a softmax of its margins, which is no probability")
    st.caption(
        f"The surest of {counted(len(rows), 'mistake')} among {len(scored.indices):,} {part} pictures: what the probe "
        f"says, and {sure}."
    )


def answers(subject: Subject, found: Probe, test: LabelledPredictions | None) -> None:
    """The matrix and the pictures of one of its cells."""
    scored, part = judged(found, test)
    if not len(scored.indices):
        return
    st.header("What it takes for what", anchor=False)
    table = counts(scored)
    cell, few = _cell(table), len(table) <= FEW
    left, right = st.columns([2, 3] if few else [3, 1], gap="medium")
    with left:
        _matrix(ConfusionMatrix(table, subject.images.classes), cell, f"{found.kind}, {part} part")
    with right:
        _pictures(scored, subject.images, part, cell, 5 if few else 2)


def _cell(table: npt.NDArray[np.float64]) -> tuple[int, int]:
    """(target, predicted) of the cell that is looked into; at first the most frequent error, if there is one."""
    cell: tuple[int, int] | None = st.session_state.get(_CELL)
    if cell is not None and max(cell) < len(table):
        return cell
    errors = table.copy()
    np.fill_diagonal(errors, 0)
    shown = errors if errors.any() else table
    target, said = np.unravel_index(int(np.argmax(shown)), shown.shape)
    return int(target), int(said)


def _matrix(matrix: ConfusionMatrix, cell: tuple[int, int], title: str) -> None:
    def picked(target: int, said: int) -> None:
        if 0 <= target < len(matrix) and 0 <= said < len(matrix):
            st.session_state[_CELL] = target, said

    if len(matrix) > LARGEST:
        st.caption(f"{len(matrix):,} classes are too many to draw: beside is the most frequent error.")
        return
    show_matrix(picture(matrix, chosen=cell, title=f"Confusion matrix of {title}"), key=f"{KEY}_matrix", picked=picked)
    st.caption(f"{title}. Rows are what a picture is, columns what the probe says. Click a cell to see its pictures.")


def _pictures(scored: LabelledPredictions, images: ImageSet, part: str, cell: tuple[int, int], columns: int) -> None:
    rows = mistakes(scored, cell)
    target, said = (escape_markdown(images.classes[index]) for index in cell)
    st.markdown(f"**{target}** taken for **{said}**: {counted(len(rows), 'picture')} of the {part} part.")
    if not len(rows):
        st.info("There is no picture in this cell: click another one.", icon=":material/search_off:")
        return
    show_drawing(_sheet(scored, rows[:MOST_SHOWN], images, part, columns), key=f"{KEY}_sheet")
    if len(rows) > MOST_SHOWN:
        st.caption(f"The surest {MOST_SHOWN} of {len(rows):,}.")


def _sheet(scored: LabelledPredictions, rows: Indices, images: ImageSet, part: str, columns: int) -> Drawing:
    """Pictures with what the probe says of each."""
    target, said = ([images.classes[index] for index in of[rows]] for of in (scored.target, scored.predicted))
    names = [images.names[index] for index in scored.indices[rows]]
    sure = scored.probabilities[rows, scored.predicted[rows]]
    return contact(
        images.images[torch.from_numpy(scored.indices[rows])],
        f"{counted(len(rows), 'picture')} of the {part} part with the class that the probe takes each for: "
        + ", ".join(f"{true} for {other}" for true, other in zip(target, said, strict=True)),
        columns=columns,
        captions=[(other, f"{share:.0%}") for other, share in zip(said, sure.tolist(), strict=True)],
        frames=[SAME if true == other else OTHER for true, other in zip(target, said, strict=True)],
        tips=[
            f"{name}: it is {true}, taken for {other}" for name, true, other in zip(names, target, said, strict=True)
        ],
    )
