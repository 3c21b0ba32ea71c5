"""Figures are torchmetrics' own, differences are paired, and what cannot be measured is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from torchmetrics.detection import MeanAveragePrecision

from core.models.card import content
from core.models.recipe import evaluate, heads
from core.models.recipe.contestants import detector
from core.models.recipe.measure import differences, figures
from core.models.recipe.teacher import Found, pixels
from core.models.recipe.words import CAVEAT
from core.models.weights import BUNDLED
from tests.core.models.recipe.conftest import HELD, Place
from tests.core.models.recipe.test_labels import NOTHING, look


def scene(count: int = 6) -> tuple[list[Found], list[Found]]:
    """What is there on some photographs, and what a detector finds of it: not all, not quite there."""
    real = [look(seed, 8).scaled(300, 200) for seed in range(count)]
    found = [Found(one.boxes + 4, one.scores, one.classes)[torch.arange(1, len(one))] for one in real]
    return found, real


def test_figures_are_torchmetrics() -> None:
    found, real = scene()
    metric = MeanAveragePrecision(backend="faster_coco_eval")
    for one, there in zip(found, real, strict=True):
        metric.update(
            [{"boxes": one.boxes, "scores": one.scores, "labels": one.classes}],
            [{"boxes": there.boxes, "labels": there.classes}],
        )
    said, mine = metric.compute(), figures(found, real)
    assert 0 < mine.ap < mine.ap50 <= 1
    wanted = (said["map"], said["map_50"], said["map_75"], said["map_small"], said["map_medium"])
    assert (mine.ap, mine.ap50, mine.ap75, mine.small, mine.medium) == pytest.approx([float(x) for x in wanted])
    assert mine.large != mine.large or mine.large == pytest.approx(float(said["map_large"]))
    people = [one[one.classes == 0] for one in found], [one[one.classes == 0] for one in real]
    assert mine.person == pytest.approx(figures(*people).ap)


def test_the_truth_is_perfect_and_nothing_is_nothing() -> None:
    _, real = scene()
    assert figures(real, real).ap == pytest.approx(1)
    assert figures([NOTHING] * len(real), real).ap == 0
    assert figures([NOTHING], [NOTHING]).ap != figures([NOTHING], [NOTHING]).ap  # NaN: no object, no figure


def test_differences_are_paired_and_the_seeds() -> None:
    found, real = scene()
    for row in differences(found, found, real, 4, 0):
        assert row.value != row.value or row.value == row.low == row.high == 0
    better = differences(real, found, real, 8, 1)
    assert repr(better) == repr(differences(real, found, real, 8, 1))  # NaN is not equal to itself
    ap = better[0]
    assert ap.figure == "ap"
    assert ap.value == pytest.approx(1 - figures(found, real).ap)
    assert 0 < ap.low <= ap.high


def test_the_command_measures_what_the_detectors_find(done: Place) -> None:
    written = f"written={done.root / 'heads' / heads.WRITTEN}"
    more = ("--detectors", "teacher", "bundled", written, "--compare", "bundled", "written", "--resamples", "2")
    assert done.evaluate(*more) == 0
    said = json.loads((done.root / "figures.json").read_text())
    assert said["note"] == CAVEAT
    assert said["photographs"] == [f"labelled/{name}.png" for name in sorted(HELD)]
    assert (said["objects"], said["classes"]) == (4, 2)
    assert set(said["average precision"]) == {"teacher", "bundled", "written"}
    assert said["weights, sha256"]["bundled"] == content()["sha256"] == said["weights, sha256"]["teacher"]
    photographs, real = evaluate.measured_on([Path(done.folders[0])], Path(done.heldout))
    for name, path in (("teacher", None), ("written", done.root / "heads" / heads.WRITTEN)):
        detect = detector(name, path)
        mine = figures([detect(pixels(one.read()), 64) for one in photographs], real)
        assert said["average precision"][name]["64"] == evaluate.numbers(mine)
    (pair,) = said["paired differences, 95 % intervals over photographs"]
    assert (pair["first"], pair["second"], pair["side"]) == ("bundled", "written", 64)


def test_a_file_with_the_bundled_weights_finds_what_the_bundled_detector_finds(done: Place) -> None:
    photographs, _ = evaluate.measured_on([Path(done.folders[0])], Path(done.heldout))
    for one in photographs:
        found = [
            detector(name, path)(pixels(one.read()), 96)
            for name, path in (("bundled", None), ("copy", BUNDLED / "detector.safetensors"))
        ]
        assert found[0].boxes.equal(found[1].boxes)
        assert found[0].scores.equal(found[1].scores)


def test_what_cannot_be_measured_is_said(done: Place, refused: Callable[[int], str]) -> None:
    wrong = done.root / "wrong.safetensors"
    wrong.write_bytes(b"no weights")
    assert "cannot be read as weights" in refused(done.evaluate("--detectors", f"mine={wrong}"))
    assert "cannot be read as weights" in refused(done.evaluate("--detectors", f"mine={done.root / 'none'}"))
    other = done.root / "labels.safetensors"
    assert "another network" in refused(done.evaluate("--detectors", f"mine={other}"))
    assert "no detector" in refused(done.evaluate("--detectors", "yolo"))
    assert "Two detectors" in refused(done.evaluate("--detectors", "teacher", "teacher"))
    assert "called mine" in refused(done.evaluate("--compare", "mine", "bundled"))
    (done.root / "others.txt").write_text("000000999999.jpg")
    assert "None of the photographs" in refused(done.evaluate("--heldout", str(done.root / "others.txt")))
