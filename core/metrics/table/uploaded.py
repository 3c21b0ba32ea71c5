"""A file of predictions that somebody brings: read, its letters chosen anew, and what its columns give."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import pandas as pd

from core.metrics.predictions import code
from core.metrics.predictions.checks import Indices
from core.metrics.table.columns import Columns
from core.metrics.table.file import Table, read_table
from core.metrics.table.predictions import Built
from core.metrics.table.text import EIGHT_BIT


@dataclass(frozen=True)
class TableFile:
    """A file that could be read.

    Attributes:
        name: of the file.
        digest: of its bytes and, where they were chosen, its letters.
        table: what it says.
        data: its bytes, only where its letters were guessed: to be read anew with others.
    """

    name: str
    digest: str
    table: Table
    data: bytes

    @property
    def letters_guessed(self) -> bool:
        """Whether the file does not say how its letters are written."""
        return self.table.encoding in EIGHT_BIT

    @property
    def mark(self) -> str:
        """A short text, another one for another file."""
        return self.digest[:8]

    def with_letters(self, letters: str) -> TableFile:
        """The same file, its bytes taken for other letters.

        Raises:
            UserError: they cannot be.
        """
        table = read_table(self.data, letters)
        digest = hashlib.sha256(self.data + table.encoding.encode()).hexdigest()
        return replace(self, table=table, digest=digest)


def read_file(name: str, data: bytes) -> TableFile:
    """Read a file.

    Raises:
        UserError: it is no table.
    """
    table = read_table(data)
    kept = data if table.encoding in EIGHT_BIT else b""
    return TableFile(name, hashlib.sha256(data).hexdigest(), table, kept)


@dataclass(frozen=True)
class Loaded:
    """A file and what its columns gave.

    Attributes:
        file: the file.
        columns: what they are taken for.
        leave_out: whether rows with gaps are left out.
        words_too: whether rows whose class is a word such as "NA" are.
        built: the predictions.
    """

    file: TableFile
    columns: Columns
    leave_out: bool
    words_too: bool
    built: Built

    @property
    def key(self) -> tuple[object, ...]:
        """The same where the predictions are."""
        return self.file.digest, self.columns, self.leave_out, self.words_too

    def describe(self, rows: Indices) -> pd.DataFrame:
        """The lines of the file behind some of the predictions, with their numbers from 1."""
        table, picked = self.file.table, self.built.rows[rows]
        found: pd.DataFrame = table.data.take(picked).to_pandas()
        number = "row" if "row" not in table.names else "row of the file"
        if number not in table.names:
            found.insert(0, number, picked + 1)
        return found

    def code(self) -> str:
        """Python that makes target, predicted, score and weight of the file."""
        return code.of_file(
            self.file.name,
            self.columns,
            self.built.score_classes,
            table=self.file.table,
            leave_out=self.leave_out,
            whole=self.built.whole,
            respelled=self.built.respelled,
            words_too=self.words_too,
        )
