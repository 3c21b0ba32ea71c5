"""Builds an image set from files of pictures: decoded one by one, safely; what cannot be read is left out and counted.

Shapes: N pictures that were read, S pixels a side.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from core.device import give_back_memory
from core.errors import UserError
from core.images import decode
from core.transfer.data.image_set import ImageSet, Indices, SecondLabel, Split, digest_of
from core.transfer.data.names import clean
from core.transfer.data.splits import split
from core.transfer.data.square_crop import LARGEST, square_side, to_square

MAX_BYTES = 64 * 2**20
"""Of an uploaded file: `server.maxUploadSize`."""
MOST_PIXELS = 3_000_000_000
"""Decoded for one set: a small file can hold a thousand pictures of 40 megapixels in one colour, minutes of work."""
MOST_CLASSES = 200
LEAST = 3
"""Pictures of a class: one to train on, one to choose by, one to judge by."""


_REASONS = 2  # told besides the first


class ImageSetBuilder:
    """Collects the pictures of one image set. One thread's own.

    Attributes:
        kept: which of the files that were added could be read.
        refused: how many could not.
    """

    def __init__(self, expected: int, what: str = "file") -> None:
        """Room for so many pictures at most; `what` they are called in notes.

        Raises:
            UserError: they would not fit into memory.
        """
        self.kept: list[int] = []
        self.refused = 0
        self._side = square_side(expected, LARGEST)
        self._squares: list[Tensor] = []
        self._added = self._pixels = 0
        self._what = what
        self._reasons: dict[str, _Reason] = {}  # why, without its figures -> what of it

    def add(self, name: str, data: bytes) -> None:
        """Decode a picture and keep its middle, no larger than there is room for; count it where that cannot be.

        Raises:
            UserError: the pictures together are too large.
        """
        try:
            picture = decode(data)
        except UserError as error:
            self.refuse(name, str(error))
            return
        self._pixels += picture.width * picture.height
        if self._pixels > MOST_PIXELS:
            most = f"{MOST_PIXELS // 10**9} billion pixels"
            raise UserError(f"The pictures have more than {most} together: make them smaller, or take fewer.")
        self._squares.append(to_square(picture, min(self._side, *picture.size)))
        self.kept.append(self._added)
        self._added += 1

    def skip(self) -> None:
        """Leave a file out that is told of elsewhere."""
        self._added += 1

    def refuse(self, name: str, why: str) -> None:
        """Count a file that is left out, `why` in a sentence."""
        reason = self._reasons.setdefault(re.sub(r"[\d.,]+", "", why), _Reason(clean(name, "without a name"), why))
        reason.count += 1
        self.refused += 1
        self._added += 1

    def check_some(self) -> None:
        """To be asked at the end.

        Raises:
            UserError: not one picture could be read.
        """
        if not self.kept and self._reasons:
            first = next(iter(self._reasons.values()))
            raise UserError(f"There is no picture that can be read in it; the first {self._what} is {first.told}")

    def images(self) -> Tensor:
        """(N, 3, S, S) what was kept, all of one size: that of the largest, or what memory allows. To be asked once."""
        squares, self._squares = self._squares, []
        side = max((int(square.shape[-1]) for square in squares), default=1)
        images = np.empty((len(squares), 3, side, side), np.uint8)
        for index in reversed(range(len(squares))):
            images[index] = of_side(squares.pop(), side).numpy()  # the memory of what was copied is free for the rest
        give_back_memory()  # thousands of small pieces, as much as the set itself
        return torch.from_numpy(images)

    def notes(self) -> tuple[str, ...]:
        """Sentences about what was left out, the first reasons each with an example."""
        if not self.refused:
            return ()
        first, *others = self._reasons.values()
        many = f"1 {self._what} was" if self.refused == 1 else f"{self.refused:,} {self._what}s were"
        more = (f"{reason.count:,} of them as “{reason.name}”: {reason.why}" for reason in others[:_REASONS])
        return (f"{many} left out, not readable as pictures; the first is {first.told}", *more)


@dataclass
class _Reason:
    """Why files were left out: the first of them, the sentence about it, and how many there are."""

    name: str
    why: str
    count: int = 0

    @property
    def told(self) -> str:
        return f"“{self.name}”: {self.why}"


def of_side(square: Tensor, side: int) -> Tensor:
    """(3, s, s) -> (3, side, side) uint8; the same object where it is of that side."""
    if square.shape[-1] == side:
        return square
    return to_square(Image.fromarray(square.permute(1, 2, 0).numpy()), side)


def assemble(
    name: str,
    story: str,
    images: Tensor,
    labels: Indices,
    classes: Sequence[str],
    names: Sequence[str],
    *,
    given: Indices | None = None,
    notes: Sequence[str] = (),
    own: bool = True,
    second: SecondLabel | None = None,
) -> ImageSet:
    """A set that can be learned from, or a sentence that says why these pictures are none.

    Args:
        name, story, images, notes, own, second: as in `ImageSet`.
        labels: (N,) index into `classes`.
        classes: distinct names; one without pictures is left out.
        names: (N,) of the pictures, as they came.
        given: (N,) a `Split` each, where the source has parts.

    Raises:
        UserError: no pictures, fewer than two classes or too many, too few pictures in one, none of it to train on.
    """
    if not len(labels):
        raise UserError("There is no picture that can be read in it: pictures of at least two classes are needed.")
    counts = np.bincount(labels, minlength=len(classes))
    empty = [label for label in range(len(classes)) if not counts[label]]
    present = [label for label in range(len(classes)) if counts[label]]
    if len(present) < 2:
        raise UserError(f"There are pictures of one class only, “{classes[present[0]]}”: at least two are needed.")
    if len(present) > MOST_CLASSES:
        raise UserError(f"There are {len(present):,} classes; at most {MOST_CLASSES} are possible.")
    for label in present:
        if counts[label] < LEAST:
            raise UserError(
                f"The class “{classes[label]}” has {_pictures(int(counts[label]))}; at least {LEAST} are needed, one "
                "each for training, validation and test: add some, or remove the class."
            )
    place = np.zeros(len(classes), np.int64)
    place[present] = np.arange(len(present))
    labels = place[labels]
    parts = split(labels, given)
    for label in range(len(present)):
        if not np.any(parts[labels == label] == Split.TRAIN):
            raise UserError(
                f"The class “{classes[present[label]]}” has no training picture: move some of its pictures there."
            )
    more = [f"The class “{classes[label]}” is left out: it has no picture that can be read." for label in empty[:3]]
    more += [f"{len(empty) - 3:,} more classes are left out for the same reason."] if len(empty) > 3 else []
    kept = tuple(classes[label] for label in present)
    extra = b"" if second is None else repr((second.name, second.classes)).encode() + second.labels.tobytes()
    return ImageSet(
        name,
        digest_of(images, labels, parts, kept, extra),
        images,
        labels,
        kept,
        parts,
        tuple(clean(text, f"picture {number}") for number, text in enumerate(names, 1)),
        story,
        own,
        (*notes, *more, *_copies(images, labels, parts, kept)),
        second,
    )


def _pictures(number: int) -> str:
    return "1 picture" if number == 1 else f"{number:,} pictures"


def _copies(images: Tensor, labels: Indices, parts: Indices, classes: Sequence[str]) -> tuple[str, ...]:
    """Warnings where a picture has two classes, or is trained on and also one that the result is judged by."""
    prints = [hashlib.sha256(image.numpy().data).digest() for image in images]
    trained = {digest for digest, part in zip(prints, parts, strict=True) if part == Split.TRAIN}
    many = sum(digest in trained for digest, part in zip(prints, parts, strict=True) if part != Split.TRAIN)
    first: dict[bytes, int] = {}
    two = {digest: (first[digest], label) for digest, label in zip(prints, labels.tolist(), strict=True)
           if first.setdefault(digest, label) != label}  # fmt: skip
    notes = []
    if two:
        one, other = (classes[label] for label in next(iter(two.values())))
        stands = "1 picture stands" if len(two) == 1 else f"{len(two):,} pictures stand"
        notes.append(
            f"{stands} in two classes, the first in “{one}” and “{other}”: no network can tell these classes apart, so "
            "remove it from one of them."
        )
    if many:
        are = "1 validation or test picture is an exact copy" if many == 1 else f"{many:,} validation or test pictures"
        are += "" if many == 1 else " are exact copies"
        notes.append(f"{are} of training pictures: results on them are too good.")
    return tuple(notes)
