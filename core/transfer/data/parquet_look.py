"""What a Parquet file was understood as, before any picture of it is decoded: columns, classes, counts."""

from __future__ import annotations

from dataclasses import dataclass

from core.jobs import Report
from core.transfer.data.image_set import Split
from core.transfer.data.image_set_builder import MOST_CLASSES
from core.transfer.data.parquet import batches, label_values
from core.transfer.data.parquet_checks import open_bytes
from core.transfer.data.parquet_labels import Labels

MOST_LOOKED_AT = 12
"""Columns of labels that are counted, the likeliest first."""
MOST_DIFFERENT = 1_000
"""Labels of a column, after which no more are counted."""


@dataclass(frozen=True)
class Candidate:
    """A column that can be the labels.

    Attributes:
        name: of the column.
        classes: their names and rows each; where there are very many, those of the first rows.
        without: rows that have no label.
        more: whether there are more classes than were counted.
    """

    name: str
    classes: tuple[tuple[str, int], ...]
    without: int
    more: bool = False

    @property
    def usable(self) -> bool:
        """Whether these could be classes: two or more, and not too many."""
        return 2 <= len(self.classes) <= MOST_CLASSES and not self.more


@dataclass(frozen=True)
class TableLook:
    """A file as it was understood.

    Attributes:
        rows: of the file.
        images: columns of pictures, the one that is taken first.
        labels: columns of labels, the likeliest first.
        label: the one that is taken.
        sure: whether the file itself leaves no doubt.
    """

    rows: int
    images: tuple[str, ...]
    labels: tuple[Candidate, ...]
    label: str
    sure: bool


def look_at_parquet(data: bytes, report: Report) -> TableLook:
    """Look at an uploaded file.

    Args:
        data: it.
        report: told how far it is; may raise to stop it.

    Raises:
        UserError: whatever is wrong with it, in one sentence.
    """
    report(0.0, "looking at the columns")
    columns = open_bytes(data, Split.TRAIN).columns
    names = [name for name in columns.labels if "." not in name][:MOST_LOOKED_AT]
    first = _count(data, names[0])
    sure = columns.sure and (first.usable or len(names) == 1)
    found = [first]
    for number, name in enumerate(names[1:] if not sure else (), 1):
        report(number / len(names), f"column {number + 1} of {len(names)}")
        found.append(_count(data, name))
    # the likeliest by its name, unless its values cannot be classes and another's can
    chosen = next((one for one in found if one.usable), first)
    rows = open_bytes(data, Split.TRAIN).file.metadata.num_rows
    return TableLook(rows, columns.images, tuple(found), chosen.name, sure)


def _count(data: bytes, name: str) -> Candidate:
    """Count the classes of one column."""
    source = open_bytes(data, Split.TRAIN, label=name)
    labels, without, different = Labels(source.columns.classes), 0, set[object]()
    for batch in batches(source, [name]):
        for value in label_values(batch.column(name)):
            without += bool(labels.add(value))
            different.add(value)
        if len(different) > MOST_DIFFERENT:
            return Candidate(name, tuple(labels.counts()), without, more=True)
    return Candidate(name, tuple(labels.counts()), without)
