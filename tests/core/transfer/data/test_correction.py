"""The table in which a visitor corrects what a zip was understood as."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.transfer.data.correction import CLASS, LEFT_OUT, PART, PICTURES, WORDS, corrected, table_of, tally
from core.transfer.data.groups import Group
from core.transfer.data.image_set import Split
from tests.examples import examples

GROUPS = (
    Group("train/cats", 5, Split.TRAIN, "cats"),
    Group("train/empty", 0, Split.TRAIN, "empty"),
    Group("train/dogs", 4, Split.TRAIN, "dogs"),
    Group("test/cats", 3, Split.TEST, "cats"),
    Group("pred", 7, None, "", "it has no folders of classes"),
)


def changed(**cells: dict[int, object]) -> pd.DataFrame:
    table = table_of(GROUPS)
    for column, values in cells.items():
        for row, value in values.items():
            table.loc[row, {"part": PART, "label": CLASS}[column]] = value
    return table


def test_the_table_has_what_has_pictures() -> None:
    table = table_of(GROUPS)
    assert table[PICTURES].tolist() == [5, 4, 3, 7]
    assert table[PART].tolist() == ["training", "training", "test", LEFT_OUT]


def test_what_comes_of_it() -> None:
    found = tally(GROUPS)
    assert found.classes == ("cats", "dogs")
    assert dict(found.parts) == {Split.TRAIN: 9, Split.TEST: 3}
    assert found.left_out == 7
    assert found.lacks == ""


@pytest.mark.parametrize(
    ("table", "lacks"),
    [
        (changed(label={0: ""}), "Type a class for “train/cats”"),
        (changed(label={0: None}), "Type a class for “train/cats”"),
        (changed(part={3: "training"}), "Type a class for “pred”"),
        (changed(part={1: LEFT_OUT}), "At least two classes"),
        (changed(part={0: "test", 2: "test"}), "“cats” has no training pictures"),
        (changed(part={0: LEFT_OUT, 1: LEFT_OUT, 2: LEFT_OUT}), "At least two classes"),
        (changed(label={0: "lions"}), "“cats” has no training pictures"),
    ],
)
def test_what_it_lacks(table: pd.DataFrame, lacks: str) -> None:
    found = tally(corrected(GROUPS, table))
    assert lacks in found.lacks
    assert found.lacks.endswith(".")


def test_names_that_are_the_same_are_one_class() -> None:
    table = changed(label={0: "me\u0300o", 2: " m\u00e8o "})
    found = tally(corrected(GROUPS, table))
    assert len(found.classes) == 2
    assert found.lacks == ""


def test_a_name_that_nobody_touched_stays_as_it_is_in_the_file() -> None:
    long = Group("x", 3, Split.TRAIN, "w" * 90 + "\u0301")
    assert corrected([long], table_of([long])) == (long,)


@examples(60, fixed=False)
@given(
    st.lists(
        st.tuples(st.text(max_size=50), st.integers(0, 9), st.sampled_from([None, *Split]), st.text(max_size=50)),
        max_size=8,
    )
)
def test_an_untouched_table_changes_nothing(lines: list[tuple[str, int, Split | None, str]]) -> None:
    groups = tuple(Group(*line) for line in lines)
    assert corrected(groups, table_of(groups)) == groups
    found = tally(groups)
    assert sum(found.parts.values()) + found.left_out == sum(group.pictures for group in groups)
    assert set(WORDS.values()) == {None, *Split}
