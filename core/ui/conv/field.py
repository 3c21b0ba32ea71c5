"""Section "Receptive field": click a cell of a feature map and see what that cell sees."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.conv.effective.box import padding_share
from core.conv.effective.gradient import Weights
from core.conv.layers import words
from core.figures.conv import field as figures
from core.figures.conv.field import Frame
from core.figures.conv.field_formulas import exact
from core.ui.components.drawing import show_drawing
from core.ui.conv.field_answer import Answer, answer_of
from core.ui.conv.field_controls import BOTH, EFFECTIVE, KEY, THEORY, VIEW, VIEWS, Settings, controls_of, pick
from core.ui.conv.field_details import below
from core.ui.conv.predict import ask, judge, revealed
from core.ui.framework.layout import panes
from core.ui.framework.predict import hides

QUESTION = "Receptive field, pixels"


def section() -> None:
    """Draw the section."""
    hidden = hides(KEY)
    controls, result, numbers = panes()
    with controls:
        settings = controls_of()
    signature = (settings.subject.key, settings.question.number)
    with result:
        told = revealed(KEY, hidden, signature)
        view = _view() if told else THEORY
        answer = answer_of(settings, needs_heat=told)
        left, right = st.columns([2, 3], gap="medium")
        tallest = figures.TALLEST if told else "30vh"  # the question stays on the first screen
        with left:
            _map(settings, answer, tallest)
        with right:
            _picture(settings, answer, view, told, tallest)
        if not told:
            ask(KEY, signature, {QUESTION: "Its side r along the width: how many columns of the input a cell sees."})
            return
    with numbers:
        _numbers(settings, answer)
        judge(KEY, hidden, {QUESTION: round(_theoretical(settings, answer)[1])})
    below(settings, answer)


def _view() -> str:
    chosen: str = st.segmented_control(
        "Show",
        VIEWS,
        default=BOTH,
        required=True,
        key=VIEW,
        bind="query-params",
        label_visibility="collapsed",
        help="Theoretical: the pixels that can reach the cell. Effective: how much each really moves it.",
    )
    return chosen


def _map(settings: Settings, answer: Answer, tallest: str) -> None:
    place = settings.subject.network.places[settings.question.number]
    row, column = settings.question.cell
    st.caption(f"**Click a cell** of the {words(place.shape[1:])} map")
    drawing = figures.feature_grid(answer.map, place.shape[1:], (row, column), f"layer {place.number}, {place.name}")
    show_drawing(replace(drawing, tallest=tallest), f"{KEY}_map", pick)


def _picture(settings: Settings, answer: Answer, view: str, told: bool, tallest: str) -> None:
    subject, question = settings.subject, settings.question
    high, wide = subject.size
    warm = told and view != THEORY and answer.heat is not None
    st.caption(f"What cell ({question.cell[0]}, {question.cell[1]}) sees of the {high:,} × {wide:,} input")
    drawing = figures.seen(
        answer.warm() if warm else answer.image,
        subject.size,
        answer.frame if told else Frame(0, 0, high, wide),  # the margins would give the answer away
        answer.field if told and view != EFFECTIVE else None,
        answer.box if warm else None,
        f"cell ({question.cell[0]}, {question.cell[1]}) of layer {question.number}",
    )
    show_drawing(replace(drawing, tallest=tallest), f"{KEY}_picture")
    cut = figures.beyond(answer.frame, answer.field)
    if cut and told:
        st.caption(f"The field goes on for up to {cut:,} pixels beyond what is drawn, all of them padding.")


def _theoretical(settings: Settings, answer: Answer) -> tuple[float, float]:
    """(height, width) of the layer's field as the recursion has it; the cell's own where all is seen."""
    fields = settings.subject.network.places[settings.question.number].fields
    height, width = (
        cells.size if field.whole else field.size for field, cells in zip(fields, answer.field, strict=True)
    )
    return height, width


def _numbers(settings: Settings, answer: Answer) -> None:
    place = settings.subject.network.places[settings.question.number]
    down, across = place.fields
    whole = across.whole or down.whole
    with st.container(horizontal=True):
        size = [exact(side) for side in _theoretical(settings, answer)]
        st.metric("Receptive field r", _pair(*size), help="Pixels of the input, along height and width if they differ.")
        jump = "–" if whole else _pair(exact(down.jump), exact(across.jump))
        st.metric("Jump j", jump, help="Pixels from one cell's field to the next's: the product of the strides.")
        start = "–" if whole else _pair(exact(down.start), exact(across.start))
        st.metric("First centre", start, help="Middle of the first cell's field; 0 is the middle of the first pixel.")
        share = padding_share(answer.field, settings.subject.size)
        st.metric("In the padding", f"{share:.1%}", help="Of this cell's field: it lies beyond the picture's edges.")
        if answer.box is not None:
            found = _pair(f"{answer.box.rows.size}", f"{answer.box.columns.size}")
            st.metric("Effective field", found, help="Side of the box in the middle with 95 % of the gradient.")
    _sentence(settings, answer)


def _pair(height: str, width: str) -> str:
    return height if height == width else f"{height} × {width}"


def _sentence(settings: Settings, answer: Answer) -> None:
    if any(field.whole for field in settings.subject.network.places[settings.question.number].fields):
        st.markdown("A global pooling or linear layer is behind this cell: it sees **the whole picture**.")
    if answer.heat is None:
        return
    if answer.box is None:
        st.markdown("**No gradient reaches this cell**: all of it is padding, or every path is closed by a ReLU.")
        return
    sides = f"{answer.box.rows.size} × {answer.box.columns.size}"
    st.markdown(
        f"95 % of the gradient lies within a box of **{sides} pixels**: **{answer.box.scale:.0%}** of the theoretical "
        f"side, {answer.box.scale**2:.0%} of its area."
    )
    holes = answer.holes
    if settings.question.weights is Weights.EQUAL and holes:
        st.markdown(
            f"{holes:.1%} of the pixels inside the field are **holes**: stepped over by a dilation or a "
            "stride, or dropped by a floor."
        )
