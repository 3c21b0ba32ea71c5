"""What a group uploads: predictions as a table, or a record of the recipe; kept in the visitor's session."""

from __future__ import annotations

from dataclasses import dataclass, field

import streamlit as st

from core.errors import UserError
from core.metrics.table.file import MOST_BYTES, check_size, read_table
from core.transfer.cifar10.handin import HandIn, of_record, read, template
from core.transfer.cifar10.order import COUNT, Order
from core.transfer.cifar10.record import Record
from core.transfer.cifar10.record_file import from_json
from core.ui import framework as ui
from core.ui.cifar10.records import records
from core.ui.framework.unsaved import Kind, holds

KEY = "cifar10_hand"
HELP = "cifar10/hand"
MOST_COLUMNS = 40
"""As texts a column takes a megabyte."""
MOST_TIMES = 2
"""As many rows as there are pictures are looked through for double ones."""
_FILE, _PROBLEM, _TURN = f"{KEY}_file", f"{KEY}_problem", f"{KEY}_turn"


@dataclass(eq=False)
class Uploaded:
    """A file as it came, or the example.

    Attributes:
        name: of the file; a stranger's text.
        given: name -> texts, of a table; or a record, which says its own order.
        example: whether it is what everybody sees at first.
    """

    name: str
    given: dict[str, list[str]] | Record
    example: bool = False
    _scored: dict[Order | None, HandIn] = field(default_factory=dict)

    def hand_in(self, order: Order) -> HandIn:
        """Its predictions; each order is understood once.

        Raises:
            UserError: rows are missing, double or unknown.
        """
        key = None if isinstance(self.given, Record) else order
        if key not in self._scored:
            self._scored[key] = of_record(self.given) if isinstance(self.given, Record) else read(self.given, order)
        return self._scored[key]


@st.cache_resource(show_spinner=False)
def _example() -> Uploaded | None:
    """The best record that is shipped."""
    best = max(records(), key=lambda record: record.test, default=None)
    return None if best is None else Uploaded(f"{best.key}.json", best, example=True)


def own_record(family: str) -> Record | None:
    """What this visitor handed in, if that is a record of this family."""
    held: Uploaded | None = st.session_state.get(_FILE)
    record = None if held is None else held.given
    return record if isinstance(record, Record) and record.family == family else None


@holds(Kind.FILES)
def _has_file() -> bool:
    return st.session_state.get(_FILE) is not None


def uploaded() -> Uploaded | None:
    """Draw the uploader, and what is wrong with a file; the last one that could be read stays in use.

    Where there is none it is the example.
    """
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
        return _example()
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
            found = Uploaded(upload.name, from_json(data))
            found.hand_in(Order.FILES)  # a record of other pictures is refused at once
        else:
            found = Uploaded(upload.name, _columns(data))
        st.session_state[_FILE] = found
    except UserError as error:
        still = " The last file is still in use." if st.session_state.get(_FILE) is not None else ""
        st.session_state[_PROBLEM] = f"{upload.name}: {error}{still}"


def _columns(data: bytes) -> dict[str, list[str]]:
    """Name -> texts of the rows.

    Raises:
        UserError: it is no table, or one of something else.
    """
    table = read_table(data, one_will_do=True)
    rows = table.data.num_rows
    if rows > MOST_TIMES * COUNT:
        raise UserError(f"The file has {rows:,} rows, and there are {COUNT:,} test pictures: give one row for each.")
    if len(table.names) > MOST_COLUMNS:
        raise UserError(
            f"The file has {len(table.names):,} columns; {MOST_COLUMNS} are enough for pictures and scores."
        )
    return {name: table.column(name).to_pylist() for name in table.names}


def _forget() -> None:
    """Callback: an uploader cannot be emptied, but another one can stand in its place."""
    for key in (_FILE, _PROBLEM):
        st.session_state.pop(key, None)
    st.session_state[_TURN] = st.session_state.get(_TURN, 0) + 1
