"""The teacher's predictions on disk: safetensors files of some views each, whole or not there at all."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from core.errors import UserError

PLAN = "plan.json"


@dataclass(frozen=True)
class View:
    """One photograph as the teacher saw it once.

    Attributes:
        key: of the photograph, see `photographs.Photograph`.
        number: which of its views, from 0.
        flip: whether it was turned left to right.
        size: (height, width) network pixels, without the padding at the right and below.
        file_size: (height, width) pixels of the file.
        maps: per level (124, h, w) float16, padding included; the finest first.
    """

    key: str
    number: int
    flip: bool
    size: tuple[int, int]
    file_size: tuple[int, int]
    maps: tuple[Tensor, ...]

    @property
    def name(self) -> str:
        """The view's own name."""
        return f"{self.key}#{self.number}"


def save_text(path: Path, text: str) -> None:
    """Write a text file that is there whole or not at all.

    Raises:
        UserError: it cannot be written.
    """
    with _whole(path) as part:
        part.write_text(text, encoding="utf-8")


def save(path: Path, tensors: dict[str, Tensor], about: object = None) -> None:
    """Write a safetensors file that is there whole or not at all.

    Args:
        path: the file.
        tensors: by name.
        about: what is to be said of them, anything that JSON can say; None: nothing.

    Raises:
        UserError: it cannot be written.
    """
    with _whole(path) as part:
        save_file(tensors, part, None if about is None else {"about": json.dumps(about)})


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Another name to write to, which becomes the file's when all is written."""
    part = path.with_name(f"{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield part
        part.replace(path)
    except (OSError, SafetensorError) as error:  # safetensors has one error for all
        raise UserError(f"{path} cannot be written: {error}.") from error


def about(path: Path) -> Any:
    """What `save` was told about a file's tensors; None where the file is not there, broken or by someone else."""
    try:
        with safe_open(path, "pt") as file:
            return json.loads(file.metadata()["about"])
    except (OSError, SafetensorError, TypeError, KeyError, ValueError):
        return None


def save_views(path: Path, views: Sequence[View]) -> None:
    """Write a shard."""
    tensors = {
        f"{i}.{level}": values.contiguous() for i, view in enumerate(views) for level, values in enumerate(view.maps)
    }
    save(path, tensors, [[v.key, v.number, v.flip, v.size, v.file_size, len(v.maps)] for v in views])


def load_views(path: Path) -> Iterator[View]:
    """Read a shard view by view.

    Raises:
        UserError: it is broken.
    """
    try:
        with safe_open(path, "pt") as file:
            said = json.loads(file.metadata()["about"])
            for i, (key, number, flip, size, file_size, levels) in enumerate(said):
                maps = tuple(file.get_tensor(f"{i}.{level}") for level in range(levels))
                yield View(key, number, flip, (size[0], size[1]), (file_size[0], file_size[1]), maps)
    except (OSError, SafetensorError, TypeError, KeyError, ValueError) as error:
        raise UserError(f"{path} is broken: run `cache` again, which makes it anew.") from error


def all_views(folder: Path) -> Iterator[View]:
    """Every view of a cache, in its order.

    Raises:
        UserError: there is no cache, a shard is missing, or is broken.
    """
    for path in shards(folder):
        yield from load_views(path)


def shards(folder: Path) -> list[Path]:
    """The files of a cache that is complete.

    Raises:
        UserError: there is no cache, or a shard is missing.
    """
    try:
        count = int(json.loads((folder / PLAN).read_text(encoding="utf-8"))["shards"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(f"There is no cache in {folder}: run `cache` first.") from error
    paths = [shard(folder, number) for number in range(count)]
    missing = sum(not path.is_file() for path in paths)
    if missing:
        raise UserError(f"The cache in {folder} lacks {missing} of {count} shards: run `cache` again, it goes on.")
    return paths


def shard(folder: Path, number: int) -> Path:
    """Where a shard lies."""
    return folder / f"{number:04d}.safetensors"
