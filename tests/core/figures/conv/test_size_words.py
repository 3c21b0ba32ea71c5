"""What "Size and cost" says of windows that do not fit, and of padding to the same size."""

from __future__ import annotations

import pytest

from core.conv.fitting import coverage
from core.conv.layers import Kind, Layer
from core.conv.stack import Stack, analyse
from core.figures.conv.size_words import bytes_text, dropped, layer_table, remarks, same_padding_of_both


@pytest.mark.parametrize(
    ("count", "text"), [(999, "999 bytes"), (1_000, "1 kB"), (774_400, "774 kB"), (3_040_000, "3.04 MB"), (2e9, "2 GB")]
)
def test_bytes(count: int, text: str) -> None:
    assert bytes_text(count) == text


def test_what_is_dropped_is_counted() -> None:
    assert dropped(coverage(224, 11, 4, 2), "Each way").endswith(
        "Each way, 1 pixel is dropped at the end (all padding)."
    )
    assert "3 pixels are dropped at the end (3 of the input itself)" in dropped(coverage(12, 5, 4), "Downwards")


def test_remarks_only_where_there_is_something_to_say() -> None:
    assert remarks(coverage(224, 11, 4, 2), "Each way", False) == []
    assert "covered by no weight" in remarks(coverage(10, 1, 3), "Each way", False)[0]
    assert "hang 1 over the end" in remarks(coverage(6, 3, 2, ceil_mode=True), "Each way", True)[0]


def test_same_padding_with_and_without_a_stride() -> None:
    axes, said = same_padding_of_both(Layer(Kind.CONV, 8, (3, 3), (2, 2)), 224)
    assert [(axis.before, axis.after, axis.outputs) for axis in axes] == [(0, 1, 112), (1, 1, 112)]
    assert "shifted by 1 pixel**" in said
    axes, said = same_padding_of_both(Layer(Kind.CONV, 8, (4, 4)), 9)
    assert [(axis.before, axis.after, axis.outputs) for axis in axes] == [(1, 2, 9), (1, 2, 9)]


def test_the_table_has_the_layer_s_numbers() -> None:
    analysis = analyse(Stack((Layer(Kind.CONV, 64, (11, 11), (4, 4), (2, 2)),)), (3, 224, 224))
    row = layer_table(analysis.rows[-1]).iloc[0]
    assert (row["output"], row["parameters"], row["multiply_adds"]) == ("64 × 55 × 55", 23_296, 70_276_800)
