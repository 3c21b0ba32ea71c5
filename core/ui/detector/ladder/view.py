"""Section "2013 to 2016": one photograph by four methods, really computed and timed with the detector's own network."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import streamlit as st

from core.detection import export
from core.detection.ladder.published import PUBLISHED
from core.detection.ladder.result import Method
from core.detection.ladder.sliding import layout
from core.figures.boxes import BoxPicture, Panel
from core.figures.detection import ladder as figures
from core.figures.detection import ladder_words as words
from core.figures.formulas import aligned
from core.models.detectors import DETECTORS
from core.ui import cache
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.components.drawing import show_drawing
from core.ui.detector.ladder.controls import DEFAULTS, KEY, Asked, controls
from core.ui.detector.ladder.state import View, estimate_of, made, request, requested, run, view_of

PROSE = "faster_rcnn/ladder"


def _picture(_: Asked, view: View) -> None:
    _status(view)
    picture, now = view.subject.picture, view.now
    if now is None:
        show_boxes(_without_boxes(view, "not run yet"), key=f"{KEY}_empty")
        return
    show_boxes(figures.picture(picture.uri, picture.size, now), key=f"{KEY}_boxes")
    if not len(now.kept):
        st.info(words.nothing_found(now, view.score), icon=":material/search_off:")


def _without_boxes(view: View, title: str) -> BoxPicture:
    picture = view.subject.picture
    panel = Panel("", title, "The picture without boxes", ())
    return BoxPicture(picture.uri, *picture.size, (panel,), tallest="48vh")


def _status(view: View) -> None:
    """Where the numbers are from; and the button that makes them here, with what it will cost."""
    method, now = view.method, view.now
    if (now is None or not now.here) and requested(view):
        run(view)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        if now is not None and now.here:
            st.caption(f"{words.ran_here(now)} {DETECTORS[view.subject.model].title}.")
            return
        source = "Not yet run. " if now is None else "Recorded. "
        st.caption(source + words.will_take(method, estimate_of(view)), width="stretch")
        st.button(
            "Run it on this picture",
            key=f"{KEY}_run",
            icon=":material/play_arrow:",
            on_click=ui.session_callback(f"{KEY}_run", partial(request, view)),
            help=f"{method}, on this machine, now. It can be stopped after each pass.",
        )


def _question(asked: Asked, view: View) -> None:
    settings, windows = view.settings, view.settings.windows
    width, height = layout(asked.picture.size, view.subject.short_side)
    sizes = ", ".join(f"{wide} × {high}" for wide, high in windows.sizes)
    scales = ", ".join(f"{scale:g}" for scale in windows.scales)
    st.markdown(
        ui.prose(
            PROSE, "Question", width=width, height=height, sizes=sizes, stride=windows.stride, scales=scales,
            regions=settings.regions,
        )
    )  # fmt: skip
    show_boxes(_without_boxes(view, "before any method has looked at it"), key=f"{KEY}_empty")


def _numbers(_: Asked, view: View) -> None:
    now, paper = view.now, PUBLISHED.get(view.method)
    if now is not None:
        true = int(now.true.sum())
        numbers = {
            "Regions": f"{len(now.true):,}",
            "Passes": f"{now.rung.passes:,}",
            "Seconds": f"{now.rung.seconds:.3g}",
            "True": f"{true:,}",
            "False": f"{len(now.true) - true:,}",
            "Detections": f"{len(now.kept):,}",
        }
        ui.metrics(PROSE, numbers, objects=words.objects(view.by_eye))
        own = "" if view.by_eye else f"Nobody drew the objects here: true is what overlaps {words.objects(False)}."
        caution, paper_says = words.caution(view.method, len(now.kept)), words.published(view.method, paper)
        said = words.imbalance(true, len(now.true)), own, caution, paper_says
        st.caption(" ".join(filter(None, said)))
    else:
        st.caption(words.published(view.method, paper))


def _below(_: Asked, view: View) -> None:
    st.header("The four beside one another", anchor=False)
    chart, table = ui.beside([2, 3], ui.WHOLE, of_page=True)
    with chart:
        ui.show(figures.clock(view.shown, view.method), key=f"{KEY}_clock")
    rows = figures.table(view.shown)
    with table:
        _table(view, rows)
    _crops(view)
    _windows(view)
    _downloads(view, rows.to_csv(index=False))


def _table(view: View, rows: object) -> None:
    column = st.column_config
    st.dataframe(
        rows,
        hide_index=True,
        key=f"{KEY}_table",
        placeholder="–",
        alt="One row a method: regions, true, false, passes, seconds, where measured, detections, published figures",
        column_config={
            "seconds": column.NumberColumn("measured (s)", format="%.2f"),
            "published": column.NumberColumn("published (s)", format="%.3g", help="VGG16 on a Nvidia K40."),
            "where": column.TextColumn("published where", width="large"),
        },
    )
    if any(not one.here for one in view.shown.values()):
        st.caption(ui.prose(PROSE, "Recorded", made=made(view.subject)))
    parts = figures.parts(view.shown)
    with st.expander("What the seconds are made of", icon=":material/timer:"):
        st.dataframe(
            parts,
            hide_index=True,
            key=f"{KEY}_parts",
            alt="Seconds of each part of each method",
            column_config={"seconds": column.NumberColumn("time (s)", format="%.3f")},
        )


def _crops(view: View) -> None:
    """The best crops of a method that crops, as the network got them."""
    now = view.now
    if now is None or not now.rung.side:
        return
    picture = view.subject.picture
    image = cache.opened(picture.digest, picture.data).image
    drawing = figures.best_crops(image, picture.size, now)
    if drawing is not None:
        st.header("What the network was given", anchor=False)
        part = "Crops" if view.method is Method.RCNN else "Windows"
        st.caption(ui.prose(PROSE, part, side=now.rung.side))
        show_drawing(drawing, key=f"{KEY}_crops")


def _windows(view: View) -> None:
    """The formula of the lecture with the numbers on the screen."""
    if view.method is not Method.SLIDING:
        return
    st.header("How many windows", anchor=False)
    size = layout(view.subject.picture.size, view.subject.short_side)
    st.latex(aligned(words.windows_formula(size, view.settings.windows, view.windows)))


def _downloads(view: View, methods: str) -> None:
    stem, now = Path(view.subject.picture.name).stem, view.now
    with st.container(horizontal=True):
        ui.download("Methods (CSV)", lambda: methods, f"{stem}-methods.csv", "The table above, one row a method.")
        if now is not None:
            ui.download(
                "Boxes (CSV)",
                lambda: export.to_csv(now.rung.candidates, now.kept),
                f"{stem}-{now.rung.method.lower().replace(' ', '-')}.csv",
                "One line a class box of this method, best score first: class, score, corners, what became of it.",
            )


def _first(asked: Asked) -> Asked:
    """Shown where what is asked for cannot be: the picture, with the bundled detector and all else as usual."""
    fresh = Asked.usual(asked.picture)
    return replace(fresh, moved=asked.moved)


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=DEFAULTS,
    answer=view_of,
    first=_first,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(
        ui.Guess("Windows", "How many windows the sliding window classifies.", lambda view: view.windows),
        ui.Guess("Passes of R-CNN", "How often R-CNN runs the network.", lambda view: view.passes),
    ),
    question=_question,
    signature=lambda asked: asked.question,
    help=PROSE,
)
