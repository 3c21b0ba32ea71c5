"""Section "A stack of layers": a network as an editable table, its shapes, costs and fields."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import pandas as pd
import streamlit as st

from core.conv.code import pytorch
from core.conv.layers import Kind, words
from core.conv.presets import PRESETS
from core.conv.stack import Analysis, Stack, analyse, analyse_until_error
from core.conv.table import COLUMNS
from core.errors import UserError
from core.figures.conv import stack as figures
from core.figures.conv.size_words import bytes_text
from core.ui.components.drawing import show_drawing
from core.ui.conv import stack_state as state
from core.ui.conv.predict import ask, judge, revealed
from core.ui.conv.published import DEFAULTS as PUBLISHED
from core.ui.conv.published import beside_published, published_network
from core.ui.conv.stack_state import KEY, TEXT
from core.ui.framework.layout import panes
from core.ui.framework.predict import hides
from core.ui.framework.show import download, problem, reset_button

ROW = 35  # CSS pixels of a table's row, alike in the editor and beside it
_MENU, _MORE_COLUMNS = f"{KEY}_start", f"{KEY}_more"
DEFAULTS: Mapping[str, object] = MappingProxyType({**state.RESET, _MORE_COLUMNS: False, **PUBLISHED})
_PAIR = "One number, or height × width as 3x5."


def _start() -> None:
    """Callback of the menu: take the network over and let the menu ask again."""
    title = st.session_state[_MENU]
    st.session_state[_MENU] = None
    if title in PRESETS:
        state.start_from(title)


def _controls() -> tuple[int, int, int]:
    st.selectbox(
        "Start from",
        list(PRESETS),
        index=None,
        placeholder="a known network",
        key=_MENU,
        on_change=_start,
        help="Replaces the table by this network; then change it.",
    )
    st.caption("The picture that goes in:")
    sides = []
    for label, key in zip(("Channels", "Height", "Width"), state.SIDES, strict=True):
        least, most = (1, 4096) if label == "Channels" else (1, 2048)
        value = st.number_input(
            label, least, most, state.SIDES[key], key=key, bind="query-params", help=f"{label} of the picture."
        )
        sides.append(int(state.SIDES[key] if value is None else value))
    reset_button(f"{KEY}_reset", DEFAULTS, "AlexNet again.")
    return sides[0], sides[1], sides[2]


def section() -> None:
    """Draw the section."""
    hidden = hides(KEY)
    controls, result, _ = panes()
    with controls:
        shape = _controls()
    complaints = result.container()
    picture = result.container()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.header("Layers", anchor=False)
        more = st.toggle(
            "All columns",
            key=_MORE_COLUMNS,
            bind="query-params",
            on_change=state.start_afresh,
            help="Dilation, groups, output padding, rounding and biases as well.",
        )
    left, right = st.columns([3, 2] if more else [1, 1], gap="small")
    unreadable = None
    try:
        state.follow_text()
    except UserError as error:
        unreadable = error
    with left:
        table = _editor(more)
    with complaints:
        text = state.text()
        stack = _read(table)
        if state.text() != text:  # the table has replaced it
            unreadable = None
        if unreadable is not None:
            problem(unreadable)
        analysis, trouble = analyse_until_error(stack, shape)
        if trouble is not None:
            problem(trouble)
        else:
            state.remember(stack, shape)
    open_ = revealed(KEY, hidden, (stack, shape))
    with right:
        if open_:
            _results(analysis, trouble)
        else:
            st.caption("Shapes, costs and fields stand here when the answers are shown.")
    with st.expander("The stack as text", icon=":material/notes:"):
        st.text_area(
            "One layer a line",
            state.FIRST_TEXT,
            height=240,
            key=TEXT,
            bind="query-params",
            help="Kind, filters, then k kernel, s stride, p padding, d dilation, g groups, o output padding, ceil, "
            "nobias, and `from 3,5` where a layer reads other rows than the one before.",
        )
    good, good_shape = state.last_good()
    shown = analysis if trouble is None else analyse(good, good_shape)
    with picture:
        if trouble is not None or unreadable is not None:
            st.caption("Below is still the last stack that worked.")
        st.markdown(_name(good if trouble is not None else stack))
        if not open_:
            ask(KEY, (stack, shape), _QUESTIONS)
            return
        _overview(shown)
        judge(KEY, hidden, _answers(shown))
    _take_away(shown)
    beside_published(shown)
    published_network()
    _how()


def _name(stack: Stack) -> str:
    """Which network this is, where it is a known one."""
    for preset in PRESETS.values():
        if preset.stack == stack:
            return f"**{preset.title}.** {preset.about}"
    return f"**Your own stack** of {len(stack.layers)} layers."


_MORE = ("dilation", "groups", "output_padding", "ceil_mode", "bias")
_QUESTIONS = {
    "Parameters": "Weights and biases of all layers.",
    "Numbers at the end": "Of the last layer's output.",
    "Receptive field": "Of the last feature map's cells, pixels.",
}


def _answers(analysis: Analysis) -> dict[str, int]:
    return {
        "Parameters": analysis.params,
        "Numbers at the end": analysis.rows[-1].activations,
        "Receptive field": round(_field(analysis)[0]),
    }


def _field(analysis: Analysis) -> tuple[float, float]:
    """(size, jump) of the last map whose cells do not see everything."""
    for row in reversed(analysis.rows):
        field = max(row.fields, key=lambda axis: axis.size)
        if not field.whole:
            return field.size, field.jump
    return float(max(analysis.input_shape[1:])), 1.0


def _editor(more: bool) -> pd.DataFrame:
    base, key = state.base()
    config = {
        "kind": st.column_config.SelectboxColumn("layer", options=list(Kind), default="conv", width="small"),
        "out": st.column_config.NumberColumn("filters", min_value=1, step=1, help="Filters or features."),
        "kernel": st.column_config.TextColumn("kernel", help=_PAIR, max_chars=15),
        "stride": st.column_config.TextColumn("stride", help=_PAIR, max_chars=15),
        "padding": st.column_config.TextColumn("pad", help=_PAIR, max_chars=15),
        "dilation": st.column_config.TextColumn("dilation", help=_PAIR, max_chars=15),
        "groups": st.column_config.NumberColumn("groups", min_value=1, step=1),
        "output_padding": st.column_config.TextColumn("out pad", help=_PAIR, max_chars=15),
        "ceil_mode": st.column_config.CheckboxColumn("ceil", default=False, width=40, help="Round a pooling up."),
        "bias": st.column_config.CheckboxColumn("bias", default=True, width=40),
        "from": st.column_config.TextColumn(
            "from", max_chars=60, help="Rows it reads, 0 the picture; empty: the row before."
        ),
    }
    table: pd.DataFrame = st.data_editor(
        base,
        key=key,
        num_rows="dynamic",
        height="content",
        row_height=ROW,
        placeholder="",
        column_order=list(COLUMNS) if more else [name for name in COLUMNS if name not in _MORE],
        column_config=config,
        alt="The layers, one a row: kind, filters, kernel, stride, padding and so on",
    )
    return table


def _read(table: pd.DataFrame) -> Stack:
    """The stack in the editor; the last good one, and a sentence, where it holds nonsense."""
    try:
        return state.edited(table)
    except UserError as error:
        problem(error)
        return state.last_good()[0]


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


def _overview(analysis: Analysis) -> None:
    show_drawing(figures.volumes(analysis), key=f"{KEY}_volumes")
    st.caption(
        "Height and width to scale; depth in a scale of its own, its number below, the side below that. "
        "Layers without a kernel that keep the shape are left out. Point at a volume to read it."
    )
    size, jump = _field(analysis)
    with st.container(horizontal=True):
        st.metric("Parameters", f"{analysis.params:,}", help="Weights and biases of all layers.")
        st.metric("Multiply-adds", figures.short(analysis.macs), help=f"{analysis.macs:,} MACs for one picture.")
        st.metric("Output", words(analysis.rows[-1].shape), help="What the last layer gives.")
        st.metric("Receptive field", f"{size:g} px", help=f"Of the last feature map, jump {jump:g} pixels.")
        st.metric("Memory", bytes_text(analysis.memory), help="All outputs in float32, as training keeps them.")


def _take_away(analysis: Analysis) -> None:
    code = pytorch(analysis)
    with st.container(horizontal=True):
        download("PyTorch code", lambda: code, "network.py", "text/x-python", "A script whose assertions hold.")
        download(
            "CSV",
            lambda: figures.results(analysis).to_csv(index=False),
            "network.csv",
            "text/csv",
            "One line a layer: output, parameters, multiply-adds, receptive field.",
        )
    with st.expander("PyTorch code of this network", icon=":material/code:"):
        st.code(code, language="python")


def _how() -> None:
    with st.expander("How this works", icon=":material/school:"):
        st.markdown(
            "1. Each layer turns one **volume** (channels × height × width) into the next, by the formulas of *Size "
            "and cost*. Nothing is computed on pixels here: two hundred layers take some milliseconds.\n"
            "2. A layer may read other rows than the one before (**from**): `add` is the skip of a residual network, "
            "`concat` joins the branches of an inception block.\n"
            "3. The **receptive field** grows with every window, by (F − 1) times the *jump* so far; each stride "
            "multiplies the jump. Where branches meet, a cell sees what any of them saw."
        )
        st.latex(r"r \leftarrow r + d\,(F - 1)\,j \qquad j \leftarrow j \cdot S")
