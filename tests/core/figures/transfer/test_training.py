"""What a training runs on, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.figures.transfer.training import changes, on_what, too_few
from core.transfer.data.augment import Augmentation
from core.transfer.subject import Subject
from tests.core.transfer.sets import everything, stripes

SUBJECT = Subject(stripes(), everything(stripes()), "resnet18", True, 96)


def test_pictures_network_size_and_weights_are_told() -> None:
    count = len(SUBJECT.selection.train)
    words = f"{SUBJECT.images.name}, {count} training pictures, ResNet-18 at 96 px"
    assert on_what(SUBJECT) == f"{words}, ImageNet weights"
    assert on_what(replace(SUBJECT, trained=False)) == f"{words}, random weights"
    assert on_what(SUBJECT, weights=False) == words
    few = replace(SUBJECT.selection, per_class=5)
    assert "(5 a class)" in on_what(replace(SUBJECT, selection=few))


@pytest.mark.parametrize(("part", "words"), [("train", "two training"), ("validation", "validation"), ("test", "test")])
def test_a_training_needs_all_three_parts(part: str, words: str) -> None:
    assert too_few(SUBJECT) == ""
    none = replace(SUBJECT.selection, **{part: SUBJECT.selection.train[:0]})
    assert words in too_few(replace(SUBJECT, selection=none))


def test_nothing_is_trained_in_place_of_a_set_that_is_not_here() -> None:
    assert "CIFAR-10 is chosen but not here" in too_few(replace(SUBJECT, absent="CIFAR-10"))


def test_changes_are_named_or_there_are_none() -> None:
    told = changes(Augmentation(flip=True, crop=0.7, jitter=0.2, cutout=0.3, mixup=0.4))
    for words in ("mirrored", "cropped to 70%", "by up to 20%", "30% of the side", "α = 0.4"):
        assert words in told
    assert changes(Augmentation(flip=False)) == "Training pictures stay as they are; see *Data*."
