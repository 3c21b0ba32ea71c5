"""The report: every measured number is there, and every place for the student's own words."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from core.transfer.data.augment import Augmentation
from core.transfer.takeaway.report import FIGURE, report
from core.transfer.takeaway.result import Result
from core.transfer.training.schedule import Recipe, Statistics
from tests.core.transfer.takeaway.made import PHASES, image_set, result, selection, trained

SECTIONS = ("Motivation", "Method", "Evaluation", "Disadvantages of the method", "Reproduction", "References")


def told(given: Result, **figures: str) -> str:
    return report(given, {given.title: given.test}, figures)


def test_it_has_the_courses_sections_and_places_for_ones_own_words() -> None:
    text = told(result())
    assert re.findall(r"^## (.*)$", text, re.MULTILINE) == list(SECTIONS)
    parts = re.split(r"^## ", text, flags=re.MULTILINE)[1:]
    for part in parts[:-1]:
        assert "**Your words" in part, part[:40]


def test_what_was_measured_stands_in_it() -> None:
    text = told(result())
    for words in (
        "| dark | 4 | 2 | 2 |",
        "Of 11,178,051 parameters 8,395,267 learned and 2,782,784 stayed",
        "| 2. Heads | heads 0.01 | 1 | 4 |",
        "| 3. And group 4 | group 4 0.001, heads 0.001 | 2 | 4 |",
        "Training took 3.5 s",
        "accuracy 83.0%, cross-entropy 0.6",
        "**Accuracy on the test pictures: 66.7%** (4 of 6; 95 % Wilson interval 30.0% to 90.3%",
        "most frequent class has 33.3%",
        "1 of 1 layers are bit-identical",
        "Seed of everything drawn: 0",
        "torch 2.",
        "d" * 64,
    ):
        assert words in text
    assert "nan" not in text


def test_recall_and_precision_are_those_of_the_matrix() -> None:
    given = result()
    counts = given.confusion()
    assert counts.tolist() == [[1, 1, 0], [0, 1, 1], [0, 0, 2]]
    text = told(given)
    assert "| dark | 50.0% | 100.0% | 2 |" in text
    assert "| striped | 100.0% | 66.7% | 2 |" in text


def test_a_class_never_predicted_has_no_precision() -> None:
    given = result()
    never = given.scored.probabilities.copy()
    never[:, 2] = 0
    assert "| striped | 0.0% | undefined | 2 |" in told(
        replace(given, scored=replace(given.scored, probabilities=never))
    )


def test_papers_are_numbered_as_they_are_named_and_each_is_listed() -> None:
    recipe = Recipe(PHASES, augmentation=Augmentation(cutout=0.3, mixup=0.2), label_smoothing=0.1)
    text = told(result(trained(), recipe=recipe))
    body, papers = text.split("Papers:")
    numbers = [int(number) for number in re.findall(r"\[(\d+)\]", body)]
    assert list(dict.fromkeys(numbers)) == list(range(1, max(numbers) + 1))
    assert re.findall(r"^(\d+)\. ", papers, re.MULTILINE) == [str(number) for number in range(1, max(numbers) + 1)]
    for word in ("1708.04552", "1710.09412", "1512.00567", "1711.05101", "Wilson"):
        assert word in papers
    assert "1710.09412" not in told(result())  # what was not used is not cited


def test_only_figures_that_there_are_stand_in_it() -> None:
    text = report(result(), {}, {"confusion-matrix": "all of it"})
    assert FIGURE.findall(text) == ["confusion-matrix"]
    assert "![all of it](figures/confusion-matrix.png)" in text


def test_layers_that_moved_though_frozen_are_named() -> None:
    given = result(recipe=Recipe((replace(PHASES[1], statistics=Statistics.MOVING),)))
    assert given.run is not None
    drifted = replace(given.run.weight_change[0], identical=False, drifted=0.1)
    text = told(replace(given, run=replace(given.run, weight_change=(drifted, *given.run.weight_change[1:]))))
    assert "1 of 1 layers changed all the same, `backbone.conv1`" in text
    assert "| move everywhere |" in text


def test_a_probe_is_told_without_a_training() -> None:
    text = told(replace(result(), run=None))
    assert "The backbone did not learn" in text
    assert "python experiment.py pictures" in text
    for word in ("Training took", "layers.csv", "Seed of everything"):
        assert word not in text


@pytest.mark.parametrize(
    ("images", "words"),
    [
        (image_set(side=32), "made for 224 pixels and saw 48"),
        (image_set(side=16), "have 16 pixels a side and were enlarged"),
    ],
)
def test_disadvantages_are_those_of_this_experiment(images: object, words: str) -> None:
    given = result(trained(size=48 if "224" in words else 32), images)  # type: ignore[arg-type]
    if "224" in words:
        given = replace(given, images=image_set(side=64))
    assert words in told(given)


def test_names_cannot_become_markdown() -> None:
    evil = "[x](http://x.invalid) | **b** <script>\n# h"
    given = result()
    hostile = replace(
        given,
        trained=replace(given.trained, title=evil, classes=(evil, "b", "c")),
        images=replace(given.images, name=evil, story=evil, notes=(evil,)),
    )
    text = told(hostile)
    assert "[x](" not in text.replace("\\[x\\]", "")
    assert not re.search(r"(?<!\\)<script", text)
    assert not re.search(r"^# h", text, re.MULTILINE)
    rows = [line for line in text.splitlines() if line.startswith("| ") and "x.invalid" in line]
    assert {len(re.findall(r"(?<!\\)\|", row)) for row in rows} == {5}


def test_many_classes_are_not_listed_one_by_one() -> None:
    classes = tuple(f"class {number}" for number in range(40))
    images = image_set(160, classes=classes)
    given = result(images=images)
    probabilities = np.eye(40, dtype=np.float32)[images.labels[given.scored.indices]]
    many = replace(
        given,
        trained=replace(given.trained, classes=classes),
        scored=replace(given.scored, probabilities=probabilities),
        selection=selection(images),
    )
    text = told(many)
    assert "80 pictures of 40 classes" in text
    assert "(the first 30 of 40 classes)" in text
    assert "and 28 more" in text
