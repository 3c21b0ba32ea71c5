"""The three parts: disjoint, class by class, kept where the source has them; and how much of each takes part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.transfer.data.image_set import Split
from core.transfer.data.splits import LEAST_LOOKED_AT, select, split
from tests.core.transfer.sets import stripes
from tests.examples import examples

TRAIN, VALIDATION, TEST = Split.TRAIN, Split.VALIDATION, Split.TEST

quick = examples(30, fixed=False)


label_lists = st.lists(st.integers(0, 4), min_size=1, max_size=120).map(lambda labels: np.array(labels, np.int64))


@quick
@given(label_lists, st.integers(0, 3))
def test_every_class_is_in_every_part_that_it_can_be_in(labels: np.ndarray, seed: int) -> None:
    parts = split(labels, seed=seed)
    assert parts.shape == labels.shape
    for label in np.unique(labels):
        count = int((labels == label).sum())
        have = [int(((labels == label) & (parts == part)).sum()) for part in Split]
        assert sum(have) == count
        assert have[TRAIN] >= 1
        assert have[TEST] == (0 if count < 2 else max(1, round(0.2 * count)))
        assert have[VALIDATION] == (0 if count < 3 else max(1, round(0.2 * count)))


@quick
@given(label_lists)
def test_the_same_seed_gives_the_same_parts(labels: np.ndarray) -> None:
    assert np.array_equal(split(labels, seed=3), split(labels, seed=3))


def test_another_seed_gives_others() -> None:
    labels = np.repeat([0, 1], 200)
    one, other = split(labels, seed=0), split(labels, seed=1)
    for label in (0, 1):
        parts, others = one[labels == label], other[labels == label]
        for part, count in ((TRAIN, 120), (VALIDATION, 40), (TEST, 40)):
            assert (parts == part).sum() == (others == part).sum() == count
        both = ((parts == TEST) & (others == TEST)).sum()
        assert both < 20, "a fifth of a fifth are in both by chance, 8 of 200"
    assert not np.array_equal(one[:200], one[200:]), "each class is drawn for itself"


def test_the_parts_of_one_class_do_not_hang_on_those_of_others() -> None:
    labels = np.repeat([0, 1], 30)
    assert np.array_equal(split(labels)[:30], split(labels[:30]))


def test_parts_that_are_given_are_kept() -> None:
    labels = np.tile([0, 1], 15)
    given_parts = np.repeat([TRAIN, VALIDATION, TEST], 10).astype(np.int64)
    assert np.array_equal(split(labels, given_parts), given_parts)


def test_a_validation_part_without_a_test_part_becomes_the_test_part() -> None:
    labels = np.tile([0, 1], 20)
    given_parts = np.repeat([TRAIN, VALIDATION], [30, 10]).astype(np.int64)
    before = given_parts.copy()
    parts = split(labels, given_parts)
    assert np.all(parts[30:] == TEST)
    assert [(parts[:30] == part).sum() for part in Split] == [24, 6, 0]
    assert np.array_equal(given_parts, before)  # what was given is not written to


def test_a_missing_validation_part_is_taken_from_training() -> None:
    labels = np.tile([0, 1], 20)
    given_parts = np.repeat([TRAIN, TEST], [30, 10]).astype(np.int64)
    parts = split(labels, given_parts)
    assert np.all(parts[30:] == TEST)
    assert [(parts[:30] == part).sum() for part in Split] == [24, 6, 0]


@quick
@given(st.integers(1, 30), st.integers(1, 30))
def test_fewer_training_pictures_are_some_of_more(few: int, many: int) -> None:
    few, many = sorted((few, many))
    images = stripes(per_class=40, side=4, classes=3)
    less, more = select(images, few), select(images, many)
    assert set(less.train) <= set(more.train)
    assert np.bincount(images.labels[less.train]).tolist() == [min(few, 20)] * 3


@pytest.mark.parametrize("per_class", [None, 1, 5, 1_000])
def test_what_takes_part_is_disjoint_ascending_and_of_its_part(per_class: int | None) -> None:
    images = stripes(per_class=40, side=4, classes=3)
    chosen = select(images, per_class)
    assert chosen.per_class == per_class
    for part, indices in ((TRAIN, chosen.train), (VALIDATION, chosen.validation), (TEST, chosen.test)):
        assert np.all(images.split[indices] == part)
        assert np.all(np.diff(indices) > 0)
    assert len(np.unique(chosen.all)) == len(chosen.train) + len(chosen.validation) + len(chosen.test)


def test_validation_and_test_are_looked_at_in_bounds() -> None:
    images = stripes(per_class=400, side=2)
    few, more = select(images, 1), select(images, 50)
    assert np.bincount(images.labels[few.test]).tolist() == [LEAST_LOOKED_AT] * 2
    assert np.bincount(images.labels[more.validation]).tolist() == [50] * 2
    assert len(select(images, None).all) == 800


def test_a_class_without_pictures_in_a_part_is_no_trouble() -> None:
    images = stripes(per_class=8, side=2)
    lacking = replace(images, split=np.where(images.labels == 1, TRAIN, images.split).astype(np.int64))
    assert np.all(lacking.labels[select(lacking, 3).test] == 0)
