"""Several pictures: one detector looks at all of them, once; thresholds and filters work on what it found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st

from core.detection import export
from core.detection.batch import Looked, Refused, Upload
from core.figures.detection import gallery as figures
from core.figures.words import counted
from core.jobs import FEATURES, State
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.detector.candidates import show_candidates
from core.ui.detector.gallery import state
from core.ui.detector.gallery.controls import DEFAULTS, KEY, Filters
from core.ui.detector.subject import choose_network, ready_network
from core.ui.framework.layout import is_narrow

PROSE = "faster_rcnn/gallery"
MOST_ROWS = 2_000
MOST_COLUMNS = 3
SOON_S = 0.6
Asked = tuple[Filters, str, int]


@dataclass(frozen=True, eq=False)
class View:
    """What is on the screen.

    Attributes:
        pictures: those that were looked at, with what NMS left.
        rows: of the boxes that are shown.
        files: name -> file of each.
        refused: files that are no pictures, or that there was no room for.
        waiting: how many have yet to be looked at.
        model: who looks.
        short_side: at which size, network pixels.
    """

    pictures: list[figures.Judged]
    rows: pd.DataFrame
    files: dict[str, Upload]
    refused: list[Refused]
    waiting: int
    model: str
    short_side: int


def _controls() -> Asked:
    state.uploader()
    filters = ui.draw(Filters, KEY)
    with st.expander("Model, size", icon=ui.FOLDED):
        model, short_side = choose_network()
    return filters, model, short_side


def _answer(asked: Asked) -> View:
    filters, wanted, side = asked
    model, short_side = ready_network(wanted, side)
    files, found = state.files(), state.looked()
    job = state.job(model, short_side)
    missing = any((file.name, model, short_side) not in found for file in files)
    if missing and (job is None or job.state is State.DONE):
        job = state.look(model, short_side)
        job.wait(SOON_S)  # a few pictures just appear
    results = [found.get((file.name, model, short_side)) for file in files]
    pictures = [
        figures.Judged(one, one.candidates.suppress(filters.iou, filters.score))
        for one in results
        if isinstance(one, Looked)
    ]
    refused = [one for one in results if isinstance(one, Refused)]
    waiting = results.count(None)
    rows = figures.rows(pictures, filters.status, filters.classes)
    return View(
        pictures, rows, {file.name: file for file in files}, [*state.problems(), *refused], waiting, model, short_side
    )


def _picture(asked: Asked, view: View) -> None:
    filters = asked[0]
    _under_way(view)
    shown = [one for one in view.pictures if not filters.classes or one.chosen(filters.status, filters.classes)]
    columns = 1 if is_narrow() else MOST_COLUMNS
    for begin in range(0, len(shown), columns):
        row = st.columns(columns, gap="small") if columns > 1 else [st.container()]
        for place, one in zip(row, shown[begin : begin + columns], strict=False):
            with place:
                _one(filters, view, one)
    if left := len(view.pictures) - len(shown):
        st.caption(f"{counted(left, 'picture has', 'pictures have')} no such box.")


def _one(filters: Filters, view: View, one: figures.Judged) -> None:
    name = one.looked.name
    number = list(view.files).index(name)
    show_boxes(figures.picture(one, filters.status, filters.classes), key=f"{KEY}_picture_{number}")
    with st.container(horizontal=True):
        _buttons(view.files[name], number)


def _buttons(file: Upload, number: int) -> None:
    """What can be done with one picture."""
    st.button(
        "Look inside",
        key=f"{KEY}_open_{number}",
        icon=":material/open_in_full:",
        type="tertiary",
        on_click=ui.session_callback(f"open {number}", partial(state.open_elsewhere, file)),
        help="Take this picture to Detect and all other sections.",
    )
    if state.own():
        st.button(
            "Remove",
            key=f"{KEY}_remove_{number}",
            icon=":material/close:",
            type="tertiary",
            on_click=state.remove,
            args=(file.name,),
            help="Put this picture away.",
        )


def _under_way(view: View) -> None:
    """How far the work is, or how it ended; what could not be looked at."""
    job = state.job(view.model, view.short_side)
    if view.waiting and job is not None:
        if not job.ended:
            ui.show_progress(job, FEATURES, "Looking at", KEY, stop_help="What was looked at stays.")
        elif job.state is State.DONE:  # since the answer was put together
            st.rerun()
        else:
            with st.container(horizontal=True, vertical_alignment="center"):
                st.info(_why(job.error, view.waiting), icon=":material/info:", width="stretch")
                st.button(
                    "Go on",
                    key=f"{KEY}_go_on",
                    icon=":material/play_arrow:",
                    on_click=_go_on,
                    args=(view.model, view.short_side),
                )
    for refused in view.refused:
        st.error(f"{ui.code(refused.name)}: {ui.escape_markdown(refused.why)}", icon=":material/error:")


def _go_on(model: str, short_side: int) -> None:
    """Callback."""
    state.look(model, short_side)


def _why(error: str, waiting: int) -> str:
    left = f"{counted(waiting, 'picture has', 'pictures have')} not been looked at."
    return f"{ui.escape_markdown(error)} {left}" if error else f"It was stopped: {left}"


def _numbers(_: Asked, view: View) -> None:
    if not state.own():
        st.caption(ui.prose(PROSE, "Our photographs"))
    ui.metrics(PROSE, figures.numbers(view.pictures, view.rows))
    whole = [export.Exported(one.looked.name, one.looked.candidates, one.kept) for one in view.pictures]
    csv_says = "One line a box before NMS: picture, class, score, corners in pixels, its status and what suppressed it."
    with st.container(horizontal=True):
        ui.download("CSV", lambda: export.many_to_csv(whole), "boxes.csv", csv_says)
        coco_says = "A COCO data set of all pictures with the boxes that NMS kept, with scores."
        ui.download("COCO JSON", lambda: export.many_to_coco(whole), "boxes.json", coco_says)


def _below(_: Asked, view: View) -> None:
    st.header("All boxes", anchor=False)
    rows = view.rows
    says = "One row a box: picture, class, score, status, the box that suppressed it and their IoU, corners in pixels"
    show_candidates(rows.head(MOST_ROWS), f"{KEY}_table", says)
    if len(rows) > MOST_ROWS:
        st.caption(f"The first {MOST_ROWS:,} of {len(rows):,} boxes; the CSV has all.")


section = ui.Section(
    key=KEY,
    controls=_controls,
    defaults=DEFAULTS,
    answer=_answer,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    help=PROSE,
)
