"""Totals in a pasted table: checked, and left out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.errors import UserError
from core.metrics.known_names import is_total
from core.names import same

_SIDE_FIGURES = {
    "class.error", "error", "error rate", "recall", "precision", "accuracy", "f1", "support", "sensitivity",
    "specificity", "%", "percent", "mean",
}  # fmt: skip
_ERRORS_OF_MLR = "-err.-"
Cells = list[list[str]]


@dataclass
class Body:
    """Numbers of a table and names of its sides, which may be empty; changed in place.

    Attributes:
        rows: as texts.
        names: of the rows, "" where there is none.
        columns: of the columns; empty where there are none.
        notes: what was left out.
    """

    rows: Cells
    names: list[str]
    columns: list[str]
    notes: list[str]

    def drop_column(self, place: int) -> None:
        """Without a column."""
        self.rows = [row[:place] + row[place + 1 :] for row in self.rows]
        self.columns = self.columns[:place] + self.columns[place + 1 :]

    def drop_row(self, place: int) -> None:
        """Without a row."""
        del self.rows[place], self.names[place]


def leave_out_totals(body: Body) -> None:
    """Take sums away, named or not, and other figures at the side.

    Raises:
        UserError: named sums that do not add up.
    """
    if not body.rows or len({len(row) for row in body.rows}) != 1:
        return
    _leave_out_figures(body)
    if not body.rows or any(number is not None and number % 1 for row in _numbers(body) for number in row):
        return  # no counts, which is said elsewhere
    rows = [place for place, name in enumerate(body.names) if is_total(name)]
    columns = [place for place, name in enumerate(body.columns) if is_total(name)]
    high, wide = len(body.rows) - len(rows), len(body.rows[0]) - len(columns)
    said = [f"column “{body.columns[place]}”" for place in columns] + [f"row “{body.names[place]}”" for place in rows]
    if not columns and wide == high + 1 and _adds_up(_numbers(body), rows, [wide - 1]):
        columns, said = [wide - 1], [*said, "last column"]
    elif not rows and high == wide + 1 and _adds_up(_numbers(body), [high - 1], columns):
        rows, said = [high - 1], [*said, "last row"]
    if not rows and not columns and _alike_and_sums(body):
        rows = columns = [len(body.rows) - 1]
        said = [f"last row and column, “{body.names[-1]}”" if body.names[-1] else "last row and column, without a name"]
    if not rows and not columns:
        _mention_likely(body)
        return
    table = _numbers(body)
    _check(table, body, rows, columns)
    for place in reversed(columns):
        body.drop_column(place)
    for place in reversed(rows):
        body.drop_row(place)
    body.notes.append(f"Totals add up and were left out: {', '.join(said)}.")


def _leave_out_figures(body: Body) -> None:
    """Columns such as R's class.error, beside as many columns as there are rows."""
    if body.columns and body.names and body.columns[-1] == body.names[-1] == _ERRORS_OF_MLR:
        body.notes.append(f"“{_ERRORS_OF_MLR}” holds errors, no class, and was left out.")
        body.drop_column(len(body.columns) - 1)
        body.drop_row(len(body.names) - 1)
    for place in reversed(range(len(body.columns))):
        if body.columns[place].casefold() in _SIDE_FIGURES and len(body.columns) > len(body.rows):
            body.notes.append(f"The column “{body.columns[place]}” holds no counts and was left out.")
            body.drop_column(place)


def _numbers(body: Body) -> list[list[float | None]]:
    return [[_number(cell) for cell in row] for row in body.rows]


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "").replace("'", "").replace("’", ""))
    except ValueError:
        return None


def _inner(count: int, without: Sequence[int]) -> list[int]:
    return [place for place in range(count) if place not in without]


def _wrong(
    table: list[list[float | None]], rows: Sequence[int], columns: Sequence[int]
) -> tuple[str, int, int, float, float] | None:
    """The first sum that does not add up: its kind, row, column, what it says and what it should."""
    high, wide = len(table), len(table[0])
    for column in columns:
        for row in range(high):
            parts = [table[row][place] for place in _inner(wide, columns)]
            if None not in parts and table[row][column] is not None:
                said, right = float(table[row][column] or 0), sum(part or 0 for part in parts)
                if said != right:
                    return "column", row, column, said, right
    for row in rows:
        for column in range(wide):
            parts = [table[place][column] for place in _inner(high, rows)]
            if None not in parts and table[row][column] is not None:
                said, right = float(table[row][column] or 0), sum(part or 0 for part in parts)
                if said != right:
                    return "row", row, column, said, right
    return None


def _alike_and_sums(body: Body) -> bool:
    """Whether the last row and column of a table with names have the same name, or none, and hold sums."""
    size, table = len(body.rows), _numbers(body)
    named = len(body.columns) == len(body.names) == len(table[0]) == size > 2 and all(body.names[:-1])
    if not named or same(body.names[-1]) != same(body.columns[-1]) or not table[-1][-1]:
        return False
    return _adds_up(table, [size - 1], [size - 1])


def _adds_up(table: list[list[float | None]], rows: Sequence[int], columns: Sequence[int]) -> bool:
    return len(table) - len(rows) > 1 and _wrong(table, rows, columns) is None


def _check(table: list[list[float | None]], body: Body, rows: Sequence[int], columns: Sequence[int]) -> None:
    wrong = _wrong(table, rows, columns)
    if wrong is None:
        return
    what, row, column, said, right = wrong
    names = body.columns if what == "column" else body.names
    place = column if what == "column" else row
    title = f"“{names[place]}”" if place < len(names) and names[place] else f"{place + 1}"
    where = f"row {row + 1}" if what == "column" else f"column {column + 1}"
    raise UserError(
        f"The {what} {title} should hold totals, and in {where} it says {said:,.10g} where the counts add up to "
        f"{right:,.10g}: correct it, or rename it if it is a class."
    )


def _mention_likely(body: Body) -> None:
    """A square whose last row and column add up without saying that they are totals."""
    size = len(body.rows)
    table = _numbers(body)
    if size < 3 or len(body.rows[0]) != size or not any(table[-1]) or any(body.columns) or any(body.names):
        return
    if _wrong(table, [size - 1], [size - 1]) is None:
        body.notes.append("The last row and column add up like totals: delete them if they are.")
