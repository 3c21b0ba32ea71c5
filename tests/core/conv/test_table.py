"""Stacks as tables: what is laid out is read back, and what cannot be read is refused with a sentence."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conv.layers import Kind, Layer
from core.conv.presets import PRESETS
from core.conv.stack import LONGEST, Analysis, Stack, analyse
from core.conv.table import COLUMNS, from_table, to_table
from core.errors import UserError
from tests.core.conv.stacks import analyses, stack_of
from tests.core.conv.test_notation import ANY_LAYER
from tests.examples import examples

PAIRS = ("kernel", "stride", "padding", "dilation", "output_padding")
NUMBERS = ("out", "groups")
CONV = Layer(Kind.CONV, 8, (3, 5), (2, 1), (1, 0), (1, 2), 2, bias=False)
FOUR = Stack((CONV, Layer(Kind.RELU), Layer(Kind.MAXPOOL, 0, (2, 2), (2, 2)), Layer(Kind.ADD, inputs=(1, 2))))


def with_cell(row: int, column: str, value: Any) -> pd.DataFrame:
    """The table of four layers with one cell of any type in it."""
    table = to_table(FOUR).astype(object)
    table.at[row, column] = value
    return table


@pytest.mark.parametrize("title", PRESETS)
def test_presets_survive_the_table(title: str) -> None:
    assert from_table(to_table(PRESETS[title].stack)) == PRESETS[title].stack


@examples(80)
@given(layers=st.lists(ANY_LAYER, max_size=8))
def test_whatever_is_laid_out_is_read(layers: list[Layer]) -> None:
    """Also what does not run: a link may hold it, and the table shows it for somebody to mend."""
    stack = Stack(tuple(layers))
    assert from_table(to_table(stack)) == stack


@examples(30)
@given(analysis=analyses(most=6))
def test_stacks_that_run_still_run(analysis: Analysis) -> None:
    assert analyse(from_table(to_table(stack_of(analysis))), analysis.input_shape) == analysis  # type: ignore[arg-type]


def test_what_a_kind_does_not_use_stands_empty() -> None:
    table = to_table(PRESETS["AlexNet"].stack)
    relu = table[table["kind"] == "relu"].iloc[0]
    assert (relu[list(PAIRS)] == "").all()
    assert relu[list(NUMBERS)].isna().all()
    first = table.iloc[0]
    assert (first["out"], first["kernel"], first["stride"], first["padding"]) == (64, "11", "4", "2")


def test_columns() -> None:
    table = to_table(FOUR)
    assert tuple(table.columns) == COLUMNS
    assert [str(table[name].dtype) for name in (*NUMBERS, "ceil_mode", "bias")] == ["Int64", "Int64", "bool", "bool"]
    assert list(table["kernel"]) == ["3x5", "", "2", ""]
    assert list(table["from"]) == ["", "", "", "1, 2"]


VARIANTS = {
    "object": lambda table: table.astype(object),
    "numbers as float": lambda table: table.astype({"out": float, "groups": float}),
    "numbers as object with None": lambda table: table.astype(dict.fromkeys(NUMBERS, object)).where(
        table.notna(), None
    ),
    "flags as object": lambda table: table.astype({"ceil_mode": object, "bias": object}),
    "flags as boolean": lambda table: table.astype({"ceil_mode": "boolean", "bias": "boolean"}),
    "text as string": lambda table: table.astype(dict.fromkeys((*PAIRS, "kind", "from"), "string")),
    "empty text is None": lambda table: table.astype(object).replace({"": None}),
    "empty text is NaN": lambda table: table.astype(object).replace({"": np.nan}),
    "another index": lambda table: table.set_axis(range(7, 7 + len(table))),
    "columns in another order": lambda table: table[list(reversed(COLUMNS))],
    "another column": lambda table: table.assign(note="mine"),
}


@pytest.mark.parametrize("name", VARIANTS)
@pytest.mark.parametrize("title", PRESETS)
def test_the_types_that_an_editor_returns(name: str, title: str) -> None:
    stack = PRESETS[title].stack
    assert from_table(VARIANTS[name](to_table(stack))) == stack


@pytest.mark.parametrize("empty", [None, np.nan, pd.NA, "", "   "], ids=repr)
def test_an_empty_cell_is_the_usual(empty: Any) -> None:
    usual = Layer(Kind.CONV)
    flags = () if isinstance(empty, str) else ("ceil_mode", "bias")
    for column in (*PAIRS, *NUMBERS, *flags):
        assert getattr(from_table(with_cell(0, column, empty)).layers[0], column) == getattr(usual, column), column
    assert from_table(with_cell(3, "from", empty)).layers[3].inputs == ()


@pytest.mark.parametrize("empty", [None, np.nan, pd.NA, ""], ids=repr)
def test_a_pooling_without_a_stride_takes_its_kernel(empty: Any) -> None:
    table = with_cell(2, "kernel", "3x2")
    table.at[2, "stride"] = empty
    assert from_table(table).layers[2].stride == (3, 2), "as torch does"


def test_a_new_row_asks_for_its_kind() -> None:
    for new in ({}, {"kind": None}, {"kind": np.nan}, {"kind": ""}):
        table = pd.concat([to_table(FOUR), pd.DataFrame([new], index=[4])])
        with pytest.raises(UserError, match=r"^Layer 5: choose its kind"):
            from_table(table)


def test_a_new_row_with_a_kind_alone() -> None:
    table = pd.concat([to_table(FOUR), pd.DataFrame([{"kind": "relu"}, {"kind": "conv"}])], ignore_index=True)
    assert from_table(table).layers[4:] == (Layer(Kind.RELU), Layer(Kind.CONV))


@pytest.mark.parametrize("typed", ["3x5", "3 x 5", "3×5", "3, 5", " 3X5 "])
def test_ways_to_type_a_pair(typed: str) -> None:
    assert from_table(with_cell(0, "kernel", typed)).layers[0].kernel == (3, 5)


def test_whole_numbers_of_every_type() -> None:
    for value in (16, 16.0, np.int64(16), np.float32(16), Decimal(16), "16", "16.0"):
        assert from_table(with_cell(0, "out", value)).layers[0].out == 16


BAD_PAIRS = ["abc", "-1", "3.5", "3x", "x3", "3x3x3", "1e3", "nan", "inf", "99999999", "٣", -1, 2.5, np.inf, "3" * 99]
BAD_NUMBERS = ["abc", -1, "-1", 1.5, np.inf, -np.inf, "nan", 1e300, 10**30, 10**400, 10_000_000, "٣x", b"x"]


@pytest.mark.parametrize("column", PAIRS)
@pytest.mark.parametrize("value", BAD_PAIRS, ids=repr)
def test_nonsense_in_a_pair_names_the_layer(column: str, value: Any) -> None:
    with pytest.raises(UserError, match=r"^Layer 3 \(maxpool\): ") as caught:
        from_table(with_cell(2, column, value))
    assert column.split("_")[0] in str(caught.value).lower()
    assert len(str(caught.value)) < 160


@pytest.mark.parametrize("column", NUMBERS)
@pytest.mark.parametrize("value", BAD_NUMBERS, ids=repr)
def test_nonsense_in_a_number_names_the_layer(column: str, value: Any) -> None:
    with pytest.raises(UserError, match=r"^Layer 1 \(conv\): ") as caught:
        from_table(with_cell(0, column, value))
    assert {"out": "Filters", "groups": "Groups"}[column] in str(caught.value)
    assert len(str(caught.value)) < 160


@pytest.mark.parametrize("value", ["abc", "1,x", "-1", "1.5", "99999999", "1;2", "<b>"], ids=repr)
def test_nonsense_in_the_rows_it_reads_names_the_layer(value: str) -> None:
    with pytest.raises(UserError, match=r"^Layer 4\b"):
        from_table(with_cell(3, "from", value))


def test_a_row_that_does_not_exist_names_the_layer() -> None:
    stack = from_table(with_cell(3, "from", "2, 99"))
    with pytest.raises(UserError, match=r"^Layer 4 \(add\): It cannot read row 99"):
        analyse(stack, (4, 32, 32))


@pytest.mark.parametrize("value", ["", "cnv", "CONV", 7, 1.5, np.inf, True, "<b>conv</b>", "conv conv"], ids=repr)
def test_nonsense_in_the_kind_names_the_layer(value: Any) -> None:
    with pytest.raises(UserError, match=r"^Layer 2: choose its kind"):
        from_table(with_cell(1, "kind", value))


CELL = st.one_of(
    st.none(),
    st.floats(),
    st.integers(),
    st.booleans(),
    st.text(max_size=12),
    st.sampled_from(Kind),
    st.sampled_from([pd.NA, pd.NaT, pd.Timestamp("2020"), b"bytes", Decimal("NaN"), 1j]),
)


@examples(150)
@given(row=st.integers(0, 3), column=st.sampled_from(COLUMNS), value=CELL)
def test_any_cell_gives_a_stack_or_a_sentence_that_names_the_layer(row: int, column: str, value: Any) -> None:
    stack, sentence = FOUR, ""
    try:
        stack = from_table(with_cell(row, column, value))
    except UserError as error:
        sentence = str(error)
    assert not sentence or sentence.startswith(f"Layer {row + 1}")
    assert from_table(to_table(stack)) == stack
    assert stack.layers[:row] == FOUR.layers[:row]


def test_the_longest_and_one_more() -> None:
    longest = to_table(Stack((Layer(Kind.RELU),) * LONGEST))
    assert len(from_table(longest).layers) == LONGEST
    with pytest.raises(UserError, match=f"at most {LONGEST} layers"):
        from_table(pd.concat([longest, longest.iloc[:1]]))


def test_no_row_is_an_empty_stack_which_says_so_when_analysed() -> None:
    assert from_table(to_table(Stack(()))) == Stack(())
    with pytest.raises(UserError, match="no layer yet"):
        analyse(from_table(to_table(FOUR).iloc[:0]), (3, 8, 8))


def test_reading_changes_nothing() -> None:
    table = to_table(FOUR)
    copy = table.copy(deep=True)
    from_table(table)
    pd.testing.assert_frame_equal(table, copy)
