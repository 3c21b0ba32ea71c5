"""Controls of the section "A stack of layers": the picture's size, and the network as a table and as text."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from core.conv.layers import Kind
from core.conv.presets import PRESETS
from core.conv.stack import Analysis, Stack, analyse_until_error
from core.conv.table import COLUMNS
from core.errors import UserError
from core.figures.conv import stack as figures
from core.ui import framework as ui
from core.ui.conv.stack import published, state
from core.ui.conv.stack.state import FIRST, FIRST_TEXT, KEY

ROW = 35  # CSS pixels of a table's row, alike in the editor and beside it
_MENU = f"{KEY}_start"
_FEW = [name for name in COLUMNS if name not in ("dilation", "groups", "output_padding", "ceil_mode", "bias")]
_PAIR = "One number, or height × width as 3x5."


@dataclass(frozen=True)
class PictureSize:
    """Of the picture that goes in."""

    c: int = ui.whole("Channels", 1, 4096, FIRST.input_shape[0], "Channels of the picture.")
    h: int = ui.whole("Height", 1, 2048, FIRST.input_shape[1], "Height of the picture.", half=True)
    w: int = ui.whole("Width", 1, 2048, FIRST.input_shape[2], "Width of the picture.", half=True)


@dataclass(frozen=True)
class Columns:
    """Which columns the table has."""

    more: bool = ui.switch(
        "All columns",
        "Dilation, groups, output padding, rounding and biases as well.",
        arguments={"on_change": state.start_afresh},
    )


@dataclass(frozen=True)
class StackText:
    """The stack as text."""

    text: str = ui.text(
        "One layer a line",
        FIRST_TEXT,
        "Kind, filters, then k kernel, s stride, p padding, d dilation, g groups, o output padding, ceil, nobias, and "
        "`from 3,5` where a layer reads other rows than the one before.",
        arguments={"height": 240},
    )


DEFAULTS = {
    **ui.defaults(PictureSize, KEY),
    **ui.defaults(Columns, KEY),
    **ui.defaults(StackText, KEY),
    **state.AFRESH,
    **published.DEFAULTS,
}


def _start() -> None:
    """Callback of the menu: take the network over and let the menu ask again."""
    title = st.session_state[_MENU]
    st.session_state[_MENU] = None
    if title in PRESETS:
        state.start_from(title)


@dataclass(frozen=True)
class StackSettings:
    """What is asked for.

    Attributes:
        stack: in the table; the last good one where that cannot be read.
        shape: (C, H, W) of the picture.
        analysis: of the two, as far as they fit.
        problem: why the table or its text cannot be read, or why a layer does not fit.
    """

    stack: Stack
    shape: tuple[int, int, int]
    analysis: Analysis
    problem: UserError | None = None

    @property
    def question(self) -> tuple[Stack, tuple[int, int, int]]:
        """What is to be guessed about."""
        return self.stack, self.shape


def controls() -> tuple[int, int, int]:
    """Draw those beside the picture; returns its shape."""
    st.selectbox(
        "Start from",
        list(PRESETS),
        index=None,
        placeholder="a known network",
        key=_MENU,
        on_change=_start,
        help="Replaces the table by this network; then change it.",
    )
    st.caption("Size of the input picture:")
    size = ui.draw(PictureSize, KEY)
    return size.c, size.h, size.w


def table_of(shape: tuple[int, int, int]) -> StackSettings:
    """The layers as a table, with their results beside it, and as text."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Layers", anchor=False)
        more = ui.draw(Columns, KEY).more
    left, right = st.columns([3, 2] if more else [1, 1], gap="small")
    with left:
        stack, problem = _edited(more)
    with st.expander("The stack as text", icon=":material/notes:"):
        ui.draw(StackText, KEY)
    analysis, misfit = analyse_until_error(stack, shape)
    settings = StackSettings(stack, shape, analysis, problem or misfit)
    with right:
        if ui.revealed(KEY, settings.question):
            _results(analysis, misfit)
        else:
            st.caption("Shapes, costs and fields appear here when the answers are shown.")
    return settings


def _edited(more: bool) -> tuple[Stack, UserError | None]:
    """The stack in the table, the last good one where it holds nonsense; and why it or its text cannot be read."""
    unreadable = None
    try:
        state.follow_text()
    except UserError as error:
        unreadable = error
    text, table = state.text(), _editor(more)
    try:
        stack = state.edited(table)
    except UserError as error:
        return state.last_good()[0], error
    return stack, unreadable if state.text() == text else None  # else the table has replaced it


def _editor(more: bool) -> pd.DataFrame:
    base, key = state.base()
    config = {
        "kind": st.column_config.SelectboxColumn("layer", options=list(Kind), default="conv", width="small"),
        "out": st.column_config.NumberColumn("filters", min_value=1, step=1, help="Filters or features."),
        "groups": st.column_config.NumberColumn("groups", min_value=1, step=1),
        "ceil_mode": st.column_config.CheckboxColumn("ceil", default=False, width=40, help="Round a pooling up."),
        "bias": st.column_config.CheckboxColumn("bias", default=True, width=40),
        "from": st.column_config.TextColumn(
            "from", max_chars=60, help="Rows it reads, 0 the picture; empty: the row before."
        ),
    }
    for name in ("kernel", "stride", "padding", "dilation", "output_padding"):
        label = name.replace("padding", "pad").replace("output_", "out ")
        config[name] = st.column_config.TextColumn(label, help=_PAIR, max_chars=15)
    table: pd.DataFrame = st.data_editor(
        base,
        key=key,
        num_rows="dynamic",
        height="content",
        row_height=ROW,
        placeholder="",
        column_order=list(COLUMNS) if more else _FEW,
        column_config=config,
        alt="The layers, one a row: kind, filters, kernel, stride, padding and so on",
    )
    return table


def _results(analysis: Analysis, trouble: UserError | None) -> None:
    table = figures.results(analysis)
    st.dataframe(
        table,
        hide_index=True,
        height="content" if len(table) else 60,
        row_height=ROW,
        key=f"{KEY}_results",
        alt="What each layer gives: output shape, parameters, multiply-adds, receptive field, jump, start, memory",
        column_config={
            "#": st.column_config.NumberColumn(width=30),
            "layer": None,
            "parameters": st.column_config.NumberColumn(format="localized", width=85),
            "multiply-adds": st.column_config.NumberColumn(format="localized", width=105),
            "receptive field": st.column_config.TextColumn("field", width=45, help="Receptive field r, pixels."),
            "jump": st.column_config.TextColumn(width=45, help="Pixels from one cell's centre to the next's."),
            "start": st.column_config.TextColumn(width=45, help="Centre of the first cell's field, pixels."),
            "memory (kB)": None,  # in the CSV; here there is no room
        },
    )
    if trouble is not None:
        st.caption("The rows before the layer that does not fit.")
