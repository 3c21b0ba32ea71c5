"""Section "A stack of layers": a network as an editable table, its shapes, costs and fields."""

from __future__ import annotations

import streamlit as st

from core.conv.code import pytorch
from core.conv.layers import words
from core.conv.presets import PRESETS
from core.conv.stack import Analysis, analyse
from core.figures.conv import stack as figures
from core.figures.conv.size_words import bytes_text
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.conv.stack import published, state
from core.ui.conv.stack.controls import DEFAULTS, StackSettings, controls, table_of
from core.ui.conv.stack.state import FIRST, KEY


def _answer(settings: StackSettings) -> Analysis:
    if settings.problem is not None:
        raise settings.problem
    state.remember(*settings.question)
    return settings.analysis


def _name(settings: StackSettings, _: Analysis) -> None:
    """Which network this is, where it is a known one."""
    preset = next((preset for preset in PRESETS.values() if preset.stack == settings.stack), None)
    own = f"**Your own stack** of {len(settings.stack.layers)} layers."
    st.markdown(own if preset is None else f"**{preset.title}.** {preset.about}")


def _overview(settings: StackSettings, analysis: Analysis) -> None:
    _name(settings, analysis)
    show_drawing(figures.volumes(analysis), key=f"{KEY}_volumes")
    st.caption(ui.prose("conv/stack", "Volumes"))
    size, jump = analysis.last_field
    with st.container(horizontal=True):
        st.metric("Parameters", f"{analysis.params:,}", help="Weights and biases of all layers.")
        st.metric("Multiply-adds", figures.short(analysis.macs), help=f"{analysis.macs:,} MACs for one picture.")
        st.metric("Output", words(analysis.rows[-1].shape), help="What the last layer gives.")
        st.metric("Receptive field", f"{size:g} px", help=f"Of the last feature map, jump {jump:g} pixels.")
        st.metric("Memory", bytes_text(analysis.memory), help="All outputs in float32, as training keeps them.")


def _below(_: StackSettings, analysis: Analysis) -> None:
    code = pytorch(analysis)
    with st.container(horizontal=True):
        ui.download("PyTorch code", lambda: code, "network.py", "A script whose assertions hold.")
        about = "One line a layer: output, parameters, multiply-adds, receptive field."
        ui.download("CSV", lambda: figures.results(analysis).to_csv(index=False), "network.csv", about)
    with st.expander("PyTorch code of this network", icon=":material/code:"):
        st.code(code, language="python")
    published.beside_published(analysis)
    published.published_network()


section = ui.Section(
    key=KEY,
    controls=controls,
    wide=table_of,
    defaults=DEFAULTS,
    back="AlexNet again.",
    answer=_answer,
    first=lambda _: StackSettings(FIRST.stack, FIRST.input_shape, analyse(FIRST.stack, FIRST.input_shape)),
    picture=_overview,
    below=_below,
    guesses=(
        ui.Guess("Parameters", "Weights and biases of all layers.", lambda found: found.params),
        ui.Guess("Numbers at the end", "Of the last layer's output.", lambda found: found.rows[-1].activations),
        ui.Guess(
            "Receptive field", "Of the last feature map's cells, pixels.", lambda found: round(found.last_field[0])
        ),
    ),
    question=_name,
    signature=lambda settings: settings.question,
    help="conv/stack",
)
