"""Section "Take away": the network, the script, the tables and a report of an experiment, as files."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import partial

import streamlit as st

from core.errors import UserError
from core.figures.transfer.takeaway import accuracies, figures_of
from core.figures.transfer.takeaway_exports import (
    Export,
    File,
    SlowFile,
    accuracy_in_words,
    network_in_words,
    of_all,
    of_experiment,
    of_network,
    result_in_words,
    tables,
)
from core.figures.transfer.takeaway_report import report_text
from core.jobs import FILES
from core.transfer.takeaway.pace import about
from core.transfer.takeaway.report import FIGURE
from core.transfer.takeaway.result import Interval, Result, compared
from core.transfer.takeaway.script import experiment_script
from core.ui import framework as ui
from core.ui.transfer.handover import send_to_metrics
from core.ui.transfer.subject import DEFAULTS
from core.ui.transfer.takeaway.controls import KEY, Chosen, choose, open_a_model
from core.ui.transfer.takeaway.state import what_is_there

_ACROSS = 3
SOON_S = 0.5
"""A file that is made by then is offered at once, without a bar."""


def section() -> None:
    """Draw the section."""
    left, right, _ = ui.panes()
    with left:
        menu, opener = st.container(), st.container()
        with opener:
            open_a_model()
        with menu:
            chosen = choose()
        if chosen.subject is not None:
            ui.actions(KEY, DEFAULTS)
        else:
            ui.copy_link(KEY)
    result: Result | None = None
    runs = ui.session().runs
    with right:
        try:
            result = _first_screen(chosen)
        except UserError as error:
            ui.problem(error)
        if not runs:
            st.caption(
                "You have trained nothing yet. Run Race or Schedule, and you can take away those networks as well."
            )
    if result is not None:
        _preview(result, compared(result, runs, known=True))
    if runs:
        with st.container(horizontal=True):
            for file in of_all(list(runs.values())):
                ui.download(file.label, file.make, file.name, file.help)
    ui.how("transfer/takeaway")


def _first_screen(chosen: Chosen) -> Result | None:
    """What was chosen in numbers, and the cards; gives what there is to be read below."""
    trained, result = what_is_there(chosen)
    if trained is None:
        return None
    if result is None:
        st.markdown(_about(trained.title, network_in_words(trained)))
        _cards(of_network(trained), trained.title)
        return None
    known = chosen.subject is not None or result.run is not None  # how a model from a file was trained is not
    others = compared(result, ui.session().runs, known=known)
    st.markdown(f"{_about(result.title, result_in_words(result, known=known))} {accuracy_in_words(result.test)}")
    _to_metrics(result, named=known)
    _cards(of_experiment(result, others) if known else [*of_network(trained), tables(result)], result.title)
    if len(others) > 1:
        ui.show(accuracies(others, result.title), key=f"{KEY}_accuracies")
    return result if known else None


def _about(title: str, words: str) -> str:
    return f"**{ui.escape_markdown(title)}**: {ui.escape_markdown(words)}"


def _to_metrics(result: Result, *, named: bool) -> None:
    """The button. The title stands in that page's link: one from a file is the visitor's own."""
    if st.button(
        "Open the test predictions in the metrics explorer", key=f"{KEY}_metrics", icon=":material/monitoring:",
        help="Confusion matrix, thresholds, ROC and all scores; a click on a cell shows the pictures behind it.",
    ):  # fmt: skip
        send_to_metrics(result.title if named else "a model from a file", result.scored, result.images)


def _cards(exports: Sequence[Export], title: str) -> None:
    for start in range(0, len(exports), _ACROSS):
        for column, export in zip(st.columns(_ACROSS, gap="small"), exports[start : start + _ACROSS], strict=False):
            with column, st.container(border=True, height="stretch"):
                st.markdown(f"**{export.title}** · {export.size}")
                st.caption(export.what)
                if export.cannot:
                    st.caption(f":material/info: {export.cannot}")
                for file in export.files:
                    _offer(file, title)
                for slow in export.slow:
                    _make(slow, title)


def _offer(file: File, title: str) -> None:
    ui.download(file.label, file.make, file.name, file.help, then=partial(_taken, title) if file.takes else None)


def _taken(title: str) -> None:
    ui.session().take(title)


def _make(slow: SlowFile, title: str) -> None:
    """A button that has a file made, then how far that is, then its download."""
    mine, what, slot = ui.session(), slow.what, f"{KEY}_{slow.file.label}"
    if slow.key not in mine.files and mine.files.job(slow.key, mine) is None:
        start = partial(_start, slow.key, slow.file.make, slot)
        st.button(
            f"Make {what} ({about(slow.seconds)})", key=f"{slot}_make", icon=":material/build:", width="stretch",
            on_click=ui.session_callback(f"make {what}", start), help=slow.file.help,
        )  # fmt: skip
        return
    found = ui.computed(
        mine.files, slow.key, slow.file.make, slot, f"Making {what}", queue=FILES, stop="Cancel",
        stop_help="The file is not made. The step that runs now still comes to its end.",
        stopped="Cancelled.", again=f"Make it ({about(slow.seconds)})",
    )  # fmt: skip
    if found is not None:
        _offer(slow.file._replace(make=partial(mine.files.__getitem__, slow.key)), title)


def _start(key: Hashable, make: Callable[..., bytes | str], slot: str) -> None:
    mine = ui.session()
    job = mine.request(mine.files, key, make, slot, FILES)
    if job is not None:
        job.wait(SOON_S)


def _preview(result: Result, others: Mapping[str, Interval]) -> None:
    """Report and script to be read here, folded; they are made only when somebody unfolds them."""
    with st.expander("Read the report", icon=":material/article:", key=f"{KEY}_read", on_change="rerun") as folded:
        if folded.open:
            _report(result, others)
    with st.expander("Read the script", icon=":material/code:", key=f"{KEY}_script", on_change="rerun") as folded:
        if folded.open:
            st.code(experiment_script(result), language="python", height=600)


def _report(result: Result, others: Mapping[str, Interval]) -> None:
    """Its Markdown with the figures themselves in the places of their files."""
    figures = figures_of(result, others)
    # text, name of a figure, text, ...
    for place, part in enumerate(FIGURE.split(report_text(result, others))):
        if place % 2:
            ui.show(figures[part], key=f"{KEY}_figure_{part}")
        elif part.strip():
            st.markdown(part)
