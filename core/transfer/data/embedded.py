"""The sets that come with the app, inside packages it needs anyway: no network, no waiting."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import torch
from skimage import data as skimage_data
from sklearn.datasets import load_digits

from core.transfer.data.image_set import ImageSet, Indices, SecondLabel, Split, digest_of
from core.transfer.data.splits import split

PATCH = 64  # pixels: 8 x 8 of them make a texture's picture
_REGIONS = {Split.TRAIN: range(0, 5), Split.VALIDATION: range(5, 6), Split.TEST: range(6, 8)}  # rows of patches


def digits() -> ImageSet:
    """1,797 handwritten digits of 8 x 8 pixels (Kaynak 1995), white on black as they come."""
    source = load_digits()
    grey = np.rint(source.images * (255 / 16)).astype(np.uint8)  # (N, 8, 8)
    labels = source.target.astype(np.int64)
    classes = tuple(str(digit) for digit in range(10))
    return _made(
        "Handwritten digits",
        grey,
        labels,
        split(labels),
        classes,
        tuple(f"no. {number}" for number in range(1, len(labels) + 1)),
        "1,797 handwritten digits of 8 × 8 pixels, collected in Turkey by Kaynak (1995); they come with scikit-learn.",
        SecondLabel("parity", labels % 2, ("even", "odd")),
    )


def textures() -> ImageSet:
    """Patches of scikit-image's brick, grass and gravel; each part from rows of the picture of its own."""
    classes = ("brick", "grass", "gravel")
    patches, labels, parts, names = [], [], [], []
    for label, name in enumerate(classes):
        picture = getattr(skimage_data, name)()  # (512, 512) uint8
        for part, rows in _REGIONS.items():
            for row in rows:
                # half a patch apart within a row, and never across rows: no pixel is in two parts
                for left in range(0, picture.shape[1] - PATCH + 1, PATCH // 2):
                    patches.append(picture[row * PATCH : (row + 1) * PATCH, left : left + PATCH])
                    labels.append(label)
                    parts.append(part)
                    names.append(f"{name}, row {row + 1}, from column {left}")
    return _made(
        "Textures",
        np.stack(patches),
        np.array(labels, np.int64),
        np.array(parts, np.int64),
        classes,
        tuple(names),
        "Patches of 64 × 64 pixels of three photographs of brick, grass and gravel, which come with scikit-image "
        "(CC0, from cc0textures.com). Training, validation and test patches are from different regions.",
    )


def faces() -> ImageSet:
    """100 faces and 100 pictures of something else, 25 x 25 pixels."""
    source = skimage_data.lfw_subset()  # (200, 25, 25) in [0, 1], the faces first
    grey = np.rint(source * 255).astype(np.uint8)
    labels = np.repeat(np.array([0, 1], np.int64), 100)
    names = tuple(f"{kind} {number}" for kind in ("face", "no face") for number in range(1, 101))
    return _made(
        "Faces",
        grey,
        labels,
        split(labels),
        ("face", "no face"),
        names,
        "100 faces and 100 pieces of background, 25 × 25 pixels, from Labeled Faces in the Wild (Huang et al. 2007); "
        "they come with scikit-image.",
    )


def _made(
    name: str,
    grey: npt.NDArray[np.uint8],
    labels: Indices,
    parts: Indices,
    classes: tuple[str, ...],
    names: tuple[str, ...],
    story: str,
    second: SecondLabel | None = None,
) -> ImageSet:
    """A set of (N, S, S) grey pictures."""
    images = torch.from_numpy(grey)[:, None].expand(-1, 3, -1, -1).contiguous()
    digest = digest_of(images, labels, parts, classes)
    return ImageSet(name, digest, images, labels, classes, parts, names, story, second=second)


EMBEDDED: Mapping[str, Callable[[], ImageSet]] = MappingProxyType(
    {"Textures": textures, "Faces": faces, "Handwritten digits": digits}
)
"""Name -> what makes it, in some tenths of a second."""
