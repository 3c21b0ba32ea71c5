"""Section "Hand in": predictions of a group, scored once, looked into, and ranked with the class."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.errors import UserError
from core.transfer.cifar10.handin import HandIn
from core.transfer.cifar10.order import Order
from core.ui import framework as ui
from core.ui.cifar10.hand.board import board
from core.ui.cifar10.hand.metrics import metrics_button
from core.ui.cifar10.hand.uploads import HELP, KEY, Uploaded, uploaded
from core.ui.cifar10.mistakes import show_confusion, show_pictures

_ORDERS = {Order.TORCHVISION: "torchvision's", Order.FILES: "file names"}


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
    if held is not None and held.example:
        st.info(ui.prose(HELP, "Example"), icon=":material/upload_file:")
    else:
        name = "" if held is None else ui.code(held.name)
        st.markdown(f"**{found.accuracy:.2%}** of the test pictures: {name}")
    if doubt := found.doubt():
        st.warning(doubt, icon=":material/shuffle:")
    for note in found.notes:
        st.caption(ui.escape_markdown(note))
    show_confusion(KEY, found.answers, "what was handed in")


def _numbers(_: Asked, found: HandIn) -> None:
    with st.container(horizontal=True):
        st.metric("Accuracy", f"{found.accuracy:.2%}", help="Share of the 10,000 test pictures.")
        st.metric("Macro F1", f"{found.macro_f1:.3f}", help="Unweighted mean of the ten classes' F1.")
        st.metric("Right", f"{found.right:,}", help="Of 10,000.")
    metrics_button(found)


def _below(_: Asked, found: HandIn) -> None:
    show_pictures(KEY, found.answers)


def _ranking(asked: Asked) -> None:
    """The form is there without a file, too: to withdraw an entry none is needed."""
    _, held = asked
    try:
        found = None if held is None or held.example else _answer(asked)
    except UserError:  # it is said above, and the last one that worked is still shown
        found = None
    board(found)


section = ui.Section(
    key=KEY,
    controls=_controls,
    defaults=DEFAULTS,
    answer=_answer,
    empty=_empty,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    after=_ranking,
    help=HELP,
)
