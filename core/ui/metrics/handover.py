"""Predictions that another page hands to the section "Predictions", kept in the visitor's session."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from core.errors import UserError
from core.metrics.predictions.predictions import Predictions
from core.ui import framework as ui

_KEY = "metrics_predictions_handed"
MOST = 3


def hand_over(predictions: Predictions, title: str) -> None:
    """Keep predictions; the section offers them as "From <title>". One of the same title is replaced.

    Args:
        predictions: what to keep; made by `from_arrays`.
        title: where they come from, for the menu.
    """
    by_title: dict[str, Predictions] = st.session_state.setdefault(_KEY, {})
    by_title.pop(title, None)
    by_title[title] = predictions
    while len(by_title) > MOST:
        del by_title[next(iter(by_title))]


def open_predictions(make: Callable[[], Predictions], title: str) -> None:
    """Open the metrics explorer on predictions; does not come back unless it cannot, and then says why.

    Args:
        make: makes them.
        title: as of `hand_over`. It stands in the link, so no visitor's file may name it.
    """
    try:
        hand_over(make(), title)
    except UserError as error:
        ui.problem(error)
        return
    query = {"metrics_section": "Predictions", "metrics_predictions_source": f"From {title}"}
    st.switch_page("pages/metrics_explorer.py", query_params=query)


def handed() -> dict[str, Predictions]:
    """Title -> predictions, in the order they came."""
    by_title: dict[str, Predictions] = st.session_state.get(_KEY, {})
    return by_title
