"""What a Parquet file is understood as before it is read, and whether that leaves a doubt."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import UserError
from core.transfer.data.parquet_look import TableLook, look_at_parquet
from tests.core.transfer.data.made import label, parquet, picture, silent, structs

PICTURES = [picture(number, (4, 4)) for number in range(12)]
TEXTS = ["cat", "dog"] * 6
NUMBERS = [0, 1] * 6
WIDTHS = [320, 480, 640] * 4


def look(columns: dict[str, Any], features: Any = None) -> TableLook:
    return look_at_parquet(parquet({"image": structs(PICTURES), **columns}, features), silent)


@pytest.mark.parametrize(
    ("columns", "features"),
    [
        ({"label": TEXTS, "width": WIDTHS}, None),
        ({"width": WIDTHS, "label": TEXTS, "__index_level_0__": list(range(12))}, None),
        ({"__index_level_0__": list(range(12)), "fine_label": NUMBERS}, None),
        ({"kind": NUMBERS, "width": WIDTHS}, {"kind": label("cat", "dog")}),
        ({"coarse_label": WIDTHS, "fine_label": NUMBERS}, {"fine_label": label("cat", "dog")}),
    ],
)
def test_a_file_without_a_doubt(columns: dict[str, Any], features: Any) -> None:
    found = look(columns, features)
    assert found.sure
    assert len(found.labels) == 1
    assert [count for _, count in found.labels[0].classes] == [6, 6]
    assert found.rows == 12


@pytest.mark.parametrize(
    ("columns", "best"),
    [
        ({"width": WIDTHS}, "width"),
        ({"width": WIDTHS, "animal": TEXTS}, "animal"),
        ({"a": NUMBERS, "b": TEXTS}, "b"),
        ({"label": NUMBERS, "class": TEXTS}, "label"),
        ({"label": [1] * 12, "animal": TEXTS}, "animal"),
        ({"label": [None] * 12, "animal": TEXTS}, "animal"),
        ({"name": [str(number) for number in range(12)], "is_cat": [True, False] * 6}, "is_cat"),
    ],
)
def test_a_file_that_leaves_one(columns: dict[str, Any], best: str) -> None:
    columns = {name: [str(v) if v is None else v for v in values] for name, values in columns.items()}
    found = look(columns)
    if len(columns) > 1 or "width" in columns:
        assert not found.sure
    assert found.label == best
    assert {one.name for one in found.labels} == set(columns)


def test_several_columns_of_pictures_leave_one_unless_one_is_called_so() -> None:
    assert look({"mask": structs(PICTURES), "label": TEXTS}).sure
    found = look_at_parquet(parquet({"a": structs(PICTURES), "b": structs(PICTURES), "label": TEXTS}), silent)
    assert not found.sure
    assert set(found.images) == {"a", "b"}
    assert look({"md5": [b"x"] * 12, "label": TEXTS}).images == ("image", "md5")


def test_columns_with_very_many_values_are_not_counted_to_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.transfer.data.parquet_look.MOST_DIFFERENT", 5)
    found = look({"number": list(range(12)), "other": list(range(12))})
    assert all(one.more and not one.usable for one in found.labels)


def test_rows_without_a_label_are_counted() -> None:
    found = look({"label": ["cat", "dog", None, ""] * 3})
    assert found.labels[0].without == 6
    assert found.labels[0].classes == (("cat", 3), ("dog", 3))


def test_what_is_no_parquet_file_is_a_sentence() -> None:
    with pytest.raises(UserError, match="Git LFS pointer"):
        look_at_parquet(b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n", silent)
