"""The table of several labels as a drawing, and its averages as formulas."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest

from core.figures.drawing import ACCENT, Cells, Drawing, Rect, Text
from core.figures.metrics import multilabel as figures
from core.figures.metrics import multilabel_formulas as formulas
from core.metrics.multilabel.multilabel import MEANS, Multilabel
from core.metrics.multilabel.report import report
from core.metrics.multilabel.text import typed

GOLDEN = typed("110 010 000 101", "100 011 000 101", "cat, dog, sofa")


def texts(drawing: Drawing) -> list[str]:
    return [item.text for item in drawing.items if isinstance(item, Text)]


def framed(drawing: Drawing) -> list[tuple[float, float, float, float]]:
    """What is marked as being averaged."""
    return [
        (item.x, item.y, item.width, item.height)
        for item in drawing.items
        if isinstance(item, Rect) and item.stroke == ACCENT and not item.dashed
    ]


def test_every_cell_says_what_it_is_in_words_and_form() -> None:
    drawing = figures.grid(report(GOLDEN, "f1"), "f1", "samples")
    said = texts(drawing)
    assert [said.count(word) for word in ("TP", "FP", "FN", "TN")] == [4, 1, 1, 6]
    forms = {
        word: [
            (item.fill, item.dashed)
            for item, number, name in zip(drawing.items, drawing.items[1:], drawing.items[2:], strict=False)
            if isinstance(item, Rect) and isinstance(number, Text) and isinstance(name, Text) and name.text == word
        ]
        for word in ("TP", "FP", "FN", "TN")
    }
    assert [len(set(found)) for found in forms.values()] == [1, 1, 1, 1], "one form each"
    assert len({found[0] for found in forms.values()}) == 4, "and they differ"


def test_scores_of_samples_and_labels_stand_there() -> None:
    said = texts(figures.grid(report(GOLDEN, "f1"), "f1", "macro"))
    for expected in ("0.583", "macro 0.778", "0/0 → 0", "TP 4 · FP 1 · FN 1", "sample 4", "sofa", "support"):
        assert expected in said
    assert "0/0" in texts(figures.grid(report(GOLDEN, "f1", zero_division=math.nan), "f1", "macro"))
    assert "0/0 → 1" in texts(figures.grid(report(GOLDEN, "f1", zero_division=1.0), "f1", "macro"))
    assert "weighted 0.800" in texts(figures.grid(report(GOLDEN, "f1"), "f1", "weighted"))


def test_what_is_averaged_is_framed_and_nothing_else() -> None:
    frames = {mean: framed(figures.grid(report(GOLDEN, "f1"), "f1", mean)) for mean in MEANS}
    assert [len(frames[mean]) for mean in ("samples", "micro", "macro")] == [2, 1, 2]
    assert frames["macro"] == frames["weighted"]
    assert len({tuple(frames[mean]) for mean in ("samples", "micro", "macro")}) == 3


def test_a_phone_scrolls_it_and_a_laptop_does_not() -> None:
    """On 360 pixels its text would be six pixels high."""
    small = figures.grid(report(GOLDEN, "f1"), "f1", "samples")
    assert 360 < small.narrowest <= 720


def test_clicks_have_a_place() -> None:
    drawing = figures.grid(report(GOLDEN, "f1"), "f1", "samples", chosen=1)
    cells = [item for item in drawing.items if isinstance(item, Cells)]
    assert [(cell.rows, cell.columns) for cell in cells] == [(5, 6)]
    assert figures.place(0, 4, 3) == (None, True, 1)
    assert figures.place(1, 2, 3) == (0, False, 2)
    assert figures.place(4, 3, 3) == (3, True, 0)


@pytest.mark.parametrize(("samples", "size"), [(2, 2), (12, 8), (500, 30)])
def test_any_size_stays_inside_its_frame(samples: int, size: int) -> None:
    random = np.random.default_rng(samples)
    names = tuple(f"a very long name of label {index}" for index in range(size))
    table = Multilabel(random.random((samples, size)) < 0.4, random.random((samples, size)) < 0.4, names)
    drawing = figures.grid(report(table, "jaccard"), "jaccard", "micro")
    json.dumps(drawing.as_data(), allow_nan=False)
    for item in drawing.items:
        if isinstance(item, Rect | Cells):
            assert item.x >= 0
            assert item.y >= 0
            assert item.x + item.width <= drawing.width + 0.01
            assert item.y + item.height <= drawing.height
    assert len(drawing.items) < 800
    assert ("of each sample, mean of all 500" in texts(drawing)) == (samples == 500)
    assert f"{samples:,} samples with {size} labels" in drawing.alt


@pytest.mark.parametrize(
    ("name", "how", "zero", "symbols", "numbers"),
    [
        ("f1", "samples", 0.0, "{N}", r"\tfrac{1}{4} (0.667 + 0.667 + 0.000 + 1.000) = \mathbf{0.583}"),
        ("f1", "samples", 1.0, "F_1(i)", r"\tfrac{1}{4} (0.667 + 0.667 + 1.000 + 1.000) = \mathbf{0.833}"),
        ("f1", "samples", math.nan, "F_1(i)", r"\tfrac{1}{3} (0.667 + 0.667 + 1.000) = \mathbf{0.778}"),
        ("f1", "macro", 0.0, "{L}", r"\tfrac{1}{3} (1.000 + 0.667 + 0.667) = \mathbf{0.778}"),
        (
            "f1", "weighted", 0.0, "support",
            r"\frac{2 \cdot 1.000 + 2 \cdot 0.667 + 1 \cdot 0.667}{5} = \mathbf{0.800}",
        ),
        ("f1", "micro", 0.0, r"\frac{2\,TP}{2\,TP + FP + FN}", r"\frac{8}{10} = \mathbf{0.800}"),
        ("precision", "micro", 0.0, r"\frac{TP}{TP + FP}", r"\frac{4}{5} = \mathbf{0.800}"),
        ("recall", "micro", 0.0, r"\frac{TP}{TP + FN}", r"\frac{4}{5} = \mathbf{0.800}"),
    ],
)  # fmt: skip
def test_formulas_hold_the_numbers_on_the_screen(name: Any, how: Any, zero: float, symbols: str, numbers: str) -> None:
    first, second = formulas.average(report(GOLDEN, "f1", zero_division=zero), name, how)
    assert symbols in first
    assert second == numbers


def test_long_sums_are_cut_and_undefined_is_said() -> None:
    table = Multilabel(np.eye(9, dtype=bool)[:, :8], np.eye(9, dtype=bool)[:, :8], tuple("ABCDEFGH"))
    found = report(table, "f1")
    for how in ("samples", "macro", "weighted"):
        numbers = formulas.average(found, "f1", how)[1]
        assert r"\ldots" in numbers
        assert numbers.count("1.000") <= 5
    large = Multilabel(np.ones((1000, 2)), np.ones((1000, 2)), ("A", "B"))
    assert r"\tfrac{1}{1{,}000}" in formulas.average(report(large, "f1"), "f1", "samples")[1]
    empty = Multilabel(np.zeros((3, 2)), np.zeros((3, 2)), ("A", "B"))
    for how in MEANS:
        assert "undefined" in formulas.average(report(empty, "f1", zero_division=math.nan), "f1", how)[1]
