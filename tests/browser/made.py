"""What the ten components are given by Python, without a server: small, and made by the figures themselves."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np

Data = dict[str, Any]


def boxes() -> Data:
    from core.figures.detection.matches import blank
    from core.figures.detection.suppression import before_and_after
    from tests.synthetic import candidates

    found = candidates(40)
    return before_and_after(blank((640, 480)), (640, 480), found, found.suppress(0.5, 0.3)).as_data()


def drawing() -> Data:
    from core.figures.conv.field import feature_grid

    grid = feature_grid(np.arange(63.0).reshape(7, 9), (7, 9), (2, 3), "layer 1")
    return {**grid.as_data(), "picks": True, "seen": 0}


def matrix() -> Data:
    from core.figures.metrics.matrix import picture
    from core.metrics.confusion import ConfusionMatrix

    drawn = picture(ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no")), editable=True)
    return {**drawn.as_data(), "picks": False, "seen": 0}


def pictures_map() -> Data:
    from core.figures.transfer.contact import sheet
    from core.figures.transfer.neighbours_map import picture_map
    from core.transfer.features.projection import Method, project
    from tests.core.transfer.sets import stripes

    images = stripes()
    projection = project(np.random.default_rng(0).normal(size=(len(images), 5)).astype(np.float32), Method.PCA, 5)
    tiles = sheet(images.images, 5, 32)
    shown = picture_map(projection, tiles, images.names, images.labels, images.classes, chosen=3)
    return {**shown.as_data(), "seen": 0}


def player() -> Data:
    from core.conv.kernels.classic import KERNELS
    from core.conv.learning.descent import make_pair, train
    from core.figures.conv.learning import playback

    picture = np.random.default_rng(0).uniform(size=(20, 30))
    pair = make_pair(picture, KERNELS["Sobel x"].values.astype(np.float64), 3, centred=True)
    return playback(pair, train(pair, steps=20)).as_data()


def stepper() -> Data:
    from core.conv.steps.presets import INPUTS, KERNELS, LECTURE, VERTICAL
    from core.conv.steps.windows import steps
    from core.figures.conv.stepper import player as picture

    return {**picture(steps(INPUTS[LECTURE][None], KERNELS[VERTICAL][None, None])).as_data(), "seen": 0}


def two_boxes() -> Data:
    from core.figures.detection.two_boxes import Background, playground

    return {**playground(Background(480, 320), ((60, 50, 260, 250), (140, 90, 340, 290)), 0.5).as_data(), "seen": 0}


def viewport() -> Data:
    from core.ui.components.viewport import EDGES

    return {"held": EDGES[1], "edges": EDGES, "dark": False}


def unsaved() -> Data:
    return {"visit": "a", "things": ["PICTURES"]}


def box_editor() -> Data:
    from core.detection.scoring.drawn import Drawn, NamedBox, ground_truth_of
    from core.detection.scoring.evaluated_images import EvaluatedImage, PredictedBoxes
    from core.detection.scoring.matching import overlaps
    from core.detection.scoring.tide import judge
    from core.figures.detection.matches import blank
    from core.figures.detection.truth import editor

    boxes = (NamedBox("cup", (40, 60, 160, 200)), NamedBox("table", (20, 40, 600, 440)))
    found = PredictedBoxes.of([(44, 62, 164, 204), (300, 200, 420, 330)], ["cup", "bowl"], [0.9, 0.4])
    judged = judge([overlaps(EvaluatedImage("made", ground_truth_of(boxes), found, (640, 480)))])
    drawn = Drawn.beginning(boxes)
    return {**editor(blank((640, 480)), "a", (640, 480), drawn, judged, ("cup", "bowl")).as_data(), "seen": 0}


MAKERS: dict[str, Callable[[], Data]] = {
    maker.__name__: maker
    for maker in (box_editor, boxes, drawing, matrix, pictures_map, player, stepper, two_boxes, unsaved, viewport)
}


def plain(data: Data) -> Data:
    """As it comes to the browser."""
    return dict(json.loads(json.dumps(data, allow_nan=False)))
