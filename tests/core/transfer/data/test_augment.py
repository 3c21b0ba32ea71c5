"""Changes of training pictures: what each may do and what it must not."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torchvision.transforms.v2 import functional as reference

from core.transfer.data import augment as module
from core.transfer.data.augment import Augmentation, augment, mixup
from tests.examples import examples

quick = examples(30, fixed=False)


NOTHING = Augmentation(flip=False)
SETTINGS = st.builds(
    Augmentation,
    flip=st.booleans(),
    shift=st.floats(0.0, 1.0),
    crop=st.floats(0.05, 1.0),
    jitter=st.floats(0.0, 1.0),
    cutout=st.floats(0.0, 1.0),
)


def pictures(count: int = 6, side: int = 16, seed: int = 0) -> torch.Tensor:
    return torch.randint(
        0, 256, (count, 3, side, side), dtype=torch.uint8, generator=torch.Generator().manual_seed(seed)
    )


def drawn(images: torch.Tensor, seed: int = 0, **setting: Any) -> torch.Tensor:
    return augment(images, Augmentation(**{"flip": False, **setting}), torch.Generator().manual_seed(seed))


@quick
@given(SETTINGS, st.integers(0, 3), st.integers(0, 5))
def test_whatever_happens_pictures_stay_pictures(setting: Augmentation, seed: int, count: int) -> None:
    images = pictures(count)
    before = images.clone()
    once = augment(images, setting, torch.Generator().manual_seed(seed))
    assert once.dtype == torch.uint8
    assert once.shape == images.shape
    assert torch.equal(images, before)  # shared pictures are never written to
    assert torch.equal(once, augment(images, setting, torch.Generator().manual_seed(seed)))


def test_another_draw_is_another() -> None:
    assert not torch.equal(drawn(pictures(), 0, jitter=0.5), drawn(pictures(), 1, jitter=0.5))


def test_nothing_happens_where_nothing_may() -> None:
    images = pictures()
    assert not NOTHING.changes
    assert drawn(images) is images
    assert drawn(images, mixup=0.4) is images
    assert drawn(images, crop=1.0, jitter=0.0, cutout=0.0) is images


def test_about_half_are_mirrored_and_the_rest_stay() -> None:
    images = pictures(200, 8)
    found = drawn(images, flip=True)
    same = (found == images).flatten(1).all(1)
    mirrored = (found == images.flip(3)).flatten(1).all(1)
    assert torch.all(same ^ mirrored)
    assert 70 < int(mirrored.sum()) < 130


def test_mirroring_twice_by_the_same_draw_gives_the_picture_back() -> None:
    images = pictures(50)
    assert torch.equal(drawn(drawn(images, 3, flip=True), 3, flip=True), images)


@quick
@given(st.integers(1, 7), st.integers(0, 50))
def test_a_shift_is_a_crop_of_the_picture_with_a_mirrored_edge(most: int, seed: int) -> None:
    """As torchvision's RandomCrop with `padding_mode="reflect"` has it, whichever crop it is."""
    images = pictures(4, 8)
    found = drawn(images, seed, shift=most / 8)
    padded = reference.pad(images, [most] * 4, padding_mode="reflect")
    for one, whole in zip(found, padded, strict=True):
        crops = (whole[:, y : y + 8, x : x + 8] for y in range(2 * most + 1) for x in range(2 * most + 1))
        assert any(torch.equal(one, crop) for crop in crops)


def test_every_shift_is_about_as_likely() -> None:
    """Of one column that is lit: where it comes to lie, 9 places, each for a ninth of the pictures."""
    images = torch.zeros(1_800, 3, 32, 32, dtype=torch.uint8)
    images[:, :, :, 16] = 255
    places = drawn(images, shift=0.125)[:, 0, 0].long().argmax(1)
    counts = torch.bincount(places, minlength=32)[12:21]
    assert int(counts.sum()) == 1_800
    assert int(counts.min()) > 140
    assert int(counts.max()) < 260


def test_the_whole_as_a_crop_is_the_picture() -> None:
    """Through the very function that crops, which `augment` would not call."""
    images = pictures()
    zero = torch.zeros(len(images))
    assert torch.equal(module._crop(images, zero + 1, zero, zero), images)


def test_a_crop_shows_a_part_in_order() -> None:
    """Columns that grow brighter from left to right still do, and span a part of the range only."""
    ramp = torch.arange(0, 256, 4, dtype=torch.uint8).expand(30, 3, 64, 64).contiguous()
    found = drawn(ramp, crop=0.3).int()
    assert torch.all(found.diff(dim=3) >= 0)
    span = (found[:, 0, 0, -1] - found[:, 0, 0, 0]) / 252
    assert float(span.min()) > 0.3**0.5 - 0.05
    assert float(span.max()) <= 1
    starts = found[:, 0, 0, 0]
    assert int(starts.min()) < 20 < int(starts.max())  # now at the left, now further in
    assert torch.all(found.diff(dim=2) == 0)


@pytest.mark.parametrize(
    ("brightness", "contrast", "saturation"), [(0.5, 1.0, 1.0), (1.0, 1.6, 1.0), (1.0, 1.0, 0.2), (1.3, 0.7, 1.5)]
)
def test_jitter_is_that_of_torchvision(brightness: float, contrast: float, saturation: float) -> None:
    images = pictures(3)
    amounts = (
        torch.tensor([1.0, brightness, 1.0]),
        torch.tensor([1.0, contrast, 1.0]),
        torch.tensor([1.0, saturation, 1.0]),
    )
    found = module._jitter(images, *amounts)
    one = images[1].float() / 255
    one = reference.adjust_brightness(one, brightness)
    one = reference.adjust_contrast(one, contrast)
    one = reference.adjust_saturation(one, saturation)
    assert (found[1].float() - one * 255).abs().max() <= 1
    assert (found[[0, 2]].int() - images[[0, 2]].int()).abs().max() <= 1


@quick
@given(st.floats(0.05, 1.0), st.integers(0, 20))
def test_cutout_hides_a_square_of_the_given_side(share: float, seed: int) -> None:
    side = 40
    images = torch.zeros((5, 3, side, side), dtype=torch.uint8)
    found = drawn(images, seed, cutout=share)
    assert set(found.unique().tolist()) <= {0, 127}
    for hidden in found[:, 0] == 127:
        rows, columns = int(hidden.any(1).sum()), int(hidden.any(0).sum())
        assert int(hidden.sum()) == rows * columns  # a rectangle
        assert max(rows, columns) <= share * side + 1  # a part of it may lie outside
        assert min(rows, columns) >= share * side / 2 - 1


def test_cutout_is_the_whole_square_where_it_fits() -> None:
    side = 40
    images = torch.zeros((200, 3, side, side), dtype=torch.uint8)
    areas = (drawn(images, cutout=0.25)[:, 0] == 127).sum((1, 2))
    assert int(areas.max()) in range(81, 122)
    assert int((areas >= 81).sum()) > 60


@quick
@given(st.floats(0.01, 5.0), st.integers(0, 10), st.integers(1, 6))
def test_mixed_labels_are_shares_and_pictures_are_mixed_by_the_same(alpha: float, seed: int, count: int) -> None:
    x = torch.eye(6)[:count].view(count, 6, 1, 1).expand(-1, -1, 2, 2)
    targets = torch.eye(6)[:count]
    mixed, shares = mixup(x, targets, alpha, torch.Generator().manual_seed(seed))
    assert torch.allclose(shares.sum(1), torch.ones(count))
    assert shares.min() >= 0
    assert torch.allclose(mixed[:, :, 0, 0], shares)


def test_a_small_alpha_leaves_nearly_all_of_one() -> None:
    def largest(alpha: float) -> float:
        x, targets = torch.zeros(2, 1, 1, 1), torch.eye(2)
        shares = [mixup(x, targets, alpha, torch.Generator().manual_seed(seed))[1].max() for seed in range(200)]
        return float(torch.stack(shares).mean())

    assert largest(0.05) > 0.95 > largest(1.0) > 0.7 > 0.6


def test_mixing_by_the_same_draw_is_the_same() -> None:
    x, targets = torch.rand(8, 3, 4, 4), torch.eye(8)
    one, other = (mixup(x, targets, 0.4, torch.Generator().manual_seed(5)) for _ in range(2))
    assert torch.equal(one[0], other[0])
    assert torch.equal(one[1], other[1])
