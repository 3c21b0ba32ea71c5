"""Section "Report": the course's template with what was measured filled in, as Markdown and as a page to print."""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace

import streamlit as st

from core.figures.cifar10 import block
from core.figures.cifar10 import family as figures
from core.figures.drawing_svg import to_svg
from core.figures.transfer.takeaway_files import draw
from core.models.cifar10.blocks import BLOCKS, block_of
from core.models.cifar10.members import FAMILIES, League, member
from core.transfer.cifar10.marks import MARKS
from core.transfer.cifar10.record import Record
from core.transfer.cifar10.report import Report, as_html, as_markdown
from core.ui import framework as ui
from core.ui.cifar10.race.live import trained
from core.ui.cifar10.records import records

KEY = "cifar10_report"
HELP = "cifar10/report"


@dataclass(frozen=True)
class _Report:
    family: str = ui.choice("Paper", FAMILIES, "ResNet", "Whose report it is.")
    group: str = ui.line("Group", 60, "", "Stands in the head of the report, and nowhere else.", linked=False)
    own: bool = ui.switch(
        "Your own training", "What you have trained live in this visit, in place of the shipped record.", linked=False
    )


DEFAULTS = ui.defaults(_Report, KEY)


def _answer(asked: _Report) -> Report:
    one = member(asked.family, League.LAPTOP)
    shipped = next((record for record in records() if record.family == asked.family), None)
    mine = trained(asked.family) if asked.own else None
    drawn = {"block": to_svg(block.block(block_of(asked.family), BLOCKS[asked.family]))}
    return Report(one, mine or shipped, asked.group, drawn)


@st.cache_data(max_entries=24, show_spinner="Drawing the figures…")
def _charts(_record: Record, mark: tuple[str, str, float]) -> dict[str, str]:  # noqa: ARG001, the key
    found = draw({"curve": figures.curve(_record), "classes": figures.per_class(_record)})
    return {name: drawn.svg for name, drawn in found.items()}


def _whole(report: Report) -> Report:
    """With its charts, which take some seconds the first time."""
    record = report.record
    if record is None:
        return report
    charts = _charts(record, (record.key, record.predicted, record.seconds))
    return replace(report, pictures={**report.pictures, **charts})


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


def _picture(_: _Report, report: Report) -> None:
    with st.container(border=True):
        st.markdown(as_markdown(report).replace("![", "\\!["))


def _legend(asked: _Report, report: Report) -> None:
    name = asked.family.lower().replace("-", "_")
    ui.download("Page to print (HTML)", lambda: _html(report), f"{name}_report.html", ui.prose(HELP, "HTML"))
    ui.download("Markdown and pictures (zip)", lambda: _zip(report), f"{name}_report.zip", ui.prose(HELP, "Zip"))
    if asked.own and trained(asked.family) is None:
        st.caption(ui.prose(HELP, "None of your own"))
    st.markdown("**How it is marked**")
    for mark in MARKS:
        st.checkbox(f"{mark.of}: {mark.what} ({mark.points})", key=f"{KEY}_mark_{mark.what}")


section = ui.Section(
    key=KEY,
    controls=lambda: ui.draw(_Report, KEY),
    defaults=DEFAULTS,
    answer=_answer,
    picture=_picture,
    legend=_legend,
    help=HELP,
)
