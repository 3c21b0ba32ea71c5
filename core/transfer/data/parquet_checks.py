"""A Parquet file opened only if that is cheap, and only with columns that do not unpack to too much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from core.errors import UserError
from core.image_kinds import named
from core.transfer.data.image_set import Split
from core.transfer.data.image_set_builder import MAX_BYTES
from core.transfer.data.parquet_columns import Columns, find_columns
from core.transfer.data.parquet_pages import unpacked
from core.transfer.data.square_crop import LARGEST, square_side

MAX_UNPACKED = 256 * 2**20
"""Bytes of the columns that are read: pictures hardly get smaller, so honest files stay far below."""
BATCH = 256
"""Rows at a time, where that is cheap."""
BATCH_BYTES = 64 * 2**20
"""Of the values of these rows at most, for which a page is unpacked."""
MAX_DESCRIPTION = 4 * 2**20
"""Bytes of what a file says of itself, at its end: objects a hundred times as large are made of it."""
MOST_COLUMNS = 2_000
DAMAGED = "The Parquet file is damaged or cut short: download or upload it again."
_NONE = "This is not a Parquet file that can be read here: export the data set again."


@dataclass(frozen=True)
class Source:
    """An opened file.

    Attributes:
        file: it.
        columns: which columns are what.
        part: that all its rows belong to.
        rows: how many of them are read at a time.
    """

    file: pq.ParquetFile
    columns: Columns
    part: Split
    rows: int = BATCH


def open_bytes(data: bytes, part: Split, image: str | None = None, label: str | None = None) -> Source:
    """An uploaded file, and which of its columns hold pictures and labels, where that is known.

    Raises:
        UserError: too large, no Parquet file, or one without the columns that are needed.
    """
    if len(data) > MAX_BYTES:
        raise UserError(f"The file has {len(data) / 2**20:,.0f} MB; at most {MAX_BYTES // 2**20} MB are possible.")
    if not data:
        raise UserError("The file is empty (0 bytes): choose another one.")
    if len(data) < 12 or not data.startswith(b"PAR1") or not data.endswith(b"PAR1"):
        if not data.startswith(b"PAR1") and (what := named(data)):
            raise UserError(f"This is not a Parquet file but {what}.")
        raise UserError("This is not a Parquet file, or it is cut short: upload it again.")
    if int.from_bytes(data[-8:-4], "little") > MAX_DESCRIPTION:
        raise UserError("The Parquet file says more of itself than can be read here: export the data set again.")
    source = _open(pa.BufferReader(data), part, image, label)
    try:
        pages = [unpacked(data, start, stop) for start, stop in _places(source)]
    except ValueError as error:
        raise UserError(DAMAGED) from error
    _check_size(sum(page.total for page in pages))
    # a page of some megabytes can be one picture that thousands of rows point to, or begin with (its dictionary,
    # DELTA_BYTE_ARRAY): so no more rows are read at once than would fit if each were as large as the page
    largest = max((page.largest for page in pages), default=0)
    fits = BATCH_BYTES // max(largest, BATCH_BYTES // BATCH)
    return replace(source, rows=min(source.rows, max(1, fits)))


def open_file(path: Path, part: Split) -> Source:
    """A file of this machine, which is trusted not to lie about itself.

    Raises:
        UserError: no Parquet file, or one without the columns that are needed.
    """
    return _open(path, part)


def _open(file: Path | pa.BufferReader, part: Split, image: str | None = None, label: str | None = None) -> Source:
    """Read what a file says of itself, and refuse it where it says that its pictures would take too much."""
    try:
        # limits of what the description may allocate
        opened = pq.ParquetFile(
            file, pre_buffer=False, thrift_string_size_limit=4_000_000, thrift_container_size_limit=200_000
        )
        if opened.metadata.num_columns > MOST_COLUMNS:
            raise UserError(f"The Parquet file has more than {MOST_COLUMNS:,} columns: export fewer of them.")
        columns = find_columns(opened.schema_arrow, image, label)
    except UserError:
        raise
    except (pa.ArrowException, OSError, ValueError) as error:
        raise UserError(_NONE) from error
    if not opened.metadata.num_rows:
        raise UserError("The Parquet file has no rows: export the data set again.")
    square_side(opened.metadata.num_rows, LARGEST)  # refuses too many rows
    # the library makes no structs of a dictionary that changes among the rows it reads at once
    source = Source(opened, columns, part, 1 if _has_dictionary(opened.schema_arrow.field(columns.image)) else BATCH)
    _check_size(sum(chunk.total_uncompressed_size for chunk in _chunks(source)))
    return source


def _has_dictionary(column: pa.Field) -> bool:
    kind = column.type
    return pa.types.is_struct(kind) and any(pa.types.is_dictionary(field.type) for field in kind)


def _check_size(total: int) -> None:
    if total > MAX_UNPACKED:
        raise UserError(
            f"The Parquet file unpacks to {total / 2**20:,.0f} MB; at most {MAX_UNPACKED // 2**20} MB are possible: "
            "take fewer rows."
        )


def _chunks(source: Source) -> list[pq.ColumnChunkMetaData]:
    """What the file says of each piece of the columns that are read."""
    metadata, wanted = source.file.metadata, set(source.columns.wanted)
    numbers = [number for number in range(metadata.num_columns) if metadata.schema.column(number).path in wanted]
    return [metadata.row_group(group).column(number) for group in range(metadata.num_row_groups) for number in numbers]


def _places(source: Source) -> list[tuple[int, int]]:
    """Where the pages of each piece begin and end, as the library finds them."""
    found = []
    for chunk in _chunks(source):
        start = chunk.data_page_offset
        if chunk.has_dictionary_page and 0 < chunk.dictionary_page_offset < start:
            start = chunk.dictionary_page_offset
        if start < 0 or chunk.total_compressed_size < 0:
            raise ValueError("a place before the beginning")
        found.append((start, start + chunk.total_compressed_size))
    return found
