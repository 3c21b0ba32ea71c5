"""Controls of the section "Detection"."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.detection.scoring.average_precision import Interpolation
from core.figures.detection.evaluation_sets import EvaluationSet, made_up
from core.samples import SAMPLES
from core.ui import framework as ui
from core.ui.last_detection import recall
from core.ui.metrics.detection.confusion import CELL
from core.ui.metrics.detection.evaluation import Settings
from core.ui.metrics.detection.ranking import RANKED_FIRST
from core.ui.metrics.detection.source import ALL, EXAMPLE, KEY, LAST, SOURCES, of_last, of_samples
from core.ui.metrics.detection.uploads import files
from core.ui.pictures import DEFAULT

_SCORE_HELP = "Only detections that score above this count, here and in AP. AP wants it low: see how this works."


@dataclass(frozen=True)
class _Boxes:
    source: str = ui.choice(
        "Boxes",
        SOURCES,
        SOURCES[0],
        "The bundled detector on our photographs, the lecture's example, what the detector page showed, or your files.",
        opening=EXAMPLE,
    )


@dataclass(frozen=True)
class _Score:
    score: float = ui.slider("Score threshold", 0.0, 1.0, 0.05, 0.01, _SCORE_HELP)


@dataclass(frozen=True)
class _ScoreOfOwn:
    """Files of one's own are judged whole at first: a threshold cuts their AP, too."""

    score: float = ui.slider("Score threshold", 0.0, 1.0, 0.0, 0.01, _SCORE_HELP, key="score_own")


@dataclass(frozen=True)
class _Judging:
    iou: float = ui.slider(
        "IoU threshold",
        0.05,
        0.95,
        0.5,
        0.01,
        "A detection is right if it overlaps a ground-truth box of its class by at least this much.",
    )
    ap: Interpolation = ui.choice(
        "Average precision",
        tuple(Interpolation),
        Interpolation.COCO_101,
        "Which definition: benchmarks make one number of the precision-recall curve in different ways.",
    )


DEFAULTS = {
    **ui.defaults(_Score, KEY),
    **ui.defaults(_ScoreOfOwn, KEY),
    **ui.defaults(_Judging, KEY),
    **RANKED_FIRST,
    CELL: None,
}


def controls() -> Settings:
    """Draw the controls."""
    source = _source(ui.draw(_Boxes, KEY).source)
    score = (ui.draw(_ScoreOfOwn, KEY) if source.private else ui.draw(_Score, KEY)).score
    judging = ui.draw(_Judging, KEY)
    shown = 0
    if len(source.images) > 1:
        shown = st.selectbox(
            "Picture shown",
            range(len(source.images)),
            key=f"{KEY}_shown_{source.place}",
            bind=None if source.private else "query-params",
            format_func=lambda place: f"{place + 1}: {source.images[place].name}",
            help="All pictures are judged together; this one is drawn.",
        )
    return Settings(source, score, judging.iou, judging.ap, shown)


def _source(name: str) -> EvaluationSet:
    """What is chosen, and what belongs to it; where that has no boxes yet, the default is judged."""
    if name in SAMPLES:
        return of_samples([name])
    if name == ALL:
        return of_samples(list(SAMPLES))
    if name == EXAMPLE:
        return made_up()
    last = recall() if name == LAST else None
    if name == LAST and last is None:
        st.info(ui.prose("metrics/detection", "Nothing detected yet"), icon=":material/info:")
    elif last is not None and (last.sample is not None or last.truth is not None):
        return of_last(last)
    else:
        own = files(last)
        if own is not None:
            return own
    return of_samples([DEFAULT])
