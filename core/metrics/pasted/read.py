"""A pasted confusion matrix: its counts, the names of its classes, and which side is target."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import UserError
from core.metrics.cells import MOST, count
from core.metrics.known_names import is_total
from core.metrics.pasted import headings
from core.metrics.pasted.prints import NUMBER, Line, lines, wide
from core.metrics.pasted.sums import Body, leave_out_totals
from core.names import same

_SUMS = "Total"


@dataclass(frozen=True)
class Pasted:
    """What a text says.

    Attributes:
        counts: (C, C) as they stand.
        labels: (C,) names of the classes, or none.
        predictions_in_rows: whether rows are predictions; None where the text does not say.
        notes: sentences about what was left out, turned or guessed.
    """

    counts: list[list[int]]
    labels: tuple[str, ...]
    predictions_in_rows: bool | None
    notes: tuple[str, ...]


def read(text: str) -> Pasted:
    """Understand a text.

    Raises:
        UserError: there is no matrix in it, a row is not understood, or totals do not add up.
    """
    rows, single = lines(text)
    if not any(_is_number(cell) for row in rows for cell in row):
        if re.search(r"[0-9] ?%", text):
            raise UserError("These are shares in percent, and a matrix holds counts: print the numbers of samples.")
        raise UserError("There is no matrix here: type its counts, one row a line, such as 80 25 and below 10 35.")
    own = _own_word_for_sums(rows)
    if own:
        rows = [[_SUMS if cell == own else cell for cell in row] for row in rows]
    head, below = _head(rows)
    body = _body(rows[head + len(below) :])
    width = _usual([len(row) for row in body.rows])
    names, corner, above = _names(rows[:head], width, wide(text)[:head] if single else None, [*body.names])
    _numbers_as_names(body, names)
    body.columns = names
    axes = headings.axes(above, corner, " ".join(below[0]) if below else "")
    body.names, found = _without_side(body.names)
    leave_out_totals(body)
    body.names, body.columns, said = headings.without_prefixes(body.names, body.columns)
    turned = said if said is not None else axes.predictions_in_rows
    if turned is None and found and headings.kind(found):
        turned = headings.kind(found) == "predicted"
    labels = _square(body)
    counts = _counts(body.rows)
    if turned:
        body.notes.append("Its headings say that rows are predictions: it was turned, and rows are actual here.")
    elif turned is None and axes.doubt:
        body.notes.append(
            f"“{axes.doubt}” in the corner may name the rows or the columns. Rows are taken as the switch “I typed "
            "predictions in rows” says: change it if that is wrong."
        )
    return Pasted(
        counts, tuple(labels), turned, tuple(note.replace(f"“{_SUMS}”", f"“{own or _SUMS}”") for note in body.notes)
    )


def _own_word_for_sums(rows: list[Line]) -> str:
    """The word that heads the last column and the last row, where classes are numbers and these are sums; ""."""
    first, *last = [cell for cell in rows[-1] if cell] or [""]
    heads = [[cell for cell in row if cell] for row in rows[:3]]
    named = any(row[-1:] == [first] and sum(map(_is_number, row)) == len(last) - 1 > 1 for row in heads)
    if not named or _is_number(first) or not all(cell.isdecimal() for cell in last):
        return ""
    return first if sum(map(int, last[:-1])) == int(last[-1]) else ""


def _is_number(cell: str) -> bool:
    return bool(NUMBER.fullmatch(cell))


def _head(rows: list[Line]) -> tuple[int, list[Line]]:
    """How many lines of headings there are, and a line below the names that only names the rows' side."""
    first = next(place for place, row in enumerate(rows) if any(map(_is_number, row)))
    if first + 1 < len(rows) and _is_heading_of_numbers(rows[first], rows[first + 1 :]):
        first += 1
    below: list[Line] = []
    last = [cell for cell in rows[first - 1] if cell] if first > 1 else []
    if len(last) == 1 or (last and headings.is_axis(" ".join(last))):
        before = [cell for cell in rows[first - 2] if cell]
        if len(before) > 1:
            return first - 1, [last]
    if first < len(rows) and first > 0 and not any(map(_is_number, rows[first])):  # below a heading of numbers
        below = [[cell for cell in rows[first] if cell]]
    return first, below


def _is_heading_of_numbers(head: Line, rest: list[Line]) -> bool:
    """Whether a line of numbers repeats as names in front of the lines below, as of classes 0 and 1."""
    filled = [cell for cell in head if cell]
    last = [cell for cell in filled if _is_number(cell) or is_total(cell)]
    names = [cell for cell in last if _is_number(cell)]
    below = [[cell for cell in row if cell] for row in rest]
    below = [row for row in below if any(map(_is_number, row))]
    if len(below) < len(names) or len(names) < 2 or filled[len(filled) - len(last) :] != last:
        return False
    return all(
        _is_number(row[-1]) and len(row) > len(last) and row[-len(last) - 1] == name
        for name, row in zip(names, below, strict=False)
    )


def _body(rows: list[Line]) -> Body:
    """Numbers, and what stands before them as names."""
    body = Body([], [], [], [])
    for row in rows:
        start = next((place for place, cell in enumerate(row) if _is_number(cell)), len(row))
        if start == len(row) and len(row) > 1 and not body.rows:
            continue
        body.names.append("\n".join(cell for cell in row[:start] if cell))
        body.rows.append(row[start:])
    return body


def _usual(sizes: Sequence[int]) -> int:
    return max(sizes, key=list(sizes).count) if sizes else 0


def _names(head: list[Line], width: int, wider: list[Line] | None, rows: list[str]) -> tuple[list[str], str, str]:
    """Names of the columns, what stands in the corner, and a word above."""
    if not head:
        return [], "", ""
    line = head[-1]
    above = " ".join(cell for cell in head[-2] if cell) if len(head) > 1 else ""
    if wider is not None and len(line) not in (width, width + 1) and len(wider[-1]) in (width, width + 1):
        line = wider[-1]
    filled = line if wider is None else [cell for cell in line if cell]
    while len(filled) > width + 1 and not filled[0]:
        filled = filled[1:]
    numeric = (
        not any(name and not is_total(name) for name in rows)
        and len(filled) == width
        and (not filled[0] or headings.is_axis(filled[0]))
    )
    if numeric:  # names of rows that are numbers were counted among the counts
        return list(filled[1:]), filled[0], above
    if len(filled) == width and not filled[0] and any(rows) and wider is None:
        return [*filled[1:], ""], "", above  # the last column has no name, as of sums in a spreadsheet
    if len(filled) == width + 1 and any(rows):
        return list(filled[1:]), filled[0], above
    if len(filled) > width and (
        headings.kind(" ".join(filled[:-width])) or any(headings.of_corner(" ".join(filled[:-width])))
    ):
        return list(filled[-width:]), " ".join(filled[:-width]), above
    if len(filled) > width + 1 and len([name for name in rows if name]) == len(rows) > 0:
        return [], "", above  # names of several words: those of the rows tell them
    return list(filled), "", above


def _numbers_as_names(body: Body, names: list[str]) -> None:
    """Where the first number of each row is the name of its class, such as 0 and 1."""
    inner = [name for name in names if not is_total(name)]
    firsts = [row[0] for row, name in zip(body.rows, body.names, strict=True) if row and not is_total(name)]
    longer = all(
        len(row) == len(names) + 1 for row, name in zip(body.rows, body.names, strict=True) if not is_total(name)
    )
    if len(inner) < 2 or not longer or firsts[: len(inner)] != inner[: len(firsts)]:
        return
    for place, row in enumerate(body.rows):
        if not is_total(body.names[place]):
            side = body.names[place]
            body.names[place] = f"{side}\n{row[0]}" if side else row[0]
            body.rows[place] = row[1:]


def _without_side(names: list[str]) -> tuple[list[str], str]:
    """Names without a word for the side before them, as spreadsheets have it beside the first row."""
    found, tidy = "", []
    for name in names:
        parts = name.split("\n")
        if len(parts) > 1 and headings.is_axis(parts[0]):
            found = found or parts[0]
            parts = parts[1:]
        tidy.append(" ".join(parts))
    return tidy, found


def _square(body: Body) -> list[str]:
    """Make rows and columns the same classes in the same order, and return their names."""
    rows = body.names if body.names and all(body.names) else []
    columns = body.columns
    keys, others = [same(name) for name in rows], [same(name) for name in columns]
    fits = all(len(row) == len(columns) for row in body.rows)
    if rows and fits and len(set(keys)) == len(keys) and len(set(others)) == len(others) and keys != others:
        known, fewer = set(keys), set(others)
        if known == fewer or (fewer < known and len(fewer) > 1) or (known < fewer and len(known) > 1):
            _line_up(body, keys, others)
            return body.names
    if len(columns) == len(body.rows) or not rows:
        return columns
    return rows


def _line_up(body: Body, keys: list[str], others: list[str]) -> None:
    """Classes that one side lacks are added with 0, and the columns put into the order of the rows."""
    every = list(dict.fromkeys([*keys, *others])) if len(keys) < len(others) else keys
    shown = {**dict(zip(others, body.columns, strict=True)), **dict(zip(keys, body.names, strict=True))}
    for missing, side, word in (
        (set(every) - set(others), "column", "columns"),
        (set(every) - set(keys), "row", "rows"),
    ):
        if missing:
            named = ", ".join(f"“{shown[key]}”" for key in every if key in missing)
            body.notes.append(
                f"There is no {side if len(missing) == 1 else word.removesuffix('s')} for {named}: 0 was taken."
            )
    cells = {
        (row, column): cell
        for row, line in zip(keys, body.rows, strict=True)
        for column, cell in zip(others, line, strict=True)
    }
    if set(keys) == set(others):
        body.notes.append("The columns were put into the order of the rows.")
    body.rows = [[cells.get((row, column), "0") for column in every] for row in every]
    body.names = [shown[key] for key in every]
    body.columns = list(body.names)


def _counts(rows: list[Line]) -> list[list[int]]:
    if not 2 <= len(rows) <= MOST:
        raise UserError(f"A matrix has 2 to {MOST} rows here, and this text has {len(rows)}.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(rows):
            raise UserError(f"Row {number} needs {len(rows)} counts, as many as there are rows, and has {len(row)}.")
    return [[_located(word, row, column) for column, word in enumerate(line, 1)] for row, line in enumerate(rows, 1)]


def _located(word: str, row: int, column: int) -> int:
    """A count; its error says where it stands."""
    try:
        return count(word)
    except UserError as error:
        raise UserError(f"Row {row}, column {column}: {error}") from None
