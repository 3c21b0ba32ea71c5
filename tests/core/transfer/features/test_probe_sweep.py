"""Who chooses a probe's setting, by what, and what the probe then says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from core.errors import UserError
from core.jobs import Cancelled
from core.transfer.data.image_set import Selection
from core.transfer.features.probes import fit as fits
from core.transfer.features.probes.plan import Choice, Kind, Metric, Plan, Setting, grid
from core.transfer.features.probes.probe import choose
from core.transfer.features.probes.problem import FOLDS, Problem, problem
from core.transfer.features.probes.sweep import Point, Sweep, sweep
from tests.core.transfer.features.blobs import blobs

NOISE = 2.5


def made(points: list[Point]) -> Sweep:
    return Sweep(Kind.LOGISTIC, Metric.COSINE, tuple(points), (), 0.0)


def test_the_best_accuracy_wins_then_the_least_loss_then_the_simplest() -> None:
    def point(value: float, accuracy: float, loss: float, folds: float = 0.0) -> Point:
        return Point(Setting(value), 1.0, accuracy, loss, folds, 1.0)

    found = made([point(3, 0.8, 0.1), point(2, 0.9, 0.5, 0.7), point(1, 0.9, 0.4), point(0.5, 0.9, 0.4)])
    assert found.chosen(Plan()) == 2
    assert found.chosen(Plan(choice=Choice.FOLDS)) == 1
    assert found.chosen(Plan(choice=Choice.HAND, by_hand=Setting(3))) == 0
    assert found.chosen(Plan(choice=Choice.HAND, by_hand=Setting(99))) == 2  # from an old link: the middle


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("folds", [False, True])
def test_every_point_is_judged_as_its_predictor_judges(kind: Kind, folds: bool) -> None:
    features, images, selection = blobs(noise=NOISE)
    some = problem(features, images, selection)
    found = sweep(some, kind, folds=folds)
    assert [point.setting for point in found.points] == list(grid(kind))
    for point, predictor in zip(found.points, found.predictors, strict=True):
        said = predictor.probabilities(some.validation)
        assert point.validation == pytest.approx((said.argmax(1) == some.validation_labels).mean())
        right = said[np.arange(len(said)), some.validation_labels].astype(np.float64)
        assert point.loss == pytest.approx(-np.log(np.maximum(right, 1e-12)).mean())
        own = predictor.probabilities(some.train).argmax(1)
        assert point.train == pytest.approx((own == some.train_labels).mean())
        assert (point.folds is not None) == folds
        if point.folds is not None:
            assert 0 <= point.folds <= 1
    if kind is Kind.NEIGHBOURS:
        assert found.points[-1].setting.value == 1
        assert found.points[-1].train == 1.0  # each is its own nearest


def test_cross_validation_never_sees_the_validation_part() -> None:
    features, images, selection = blobs(noise=NOISE)
    some = problem(features, images, selection)
    wrong = replace(some, validation_labels=(some.validation_labels + 1) % 3)
    first, second = (sweep(part, Kind.LOGISTIC, folds=True) for part in (some, wrong))
    assert [point.folds for point in first.points] == [point.folds for point in second.points]
    assert [point.validation for point in first.points] != [point.validation for point in second.points]


def test_folds_part_the_training_pictures() -> None:
    features, images, selection = blobs(train=11)
    some = problem(features, images, selection)
    parts = some.folds()
    assert len(parts) == FOLDS
    assert sum(len(part.validation_labels) for part in parts) == len(some.train_labels)
    for part in parts:
        assert len(part.train_labels) + len(part.validation_labels) == len(some.train_labels)
        assert set(part.validation_labels) == {0, 1, 2}
        ours, theirs = ({row.tobytes() for row in rows} for rows in (part.train, part.validation))
        assert not ours & theirs


def test_few_pictures_make_fewer_folds_and_one_makes_none() -> None:
    for train, folds in ((3, 3), (2, 2)):
        features, images, selection = blobs(train=train)
        assert len(problem(features, images, selection).folds()) == folds
    features, images, selection = blobs(train=1)
    with pytest.raises(UserError, match="two training pictures of each class"):
        sweep(problem(features, images, selection), Kind.LOGISTIC, folds=True)


def test_without_validation_pictures_cross_validation_chooses() -> None:
    features, images, selection = blobs()
    alone = Selection(selection.train, selection.validation[:0], selection.test, None)
    found = sweep(problem(features, images, alone), Kind.LOGISTIC, folds=True)
    with pytest.raises(UserError, match="no validation pictures"):
        found.chosen(Plan())
    probe = choose(found, Plan(choice=Choice.FOLDS), features, images, alone)
    assert len(probe.validation.indices) == 0
    assert np.isnan(probe.point.validation)


def test_one_class_teaches_nothing() -> None:
    features, images, selection = blobs()
    one = Selection(selection.train[images.labels[selection.train] == 1], selection.validation, selection.test, None)
    with pytest.raises(UserError, match="two classes at least"):
        problem(features, images, one)


def test_a_probe_answers_for_every_part() -> None:
    features, images, selection = blobs(noise=NOISE)
    found = sweep(problem(features, images, selection), Kind.LOGISTIC)
    probe = choose(found, Plan(), features, images, selection)
    assert probe.setting == found.points[found.chosen(Plan())].setting
    assert probe.validation.accuracy == pytest.approx(probe.point.validation)
    assert probe.train.accuracy == pytest.approx(probe.point.train)
    test = probe.answers(features, images, selection.test)
    assert test.target.tolist() == images.labels[selection.test].tolist()
    assert test.accuracy > 0.5  # a third by guessing
    assert probe.is_linear


def test_progress_is_told_and_stops_it() -> None:
    features, images, selection = blobs()
    some = problem(features, images, selection)
    told: list[float] = []
    sweep(some, Kind.NEIGHBOURS, folds=True, report=lambda fraction, _: told.append(fraction))
    assert told == sorted(told)
    assert len(told) == len(grid(Kind.NEIGHBOURS)) * (FOLDS + 1)
    assert told[-1] == 1.0

    def stop(*_: Any) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        sweep(some, Kind.LOGISTIC, report=stop)
    sweep(some, Kind.LOGISTIC)  # the lock was given back


def test_a_kernel_machine_on_many_pictures_says_what_it_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fits, "MOST", {Kind.RBF_SVM: 20})
    features, images, selection = blobs(train=12)
    some: Problem = problem(features, images, selection)
    assert sweep(some, Kind.RBF_SVM).notes == ("RBF SVM learns from 20 of the 36 training pictures.",)
    assert sweep(some, Kind.LOGISTIC).notes == ()
