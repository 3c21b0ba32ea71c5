"""Every window, stamp and pool against torch, and the code to take away against itself."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import assume, given
from hypothesis import strategies as st

from core.conv.steps.code import agrees, code, greatest_difference, name
from core.conv.steps.pooling import PoolSteps, pool_steps
from core.conv.steps.presets import INPUTS, KERNELS, LECTURE, VERTICAL
from core.conv.steps.transposed import TransposedSteps, transposed_steps
from core.conv.steps.windows import Steps, Window, steps
from core.errors import UserError
from tests.examples import examples

# left column minus right column of each window, by hand
LECTURE_OUTPUT = [[18, -4, -18, 2], [46, 5, -4, -24], [66, 7, -44, -46], [44, -5, -79, -66]]


def integers(seed: int, *shape: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Whole numbers: torch must come out exactly, in whatever order it adds."""
    return np.random.default_rng(seed).integers(-9, 10, shape).astype(np.float64)


PAIRS = st.tuples(st.integers(1, 3), st.integers(1, 3))
PADDINGS = st.tuples(st.integers(0, 3), st.integers(0, 3))


def by_definition(result: Steps) -> list[list[list[float]]]:
    """The formula of the docstring, one number at a time, with no array arithmetic."""
    (sh, sw), (ph, pw), (dh, dw) = result.layout.stride, result.layout.padding, result.layout.dilation
    channels, height, width = result.x.shape
    filters, _, kh, kw = result.weight.shape

    def at(c: int, row: int, col: int) -> float:
        return float(result.x[c, row, col]) if 0 <= row < height and 0 <= col < width else 0.0

    def w(k: int, c: int, u: int, v: int) -> float:
        return float(result.weight[k, c, kh - 1 - u, kw - 1 - v] if result.flip else result.weight[k, c, u, v])

    return [
        [
            [
                float(result.bias[k])
                + sum(
                    w(k, c, u, v) * at(c, sh * i + dh * u - ph, sw * j + dw * v - pw)
                    for c in range(channels)
                    for u in range(kh)
                    for v in range(kw)
                )
                for j in range(result.output.shape[2])
            ]
            for i in range(result.output.shape[1])
        ]
        for k in range(filters)
    ]


@examples(80, fixed=False)
@given(
    seed=st.integers(0, 9999),
    channels=st.integers(1, 3),
    filters=st.integers(1, 3),
    size=st.tuples(st.integers(1, 8), st.integers(1, 8)),
    kernel=PAIRS,
    stride=PAIRS,
    padding=PADDINGS,
    dilation=PAIRS,
    flip=st.booleans(),
)
def test_equals_torch_the_definition_and_its_own_matrix_product(
    seed: int,
    channels: int,
    filters: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
    flip: bool,
) -> None:
    assume(all(n + 2 * p > d * (k - 1) for n, p, d, k in zip(size, padding, dilation, kernel, strict=True)))
    x, weight, bias = (
        integers(seed, channels, *size),
        integers(seed + 1, filters, channels, *kernel),
        integers(seed, filters),
    )
    result = steps(x, weight, bias, stride=stride, padding=padding, dilation=dilation, flip=flip)
    turned = torch.from_numpy(weight).flip(2, 3) if flip else torch.from_numpy(weight)
    expected = F.conv2d(torch.from_numpy(x), turned, torch.from_numpy(bias), stride, padding, dilation)
    assert result.output.tolist() == expected.tolist() == by_definition(result)
    assert greatest_difference(result) == 0
    columns = F.unfold(torch.from_numpy(x)[None], kernel, dilation, padding, stride)[0]
    assert result.im2col().tolist() == columns.tolist()
    product = result.filter_rows() @ result.im2col() + bias[:, None]
    assert product.reshape(result.output.shape).tolist() == result.output.tolist()
    flat = result.output.reshape(filters, -1)
    assert flat.shape[1] == len(result.windows)
    for k, window in ((0, 0), (filters - 1, len(result.windows) - 1)):
        products = result.products(k, window)
        assert products.shape == (channels, *kernel)
        assert products.sum() + bias[k] == flat[k, window]


@examples(80, fixed=False)
@given(
    seed=st.integers(0, 9999),
    channels=st.integers(1, 3),
    filters=st.integers(1, 3),
    size=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    kernel=PAIRS,
    stride=PAIRS,
    padding=PADDINGS,
    dilation=PAIRS,
    extra=st.tuples(st.integers(0, 2), st.integers(0, 2)),
    flip=st.booleans(),
)
def test_transposed_equals_torch_and_counts_its_overlaps(
    seed: int,
    channels: int,
    filters: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
    extra: tuple[int, int],
    flip: bool,
) -> None:
    assume(all(e < max(s, d) for e, s, d in zip(extra, stride, dilation, strict=True)))
    axes = zip(size, kernel, stride, padding, dilation, extra, strict=True)
    assume(all((n - 1) * s - 2 * p + d * (k - 1) + e + 1 > 0 for n, k, s, p, d, e in axes))
    x, weight, bias = (
        integers(seed, channels, *size),
        integers(seed + 1, filters, channels, *kernel),
        integers(seed, filters),
    )
    arguments = {"stride": stride, "padding": padding, "dilation": dilation, "output_padding": extra}
    result = transposed_steps(x, weight, bias, **arguments, flip=flip)
    turned = torch.from_numpy(weight).flip(2, 3) if flip else torch.from_numpy(weight)
    expected = F.conv_transpose2d(torch.from_numpy(x), turned.transpose(0, 1), torch.from_numpy(bias), **arguments)
    assert result.output.tolist() == expected.tolist()
    assert greatest_difference(result) == 0
    # products of ones are counted where stamps fall
    ones = transposed_steps(np.ones_like(x), np.ones_like(weight), **arguments)
    assert ones.canvas[0].tolist() == result.overlaps.tolist()
    last = len(result.windows) - 1
    assert np.array_equal(result.products(0, last).sum(axis=0), result.stamps[0, last])


@examples(80, fixed=False)
@given(
    seed=st.integers(0, 9999),
    channels=st.integers(1, 3),
    size=st.tuples(st.integers(3, 8), st.integers(3, 8)),
    kernel=PAIRS,
    stride=PAIRS,
    padding=st.tuples(st.integers(0, 1), st.integers(0, 1)),
    dilation=PAIRS,
    average=st.booleans(),
    ceil_mode=st.booleans(),
    counted=st.booleans(),
)
def test_pooling_equals_torch(
    seed: int,
    channels: int,
    size: tuple[int, int],
    kernel: tuple[int, int],
    stride: tuple[int, int],
    padding: tuple[int, int],
    dilation: tuple[int, int],
    average: bool,
    ceil_mode: bool,
    counted: bool,
) -> None:
    padding = (min(padding[0], kernel[0] // 2), min(padding[1], kernel[1] // 2))
    dilation = (1, 1) if average else dilation
    assume(all(n + 2 * p > d * (k - 1) for n, p, d, k in zip(size, padding, dilation, kernel, strict=True)))
    x = integers(seed, channels, *size)
    result = pool_steps(
        x, kernel, average=average, stride=stride, padding=padding, dilation=dilation,
        ceil_mode=ceil_mode, count_include_pad=counted,
    )  # fmt: skip
    tensor = torch.from_numpy(x)
    if average:
        expected = F.avg_pool2d(tensor, kernel, stride, padding, ceil_mode, counted)
        np.testing.assert_allclose(result.output, expected.numpy(), rtol=1e-12, atol=1e-12)
    else:
        expected = F.max_pool2d(tensor, kernel, stride, padding, dilation, ceil_mode)
        assert result.output.tolist() == expected.tolist()
    assert agrees(result, greatest_difference(result))


def test_the_lecture() -> None:
    result = steps(INPUTS[LECTURE][None], KERNELS[VERTICAL][None, None])
    assert result.output[0].tolist() == LECTURE_OUTPUT
    assert result.windows[5] == Window((1, 2, 3), (1, 2, 3))
    assert result.products(0, 0).tolist() == [[[3, 0, -10], [8, 0, -5], [23, 0, -1]]]


def test_the_famous_animation() -> None:
    """Whose picture prints other numbers: https://github.com/vdumoulin/conv_arithmetic/issues/17."""
    x, weight = INPUTS["conv_arithmetic, 5 × 5"][None], KERNELS["conv_arithmetic, 3 × 3"][None, None]
    assert steps(x, weight, stride=(2, 2), padding=(1, 1)).output.tolist() == [[[1, 5, 6], [7, 8, 3], [3, 10, 4]]]


def test_true_convolution_is_scipys() -> None:
    from scipy.signal import convolve2d

    x, kernel = integers(1, 6, 5), integers(2, 3, 2)
    assert steps(x[None], kernel[None, None], flip=True).output[0].tolist() == convolve2d(x, kernel, "valid").tolist()


def test_stride_two_and_kernel_three_overlap_unequally() -> None:
    """The checkerboard: stamps of 3 set 2 apart."""
    result = transposed_steps(np.ones((1, 3, 3)), np.ones((1, 1, 3, 3)), stride=2)
    assert result.overlaps[2].tolist() == [2, 2, 4, 2, 4, 2, 2]


EVERY = {
    "lecture": steps(INPUTS[LECTURE][None], KERNELS[VERTICAL][None, None]),
    "volume": steps(integers(1, 3, 5, 4), integers(2, 2, 3, 3, 2) / 7, integers(3, 2), stride=(2, 1), padding=(1, 2)),
    "turned": steps(integers(1, 2, 5, 5), integers(2, 1, 2, 2, 2), dilation=2, flip=True),
    "transposed": transposed_steps(
        integers(1, 2, 3, 3), integers(2, 3, 2, 3, 3), stride=2, padding=1, output_padding=1
    ),
    "stamps turned": transposed_steps(integers(1, 1, 2, 3), integers(2, 1, 1, 3, 2), flip=True),
    "maximum": pool_steps(integers(1, 2, 5, 5), 3, stride=2, padding=1, dilation=1, ceil_mode=True),
    "mean": pool_steps(integers(1, 1, 5, 5), 2, average=True, stride=2, ceil_mode=True, count_include_pad=False),
}


@pytest.mark.parametrize("which", EVERY)
def test_the_code_runs_and_its_assertion_holds(which: str) -> None:
    result = EVERY[which]
    scope: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code(result), scope)  # what the visitor would run
    assert scope["y"].shape == result.output.shape
    assert name(result) in code(result)


@pytest.mark.parametrize("which", EVERY)
def test_the_code_notices_a_wrong_output(which: str) -> None:
    result = EVERY[which]
    wrong = result.output.copy()
    wrong.flat[-1] += 0.01
    altered = type(result)(**{**vars(result), "output": wrong})  # type: ignore[arg-type]
    assert not agrees(altered, greatest_difference(altered))
    with pytest.raises(AssertionError):
        exec(code(altered), {})


X, W = np.ones((2, 4, 4)), np.ones((3, 2, 3, 3))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: steps(X, W, stride=0), "Stride 0"),
        (lambda: steps(X, W, padding=-1), "Padding -1"),
        (lambda: steps(X, np.ones((1, 2, 5, 5))), "does not fit"),
        (lambda: steps(X, W, dilation=2), "does not fit"),
        (lambda: steps(X, np.ones((1, 3, 2, 2))), "3 channels and the input has 2"),
        (lambda: steps(X, W, np.ones(2)), "2 biases for 3 filters"),
        (lambda: steps(X[0], W), "shape"),
        (lambda: transposed_steps(X, W, output_padding=1), "Output padding 1"),
        (lambda: transposed_steps(X[:, :1], W, padding=3), "Nothing is left"),
        (lambda: pool_steps(X, 3, padding=2), "at most 1"),
        (lambda: pool_steps(X, 2, average=True, dilation=2), "no dilation"),
        (lambda: pool_steps(X, 2, padding=1, dilation=5), "nothing but padding"),
        (lambda: pool_steps(X, 5), "does not fit"),
    ],
)
def test_what_cannot_be_is_said(make: Any, words: str) -> None:
    with pytest.raises(UserError, match=words):
        make()


def test_results_are_of_their_kinds() -> None:
    kinds = [type(result) for result in EVERY.values()]
    assert kinds == [Steps, Steps, Steps, TransposedSteps, TransposedSteps, PoolSteps, PoolSteps]
