"""Sizes and costs against torch's own operators, run for real on tiny tensors, and against TensorFlow's formula."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from core.conv.arithmetic import (
    LARGEST,
    common_divisors,
    conv_cost,
    output_size,
    same_padding,
    torch_same_padding,
    transposed_size,
)
from core.errors import UserError
from core.models.fields.axis import span
from tests.examples import examples

# numbers a visitor may ask for, sensible or not: n, kernel, stride, padding, dilation
GRID = [*product(range(1, 10), range(1, 5), range(4), range(4), range(4))]


def ours(size: Callable[..., int], *numbers: int) -> int | None:
    """A size, None where it is refused."""
    try:
        return size(*numbers)
    except UserError:
        return None


def theirs(run: Callable[[], Tensor]) -> int | None:
    """The width of torch's result, None where torch refuses."""
    try:
        return run().shape[-1]
    except (RuntimeError, ValueError):
        return None


def line(n: int) -> Tensor:
    return torch.ones(1, 1, 1, n)


def conv(n: int, k: int, s: int, p: int, d: int) -> Tensor:
    return F.conv2d(line(n), line(k), stride=(1, s), padding=(0, p), dilation=(1, d))


def transposed(n: int, k: int, s: int, p: int, op: int, d: int) -> Tensor:
    return F.conv_transpose2d(line(n), line(k), stride=(1, s), padding=(0, p), output_padding=(0, op), dilation=(1, d))


def maxpool(n: int, k: int, s: int, p: int, d: int, ceil_mode: bool) -> Tensor:
    return F.max_pool2d(line(n), (1, k), (1, s), (0, p), (1, d), ceil_mode)


def avgpool(n: int, k: int, s: int, p: int, ceil_mode: bool) -> Tensor:
    return F.avg_pool2d(line(n), (1, k), (1, s), (0, p), ceil_mode)


def test_convolution_is_torchs_on_every_small_case() -> None:
    wrong = [case for case in GRID if ours(output_size, *case) != theirs(lambda case=case: conv(*case))]
    assert wrong == []
    refused = sum(ours(output_size, *case) is None for case in GRID)
    assert 0 < refused < len(GRID) - 1000, "both sides of the border are walked"


@pytest.mark.parametrize("ceil_mode", [False, True])
def test_pooling_is_torchs_on_every_small_case(ceil_mode: bool) -> None:
    cases = [case for case in GRID if case[3] <= case[1] // 2]  # the padding that torch allows a pooling
    for n, k, s, p, d in cases:
        size = ours(output_size, n, k, s, p, d, ceil_mode)
        assert size == theirs(lambda c=(n, k, s, p, d): maxpool(*c, ceil_mode)), (n, k, s, p, d)
        if d == 1:
            assert size == theirs(lambda c=(n, k, s, p): avgpool(*c, ceil_mode)), (n, k, s, p)


@pytest.mark.parametrize("output_padding", [-1, 0, 1, 2, 3])
def test_transposed_is_torchs_on_every_small_case(output_padding: int) -> None:
    for n, k, s, p, d in GRID:
        case = (n, k, s, p, output_padding, d)
        assert ours(transposed_size, *case) == theirs(lambda case=case: transposed(*case)), case


@examples(300)
@given(
    n=st.integers(1, 3000),
    k=st.integers(1, 40),
    s=st.integers(1, 40),
    p=st.integers(0, 60),
    d=st.integers(1, 30),
    ceil_mode=st.booleans(),
    output_padding=st.integers(0, 40),
)
def test_large_numbers_too(n: int, k: int, s: int, p: int, d: int, ceil_mode: bool, output_padding: int) -> None:
    assert ours(output_size, n, k, s, p, d) == theirs(lambda: conv(n, k, s, p, d))
    half = min(p, k // 2)
    size = ours(output_size, n, k, s, half, d, ceil_mode)
    assert size == theirs(lambda: maxpool(n, k, s, half, d, ceil_mode))
    case = (n, k, s, p, output_padding, d)
    assert ours(transposed_size, *case) == theirs(lambda: transposed(*case))


@examples(200)
@given(n=st.integers(1, 300), k=st.integers(1, 12), s=st.integers(1, 9), p=st.integers(0, 9), d=st.integers(1, 4))
def test_transposed_with_the_right_output_padding_undoes_a_convolution(n: int, k: int, s: int, p: int, d: int) -> None:
    size = ours(output_size, n, k, s, p, d)
    if size is None:
        return
    lost = (n + 2 * p - span(k, d)) % s
    assert transposed_size(size, k, s, p, lost, d) == n


@pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
@examples(200)
@given(n=st.integers(1, 200), k=st.integers(1, 15), d=st.integers(1, 6))
def test_torchs_same_keeps_the_size_and_puts_the_odd_pixel_after(n: int, k: int, d: int) -> None:
    before, after = torch_same_padding(k, d)
    assert 0 <= after - before <= 1
    x, weight = torch.arange(1.0, n + 1).reshape(1, 1, 1, n), torch.arange(1.0, k + 1).reshape(1, 1, 1, k)
    theirs = F.conv2d(x, weight, padding="same", dilation=(1, d))
    assert theirs.shape[-1] == n
    assert torch.equal(theirs, F.conv2d(F.pad(x, (before, after)), weight, dilation=(1, d)))


@examples(300)
@given(n=st.integers(1, 500), k=st.integers(1, 15), s=st.integers(1, 9), d=st.integers(1, 5))
def test_tensorflows_same_is_the_least_padding_that_gives_its_number_of_outputs(n: int, k: int, s: int, d: int) -> None:
    before, after = same_padding(n, k, s, d)
    wide = d * (k - 1) + 1
    # https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2, word for word
    total = max(wide - s, 0) if n % s == 0 else max(wide - n % s, 0)
    assert (before, after) == (total // 2, total - total // 2)

    def outputs(left: int, right: int) -> int | None:
        padded = F.pad(line(n), (left, right))
        return theirs(lambda: F.conv2d(padded, line(k), stride=(1, s), dilation=(1, d)))

    assert outputs(before, after) == -(-n // s)
    if total:
        assert (outputs(before, after - 1) or 0) < -(-n // s), "one pixel less would lose a window"


def test_tensorflow_and_torch_pad_the_same_size_differently() -> None:
    assert same_padding(224, 3, 2) == (0, 1)
    assert output_size(224, 3, 2, 1) == 112 == -(-224 // 2)


@pytest.mark.parametrize(
    ("size", "numbers", "expected"),
    [
        (output_size, (224, 11, 4, 2), 55),
        (output_size, (224, 7, 2, 3), 112),
        (output_size, (112, 3, 2, 1), 56),
        (output_size, (112, 3, 2, 0, 1, True), 56),
        (output_size, (112, 3, 2), 55),
        (output_size, (109, 3, 2, 0, 1, True), 54),
        (output_size, (17, 3, 2, 0, 3), 6),
        (transposed_size, (5, 3, 2, 1), 9),
        (transposed_size, (5, 3, 2, 1, 1), 10),
        (output_size, (2, 3, 2, 0, 1, True), 1),
        (output_size, (3, 1, 2, 0, 1, True), 2),
    ],
)
def test_golden_sizes(size: Callable[..., int], numbers: tuple[int, ...], expected: int) -> None:
    assert size(*numbers) == expected


@pytest.mark.parametrize(
    ("channels", "kernel", "groups", "params"),
    [
        ((3, 64), (3, 3), 1, 1_792),
        ((64, 64), (3, 3), 1, 36_928),
        ((128, 128), (3, 3), 32, 4_736),
        ((32, 32), (3, 3), 32, 320),
        ((6, 8), (3, 3), 2, 224),
        ((3, 64), (11, 11), 1, 23_296),
    ],
)
def test_golden_parameters(channels: tuple[int, int], kernel: tuple[int, int], groups: int, params: int) -> None:
    cost = conv_cost(*channels, kernel, (10, 10), groups=groups)
    assert cost.params == params == cost.weights + cost.biases
    assert cost.weights == cost.per_filter * channels[1]
    assert conv_cost(*channels, kernel, (10, 10), groups=groups, bias=False).params == params - channels[1]


@examples(100)
@given(
    first=st.integers(1, 24),
    second=st.integers(1, 24),
    kernel=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    size=st.tuples(st.integers(5, 12), st.integers(5, 12)),
    transposed=st.booleans(),
    bias=st.booleans(),
    choice=st.integers(0, 9),
)
def test_cost_is_what_torch_builds_and_counts(
    first: int,
    second: int,
    kernel: tuple[int, int],
    size: tuple[int, int],
    transposed: bool,
    bias: bool,
    choice: int,
) -> None:
    allowed = common_divisors(first, second)
    groups = allowed[choice % len(allowed)]
    with torch.device("meta"), FlopCounterMode(display=False) as counter, torch.no_grad():
        kind = nn.ConvTranspose2d if transposed else nn.Conv2d
        layer = kind(first, second, kernel, groups=groups, bias=bias)
        out = layer(torch.empty(1, first, *size))
    height, width = out.shape[2:]
    cost = conv_cost(
        first, second, kernel, (height, width), groups=groups, bias=bias, transposed_input=size if transposed else None
    )
    assert cost.params == sum(p.numel() for p in layer.parameters())
    assert cost.weights == layer.weight.numel()
    assert 2 * cost.macs == counter.get_total_flops()
    assert cost.activations == out.numel()


def test_common_divisors_are_the_groups_that_torch_takes() -> None:
    for first, second in product(range(1, 13), repeat=2):
        taken = []
        for groups in range(1, 14):
            try:
                nn.Conv2d(first, second, 1, groups=groups, device="meta")
            except ValueError:
                with pytest.raises(UserError, match=f"{groups} groups do not divide"):
                    conv_cost(first, second, (1, 1), (1, 1), groups=groups)
            else:
                taken.append(groups)
        assert common_divisors(first, second) == taken


@pytest.mark.parametrize(
    ("run", "sentence"),
    [
        (lambda: output_size(0, 1), "Input size 0 is too small: take 1 or more."),
        (lambda: output_size(5, 0), "Kernel 0 is too small: take 1 or more."),
        (lambda: output_size(5, 3, 0), "Stride 0 is too small: take 1 or more."),
        (lambda: output_size(5, 3, -2), "Stride -2 is too small: take 1 or more."),
        (lambda: output_size(5, 3, 1, -1), "Padding -1 is too small: take 0 or more."),
        (lambda: output_size(5, 3, 1, 0, 0), "Dilation 0 is too small: take 1 or more."),
        (lambda: output_size(LARGEST + 1, 3), "Input size 1,000,001 is too large: take at most 1,000,000."),
        (lambda: output_size(5, 7), "The kernel of 7 does not fit into the input of 5: .* padding of at least 1."),
        (
            lambda: output_size(5, 5, 1, 1, 3),
            r"The kernel of 5, spread over 13 by dilation 3, does not fit into the input of 5 \(7 with padding 1 on "
            r"each side\): take a smaller kernel or a padding of at least 4.",
        ),
        (lambda: transposed_size(5, 3, 2, 1, -1), "Output padding -1 is negative"),
        (lambda: transposed_size(5, 3, 2, 1, 2), r"smaller than the stride \(2\) or the dilation \(1\)"),
        (lambda: transposed_size(1, 3, 1, 2), "padding 2 cuts 4 pixels off 3; take less padding"),
        (lambda: same_padding(5, 3, 0), "Stride 0 is too small"),
        (lambda: conv_cost(0, 4, (1, 1), (1, 1)), "at least one input channel and one filter"),
        (lambda: conv_cost(4, 4, (1, 1), (1, 1), groups=0), "0 groups: take 1 or more"),
        (lambda: conv_cost(6, 8, (1, 1), (1, 1), groups=3), "3 groups do not divide 8 filters: .* for example 2"),
        (lambda: conv_cost(5, 8, (1, 1), (1, 1), groups=2), "2 groups do not divide 5 input channels: .* example 1"),
    ],
)
def test_refusals_say_what_is_wrong_and_what_to_do(run: Callable[[], object], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        run()


@examples(100)
@given(n=st.integers(1, 60), k=st.integers(1, 40), p=st.integers(0, 5), d=st.integers(1, 9))
def test_the_padding_that_a_refusal_names_is_the_least_that_helps(n: int, k: int, p: int, d: int) -> None:
    try:
        output_size(n, k, 1, p, d)
    except UserError as error:
        advised = int(str(error).rstrip(".").rsplit(" ", 1)[1])
        assert output_size(n, k, 1, advised, d) >= 1
        with pytest.raises(UserError):
            output_size(n, k, 1, advised - 1, d)


def test_the_largest_numbers_are_counted_at_once() -> None:
    assert output_size(LARGEST, LARGEST, LARGEST, LARGEST) == 3
    assert transposed_size(LARGEST, LARGEST, LARGEST, 0, 0, LARGEST) == 2 * LARGEST * (LARGEST - 1) + 1
