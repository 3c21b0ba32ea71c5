"""Matrices that are typed, edited and chosen, and operations on them."""

from __future__ import annotations

import numpy as np
import pytest

from core.conv.layers import Kind
from core.conv.steps.code import agrees, greatest_difference
from core.conv.steps.operation import Matrices, layer_of, products, run, to_csv
from core.conv.steps.presets import INPUTS, KERNELS, LECTURE, VERTICAL
from core.errors import UserError

DEFAULT = Matrices(INPUTS[LECTURE][None], KERNELS[VERTICAL][None, None], np.zeros(1))


def same(one: Matrices, other: Matrices) -> bool:
    return all(np.array_equal(getattr(one, part), getattr(other, part)) for part in "xwb")


def test_texts_can_be_read_again() -> None:
    assert same(Matrices.read(**DEFAULT.texts()), DEFAULT)


def test_other_parts_follow_a_text_of_another_size() -> None:
    two = DEFAULT.with_text("x", "1 2\n3 4\n\n5 6\n7 8")
    assert two.w.shape == (1, 2, 3, 3)
    more = two.with_text("w", "1\n\n2\n\n3\n\n4")
    assert (more.w.shape, more.b.shape) == ((2, 2, 1, 1), (2,))
    assert more.with_text("b", "5 6").b.tolist() == [5, 6]
    with pytest.raises(UserError):
        more.with_text("b", "5 6 7")


def test_cells_that_are_no_numbers_are_told_and_those_outside_ignored() -> None:
    changes = [("x", (0, 0, 0), "5"), ("w", (0, 0, 0, 1), "1/2"), ("b", (0,), "oops"), ("x", (0, 9, 0), "1"),
               ("?", (0,), "1"), ("w", (0,), "1")]  # fmt: skip
    new, problems = DEFAULT.with_cells(changes)
    assert (new.x[0, 0, 0], new.w[0, 0, 0, 1], new.b[0]) == (5, 0.5, 0)
    assert [str(problem).partition(":")[0] for problem in problems] == ["Bias"]
    assert DEFAULT.x[0, 0, 0] == 3, "the old ones stay as they were"


def test_a_preset_keeps_the_number_of_channels_and_filters() -> None:
    many = DEFAULT.resized(3, 2)
    assert (many.x.shape, many.w.shape, many.b.shape) == ((3, 6, 6), (2, 3, 3, 3), (2,))
    assert many.with_input(INPUTS["Small, 2 × 2"]).x.shape == (3, 2, 2)
    same_size = many.with_kernel(KERNELS["Laplace"])
    assert np.array_equal(same_size.w[0, 2], KERNELS["Laplace"])
    assert np.array_equal(same_size.w[1], many.w[1])
    assert many.with_kernel(KERNELS["Ones, 2 × 2"]).w.shape == (2, 3, 2, 2)


@pytest.mark.parametrize("kind", [Kind.CONV, Kind.TRANSPOSED, Kind.MAXPOOL, Kind.AVGPOOL])
def test_every_kind_runs_as_in_torch_and_is_the_same_as_a_layer(kind: Kind) -> None:
    result = run(kind, DEFAULT, stride=2, padding=1)
    assert agrees(result, greatest_difference(result))
    layer = layer_of(result)
    assert (layer.kind, layer.stride, layer.padding) == (kind, (2, 2), (1, 1))
    assert len(to_csv(result).splitlines()) == result.output.shape[1]


def test_multiplications_are_explained() -> None:
    assert "1 filters × 1 channels × 3 × 3 weights × 16 windows" in products(run(Kind.CONV, DEFAULT))  # type: ignore[arg-type]
