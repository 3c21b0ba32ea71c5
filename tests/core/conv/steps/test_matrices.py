"""Matrices as text: every way to write one, every way to write it wrongly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.conv.steps.matrices import (
    LARGEST,
    MOST_TEXT,
    format_matrices,
    format_values,
    number,
    parse_biases,
    parse_input,
    parse_kernels,
    with_channels,
    with_filters,
)
from core.conv.steps.presets import INPUTS, KERNELS, preset_of
from core.errors import UserError
from tests.examples import examples

SQUARE = [[[1.5, -2.0], [3.0, 4.0]]]
TWO = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]


@pytest.mark.parametrize(
    "text",
    [
        "1.5 -2\n3 4",
        "1.5 -2\r\n3 4\r\n",
        "  1.5   -2  \n 3 4 \n\n",
        "1.5 −2/3 4",
        "1.5, -2; 3, 4",
        "1.5 -2; 3 4;",
        "1.5 -2;\n3 4;",
        "1.5\t-2\n3\t4",
        "1,5\t-2\n3\t4",
        "1,5;-2\n3;4",
        "1.5;-2\n3;4",
        "1.5,-2\n3,4",
        "[[1.5, -2], [3, 4]]",
        "[[1.5 -2.]\n [3.  4.]]",
        "array([[ 1.5, -2. ],\n       [ 3. ,  4. ]])",
        "np.array([[[1.5, -2], [3, 4]]], dtype=np.float32)",
        "torch.tensor([[1.5, -2.], [3., 4.]], device='cpu')",
        "+1.5e0 -2.\n.3e1 4",
    ],
)
def test_ways_to_write_the_same(text: str) -> None:
    assert parse_input(text).tolist() == SQUARE


@pytest.mark.parametrize(
    "text",
    [
        "1 2\n3 4\n\n5 6\n7 8",
        "1 2/3 4//5 6/7 8",
        "1 2;3 4\n\n\n5 6;7 8\n",
        "[[[1, 2], [3, 4]], [[5, 6], [7, 8]]]",
        "[[[1. 2.]\n  [3. 4.]]\n\n [[5. 6.]\n  [7. 8.]]]",
    ],
)
def test_channels(text: str) -> None:
    assert parse_input(text).tolist() == TWO
    assert parse_kernels(text, 1).tolist() == [[TWO[0]], [TWO[1]]]
    assert parse_kernels(text, 2).tolist() == [TWO]


def test_single_rows() -> None:
    assert parse_input("1;2;3").tolist() == [[[1, 2, 3]]]
    assert parse_input("7").tolist() == [[[7]]]
    assert parse_biases("1, -2.5 3", 3).tolist() == [1, -2.5, 3]


@examples(60, fixed=False)
@given(
    arrays.arrays(
        np.float64,
        arrays.array_shapes(min_dims=4, max_dims=4, max_side=4),
        elements=st.floats(-99_999, 99_999).map(lambda value: float(f"{value:.12g}") + 0.0),
    )
)
def test_what_is_written_is_read_again(kernels: np.ndarray) -> None:  # type: ignore[type-arg]
    channels = kernels.shape[1]
    assert np.array_equal(parse_kernels(format_matrices(kernels), channels), kernels)
    assert np.array_equal(parse_input(format_matrices(kernels[0])), kernels[0])
    assert np.array_equal(parse_biases(format_values(kernels[:, 0, 0, 0]), len(kernels)), kernels[:, 0, 0, 0])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        (" \n \n", "is empty"),
        ("[]", "is empty"),
        ("1 2\n3 x", "row 2, column 2: “x” is not a number"),
        ("1 2\n3 4\n\n5 6\n7 nan", "channel 2, row 2, column 2: nan"),
        ("1 inf", "row 1, column 2: inf"),
        ("-Infinity", "row 1, column 1: -Infinity"),
        ("1e9", "too large"),
        ("1e999", "too large"),
        ("1_0", "not a number"),
        ("٣", "not a number"),
        ("0x10", "not a number"),
        ("1\t\t2", "row 1, column 2 is empty"),
        ("1,,2", "row 1, column 2 is empty"),
        ("1 2 3\n4 5", "row 2 has 2 values and the first row has 3"),
        ("1 2\n3 4\n\n5 6", "channel 2 has 1 row and the first one has 2"),
        ("1 2\n\n3 4 5", "channel 2, row 1 has 3 values"),
        ("1 " * 13, "1 × 13 cells"),
        ("1\n" * 13, "13 × 1 cells"),
        ("1 2 3 4\n" * 1000, "1,000 × 4 cells"),
        ("1\n\n" * 5, "5 channels"),
        ("[[1, 2], [3, 4]", "brackets"),
        ("[[1, 2]] + 3", "brackets"),
        ("<script>alert(1)</script>", "not a number"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        parse_input(text)
    assert words in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)


def test_kernels_that_do_not_go_together() -> None:
    with pytest.raises(UserError, match="3 kernels for 2 input channels"):
        parse_kernels("1\n\n2\n\n3", 2)
    with pytest.raises(UserError, match="5 filters"):
        parse_kernels("1\n\n" * 5, 1)
    with pytest.raises(UserError, match="filter 2, channel 1, row 1, column 1"):
        parse_kernels("1//1//a//1", 2)
    with pytest.raises(UserError, match="at most 5 × 5"):
        parse_kernels("1 2 3 4 5 6", 1)
    with pytest.raises(UserError, match="3 biases for 2 filters"):
        parse_biases("1 2 3", 2)
    with pytest.raises(UserError, match="Bias of filter 2"):
        parse_biases("1 b", 2)


def test_a_very_long_paste_is_refused_at_once() -> None:
    with pytest.raises(UserError, match=r"in 10,000 lines"):
        parse_input("\n".join(["1 2 3 4 5 6"] * 10_000))
    with pytest.raises(UserError, match="characters"):
        parse_input("[" * (MOST_TEXT + 1))
    # patterns that take exponential time would run into the time limit
    for nasty in ("[" * MOST_TEXT, "1" * MOST_TEXT, "1," * (MOST_TEXT // 2), " " * MOST_TEXT + "x", "-" * MOST_TEXT):
        with pytest.raises(UserError):
            parse_input(nasty)


@pytest.mark.parametrize(
    ("before", "filling", "after"),
    [
        ("[", " ", "]"),
        ("[1", "\t", "2]"),
        ("[", " ", "dtype]"),
        ("[1] array", " ", ""),
        ("[1] dtype", " ", "x"),
        ("[1] dtype=", "a", "!"),
        ("", "1", "x"),
        ("1.", "1", "x"),
        ("1e", "1", "x"),
        ("1/", "1", "x"),
        ("1;", "1", ",x"),
        ("1;1,", "1", "x"),
        ("1;1,1", " ", "x"),
        ("1", " ", "x"),
        ("1;", " ", "x"),
        ("", "[", ""),
        ("[", "1", ""),
        ("", "[1", "]"),
        ("[1]", "]", ""),
        ("", "array", ""),
    ],
)
def test_no_text_takes_quadratic_time(before: str, filling: str, after: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long enough that quadratic time would run into the time limit, with no clock in the test."""
    monkeypatch.setattr("core.conv.steps.matrices.MOST_TEXT", 10_000_000)
    with pytest.raises(UserError):
        parse_input(before + filling * 400_000 + after)


def test_the_largest_matrices_fit_into_a_text() -> None:
    worst = np.full((4, 12, 12), -1.23456789012e-05)
    assert len(format_matrices(worst)) <= MOST_TEXT
    assert parse_input(format_matrices(worst)).shape == worst.shape


def test_one_cell() -> None:
    assert number("1/8", "Here") == 0.125
    assert number(" −3 ", "Here") == -3
    assert str(number("-0", "Here")) == "0.0"
    assert number(str(LARGEST), "Here") == LARGEST
    for text in ("", "a", "1/0", "1/2/3", "1 2", "nan", "1e6"):
        with pytest.raises(UserError, match="Here"):
            number(text, "Here")


def test_presets_can_be_written_and_found() -> None:
    for presets in (INPUTS, KERNELS):
        for name, preset in presets.items():
            assert preset_of(parse_input(format_matrices(preset[None]))[0], presets) == name
            assert not preset.flags.writeable
    assert preset_of(np.full((2, 2), 42.0), KERNELS) is None
    assert KERNELS["Blur, 1/9"].sum() == pytest.approx(1)
    assert KERNELS["Gaussian, 5 × 5"].sum() == pytest.approx(1)


def test_channels_and_filters_come_and_go() -> None:
    x, w, b = np.arange(4.0).reshape(1, 2, 2), np.arange(9.0).reshape(1, 1, 3, 3), np.array([5.0])
    more_x, more_w = with_channels(x, w, 3)
    assert more_x[:, 0].tolist() == [[0, 1], [1, 0], [0, 1]]
    assert more_w.shape == (1, 3, 3, 3)
    fewer = with_channels(more_x, more_w, 1)
    assert fewer[0].tolist() == x.tolist()
    assert fewer[1].tolist() == w.tolist()
    more_w, more_b = with_filters(w, b, 2)
    assert more_w[1, 0].tolist() == np.rot90(w[0, 0]).tolist()
    assert more_b.tolist() == [5, 0]
    wide, _ = with_filters(w[:, :, :1], b, 2)
    assert wide[1, 0].tolist() == [[2, 1, 0]]
