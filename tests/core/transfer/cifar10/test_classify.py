"""The answers of all eleven networks to one picture."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from core.images import decode
from core.models.cifar10.members import FAMILIES
from core.samples import SAMPLES
from core.transfer.cifar10.classify import Said, classify, networks
from core.transfer.cifar10.order import CLASSES


@pytest.fixture(scope="module")
def cat() -> Said:
    return classify(decode(SAMPLES["cat"].read()))


def test_each_family_gives_probabilities(cat: Said) -> None:
    assert list(cat.probabilities) == list(FAMILIES)
    for shares in cat.probabilities.values():
        assert shares.shape == (10,)
        assert shares.sum() == pytest.approx(1, abs=1e-5)
    assert tuple(cat.square.shape) == (3, 32, 32)


def test_most_know_a_cat(cat: Said) -> None:
    assert next(iter(cat.votes)) == "cat"
    assert sum(cat.votes.values()) == len(FAMILIES)
    assert list(cat.votes.values()) == sorted(cat.votes.values(), reverse=True)


def test_a_mirrored_picture_gets_the_same_answers(cat: Said) -> None:
    """Picture and mirror image are judged together; resampling is symmetric but for rounding."""
    mirrored = classify(decode(SAMPLES["cat"].read()).transpose(Image.Transpose.FLIP_LEFT_RIGHT))
    for family in FAMILIES:
        assert np.abs(mirrored.probabilities[family] - cat.probabilities[family]).max() < 0.05


def test_nobody_writes_to_the_networks(cat: Said) -> None:
    for model in networks().values():
        assert not model.training
        assert not any(weight.requires_grad for weight in model.parameters())
    again = classify(decode(SAMPLES["cat"].read()))
    for family in FAMILIES:
        assert np.array_equal(again.probabilities[family], cat.probabilities[family])


@pytest.mark.parametrize("size", [(1, 1), (3, 400), (400, 3), (32, 32)])
def test_any_shape_is_looked_at(size: tuple[int, int]) -> None:
    said = classify(Image.new("RGB", size, (90, 120, 200)))
    assert set(said.votes) <= set(CLASSES)
