"""Tables of what two models say differently, on the screen and in files."""

from __future__ import annotations

import numpy as np
import pytest

from core.figures.metrics import comparison_tables as tables
from core.metrics.paired.comparison import compare

FOUND = compare([0, 0, 1, 1], [0, 1, 1, 0], [0, 0, 0, 0], ("cat", "=1+1"))


def test_the_largest_changes_come_first() -> None:
    frame = tables.largest_changes(FOUND, ("old", "new"))
    assert frame.columns.tolist() == ["actual", "predicted", "old", "new", "difference"]
    assert frame["difference"].abs().is_monotonic_decreasing
    assert frame["difference"].sum() == 0
    assert tables.largest_changes(FOUND, ("a", "a")).columns.tolist()[2:4] == ["a", "a (2)"]


@pytest.mark.parametrize(
    ("names", "titles"),
    [
        (("old", "new"), ["old", "new"]),
        (("old", "old"), ["old", "old (2)"]),
        (("actual", "row"), ["actual (1)", "row (2)"]),
    ],
)
def test_every_column_has_a_name_of_its_own(names: tuple[str, str], titles: list[str]) -> None:
    frame = tables.differing_rows(FOUND, np.array([1, 2]), names)
    assert frame.columns.tolist() == ["row", "actual", *titles]
    assert frame["row"].tolist() == [2, 3]
    assert frame.iloc[0].tolist() == [2, "cat", "=1+1", "cat"]


def test_files_are_safe_to_open_and_keep_their_words() -> None:
    lines = tables.differing_rows_csv(FOUND, np.array([1]), ("=old", "new")).splitlines()
    assert lines == ["row,gold,'=old,new", "2,cat,'=1+1,cat"]
