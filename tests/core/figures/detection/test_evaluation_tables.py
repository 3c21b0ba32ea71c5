"""Tables and sentences of an evaluation: what stands there, and in the files that are taken away."""

from __future__ import annotations

import math

import pytest

from core.detection.scoring.average_precision import Interpolation, ranking
from core.detection.scoring.counts import DetectionCounts, by_class, most_frequent
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes, example
from core.detection.scoring.library import summary
from core.detection.scoring.matching import match, overlaps
from core.figures.detection import evaluation_tables as tables
from core.figures.detection import matches as pictures

BOX = [0, 0, 5, 5]


def test_files_are_safe_to_open_and_keep_their_words() -> None:
    hostile = EvaluatedImage("=1+1", GroundTruth.of([BOX], ["@cup"]), PredictedBoxes.of([BOX], ["-dog"], [0.25]))
    lines = tables.matches_csv((match(overlaps(hostile), 0.5),)).splitlines()
    assert lines[0].startswith("picture,class,score,outcome,gold_class,iou")
    assert lines[1].startswith("'=1+1,'-dog,0.25,wrong class,'@cup,1,0,0,5,5")
    assert "missed gold box" in lines[2]


@pytest.mark.parametrize(
    ("too_low", "crowded_out", "words"),
    [
        (0, 0, []),
        (1, 0, ["1 detection is left out, also of AP"]),
        (2, 1, ["2 detections are left out, also of AP", "1 detection is left out of all counts"]),
    ],
)
def test_what_counts_nowhere_is_told(too_low: int, crowded_out: int, words: list[str]) -> None:
    told = tables.left_out(DetectionCounts(1, 1, 1, crowded_out, too_low))
    assert len(told) == len(words)
    assert all(sentence.startswith(word) for sentence, word in zip(told, words, strict=True))


def test_classes_that_are_only_detected_are_named() -> None:
    names = [f"c{number}" for number in range(8)]
    image = EvaluatedImage("a", GroundTruth.of([BOX], ["cup"]), PredictedBoxes.of([BOX] * 8, names, [0.5] * 8))
    assert "c0, c1, c2, c3, c4, c5 and others" in tables.only_detected([image])
    assert tables.only_detected([example()]) == ""
    assert most_frequent([image, image], 2) == ("c0", "cup")


def test_tables_have_the_numbers_of_the_example() -> None:
    matches, library = (match(overlaps(example()), 0.5),), summary([example()])
    table = tables.class_table(by_class(matches, Interpolation.COCO_101), library, "AP at 0.50")
    assert table.iloc[0, 1:6].tolist() == [5, 7, 4, 3, 1]
    assert table["AP at 0.50"][0] == pytest.approx(0.618, abs=5e-4)
    assert table[tables.COCO_AP][0] == pytest.approx(library.map)
    figures = tables.coco_figures(library)
    assert len(figures) == 12
    assert figures["value"][0] == f"{library.map:.3f}"
    assert math.isnan(library.map_large) == ("no such boxes" in figures["value"][5])


def test_formulas_of_a_rank() -> None:
    matches = (match(overlaps(example()), 0.5),)
    precision, recall = tables.rank_formulas(ranking(matches, None), 4)
    assert r"\frac{3}{4} = 0.750" in precision
    assert r"\frac{3}{5} = 0.600" in recall
    nothing = EvaluatedImage("a", GroundTruth.of([], []), PredictedBoxes.of([BOX], ["cup"], [0.5]))
    assert len(tables.rank_formulas(ranking((match(overlaps(nothing), 0.5),), None), 1)) == 1


def test_a_picture_to_guess_from_tells_no_outcome() -> None:
    panel = pictures.unjudged("data:,", example()).panels[0]
    told = " ".join(box.text for box in panel.boxes)
    assert len(panel.boxes) == 12
    assert not any(word in told for word in ("IoU", "found", "missed", "duplicate", "positive"))
    assert len({box.colour for box in panel.boxes}) == 2
    assert panel.boxes[-1].text == "cup 0.950", "the highest-scoring on top"
