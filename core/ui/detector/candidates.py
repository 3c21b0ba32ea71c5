"""A table of candidates and what became of them, of one picture or of several."""

from __future__ import annotations

import pandas as pd
import streamlit as st


def show_candidates(rows: pd.DataFrame, key: str, alt: str) -> None:
    """Draw it.

    Args:
        rows: as of `core.figures.detection.suppression.table`.
        key: of the element.
        alt: what a row is and says.
    """
    column = st.column_config
    st.dataframe(
        rows,
        height=320,
        hide_index=True,
        key=key,
        placeholder="–",
        alt=alt,
        column_config={
            "score": column.ProgressColumn(format="%.3f", min_value=0.0, max_value=1.0),
            "IoU": column.NumberColumn(format="%.3f", help="Overlap with the box that suppressed it"),
            "objectness": column.NumberColumn(format="%.3f", help="What the proposal network gave its proposal"),
            **{name: column.NumberColumn(f"{name} (px)", format="%.0f") for name in ("x1", "y1", "x2", "y2")},
        },
    )
