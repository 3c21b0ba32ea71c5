"""Section "Hand in": predictions of a group, scored once, looked into, and ranked with the class."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.errors import UserError
from core.figures.cifar10 import hand as figures
from core.figures.metrics.matrix import picture as matrix_picture
from core.metrics.confusion import ConfusionMatrix
from core.metrics.predictions.predictions import from_arrays
from core.transfer.cifar10.handin import HandIn
from core.transfer.cifar10.order import CLASSES, Order, names
from core.ui import framework as ui
from core.ui.cifar10.hand.board import board, enter
from core.ui.cifar10.hand.uploads import HELP, KEY, Uploaded, uploaded
from core.ui.components.matrix import show_matrix
from core.ui.metrics.handover import hand_over

_ORDERS = {Order.TORCHVISION: "torchvision's", Order.FILES: "file names"}
TITLE = "Hand in"


@dataclass(frozen=True)
class _Hand:
    order: Order = ui.segments(
        "Order of the pictures",
        tuple(Order),
        Order.TORCHVISION,
        "torchvision's CIFAR10(train=False), or the file names of the Parquet copies. A record says it itself.",
        labels=_ORDERS,
    )


Asked = tuple[Order, Uploaded | None]
DEFAULTS = ui.defaults(_Hand, KEY)


def _controls() -> Asked:
    held = uploaded()
    order = ui.draw(_Hand, KEY).order
    st.caption(ui.prose(HELP, f"Order {order}"))
    return order, held


def _answer(asked: Asked) -> HandIn | None:
    order, held = asked
    return None if held is None else held.hand_in(order)


def _empty(_: Asked) -> None:
    st.info(ui.prose(HELP, "Empty"), icon=":material/upload_file:")


def _picture(asked: Asked, found: HandIn) -> None:
    _, held = asked
    assert held is not None
    matrix = ConfusionMatrix(np.array(figures.confusion(found), dtype=float), CLASSES)
    st.markdown(f"**{found.accuracy:.2%}** of 10,000 test pictures, by {ui.code(held.name)}")
    if doubt := found.doubt():
        st.warning(doubt, icon=":material/shuffle:")
    for note in found.notes:
        st.caption(ui.escape_markdown(note))
    show_matrix(matrix_picture(matrix, title="Confusion matrix of what was handed in"), key=f"{KEY}_matrix")
    st.caption("Rows: actual class, columns: predicted class.")


def _numbers(_: Asked, found: HandIn) -> None:
    with st.container(horizontal=True):
        st.metric("Accuracy", f"{found.accuracy:.2%}")
        st.metric("Macro F1", f"{found.macro_f1:.3f}")
        st.metric("Right", f"{found.right:,}", help="Of 10,000.")
    if st.button("Metrics explorer", icon=":material/query_stats:", key=f"{KEY}_metrics", help="Every score of it."):
        _to_metrics(found)
    enter(found)


def _to_metrics(found: HandIn) -> None:
    try:
        ids = np.array(names(found.order), dtype=object)
        made = from_arrays(found.target, found.predicted, labels=CLASSES, scores=found.scores, ids=ids)
        hand_over(made, TITLE)
    except UserError as error:
        ui.problem(error)
        return
    query = {"metrics_section": "Predictions", "metrics_predictions_source": f"From {TITLE}"}
    st.switch_page("pages/metrics_explorer.py", query_params=query)


section = ui.Section(
    key=KEY,
    controls=_controls,
    defaults=DEFAULTS,
    answer=_answer,
    empty=_empty,
    picture=_picture,
    numbers=_numbers,
    after=lambda _: board(),
    help=HELP,
)
