"""CIFAR-10 (Krizhevsky 2009): 60,000 pictures of 32 x 32 pixels in ten classes, from this machine or downloaded once.

The environment variable `CLASSROOM_CIFAR10` says where it lies: a folder with torchvision's `cifar-10-batches-py`, or
Parquet files in the image layout of Hugging Face's datasets (or a folder of them), several of them separated as in
`PATH`. Its 10,000 test pictures are the test part; validation pictures are taken from the training pictures.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from pathlib import Path

import numpy as np
import pooch
import requests
import torch
from torchvision.datasets import CIFAR10

from core.errors import UserError
from core.jobs import Report
from core.models.weights import CHUNK, TIMEOUT_S, Progress
from core.transfer.data.image_set import ImageSet, Split
from core.transfer.data.image_set_builder import assemble
from core.transfer.data.parquet import read_files

NAME = "CIFAR-10"
VARIABLE = "CLASSROOM_CIFAR10"
MEGABYTES = 170.5
"""Of the download."""
_STORY = (
    "60,000 pictures of 32 × 32 pixels in ten classes, 6,000 each (Krizhevsky 2009); its 10,000 test pictures are the "
    "test part."
)
_FOLDER = CIFAR10.base_folder
_NAMED = ("train ", "test ")  # what pictures are called that had no name


class Source(StrEnum):
    """Which copy of CIFAR-10 it is: accuracies on different ones must not be compared as if they were one."""

    TORCHVISION = "torchvision", "The published pictures, bit for bit, in the published order."
    JPEG = "jpeg", "Lossy JPEG copies of the pictures in another order: not the published benchmark."
    OTHER = "other", "Parquet files of unknown origin: perhaps not the published benchmark."

    explanation: str

    def __new__(cls, value: str, explanation: str) -> Source:
        """A member is its first word and carries the sentence."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.explanation = explanation
        return member


def explanation_of(source: str) -> str:
    """The sentence about a copy that a record names; the name itself where it is of none that is known."""
    return next((one.explanation for one in Source if one == source), source)


def source_of(images: ImageSet) -> Source:
    """Which copy these pictures are, by their names."""
    first = images.names[0] if images.names else ""
    if first.endswith((".jpg", ".jpeg")):
        return Source.JPEG
    return Source.TORCHVISION if first.startswith(_NAMED) else Source.OTHER


def downloads() -> Path:
    """The folder that a download goes to, beside the weights that torch.hub keeps."""
    return Path(torch.hub.get_dir()) / "datasets"


def is_here() -> bool:
    """Whether it can be had without a network: named by the variable, or downloaded before."""
    return bool(os.environ.get(VARIABLE)) or (downloads() / _FOLDER).is_dir()


def read_cifar10(report: Report) -> ImageSet:
    """Read it from where the variable says, or from where it was downloaded; else download it.

    Args:
        report: told how far it is; may raise to stop it.

    Raises:
        UserError: it is not where it should be, is not what it should be, or cannot be downloaded.
    """
    named = os.environ.get(VARIABLE, "")
    if not named:
        if not (downloads() / _FOLDER).is_dir():
            _download(report)
        return _from_batches(downloads(), report)
    paths = [Path(part).expanduser() for part in named.split(os.pathsep) if part]
    for path in paths:
        if not path.exists():
            raise UserError(f"The environment variable {VARIABLE} names {path}, which is not there.")
    if len(paths) == 1 and paths[0].is_dir():
        for root in (paths[0], paths[0].parent):
            if (root / _FOLDER).is_dir() and (root == paths[0] or paths[0].name == _FOLDER):
                return _from_batches(root, report)
        paths = sorted(paths[0].glob("*.parquet"))
    if not paths or any(path.suffix != ".parquet" for path in paths):
        raise UserError(
            f"The environment variable {VARIABLE} must name a folder with {_FOLDER}, or Parquet files; it is {named}."
        )
    return _from_parquet(paths, report)


def _from_parquet(paths: Sequence[Path], report: Report) -> ImageSet:
    """Files called "test" are the test part; where there is none, pictures of each class are set aside."""
    files = [(path, Split.TEST if "test" in path.name.casefold() else Split.TRAIN) for path in paths]
    files.sort(key=lambda pair: pair[1])
    story = _STORY if {part for _, part in files} == {Split.TRAIN, Split.TEST} else _STORY.split(";")[0] + "."
    found = read_files(files, NAME, story, report)
    return replace(found, story=f"{story} {source_of(found).explanation}", notes=())


def _from_batches(root: Path, report: Report) -> ImageSet:
    """As torchvision reads it, which compares the digest of every file before it opens one."""
    report(0.0, "reading CIFAR-10")
    try:
        train = CIFAR10(root, train=True)
        report(0.6, "reading its test pictures")
        test = CIFAR10(root, train=False)
    except RuntimeError as error:
        raise UserError(
            f"The folder {root / _FOLDER} does not hold CIFAR-10 as it should: delete it, and download it again."
        ) from error
    report(0.8, "putting them together")
    pixels = np.concatenate([train.data, test.data])  # (60000, 32, 32, 3)
    images = torch.from_numpy(pixels).permute(0, 3, 1, 2).contiguous()
    labels = np.array([*train.targets, *test.targets], np.int64)
    given = np.repeat(np.array([Split.TRAIN, Split.TEST], np.int64), [len(train.data), len(test.data)])
    names = [f"{part} {number:,}" for part, many in (("train", train), ("test", test)) for number in range(len(many))]
    found = assemble(NAME, _STORY, images, labels, train.classes, names, given=given, own=False)
    return replace(found, notes=())


def _download(report: Report) -> None:
    """Download the archive with progress, then let torchvision unpack it and compare its digests.

    Raises:
        UserError: there is no network, or no room.
    """
    report(0.0, "connecting")
    downloader = pooch.HTTPDownloader(progressbar=Progress(MEGABYTES, report), chunk_size=CHUNK, timeout=TIMEOUT_S)
    try:
        file = pooch.retrieve(
            CIFAR10.url, f"md5:{CIFAR10.tgz_md5}", fname=CIFAR10.filename, path=downloads(), downloader=downloader
        )
        report(1.0, "unpacking")
        CIFAR10(downloads(), download=True)  # which finds the archive there and only unpacks it
        Path(file).unlink(missing_ok=True)
    except requests.RequestException as error:
        answer = getattr(error, "response", None)
        why = "there seems to be no network" if answer is None else f"the server answered {answer.status_code}"
        raise UserError(
            f"CIFAR-10 ({MEGABYTES:.0f} MB) could not be downloaded: {why}. The other sets need no download."
        ) from error
    except (RuntimeError, ValueError) as error:
        raise UserError("What was downloaded is not CIFAR-10 as it should be: try again.") from error
    except OSError as error:
        why = "no permission" if isinstance(error, PermissionError) else error.strerror or str(error)
        raise UserError(f"CIFAR-10 could not be saved in {downloads()}: {why}.") from error
