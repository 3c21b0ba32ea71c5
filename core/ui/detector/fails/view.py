"""Where it fails: one picture, prepared rightly and wrongly, side by side. Each is a pass of its own, computed once."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.detection import Candidates, Detections, load
from core.detection.faults import Comparison, compare
from core.detection.preprocessing import RIGHT, Statistics
from core.figures.detection import faults as figures
from core.figures.detection.suppression import kept_alone
from core.ui import cache
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.detector.fails.controls import DEFAULTS, KEY, Mistakes
from core.ui.detector.results import candidates_of
from core.ui.detector.subject import Subject, choose_subject, subject_of
from core.ui.pictures import Picture

PROSE = "faster_rcnn/fails"
NMS = 0.5
Asked = tuple[Picture, str, int, Mistakes]


@dataclass(frozen=True, eq=False)
class View:
    """What is on the screen: what is found in a picture that was prepared rightly, and wrongly."""

    subject: Subject
    mistakes: Mistakes
    right: tuple[Candidates, Detections]
    wrong: tuple[Candidates, Detections]
    comparison: Comparison
    given: tuple[Statistics, Statistics]


def _controls() -> Asked:
    mistakes = ui.draw(Mistakes, KEY)
    return (*choose_subject(), mistakes)


def _answer(asked: Asked) -> View:
    picture, model, short_side, mistakes = asked
    subject = subject_of(picture, model, short_side)
    found = [
        candidates_of(picture, subject.model, subject.short_side, preprocessing)
        for preprocessing in (RIGHT, mistakes.preprocessing)
    ]
    kept = [candidates.suppress(NMS, mistakes.score) for candidates in found]
    return View(
        subject, mistakes, (found[0], kept[0]), (found[1], kept[1]), compare(picture.name, *kept),
        (_given(subject, RIGHT.normalised, RIGHT.bgr), _given(subject, not mistakes.raw, mistakes.bgr)),
    )  # fmt: skip


def _given(subject: Subject, normalised: bool, bgr: bool) -> Statistics:
    return _statistics(subject.picture.digest, subject.model, normalised, bgr, subject.picture.data)


@st.cache_data(max_entries=256, show_spinner=False)
def _statistics(digest: str, model: str, normalised: bool, bgr: bool, _data: bytes) -> Statistics:
    preprocessing = type(RIGHT)(bgr, normalised)
    return load(model).given(cache.opened(digest, _data).image, preprocessing)


@st.cache_data(max_entries=64, show_spinner=False)
def _swapped(digest: str, _data: bytes) -> str:
    return figures.swapped(cache.opened(digest, _data).image)


def _one(view: View, *, wrong: bool) -> None:
    picture = view.subject.picture
    found, kept = view.wrong if wrong else view.right
    says = figures.says(view.mistakes.preprocessing) if wrong else "as in training"
    uri = _swapped(picture.digest, picture.data) if wrong and view.mistakes.bgr else picture.uri
    show_boxes(kept_alone(uri, picture.size, found, kept, says), key=f"{KEY}_{'wrong' if wrong else 'right'}")


def _picture(_: object, view: View) -> None:
    left, right = ui.beside(2)
    with left:
        _one(view, wrong=False)
    with right:
        _one(view, wrong=True)


def _question(_: object, view: View) -> None:
    _one(view, wrong=False)


def _numbers(_: object, view: View) -> None:
    if nothing := figures.nothing(view.right[1], view.mistakes.preprocessing):
        st.info(nothing, icon=":material/info:")
    st.markdown(figures.verdict(view.comparison))
    ui.metrics(PROSE, figures.numbers(view.comparison))


def _below(_: object, view: View) -> None:
    st.header("How to see it before the boxes do", anchor=False)
    words, table = st.columns(2, gap="medium")
    words.markdown(ui.prose(PROSE, "How to see it"))
    with table:
        st.dataframe(
            figures.given_table(*view.given, view.mistakes.preprocessing),
            hide_index=True,
            key=f"{KEY}_given",
            alt="Mean and standard deviation of each channel that the network is given, prepared rightly and wrongly",
        )
        st.latex(r"x' = \frac{x - \mu}{\sigma}")
    st.code(figures.code(view.mistakes.preprocessing), language="python")


section = ui.Section(
    key=KEY,
    controls=_controls,
    defaults=DEFAULTS,
    answer=_answer,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(ui.Guess("Boxes still found", "Of those on the left.", lambda view: view.comparison.still),),
    question=_question,
    signature=lambda asked: (asked[0].digest, *asked[1:]),
    help=PROSE,
)
