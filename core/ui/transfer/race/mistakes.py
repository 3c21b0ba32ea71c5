"""One run of a race looked into: its confusion matrix, its mistakes, and a picture with its nearest neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from core.figures.transfer import predictions as figures
from core.figures.transfer.contact import index_at
from core.figures.transfer.neighbours import nearest_sheet
from core.figures.words import counted
from core.transfer.data.image_set import ImageSet
from core.transfer.features.retrieval import nearest_to
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions, Run
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.transfer.confusion import chosen_cell, show_confusion
from core.ui.transfer.features import features_of
from core.ui.transfer.handover import send_to_metrics
from core.ui.transfer.race.controls import KEY
from core.ui.transfer.subject import weights_here

MOST_SHOWN, COLUMNS = 24, 6
NEIGHBOURS = 5
_SLOT = "race"  # its own, so that the features that another section wants are computed on
_CELL, _ROW = f"{KEY}_cell", f"{KEY}_row"


def mistakes(subject: Subject, runs: Mapping[tuple[str, int], Run]) -> None:
    """Draw it.

    Args:
        subject: what the race ran on.
        runs: (title of the runner, seed) -> run, one at least.
    """
    st.header("Mistakes", anchor=False)
    images = subject.images
    left, right, _ = ui.panes()
    with left:
        key = _choose(runs)
        run, cell = runs[key], chosen_cell(KEY, len(images.classes))
        st.metric(
            "Test accuracy", f"{run.test.accuracy:.1%}",
            help="Share of the test pictures that this run gets right, as it was at its best on the validation "
            "pictures.",
        )  # fmt: skip
        if st.button(
            "Metrics explorer", icon=":material/query_stats:", key=f"{KEY}_metrics",
            help="Opens it with these predictions and their pictures: every score, thresholds, ROC and calibration.",
        ):  # fmt: skip
            send_to_metrics(run.trained.title, run.test, images)
        if cell is not None:
            number = counted(len(figures.mistakes(run.test, cell)), "picture")
            target, said = (ui.escape_markdown(images.classes[index]) for index in cell)
            st.markdown(f"Below: actual **{target}**, predicted **{said}**, {number}.")
            st.button(
                "Show all mistakes", key=f"{KEY}_all", on_click=ui.reset, args=({_CELL: None},), help="Of all cells."
            )
    with right:
        show_confusion(KEY, run.test, images.classes, cell, run.trained.title)
    _pictures(run.test, subject, key, cell)


def _choose(runs: Mapping[tuple[str, int], Run]) -> tuple[str, int]:
    options, menu = list(runs), f"{KEY}_run"
    several = len({seed for _, seed in options}) > 1
    if st.session_state.get(menu) not in (None, *options):
        del st.session_state[menu]  # of the race before
    best = max(options, key=lambda key: runs[key].validation_accuracy)
    chosen: tuple[str, int] = st.selectbox(
        "Run", options, options.index(best), key=menu,
        format_func=lambda key: key[0] + (f", seed {key[1]}" if several else ""),
        help="Whose predictions to see. At first it is the run that was best on the validation pictures.",
    )  # fmt: skip
    return chosen


def _pictures(
    predictions: LabelledPredictions, subject: Subject, key: tuple[str, int], cell: tuple[int, int] | None
) -> None:
    rows = figures.mistakes(predictions, cell)
    if not len(rows):
        if cell is None:
            st.info("This run gets every test picture right.", icon=":material/check_circle:")
        else:
            st.info("There is no picture in this cell: click another one.", icon=":material/search_off:")
        return
    shown = rows[:MOST_SHOWN]

    def picked(row: int, column: int) -> None:
        index = index_at(row, column, COLUMNS, len(shown))
        if index is not None:
            st.session_state[_ROW] = (key, int(shown[index]))

    last = st.session_state.get(_ROW)
    row = last[1] if last is not None and last[0] == key and last[1] in shown else int(shown[0])
    sheet, one = st.columns([3, 2], gap="medium")
    with sheet:
        drawn = figures.sheet(predictions, shown, subject.images, COLUMNS, chosen=int((shown == row).argmax()))
        show_drawing(drawn, key=f"{KEY}_sheet", picked=picked)
        first = f" The first {MOST_SHOWN} of {len(rows):,}." if len(rows) > MOST_SHOWN else ""
        st.caption(
            "Below each picture: its actual class, the predicted one and its probability, the most confident first."
            f"{first} Click one to see more of it."
        )
    with one:
        _one_picture(predictions, row, subject.images)
        _neighbours(subject, int(predictions.indices[row]))


def _one_picture(predictions: LabelledPredictions, row: int, images: ImageSet) -> None:
    pair = int(predictions.target[row]), int(predictions.predicted[row])
    target, said = (ui.escape_markdown(images.classes[index]) for index in pair)
    picture, chart = st.columns([2, 3])
    with picture:
        show_drawing(figures.one(predictions, row, images), key=f"{KEY}_one")
        st.caption(ui.escape_markdown(images.names[int(predictions.indices[row])]))
    with chart:
        st.markdown(f"Actual **{target}**, predicted **{said}**.")
        ui.show(figures.probabilities(predictions, row, images.classes), key=f"{KEY}_probabilities")


def _neighbours(subject: Subject, index: int) -> None:
    """The nearest training pictures in the features of the frozen backbone that the race began with."""
    images = subject.images
    st.markdown("**Nearest training pictures**")
    weights = weights_here(subject.backbone)
    features = features_of(replace(subject, trained=weights), slot=_SLOT)
    if features is None:
        st.caption("They are found among features that are being computed.")
        return
    found = nearest_to(features, index, subject.selection.train, NEIGHBOURS)
    drawn = nearest_sheet(images, found, int(images.labels[index]), NEIGHBOURS, clickable=False)
    show_drawing(drawn, key=f"{KEY}_neighbours")
    st.caption(
        f"By the features of the backbone with {'its ImageNet' if weights else 'random'} weights, before it learned "
        "anything here; below each its "
        "class and cosine distance. If they are of the wrong class, the features make this mistake likely."
    )
