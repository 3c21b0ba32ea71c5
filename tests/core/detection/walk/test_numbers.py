"""All numbers of a walk, as files."""

from __future__ import annotations

import csv
import io

import pytest
import torch
from PIL import Image

from core.detection.detector import StagedDetector
from core.detection.walk.numbers import Step, numbers, to_csv, to_markdown
from core.detection.walk.walk import Walk, walk
from tests.core.detection.walk.test_walk import pool_of


@pytest.fixture(scope="module")
def bike(detector: StagedDetector, photographs: dict[str, Image.Image]) -> Walk:
    inside = detector.inside(photographs["motorcycle"])
    return walk(inside, int(inside.candidates.scores.argmax()), pool_of(detector.model))


def test_every_step_has_numbers(bike: Walk) -> None:
    rows = numbers(bike)
    assert list(dict.fromkeys(row.step for row in rows)) == list(Step)
    assert [step.number for step in Step] == list(range(1, 10))
    names = [(row.step, row.name) for row in rows]
    assert len(names) == len(set(names))
    assert sum(row.step is Step.FEATURES for row in rows) == 91
    assert sum(float(row.value) for row in rows if row.step is Step.SCORES) == pytest.approx(1, abs=1e-4)


def test_the_file_can_be_walked_by_hand(bike: Walk) -> None:
    """The four formulas, with what the file says."""
    rows = {(row["step"], row["name"]): row["value"] for row in csv.DictReader(io.StringIO(to_csv(bike)))}

    def of(step: str, name: str) -> float:
        return float(rows[step, name])

    width = of("proposal", "anchor: width")
    x = width * of("objectness", "dx") + of("proposal", "anchor: centre x")
    assert x == pytest.approx(of("proposal", "anchor moved: centre x"), abs=1e-2)
    assert of("deltas", "said dx") / 10 == pytest.approx(of("deltas", "dx"), rel=1e-4)
    assert of("deltas", "said dh") / 5 == pytest.approx(of("deltas", "dh"), rel=1e-4)
    for side, scale in (("x1", "scale across"), ("y2", "scale down")):
        assert of("clipping", f"box {side}") * of("box", scale) == pytest.approx(
            of("box", f"box kept {side}"), abs=1e-2
        )


def test_markdown_has_a_table_a_step(bike: Walk) -> None:
    text = to_markdown(bike)
    assert text.startswith("# motorcycle 0.96")
    assert [line for line in text.splitlines() if line.startswith("## ")] == [
        f"## {step.number} {step.value.capitalize()}" for step in Step
    ]
    assert text.count("|---|---:|---|") == 9


def test_whole_numbers_and_words_stay_as_they_are(bike: Walk) -> None:
    written = {row.name: row.written for row in numbers(bike)}
    assert written["row of the cell"] == "5"
    assert written["feature map"] == "2"
    assert torch.isclose(torch.tensor(float(written["logit"])), torch.tensor(bike.logit))
