"""Predictions that another page hands to the section "Predictions", kept in the visitor's session."""

from __future__ import annotations

import streamlit as st

from core.metrics.predictions.predictions import Predictions

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


def handed() -> dict[str, Predictions]:
    """Title -> predictions, in the order they came."""
    by_title: dict[str, Predictions] = st.session_state.get(_KEY, {})
    return by_title
