"""An uploaded CSV file as a table of texts, whatever its delimiter and encoding, or a sentence that says what is wrong.

Every cell stays the text that was typed: "01" and "1" may be two classes, and rows are shown again as they came.
`core.metrics.table.columns` turns columns into classes and numbers.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute
import pyarrow.csv

from core.errors import UserError
from core.metrics.known_names import is_predicted, is_target
from core.metrics.predictions.checks import cut
from core.metrics.table.text import as_utf8, check_lines

MOST_BYTES = 64 * 2**20
MOST_ROWS = 2_000_000
MOST_COLUMNS = 1_100
"""Room for a score of each of 1,000 classes."""
LONGEST_CELL = 10_000
_EMPTY = "The file is empty: it needs a line of column names and a line for each prediction."
pc: Any = pyarrow.compute  # whose functions are made when it is imported
_SAMPLE = 2**20  # bytes that delimiter and header are looked for in
_DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "pipes"}


@dataclass(frozen=True)
class Table:
    """A file that could be read; N rows, K columns.

    Attributes:
        names: (K,) different, non-empty names of the columns.
        data: the cells, all text, "" where nothing stood; N rows without the header.
        delimiter: what separates the cells.
        encoding: of the file.
        notes: sentences about what had to be guessed or renamed.
        renamed: whether names differ from what the file says.
        skipped: lines above that of the names.
    """

    names: tuple[str, ...]
    data: pa.Table
    delimiter: str
    encoding: str
    notes: tuple[str, ...] = ()
    renamed: bool = False
    skipped: int = 0

    def __len__(self) -> int:
        """Number of rows N."""
        return int(self.data.num_rows)

    def column(self, name: str) -> pa.ChunkedArray:
        """(N,) the texts of a column.

        Raises:
            UserError: there is no such column.
        """
        if name not in self.names:
            raise UserError(f'The file has no column "{cut(name)}".')
        return self.data.column(self.names.index(name))


def read_table(data: bytes, eight_bit: str | None = None, *, one_will_do: bool = False) -> Table:
    """Read a CSV file of at least two columns under a line of names.

    Args:
        data: the file: delimited by commas, semicolons, tabs or pipes; UTF-8, UTF-16 or an 8-bit encoding.
        eight_bit: what to take that for: see `core.metrics.table.text.as_utf8`.
        one_will_do: a single column is a table, too.

    Raises:
        UserError: too large, empty, not text, a single column, no rows, lines that do not fit the header.
    """
    check_size(len(data))
    text, encoding = as_utf8(data, eight_bit)
    if not text.strip():
        raise UserError(_EMPTY)
    told = re.match(rb"sep=([,;|\t])\r?\n", text)  # what Excel writes for itself
    text = text[told.end() :] if told else text
    remarks = _remarks_above(text)
    text = text.split(b"\n", remarks)[-1] if remarks else text
    sample = text[:_SAMPLE].decode("utf-8", errors="ignore")
    delimiter = told[1].decode() if told else _delimiter(sample, "," if one_will_do else "")
    if not text.strip():
        raise UserError("The file has no line of column names: add one, and a line for each prediction.")
    check_lines(text)
    if max(text.count(b"\n"), text.count(b"\r")) > MOST_ROWS + 10:
        raise UserError(f"The file has more than {MOST_ROWS:,} lines: upload a part of it.")
    cells = _cells(text, delimiter)
    header = [str(column[0].as_py()).strip() for column in cells.columns]
    table = cells.slice(1)
    if table.num_rows == 0:
        raise UserError("The file has column names but no rows below them: add a line for each prediction.")
    names, notes = _names(header)
    if encoding not in ("UTF-8", "UTF-16"):
        notes.append(f"The file is not UTF-8 and was read as {encoding}: check the special letters.")
    if remarks:
        what = "1 line that begins" if remarks == 1 else f"{remarks} lines that begin"
        notes.append(f"{what} with # above the names of the columns {'was' if remarks == 1 else 'were'} left out.")
    skipped = (1 if told else 0) + remarks
    data_named = table.rename_columns(list(names))
    return Table(names, data_named, delimiter, encoding, tuple(notes), list(names) != header, skipped)


def _remarks_above(text: bytes) -> int:
    """How many lines that begin with # stand above the names of the columns, which know target or predicted."""
    lines = text[:_SAMPLE].decode("utf-8", errors="ignore").split("\n")[:100]
    count = next((place for place, line in enumerate(lines) if not line.startswith("#")), 0)
    named = [any(is_target(n) or is_predicted(n) for n in re.split(r"[,;\t|]", line)) for line in lines[: count + 1]]
    return count if count and named[-1] and not any(named[:-1]) else 0


def check_size(size: int) -> None:
    """Refuse what is too large before anything is read.

    Raises:
        UserError: more than `MOST_BYTES`.
    """
    if size > MOST_BYTES:
        raise UserError(
            f"The file has {size / 2**20:,.0f} MB and {MOST_BYTES // 2**20} are the most: upload fewer rows or only "
            "the columns that are needed."
        )


def _delimiter(sample: str, otherwise: str) -> str:
    """The delimiter that cuts the header into the same number of cells as most of the lines below it.

    Args:
        sample: the first lines.
        otherwise: what to take where there is none; "": refuse.
    """
    lines = [line for line in re.split(r"[\r\n]+", sample) if line.strip()]
    if not lines:
        raise UserError(_EMPTY)
    complete = lines[:30] if len(lines) > 30 or len(sample) < _SAMPLE // 2 else lines[:-1] or lines
    if len(complete[0]) > _SAMPLE // 2:
        raise UserError("The first line is longer than half a megabyte: this is not a table with column names.")
    best, delimiter = (0.0, 0), otherwise
    for candidate in _DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(complete, delimiter=candidate)]
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            share = Counter(widths)[widths[0]] / len(widths)
            best, delimiter = max((best, delimiter), ((share, widths[0]), candidate), key=lambda pair: pair[0])
    if not delimiter:
        raise UserError(
            "Only one column was found: separate the columns by commas, semicolons, tabs or pipes, the actual class in "
            "one and the predicted class in another."
        )
    return delimiter


def _cells(text: bytes, delimiter: str) -> pa.Table:
    """All cells as texts, the header among them as first row."""
    try:
        width = len(next(csv.reader([_first_line(text)], delimiter=delimiter)))
    except csv.Error:
        raise UserError(
            "The first line holds a cell that is far too long for a name, and the first line must name the columns."
        ) from None
    if width > MOST_COLUMNS:
        raise UserError(
            f"The file has {width:,} columns and {MOST_COLUMNS:,} are the most: leave out what is not needed."
        )
    ragged: list[tuple[int | None, int, int]] = []

    def remember(row: pa.csv.InvalidRow) -> str:
        ragged.append((row.number, row.expected_columns, row.actual_columns))
        return "skip"

    try:
        cells = pa.csv.read_csv(
            pa.BufferReader(text),
            read_options=pa.csv.ReadOptions(use_threads=False, autogenerate_column_names=True),  # rows get numbers
            parse_options=pa.csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=remember
            ),
            convert_options=pa.csv.ConvertOptions(
                column_types={f"f{index}": pa.string() for index in range(MOST_COLUMNS)}, strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as error:
        raise UserError(
            "The file cannot be cut into rows: look for a quotation mark that is opened and not closed."
        ) from error
    if ragged:
        number, expected, actual = ragged[0]
        where = "a row" if number is None else f"row {number - 1:,}, not counting the header,"
        more = f" ({len(ragged):,} rows are like that)" if len(ragged) > 1 else ""
        raise UserError(
            f"The header has {expected} columns and {where} has {actual}{more}: look for a missing cell, a delimiter "
            "inside a cell without quotation marks, or a quotation mark that is not closed."
        )
    for column in cells.columns:
        longest = pc.max(pc.binary_length(column)).as_py() or 0
        if longest > LONGEST_CELL:
            raise UserError(
                f"One cell holds {longest:,} characters: look for a quotation mark that is opened and not closed."
            )
    return cells


def _first_line(text: bytes) -> str:
    head = text[:_SAMPLE].decode("utf-8", errors="ignore").lstrip("\r\n")
    return re.split(r"[\r\n]", head, maxsplit=1)[0]


def _names(header: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Names that differ and are not empty, and what was done for that."""
    names: dict[str, None] = {}
    twice = []
    given, used = set(header), Counter[str]()
    for index, title in enumerate(header):
        base = title[:100] or f"column {index + 1}"
        name, number = base, max(2, used[base])
        while name in names or (number > 2 and name in given):
            name, number = f"{base} ({number})", number + 1
        used[base] = number
        if name != base:
            twice.append(base)
        names[name] = None
    notes = []
    if twice:
        found = ", ".join(f'"{name}"' for name in dict.fromkeys(twice[:3]))
        notes.append(f"More than one column is called {found}: the later ones have a number behind their name here.")
    if all(re.fullmatch(r"[-+]?\d+([.,]\d+)?", name) for name in header):
        notes.append("The first line holds numbers and was taken for column names: is the header missing?")
    return tuple(names), notes
