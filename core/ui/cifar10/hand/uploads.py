"""What a group uploads: predictions as a table, or a record of the recipe; kept in the visitor's session."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.errors import UserError
from core.metrics.table.file import MOST_BYTES, check_size, read_table
from core.transfer.cifar10.handin import HandIn, of_record, read, template
from core.transfer.cifar10.order import Order
from core.transfer.cifar10.record_file import from_json
from core.ui import framework as ui
from core.ui.framework.unsaved import Kind, holds

KEY = "cifar10_hand"
HELP = "cifar10/hand"
_FILE, _PROBLEM, _TURN = f"{KEY}_file", f"{KEY}_problem", f"{KEY}_turn"


@dataclass(frozen=True, eq=False)
class Uploaded:
    """A file as it came.

    Attributes:
        name: of the file; a stranger's text.
        columns: name -> texts, of a table; None of a record.
        record: predictions of a record, which says its own order; None of a table.
    """

    name: str
    columns: dict[str, list[str]] | None
    record: HandIn | None

    def hand_in(self, order: Order) -> HandIn:
        """Its predictions.

        Raises:
            UserError: rows are missing, double or unknown.
        """
        if self.record is not None:
            return self.record
        assert self.columns is not None
        return read(self.columns, order)


@holds(Kind.FILES)
def _has_file() -> bool:
    return st.session_state.get(_FILE) is not None


def uploaded() -> Uploaded | None:
    """Draw the uploader, and what is wrong with a file; the last one that could be read stays in use."""
    key = f"{KEY}_upload_{st.session_state.get(_TURN, 0)}"
    if key not in st.session_state:  # an uploader that was away comes back empty
        st.session_state.pop(_PROBLEM, None)
    st.file_uploader(
        "Predictions (CSV) or record (JSON)",
        ["csv", "tsv", "txt", "json"],
        key=key,
        on_change=_take,
        args=(key,),
        max_upload_size=MOST_BYTES // 2**20,
        help=ui.prose(HELP, "Upload"),
    )
    held: Uploaded | None = st.session_state.get(_FILE)
    if sentence := st.session_state.get(_PROBLEM):
        ui.problem(UserError(sentence))
    if held is None:
        ui.download("A file to start from", template, "predictions.csv", "All 10,000 rows, every answer a frog.")
    else:
        st.button(
            "Forget this file", icon=":material/delete:", type="tertiary", key=f"{KEY}_forget", on_click=_forget,
            help="Delete it from this visit. What was entered into the ranking stays there.",
        )  # fmt: skip
    return held


def _take(key: str) -> None:
    """Callback: read the file; one that cannot be read leaves a sentence and changes nothing else."""
    upload = st.session_state[key]
    st.session_state.pop(_PROBLEM, None)
    if upload is None:
        return
    try:
        check_size(upload.size)
        data = upload.getvalue()
        if upload.name.casefold().endswith(".json"):
            st.session_state[_FILE] = Uploaded(upload.name, None, of_record(from_json(data)))
        else:
            st.session_state[_FILE] = Uploaded(upload.name, _columns(data), None)
    except UserError as error:
        still = " The last file is still in use." if st.session_state.get(_FILE) is not None else ""
        st.session_state[_PROBLEM] = f"{upload.name}: {error}{still}"


def _columns(data: bytes) -> dict[str, list[str]]:
    """Name -> texts of the rows."""
    table = read_table(data, one_will_do=True)
    return {name: table.column(name).to_pylist() for name in table.names}


def _forget() -> None:
    """Callback: an uploader cannot be emptied, but another one can stand in its place."""
    for key in (_FILE, _PROBLEM):
        st.session_state.pop(key, None)
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
