"""Average precision by four definitions, mAP, and the confusion matrix: golden values, brute force, the library."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score

from core.detection.scoring.average_precision import (
    COCO_IOUS,
    Interpolation,
    Ranking,
    ap_by_class,
    average_precision,
    confusions,
    made_up,
    map_by_iou,
    mean,
    pairs,
    ranking,
    recall_levels,
)
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes, example
from core.detection.scoring.library import python_code, summary
from core.detection.scoring.matching import Outcome, match, overlaps
from tests.core.detection.evaluated_images import images
from tests.examples import USUAL, examples

LECTURE = ((1, 0, 1, 1, 0, 0, 1), 5)
GOLDEN = {
    Interpolation.VOC_11: 0.649351,
    Interpolation.VOC_AREA: 0.614286,
    Interpolation.COCO_101: 0.618105,
    Interpolation.PLAIN: 0.597619,
}
HITS = st.lists(st.booleans(), max_size=30)


@pytest.mark.parametrize(("how", "value"), GOLDEN.items())
def test_golden_values(how: Interpolation, value: float) -> None:
    assert average_precision(made_up(*LECTURE), how) == pytest.approx(value, abs=5e-7)
    drawn = ranking([match(overlaps(example()), 0.5)])
    assert average_precision(drawn, how) == pytest.approx(value, abs=5e-7)


def by_hand(hits: list[bool], target: int, how: Interpolation) -> Fraction:
    """The definitions as they are printed, in exact arithmetic."""
    points = [(Fraction(sum(hits[: k + 1]), target), Fraction(sum(hits[: k + 1]), k + 1)) for k in range(len(hits))]

    def best(recall: Fraction) -> Fraction:
        return max((p for r, p in points if r >= recall), default=Fraction(0))

    if how is Interpolation.VOC_11:
        return sum((best(Fraction(k, 10)) for k in range(11)), Fraction(0)) / 11
    steps = [(r - (points[k - 1][0] if k else 0), r, p) for k, (r, p) in enumerate(points)]
    area = how is Interpolation.VOC_AREA
    return sum((step * (best(r) if area else p) for step, r, p in steps), Fraction(0))


@examples(USUAL, fixed=False)
@given(HITS, st.integers(0, 20), st.sampled_from([h for h in Interpolation if h is not Interpolation.COCO_101]))
def test_definitions_by_brute_force(hits: list[bool], missed: int, how: Interpolation) -> None:
    target = sum(hits) + missed
    if not target:
        assert math.isnan(average_precision(made_up(hits, target), how))
        return
    assert average_precision(made_up(hits, target), how) == pytest.approx(float(by_hand(hits, target, how)), abs=1e-12)


@examples(USUAL, fixed=False)
@given(HITS, st.integers(0, 20))
def test_order_of_the_definitions_and_bounds(hits: list[bool], missed: int) -> None:
    target = sum(hits) + missed
    if not target:
        return
    values = {how: average_precision(made_up(hits, target), how) for how in Interpolation}
    assert all(0 <= value <= 1 for value in values.values())
    assert values[Interpolation.PLAIN] <= values[Interpolation.VOC_AREA] + 1e-12
    cut = {how: average_precision(made_up(hits[:-1], target), how) for how in Interpolation}
    assert all(cut[how] <= values[how] + 1e-12 for how in Interpolation), "a higher score threshold never raises AP"


@examples(40, fixed=False)
@given(st.integers(0, 10**6), st.booleans(), st.booleans())
def test_coco_is_the_librarys_on_random_sets(seed: int, crowds: bool, ties: bool) -> None:
    pictures = images(seed, crowds=crowds, ties=ties)
    library = summary(pictures)
    measured = [overlaps(picture) for picture in pictures]
    by_iou = map_by_iou(measured, COCO_IOUS.tolist(), Interpolation.COCO_101)
    if math.isnan(library.map):
        assert all(math.isnan(value) for value in by_iou)
        return
    assert by_iou == pytest.approx(library.by_iou, abs=1e-9)
    assert mean(by_iou) == pytest.approx(library.map, abs=1e-6)
    assert by_iou[0] == pytest.approx(library.map_50, abs=1e-6)
    assert by_iou[5] == pytest.approx(library.map_75, abs=1e-6)
    tables = [ap_by_class([match(one, iou) for one in measured], Interpolation.COCO_101) for iou in COCO_IOUS.tolist()]
    for label, value in library.by_class.items():
        ours = np.mean([table[label] for table in tables])
        assert ours == pytest.approx(value, abs=1e-9, nan_ok=True)


def test_what_there_is_not_is_undefined_and_never_zero() -> None:
    nothing = summary([EvaluatedImage("x", GroundTruth.of([], []), PredictedBoxes.of([[0, 0, 5, 5]], ["cup"], [0.9]))])
    assert math.isnan(nothing.map)
    assert math.isnan(nothing.by_class["cup"])
    large = summary([example()])
    assert math.isnan(large.map_small)
    assert large.map_large == pytest.approx(large.map)
    missed = summary([EvaluatedImage("x", GroundTruth.of([[0, 0, 5, 5]], ["cup"]), PredictedBoxes.of([], [], []))])
    assert missed.map == 0.0
    assert summary([]).by_class == {}


def test_classes_without_target_boxes_lower_no_mean() -> None:
    target = GroundTruth.of([[0, 0, 10, 10]], ["cup"])
    found = PredictedBoxes.of([[0, 0, 10, 10], [50, 50, 60, 60]], ["cup", "dog"], [0.5, 0.9])
    image = EvaluatedImage("x", target, found)
    aps = ap_by_class([match(overlaps(image), 0.5)], Interpolation.COCO_101)
    assert aps["cup"] == pytest.approx(1.0)
    assert math.isnan(aps["dog"])
    assert mean(list(aps.values())) == pytest.approx(summary([image]).map) == pytest.approx(1.0)


def test_scikit_learns_average_precision_does_not_see_missed_target_boxes() -> None:
    ranked = made_up([1, 1], 10)
    assert average_precision(ranked, Interpolation.PLAIN) == pytest.approx(0.2)
    assert average_precision_score(ranked.hits, ranked.scores) == pytest.approx(1.0)


def test_the_library_is_asked_at_exact_thresholds() -> None:
    """Its own float32 levels miss a recall of exactly 1/5, and give .461."""
    assert summary([example()]).map == pytest.approx(0.466667, abs=1e-6)
    assert len(recall_levels(Interpolation.COCO_101)) == 101


@examples(60, fixed=False)
@given(st.integers(0, 10**6), st.floats(0.1, 0.9), st.booleans())
def test_every_box_is_counted_once_in_the_confusion_matrix(seed: int, iou: float, crowds: bool) -> None:
    pictures = images(seed, crowds=crowds)
    matches = [match(overlaps(picture), iou) for picture in pictures]
    found = confusions(matches)
    counts, labels = found.counts, found.labels
    assert labels[-1] == "background"
    assert counts[-1, -1] == 0
    for place, label in enumerate(labels[:-1]):
        ranked = ranking(matches, label)
        assert counts[place].sum() == ranked.target, "gold in rows"
        assert counts[:, place].sum() == len(ranked), "detections in columns"
        assert counts[place, place] == ranked.hits.sum(), "the diagonal is the true positives"
    assert counts.sum() == len(pairs(matches)) == sum(len(held) for held in found.cells.values())


def test_the_confusion_matrix_of_some_classes_and_a_class_called_background() -> None:
    target = GroundTruth.of([[0, 0, 9, 9], [20, 20, 29, 29]], ["background", "cup"])
    found = PredictedBoxes.of([[0, 0, 9, 9], [20, 20, 29, 29]], ["cup", "cup"], [0.9, 0.8])
    matches = [match(overlaps(EvaluatedImage("x", target, found)), 0.5)]
    whole = confusions(matches)
    assert whole.labels == ("background", "cup", "(background)")
    assert whole.counts.tolist() == [[0, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert whole.cells[0, 1][0].target == 0
    assert confusions(matches, ["cup"]).counts.tolist() == [[1, 0], [0, 0]]


def test_ranking_across_pictures_leaves_ignored_ones_out() -> None:
    box = [[0, 0, 10, 10]]
    first = EvaluatedImage("a", GroundTruth.of(box, ["cup"]), PredictedBoxes.of(box, ["cup"], [0.3]))
    second = EvaluatedImage(
        "b", GroundTruth.of(box, ["cup"], crowd=[True]), PredictedBoxes.of(box * 2, ["cup", "dog"], [0.9, 0.6])
    )
    matches = [match(overlaps(image), 0.5) for image in (first, second)]
    assert matches[1].outcomes[0] is Outcome.IGNORED
    everything = ranking(matches)
    assert everything.images.tolist() == [1, 0]
    assert everything.hits.tolist() == [False, True]
    assert everything.target == 1
    assert ranking(matches, "cup").precision.tolist() == [1.0]


@pytest.mark.parametrize(
    "pictures",
    [
        (example(),),
        images(3, crowds=True),
        (
            EvaluatedImage(
                '"""\nimport os  # \\',
                GroundTruth.of([], []),
                PredictedBoxes.of([[0, 0, 5, 5]], ['");raise SystemExit(3)#'], [0.5]),
            ),
        ),
    ],
    ids=["example", "random", "hostile names"],
)
def test_the_script_runs_and_reaches_the_same_figure(
    pictures: tuple[EvaluatedImage, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    exec(compile(python_code(pictures), "map.py", "exec"), {"__name__": "__main__"})
    value = summary(pictures).map
    assert f"= {-1 if math.isnan(value) else value:.4f}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("scores", "hits", "tied"),
    [
        ([0.9, 0.8, 0.7], [1, 0, 1], 0),
        ([0.9, 0.9, 0.7], [1, 0, 1], 2),
        ([0.9, 0.9, 0.9, 0.7, 0.7], [1, 0, 0, 1, 1], 3),
        ([0.9, 0.9], [0, 0], 0),
        ([], [], 0),
    ],
)
def test_ties_that_decide_the_curve(scores: list[float], hits: list[int], tied: int) -> None:
    places = np.arange(len(hits))
    assert Ranking(places, places, np.array(scores), np.array(hits, dtype=np.bool_), 3).tied == tied
