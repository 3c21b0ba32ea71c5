"""A set of which something is a guess: what it was understood as, to be corrected before it is used.

The set that is shown stays as it is until this one is accepted. Nothing of it is in a link, names of folders least.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import streamlit as st

from core.figures.transfer.data import PARTS
from core.figures.words import counted
from core.jobs import Report
from core.transfer.data.archive import read_archive
from core.transfer.data.correction import CLASS, FOLDER, PART, PICTURES, WORDS, Tally, corrected, table_of, tally
from core.transfer.data.groups import Group, Layout
from core.transfer.data.image_set import ImageSet
from core.transfer.data.names import LONGEST, clean
from core.transfer.data.parquet import read_parquet
from core.transfer.data.parquet_look import Candidate, TableLook
from core.ui.framework.layout import beside, is_narrow
from core.ui.framework.session import session, session_callback
from core.ui.framework.show import code, escape_markdown
from core.ui.transfer.data import reading
from core.ui.transfer.data.reading import SET
from core.ui.transfer.data.state import KEY

ASKED = "a set that is a guess"
"""Where it lies on the desk."""
IMAGE, LABEL = f"{KEY}_ask_image", f"{KEY}_ask_label"
_DOUBTS_SHOWN = 4
_CLASSES_SHOWN = 8
_LINES, _HIGHEST = 7, 300  # lines of a whole table; CSS pixels of a longer one: the button must not be far
_WIDE, _NARROW = (240, 80, 110, 160), (96, 66, 80, 76)  # CSS pixels of its columns


@dataclass(frozen=True, eq=False)
class Asked:
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
    """Draw the question, if there is one."""
    asked: Asked | None = session().shown.get(ASKED)
    if asked is None:
        return
    with st.container(border=True):
        st.markdown(f"**How {code(clean(asked.name, 'the file'))} was understood.** Nothing of it is used yet.")
        if isinstance(asked.look, Layout):
            _folders(asked, asked.look)
        else:
            _columns(asked, asked.look)


def _folders(asked: Asked, look: Layout) -> None:
    """Of a zip: the table, what comes of it, the buttons."""
    _say(*look.doubts[:_DOUBTS_SHOWN], *look.notes)
    widths = _NARROW if is_narrow() else _WIDE
    table = st.data_editor(
        table_of(look.groups),
        key=table_key(asked.turn),
        hide_index=True,
        height="content" if len(look.groups) <= _LINES else _HIGHEST,
        disabled=[FOLDER, PICTURES],
        column_config={
            FOLDER: st.column_config.TextColumn(width=widths[0], help="Where the pictures lie in the zip."),
            PICTURES: st.column_config.NumberColumn(width=widths[1], help="Files that are called as pictures are."),
            PART: st.column_config.SelectboxColumn(
                width=widths[2],
                options=list(WORDS),
                required=True,
                help="What they are for. Where all are for training, a fifth each is set aside for the other two.",
            ),
            CLASS: st.column_config.TextColumn(
                width=widths[3], max_chars=LONGEST, help="What they show. Folders of one name are one class."
            ),
        },
        alt="Folders of the zip: their pictures, what these are used for, and their class; the last two can be edited",
    )
    groups = corrected(look.groups, table)
    found = tally(groups)
    st.caption(_sum_up(found))
    _buttons(found.lacks, partial(_use_folders, asked, groups))


def _columns(asked: Asked, look: TableLook) -> None:
    """Of a Parquet file: which columns, what comes of them, the buttons."""
    names = [one.name for one in look.labels]
    image, several = look.images[0], len(look.images) > 1
    reasons = ("Several columns hold pictures.",) if several else ()
    labels = "Several columns could be the labels." if len(names) > 1 else "No column is called as labels are."
    _say(*reasons, labels)
    places = beside(2) if several else [st.container()]
    with places[0]:
        label = st.selectbox(
            "Column of labels",
            names,
            names.index(look.label),
            key=f"{LABEL}_{asked.turn}",
            help="Whose values are the classes. The file does not say which it is.",
        )
    if several:
        with places[1]:
            image = st.selectbox(
                "Column of pictures", look.images, key=f"{IMAGE}_{asked.turn}", help="Which pictures are looked at."
            )
    chosen = look.labels[names.index(label)]
    st.caption(_of_column(chosen, look.rows))
    lacks = "" if chosen.usable else "The values of this column cannot be classes: choose another one."
    _buttons(lacks, partial(_use_columns, asked, image, chosen.name))


def _say(*sentences: str) -> None:
    st.markdown("\n".join(f"- {escape_markdown(sentence)}" for sentence in sentences))


def _buttons(lacks: str, use: partial[None]) -> None:
    if lacks:
        st.warning(escape_markdown(lacks), icon=":material/edit:")
    busy = SET in session().jobs
    with st.container(horizontal=True):
        st.button(
            "Use this set",
            icon=":material/check:",
            key=f"{KEY}_ask_use",
            disabled=bool(lacks) or busy,
            on_click=session_callback("use what was understood", use),
            help="Read the pictures as the lines above say, and choose the set.",
        )
        st.button(
            "Discard",
            icon=":material/close:",
            type="tertiary",
            key=f"{KEY}_ask_discard",
            disabled=busy,
            on_click=session_callback("discard what was understood", discard),
            help="Forget the file. The set that is shown stays.",
        )


def discard() -> None:
    """Forget the question."""
    reading.clear()
    session().shown.pop(ASKED, None)


def _sum_up(found: Tally) -> str:
    """What comes of the table, a sentence."""
    parts = ", ".join(f"{count:,} {PARTS[part]}" for part, count in found.parts.items())
    rest = f"; {found.left_out:,} left out" if found.left_out else ""
    classes = counted(len(found.classes), "class", "classes")
    return (
        f"{classes} ({_some(found.classes)}): {parts or 'no'} pictures{rest}."
        if found.classes
        else f"No classes{rest}."
    )


def _of_column(chosen: Candidate, rows: int) -> str:
    """What comes of a column, a sentence."""
    some = [f"{name} ({count:,})" for name, count in chosen.classes[:_CLASSES_SHOWN]]
    more = ", …" if len(chosen.classes) > _CLASSES_SHOWN else ""
    many = (
        f"More than {len(chosen.classes):,} classes"
        if chosen.more
        else counted(len(chosen.classes), "class", "classes")
    )
    without = f"; {counted(chosen.without, 'row')} without a label" if chosen.without else ""
    return f"{counted(rows, 'row')}. {many}: {escape_markdown(', '.join(some))}{more}{without}."


def _some(names: Sequence[str]) -> str:
    more = ", …" if len(names) > _CLASSES_SHOWN else ""
    return escape_markdown(", ".join(clean(name, "class") for name in names[:_CLASSES_SHOWN])) + more


def _use_folders(asked: Asked, groups: tuple[Group, ...]) -> None:
    """Callback: read the zip as the table says. The question stays until the set is there."""
    reading.begin(SET, partial(_read_folders, data=asked.data, name=asked.name, groups=groups))


def _use_columns(asked: Asked, image: str, label: str) -> None:
    """Callback: read the table of these columns."""
    reading.begin(SET, partial(_read_columns, data=asked.data, name=asked.name, image=image, label=label))


def _read_folders(report: Report, data: bytes, name: str, groups: tuple[Group, ...]) -> ImageSet:
    return read_archive(data, name, report, groups)


def _read_columns(report: Report, data: bytes, name: str, image: str, label: str) -> ImageSet:
    return read_parquet(data, name, report, image, label)
