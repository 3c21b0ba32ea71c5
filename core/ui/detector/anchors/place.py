"""Part "At a place": the anchors around a click, what they reach, and what the proposal network is to learn of all."""

from __future__ import annotations

from dataclasses import dataclass, replace

import streamlit as st
import torch
from torch import Tensor

from core.detection.anchors import places
from core.detection.anchors.matching import NEGATIVE, POSITIVE, Here, Matching, Overlaps, at_place, match, overlaps
from core.detection.anchors.reference import Reference, named, read
from core.detection.inside import Level
from core.figures.detection import anchors as figures
from core.figures.detection.anchors import Scene
from core.ui import framework as ui
from core.ui.components.drawing import show_drawing
from core.ui.detector.anchors.controls import KEY, Boxes, Settings, controls, pick
from core.ui.detector.anchors.objects import IOU, SCORE, Objects, objects_of
from core.ui.detector.results import inside_of

PROSE = "faster_rcnn/anchors"
_CSV = "The anchors of this place: sides, area, both ratios, IoU with the chosen object."


@dataclass(frozen=True, eq=False)
class Answer:
    """What the grid's anchors reach.

    Attributes:
        objects: in the picture.
        levels: the grids, whose anchors are matched together.
        references: what stands at each place of each.
        level: which of them the place is on.
        anchors: (S, 4) all anchors.
        overlaps: of all with the objects.
        matching: what becomes of them.
        place: (row, column) chosen.
        here: the anchors of that place.
        code: Python that makes the same, "" for the model's own.
    """

    objects: Objects
    levels: tuple[Level, ...]
    references: tuple[tuple[Reference, ...], ...]
    level: int
    anchors: Tensor
    overlaps: Overlaps
    matching: Matching
    place: tuple[int, int]
    here: Here
    code: str


# An entry of the bundled model's is half a megabyte, of torchvision's largest with 20 objects 20.
@st.cache_resource(max_entries=4, show_spinner=False)
def _overlaps(key: object, _levels: tuple[Level, ...], _objects: Tensor) -> tuple[Tensor, Overlaps]:  # noqa: ARG001
    """All anchors, and how they overlap the objects."""
    anchors = torch.cat([level.anchors() for level in _levels])
    return anchors, overlaps(_objects, anchors)


def _answer(settings: Settings) -> Answer:
    objects, rest, code = objects_of(settings.subject), settings.rest, ""
    size = objects.network_size
    references: tuple[tuple[Reference, ...], ...]
    if settings.level is None:
        pattern = read(settings.boxes.sizes, settings.boxes.ratios)
        levels: tuple[Level, ...] = (places.one_level(size, rest.stride, pattern.cell()),)
        references, code = (pattern.references(),), pattern.code()
        grid: object = (pattern, rest.stride)
    else:
        levels = inside_of(settings.subject).levels
        references, grid = tuple(named(level.cell) for level in levels), "own"
    anchors, found = _overlaps((settings.subject.key, grid, objects.key), levels, objects.boxes)
    number = min(settings.level or 0, len(levels) - 1)
    place = places.nearest(levels[number], size, rest.x, rest.y)
    here = at_place(found, anchors, places.anchors_at(levels[number], *place))
    matching = match(found, rest.positive, rest.negative)
    return Answer(objects, levels, references, number, anchors, found, matching, place, here, code)


def _scene(settings: Settings, answer: Answer, *, told: bool = True) -> Scene:
    objects, wanted = answer.objects, settings.rest.object
    names = objects.names
    chosen = names.index(wanted) if wanted in names else 0 if names else None
    marks = answer.anchors[answer.matching.positives] if settings.rest.marks and told else answer.anchors[:0]
    return Scene(
        settings.subject.picture.uri,
        objects.network_size,
        answer.levels[answer.level],
        answer.references[answer.level],
        answer.place,
        answer.here,
        objects.boxes,
        names,
        chosen,
        marks,
    )


def _draw(scene: Scene, *, told: bool) -> None:
    def picked(row: int, column: int) -> None:
        pick(*places.shares(scene.level, scene.network_size, row, column))

    show_drawing(figures.drawing(scene, told=told), f"{KEY}_drawing", picked)


def _picture(settings: Settings, answer: Answer) -> None:
    scene = _scene(settings, answer)
    st.caption(figures.where(scene))
    if not ui.has_room(ui.WHOLE):
        _draw(scene, told=True)
        return
    left, right = ui.beside((3, 2), ui.WHOLE)
    with left:
        _draw(scene, told=True)
    with right:
        _anchors(scene, answer.code)


def _question(settings: Settings, answer: Answer) -> None:
    _draw(_scene(settings, answer, told=False), told=False)


def _anchors(scene: Scene, code: str) -> None:
    """The anchors of the place as a table, and as code."""
    frame = figures.anchor_table(scene)
    formats = {"width": "%.1f", "height": "%.1f", "area": "%,.0f", "w/h": "%.3g", "h/w": "%.3g", "IoU": "%.2f"}
    st.dataframe(
        frame,
        hide_index=True,
        height=38 + 35 * min(len(frame), 9),
        key=f"{KEY}_table",
        alt="One row an anchor of the place: IoU with the object, sides and area in network pixels, both ratios",
        column_config={name: st.column_config.NumberColumn(format=form) for name, form in formats.items()},
    )
    if code:
        st.code(code, language=None, wrap_lines=True)


def _numbers(settings: Settings, answer: Answer) -> None:
    matching, rest = answer.matching, settings.rest
    ui.metrics(PROSE, figures.numbers(_scene(settings, answer), answer.overlaps, matching, len(answer.anchors)))
    count = len(answer.objects.names)
    st.markdown(figures.says(matching, len(answer.anchors), rest.positive, rest.negative, count))
    st.caption(ui.prose(PROSE, "Torchvision" if answer.code else "The model's own"))
    part = "Drawn by eye" if answer.objects.by_eye else "Found by the detector"
    st.caption(ui.prose(PROSE, part, **({} if answer.objects.by_eye else {"iou": IOU, "score": SCORE})))


def _below(settings: Settings, answer: Answer) -> None:
    scene = _scene(settings, answer)
    if scene.chosen is not None:
        _shifts(scene)
        st.header("What the anchors reach", anchor=False)
        table = figures.object_table(scene, answer.overlaps, answer.matching, answer.levels, answer.references)
        column = st.column_config
        st.dataframe(
            table,
            hide_index=True,
            key=f"{KEY}_objects",
            alt="One row an object: its best anchor here and anywhere, and how many anchors are to find it",
            column_config={
                name: column.ProgressColumn(format="%.2f", min_value=0.0, max_value=1.0)
                for name in ("IoU here", "IoU anywhere")
            },
        )
    if not ui.has_room(ui.WHOLE):
        st.header("The anchors of this place", anchor=False)
        _anchors(scene, answer.code)
    ui.download("Anchors as CSV", lambda: figures.anchor_table(scene).to_csv(index=False), "anchors.csv", _CSV)


def _shifts(scene: Scene) -> None:
    assert scene.chosen is not None
    one, name = scene.references[scene.here.best(scene.chosen)[0]].name, scene.names[scene.chosen]
    st.header("From the best anchor here to its object", anchor=False)
    st.markdown(ui.prose(PROSE, "Shifts", anchor=one, object=ui.escape_markdown(name)))
    lines = figures.shifts(scene)
    for column, pair in zip(ui.beside(2, ui.WHOLE, of_page=True), (lines[:2], lines[2:]), strict=True):
        with column:
            for line in pair:
                st.latex(line)


def _first(asked: Settings) -> Settings:
    """The lecture's anchors on the same picture."""
    usual = replace(asked.rest, positive=POSITIVE, negative=NEGATIVE)
    return replace(asked, level=None, boxes=Boxes(), rest=usual)


place = ui.Section(
    key=KEY,
    controls=controls,
    defaults=lambda asked: asked.defaults,
    back="The lecture's nine anchors in the middle of the picture again; the picture stays.",
    answer=_answer,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(
        ui.Guess(
            "Positive anchors", "How many of all anchors are to find an object.", lambda found: found.matching.positive
        ),
        ui.Guess(
            "Best IoU",
            "The highest IoU of any anchor, at whatever place, with any object.",
            lambda found: float(found.overlaps.best.max()) if len(found.overlaps.best) else 0.0,
            within=0.1,
        ),
    ),
    first=_first,
    question=_question,
    signature=lambda settings: settings.question,
    help=PROSE,
)
