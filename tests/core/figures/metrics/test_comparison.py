"""Two models as pictures, formulas and a sentence."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from core.figures.drawing import Cells, Drawing, Rect, Text
from core.figures.metrics import comparison as figures
from core.metrics.paired.comparison import Comparison, compare, same_matrices

TOGETHER, APART = same_matrices()
NAMES = ("old", "new")


def texts(drawing: Drawing) -> list[str]:
    return [item.text for item in drawing.items if isinstance(item, Text)]


def made(only_first: int, only_second: int) -> Comparison:
    first = np.repeat([0, 1, 0], [only_first, only_second, 3])
    second = np.repeat([1, 0, 0], [only_first, only_second, 3])
    return compare(np.zeros(len(first), int), first, second, ("A", "B"))


def test_the_four_kinds_of_rows() -> None:
    drawing = figures.contingency(APART, NAMES, chosen=(0, 1))
    said = texts(drawing)
    assert [said.index(count) for count in ("66", "14", "20", "0")] == sorted(
        said.index(count) for count in ("66", "14", "20", "0")
    )
    assert said[said.index("14") + 1] == "only old"
    assert said[said.index("20") + 1] == "only new"
    assert [(cell.rows, cell.columns) for cell in drawing.items if isinstance(cell, Cells)] == [(2, 2)]
    assert drawing.alt == "Of 100 rows both models have 66 right, only old 14, only new 20, neither 0"


def test_the_difference_is_centred_on_zero() -> None:
    drawing = figures.difference(APART, NAMES, chosen=(1, 0))
    assert [text for text in texts(drawing) if text in ("+3", "−3")] == ["+3", "−3", "−3", "+3"]
    colours = [item.fill for item in drawing.items if isinstance(item, Rect) and item.fill][:4]
    assert colours == [figures.MORE, figures.FEWER, figures.FEWER, figures.MORE]
    strengths = {item.opacity for item in drawing.items if isinstance(item, Rect) and item.fill}
    assert strengths == {0.6}
    assert "actual A predicted A +3" in drawing.alt


def test_no_difference_has_no_colour() -> None:
    target = np.array([0, 1, 2])
    drawing = figures.difference(compare(target, target, target, ("A", "B", "C")), NAMES)
    assert [item for item in drawing.items if isinstance(item, Rect)][:-2] == [], "only the legend is coloured"
    assert texts(drawing).count("0") == 9
    assert drawing.alt.endswith("none")


@pytest.mark.parametrize("size", [2, 6, 13, 30, 50])
def test_any_number_of_classes_stays_inside_its_frame(size: int) -> None:
    random = np.random.default_rng(size)
    target, first, second = random.integers(0, size, (3, 2000))
    labels = tuple(f"a rather long name {index}" for index in range(size))
    drawing = figures.difference(
        compare(target, first, second, labels), ("a model of a very long name", "b"), chosen=(0, 1)
    )
    json.dumps(drawing.as_data(), allow_nan=False)
    for item in drawing.items:
        if isinstance(item, Rect | Cells):
            assert item.x >= 0
            assert item.x + item.width <= drawing.width
            assert item.y + item.height <= drawing.height


def test_formulas() -> None:
    exact = figures.p_value(TOGETHER)
    assert exact is not None
    assert exact[1] == r"2 \sum_{k=0}^{0} \tbinom{6}{k}\, 0.5^{\,6} = \mathbf{0.031}"
    squared = figures.chi_squared(APART)
    assert squared is not None
    assert squared[1] == r"\frac{(|14 - 20| - 1)^2}{14 + 20} = 0.735, \quad p = \mathbf{0.391}"
    level = figures.p_value(made(5, 5))
    assert level is not None
    assert level[1].startswith(r"\min(1,")
    assert level[1].endswith(r"= \mathbf{1.000}")
    assert figures.p_value(made(0, 0)) is None
    assert figures.chi_squared(made(0, 0)) is None


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (1.0, "1.000"),
        (0.0312, "0.031"),
        (0.000333, r"3.33 \cdot 10^{-4}"),
        (1.2e-40, r"1.20 \cdot 10^{-40}"),
        (0.0, "0.000"),
    ],
)
def test_p_values_are_short(value: float, written: str) -> None:
    assert figures.probability(value) == written


@pytest.mark.parametrize(
    ("counts", "sentence"),
    [
        ((0, 0), "nothing that sets them apart"),
        ((4, 4), "Each model is right on 4 rows where the other is wrong: neither is better"),
        ((1, 1), "Each model is right on 1 row where"),
        ((1, 0), "old alone is right on 1 row, the"),
        ((6, 0), "hardly chance: old alone is right on 6 rows, the other alone on 0, .* in only 3.1%"),
        ((0, 6), "hardly chance: new alone is right on 6 rows"),
        ((5, 0), "could easily be chance: old alone .* in 6% of all cases"),
        ((10, 60), "hardly chance: new alone .* in fewer than 0.1%"),
    ],
)
def test_the_sentence(counts: tuple[int, int], sentence: str) -> None:
    import re

    assert re.search(sentence, figures.verdict(made(*counts), NAMES))


def test_the_sentence_turns_at_five_percent() -> None:
    said: list[Any] = [
        ("hardly" in figures.verdict(found, NAMES), found.p_exact < 0.05) for found in map(made, [9] * 25, range(25))
    ]
    assert all(one == other for one, other in said if one or other)
    assert len({one for one, _ in said}) == 2
