"""Searching the pictures of a set, and a picture that is in none."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from core.transfer.data.image_set import Split
from core.transfer.features.extract import Features, load
from core.transfer.features.feature_space import FeatureSpace, embedded
from core.transfer.features.retrieval import Metric
from core.transfer.subject import Subject
from tests.core.transfer.sets import everything, stripes

IMAGES = stripes(classes=3)
SUBJECT = Subject(IMAGES, everything(IMAGES), "resnet18", False, 32)


@pytest.fixture
def space() -> FeatureSpace:
    chosen = SUBJECT.selection.all
    values = np.eye(3, 8, dtype=np.float32)[IMAGES.labels[chosen]]
    return FeatureSpace.of(SUBJECT, Features(chosen, values, (), "resnet18", False, 32, 1.0), Metric.COSINE)


def test_test_pictures_are_not_searched(space: FeatureSpace) -> None:
    assert not np.isin(space.pool, SUBJECT.selection.test).any()
    assert set(space.candidates(training=True)) < set(space.candidates(training=False))


def test_a_picture_of_the_set_finds_others_of_its_class(space: FeatureSpace) -> None:
    index = int(space.pool[0])
    answer = space.nearest_to(index, space.pool, 4)
    assert answer.label == IMAGES.labels[index]
    assert answer.same == len(answer.found) == 4
    assert index not in answer.found.indices


def test_a_picture_in_no_set_is_searched_by_its_features(space: FeatureSpace) -> None:
    network = load("resnet18", trained=False)
    alone, vector = embedded(SUBJECT, Image.new("RGB", (60, 40), (200, 20, 20)), "mine.png", "abc", network)
    assert (len(alone), alone.own, vector.shape) == (1, True, (512,))
    answer = space.nearest_to_own(alone, np.eye(3, 8, dtype=np.float32)[1], space.pool, 3)
    assert answer.label is None
    assert (IMAGES.labels[answer.found.indices] == 1).all()


def test_means_are_over_all_or_over_validation_pictures(space: FeatureSpace) -> None:
    everybody, validation = (space.evaluated(5, training=training, raw=False) for training in (False, True))
    assert everybody.queries == len(space.pool)
    assert validation.queries == int((IMAGES.split == Split.VALIDATION).sum())
    assert everybody.at(1) == validation.at(1) == 1
    assert everybody.at(99) == everybody.at(5)
    assert 0 <= space.evaluated(5, training=False, raw=True).at(1) <= 1
