"""What a slider, a number field, a timer or a table moves is swapped in place: only rows and readings change.

The browser draws a chart anew when its specification changes, and the alternative text becomes part of that.
"""

from __future__ import annotations

import inspect
import json
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from importlib import import_module

import numpy as np
import pandas as pd
import pytest
import torch

import core.figures
from core.conv.grouping import groupings
from core.conv.kernels.classic import KERNELS
from core.conv.learning.descent import make_pair, train
from core.detection.ladder.result import Method
from core.detection.nms.curve import kept_curve
from core.detection.nms.part import taking_part
from core.detection.nms.variants import variants
from core.detection.overlap import compare, slide
from core.detection.pooling.comparison import Pooling
from core.detection.pooling.examples import BOX, MAPS
from core.detection.proposing.recall import hits
from core.detection.regression.evaluation import Curve
from core.detection.scale.result import Answer, Approach, Cost, Pyramid, Rung
from core.detection.scoring.average_precision import Interpolation, made_up
from core.detection.scoring.drawn import fit
from core.detection.scoring.evaluated_images import GroundTruth, example
from core.detection.scoring.matching import Overlaps, match, overlaps
from core.detection.scoring.nms_curve import nms_curve
from core.detection.scoring.tide import judge
from core.detection.scoring.tide_oracles import costs as costs_of_errors
from core.detection.sweep import sweep
from core.figures.cifar10 import live as live_chart
from core.figures.conv import field_chart, learning, size
from core.figures.detection import (
    anchors_data,
    evaluation_charts,
    ladder,
    nms_charts,
    pooling_charts,
    proposals_charts,
    regression_charts,
    scale_words,
    suppression,
    truth_charts,
    two_boxes_charts,
    walk_parts,
)
from core.figures.figure import Figure, Plot
from core.figures.metrics import costs as cost_charts
from core.figures.metrics import curves as threshold_charts
from core.figures.metrics import intervals as interval_charts
from core.figures.metrics import score_tables, whatif
from core.figures.transfer import (
    curves,
    curves_by_epoch,
    heads,
    neighbours,
    neighbours_clusters,
    schedule,
)
from core.metrics.baselines import COLUMNS
from core.metrics.confusion import ConfusionMatrix
from core.metrics.predictions.curves import curves as curves_of
from core.metrics.predictions.curves import problem_of
from core.metrics.predictions.predictions import from_arrays
from core.metrics.predictions.score_shapes import histogram
from core.metrics.predictions.thresholds import costs, point
from core.metrics.report import report
from core.metrics.whatif.costs import bill, break_even
from core.metrics.whatif.prevalence import with_prevalence
from core.metrics.whatif.stacked import Measure
from core.metrics.whatif.uncertainty import intervals, scaled
from core.transfer.features.clustering import agreement
from core.transfer.features.retrieval import Retrieval
from core.transfer.training.schedule import Phase
from tests.core.detection.walk.made import made_up_walk
from tests.core.figures.detection.test_ladder import shown
from tests.core.figures.transfer.made import PHASES, points
from tests.synthetic import candidates

Moving = Callable[[int], Figure]
"""The figure at the first (0) or the second (1) position of what moves it."""

FOUND = candidates(120, seed=3)
BOXES = (((10, 10, 60, 60), (30, 10, 80, 60)), ((10, 10, 60, 60), (200, 90, 280, 200)))
SCENE = overlaps(example())
SCORED = from_arrays([0, 1, 0, 1, 1], None, labels=("no", "yes"), scores=[0.1, 0.4, 0.6, 0.8, 0.9])
PROBLEM = problem_of(SCORED)
BINARY = ConfusionMatrix(np.array([[80, 25], [10, 35]]), ("yes", "no"))
POOR = ConfusionMatrix(np.array([[2, 25], [60, 3]]), ("yes", "no"))
MANY = ConfusionMatrix(np.diag([3, 4, 5]) + 1, ("a", "b", "c"))
MEASURES = [Measure("accuracy"), Measure("precision", label="yes"), Measure("mcc")]
SIDES = np.array([[20.0, 40.0], [90.0, 30.0], [200.0, 150.0]])
NAMES = ("Fixed", "All layers")
PAIR = make_pair(np.random.default_rng(0).uniform(size=(12, 12)), KERNELS["Sobel x"].values.astype(float), 3)


POOLINGS = tuple(Pooling(MAPS["An object"], BOX, 16, 2, 2, False, shift) for shift in (0.0, 7.0))


def funnel(score: float, iou: float) -> Figure:
    return suppression.funnel(FOUND, FOUND.suppress(iou, score), score)


def threshold_curve(score: float, iou: float) -> Figure:
    curve = sweep(FOUND, score, class_aware=True, classes=None, limit=100)
    return suppression.threshold_curve(curve, iou, len(FOUND.suppress(iou, score)))


def kept_at_every_threshold(at: int) -> Figure:
    iou, part = (0.2, 0.8)[at], taking_part(FOUND, (0.2, 0.6)[at])
    return nms_charts.kept_curve(kept_curve(part, class_aware=True), iou, len(part.suppress(iou, 0.0)))


def scores_left(at: int) -> Figure:
    part = taking_part(FOUND, (0.3, 0.8)[at])
    return nms_charts.scores_left(part, variants(part, (0.3, 0.6)[at], 0.3, 0.5), 0.3)


def slide_chart(at: int) -> Figure:
    pair = compare(*BOXES[at])
    return two_boxes_charts.slide_chart(slide(*BOXES[at]), pair, (20.0, 205.0)[at], (0.5, 0.75)[at])


def walk(at: int) -> Figure:
    ranked = made_up(([1, 0, 1], [1, 0, 1, 0, 1])[at], 5)
    return evaluation_charts.precision_recall(ranked, Interpolation.COCO_101, (2, 5)[at], "class cup")


def walk_scores(at: int) -> Figure:
    """Of a detection that was clicked, the second time of a class that is not the highest."""
    return walk_parts.class_scores(made_up_walk(((0.1, 0.7, 0.2), (0.2, 0.5, 0.3))[at], (1, 2)[at]))


def thresholds(chart: str) -> Moving:
    def draw(at: int) -> Figure:
        threshold, miss = (0.3, 0.7)[at], (5, 9)[at]
        here = point(SCORED.at(threshold).matrix(), SCORED.positive, threshold, 1, miss)
        if chart == "cost":
            return threshold_charts.cost(costs(*PROBLEM, 1, miss), here, (0, 1))
        if chart == "scores":
            return threshold_charts.scores(histogram(*PROBLEM), ("no", "yes"), threshold)
        draw_curve = threshold_charts.roc if chart == "roc" else threshold_charts.precision_recall
        return draw_curve(curves_of(*PROBLEM), here)

    return draw


def prevalence(at: int) -> Figure:
    values = np.linspace(0.1, 0.9, len(whatif.PREVALENCES))
    return whatif.prevalence_chart("yes", {"F1": values}, 0.7, (0.01, 0.4)[at], {"F1": (0.8, (0.1, 0.5)[at])})


def prevalence_of_class(at: int) -> Figure:
    then = with_prevalence(BINARY, np.array([(0.1, 0.9), (0.4, 0.6)][at]))
    return whatif.prevalence_of_class(BINARY, then, report(BINARY), report(then), "yes")


def forest(at: int) -> Figure:
    """Another number of samples, and a matrix whose scores lie below 0."""
    matrix, n = (BINARY, POOR)[at], (1_500, 90)[at]
    now, then = intervals(matrix, MEASURES), intervals(scaled(matrix, n), MEASURES)
    return interval_charts.forest(now, then, matrix.total, n)


def widths(at: int) -> Figure:
    return interval_charts.widths(np.array([10.0, 1e3]), {"Accuracy": np.array([0.5, 0.05])}, 150, (1_500, 20)[at])


def against(at: int) -> Figure:
    rows = np.linspace(0.1, 0.9, 2 * len(COLUMNS)).reshape(2, -1) - (0, 0.5)[at]
    return score_tables.against(["the model", "chance"], rows, "macro")


def groups(at: int) -> Figure:
    found = groupings(32, (64, 96)[at], (3, 3), (56, 56))
    return size.grouping_bars([(step.name, step.macs, step.params) for step in found], found[at].name)


def comparison(at: int) -> Figure:
    run = train(PAIR, steps=(3, 8)[at])
    return learning.comparison({"Adam, raw": train(PAIR, steps=4)}, run)


def field(at: int) -> Figure:
    layers = [field_chart.Point(1, "1 · conv", 11, 3.0), field_chart.Point(3, "3 · maxpool", 19, 4.0)]
    return field_chart.field_chart(layers, (1, 3)[at], (224, 64)[at])


def precision_curve(at: int) -> Figure:
    found = Retrieval(10, 9, np.linspace(1, 0.5, 6), 0.7, 0.25, False)
    return neighbours.precision_curve(found, found, (2, 5)[at])


def cross_table(at: int) -> Figure:
    clusters = (np.array([0, 0, 1, 1, 1, 0]), np.arange(14) % 14)[at]
    labels = np.arange(len(clusters)) % 2
    return neighbours_clusters.cross_table(agreement(clusters, labels, (2, 14)[at], 2), ("red", "green"))


def silhouette(at: int) -> Figure:
    return neighbours_clusters.silhouette_curve([(2, 0.1), (3, 0.4), (4, 0.2)], (2, 4)[at], 3)


def planned(at: int) -> Figure:
    more = Phase("Again, all", {"stem": 1e-5, "heads": 1e-3}, 1)
    return schedule.picture((PHASES, (more, *PHASES[:2]))[at], ("stem", "group 1", "heads"))


def growing(at: int) -> Figure:
    """The second time with a last step after the end of the budget."""
    lines = ({("Fixed", 0): points(0.2)}, {("Fixed", 0): points(0.2, 0.6), ("All layers", 0): points(0.1, 0.2, 0.9)})
    return curves.race(lines[at], NAMES, 1.5, 0.34)


def two_heads(at: int) -> Figure:
    seen = points(0.2, 0.5, 0.7, second=(0.5, 0.6, 0.9))[: (1, 3)[at]]
    return heads.accuracies(seen, ("class", "parity"), 1.5, (0.5, 0.25))


def drawn_boxes(at: int) -> Overlaps:
    """Detections of the made-up cups against some of them."""
    scene = example()
    return overlaps(replace(scene, target=GroundTruth.of(scene.target.boxes[at:], scene.target.labels[at:])))


def nms_chart(at: int) -> Figure:
    boxes, _ = fit(zip(FOUND.names[:9], FOUND.boxes[:9].tolist(), strict=True), (640, 480))
    return truth_charts.nms_chart(nms_curve(FOUND, boxes[at:], 0.3), (0.5, 0.6)[at], ((0.5, 0.4), (0.3, 0.2))[at])


def cosines(at: int) -> Figure:
    return heads.cosines(points(0.2, 0.5, 0.7, cosines=(None, 0.4, 0.2))[: (1, 3)[at]], 1.5)


def recall_curve(at: int) -> Figure:
    """The second time with another threshold, and more proposals."""
    proposals = torch.tensor([[0.0, 0, 8, 10], [30, 30, 40, 40], [0, 0, 10, 10]])[: (2, 3)[at]]
    found = hits(torch.tensor([[0.0, 0, 10, 10], [30, 30, 41, 40]]), proposals, (0.5, 0.9)[at])
    return proposals_charts.recall_curve(found, (1, 3)[at])


def scores_by_copy(at: int) -> Figure:
    """The second time before the image pyramid ran, of another object."""
    box = (0.0, 0.0, 9.0, 9.0)
    rungs, answers = (Rung("a", ((9, 9),), 1),), (Answer(0, box, 1.0, 0.8, box, 1.0), None)
    a, b, c = (Pyramid(approach, rungs, answers, Cost(1, 1, 1, 1, 1.0)) for approach in Approach)
    return scale_words.scores((a if at == 0 else None, b, c), ((216.0, 108.0), (90.0, 45.0))[at], (0.3, 0.9)[at])


def strength_curve(at: int) -> Figure:
    """The second time with another λ."""
    found = Curve((1.0, 10.0), (0.9, 0.8), (0.5, 0.7), 0.7, 0.8, 0.7)
    return regression_charts.strength_curve(found, found.strengths[at])


def live(at: int) -> Figure:
    return live_chart.curve("VGG", points(0.2, 0.5, 0.7)[: (1, 3)[at]], None, 60.0)


MOVING: Mapping[str, Moving] = {
    "cifar10.live.curve": live,
    "conv.field_chart.field_chart": field,
    "conv.learning.comparison": comparison,
    "conv.size.grouping_bars": groups,
    "detection.evaluation_charts.ap_by_iou": lambda at: evaluation_charts.ap_by_iou(
        [0.5, 0.75], ([0.4, 0.3], [0.6, 0.2])[at], (0.5, 0.6)[at], (0.4, float("nan"))[at]
    ),
    "detection.evaluation_charts.outcomes": lambda at: evaluation_charts.outcomes([match(SCENE, (0.5, 0.9)[at])]),
    "detection.evaluation_charts.precision_recall": walk,
    "detection.proposals_charts.recall_curve": recall_curve,
    "detection.pooling_charts.bin_against_shift": lambda at: pooling_charts.bin_against_shift(POOLINGS[at], (0, at)),
    "detection.pooling_charts.change_against_shift": lambda at: pooling_charts.change_against_shift(POOLINGS[at]),
    "detection.nms_charts.kept_curve": kept_at_every_threshold,
    "detection.nms_charts.scores_left": scores_left,
    "detection.regression_charts.strength_curve": strength_curve,
    "detection.suppression.funnel": lambda at: funnel(0.3, (0.2, 0.8)[at]),
    "detection.suppression.funnel (score)": lambda at: funnel((0.3, 0.9)[at], 0.5),
    "detection.suppression.threshold_curve": lambda at: threshold_curve(0.3, (0.2, 0.8)[at]),
    "detection.suppression.threshold_curve (score)": lambda at: threshold_curve((0.3, 0.9)[at], 0.5),
    "detection.truth_charts.cost_bars": lambda at: truth_charts.cost_bars(costs_of_errors(judge([drawn_boxes(at)]))),
    "detection.truth_charts.nms_chart": nms_chart,
    "detection.two_boxes_charts.shift_chart": lambda at: two_boxes_charts.shift_chart(
        (1, 20)[at], (180, 33)[at], (0.5, 0.75)[at]
    ),
    "detection.two_boxes_charts.slide_chart": slide_chart,
    "detection.walk_parts.class_scores": walk_scores,
    "metrics.costs.cost_bars": lambda at: cost_charts.cost_bars(
        bill(MANY, (1 - np.eye(3)) * ([1, 2, 3], [9, 2, 1])[at]), MANY.labels
    ),
    # the second time one of the constant rules is always at least as cheap
    "metrics.costs.cost_lines": lambda at: cost_charts.cost_lines(
        break_even(BINARY, ([[0, 1], [1, 0]], [[0, 1], [0, 0]])[at]), BINARY.labels, 0.7
    ),
    "metrics.curves.cost": thresholds("cost"),
    "metrics.curves.precision_recall": thresholds("precision_recall"),
    "metrics.curves.roc": thresholds("roc"),
    "metrics.curves.scores": thresholds("scores"),
    "metrics.intervals.forest": forest,
    "metrics.intervals.widths": widths,
    "metrics.score_tables.against": against,
    "metrics.whatif.prevalence_chart": prevalence,
    "metrics.whatif.prevalence_of_class": prevalence_of_class,
    "transfer.curves.race": growing,
    "transfer.curves_by_epoch.by_epoch": lambda at: curves_by_epoch.by_epoch(
        (points(0.2), points(0.2, 0.9))[at], PHASES
    ),
    "transfer.heads.accuracies": two_heads,
    "transfer.heads.cosines": cosines,
    "transfer.neighbours.precision_curve": precision_curve,
    "transfer.neighbours_clusters.cross_table": cross_table,
    "transfer.neighbours_clusters.silhouette_curve": silhouette,
    "transfer.schedule.picture": planned,
    "detection.ladder.clock": lambda at: ladder.clock(
        {method: shown(method) for method in Method}, (Method.RCNN, Method.FASTER)[at]
    ),
    "detection.anchors_data.scatter": lambda at: anchors_data.scatter(
        SIDES, ("a", "b", "a"), (SIDES[:2], SIDES[1:])[at], (SIDES[:1], SIDES)[at]
    ),
    "detection.anchors_data.elbow": lambda at: anchors_data.elbow(
        ((0.4, 0.5, 0.6), (0.3, 0.9))[at], (1, 2)[at], (0.5, 0.7)[at], 9
    ),
    "detection.scale_words.scores": scores_by_copy,
}

SETTLED: Mapping[str, str] = {
    "cifar10.classify.heat": "of a picture from a menu",
    "cifar10.family.curve": "of a record",
    "cifar10.family.per_class": "likewise",
    "cifar10.race.race": "recorded; it moves in the browser alone",
    "cifar10.ranking.ranking": "of the records, against what a button says",
    "conv.stack.ranking": "of a network that was typed",
    "metrics.curves.reliability": "of a file and a class: no threshold moves it",
    "transfer.curves_by_epoch.losses": "drawn when the training has ended",
    "transfer.data.counts": "of a set; how many take part is said below it",
    "transfer.freeze.chart": "of a training that has ended",
    "transfer.heads.trade": "a point a training that has ended",
    "transfer.probes.comparison": "fitted once a data set and network",
    "transfer.probes.sweep": "fitted once a data set and network; a setting chosen by hand is said below it",
    "transfer.probes_curves.amounts": "fitted once a data set and network",
    "transfer.probes_curves.depth": "fitted once a data set and network",
    "transfer.race.seed_bars": "of a race that has ended",
    "transfer.replay.race": "recorded; it moves in the browser alone",
    "transfer.replay.replayed": "what the replays are drawn by",
    "transfer.replay.schedule": "recorded; it moves in the browser alone",
    "transfer.predictions.probabilities": "of a picture that was clicked",
    "transfer.takeaway.accuracies": "of experiments that have ended",
    "transfer.takeaway.confusion": "of a report",
    "transfer.takeaway.mistaken": "of a report",
    "transfer.where_answers.answers": "of a picture and a class from a menu",
}
"""Figure -> why nothing moves it, so that it may keep its numbers in the alternative text. It is drawn with Plotly."""

SETTLED_IN_VEGA: Mapping[str, str] = {
    "cifar10.classify.heat": "of picture after picture, each a click",
    "cifar10.family.curve": "a report prints it, without a browser",
    "cifar10.family.per_class": "likewise",
    "transfer.curves_by_epoch.losses": "a report prints it, without a browser",
    "transfer.freeze.chart": "likewise",
    "transfer.predictions.probabilities": "of picture after picture, each a click",
    "transfer.takeaway.accuracies": "likewise",
    "transfer.takeaway.confusion": "likewise",
    "transfer.takeaway.mistaken": "likewise",
    "transfer.where_answers.answers": "of picture after picture, each a click",
}
"""Settled figure -> why it is not Plotly all the same. The list may only shrink."""

WITHOUT_A_READING = {
    "conv.learning.comparison": "the table beside it has every run",
    "conv.size.grouping_bars": "the sentence beside it",
    "detection.evaluation_charts.outcomes": "its labels; only ignored boxes need words",
    "detection.suppression.funnel": "its labels and the metrics above",
    "detection.suppression.funnel (score)": "its labels and the metrics above",
    "metrics.costs.cost_bars": "its labels, the metrics above and the verdict below",
    "metrics.costs.cost_lines": "the sentence below it",
    "metrics.curves.scores": "the slider",
    "metrics.intervals.forest": "the sentence above it and the table of every interval",
    "metrics.intervals.widths": "the caption below it",
    "metrics.score_tables.against": "the table above it",
    "metrics.whatif.prevalence_chart": "the metrics above it, the caption and the table below",
    "metrics.whatif.prevalence_of_class": "likewise",
    "transfer.heads.cosines": "the sentence below it",
    "transfer.neighbours.precision_curve": "the metrics above it and the caption below",
    "transfer.neighbours_clusters.cross_table": "the captions of the clusters",
    "transfer.neighbours_clusters.silhouette_curve": "its title: only the line of k moves",
    "transfer.schedule.picture": "its cells, and the table above it",
}
"""Figure -> what already says its numbers."""


def drawn(kind: type = object) -> set[str]:
    """Every function of `core.figures` that returns a figure, or one of this kind."""
    names = [one.__name__ for one in (Figure, Plot) if issubclass(one, kind)]
    found = set()
    for module in pkgutil.walk_packages(core.figures.__path__, "core.figures."):
        if module.name.endswith(("takeaway_render", "figures.plots")):  # a program of its own
            continue
        for name, function in inspect.getmembers(import_module(module.name), inspect.isfunction):
            if (
                name[0] != "_"
                and function.__module__ == module.name
                and function.__annotations__.get("return") in names
            ):
                found.add(f"{module.name}.{name}".removeprefix("core.figures."))
    return found


def test_every_figure_is_known_to_move_or_to_be_settled() -> None:
    moving = {name.split(" ")[0] for name in MOVING}
    assert not moving & SETTLED.keys()
    assert drawn() == moving | SETTLED.keys()


def test_what_is_settled_is_plotly_and_what_moves_is_not() -> None:
    assert drawn(Plot) == SETTLED.keys() - SETTLED_IN_VEGA.keys()
    assert drawn(Figure) == {name.split(" ")[0] for name in MOVING} | SETTLED_IN_VEGA.keys()


@cache
def positions(name: str) -> tuple[Figure, Figure]:
    """The figure at both."""
    return MOVING[name](0), MOVING[name](1)


@pytest.mark.parametrize("name", MOVING)
def test_only_rows_and_reading_move(name: str) -> None:
    first, second = positions(name)
    assert json.dumps(first.spec) == json.dumps(second.spec)
    assert first.alt == second.alt
    assert not first.data.equals(second.data), "the two positions look the same"
    if name in WITHOUT_A_READING:
        assert not first.reading
    else:
        assert first.reading != second.reading


@pytest.mark.parametrize("name", MOVING)
def test_labels_that_move_keep_their_order(name: str) -> None:
    """Vega puts a label that it has not drawn yet after those it has, unless the axis is sorted."""
    first, second = positions(name)
    for encoding in encodings(first.spec):
        for channel in ("x", "y"):
            axis = encoding.get(channel, {})
            if axis.get("type") == "nominal" and axis.get("sort") is None:
                labels = [figure.data[axis["field"]].drop_duplicates().tolist() for figure in (first, second)]
                assert labels[0] == labels[1]
            elif isinstance(axis.get("sort"), dict):
                assert axis["sort"] == {"field": "order", "op": "min"}
                assert first.data["order"].notna().all()


def encodings(spec: object) -> list[dict[str, dict[str, object]]]:
    """All encodings in a specification."""
    if isinstance(spec, Mapping):
        own = [spec["encoding"]] if "encoding" in spec else []
        return own + [found for value in spec.values() for found in encodings(value)]
    return [found for value in spec for found in encodings(value)] if isinstance(spec, list) else []


def test_a_report_has_both_in_one_text() -> None:
    moving, settled = MOVING["transfer.curves_by_epoch.by_epoch"](1), Figure({}, pd.DataFrame(), "A bar.")
    assert moving.words == f"{moving.alt}. {moving.reading}"
    assert settled.words == "A bar."
