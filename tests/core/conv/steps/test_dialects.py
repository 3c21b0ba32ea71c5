"""Matrices as other programs print them and books set them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from core.conv.steps.matrices import MOST_TEXT, parse_biases, parse_input, parse_kernels
from core.errors import UserError

SQUARE = [[[1.0, 2.0], [3.0, 4.0]]]
TWO = [[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]

PRINTS = {
    "MATLAB": "K = [1 2; 3 4];",
    "MATLAB, with commas": "[1, 2; 3, 4]",
    "MATLAB, rows on lines": "[1, 2\n 3, 4]",
    "MATLAB goes on": "K = [1 ...\n  2; 3 4]",
    "MATLAB prints": "K =\n\n     1     2\n     3     4\n\n",
    "Octave prints": "K =\n\n   1   2\n   3   4\n\n",
    "Julia prints": "2×2 Matrix{Int64}:\n 1  2\n 3  4",
    "R": "     [,1] [,2]\n[1,]    1    2\n[2,]    3    4",
    "pandas": "   0  1\n0  1  2\n1  3  4",
    "torch, on a GPU": "tensor([[1., 2.],\n        [3., 4.]], device='cuda:0')",
    "torch, in a graph": "tensor([[1., 2.],\n        [3., 4.]], grad_fn=<ConvolutionBackward0>)",
    "torch, all of it": "tensor([[1, 2],\n        [3, 4]], device='cuda:1', dtype=torch.int32, grad_fn=<AddBackward0>)",
    "torch, a parameter": "Parameter containing:\ntensor([[1., 2.],\n        [3., 4.]], requires_grad=True)",
    "torch, size": "tensor([[1., 2.], [3., 4.]], size=torch.Size([2, 2]))",
    "torch, old": "torch.FloatTensor([[1, 2], [3, 4]])",
    "torch, scientific": "tensor([[1.0000e+00, 2.0000e+00],\n        [3.0000e+00, 4.0000e+00]])",
    "TensorFlow": "tf.Tensor(\n[[1. 2.]\n [3. 4.]], shape=(2, 2), dtype=float32)",
    "TensorFlow, repr": "<tf.Tensor: shape=(2, 2), dtype=float32, numpy=\narray([[1., 2.], [3., 4.]], dtype=float32)>",
    "jax": "Array([[1., 2.],\n       [3., 4.]], dtype=float32)",
    "numpy, an assignment": "kernel = np.array([[1, 2], [3, 4]], dtype=np.float32)",
    "C": "float k[2][2] = {{1, 2}, {3, 4}};",
    "LaTeX": "\\begin{bmatrix}\n1 & 2 \\\\\n3 & 4 \\\\\n\\end{bmatrix}",
    "LaTeX, one line": "$K = \\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}$",
    "LaTeX, an array": "\\left[\\begin{array}{cc} 1 & 2 \\\\ 3 & 4 \\end{array}\\right]",
    "Markdown": "| 1 | 2 |\n|---|--:|\n| 3 | 4 |",
    "narrow blanks": "1\u00a0 2\n3\u202f4",
}


@pytest.mark.parametrize("program", PRINTS)
def test_one_matrix(program: str) -> None:
    assert parse_input(PRINTS[program]).tolist() == SQUARE


@pytest.mark.parametrize(
    "text",
    [
        "K(:,:,1) =\n\n     1     2\n     3     4\n\n\nK(:,:,2) =\n\n     5     6\n     7     8\n",
        ", , 1\n\n     [,1] [,2]\n[1,]  1  2\n[2,]  3  4\n\n, , 2\n\n     [,1] [,2]\n[1,]  5  6\n[2,]  7  8\n",
        "tensor([[[[1., 2.],\n          [3., 4.]]],\n\n\n        [[[5., 6.],\n          [7., 8.]]]])",
        "{{{1, 2}, {3, 4}}, {{5, 6}, {7, 8}}}",
        "\\begin{bmatrix}1&2\\\\3&4\\end{bmatrix}\n\\begin{bmatrix}5&6\\\\7&8\\end{bmatrix}",
    ],
    ids=["MATLAB", "R", "torch", "C", "LaTeX"],
)
def test_several_matrices(text: str) -> None:
    assert parse_input(text).tolist() == TWO


@pytest.mark.parametrize("text", ["[1; 2; 3]", "[1\n2\n3]", "K = [1; 2; 3]", "[[1], [2], [3]]", "1\n2\n3", "1/2/3"])
def test_a_column(text: str) -> None:
    assert parse_input(text).tolist() == [[[1.0], [2.0], [3.0]]]


@pytest.mark.parametrize("text", ["[1, 2, 3]", "[1 2 3]", "[1 2\n 3]", "1 2 3", "tensor([1., 2., 3.])"])
def test_a_row(text: str) -> None:
    assert parse_input(text).tolist() == [[[1.0, 2.0, 3.0]]]


@pytest.mark.parametrize(
    "text",
    [
        "1/9 1/9 1/9\n" * 3,
        "1/9\t1/9\t1/9\n" * 3,
        "1/9, 1/9, 1/9; 1/9, 1/9, 1/9; 1/9, 1/9, 1/9",
        "1/9 1/9 1/9 / 1/9 1/9 1/9 / 1/9 1/9 1/9",
        "[1/9 1/9 1/9; 1/9 1/9 1/9; 1/9 1/9 1/9]",
        "[[1/9, 1/9, 1/9], [1/9, 1/9, 1/9], [1/9, 1/9, 1/9]]",
        "\\frac{1}{9} & \\dfrac{1}{9} & 1/9 \\\\ 1/9 & 1/9 & 1/9 \\\\ 1/9 & 1/9 & 1/9",
        "1/9 * [1 1 1; 1 1 1; 1 1 1]",
        "(1/9) * torch.tensor([[1, 1, 1], [1, 1, 1], [1, 1, 1]])",
        "np.array([[1, 1, 1], [1, 1, 1], [1, 1, 1]]) / 9",
        "K = [1 1 1; 1 1 1; 1 1 1] / 9;",
        "\\frac{1}{9} \\begin{bmatrix} 1 & 1 & 1 \\\\ 1 & 1 & 1 \\\\ 1 & 1 & 1 \\end{bmatrix}",
    ],
)
def test_a_ninth_in_every_cell(text: str) -> None:
    assert parse_kernels(text, 1) == pytest.approx(np.full((1, 1, 3, 3), 1 / 9))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1/9 1/9 1/9", [[1 / 9, 1 / 9, 1 / 9]]),
        ("0 1/4 0\n1/4 0 1/4\n0 1/4 0", [[0, 0.25, 0], [0.25, 0, 0.25], [0, 0.25, 0]]),
        ("0 1/4 0\n0 1/4 0", [[0, 0.25, 0], [0, 0.25, 0]]),
        ("1 2/3 4", [[1, 2], [3, 4]]),  # rows on one line stay rows
        ("1 2 / 3 4", [[1, 2], [3, 4]]),
        ("-1/2 1", [[-0.5, 1]]),
    ],
)
def test_a_slash_parts_rows_or_is_in_a_fraction(text: str, expected: list[list[float]]) -> None:
    assert parse_input(text)[0] == pytest.approx(np.array(expected))


def test_biases_are_read_by_the_same_rules() -> None:
    assert parse_biases("tensor([0.5, -1.0], device='cuda:0')", 2).tolist() == [0.5, -1.0]
    assert parse_biases("b = [1/4; 1/2]", 2).tolist() == [0.25, 0.5]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[1 2 ... 3]\n [4 5 ... 6]]", "shortened with dots"),
        ("1 & \\cdots & 2", "shortened with dots"),
        ("K(:,:,1) =\n\n   1.0e+03 *\n\n 1 2\n\nK(:,:,2) =\n\n   1.0e+02 *\n\n 3 4", "factor for each"),
        ("2 * [60000 1]", "too large"),
        ("[1 2; 3]", "row 2 has 1 values"),
        ("1/0 1/2", "not a number"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as error:
        parse_input(text)
    assert "\n" not in str(error.value)


NINTHS = r"\begin{bmatrix} %s & %s \\ %s & %s \end{bmatrix}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("½ ¼\n-½ 1", [[0.5, 0.25], [-0.5, 1]]),
        ("1⁄4 1∕4\n−1⁄4 –1", [[0.25, 0.25], [-0.25, -1]]),
        ("\ufeff1 ‐2\n3\u200b －4", [[1, -2], [3, -4]]),
        ("[1 2; 3 4]./8", [[0.125, 0.25], [0.375, 0.5]]),
        ("[1 2; 3 4] .* (1/8)", [[0.125, 0.25], [0.375, 0.5]]),
        (NINTHS % (r"\frac18", r"\frac 1 8", r"\frac{1}8", r"\frac1{8}"), [[0.125] * 2] * 2),
        (
            NINTHS % (r"-\cfrac{1}{8}", r"- \frac{1}{8}", r"\nicefrac{1}{8}", r"\sfrac{1} {8}"),
            [[-0.125] * 2, [0.125] * 2],
        ),
        (r"\[ K = \frac18 \begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix} \]", [[0.125, 0.25], [0.375, 0.5]]),
        ("# Sobel\n1 2\n3 4", [[1, 2], [3, 4]]),
        ("// a kernel\n1 2  # above\n3 4", [[1, 2], [3, 4]]),
        ("% 3 values\nK = [1 2; % above\n 3 4]", [[1, 2], [3, 4]]),
        ("np.array([[1, 2],  # a\n [3, 4]])  # b", [[1, 2], [3, 4]]),
        (
            "<tf.Variable 'k:0' shape=(2, 2) dtype=float32, numpy=\narray([[1., 2.],\n [3., 4.]], dtype=float32)>",
            SQUARE[0],
        ),
    ],
)
def test_fractions_signs_and_comments_of_books_and_programs(text: str, expected: list[list[float]]) -> None:
    assert parse_input(text)[0].tolist() == expected


@pytest.mark.parametrize("text", ["1,5 2,5\n3,5 4,5", "[0,5 1,5; 2,5 3,5]", "0,111 1\n0,111 0,111"])
def test_decimal_commas_between_blanks_are_refused(text: str) -> None:
    with pytest.raises(UserError, match="write decimals with a point"):
        parse_input(text)


@pytest.mark.parametrize("text", ["1½ 2\n3 4", "50% 50%\n25% 75%"])
def test_what_is_no_number_is_named(text: str) -> None:
    with pytest.raises(UserError, match="is not a number"):
        parse_input(text)


MATRICES = arrays.arrays(
    np.float32,
    arrays.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=5),
    elements=st.integers(-9_999, 9_999).map(lambda value: value / 8),
)


@given(MATRICES)
def test_what_torch_and_numpy_print_is_read_again(matrix: np.ndarray) -> None:  # type: ignore[type-arg]
    with torch.no_grad():
        torch.set_printoptions(precision=6)
        printed = [str(torch.tensor(matrix)), repr(torch.nn.Parameter(torch.tensor(matrix)))]
    torch.set_printoptions(profile="default")
    for text in (*printed, str(matrix), repr(matrix), str(matrix.tolist())):
        assert parse_input(text)[0] == pytest.approx(matrix)


@pytest.mark.parametrize(
    "piece",
    [" ", "\t", "[", "]", "(", "-", "|", "=", "a", "1", "1 ", "{", "\\", "&", "\n", ",", "1/", ">", "#", "// ", "1,1 "],
)
def test_no_text_takes_long(piece: str) -> None:
    """A link may bring any text; a pattern that tries every start anew would take minutes for one of these."""
    text = (piece * MOST_TEXT)[: MOST_TEXT - 1] + "x"
    with pytest.raises(UserError):
        parse_input(text)
