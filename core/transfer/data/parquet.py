"""A Parquet file in the image layout of Hugging Face's datasets -> a set.

The layout (https://huggingface.co/docs/datasets/image_dataset): a column of structs with the fields `bytes`, a picture
file, and `path`, its name; columns of whole numbers as labels; under the key `huggingface` of the schema's metadata the
JSON that says which columns are pictures and labels, and the names of the classes. Other writers have the files
themselves in the column, and labels as texts, truth values or floats that are whole; see `parquet_columns`.
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
from core.transfer.data.image_set import ImageSet, Indices, SecondLabel, Split
from core.transfer.data.image_set_builder import ImageSetBuilder, assemble
from core.transfer.data.names import clean
from core.transfer.data.parquet_checks import BATCH, DAMAGED, Source, open_bytes, open_file
from core.transfer.data.parquet_columns import Columns
from core.transfer.data.parquet_labels import LONG, Labels
from core.transfer.data.parquet_types import is_number

pc: Any = pyarrow.compute  # whose functions are made when it is imported
_LONGEST_PATH = 4_096  # bytes
MOST_BYTES = 2**32
"""Of all pictures together as they are read: seconds of copying. A file of some megabytes can point to one of them for
each of its rows."""


class _Row(NamedTuple):
    """A row; of a picture or a path that is too long its length stands there."""

    picture: bytes | int | None
    path: str | int | None
    label: object
    second: object


@dataclass
class _Rows:
    """What was read of one or several files, a row each."""

    labels: Labels
    second: Labels
    names: list[str] = field(default_factory=list)
    parts: list[Split] = field(default_factory=list)


def read_parquet(
    data: bytes, name: str, report: Report, image: str | None = None, label: str | None = None
) -> ImageSet:
    """Read an uploaded Parquet file.

    Args:
        data: the file.
        name: what to call the set.
        report: told how far it is; may raise to stop it.
        image: the column of pictures; None: the likeliest.
        label: the column of labels; None: the likeliest, with a note where that is a guess.

    Raises:
        UserError: whatever is wrong with it, in one sentence.
    """
    report(0.0, "opening the file")
    source = open_bytes(data, Split.TRAIN, image, label)
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
    if any(source.columns.classes != columns.classes or source.columns.label != columns.label for source in sources):
        raise UserError("The Parquet files do not name the same classes: choose files of one data set.")
    total = sum(source.file.metadata.num_rows for source in sources)
    builder, done = ImageSetBuilder(total, "row"), 0
    rows = _Rows(Labels(columns.classes), Labels(columns.second_classes))
    for source in sources:
        for row in _rows(source):
            if done % BATCH == 0:
                report(done / max(total, 1), f"picture {done + 1:,} of {total:,}")
            done += 1
            _take(builder, rows, row, source, done)
    report(1.0, "putting them together")
    builder.check_some()
    kept = builder.kept
    classes, labels = rows.labels.of(kept)
    return assemble(
        name,
        story,
        builder.images(),
        labels,
        classes,
        [rows.names[row] for row in kept],
        given=np.array([rows.parts[row] for row in kept], np.int64) if given else None,
        notes=(*builder.notes(), *columns.notes()),
        own=own,
        second=_second(columns, labels, rows.second, kept),
    )


def _take(builder: ImageSetBuilder, rows: _Rows, row: _Row, source: Source, number: int) -> None:
    """One row: its picture is decoded, or counted as left out."""
    name = row.path if isinstance(row.path, str) else f"row {number}"
    name = name.replace("\\", "/").rpartition("/")[2]
    rows.second.add(row.second)
    rows.names.append(name)
    rows.parts.append(source.part)
    if wrong := rows.labels.add(row.label):
        builder.refuse(name, wrong)
    elif isinstance(row.picture, bytes):
        builder.add(name, row.picture)
    elif row.picture is None:
        builder.refuse(name, "The picture itself is not in the file.")
    else:
        most = MAX_PICTURE_BYTES // 2**20
        builder.refuse(name, f"It has {row.picture / 2**20:,.0f} MB; a picture can have at most {most} MB.")


def _rows(source: Source) -> Iterator[_Row]:
    """All rows.

    Raises:
        UserError: the file is damaged.
    """
    columns, read = source.columns, 0
    for batch in batches(source, columns.wanted):
        images = batch.column(columns.image)
        there = images.is_valid().to_pylist()
        files = images.field(columns.inside) if columns.inside else images
        sizes = _sizes(files)
        read += sum(size or 0 for size in sizes)
        if read > MOST_BYTES:
            raise UserError(
                f"The pictures in the Parquet file have more than {MOST_BYTES // 2**30} GB together: take fewer rows."
            )
        paths = _values(images.field("path"), _LONGEST_PATH) if columns.path else repeat(None)
        labels = label_values(batch.column(columns.label))
        seconds = repeat(None) if columns.second is None else label_values(batch.column(columns.second))
        pictures = _values(files, MAX_PICTURE_BYTES)
        for valid, picture, path, label, second in zip(there, pictures, paths, labels, seconds, strict=False):
            yield _Row(picture if valid else None, path, label, second)


def batches(source: Source, wanted: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Some columns of a file, so many rows at a time that they fit into memory.

    Raises:
        UserError: the file is damaged.
    """
    found = source.file.iter_batches(batch_size=source.rows, columns=list(wanted), use_threads=False)
    while True:
        try:
            batch = next(found, None)
            if batch is not None:
                batch.validate(full=True)  # a damaged file may point beyond its own values
        except (pa.ArrowException, OSError, ValueError) as error:
            raise UserError(DAMAGED) from error
        except MemoryError as error:
            raise UserError("There is not enough memory for this Parquet file: take fewer rows.") from error
        if batch is None:
            return
        yield batch


def label_values(column: Any) -> Iterator[Any]:
    """Values of a column of labels; in the place of a text that is too long for one stands `LONG`."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_boolean(kind) or is_number(kind):
        yield from column.to_pylist()
        return
    for value in _values(column, _LONGEST_PATH):
        text = value.decode("utf-8", "replace") if isinstance(value, bytes) else value
        yield LONG if isinstance(value, int) else text


def _sizes(column: Any) -> list[int | None]:
    """Bytes of each value of a column of bytes or texts."""
    if isinstance(column, pa.DictionaryArray):
        sizes = _sizes(column.dictionary)
        return [None if place is None else sizes[place] for place in column.indices.to_pylist()]
    found: list[int | None] = pc.binary_length(_settled(column)).to_pylist()
    return found


def _values(column: Any, most: int) -> Iterator[Any]:
    """The values of a column of bytes or texts, one by one; of one longer than `most` bytes how long it is."""
    values, places = column, range(len(column))
    if isinstance(column, pa.DictionaryArray):
        values, places = column.dictionary, column.indices.to_pylist()
    values = _settled(values)
    sizes = pc.binary_length(values).to_pylist()
    for place in places:
        size = None if place is None else sizes[place]
        yield values[place].as_py() if size is not None and size <= most else size


def _settled(column: Any) -> Any:
    """Views as columns that hold their values, since lengths are not told of views."""
    if pa.types.is_binary_view(column.type):
        return column.cast(pa.large_binary())
    return column.cast(pa.large_string()) if pa.types.is_string_view(column.type) else column


def _second(columns: Columns, first: Indices, seconds: Labels, kept: Sequence[int]) -> SecondLabel | None:
    """The second label, where every picture has one, there is more than one, and it says something else."""
    if columns.second is None or not kept or not seconds.complete(kept):
        return None
    names, labels = seconds.of(kept)
    present = len(np.unique(labels))
    if present < 2 or (seconds.classes is None and present > columns.most):
        return None
    pairs = len(np.unique(np.stack([first, labels]), axis=1).T)
    if pairs == present == len(np.unique(first)):  # the same classes by other names
        return None
    return SecondLabel(clean(columns.second, "second label"), labels, names)
