"""One run of a race looked into: its confusion matrix, its worst mistakes, and a way to the metrics explorer."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st
import torch

from core.figures.metrics.matrix import LARGEST, picture
from core.figures.transfer import race_answers as figures
from core.figures.transfer.contact import OTHER, SAME, contact, index_at
from core.figures.words import counted
from core.metrics.confusion import ConfusionMatrix
from core.transfer.data.image_set import ImageSet
from core.transfer.subject import Subject
from core.transfer.training.run import LabelledPredictions, Run
from core.ui.components.drawing import show_drawing
from core.ui.components.matrix import show_matrix
from core.ui.framework.layout import panes
from core.ui.framework.show import escape_markdown
from core.ui.transfer.handover import send_to_metrics
from core.ui.transfer.race.controls import KEY, Plan
from core.ui.transfer.race.one import one_picture

MOST_SHOWN = 24
COLUMNS = 6
_CELL, _ROW = f"{KEY}_cell", f"{KEY}_row"


def answers(subject: Subject, plan: Plan, runs: Mapping[tuple[str, int], Run]) -> None:
    """Draw it.

    Args:
        subject: what the race ran on.
        plan: of the race.
        runs: (key of the runner, seed) -> run.
    """
    st.header("What they get wrong", anchor=False)
    left, right, _ = panes()
    with left:
        key = _choose(plan, runs)
        run = runs[key]
        st.metric(
            "Test accuracy",
            f"{run.test.accuracy:.1%}",
            help="Share of the test pictures that this run gets right, as it was at its best on the validation "
            "pictures.",
        )
        if st.button(
            "Metrics explorer",
            icon=":material/query_stats:",
            key=f"{KEY}_metrics",
            help="Opens it with these answers and their pictures: every score, thresholds, ROC and calibration.",
        ):
            send_to_metrics(run.trained.title, run.test, subject.images)
        _back(run.test, subject.images)
    with right:
        _matrix(run, subject.images)
    _mistakes(run, subject, key)


def _choose(plan: Plan, runs: Mapping[tuple[str, int], Run]) -> tuple[str, int]:
    """Which run; at first the best on the validation pictures."""
    names = {runner.key: runner.title for runner in plan.runners}
    options = list(runs)
    several = len({seed for _, seed in options}) > 1
    menu = f"{KEY}_run"
    if st.session_state.get(menu) not in (None, *options):
        del st.session_state[menu]  # of the race before
    best = max(options, key=lambda key: runs[key].points[runs[key].best].accuracy)
    chosen: tuple[str, int] = st.selectbox(
        "Run",
        options,
        options.index(best),
        format_func=lambda key: names[key[0]] + (f", seed {key[1]}" if several else ""),
        key=menu,
        help="Whose answers to look at. At first it is the run that was best on the validation pictures.",
    )
    return chosen


def _cell(classes: int) -> tuple[int, int] | None:
    """The cell that was clicked, if these classes have it."""
    cell: tuple[int, int] | None = st.session_state.get(_CELL)
    return cell if cell is not None and max(cell) < classes else None


def _back(scored: LabelledPredictions, images: ImageSet) -> None:
    cell = _cell(len(images.classes))
    if cell is not None:
        target, said = (escape_markdown(images.classes[index]) for index in cell)
        number = counted(len(figures.mistakes(scored, cell)), "picture")
        st.markdown(f"Below: **{target}** taken for **{said}**, {number}.")
        st.button("Show all mistakes", key=f"{KEY}_all", on_click=_pick, args=(None,), help="Of all cells.")


def _pick(cell: tuple[int, int] | None) -> None:
    st.session_state[_CELL] = cell
    st.session_state.pop(_ROW, None)


def _matrix(run: Run, images: ImageSet) -> None:
    classes = len(images.classes)

    def picked(target: int, said: int) -> None:
        if 0 <= target < classes and 0 <= said < classes:
            _pick((target, said))

    if classes > LARGEST:
        st.caption(f"{classes:,} classes are too many to draw: the mistakes are below.")
        return
    matrix = ConfusionMatrix(figures.counts(run.test), images.classes)
    title = f"Confusion matrix of {run.trained.title}"
    show_matrix(picture(matrix, chosen=_cell(classes), title=title), key=f"{KEY}_matrix", picked=picked)
    st.caption("Rows are what a picture is, columns what the network says. Click a cell to see its pictures.")


def _mistakes(run: Run, subject: Subject, key: tuple[str, int]) -> None:
    images, scored, cell = subject.images, run.test, _cell(len(subject.images.classes))
    rows = figures.mistakes(scored, cell)
    if not len(rows):
        st.info(
            "There is no picture in this cell: click another one."
            if cell
            else "This run gets every test picture right.",
            icon=":material/check_circle:" if cell is None else ":material/search_off:",
        )
        return
    shown = rows[:MOST_SHOWN]

    def picked(row: int, column: int) -> None:
        index = index_at(row, column, COLUMNS, len(shown))
        if index is not None:
            st.session_state[_ROW] = (key, int(shown[index]))

    held = st.session_state.get(_ROW)
    row = held[1] if held is not None and held[0] == key and held[1] in shown else int(shown[0])
    target, said = ([images.classes[index] for index in of[shown]] for of in (scored.target, scored.predicted))
    names = [images.names[index] for index in scored.indices[shown]]
    sheet, one = st.columns([3, 2], gap="medium")
    with sheet:
        show_drawing(
            contact(
                images.images[torch.from_numpy(scored.indices[shown])],
                f"{counted(len(shown), 'picture')} with the class that the network takes each for",
                columns=COLUMNS,
                captions=[
                    (name, f"{scored.probabilities[index, scored.predicted[index]]:.0%}")
                    for name, index in zip(said, shown, strict=True)
                ],
                frames=[SAME if scored.predicted[index] == scored.target[index] else OTHER for index in shown],
                tips=[
                    f"{name}: it is {true}, taken for {other}"
                    for name, true, other in zip(names, target, said, strict=True)
                ],
                chosen=int((shown == row).argmax()),
                clickable=True,
            ),
            key=f"{KEY}_sheet",
            picked=picked,
        )
        first = f" The first {MOST_SHOWN} of {len(rows):,}." if len(rows) > MOST_SHOWN else ""
        st.caption(
            "Below each picture is what the network says and how sure it is, the surest first."
            f"{first} Click one to look at it."
        )
    with one:
        one_picture(subject, scored, row)
