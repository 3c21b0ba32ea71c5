"""A kernel that learns: runs compared as curves, and one run as data that `core.ui.components.player` plays."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from PIL import Image
from torch.nn import functional

from core.conv.learning.curvature import Array
from core.conv.learning.descent import TOLERANCE, Pair, Trajectory
from core.figures.conv.kernels import diverging, hex_colour, short
from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.vega import number
from core.images import data_uri, to_jpeg

SHEET_TILES = 60
"""Output pictures of one run, at most; steps between two of them show the earlier one."""

SHEET_COLUMNS = 6
_FLOOR = 1e-6  # what a logarithmic axis shows for anything smaller
_CEILING = 1e6
YOURS = "your run"


@dataclass(frozen=True)
class Line:
    """A curve of the player: (x, y) from 0 to 1, x to the right and y upwards, one point a kept step."""

    name: str
    colour: str
    dashed: bool
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Tick:
    """A label beside an axis, at a place from 0 to 1."""

    at: float
    text: str


@dataclass(frozen=True)
class Playback:
    """A run, ready to be played; F frames.

    Attributes:
        steps: (F,) label of each frame.
        words: (F,) what each frame says of loss and difference.
        kernels: (F, k * k) numbers as text.
        colours: (F, k * k) their colours.
        side: k.
        target: (k * k) numbers as text, "?" where they are hidden.
        target_colours: (k * k)
        lines: curves of the chart.
        across, upwards: ticks of its axes.
        level: where the tolerance lies on the chart's upward axis, 0 to 1.
        level_text: label of that line.
        sheet: all output pictures in one JPEG, a data URI, row by row.
        tiles: (F,) which tile of the sheet a frame shows.
        columns, rows: tiles in the sheet.
        ratio: width over height of a picture.
        input: the picture that is learned from, a data URI.
        wanted: the output to be reached, a data URI.
        alt: what the chart says at the end, in words.
    """

    steps: tuple[str, ...]
    words: tuple[str, ...]
    kernels: tuple[tuple[str, ...], ...]
    colours: tuple[tuple[str, ...], ...]
    side: int
    target: tuple[str, ...]
    target_colours: tuple[str, ...]
    lines: tuple[Line, ...]
    across: tuple[Tick, ...]
    upwards: tuple[Tick, ...]
    level: float
    level_text: str
    sheet: str
    tiles: tuple[int, ...]
    columns: int
    rows: int
    ratio: float
    input: str
    wanted: str
    alt: str

    def as_data(self) -> dict[str, Any]:
        """The same as plain dictionaries and lists, for the browser."""
        plain = {name: [dict(vars(part)) for part in getattr(self, name)] for name in ("lines", "across", "upwards")}
        return {**vars(self), **plain}


def _log(values: npt.NDArray[np.floating]) -> Array:
    safe = np.nan_to_num(values.astype(np.float64), nan=_CEILING, posinf=_CEILING)
    logs: Array = np.log10(np.clip(safe, _FLOOR, _CEILING))
    return logs


def _power(exponent: int) -> str:
    return f"{10.0**exponent:g}" if -3 <= exponent <= 3 else "10" + str(exponent).translate(_RAISED)


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _step_ticks(last: int) -> list[int]:
    """0, 1, 10, 100 and so on, and the last step unless it would stand on another."""
    ticks = [0, *(10**power for power in range(6) if 10**power * 2 < last)]
    return [*ticks, last]


def _paint(values: Array, limit: float, signed: bool) -> npt.NDArray[np.uint8]:
    """(...) -> (..., 3): the diverging scale where numbers are signed, else grey from black to white."""
    if signed:
        return diverging(values, limit)
    grey = np.rint(np.clip(np.nan_to_num(values) / limit, 0, 1) * 255).astype(np.uint8)
    return np.repeat(grey[..., None], 3, axis=-1)


def _sheet(tiles: npt.NDArray[np.uint8]) -> Image.Image:
    """(T, H, W, 3) pictures -> one, row by row."""
    count, height, width, _ = tiles.shape
    columns = min(SHEET_COLUMNS, count)
    rows = math.ceil(count / columns)
    sheet = np.zeros((rows * columns, height, width, 3), np.uint8)
    sheet[:count] = tiles
    grid = sheet.reshape(rows, columns, height, width, 3).transpose(0, 2, 1, 3, 4)
    return Image.fromarray(grid.reshape(rows * height, columns * width, 3))


def playback(pair: Pair, run: Trajectory, *, secret: bool = False) -> Playback:
    """Prepare a run for the player.

    Args:
        pair: what was learned from.
        run: the run.
        secret: leave the numbers of target and kernel out, so that they can be guessed.
    """
    side, frames = run.kernels.shape[1], len(run.steps)
    every = math.ceil(frames / SHEET_TILES)
    shown = run.kernels[::-every][::-1]  # counted from the end, so that the last frame has its own picture
    with torch.no_grad():
        weights = torch.from_numpy(np.nan_to_num(shown))[:, None]  # (T, 1, k, k)
        outputs = functional.conv2d(torch.from_numpy(pair.x)[None, None], weights)[0].numpy()  # (T, H', W')
    limit = float(np.quantile(np.abs(pair.y), 0.998)) or 1.0
    signed = float(pair.y.min()) < -0.05 * limit
    tiles = [max(0, len(shown) - 1 - (frames - 1 - frame + every - 1) // every) for frame in range(frames)]

    span = math.log1p(run.last) or 1.0
    across = np.log1p(run.steps) / span
    values = np.concatenate([_log(run.losses), _log(run.errors), [math.log10(TOLERANCE)]])
    low, high = math.floor(float(values.min())), math.ceil(float(values.max()) + 1e-9)
    high = max(high, low + 1)
    error_name = "largest difference max |k − k*|"
    curves = (("loss", OKABE_ITO[4], True, run.losses), (error_name, ACCENT, False, run.errors))
    lines = tuple(
        Line(name, colour, dashed, tuple(zip(across.round(4).tolist(), _place(series, low, high), strict=True)))
        for name, colour, dashed, series in curves
    )
    height = max(1, (high - low + 5) // 6)  # decades from one label to the next
    upwards = tuple(Tick((power - low) / (high - low), _power(power)) for power in range(low, high + 1, height))
    scale = max(float(np.abs(pair.target).max()), 1e-9)
    count = side * side
    numbers = tuple(_cells(kernel) for kernel in run.kernels)
    colours = tuple(
        tuple(hex_colour(colour) for colour in diverging(kernel, scale).reshape(-1, 3)) for kernel in run.kernels
    )
    unknown, blank = ("?",) * count, ("#F7F7F5",) * count
    words = tuple(
        f"loss {short(loss)}, largest difference {short(error)}"
        for loss, error in zip(run.losses.tolist(), run.errors.tolist(), strict=True)
    )
    last = f"{'The run diverged after' if run.diverged else 'After'} {run.last:,} steps: {words[-1]}"
    return Playback(
        steps=tuple(f"{step:,}" for step in run.steps.tolist()),
        words=words,
        kernels=(unknown,) * frames if secret else numbers,
        colours=(blank,) * frames if secret else colours,
        side=side,
        target=unknown if secret else _cells(pair.target),
        target_colours=blank if secret else _colours(pair.target, scale),
        lines=lines,
        across=tuple(Tick(math.log1p(step) / span, f"{step:,}") for step in _step_ticks(run.last)),
        upwards=upwards,
        level=(math.log10(TOLERANCE) - low) / (high - low),
        level_text=f"recovered: {TOLERANCE:g}",
        sheet=data_uri(to_jpeg(_sheet(_paint(outputs, limit, signed)), quality=80)),
        tiles=tuple(tiles),
        columns=min(SHEET_COLUMNS, len(shown)),
        rows=math.ceil(len(shown) / SHEET_COLUMNS),
        ratio=outputs.shape[2] / outputs.shape[1],
        input=_picture(pair.x - pair.x.min()),
        wanted=data_uri(to_jpeg(Image.fromarray(_paint(pair.y, limit, signed)), quality=88)),
        alt=f"Loss and largest difference from the target over the steps, both axes logarithmic. {last}",
    )


def _picture(values: Array) -> str:
    grey = np.rint(np.clip(values / (float(values.max()) or 1.0), 0, 1) * 255).astype(np.uint8)
    return data_uri(to_jpeg(Image.fromarray(grey)))


def _place(series: Array, low: int, high: int) -> list[float]:
    """Heights on the chart, 0 to 1."""
    places: list[float] = np.clip((_log(series) - low) / (high - low), 0, 1).round(4).tolist()
    return places


def _colours(kernel: Array, limit: float) -> tuple[str, ...]:
    """Colour of each entry, row by row."""
    return tuple(hex_colour(colour) for colour in diverging(kernel, limit).reshape(-1, 3))


def _cells(kernel: Array) -> tuple[str, ...]:
    """The entries row by row, with as many decimals as fit, so that each keeps its width while it changes."""
    decimals = 1 if len(kernel) > 5 else 2
    return tuple(_cell(value, decimals) for value in kernel.ravel().tolist())


def _cell(value: float, decimals: int) -> str:
    if not math.isfinite(value):
        return "∞"
    if abs(value) >= 100:
        return f"{value:.0e}".replace("e+0", "e").replace("-", "−")
    text = f"{value:.{decimals}f}"
    return (text if float(text) else text.lstrip("-")).replace("-", "−")


def comparison(runs: dict[str, Trajectory], yours: Trajectory) -> Figure:
    """How near each run comes to the target, step by step, both axes logarithmic, with the tolerance as a line.

    Args:
        runs: name -> run, in the order of their colours.
        yours: the run that the player shows, drawn on top in the accent.
    """
    rows = [
        (name, int(step) + 1, float(np.clip(error, _FLOOR, _CEILING)) if np.isfinite(error) else _CEILING)
        for name, run in [*runs.items(), (YOURS, yours)]
        for step, error in zip(run.steps, run.errors, strict=True)
    ]
    data = pd.DataFrame(rows, columns=["run", "step", "error"])
    names = [*runs, YOURS]
    colours = [OKABE_ITO[index] for index in (4, 1, 2, 6)][: len(runs)]
    x = number(
        "step",
        "gradient steps + 1 (log)",
        log=True,
        format=",",
        axis={"values": [1, 10, 100, 1_000, 5_000], "labelOverlap": False},
    )
    y = number(
        "error",
        "max |k − k*| (log)",
        scale={"type": "log", "clamp": True, "domainMin": TOLERANCE / 4},
        format="~g",
        ticks=5,
    )
    colour = {
        "field": "run",
        "type": "nominal",
        "sort": None,
        "scale": {"domain": names, "range": [*colours, ACCENT]},
        "legend": {"title": None, "orient": "right", "labelLimit": 200},
    }
    spec = {
        "title": "Largest difference from the target kernel",
        "height": 300,
        "layer": [
            {
                "mark": {"type": "rule", "color": MUTED, "strokeDash": [5, 4], "aria": False},
                "encoding": {"y": number(datum=TOLERANCE)},
            },
            {
                "mark": {"type": "line", "clip": True, "interpolate": "monotone"},
                "encoding": {
                    "x": x,
                    "y": y,
                    "color": colour,
                    "strokeWidth": {"condition": {"test": f"datum.run === '{YOURS}'", "value": 4}, "value": 2},
                    "strokeDash": {"condition": {"test": f"datum.run === '{YOURS}'", "value": [7, 3]}, "value": [1, 0]},
                },
            },
        ],
    }
    return Figure(spec, data, f"Lines: largest difference from the target kernel over the steps, {', '.join(names)}")
