"""A Parquet file in the image layout of Hugging Face's datasets -> a set.

The layout (https://huggingface.co/docs/datasets/image_dataset): a column of structs with the fields `bytes`, a picture
file, and `path`, its name; columns of whole numbers as labels; under the key `huggingface` of the schema's metadata the
JSON that says which columns are pictures and labels, and the names of the classes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute

from core.errors import UserError
from core.image_checks import MAX_BYTES as MAX_PICTURE_BYTES
from core.jobs import Report
from core.transfer.data.gathering import Gathering, assemble
from core.transfer.data.image_set import ImageSet, Indices, SecondLabel, Split
from core.transfer.data.names import clean, distinct
from core.transfer.data.parquet_checks import DAMAGED, Source, open_bytes, open_file
from core.transfer.data.parquet_columns import Columns

pc: Any = pyarrow.compute  # whose functions are made when it is imported
BATCH = 256  # rows at a time
_LONGEST_PATH = 4_096  # bytes
_NO_LABEL = -1  # what the layout writes where a label is not known


class _Row(NamedTuple):
    """A row; of a picture or a path that is too long its length stands there."""

    picture: bytes | int | None
    path: str | int | None
    label: int | None
    second: int | None


@dataclass
class _Rows:
    """What was read of one or several files, a row each."""

    labels: list[int] = field(default_factory=list)
    second: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    parts: list[Split] = field(default_factory=list)


def read_parquet(data: bytes, name: str, report: Report) -> ImageSet:
    """Read an uploaded Parquet file.

    Args:
        data: the file.
        name: what to call the set.
        report: told how far it is; may raise to stop it.

    Raises:
        UserError: whatever is wrong with it, in one sentence.
    """
    report(0.0, "opening the file")
    source = open_bytes(data, Split.TRAIN)
    return _read([source], clean(name, "parquet"), "From a Parquet file.", report, given=False, own=True)


def read_files(files: Sequence[tuple[Path, Split]], name: str, story: str, report: Report) -> ImageSet:
    """Read Parquet files of this machine, each with its part, into one set that is nobody's own.

    Raises:
        UserError: whatever is wrong with one of them, in one sentence.
    """
    report(0.0, "opening the files")
    sources = [open_file(path, part) for path, part in files]
    return _read(sources, name, story, report, given=len({part for _, part in files}) > 1, own=False)


def _read(sources: Sequence[Source], name: str, story: str, report: Report, *, given: bool, own: bool) -> ImageSet:
    """All rows of all files."""
    columns = sources[0].columns
    if any(source.columns.classes != columns.classes for source in sources):
        raise UserError("The Parquet files do not name the same classes: choose files of one data set.")
    total = sum(source.file.metadata.num_rows for source in sources)
    gathering, rows, done = Gathering(total, "row"), _Rows(), 0
    for source in sources:
        for row in _rows(source):
            if done % BATCH == 0:
                report(done / max(total, 1), f"picture {done + 1:,} of {total:,}")
            done += 1
            _take(gathering, rows, row, source, done)
    report(1.0, "putting them together")
    kept = gathering.kept
    labels = np.array([rows.labels[row] for row in kept], np.int64)
    classes = columns.classes
    if classes is None:
        values = np.unique(labels)
        classes = tuple(str(value) for value in values.tolist())
        labels = np.searchsorted(values, labels)
    return assemble(
        name,
        story,
        gathering.images(),
        labels,
        distinct(classes),
        [rows.names[row] for row in kept],
        given=np.array([rows.parts[row] for row in kept], np.int64) if given else None,
        notes=(*gathering.notes(), *columns.notes()),
        own=own,
        second=_second(columns, np.array([rows.second[row] for row in kept], np.int64)),
    )


def _take(gathering: Gathering, rows: _Rows, row: _Row, source: Source, number: int) -> None:
    """One row: its picture is decoded, or counted as left out."""
    name = row.path if isinstance(row.path, str) else f"row {number}"
    name = name.replace("\\", "/").rpartition("/")[2]
    classes, label = source.columns.classes, row.label
    rows.labels.append(_number(label))
    rows.second.append(_number(row.second))
    rows.names.append(name)
    rows.parts.append(source.part)
    if label is None or (classes is not None and label == _NO_LABEL):
        gathering.refuse(name, "It has no label.")
    elif classes is not None and not 0 <= label < len(classes):
        gathering.refuse(name, f"Its label is {label:,} and there are {len(classes):,} classes.")
    elif label != _number(label):
        gathering.refuse(name, f"Its label is {label:,}.")
    elif isinstance(row.picture, bytes):
        gathering.add(name, row.picture)
    elif row.picture is None:
        gathering.refuse(name, "The picture itself is not in the file.")
    else:
        most = MAX_PICTURE_BYTES // 2**20
        gathering.refuse(name, f"It has {row.picture / 2**20:,.0f} MB and {most} are the most of a picture.")


def _number(label: int | None) -> int:
    """A label that fits into an array."""
    return label if label is not None and -(2**31) <= label < 2**31 else _NO_LABEL


def _rows(source: Source) -> Iterator[_Row]:
    """All rows.

    Raises:
        UserError: the file is damaged.
    """
    columns = source.columns
    batches = source.file.iter_batches(batch_size=BATCH, columns=list(columns.wanted), use_threads=False)
    while True:
        try:
            batch = next(batches, None)
            if batch is not None:
                batch.validate(full=True)  # a damaged file may point beyond its own values
        except (pa.ArrowException, OSError, ValueError) as error:
            raise UserError(DAMAGED) from error
        except MemoryError as error:
            raise UserError("There is not enough memory for this Parquet file: take fewer rows.") from error
        if batch is None:
            return
        images = batch.column(columns.image)
        there = images.is_valid().to_pylist()
        pictures = _values(images.field("bytes"), MAX_PICTURE_BYTES)
        paths = _values(images.field("path"), _LONGEST_PATH) if columns.path else repeat(None)
        labels = batch.column(columns.label).to_pylist()
        seconds = repeat(None) if columns.second is None else batch.column(columns.second).to_pylist()
        for valid, picture, path, label, second in zip(there, pictures, paths, labels, seconds, strict=False):
            yield _Row(picture if valid else None, path, label, second)


def _values(column: Any, most: int) -> Iterator[Any]:
    """The values of a column of bytes or texts, one by one; of one longer than `most` bytes how long it is."""
    values, places = column, range(len(column))
    if isinstance(column, pa.DictionaryArray):
        values, places = column.dictionary, column.indices.to_pylist()
    sizes = pc.binary_length(values).to_pylist()
    for place in places:
        size = None if place is None else sizes[place]
        yield values[place].as_py() if size is not None and size <= most else size


def _second(columns: Columns, labels: Indices) -> SecondLabel | None:
    """The second label, where every picture has one and there is more than one."""
    values = np.unique(labels)
    if columns.second is None or len(values) < 2:
        return None
    names = columns.second_classes
    if names is None:
        if values[0] < 0 or len(values) > columns.most:
            return None
        names, labels = tuple(str(value) for value in values.tolist()), np.searchsorted(values, labels)
    elif values[0] < 0 or values[-1] >= len(names):
        return None
    return SecondLabel(clean(columns.second, "second label"), labels, distinct(names))
