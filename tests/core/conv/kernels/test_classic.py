"""Kernels against scipy and scikit-image, the laws a correlation obeys, and what somebody may type."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage
from skimage import filters

from core.conv.kernels.classic import KERNELS, LARGEST_SIDE, PAIRS, Array, Padding, correlate, gradient, own
from core.conv.kernels.code import Slope, to_code
from core.errors import UserError
from tests.examples import examples

SCIPY = {Padding.ZERO: "constant", Padding.REPLICATE: "nearest", Padding.REFLECT: "mirror"}
SUMS = {
    "Identity": 1,
    "Box blur": 1,
    "Gaussian blur 5 × 5": 1,
    "Sharpen": 1,
    "Unsharp mask 5 × 5": 1,
    "Emboss": 1,
}


def noise(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).uniform(0, 255, shape).astype(np.float32)


@pytest.mark.parametrize("name", KERNELS)
def test_what_the_entries_add_up_to(name: str) -> None:
    assert KERNELS[name].values.sum() == pytest.approx(SUMS.get(name, 0), abs=1e-6)


def test_golden_values() -> None:
    ramp = np.tile(np.arange(6, dtype=np.float32), (5, 1))
    slope = correlate(ramp, KERNELS["Sobel x"].values)
    assert (slope[:, 1:-1] == 8).all()  # 1 a pixel, seen 8 times as large
    assert (slope[:, [0, -1]] == 4).all()  # at the edge the picture is repeated
    assert not correlate(ramp, KERNELS["Sobel y"].values).any()
    point = np.zeros((5, 5), np.float32)
    point[2, 2] = 1
    sharpened = correlate(point, KERNELS["Sharpen"].values)
    assert sharpened[1:4, 1:4].tolist() == [[0, -1, 0], [-1, 5, -1], [0, -1, 0]]
    centre = correlate(point, KERNELS["Gaussian blur 5 × 5"].values)[2, 2]
    assert centre == 36 / 256


def test_a_point_comes_out_as_the_kernel_turned_by_180_degrees() -> None:
    point = np.zeros((7, 7), np.float32)
    point[3, 3] = 1
    kernel = noise(1, 3, 3)
    assert np.array_equal(correlate(point, kernel)[2:5, 2:5], kernel[::-1, ::-1])


@pytest.mark.parametrize("padding", Padding)
@pytest.mark.parametrize("name", KERNELS)
def test_equals_scipy(name: str, padding: Padding) -> None:
    picture = noise(2, 17, 23)
    ours = correlate(picture, KERNELS[name].values, padding=padding)
    theirs = ndimage.correlate(picture.astype(np.float64), KERNELS[name].values, mode=SCIPY[padding])
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize(("name", "function"), [("Sobel", filters.sobel), ("Prewitt", filters.prewitt)])
def test_magnitude_equals_scikit_image(name: str, function: object) -> None:
    picture = noise(3, 20, 15)
    across, down = (correlate(picture, KERNELS[part].values, padding=Padding.REFLECT) for part in PAIRS[f"{name} x"])
    magnitude, _ = gradient(across, down)
    # scikit-image divides by the sum of the positive entries and takes the mean of the two squares
    weight = KERNELS[f"{name} x"].values.clip(min=0).sum()
    theirs = np.asarray(function(picture.astype(np.float64), mode="mirror"))  # type: ignore[operator]
    np.testing.assert_allclose(magnitude / weight / np.sqrt(2), theirs, rtol=1e-3, atol=1e-3)


def test_direction_points_to_the_brighter_side() -> None:
    rows, columns = np.mgrid[0:9, 0:9].astype(np.float32)
    for picture, angle in ((columns, 0), (rows, np.pi / 2), (-columns, np.pi), (-rows, -np.pi / 2)):
        across, down = (correlate(picture, KERNELS[name].values) for name in PAIRS["Sobel x"])
        found = gradient(across, down)[1][4, 4]
        assert (np.cos(found), np.sin(found)) == pytest.approx((np.cos(angle), np.sin(angle)), abs=1e-6)


@examples(40, fixed=False)
@given(
    seed=st.integers(0, 9_999),
    height=st.integers(1, 11),
    width=st.integers(1, 11),
    stride=st.integers(1, 5),
    padding=st.sampled_from(list(Padding)),
)
def test_linear_and_a_stride_skips(seed: int, height: int, width: int, stride: int, padding: Padding) -> None:
    first, second, kernel = noise(seed, 14, 19), noise(seed + 1, 14, 19), noise(seed + 2, height, width) / 255
    both = correlate(first + 2 * second, kernel, padding=padding)
    apart = correlate(first, kernel, padding=padding) + 2 * correlate(second, kernel, padding=padding)
    np.testing.assert_allclose(both, apart, rtol=1e-4, atol=0.05)
    assert both.shape == first.shape
    skipped = correlate(first + 2 * second, kernel, padding=padding, stride=stride)
    np.testing.assert_allclose(skipped, both[::stride, ::stride], rtol=1e-4, atol=0.05)


@examples(30, fixed=False)
@given(seed=st.integers(0, 9_999), down=st.integers(0, 4), right=st.integers(0, 4))
def test_shifting_the_picture_shifts_the_result(seed: int, down: int, right: int) -> None:
    picture, kernel = noise(seed, 20, 20), noise(seed, 3, 3)
    moved = np.roll(picture, (down, right), axis=(0, 1))
    inside = (slice(6, 18), slice(6, 18))
    shifted = np.roll(correlate(picture, kernel), (down, right), axis=(0, 1))
    np.testing.assert_allclose(correlate(moved, kernel)[inside], shifted[inside], rtol=1e-4)


def test_channels_are_filtered_one_by_one() -> None:
    picture = noise(4, 9, 8, 3)
    kernel = KERNELS["Laplacian"].values
    result = correlate(picture, kernel)
    assert result.shape == picture.shape
    for channel in range(3):
        np.testing.assert_allclose(result[..., channel], correlate(picture[..., channel], kernel), atol=1e-3)


def test_too_small_a_picture_says_so() -> None:
    with pytest.raises(UserError, match="2 x 9 pixels, smaller than the 3 x 3 kernel"):
        correlate(noise(0, 9, 2), KERNELS["Sobel x"].values)
    with pytest.raises(UserError, match="stride"):
        correlate(noise(0, 9, 9), KERNELS["Sobel x"].values, stride=0)


@pytest.mark.parametrize("kernel", KERNELS.values(), ids=lambda kernel: kernel.name)
def test_text_is_read_as_it_was_written(kernel: object) -> None:
    assert own(kernel.text).entries == kernel.entries  # type: ignore[attr-defined]


def test_own_divides() -> None:
    kernel = own("1 2\n3 4", divide=True)
    assert kernel.values.sum() == pytest.approx(1)
    assert kernel.entries == ((1, 2), (3, 4))


@pytest.mark.parametrize(
    ("text", "divide", "sentence"),
    [
        ("", False, "The kernel is empty"),
        ("1 2\n3", False, "Kernel, row 2 has 1 values"),
        ("1 x\n3 4", False, "Kernel, row 1, column 2: “x” is not a number"),
        ("1 nan\n3 4", False, "finite"),
        ("1 -1", True, "add up to 0"),
        ("1 2\n\n3 4", False, "second kernel"),
        ("\n".join(["1 " * 12] * 12), False, f"at most {LARGEST_SIDE} x {LARGEST_SIDE}"),
        ("1 " * 5_000, False, "at most"),
    ],
)
def test_what_is_no_kernel_gets_one_sentence(text: str, divide: bool, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence) as caught:
        own(text, divide=divide)
    assert "Input" not in str(caught.value)


def run_code(code: str) -> dict[str, object]:
    names: dict[str, object] = {}
    exec(compile(code, "kernel.py", "exec"), names)
    return names


def must_fail(code: str, old: str, new: str) -> None:
    assert old in code
    with pytest.raises(AssertionError):
        run_code(code.replace(old, new))


@pytest.mark.parametrize("channels", [(), (3,)])
@pytest.mark.parametrize("padding", Padding)
@pytest.mark.parametrize("name", ["Sobel x", "Gaussian blur 5 × 5", "Your own", "Large"])
def test_the_code_runs_and_its_assertions_hold(name: str, padding: Padding, channels: tuple[int, ...]) -> None:
    texts = {"Your own": "1 2 3 4\n5 6 7 8", "Large": "100000 -99999.9\n-99999.9 99999.85"}
    kernel = KERNELS.get(name) or own(texts[name], divide=name == "Large")
    picture = noise(5, 30, 40, *channels)
    code = to_code(kernel, picture, padding, 2)
    values = run_code(code)["y"]
    assert isinstance(values, torch.Tensor)
    corner = np.rint(np.atleast_3d(picture)[:8, :8])
    expected = correlate(corner, kernel.values, padding=padding, stride=2).transpose(2, 0, 1)
    tolerance = 1e-6 * 255 * float(np.abs(kernel.values).sum())
    np.testing.assert_allclose(values.numpy(), expected, rtol=1e-4, atol=max(tolerance, 1e-3))
    must_fail(code, "stride=2", "stride=1")
    must_fail(code, "kernel[None, None]", "1.01 * kernel[None, None]")


@pytest.mark.parametrize("padding", Padding)
@pytest.mark.parametrize("name", ["Sobel x", "Prewitt x"])
@pytest.mark.parametrize("slope", Slope)
def test_the_code_of_a_gradient_makes_what_is_shown(slope: Slope, name: str, padding: Padding) -> None:
    across, down = (KERNELS[part] for part in PAIRS[name])
    picture = noise(6, 20, 30)
    picture[:4, :5] = 200  # even: no slope, no direction
    code = to_code((across, down), picture, padding, 1, slope)
    found = run_code(code)["y"]
    assert isinstance(found, torch.Tensor)
    corner = np.rint(picture[:8, :8])
    slopes = (correlate(corner, kernel.values, padding=padding) for kernel in (across, down))
    expected = gradient(*slopes)[0 if slope is Slope.MAGNITUDE else 1]
    np.testing.assert_allclose(found[0].numpy(), expected, rtol=1e-4, atol=1e-4)
    must_fail(code, "torch.hypot(" if slope is Slope.MAGNITUDE else "torch.atan2(", "torch.add(")
    if slope is Slope.DIRECTION:
        must_fail(code, "filtered(down), filtered(across)", "-filtered(down), filtered(across)")
