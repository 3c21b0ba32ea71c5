"""NMS in depth: the IoU matrix, soft-NMS and fusion, classes, and a game, on boxes that the network left once."""

from __future__ import annotations

from types import MappingProxyType

import streamlit as st

from core.figures.detection import suppression
from core.ui import framework as ui
from core.ui.components.boxes import show_boxes
from core.ui.detector.nms import classes, game, matrix, soft
from core.ui.detector.nms.controls import KEY, Part, Settings, controls, defaults
from core.ui.detector.nms.scene import Scene, scene_of

_PARTS = MappingProxyType({Part.MATRIX: matrix, Part.SOFT: soft, Part.CLASSES: classes, Part.GAME: game})


def _picture(asked: Settings, scene: Scene) -> None:
    if scene.nothing:
        show_boxes(suppression.before(scene.uri, scene.size, scene.part, scene.kept), key=f"{KEY}_none")
        st.info(scene.nothing, icon=":material/search_off:")
    else:
        _PARTS[asked.part].picture(scene)
    if asked.unknown:
        names = ", ".join(ui.escape_markdown(name) for name in asked.unknown)
        st.info(f"The link also asks for what is not there: {names}.", icon=":material/info:")


def _numbers(asked: Settings, scene: Scene) -> None:
    if not scene.nothing:
        _PARTS[asked.part].numbers(scene)


def _below(asked: Settings, scene: Scene) -> None:
    if not scene.nothing:
        _PARTS[asked.part].below(scene)


def _question(_: Settings, scene: Scene) -> None:
    show_boxes(suppression.before(scene.uri, scene.size, scene.part, scene.kept), key=f"{KEY}_before")


def _signature(asked: Settings) -> tuple[object, ...]:
    picture = asked.subject[0].digest if asked.subject else ""
    return asked.example, picture, asked.iou, asked.score, asked.class_aware


section = ui.Section(
    key=KEY,
    controls=controls,
    defaults=defaults,
    back="Put all controls but the boxes back to where they were.",
    answer=scene_of,
    picture=_picture,
    numbers=_numbers,
    below=_below,
    guesses=(ui.Guess("Boxes after NMS", "How many boxes are left.", lambda scene: len(scene.kept)),),
    question=_question,
    signature=_signature,
    help="faster_rcnn/nms",
)
