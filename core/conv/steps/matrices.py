"""Matrices as text: what a visitor types or pastes, and what a link holds.

Rows stand on lines of their own (or on one line between `/`), values between blanks, commas, semicolons or tabs, and
an empty line (or `//`) begins the next matrix: the next channel, and in kernels the next filter after the last channel.
A fraction such as `1/9` is a number. What programs print is read too, see `dialects`. A comma is a decimal comma only
where tabs or semicolons separate the values.
"""

from __future__ import annotations

import re

import numpy as np

from core.conv.steps.dialects import undressed
from core.conv.steps.windows import Array
from core.errors import UserError

MOST_ROWS = 12
MOST_CHANNELS = 4
MOST_FILTERS = 4
MOST_KERNEL = 5
LARGEST = 100_000.0
"""Numbers are bounded so that they fit into a cell."""

MOST_TEXT = 12_000
"""Characters; the largest matrices need fewer, and a link with more would not be loaded again."""

# A link may bring any text: no two repetitions in these patterns can share a stretch, or they took quadratic time.
_NUMBER = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?", re.IGNORECASE | re.ASCII)
_TWO_WAYS = re.compile(r"[-+]?\d+,\d+(?: +[-+]?\d+(?:,\d+)?)+", re.ASCII)
_ROW = re.compile(r"\[([^\[\]]*)\]")

Cells = list[list[str]]  # one matrix, not yet numbers


def check_length(text: str, what: str) -> None:
    """Refuse a text that would not fit into a link.

    Args:
        text: as typed.
        what: begins the sentence, "The kernel".

    Raises:
        UserError: it is too long.
    """
    if len(text) > MOST_TEXT:
        raise UserError(
            f"{what}: a text of {len(text):,} characters in {len(text.splitlines()):,} lines was not taken; at most "
            f"{MOST_TEXT:,} characters can be read."
        )


def number(text: str, place: str) -> float:
    """Read one cell; a fraction such as 1/9 is a number too.

    Raises:
        UserError: names the place.
    """
    text = text.strip().replace("−", "-")
    above, slash, below = text.partition("/")
    parts = [part.strip() for part in ((above, below) if slash else (above,))]
    shown = text if len(text) <= 20 else text[:20] + "…"
    if not text:
        raise UserError(f"{place} is empty: put a number there.")
    if text.lower().lstrip("+-") in ("nan", "inf", "infinity"):
        raise UserError(f"{place}: {shown} cannot be calculated with; put a finite number there.")
    if not all(_NUMBER.fullmatch(part) for part in parts) or (slash and not float(below)):
        raise UserError(f"{place}: “{shown}” is not a number; write one such as -1.5.")
    value = float(parts[0]) / (float(parts[1]) if slash else 1.0)
    if not abs(value) <= LARGEST:
        raise UserError(f"{place}: {shown} is too large; take at most {LARGEST:,.0f}.")
    return value + 0.0  # no negative zero


def parse_input(text: str) -> Array:
    """Read the input, (C, H, W).

    Raises:
        UserError: names channel, row and column.
    """
    blocks, factor = _blocks(text, "The input")
    if len(blocks) > MOST_CHANNELS:
        raise UserError(f"The input has {len(blocks):,} channels: take at most {MOST_CHANNELS}.")
    places = [f"Input, channel {c}" if len(blocks) > 1 else "Input" for c in range(1, len(blocks) + 1)]
    return _volume(blocks, places, MOST_ROWS, factor)


def parse_kernels(text: str, channels: int) -> Array:
    """Read the kernels of all filters, (K, C, kh, kw).

    Args:
        text: for each filter the kernels of its channels.
        channels: of the input.

    Raises:
        UserError: names filter, channel, row and column.
    """
    blocks, factor = _blocks(text, "The kernel")
    if len(blocks) % channels:
        raise UserError(
            f"There are {len(blocks):,} kernels for {channels} input channels: each filter needs one a channel, "
            f"so give {channels} or a multiple of it."
        )
    filters = len(blocks) // channels
    if filters > MOST_FILTERS:
        raise UserError(f"There are {filters:,} filters: take at most {MOST_FILTERS}.")
    places = [
        "Kernel" + f", filter {k}" * (filters > 1) + f", channel {c}" * (channels > 1)
        for k in range(1, filters + 1)
        for c in range(1, channels + 1)
    ]
    volume = _volume(blocks, places, MOST_KERNEL, factor)
    return volume.reshape(filters, channels, *volume.shape[1:])


def parse_biases(text: str, filters: int) -> Array:
    """Read the biases, (K,).

    Raises:
        UserError: names the filter.
    """
    blocks, factor = _blocks(text, "The bias")
    cells = [cell for block in blocks for row in block for cell in row]
    if len(cells) != filters:
        raise UserError(f"There are {len(cells):,} biases for {filters} filters: give one for each.")
    return factor * np.array([number(cell, f"Bias of filter {k}") for k, cell in enumerate(cells, start=1)])


def _volume(blocks: list[Cells], places: list[str], most: int, factor: float) -> Array:
    """(blocks, rows, columns) of equally large matrices, times a factor."""
    rows, cols = len(blocks[0]), len(blocks[0][0])
    for block, place in zip(blocks, places, strict=True):
        if len(block) > most or len(block[0]) > most:
            raise UserError(f"{place} has {len(block):,} × {len(block[0]):,} cells: take at most {most} × {most}.")
        for r, row in enumerate(block, start=1):
            if len(row) != cols:
                raise UserError(
                    f"{place}, row {r} has {len(row):,} values and the first row has {cols}: make them equal."
                )
        if len(block) != rows:
            raise UserError(
                f"{place} has {len(block)} row{'s' * (len(block) > 1)} and the first one has {rows}: make them equal."
            )
    volume = np.array(
        [
            [
                [number(cell, f"{place}, row {r}, column {c}") for c, cell in enumerate(row, 1)]
                for r, row in enumerate(block, 1)
            ]
            for block, place in zip(blocks, places, strict=True)
        ]
    )
    if not np.abs(volume * factor).max() <= LARGEST:
        raise UserError(f"{places[0]}: times {factor:g} its numbers are too large; take at most {LARGEST:,.0f}.")
    return volume * factor + 0.0  # no negative zero


def _blocks(text: str, what: str) -> tuple[list[Cells], float]:
    """Cut text into matrices, rows and cells; and the factor that belongs to all of them."""
    if len(text) > MOST_TEXT:
        rows = text.count("\n") + 1
        raise UserError(
            f"{what} is a text of {len(text):,} characters in {rows:,} lines: at most {MOST_TEXT:,} can be read, "
            f"so paste a smaller piece."
        )
    text, factor = undressed(text, what)
    blocks = _bracketed(text, what) if "[" in text or "]" in text else _plain(text)
    if not blocks:
        raise UserError(f"{what} is empty: write rows of numbers.")
    return blocks, factor


def _plain(text: str) -> list[Cells]:
    lines = [line.strip(" \r\f\v") for line in text.replace("//", "\n\n").split("\n")]
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line)
        elif blocks[-1]:
            blocks.append([])
    return [_rows(_on_one_line(block[0]) if len(block) == 1 else block) for block in blocks if block]


def _on_one_line(line: str) -> list[str]:
    """The rows of a matrix on one line, between `/`; where these cannot be rows, they are in fractions.

    Blanks around make a `/` a separator whatever stands beside it: 1/9 1/9 / 1/9 1/9.
    """
    spaced = line.split(" / ")
    if len(spaced) > 1:
        return [piece for piece in spaced if piece.strip()]
    pieces = line.rstrip("/ ").split("/")
    widths = {len(_split(piece.strip())) if piece.strip() else 0 for piece in pieces}
    return pieces if len(widths) == 1 and "\t" not in line and ";" not in line else [line]


def _rows(lines: list[str]) -> Cells:
    """The cells of one matrix."""
    if len(lines) == 1 and "\t" not in lines[0]:
        pieces = [piece for piece in lines[0].split(";") if piece.strip()]
        if len(pieces) > 1 and any(len(_split(piece)) > 1 for piece in pieces):
            return [_split(piece) for piece in pieces]
    return _without_numbering([_split(line) for line in lines])


def _without_numbering(rows: Cells) -> Cells:
    """Without the numbers 0, 1, 2, … that pandas prints above the columns and before the rows."""
    head, *others = rows
    numbered = head == [str(column) for column in range(len(head))]
    if numbered and others and all(row[:1] == [str(r)] and len(row) == len(head) + 1 for r, row in enumerate(others)):
        return [row[1:] for row in others]
    return rows


def _split(line: str) -> list[str]:
    """The cells of one row."""
    if "\t" in line or ";" in line.rstrip("; \t"):
        cells = re.split(r"\t" if "\t" in line else ";", line.rstrip(";"))
        return [re.sub(r"^\s*([-+−]?\d*),(\d+)\s*$", r"\1.\2", cell) for cell in cells]
    line = line.strip().rstrip(";").strip()
    if _TWO_WAYS.fullmatch(line):
        raise UserError(
            f"“{line[:20]}{'…' * (len(line) > 20)}” has commas without blanks and blanks without commas: write "
            "decimals with a point, and either one between the values."
        )
    return re.split(r"\s*,\s*|\s+", line.removesuffix(",").rstrip())


def _bracketed(text: str, what: str) -> list[Cells]:
    """Rows are innermost brackets; where two brackets close between rows, a matrix ends."""
    if re.sub(r"[\[\],\s]", "", _ROW.sub("", text)) or text.count("[") != text.count("]"):
        raise UserError(f"{what} has brackets that do not match or something beside them: paste one array at a time.")
    blocks: list[Cells] = [[]]
    end = 0
    for row in _ROW.finditer(text):
        if "]" in text[end : row.start()] and blocks[-1]:
            blocks.append([])
        blocks[-1].append(_split(row[1].replace("\n", " ")))
        end = row.end()
    return [block for block in blocks if block]


def _text(value: float) -> str:
    """As short as twelve digits allow."""
    return f"{value:.12g}"


def format_matrices(matrices: Array) -> str:
    """Text of (N, rows, columns) or more axes before them, which `parse_input` and `parse_kernels` read again."""
    blocks = matrices.reshape(-1, *matrices.shape[-2:])
    return "\n\n".join("\n".join(" ".join(_text(v) for v in row) for row in block) for block in blocks)


def format_values(values: Array) -> str:
    """One line, for the biases."""
    return " ".join(_text(value) for value in values)


def with_channels(x: Array, weight: Array, channels: int) -> tuple[Array, Array]:
    """Cut channels off the input and every filter, or add some: each new one mirrors the last.

    Args:
        x: (C, H, W).
        weight: (K, C, kh, kw).
        channels: how many there shall be.
    """
    while len(x) < channels:
        x = np.concatenate([x, x[-1:, :, ::-1]])
        weight = np.concatenate([weight, weight[:, -1:]], axis=1)
    return x[:channels], weight[:, :channels]


def with_filters(weight: Array, bias: Array, filters: int) -> tuple[Array, Array]:
    """Cut filters off, or add some: each new one is the last turned by a quarter, mirrored if it is not square.

    Args:
        weight: (K, C, kh, kw).
        bias: (K,)
        filters: how many there shall be.
    """
    square = weight.shape[2] == weight.shape[3]
    while len(weight) < filters:
        new = np.rot90(weight[-1:], axes=(2, 3)) if square else weight[-1:, :, :, ::-1]
        weight, bias = np.concatenate([weight, new]), np.append(bias, 0.0)
    return weight[:filters], bias[:filters]
