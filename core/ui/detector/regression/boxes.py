"""*Two boxes*: P and G to be dragged, the four formulas with their numbers, and the box that a regressor makes."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.detection.overlap import Corners
from core.detection.regression.targets import Regressed, beside, regress
from core.figures.detection import regression as figures
from core.figures.formulas import aligned
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.components.two_boxes import show_two_boxes
from core.ui.detector.regression.controls import BOXES, AskedBoxes, Says, put
from core.ui.detector.results import candidates_of
from core.ui.detector.subject import subject_of
from core.ui.detector.truth.boxes import known_objects

PROSE = "faster_rcnn/regression"
NMS, SCORE = 0.5, 0.3
_SMALL = r"\small "  # else it is too wide for a phone


@dataclass(frozen=True, eq=False)
class View:
    """All that is drawn.

    Attributes:
        found: the boxes and their numbers.
        whose: what G is at first: a sentence, "" where it was drawn by eye.
    """

    found: Regressed
    whose: str


def _start(asked: AskedBoxes) -> tuple[tuple[Corners, Corners], str]:
    """P and G as they are at first on this picture, and whose G is."""
    picture = asked.picture
    if known := known_objects(picture):
        return beside(known[0].xyxy, picture.size), ""
    subject = subject_of(picture, asked.model, asked.short_side)
    best = candidates_of(picture, subject.model, subject.short_side).suppress(NMS, SCORE, limit=1)
    if len(best):
        x1, y1, x2, y2 = best.boxes[0].tolist()
        return beside((x1, y1, x2, y2), picture.size), ui.prose(PROSE, "Best detection", label=best.labels[0])
    width, height = picture.size
    middle = (0.3 * width, 0.3 * height, 0.75 * width, 0.75 * height)
    return beside(middle, picture.size), ui.prose(PROSE, "No object", score=SCORE)


def answer(asked: AskedBoxes) -> View:
    """The numbers of P and G.

    Raises:
        UserError: one of them has no area or lies outside the picture.
    """
    whose = ""
    nowhere: tuple[Corners, Corners] = ((0, 0, 0, 0), (0, 0, 0, 0))
    start = nowhere
    if not asked.edges.all_set:
        start, whose = _start(asked)
    says, size = asked.regressor, asked.picture.size
    own = (says.dx, says.dy, says.dw, says.dh) if says.says is Says.OWN else None
    share = says.share if says.says is Says.SHARE else 1.0
    return View(regress(*asked.edges.over(*start), size, share=share, said=own), whose)


def _drag(asked: AskedBoxes, view: View, *, hidden: bool = False) -> None:
    found, below_it = view.found, asked.picture
    show_two_boxes(
        figures.playground(below_it.uri, below_it.size, found.p, found.g, hidden=hidden), f"{BOXES}_drag", put
    )  # fmt: skip


def picture(asked: AskedBoxes, view: View) -> None:
    """The two boxes, and beside them the one that d makes of P."""
    left, right = ui.beside(2, ui.HALF)
    with left:
        _drag(asked, view)
    with right:
        show_boxes(figures.moved(asked.picture.uri, asked.picture.size, view.found), f"{BOXES}_moved")
    for note in view.found.notes:
        st.info(ui.escape_markdown(note), icon=":material/crop:")
    if view.whose:
        st.caption(view.whose)


def numbers(view: View) -> None:
    """The eight formulas."""
    found = view.found
    left, right = ui.beside(2, ui.WHOLE)
    left.latex(_SMALL + aligned(figures.target_formulas(found)))
    right.latex(_SMALL + aligned(figures.moved_formulas(found, short=ui.is_narrow())))
    if remark := figures.clamp_remark(found):
        st.warning(remark, icon=":material/compress:")
    st.caption(ui.prose(PROSE, "Letters"))


def below(view: View) -> None:
    """Code to take away."""
    code = figures.python_code(view.found)
    with st.expander("Python code for these two boxes", icon=":material/code:"):
        st.code(code, language="python")
        ui.download("Python code", lambda: code, "box_regression.py", "A script that checks the numbers with torch.")


def guesses(asked: AskedBoxes) -> tuple[ui.Guess, ...]:
    """t_x, and IoU where it is not 1 anyway."""
    of_t = ui.Guess(
        "t_x",
        "How far the centre has to go to the right, in widths of P; off by 0.05 is right.",
        lambda view: view.found.targets[0],
        0.05,
    )
    after = ui.Guess(
        "IoU after", "Of Ĝ with G, from 0 to 1; off by 0.05 is right.", lambda view: view.found.after, 0.05
    )
    return (of_t,) if asked.regressor.says is Says.ALL else (of_t, after)


def question(asked: AskedBoxes, view: View) -> None:
    """The two boxes alone."""
    _drag(asked, view, hidden=True)
