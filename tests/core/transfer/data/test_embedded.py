"""The sets that come with the app: their counts, their parts, and what names their content."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage import data as skimage_data
from sklearn.datasets import load_digits

from core.transfer.data.embedded import EMBEDDED, PATCH, digits, faces, textures
from core.transfer.data.image_set import ImageSet, Split, digest_of


@pytest.fixture(scope="module")
def sets() -> dict[str, ImageSet]:
    return {name: make() for name, make in EMBEDDED.items()}


def test_counts(sets: dict[str, ImageSet]) -> None:
    found = {name: (len(images), images.side, len(images.classes)) for name, images in sets.items()}
    assert found == {"Handwritten digits": (1_797, 8, 10), "Textures": (360, 64, 3), "Faces": (200, 25, 2)}
    assert sets["Textures"].counts().tolist() == [[75, 15, 30]] * 3
    assert sets["Faces"].counts().tolist() == [[60, 20, 20]] * 2
    assert sets["Handwritten digits"].counts().sum(1).tolist() == np.bincount(load_digits().target).tolist()


def test_they_are_named_as_the_menu_names_them_and_nobody_s_own(sets: dict[str, ImageSet]) -> None:
    for name, images in sets.items():
        assert images.name == name
        assert not images.own
        assert images.notes == ()
        assert images.story.endswith(".")
        assert len(set(images.names)) == len(images)
        assert (images.counts() > 0).all()


def test_digits_are_those_of_scikit_learn(sets: dict[str, ImageSet]) -> None:
    source, images = load_digits(), sets["Handwritten digits"]
    assert np.array_equal(images.labels, source.target)
    assert np.abs(images.images[:, 1].numpy() * (16 / 255) - source.images).max() < 0.04
    assert torch.equal(images.images[:, 0], images.images[:, 2])
    assert images.second is not None
    assert [images.second.classes[label] for label in images.second.labels[:3]] == ["even", "odd", "even"]


def test_the_parts_of_textures_share_no_pixel(sets: dict[str, ImageSet]) -> None:
    """Each patch is found in its photograph; what the parts cover there is disjoint."""
    images = sets["Textures"]
    for label, name in enumerate(images.classes):
        photograph = getattr(skimage_data, name)()
        covered = {part: np.zeros(photograph.shape, bool) for part in Split}
        for index in np.flatnonzero(images.labels == label):
            row, left = (int(piece.split()[-1]) for piece in images.names[index].split(",")[1:])
            rows, columns = slice((row - 1) * PATCH, row * PATCH), slice(left, left + PATCH)
            assert np.array_equal(photograph[rows, columns], images.images[index, 0].numpy())
            covered[Split(int(images.split[index]))][rows, columns] = True
        assert np.add.reduce([mask.astype(int) for mask in covered.values()]).max() == 1


def test_faces_come_first(sets: dict[str, ImageSet]) -> None:
    images = sets["Faces"]
    assert images.labels.tolist() == [0] * 100 + [1] * 100
    original = skimage_data.lfw_subset()
    assert np.abs(images.images[3, 0].numpy() / 255 - original[3]).max() < 0.005


@pytest.mark.parametrize("make", [digits, textures, faces])
def test_the_digest_is_stable(make: object, sets: dict[str, ImageSet]) -> None:
    again = make()  # type: ignore[operator]
    assert again.digest == sets[again.name].digest
    assert len({images.digest for images in sets.values()}) == 3


def test_the_digest_differs_on_one_pixel_label_part_or_name(sets: dict[str, ImageSet]) -> None:
    images = sets["Faces"]

    def digest(**changes: object) -> str:
        given = {"images": images.images, "labels": images.labels, "parts": images.split, "classes": images.classes}
        return digest_of(**{**given, **changes})  # type: ignore[arg-type]

    pixels, labels, parts = images.images.clone(), images.labels.copy(), images.split.copy()
    pixels[150, 2, 24, 24] ^= 1
    labels[199] = 0
    parts[199] = (parts[199] + 1) % 3
    found = {
        digest(),
        digest(images=pixels),
        digest(labels=labels),
        digest(parts=parts),
        digest(classes=("face", "noface")),
        digest(more=b"x"),
    }
    assert len(found) == 6
    assert digest() == images.digest
