"""Folded below a published network: what other tools say that it costs, and why they differ."""

from __future__ import annotations

import streamlit as st

from core.conv import counters
from core.figures.conv import counters as tables
from core.models.architecture import Architecture

_NUMBER = st.column_config.NumberColumn(format="localized")


def who_counts_what(spec: Architecture, key: str) -> None:
    """Draw it.

    Args:
        spec: the network.
        key: of the tables, a beginning.
    """
    with st.expander("Who counts what", icon=":material/balance:"):
        st.markdown(
            "Papers and tools give different numbers for one network, since none says what one operation is. "
            f"**{spec.title}**, one picture of {spec.input_size} × {spec.input_size}:"
        )
        st.dataframe(
            tables.by_tool(counters.of_network(spec.name)),
            hide_index=True,
            key=f"{key}_tools",
            alt=f"What each tool counts for {spec.title}",
            column_config={
                "operations": _NUMBER,
                "more than here": _NUMBER,
                "in per cent": st.column_config.NumberColumn(format="%.2f"),
            },
        )
        st.markdown(tables.rules())
        shape = " × ".join(map(str, counters.LAYERS[0].shape))
        st.markdown(f"The same tools on single layers, each for an input of {shape}:")
        layers = tables.by_layer()
        st.dataframe(
            layers,
            hide_index=True,
            key=f"{key}_layers",
            alt="What each tool counts for single layers",
            column_config=dict.fromkeys(layers.columns[1:], _NUMBER),
        )
        st.markdown(tables.reasons())
        st.caption(
            f"Counted by the tools themselves, in these versions, on torch {counters.torch_version()}; the numbers of "
            "this app are counted now. FLOPs are twice the multiply-adds where a tool counts them so; all of these "
            "take a multiply-add as one."
        )
