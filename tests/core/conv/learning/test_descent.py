"""Gradient descent on a kernel: what recovers it, what does not, and that the quadratic is `conv2d`'s own loss."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.conv.kernels.classic import KERNELS
from core.conv.learning import export as learning_export
from core.conv.learning.curvature import Array, Optimiser, curvature, quadratic
from core.conv.learning.descent import (
    FRAMES,
    MOST_STEPS,
    SIZES,
    TOLERANCE,
    Pair,
    Start,
    learn_kernel,
    make_pair,
    output,
    train,
)
from core.errors import UserError
from core.images import shrink
from core.samples import SAMPLES
from tests.examples import examples

SOBEL: Array = KERNELS["Sobel x"].values.astype(np.float64)
DEFAULT_STEPS = 1_000


def grey(image: Image.Image, side: int = 128) -> Array:
    return np.asarray(shrink(image, side).convert("L"), dtype=np.float64) / 255


def made_up(seed: int, height: int = 12, width: int = 15) -> Array:
    return np.random.default_rng(seed).uniform(size=(height, width))


@pytest.mark.parametrize("name", SAMPLES)
def test_the_lesson_holds_on_every_sample(name: str, photographs: dict[str, Image.Image]) -> None:
    """Within the page's steps Adam recovers the kernel, centred SGD too, raw SGD does not, each at its best."""
    picture = grey(photographs[name])
    for centred in (False, True):
        pair = make_pair(picture, SOBEL, 3, centred=centred)
        best = 0.9 * curvature(pair.x, pair.y, 3).limit(Optimiser.SGD)
        sgd = train(pair, optimiser=Optimiser.SGD, lr=best, steps=DEFAULT_STEPS)
        adam = train(pair, steps=DEFAULT_STEPS)
        assert adam.recovered
        assert np.abs(adam.kernels[-1] - SOBEL).max() <= TOLERANCE
        assert sgd.recovered == centred
        assert not sgd.diverged


def test_steps_of_the_default_run(photographs: dict[str, Image.Image]) -> None:
    run = train(make_pair(grey(photographs["motorcycle"]), SOBEL, 3))
    assert run.last == 277
    assert run.errors[-1] <= TOLERANCE < run.errors[-2]


def test_above_the_limit_it_diverges_and_below_it_does_not(photographs: dict[str, Image.Image]) -> None:
    pair = make_pair(grey(photographs["cat"]), SOBEL, 3)
    limits = curvature(pair.x, pair.y, 3)
    for optimiser in (Optimiser.SGD, Optimiser.MOMENTUM):
        limit = limits.limit(optimiser)
        assert train(pair, optimiser=optimiser, lr=1.05 * limit, steps=5_000).diverged
        assert not train(pair, optimiser=optimiser, lr=0.95 * limit, steps=5_000).diverged
    far = train(pair, optimiser=Optimiser.SGD, lr=10, steps=5_000)
    assert far.diverged
    assert far.last < 20
    assert limits.limit(Optimiser.ADAM) == math.inf


@examples(25, fixed=False)
@given(seed=st.integers(0, 9_999), size=st.sampled_from(SIZES))
def test_the_quadratic_is_the_loss_of_conv2d(seed: int, size: int) -> None:
    x = made_up(seed, 16, 17)
    y, kernel = made_up(seed + 1, 17 - size, 18 - size), made_up(seed + 2, size, size)
    theirs = F.mse_loss(torch.from_numpy(output(x, kernel)), torch.from_numpy(y))
    ours = quadratic(x, y, size)(torch.from_numpy(kernel.ravel()))
    assert float(ours) == pytest.approx(float(theirs), rel=1e-9, abs=1e-12)
    place = torch.from_numpy(kernel.ravel()).requires_grad_()
    quadratic(x, y, size)(place).backward()  # type: ignore[no-untyped-call]
    torch.testing.assert_close(place.grad, quadratic(x, y, size).gradient(place.detach()))


def test_curvature_equals_autograd() -> None:
    pair = make_pair(made_up(1), SOBEL, 3)

    def loss(kernel: torch.Tensor) -> torch.Tensor:
        made = F.conv2d(torch.from_numpy(pair.x)[None, None], kernel.reshape(1, 1, 3, 3))
        return F.mse_loss(made[0, 0], torch.from_numpy(pair.y))

    hessian = torch.autograd.functional.hessian(loss, torch.zeros(9, dtype=torch.float64))  # type: ignore[no-untyped-call]
    values = torch.linalg.eigvalsh(hessian)
    found = curvature(pair.x, pair.y, 3)
    assert found.largest == pytest.approx(float(values[-1]))
    assert found.smallest == pytest.approx(float(values[0]))
    assert found.condition == pytest.approx(float(values[-1] / values[0]))
    np.testing.assert_allclose(found.best, SOBEL, atol=1e-9)


@pytest.mark.parametrize("optimiser", Optimiser)
def test_a_run_equals_a_plain_loop_of_torch(optimiser: Optimiser) -> None:
    pair = make_pair(made_up(3), SOBEL, 3)
    kernel = torch.zeros(1, 1, 3, 3, dtype=torch.float64, requires_grad=True)
    makers = {
        Optimiser.SGD: lambda: torch.optim.SGD([kernel], 0.1),
        Optimiser.MOMENTUM: lambda: torch.optim.SGD([kernel], 0.1, momentum=0.9),
        Optimiser.ADAM: lambda: torch.optim.Adam([kernel], 0.1),
    }
    descent = makers[optimiser]()
    x, y = torch.from_numpy(pair.x)[None, None], torch.from_numpy(pair.y)[None, None]
    steps = learn_kernel(pair.x, pair.y, 3, optimiser=optimiser, lr=0.1, steps=50)
    for progress in steps:
        loss = F.mse_loss(F.conv2d(x, kernel), y)
        np.testing.assert_allclose(progress.kernel, kernel.detach()[0, 0].numpy(), atol=1e-9)
        assert progress.loss == pytest.approx(loss.item(), abs=1e-12)
        assert math.isnan(progress.error)
        descent.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        descent.step()
    assert progress.step == 50


def test_a_larger_kernel_learns_that_its_rim_is_zero(photographs: dict[str, Image.Image]) -> None:
    run = train(make_pair(grey(photographs["motorcycle"]), SOBEL, 7, centred=True))
    assert run.recovered
    rim = run.kernels[-1].copy()
    rim[2:5, 2:5] = 0
    assert np.abs(rim).max() <= TOLERANCE


def test_noise_leaves_an_error_that_least_squares_foretells() -> None:
    pair = make_pair(made_up(5, 30, 30), SOBEL, 3, noise=0.5, seed=3)
    best = curvature(pair.x, pair.y, 3).best
    limit = np.abs(best - SOBEL).max()
    assert limit > TOLERANCE
    run = train(pair, steps=5_000)
    assert not run.recovered
    np.testing.assert_allclose(run.kernels[-1], best, atol=5e-3)  # Adam trembles a little
    assert run.errors[-1] == pytest.approx(limit, rel=0.1)


def test_seeds() -> None:
    pair = make_pair(made_up(6), SOBEL, 3)
    first, again, other = (train(pair, start=Start.RANDOM, seed=seed, steps=20).kernels[0] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not train(pair, steps=1).kernels[0].any()


def test_a_trajectory_keeps_few_steps_and_both_ends() -> None:
    pair = make_pair(made_up(7), SOBEL, 3)
    run = train(pair, optimiser=Optimiser.SGD, lr=1e-4, steps=MOST_STEPS)
    assert run.steps[0] == 0
    assert run.last == MOST_STEPS
    assert len(run.steps) == len(run.losses) == len(run.errors) == len(run.kernels) <= FRAMES
    assert (np.diff(run.steps) > 0).all()
    assert (np.diff(run.losses) < 0).all()


def test_it_can_be_stopped_at_any_step() -> None:
    pair = make_pair(made_up(8), SOBEL, 3)
    seen = [progress.step for progress in itertools.islice(learn_kernel(pair.x, pair.y, 3), 4)]
    assert seen == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"target": np.ones((2, 2))}, "square with an odd side, not 2 x 2"),
        ({"target": np.ones((3, 5))}, "square"),
        ({"target": np.ones((9, 9)), "size": 9}, "7 x 7 at most, not 9 x 9"),
        ({"target": np.ones((5, 5))}, "cannot become the 5 x 5 target"),
        ({"picture": np.ones((3, 40))}, "40 x 3 pixels, too few"),
        ({"noise": -1.0}, "noise"),
        ({"noise": math.nan}, "noise"),
    ],
)
def test_a_pair_that_makes_no_sense(change: dict[str, object], sentence: str) -> None:
    arguments: dict[str, object] = {"picture": made_up(0), "target": SOBEL, "size": 3} | change
    with pytest.raises(UserError, match=sentence):
        make_pair(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change", [{"lr": 0.0}, {"lr": -1.0}, {"lr": math.nan}, {"steps": 0}, {"steps": MOST_STEPS + 1}], ids=str
)
def test_a_run_that_makes_no_sense(change: dict[str, float]) -> None:
    with pytest.raises(UserError, match="must be"):
        train(make_pair(made_up(0), SOBEL, 3), **change)  # type: ignore[arg-type]


def test_a_black_picture_teaches_nothing_and_breaks_nothing() -> None:
    pair = make_pair(np.zeros((20, 20)), SOBEL, 3)
    found = curvature(pair.x, pair.y, 3)
    assert found.condition == math.inf
    assert found.limit(Optimiser.SGD) == math.inf
    run = train(pair, steps=10)
    assert not run.diverged
    assert not run.recovered


@pytest.mark.parametrize("shade", [32, 128, 200, 255])
def test_one_even_colour_less_its_mean_is_as_even_as_black(shade: int) -> None:
    raw, centred = (make_pair(np.full((19, 23), shade / 255), SOBEL, 3, centred=centred) for centred in (False, True))
    assert not curvature(raw.x, raw.y, 3).even
    assert curvature(raw.x, raw.y, 3).condition == math.inf
    found = curvature(centred.x, centred.y, 3)
    assert found.even
    assert found.condition == found.limit(Optimiser.SGD) == math.inf


def test_a_single_pixel_that_differs_is_not_even() -> None:
    picture = np.full((128, 128), 0.5)
    picture[64, 64] += 1 / 255
    pair = make_pair(picture, SOBEL, 3, centred=True)
    assert not curvature(pair.x, pair.y, 3).even


def test_csv(photographs: dict[str, Image.Image]) -> None:
    run = train(make_pair(grey(photographs["cat"]), SOBEL, 3), steps=50)
    lines = learning_export.to_csv(run).splitlines()
    assert lines[0] == "step,loss,error,k00,k01,k02,k10,k11,k12,k20,k21,k22"
    assert len(lines) == 1 + len(run.steps)
    assert float(lines[-1].split(",")[5]) == pytest.approx(run.kernels[-1][0, 2], rel=1e-6)


def write_code(
    pair: Pair,
    sample: str | None,
    optimiser: Optimiser,
    lr: float,
    *,
    centred: bool = False,
    noise: float = 0,
    seed: int = 0,
    start: Start = Start.RANDOM,
    steps: int = 400,
) -> str:
    return learning_export.to_code(
        sample,
        128,
        pair.target,
        optimiser=optimiser,
        lr=lr,
        centred=centred,
        noise=noise,
        run=train(pair, optimiser=optimiser, lr=lr, start=start, steps=steps),
        seed=seed,
    )


def run_code(code: str) -> None:
    exec(compile(code, "learn_kernel.py", "exec"), {})


def must_fail(code: str, old: str, new: str) -> None:
    assert old in code
    with pytest.raises(AssertionError):
        run_code(code.replace(old, new))


@pytest.mark.parametrize("centred", [False, True])
@pytest.mark.parametrize(
    ("optimiser", "lr"), [(Optimiser.ADAM, 0.05), (Optimiser.SGD, 0.1), (Optimiser.MOMENTUM, 0.05), (Optimiser.SGD, 20)]
)
def test_the_code_repeats_the_run(
    optimiser: Optimiser, lr: float, centred: bool, photographs: dict[str, Image.Image]
) -> None:
    pair = make_pair(grey(photographs["coffee"]), SOBEL, 5, centred=centred)
    code = write_code(pair, SAMPLES["coffee"].file, optimiser, lr, centred=centred)
    run_code(code)
    must_fail(code, f"lr={lr!r}", f"lr={0.99 * lr}")
    must_fail(code, "2 / len(X)", "1 / len(X)")
    if lr > 1:
        must_fail(code, "losses[-1] > 100", "losses[-1] < 100")
    elif "assert abs(step - " in code:
        must_fail(code, "assert abs(step - ", "assert abs(2 + step - ")
    else:
        must_fail(code, "assert abs(error - ", "assert abs(1.01 * error - ")


@pytest.mark.parametrize(
    ("target", "size", "optimiser", "lr", "steps"),
    [
        (KERNELS["Outline"].values, 7, Optimiser.ADAM, 1.0, 5_000),  # rounding alone moves its end by 40 steps
        (KERNELS["Outline"].values, 7, Optimiser.ADAM, 10.0, 2_000),
        ([[100_000, 0, 0], [0, -99_999, 0], [1, 2, 3]], 3, Optimiser.ADAM, 10.0, 1_000),
        ([[100_000, 0, 0], [0, -99_999, 0], [1, 2, 3]], 3, Optimiser.ADAM, 0.05, 300),
        ([[100_000, 0, 0], [0, -99_999, 0], [1, 2, 3]], 3, Optimiser.SGD, 0.1, 1_000),
        ([[100_000, 0, 0], [0, -99_999, 0], [1, 2, 3]], 3, Optimiser.MOMENTUM, 0.5, 2_000),
        ([[1 / 3, 0.02, -7e-9]] * 3, 3, Optimiser.ADAM, 10.0, 10),
        ([[0.0] * 3] * 3, 3, Optimiser.SGD, 0.1, 10),
        ([[0.0] * 3] * 3, 3, Optimiser.ADAM, 10.0, 10),
        ([[0.015] * 3] * 3, 3, Optimiser.ADAM, 10.0, 50),
    ],
)
def test_the_code_holds_for_long_runs_and_large_targets(
    target: object, size: int, optimiser: Optimiser, lr: float, steps: int, photographs: dict[str, Image.Image]
) -> None:
    pair = make_pair(grey(photographs["coffee"]), np.array(target, dtype=np.float64), size)
    for start in Start if steps <= 2_000 else (Start.ZEROS,):
        code = write_code(pair, SAMPLES["coffee"].file, optimiser, lr, start=start, steps=steps)
        run_code(code)
        if pair.target.any():
            must_fail(code, "2 / len(X)", "-2 / len(X)")


def test_a_recovered_run_that_rounding_moves_must_still_recover(photographs: dict[str, Image.Image]) -> None:
    pair = make_pair(grey(photographs["coffee"]), KERNELS["Outline"].values.astype(np.float64), 7, centred=True)
    code = write_code(pair, SAMPLES["coffee"].file, Optimiser.ADAM, 0.05, centred=True, start=Start.ZEROS, steps=2_000)
    assert "makes rounding count" in code
    run_code(code)
    must_fail(code, "assert error <= 0.01", "assert error > 0.01")
    must_fail(code, "    optimiser.step()", "    optimiser.step() if step < 600 else None")


@pytest.mark.parametrize(("optimiser", "lr"), [(Optimiser.ADAM, 0.05), (Optimiser.ADAM, 10.0), (Optimiser.SGD, 1.0)])
def test_the_code_runs_without_the_visitors_picture_and_with_noise(
    optimiser: Optimiser, lr: float, photographs: dict[str, Image.Image]
) -> None:
    pair = make_pair(0.1 * grey(photographs["coffee"]), SOBEL, 3, noise=0.1, seed=3)
    own = write_code(pair, None, optimiser, lr, noise=0.1, seed=3, steps=10)
    run_code(own)
    must_fail(own, "2 / len(X)", "1 / len(X)")
    pair = make_pair(grey(photographs["coffee"]), SOBEL, 3, noise=0.1, seed=3)
    code = write_code(pair, SAMPLES["coffee"].file, optimiser, lr, noise=0.1, seed=3, steps=10)
    run_code(code)
    must_fail(code, "default_rng(3)", "default_rng(4)")
