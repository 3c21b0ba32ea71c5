"""Classes named in the page, filled picture by picture, until they are a set.

Everything is a value: a change makes a new draft that shares its pictures with the one before, so that undoing is
taking the old one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from core.errors import UserError
from core.images import decode
from core.jobs import Report
from core.transfer.data.image_set import ImageSet
from core.transfer.data.image_set_builder import LEAST, MOST_CLASSES, MOST_PIXELS, assemble, of_side
from core.transfer.data.names import clean
from core.transfer.data.square_crop import LARGEST, to_square

MOST_PICTURES = 500
"""In all classes together: some 100 MB."""


@dataclass(frozen=True, eq=False)
class Shot:
    """A picture of a class.

    Attributes:
        name: of its file.
        square: (3, s, s) uint8, s at most `LARGEST`; only to be read.
        digest: sha256 of the square.
    """

    name: str
    square: Tensor
    digest: bytes


@dataclass(frozen=True)
class Draft:
    """Classes that are being filled, in the order in which they were named.

    Attributes:
        classes: names.
        shots: the pictures of each class.
    """

    classes: tuple[str, ...] = ()
    shots: tuple[tuple[Shot, ...], ...] = ()

    def __len__(self) -> int:
        """Number of pictures."""
        return sum(map(len, self.shots))


def shot(name: str, data: bytes) -> Shot:
    """A picture from a file or the camera.

    Raises:
        UserError: no picture that can be read; the sentence says why.
    """
    return _shot(name, decode(data))


def read_shots(files: Sequence[tuple[str, bytes]], report: Report) -> tuple[tuple[Shot, ...], tuple[str, ...]]:
    """Read several files.

    Args:
        files: their names and bytes.
        report: told how far it is; may raise to stop it.

    Returns:
        Those that could be read, and a sentence about each of the others, which begins with its name.
    """
    found, problems, pixels = [], [], 0
    for number, (name, data) in enumerate(files):
        report(number / len(files), f"picture {number + 1:,} of {len(files):,}")
        try:
            if pixels > MOST_PIXELS:
                raise UserError("The files before it have too many pixels together: add the rest separately.")
            picture = decode(data)
        except UserError as error:
            problems.append(f"{clean(name, 'picture')}: {error}")
        else:
            pixels += picture.width * picture.height
            found.append(_shot(name, picture))
    return tuple(found), tuple(problems)


def _shot(name: str, picture: Image.Image) -> Shot:
    square = to_square(picture, min(LARGEST, *picture.size))
    return Shot(clean(name, "picture"), square, hashlib.sha256(square.numpy().data).digest())


def with_class(draft: Draft, name: str) -> Draft:
    """Add an empty class.

    Raises:
        UserError: no name, one that is there, or too many classes.
    """
    if len(draft.classes) >= MOST_CLASSES:
        raise UserError(f"At most {MOST_CLASSES} classes are possible.")
    return Draft((*draft.classes, free_name(name, draft.classes)), (*draft.shots, ()))


def free_name(name: str, others: Sequence[str]) -> str:
    """The name as it is kept.

    Raises:
        UserError: nothing is left of it, or a class has it.
    """
    name = clean(name, "")
    if not name:
        raise UserError("Type a name for the class first.")
    if name.casefold() in {other.casefold() for other in others}:
        raise UserError(f"There is a class “{name}” already: choose another name.")
    return name


def without_class(draft: Draft, name: str) -> Draft:
    """Take a class out with its pictures; the same draft where there is none of that name."""
    kept = [index for index, other in enumerate(draft.classes) if other != name]
    return Draft(tuple(draft.classes[index] for index in kept), tuple(draft.shots[index] for index in kept))


def with_shots(draft: Draft, name: str, shots: Sequence[Shot]) -> tuple[Draft, tuple[str, ...]]:
    """Add pictures to a class; those that the draft has already are left out.

    Returns:
        The new draft, and sentences about what was left out.

    Raises:
        UserError: there is no such class, or no room for any.
    """
    if name not in draft.classes:
        raise UserError(f"There is no class “{clean(name, 'without a name')}” any more: name it again.")
    at = draft.classes.index(name)
    seen = {old.digest for class_ in draft.shots for old in class_}
    new: list[Shot] = []
    for one in shots:
        if one.digest not in seen:
            seen.add(one.digest)
            new.append(one)
    notes = []
    if len(new) < len(shots):
        many = len(shots) - len(new)
        notes.append(f"{many:,} {'picture was' if many == 1 else 'pictures were'} there already and left out.")
    room = MOST_PICTURES - len(draft)
    if len(new) > room:
        if room <= 0:
            raise UserError(f"There are {MOST_PICTURES} pictures already, the maximum: take some out first.")
        notes.append(f"{len(new) - room:,} left out: all classes together can have at most {MOST_PICTURES} pictures.")
        new = new[:room]
    filled = (*draft.shots[at], *new)
    return replace(draft, shots=(*draft.shots[:at], filled, *draft.shots[at + 1 :])), tuple(notes)


def missing(draft: Draft) -> str:
    """What a draft still lacks to be a set, in a sentence; "" where it is complete."""
    if len(draft.classes) < 2:
        return "Name at least two classes."
    for name, shots in zip(draft.classes, draft.shots, strict=True):
        if len(shots) < LEAST:
            have = f"{len(shots)} picture{'' if len(shots) == 1 else 's'}" if shots else "no picture"
            return f"The class “{name}” has {have}: it needs {LEAST} at least."
    return ""


def make_set(draft: Draft, name: str) -> ImageSet:
    """The draft as a set.

    Raises:
        UserError: it lacks something; the sentence says what.
    """
    if lacks := missing(draft):
        raise UserError(lacks)
    shots = [one for class_ in draft.shots for one in class_]
    side = max(int(one.square.shape[-1]) for one in shots)
    images = torch.from_numpy(np.stack([of_side(one.square, side).numpy() for one in shots]))
    labels = np.repeat(np.arange(len(draft.classes)), [len(class_) for class_ in draft.shots]).astype(np.int64)
    names = [one.name for one in shots]
    return assemble(
        clean(name, "my classes"), "Pictures gathered by hand, class by class.", images, labels, draft.classes, names
    )
