"""What windows touch, against windows laid down one by one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conv.arithmetic import output_size
from core.conv.fitting import Coverage, Fit, coverage, coverage_of, fits, fits_of
from core.conv.layers import Kind, Layer
from core.errors import UserError
from core.models.fields.axis import span
from tests.examples import examples

NUMBERS = {
    "n": st.integers(1, 60),
    "kernel": st.integers(1, 9),
    "stride": st.integers(1, 9),
    "padding": st.integers(0, 6),
    "dilation": st.integers(1, 5),
}


def size(n: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool = False) -> int:
    """Number of windows, 0 where none fits."""
    try:
        return output_size(n, kernel, stride, padding, dilation, ceil_mode)
    except UserError:
        return 0


def positions(outputs: int, kernel: int, stride: int, dilation: int) -> set[int]:
    """Every pixel of the padded input, from 0, that a weight lies on; may hang over the end."""
    return {window * stride + weight * dilation for window in range(outputs) for weight in range(kernel)}


@examples(400)
@given(**NUMBERS, ceil_mode=st.booleans())
def test_equals_marking_every_pixel(
    n: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool
) -> None:
    outputs = size(n, kernel, stride, padding, dilation, ceil_mode)
    if not outputs:
        with pytest.raises(UserError):
            coverage(n, kernel, stride, padding, dilation, ceil_mode)
        return
    cover = coverage(n, kernel, stride, padding, dilation, ceil_mode)
    touched = positions(outputs, kernel, stride, dilation)
    last, padded = max(touched), range(n + 2 * padding)
    behind = [pixel for pixel in padded if pixel > last]
    assert cover.padded == len(padded)
    assert cover.outputs == outputs
    assert cover.dropped == len(behind)
    assert cover.dropped_input == sum(padding <= pixel < padding + n for pixel in behind)
    assert cover.overhang == max(last - padded[-1], 0)
    assert cover.skipped == sum(pixel not in touched for pixel in padded if pixel < last)
    assert cover.exact == ((n + 2 * padding - dilation * (kernel - 1) - 1) % stride == 0)
    if cover.exact and padding < kernel:  # with ceil_mode a window that begins in the padding after does not count
        assert cover.dropped == cover.overhang == 0
        assert cover.quotient + 1 == outputs


@examples(100)
@given(**NUMBERS, ceil_mode=st.booleans())
def test_what_the_floor_drops_is_less_than_a_stride(
    n: int, kernel: int, stride: int, padding: int, dilation: int, ceil_mode: bool
) -> None:
    if size(n, kernel, stride, padding, dilation, ceil_mode):
        cover = coverage(n, kernel, stride, padding, dilation, ceil_mode)
        assert cover.overhang < stride
        if not ceil_mode:
            assert cover.dropped < stride
            assert cover.dropped == round(cover.quotient % 1 * stride)


def test_golden() -> None:
    assert coverage(224, 11, 4, 2) == Coverage(228, 55, 54.25, 1, 0, 0, 0)
    assert not coverage(224, 11, 4, 2).exact
    assert coverage(227, 11, 4).exact
    assert coverage(112, 3, 2, 0, 1, True).overhang == 1
    assert coverage(112, 3, 2).dropped_input == 1
    assert coverage(10, 1, 3).skipped == 6
    assert coverage(8, 2, 1, 0, 4).skipped == 0
    assert coverage(9, 2, 4, 0, 4).skipped == 6, "dilation 4 and stride 4 meet on the same pixels"


def test_a_million_windows_are_counted_without_laying_them_down() -> None:
    cover = coverage(1_000_000, 500_000, 1, 0, 2)
    assert (cover.outputs, cover.skipped, cover.dropped) == (2, 0, 0)
    assert coverage(1_000_000, 2, 2, 0, 2).skipped == 499_999


def fitting(n: int, kernel: int, stride: int, padding: int, dilation: int) -> bool:
    """Whether all of the padded input lies within windows, each beginning in or right behind the one before."""
    outputs = size(n, kernel, stride, padding, dilation)
    if not outputs:
        return False
    reach = {begin * stride + pixel for begin in range(outputs) for pixel in range(span(kernel, dilation))}
    return reach == set(range(n + 2 * padding))


@examples(60)
@given(**NUMBERS)
def test_fits_are_the_nearest_that_drop_nothing(n: int, kernel: int, stride: int, padding: int, dilation: int) -> None:
    now = {"kernel": kernel, "stride": stride, "padding": padding}
    proposed = {fit.what: fit for fit in fits(n, kernel, stride, padding, dilation)}
    assert len(proposed) <= 3
    for what, value in now.items():
        least = 0 if what == "padding" else 1
        near = sorted(range(least, value + 65), key=lambda other, value=value: (abs(other - value), other))
        works = (other for other in near if other != value and fitting(n, **{**now, what: other}, dilation=dilation))
        best = next(works, None)
        if best is None:
            assert what not in proposed
            continue
        numbers = {**now, what: best}
        assert proposed[what] == Fit(what, best, output_size(n, **numbers, dilation=dilation))
        cover = coverage(n, **numbers, dilation=dilation)
        assert cover.exact
        assert cover.dropped == 0


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        # AlexNet's first layer: no padding helps, as the kernel is odd and the picture and the stride are even
        ((224, 11, 4, 2), [Fit("kernel", 12, 55), Fit("stride", 1, 218)]),
        # 10 with 3 and 2: one column is lost
        ((10, 3, 2, 0), [Fit("kernel", 2, 5), Fit("stride", 1, 8)]),
        # dilation spreads the kernel, and gaps within it are no reason against a stride
        ((18, 3, 2, 0, 3), [Fit("kernel", 2, 8), Fit("stride", 1, 12)]),
    ],
)
def test_golden_fits(numbers: tuple[int, ...], expected: list[Fit]) -> None:
    assert fits(*numbers) == expected


def test_fits_of_what_does_not_fit_at_all() -> None:
    """A kernel larger than the picture: what helps is still found."""
    found = {fit.what: fit.value for fit in fits(5, 9, 1, 0)}
    assert found == {"kernel": 5, "padding": 2}


def test_of_a_layer_each_axis_has_its_own() -> None:
    layer = Layer(Kind.CONV, 8, (3, 5), (2, 4), (1, 0))
    assert coverage_of(layer, (3, 20, 30), 0) == coverage(20, 3, 2, 1)
    assert coverage_of(layer, (3, 20, 30), 1) == coverage(30, 5, 4)
    assert coverage_of(Layer(Kind.TRANSPOSED, 8), (3, 20, 30), 0) is None


def test_only_what_runs_is_proposed() -> None:
    """Padding 2 would fit, but is more than half the kernel of 3, which torch refuses of a pooling."""
    numbers = ((3, 3), (3, 3), (0, 0))
    conv, pool = (Layer(kind, out, *numbers) for kind, out in ((Kind.CONV, 8), (Kind.MAXPOOL, 0)))
    assert {fit.what for fit in fits_of(conv, (3, 224, 224), (1, 0), 255)} == {"kernel", "padding", "stride"}
    assert {fit.what for fit in fits_of(pool, (3, 224, 224), (1, 0), 255)} == {"kernel", "stride"}
    assert all(fit.value <= 2 for fit in fits_of(conv, (3, 224, 224), (1, 0), 2))
