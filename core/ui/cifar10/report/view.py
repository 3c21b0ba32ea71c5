"""Section "Report": the course's template with what was measured filled in, as Markdown and as a page to print."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, replace

import streamlit as st

from core.figures.cifar10 import block
from core.figures.cifar10 import family as figures
from core.figures.drawing import Drawing
from core.figures.drawing_svg import to_svg
from core.figures.transfer.takeaway_files import draw
from core.models.cifar10.blocks import BLOCKS, block_of
from core.models.cifar10.members import League, member
from core.transfer.cifar10.marks import MARKS
from core.transfer.cifar10.record import Record
from core.transfer.cifar10.report import Report, as_html, as_markdown
from core.ui import framework as ui
from core.ui.cifar10 import chosen
from core.ui.cifar10.hand.uploads import own_record
from core.ui.cifar10.race.live import trained
from core.ui.cifar10.records import recorded
from core.ui.components.drawing import show_drawing

KEY = "cifar10_report"
HELP = "cifar10/report"
_PICTURE = re.compile(r"!\[[^\]]*\]\((\w+)\.svg\)")
_TICKED = "Tick what is done; only you see it."


@dataclass(frozen=True)
class _Report:
    group: str = ui.line(
        "Group", 60, "", "Stands in the head of the report, and nowhere else.", linked=False, persists=True
    )
    own: bool = ui.switch(
        "Your own training",
        "What you have trained live in this visit, or handed in as a record, in place of the shipped one.",
        linked=False,
        persists=True,
    )


@dataclass(frozen=True)
class _Checklist:
    """A tick a line of the marks."""

    idea: bool = ui.tick(MARKS[0].label, _TICKED, linked=False, persists=True)
    reproduction: bool = ui.tick(MARKS[1].label, _TICKED, linked=False, persists=True)
    teamwork: bool = ui.tick(MARKS[2].label, _TICKED, linked=False, persists=True)
    presentation: bool = ui.tick(MARKS[3].label, _TICKED, linked=False, persists=True)
    rank: bool = ui.tick(MARKS[4].label, _TICKED, linked=False, persists=True)


@dataclass(frozen=True)
class _Asked:
    family: str
    group: str
    own: bool


DEFAULTS = chosen.DEFAULTS | ui.defaults(_Report, KEY) | ui.defaults(_Checklist, KEY)


def _controls() -> _Asked:
    family = chosen.choose_family()
    head = ui.draw(_Report, KEY)
    return _Asked(family, head.group, head.own)


def _answer(asked: _Asked) -> Report:
    record = (_own(asked.family) if asked.own else None) or recorded(asked.family)
    one = member(asked.family, League.LAPTOP if record is None else record.league)
    return Report(one, record, asked.group, {})


def _own(family: str) -> Record | None:
    """This visitor's record of a family: of a live training, else what was handed in."""
    return trained(family) or own_record(family)


@st.cache_data(max_entries=24, show_spinner="Drawing the figures…")
def _charts(_record: Record, mark: tuple[str, str, float]) -> dict[str, str]:  # noqa: ARG001, the key
    found = draw({"curve": figures.curve(_record), "classes": figures.per_class(_record)})
    return {name: drawn.svg for name, drawn in found.items()}


def _block(family: str) -> Drawing:
    return block.block(block_of(family), BLOCKS[family])


def _whole(report: Report) -> Report:
    """With its pictures; charts take some seconds the first time."""
    record = report.record
    charts = {} if record is None else _charts(record, (record.key, record.predicted, record.seconds))
    return replace(report, pictures={"block": to_svg(_block(report.member.family)), **charts})


def _html(report: Report) -> str:
    return as_html(_whole(report))


def _zip(report: Report) -> bytes:
    """The Markdown with its pictures beside it."""
    whole, file = _whole(report), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("report.md", as_markdown(whole))
        for name, svg in whole.pictures.items():
            archive.writestr(f"{name}.svg", svg)
    return file.getvalue()


def _picture(asked: _Asked, report: Report) -> None:
    """The Markdown as it reads, each picture in its place; its checklist stands beside it."""
    record = report.record
    with st.container(border=True):
        for number, part in enumerate(_PICTURE.split(as_markdown(report).partition("## Checklist")[0])):
            if number % 2 == 0:
                st.markdown(part)
            elif part == "block":
                show_drawing(_block(asked.family), key=f"{KEY}_block")
            elif record is not None:
                chart = figures.curve(record) if part == "curve" else figures.per_class(record)
                ui.show(chart, key=f"{KEY}_{part}")


def _legend(asked: _Asked, report: Report) -> None:
    name = asked.family.lower().replace("-", "_")
    ui.download("Page to print (HTML)", lambda: _html(report), f"{name}_report.html", ui.prose(HELP, "HTML"))
    ui.download("Markdown and pictures (zip)", lambda: _zip(report), f"{name}_report.zip", ui.prose(HELP, "Zip"))
    if asked.own and _own(asked.family) is None:
        st.caption(ui.prose(HELP, "None of your own"))
    st.markdown("**How it is marked**")
    ui.draw(_Checklist, KEY)


section = ui.Section(
    key=KEY,
    controls=_controls,
    defaults=DEFAULTS,
    answer=_answer,
    picture=_picture,
    legend=_legend,
    help=HELP,
)
