"""*Learned*: R-CNN's regressor fitted on the objects of some photographs and tried on those of another."""

from __future__ import annotations

import math
from pathlib import Path

import streamlit as st

from core.detection.box_pairs import by_name
from core.figures.detection import regression as figures
from core.figures.detection import regression_charts as charts
from core.samples import Box
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.detector.regression.controls import FIRST, FIT, AskedFit, Mover, Which
from core.ui.detector.regression.results import SCORE, View

PROSE = "faster_rcnn/regression"


def _names(view: View) -> list[str]:
    """Each object by a name of its own."""
    return list(by_name([Box(one.label, one.corners) for one in view.parts.held.objects]))


def picture(asked: AskedFit, view: View) -> None:
    """Boxes of one object before and after, and IoU over λ."""
    left, right = ui.beside(2, ui.HALF)
    names = _names(view)
    with left:
        things = {"options": [FIRST, *names[1:]], "labels": {FIRST: names[0]}}
        chosen = ui.draw(Which, FIT, thing=things).thing
        which = 0 if chosen == FIRST else names.index(chosen)
        _boxes(asked, view, which, names[which])
    with right:
        ui.show(charts.strength_curve(view.curve, asked.fit.strength), f"{FIT}_curve")


def _boxes(asked: AskedFit, view: View, which: int, name: str) -> None:
    below_it, network = view.subject.picture, asked.fit.mover is Mover.NETWORK
    after, by = (view.found.network, "the network's own") if network else (view.found.held, "ridge")
    drawn = figures.object_boxes(
        below_it.uri, below_it.size, view.parts.held, after, which, name, view.inside.scale, by
    )  # fmt: skip
    if drawn is None:
        st.info(ui.prose(PROSE, "Unknown class", label=name), icon=":material/help:")
    else:
        show_boxes(drawn, f"{FIT}_boxes")


def question(asked: AskedFit, view: View) -> None:
    """The objects that are held out, and how well boxes lie around them before."""
    below_it, held = view.subject.picture, view.parts.held
    names = _names(view)
    show_boxes(
        figures.question(below_it.uri, below_it.size, names, [one.corners for one in held.objects]), f"{FIT}_question"
    )
    st.markdown(
        ui.prose(PROSE, "Question", before=view.curve.before, boxes=len(held), strength=asked.fit.strength)
    )  # fmt: skip


def numbers(asked: AskedFit, view: View) -> None:
    """IoU before and after, and what it was fitted on."""
    held, fitted, network = (one.means for one in (view.found.held, view.found.fitted, view.found.network))
    known = not math.isnan(network[1])
    ui.metrics(
        PROSE,
        {
            "Held out, before": f"{held[0]:.3f}",
            "After ridge": f"{held[1]:.3f}",
            "After the network's own": f"{network[1]:.3f}" if known else "–",
            "Fitted, before": f"{fitted[0]:.3f}",
            "Fitted, after": f"{fitted[1]:.3f}",
        },
    )
    st.caption(ui.prose(PROSE, "How few", fitted=charts.how_few(view.parts), held=len(view.parts.held.objects)))
    if not view.by_eye:
        count = len(view.parts.held.objects)
        st.info(ui.prose(PROSE, "Stand-ins", count=count, score=SCORE), icon=":material/info:")
    if asked.fit.by_class:
        own = ", ".join(view.parts.own)
        st.info(ui.prose(PROSE, "By class", own=own) if own else ui.prose(PROSE, "No class"), icon=":material/info:")


def below(view: View) -> None:
    """Every held-out object, and a file of the boxes."""
    names = _names(view)
    st.header("Held-out objects, one by one", anchor=False)
    share = st.column_config.NumberColumn(format="%.3f")
    st.dataframe(
        charts.object_table(view.parts, view.found, names),
        hide_index=True,
        key=f"{FIT}_objects",
        placeholder="unknown",
        alt="One row a held-out object: mean IoU of its boxes before, after ridge, and after the network's own",
        column_config={"before": share, "ridge": share, "network's own": share},
    )
    stem = Path(view.subject.picture.name).stem
    with st.container(horizontal=True):
        ui.download(
            "CSV of the boxes",
            lambda: charts.to_csv(view.parts, view.found, names, view.inside.scale),
            f"{stem}-regression.csv",
            "One line a held-out box: its object, corners in image pixels and IoU before, after ridge, after the "
            "network's own.",
        )


GUESSES = (
    ui.Guess(
        "IoU after",
        "Mean IoU of the held-out boxes after ridge regression, from 0 to 1; off by 0.05 is right.",
        lambda view: view.found.held.means[1],
        0.05,
    ),
)
