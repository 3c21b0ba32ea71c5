"""The report and the script to be read here, before they are taken away."""

from __future__ import annotations

import streamlit as st

from core.figures.transfer.takeaway import figures_of
from core.figures.transfer.takeaway_report import report_text
from core.transfer.takeaway.report import FIGURE
from core.transfer.takeaway.result import Interval, Result
from core.transfer.takeaway.script import experiment_script
from core.ui.framework.show import show
from core.ui.transfer.takeaway.choose import KEY


def preview(result: Result, compared: dict[str, Interval]) -> None:
    """Draw both, folded; they are made only when somebody unfolds them."""
    with st.expander("Read the report", icon=":material/article:", key=f"{KEY}_read", on_change="rerun") as folded:
        if folded.open:
            _report(result, compared)
    with st.expander("Read the script", icon=":material/code:", key=f"{KEY}_script", on_change="rerun") as folded:
        if folded.open:
            st.code(experiment_script(result), language="python", height=600)


def _report(result: Result, compared: dict[str, Interval]) -> None:
    """Its Markdown with the figures themselves in the places of their files."""
    figures = figures_of(result, compared)
    # text, name of a figure, text, ...
    for place, part in enumerate(FIGURE.split(report_text(result, compared))):
        if place % 2:
            show(figures[part], key=f"{KEY}_figure_{part}")
        elif part.strip():
            st.markdown(part)
