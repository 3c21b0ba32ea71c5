"""Accuracy by stage and over the number of pictures."""

from __future__ import annotations

import numpy as np
import pytest

from core.transfer.features.probes.curves import INTO_HEAD, SEEDS, amounts_of, by_amount, by_stage
from core.transfer.features.probes.plan import Setting
from tests.core.transfer.features.blobs import blobs


def test_a_stage_that_knows_nothing_guesses_and_one_that_knows_does_not() -> None:
    features, images, selection = blobs(noise=0.5, other=20)
    told: list[str] = []
    scores = by_stage(features, images, selection, lambda _, text: told.append(text))
    assert [(score.name, score.width) for score in scores] == [("stem", 5), ("end", 20), (INTO_HEAD, 40)]
    assert scores[0].validation < 0.55
    assert scores[1].validation > 0.95
    assert scores[2].validation > 0.95
    assert told == ["1 of 3 stages", "2 of 3 stages", "3 of 3 stages"]


@pytest.mark.parametrize(
    ("counts", "amounts"),
    [((20, 20), (1, 2, 5, 10, 20)), ((7, 3), (1, 2, 5, 7)), ((1, 1), (1,)), ((200,), (1, 2, 5, 10, 20, 50, 100, 200))],
)
def test_amounts_end_with_all_there_are(counts: tuple[int, ...], amounts: tuple[int, ...]) -> None:
    assert amounts_of(np.repeat(np.arange(len(counts)), counts)) == amounts


def test_more_pictures_help_and_all_of_them_are_one_way() -> None:
    features, images, selection = blobs(train=20, other=30, noise=2.0)
    curve = by_amount(features, images, selection, Setting(0.1))
    assert curve.accuracies.shape == (5, SEEDS)
    assert curve.means[-1] > curve.means[0] + 0.1
    assert curve.deviations[0] > 0
    assert curve.deviations[-1] == pytest.approx(0)


def test_the_order_of_the_classes_does_not_matter_to_rare_ones() -> None:
    features, images, selection = blobs(train=10)
    few = np.flatnonzero(images.labels[selection.train] == 2)[2:]
    uneven = type(selection)(np.delete(selection.train, few), selection.validation, selection.test, None)
    curve = by_amount(features, images, uneven, Setting(1.0))
    assert curve.amounts == (1, 2, 5, 10)
    assert np.isfinite(curve.accuracies).all()
