"""Several pictures, one after the other: each is decoded, shrunk, looked at, and let go of before the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from core.detection.detector import Detector
from core.detection.results import Candidates
from core.errors import UserError
from core.images import data_uri, decode, shrink, to_jpeg
from core.jobs import Report
from core.names import match

MOST = 20
"""Pictures at once."""
MEGABYTES = 60
"""Of all their files together, 2^20 bytes."""
SHOWN_SIDE = 480  # pixels of the longer side: some 30 kB as JPEG


@dataclass(frozen=True, eq=False)
class Looked:
    """What is left of a picture that a detector has looked at.

    Attributes:
        name: of its file.
        size: (width, height) in pixels.
        uri: a small copy as data URI.
        candidates: what was found, before NMS.
    """

    name: str
    size: tuple[int, int]
    uri: str
    candidates: Candidates


@dataclass(frozen=True, eq=False)
class Refused:
    """A file that is no picture for us.

    Attributes:
        name: of the file.
        why: a sentence.
    """

    name: str
    why: str


@dataclass(frozen=True, eq=False)
class Upload:
    """A file as it came.

    Attributes:
        name: of the file.
        data: its bytes.
    """

    name: str
    data: bytes


def free_name(name: str, taken: Iterable[str]) -> str:
    """A name that none of the others has: "cup (2).jpg"."""
    base, number, others = PurePath(name.strip() or "picture"), 1, list(taken)
    name = str(base)
    while match(name, others) is not None:
        number += 1
        name = f"{base.stem} ({number}){base.suffix}"
    return name


def take_in(held: Sequence[Upload], new: Sequence[Upload]) -> tuple[list[Upload], list[Refused]]:
    """Which of the new files there is room for, in their order, and why not for the others.

    Args:
        held: files that are there already.
        new: those that came, with names of their own.
    """
    taken, refused = list[Upload](), list[Refused]()
    total = sum(len(file.data) for file in held)
    for file in new:
        if len(held) + len(taken) >= MOST:
            refused.append(Refused(file.name, f"Only {MOST} pictures are held at once: remove some first."))
        elif total + len(file.data) > MEGABYTES * 2**20:
            refused.append(Refused(file.name, f"All files together may have {MEGABYTES} MB: remove some first."))
        else:
            taken.append(file)
            total += len(file.data)
    return taken, refused


def look_at(detector: Detector, file: Upload, short_side: int | None = None) -> Looked:
    """Look at one picture; its pixels are let go of at the end.

    Raises:
        UserError: no picture that we take, see `core.images.decode`, or one that the detector cannot look at.
    """
    image = decode(file.data)
    found = detector.candidates(image, short_side=short_side)
    return Looked(file.name, image.size, data_uri(to_jpeg(shrink(image, SHOWN_SIDE))), found)


def look_at_all(
    detector: Detector,
    files: Sequence[Upload],
    short_side: int | None,
    done: Callable[[Upload, Looked | Refused], None],
    report: Report,
) -> None:
    """Look at one picture after the other; a broken one is refused, and the others go on.

    Args:
        detector: who looks.
        files: at these.
        short_side: length of a picture's shorter side for the network, pixels; None: the usual one.
        done: told of each picture when it is through.
        report: of the job; it ends the work where somebody stopped it, and what is done stays done.
    """
    for number, file in enumerate(files):
        report(number / len(files), f"picture {number + 1} of {len(files)}")
        try:
            result: Looked | Refused = look_at(detector, file, short_side)
        except UserError as error:
            result = Refused(file.name, str(error))
        done(file, result)
