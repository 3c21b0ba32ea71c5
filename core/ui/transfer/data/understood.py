"""A file of which something is a guess: how it was understood, to be corrected before it is used.

The set that is shown stays as it is until this one is accepted. Nothing of it is in a link, names of folders least.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.figures.transfer.data_understood import of_column, sum_up
from core.transfer.data.archive import read_archive
from core.transfer.data.correction import CLASS, FOLDER, PART, PICTURES, WORDS, corrected, table_of, tally
from core.transfer.data.groups import Group, Layout
from core.transfer.data.names import LONGEST, clean
from core.transfer.data.parquet import read_parquet
from core.transfer.data.parquet_look import TableLook
from core.ui import framework as ui
from core.ui.transfer.data import reading
from core.ui.transfer.data.reading import KEY, SET

UNCLEAR = "a file that is a guess"
"""Its name in what the session shows."""
IMAGE, LABEL = f"{KEY}_ask_image", f"{KEY}_ask_label"
_DOUBTS_SHOWN = 4
_LINES, _HIGHEST = 7, 300  # lines of a whole table; CSS pixels of a longer one: the button must not be far
_WIDE, _NARROW = (240, 80, 110, 160), (96, 66, 80, 76)  # CSS pixels of its columns


@dataclass(frozen=True, eq=False)
class UnclearFile:
    """A file that was understood, but not without a guess.

    Attributes:
        name: what to call the set.
        data: the file.
        look: what it was understood as.
        turn: unlike that of any other in the visit.
    """

    name: str
    data: bytes
    look: Layout | TableLook
    turn: int


def table_key(turn: int) -> str:
    """Key of the table of folders."""
    return f"{KEY}_ask_{turn}"


def ask() -> None:
    """Ask whether it was understood, if there is such a file."""
    file: UnclearFile | None = ui.session().shown.get(UNCLEAR)
    if file is None:
        return
    with st.container(border=True):
        st.markdown(f"**How {ui.code(clean(file.name, 'the file'))} was understood.** It is not used yet.")
        if isinstance(file.look, Layout):
            _folders(file, file.look)
        else:
            _columns(file, file.look)


def _folders(file: UnclearFile, look: Layout) -> None:
    """Of a zip: the table, what comes of it, the buttons."""
    _say(*look.doubts[:_DOUBTS_SHOWN], *look.notes)
    widths = _NARROW if ui.is_narrow() else _WIDE
    text, number, menu = st.column_config.TextColumn, st.column_config.NumberColumn, st.column_config.SelectboxColumn
    use = "What they are for. Where all are for training, a fifth each is set aside for the other two."
    what = "What they show. Folders with the same name here are one class."
    table = st.data_editor(
        table_of(look.groups),
        key=table_key(file.turn),
        hide_index=True,
        height="content" if len(look.groups) <= _LINES else _HIGHEST,
        disabled=[FOLDER, PICTURES],
        column_config={
            FOLDER: text(width=widths[0], help="Where the pictures are in the zip."),
            PICTURES: number(width=widths[1], help="Files with names of pictures."),
            PART: menu(width=widths[2], options=list(WORDS), required=True, help=use),
            CLASS: text(width=widths[3], max_chars=LONGEST, help=what),
        },
        alt="Folders of the zip: their pictures, what these are used for, and their class; the last two can be edited",
    )
    groups = corrected(look.groups, table)
    found = tally(groups)
    st.caption(ui.escape_markdown(sum_up(found)))
    _buttons(found.lacks, partial(_use_folders, file, groups))


def _columns(file: UnclearFile, look: TableLook) -> None:
    """Of a Parquet file: which columns, what comes of them, the buttons."""
    names = [one.name for one in look.labels]
    image, several = look.images[0], len(look.images) > 1
    reasons = ("Several columns hold pictures.",) if several else ()
    labels = "Several columns could be the labels." if len(names) > 1 else "No column has a usual name of labels."
    _say(*reasons, labels)
    places = ui.beside(2) if several else [st.container()]
    with places[0]:
        says = "Its values are the classes. The file does not say which column that is."
        label = st.selectbox("Column of labels", names, names.index(look.label), key=f"{LABEL}_{file.turn}", help=says)
    if several:
        with places[1]:
            key = f"{IMAGE}_{file.turn}"
            image = st.selectbox("Column of pictures", look.images, key=key, help="Which pictures are used.")
    chosen = look.labels[names.index(label)]
    st.caption(ui.escape_markdown(of_column(chosen, look.rows)))
    lacks = "" if chosen.usable else "The values of this column cannot be classes: choose another one."
    _buttons(lacks, partial(_use_columns, file, image, chosen.name))


def _say(*sentences: str) -> None:
    st.markdown("\n".join(f"- {ui.escape_markdown(sentence)}" for sentence in sentences))


def _buttons(lacks: str, use: partial[None]) -> None:
    if lacks:
        st.warning(ui.escape_markdown(lacks), icon=":material/edit:")
    busy = SET in ui.session().jobs
    with st.container(horizontal=True):
        st.button(
            "Use this set", icon=":material/check:", key=f"{KEY}_ask_use", disabled=bool(lacks) or busy,
            on_click=ui.session_callback("use what was understood", use),
            help="Reads the pictures as described above, and chooses the set.",
        )  # fmt: skip
        st.button(
            "Discard", icon=":material/close:", type="tertiary", key=f"{KEY}_ask_discard", disabled=busy,
            on_click=ui.session_callback("discard what was understood", discard),
            help="Forgets the file. The set that is shown stays.",
        )  # fmt: skip


def discard() -> None:
    """Forget the file."""
    reading.clear()
    ui.session().shown.pop(UNCLEAR, None)


def _use_folders(file: UnclearFile, groups: tuple[Group, ...]) -> None:
    """Callback: read the zip as the table says. The question stays until the set is there."""
    reading.begin(SET, partial(read_archive, file.data, file.name, groups=groups))


def _use_columns(file: UnclearFile, image: str, label: str) -> None:
    """Callback: read the table of these columns."""
    reading.begin(SET, partial(read_parquet, file.data, file.name, image=image, label=label))
