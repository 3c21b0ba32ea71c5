"""What is played is what was computed."""

from __future__ import annotations

import base64
import io
import json
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from core.conv.kernels.classic import KERNELS
from core.conv.learning.curvature import Array, Optimiser
from core.conv.learning.descent import TOLERANCE, Pair, Trajectory, make_pair, output, train
from core.figures.conv import learning as figures
from core.figures.conv.learning import SHEET_TILES, YOURS, Playback

SOBEL: Array = KERNELS["Sobel x"].values.astype(np.float64)


def pair(size: int = 3) -> Pair:
    rows, columns = np.mgrid[0:40, 0:60]
    picture = 0.5 + 0.3 * np.sin(columns / 5) * np.cos(rows / 7) + 0.1 * np.random.default_rng(0).uniform(size=(40, 60))
    return make_pair(picture, SOBEL, size, centred=True)


def decode(uri: str) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(uri.partition(",")[2]))).convert("RGB"), dtype=float)


def played(run: Trajectory, size: int = 3) -> Playback:
    return figures.playback(pair(size), run)


@pytest.mark.parametrize("steps", [1, 2, 37, 3_000])
def test_frames_tiles_and_curves_fit_together(steps: int) -> None:
    run = train(pair(), optimiser=Optimiser.SGD, lr=0.01, steps=steps)
    data = played(run)
    frames = len(run.steps)
    parts = (data.steps, data.words, data.kernels, data.colours, data.tiles, *(line.points for line in data.lines))
    assert {len(part) for part in parts} == {frames}
    assert data.steps[-1] == f"{steps:,}"
    assert list(data.tiles) == sorted(data.tiles)
    assert data.tiles[0] == 0
    assert data.tiles[-1] + 1 <= min(SHEET_TILES, data.columns * data.rows)
    assert 0 <= data.level <= 1
    for line in data.lines:
        assert all(0 <= x <= 1 and 0 <= y <= 1 for x, y in line.points)
        assert [x for x, _ in line.points] == sorted(x for x, _ in line.points)
        assert line.points[-1][0] == 1
    assert len({tick.at for tick in data.across}) == len(data.across)
    json.dumps(data.as_data(), allow_nan=False)


def test_the_sheet_ends_with_the_output_of_the_last_kernel() -> None:
    run = train(pair())
    data = played(run)
    sheet = decode(data.sheet)
    height, width = sheet.shape[0] // data.rows, sheet.shape[1] // data.columns

    def far(tile: int) -> float:
        """How far a tile is from the output wanted, as a mean over its pixels."""
        row, column = divmod(tile, data.columns)
        part = sheet[row * height : (row + 1) * height, column * width : (column + 1) * width]
        return float(np.abs(part - decode(data.wanted)).mean())

    assert run.recovered
    assert far(data.tiles[-1]) < 10  # of 255: JPEG alone
    assert far(data.tiles[0]) > 4 * far(data.tiles[-1])
    assert width / height == pytest.approx(data.ratio)
    assert output(pair().x, run.kernels[-1]).shape == (height, width)


def test_numbers_and_colours_of_the_last_frame_are_the_target_s() -> None:
    data = played(train(pair(), steps=5_000))
    assert data.target == ("−1.00", "0.00", "1.00", "−2.00", "0.00", "2.00", "−1.00", "0.00", "1.00")
    assert [float(text.replace("−", "-")) for text in data.kernels[-1]] == pytest.approx(SOBEL.ravel(), abs=0.011)
    assert data.kernels[0] == ("0.00",) * 9
    assert len(data.target_colours) == 9


def test_a_secret_run_says_no_number_of_the_kernel() -> None:
    run = train(pair())
    data = figures.playback(pair(), run, secret=True)
    assert {text for kernel in (*data.kernels, data.target) for text in kernel} == {"?"}
    assert len({colour for colours in (*data.colours, data.target_colours) for colour in colours}) == 1
    assert data.sheet == played(run).sheet


def test_a_run_that_diverged_can_be_shown() -> None:
    run = train(pair(7), optimiser=Optimiser.SGD, lr=10.0)
    assert run.diverged
    data = played(run, 7)
    assert json.loads(json.dumps(data.as_data(), allow_nan=False))["lines"][0]["name"] == "loss"
    assert [len(line.points) for line in data.lines] == [len(run.steps)] * 2
    tick = {one.text: one.at for one in data.upwards}
    for line, low, high in zip(data.lines, ("1000", "1"), ("10⁴", "10"), strict=True):  # 2,032 and 9.69
        heights = [y for _, y in line.points]
        assert all(0 <= place <= 1 for point in line.points for place in point), line.name
        assert tick[low] < heights[-1] == max(heights) < tick[high], line.name
    assert data.words[-1] == f"loss {run.losses[-1]:,.0f}, largest difference {run.errors[-1]:.2f}"
    assert data.alt.endswith(f"The run diverged after {run.last} steps: {data.words[-1]}")
    assert "diverged" not in played(train(pair(7), steps=3), 7).alt


@pytest.mark.filterwarnings("ignore:overflow encountered")
def test_what_is_beyond_all_numbers_is_drawn_at_a_million() -> None:
    """Where the next step overflows at once, there is neither a loss nor a kernel to be drawn."""
    run = train(pair(), optimiser=Optimiser.SGD, lr=1e-3, steps=2)
    broken = replace(
        run,
        losses=np.array([1.0, np.inf, np.nan]),
        errors=np.array([2.0, np.inf, np.nan]),
        kernels=np.stack([run.kernels[0], np.full((3, 3), np.inf), np.full((3, 3), np.nan)]),
        diverged=True,
    )
    data = played(broken)
    json.dumps(data.as_data(), allow_nan=False)
    million = next(tick.at for tick in data.upwards if tick.text == "10⁶")
    for line in data.lines:
        assert [y for _, y in line.points][1:] == pytest.approx([million] * 2, abs=1e-4), line.name
    assert data.kernels[-1] == ("∞",) * 9
    assert all(re.fullmatch("#[0-9a-f]{6}", colour) for colours in data.colours for colour in colours)


def test_the_comparison_has_every_run_and_says_how_it_ended() -> None:
    good, bad = train(pair()), train(pair(), optimiser=Optimiser.SGD, lr=50.0)
    chart = figures.comparison({"Adam": good, "SGD": bad}, good)
    assert list(chart.data["run"].unique()) == ["Adam", "SGD", YOURS]
    assert np.isfinite(chart.data["error"]).all()
    assert chart.data[chart.data["run"] == "Adam"]["step"].max() == good.last + 1
    ends = chart.data.groupby("run")["error"].last()
    assert ends["Adam"] == pytest.approx(float(good.errors[-1]))
    assert ends["Adam"] < TOLERANCE
    assert bad.diverged
    assert ends["SGD"] > 10


def test_handing_it_over_does_not_hand_over_the_run() -> None:
    shown = played(train(pair(), steps=10))
    data = shown.as_data()
    for name in ("lines", "across", "upwards"):
        data[name][0].clear()
    assert shown.lines[0].name == "loss"
    assert shown.across[0].text == "0"
    assert shown.upwards[0].at == 0
