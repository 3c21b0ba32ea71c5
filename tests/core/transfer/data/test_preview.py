"""Training pictures before and after: those of a training, drawn as it draws them."""

from __future__ import annotations

import numpy as np
import torch

from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import Selection
from core.transfer.data.preview import one_by_one, preview, previews, some
from core.transfer.data.splits import select
from tests.core.transfer.sets import stripes

EVERYTHING = Augmentation(flip=True, crop=0.5, jitter=0.4, cutout=0.3, mixup=0.5)


def test_pictures_are_of_all_classes_and_of_training_only() -> None:
    images = stripes(classes=4)
    chosen = select(images, None)
    indices = some(images, chosen, 8)
    assert len(indices) == 8
    assert np.bincount(images.labels[indices]).tolist() == [2, 2, 2, 2]
    assert set(indices.tolist()) <= set(chosen.train.tolist())


def test_another_turn_shows_others_until_all_were_shown() -> None:
    images = stripes(per_class=16, classes=2)
    chosen = select(images, None)
    turns = [set(some(images, chosen, 4, turn).tolist()) for turn in range(4)]
    assert set.union(*turns) == set(chosen.train.tolist())
    assert all(len(turn) == 4 for turn in turns)


def test_few_pictures_and_none() -> None:
    images = stripes(classes=2)
    one = select(images, 1)
    assert sorted(some(images, one, 8, 5).tolist()) == sorted(one.train.tolist())
    nothing = np.empty(0, np.int64)
    assert len(some(images, Selection(nothing, one.validation, one.test, 1), 8)) == 0


def test_a_draw_is_the_same_for_the_same_seed_and_new_each_time() -> None:
    images = stripes()
    indices = some(images, select(images, None), 6)
    shown = preview(images, indices, EVERYTHING, 3, seed=1)
    again = preview(images, indices, EVERYTHING, 3, seed=1)
    assert shown.after.shape == (3, 6, 3, 32, 32)
    assert shown.after.dtype == torch.uint8
    assert torch.equal(shown.after, again.after)
    assert not torch.equal(shown.after[0], shown.after[1])
    assert not torch.equal(shown.after, preview(images, indices, EVERYTHING, 3, seed=2).after)
    assert torch.equal(shown.before, images.images[torch.from_numpy(indices)])


def test_where_nothing_happens_pictures_and_labels_stay() -> None:
    images = stripes()
    indices = some(images, select(images, None), 4)
    shown = preview(images, indices, Augmentation(flip=False), 2, seed=0)
    assert torch.equal(shown.after, shown.before.expand_as(shown.after))
    assert shown.targets.argmax(2).tolist() == [images.labels[indices].tolist()] * 2
    assert bool((shown.targets.sum(2) == 1).all())


def test_mixed_pictures_are_what_their_labels_say() -> None:
    """Of a set with one picture a class, white or black, the brightness is the share of white."""
    images = stripes(per_class=4, classes=2)
    images.images[torch.from_numpy(images.labels == 0)] = 0
    images.images[torch.from_numpy(images.labels == 1)] = 200
    indices = some(images, select(images, None), 4)
    shown = preview(images, indices, Augmentation(flip=False, mixup=1.0), 5, seed=3)
    brightness = shown.after.float().mean((2, 3, 4)) / 200
    assert torch.allclose(brightness, shown.targets[:, :, 1], atol=0.01)
    assert 0 < float(shown.targets.max(2).values.min()) < 1, "some are mixed"


def test_each_change_by_itself_as_chosen_or_as_an_example() -> None:
    found = one_by_one(Augmentation(flip=False, cutout=0.2))
    assert [one.example for one in found] == [True, True, True, False, True]
    assert found[0].setting == Augmentation(flip=True)
    assert found[3].setting == Augmentation(flip=False, cutout=0.2)
    images = stripes()
    indices = some(images, select(images, None), 6)
    shown = previews(images, indices, [one.setting for one in found], seed=1)
    assert shown.after.shape == (5, 6, 3, 32, 32)
    assert shown.targets.shape == (5, 6, len(images.classes))
    assert all(not torch.equal(row, shown.before) for row in shown.after), "each is to be seen at once"
