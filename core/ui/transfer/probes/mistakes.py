"""What a probe gets wrong: its most confident mistakes, its confusion matrix, and the pictures of a cell."""

from __future__ import annotations

import numpy as np
import streamlit as st

from core.figures.transfer.predictions import counts, mistakes, sheet
from core.figures.words import counted
from core.transfer.data.image_set import ImageSet
from core.transfer.features.probes.plan import Kind
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.transfer.confusion import Cell, chosen_cell, show_confusion
from core.ui.transfer.probes.controls import KEY

WORST, MOST_SHOWN = 8, 20
"""Mistakes on the first screen; pictures of a cell."""
FEW = 5
"""Classes up to which a matrix leaves most of the width to the pictures."""


def worst(subject: Subject, predictions: LabelledPredictions, part: str, kind: Kind) -> None:
    """The mistakes with the highest probabilities, in one row.

    Args:
        subject: what was chosen.
        predictions: of the probe.
        part: of the set that they are for.
        kind: of the probe.
    """
    rows = mistakes(predictions)
    if not len(rows):
        st.caption(f":material/check_circle: It gets every {part} picture right.")
        return
    show_drawing(sheet(predictions, rows[:WORST], subject.images, WORST), key=f"{KEY}_worst")
    what, of = ui.prose("transfer/probes", f"Confidence: {kind}"), f"{len(predictions.indices):,} {part} pictures"
    told = f"The most confident of {counted(len(rows), 'mistake')} among {of}: "
    st.caption(f"{told}the actual class, the predicted one, and {what}.")


def confusion(subject: Subject, predictions: LabelledPredictions, part: str, kind: Kind) -> None:
    """The matrix and the pictures of one of its cells; arguments as above."""
    st.header("Mistakes", anchor=False)
    classes = subject.images.classes
    cell, few = _cell(predictions), len(classes) <= FEW
    left, right = st.columns([2, 3] if few else [3, 1], gap="medium")
    with left:
        show_confusion(KEY, predictions, classes, cell, f"{kind}, {part} pictures")
    with right:
        _pictures(predictions, subject.images, part, cell, 5 if few else 2)


def _cell(predictions: LabelledPredictions) -> Cell:
    """The cell that is looked into; at first the most frequent error, if there is one."""
    table = counts(predictions)
    if (cell := chosen_cell(KEY, len(table))) is not None:
        return cell
    errors = table.copy()
    np.fill_diagonal(errors, 0)
    shown = errors if errors.any() else table
    target, said = np.unravel_index(int(np.argmax(shown)), shown.shape)
    return int(target), int(said)


def _pictures(predictions: LabelledPredictions, images: ImageSet, part: str, cell: Cell, columns: int) -> None:
    rows = mistakes(predictions, cell)
    target, said = (ui.escape_markdown(images.classes[index]) for index in cell)
    st.markdown(f"Actual **{target}**, predicted **{said}**: {counted(len(rows), f'{part} picture')}.")
    if not len(rows):
        st.info("There is no picture in this cell: click another one.", icon=":material/search_off:")
        return
    show_drawing(sheet(predictions, rows[:MOST_SHOWN], images, columns), key=f"{KEY}_sheet")
    if len(rows) > MOST_SHOWN:
        st.caption(f"The most confident {MOST_SHOWN} of {len(rows):,}.")
