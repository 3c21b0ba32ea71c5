"""Section "Receptive field": click a cell of a feature map and see what that cell sees."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.conv.effective.code import pytorch, pytorch_of_zoo
from core.conv.effective.zoo import ZooNetwork
from core.conv.layers import words
from core.conv.stack import Analysis
from core.figures import formulas
from core.figures.conv import field as figures
from core.figures.conv import field_table as tables
from core.figures.conv.field import Frame
from core.figures.conv.field_chart import field_chart
from core.figures.conv.field_formulas import deciding, recursion
from core.figures.conv.field_seen import Seen, cell_name
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.conv.field.controls import DEFAULTS, EFFECTIVE, KEY, THEORY, FieldSettings, controls, pick
from core.ui.conv.field.subject import seen

QUESTION = "Receptive field, pixels"


def _answer(settings: FieldSettings) -> Seen:
    told = ui.revealed(KEY, settings.question)
    return seen(settings.subject, settings.cell, settings.picture, needs_heat=told)


def _picture(settings: FieldSettings, found: Seen, *, told: bool = True) -> None:
    """The feature map and the picture; until the answer is told, without what gives it away."""
    subject, cell, place = settings.subject, settings.cell, found.place
    high, wide = subject.size
    if found.note:
        st.warning(ui.escape_markdown(found.note), icon=":material/info:")
    tallest = figures.TALLEST if told else "30vh"  # the question stays on the first screen
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.caption(f"**Click a cell** of the {words(place.shape[1:])} map")
        drawing = figures.feature_grid(found.map, place.shape[1:], cell.at, f"layer {place.number}, {place.name}")
        show_drawing(replace(drawing, tallest=tallest), f"{KEY}_map", pick)
    with right:
        warm = told and settings.view != THEORY and found.heat is not None
        st.caption(f"What cell {cell_name(cell)} sees of the {high:,} × {wide:,} input")
        drawing = figures.seen(
            found.warm() if warm else found.image,
            subject.size,
            found.frame if told else Frame(0, 0, high, wide),  # the margins would give the answer away
            found.field if told and settings.view != EFFECTIVE else None,
            found.box if warm else None,
            f"cell {cell_name(cell)} of layer {cell.number}",
        )
        show_drawing(replace(drawing, tallest=tallest), f"{KEY}_picture")
        cut = figures.beyond(found.frame, found.field)
        if cut and told:
            st.caption(f"The field goes on for up to {cut:,} pixels beyond what is drawn, all of them padding.")


def _numbers(settings: FieldSettings, found: Seen) -> None:
    ui.metrics("conv/field", found.numbers(settings.subject.size))
    for sentence in found.sentences(settings.cell.weights):
        st.markdown(sentence)


def _below(settings: FieldSettings, found: Seen) -> None:
    subject, cell = settings.subject, settings.cell
    if subject.analysis is not None:
        st.header("From layer to layer", anchor=False)
        _recursion(subject.analysis, cell.number)
        table = tables.stack_table(subject.analysis, cell.number)
        points = tables.stack_points(subject.analysis, cell.number)
        code = pytorch(subject.analysis, cell.number, cell.at, cell.weights, cell.count)
    else:
        network = subject.network
        assert isinstance(network, ZooNetwork)
        table, points = tables.zoo_table(network, cell.number), tables.zoo_points(network)
        code = pytorch_of_zoo(network.name, network.modules(cell.number), subject.size[0], cell.at, found.field)
    st.header("How the field grows", anchor=False)
    left, right = st.columns(2, gap="medium")
    with left:
        ui.show(field_chart(points, cell.number, subject.size[1]), f"{KEY}_chart")
    with right:
        st.caption("The layers between the picture and this one; along the width where height and width differ.")
        st.dataframe(table, hide_index=True, height=330, key=f"{KEY}_table")

    def picture() -> bytes:
        return figures.as_image(found.warm(), subject.size, found.frame, found.field, found.box)

    with st.container(horizontal=True):
        ui.download("CSV", lambda: table.to_csv(index=False), "receptive_field.csv", "The table above.")
        ui.download("Picture", picture, "receptive_field.png", "The picture with both fields, as PNG.")
        ui.download("PyTorch code", lambda: code, "receptive_field.py", "A script whose assertion holds.")
    with st.expander("PyTorch code of this field", icon=":material/code:"):
        st.code(code, language="python")


def _recursion(analysis: Analysis, number: int) -> None:
    for sentence in tables.deciding_layer(analysis, number):
        st.markdown(sentence)
    if tables.differs_by_cell(analysis, number):
        st.caption(ui.prose("conv/field", "Behind a transposed convolution"))
    row = deciding(analysis, number)
    height, width = (recursion(analysis, row, axis) for axis in (0, 1))
    if not width:
        st.markdown("All of the map goes into every number: from here on a cell sees the whole picture.")
        return
    if height == width:
        st.latex(formulas.aligned(width))
        return
    for side, lines in {"width": width, "height": height}.items():
        st.markdown(f"Along the {side}:")
        st.latex(formulas.aligned(lines))


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=DEFAULTS,
    answer=_answer,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(
        ui.Guess(
            QUESTION,
            "Its side r along the width: how many columns of the input a cell sees.",
            lambda found: round(found.theoretical[1]),
        ),
    ),
    question=lambda settings, found: _picture(settings, found, told=False),
    signature=lambda settings: settings.question,
    help="conv/field",
)
