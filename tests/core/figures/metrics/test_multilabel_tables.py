"""Averages beside what they were, 0/0 in a sentence, and the table of labels."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from core.figures.metrics import multilabel_tables as tables
from core.figures.metrics.multilabel_tables import Measure
from core.metrics.multilabel.multilabel import Multilabel
from core.metrics.multilabel.report import report
from core.metrics.multilabel.text import typed

GOLDEN = typed("110 010 000 101", "100 011 000 101", "cat, dog, sofa")
WORSE = typed("110 010 000 101", "000 011 000 101", "cat, dog, sofa")


def test_every_number_is_there_and_the_meant_one_is_bold() -> None:
    found = tables.measures(report(GOLDEN, "f1"), None, "f1", "macro")
    assert [one.label for one in found] == [
        "F₁ samples", "F₁ micro", "**F₁ macro**", "F₁ weighted", "Exact match", "Hamming loss"
    ]  # fmt: skip
    assert [one.text for one in found] == ["0.583", "0.800", "0.778", "0.800", "0.500", "0.167"]
    assert {one.change for one in found} == {None}


def test_what_changed_says_by_how_much_and_whether_that_is_good() -> None:
    found = tables.measures(report(WORSE, "f1"), report(GOLDEN, "f1"), "f1", "macro")
    micro, loss = found[1], found[-1]
    assert micro.change is not None
    assert micro.change.startswith("−0.")
    assert (micro.rose, micro.good) == (False, False)
    assert (loss.change, loss.rose, loss.good) == ("+0.083, was 0.167", True, False)


@pytest.mark.parametrize(("value", "before"), [(0.5, math.nan), (math.nan, 0.5), (0.5, 0.5004), (0.5, None)])
def test_what_cannot_be_seen_to_change_has_no_change(value: float, before: float | None) -> None:
    one = Measure("F₁", "", value, before)
    assert one.change is None
    assert one.text == ("undefined" if math.isnan(value) else "0.500")


@pytest.mark.parametrize(
    ("average", "zero", "words"),
    [
        ("samples", 0.0, "**0/0** for 1 sample, which here counts as 0."),
        ("samples", math.nan, "**0/0** for 1 sample, which here is left out."),
        ("micro", 0.0, ""),
        ("macro", 0.0, ""),
    ],
)
def test_0_over_0_is_told_where_it_goes_into_the_average(average: Any, zero: float, words: str) -> None:
    told = tables.undefined(report(GOLDEN, "f1", zero_division=zero), "f1", average)
    assert told.startswith(words)
    assert bool(told) == bool(words)


def test_0_over_0_of_a_large_table_is_that_of_the_samples_shown() -> None:
    empty = np.zeros((20, 2), dtype=bool)
    told = tables.undefined(report(Multilabel(empty, empty, ("a", "b")), "f1", rows=12), "f1", "samples")
    assert "for 12 samples of those shown" in told
    told = tables.undefined(report(Multilabel(empty, empty, ("a", "b")), "f1", rows=12), "f1", "weighted")
    assert "for 2 labels, which" in told


def test_the_table_has_a_row_a_label() -> None:
    frame = tables.labels_table(report(GOLDEN, "f1"))
    assert frame.columns.tolist() == ["label", "TP", "FP", "FN", "TN", "support", "P", "R", "F₁"]
    assert frame.iloc[2].tolist() == ["sofa", 1, 1, 0, 2, 1, "0.500", "1.000", "0.667"]
