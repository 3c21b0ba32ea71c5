"""What the player of convolutions computes in the browser against what Python computed: no server needed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser

from core.conv.steps.pooling import PoolSteps, pool_steps
from core.conv.steps.transposed import TransposedSteps, transposed_steps
from core.conv.steps.windows import Steps, steps
from core.figures.conv.stepper import player
from tests.browser.made import plain
from tests.browser.module import answer, call

NAME = "stepper_numbers"
Made = Steps | TransposedSteps | PoolSteps

EVERY_STEP = """(module, data) => {
  const steps = new module.Steps(data)
  const tell = step => ({ ...steps.place(step), terms: steps.terms(step), result: steps.result(step) })
  return [...Array(steps.total).keys()].map(tell)
}"""
CANVASES = """(module, [data, open]) => {
  const steps = new module.Steps(data)
  return [...Array(steps.total).keys()].map(step => steps.canvas(step, other => open.includes(other)))
}"""


def numbers(*shape: int) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Whole numbers: the sums come out exactly, in whatever order."""
    return np.random.default_rng(sum(shape)).integers(-9, 10, shape).astype(np.float64)


CONVOLUTIONS: dict[str, Callable[[], Steps]] = {
    "plain": lambda: steps(numbers(1, 5, 6), numbers(1, 1, 3, 3)),
    "channels and filters": lambda: steps(numbers(2, 5, 4), numbers(3, 2, 2, 3), numbers(3)),
    "stride and padding": lambda: steps(numbers(1, 7, 6), numbers(2, 1, 3, 2), numbers(2), stride=(2, 1), padding=1),
    "dilated and turned": lambda: steps(numbers(2, 7, 8), numbers(1, 2, 3, 2), dilation=(2, 3), flip=True),
}
TRANSPOSED: dict[str, Callable[[], TransposedSteps]] = {
    "plain": lambda: transposed_steps(numbers(1, 3, 3), numbers(1, 1, 2, 2)),
    "all": lambda: transposed_steps(
        numbers(2, 3, 2), numbers(2, 2, 3, 2), numbers(2), stride=2, padding=1, dilation=(1, 2), flip=True
    ),
}
POOLS: dict[str, Callable[[], PoolSteps]] = {
    "maximum": lambda: pool_steps(numbers(2, 5, 6), 2, stride=2, padding=1),
    "average": lambda: pool_steps(numbers(1, 6, 6), (2, 3), average=True, stride=(2, 3)),
}


def data_of(made: Made) -> dict[str, Any]:
    return plain(player(made).as_data())


@pytest.mark.parametrize("name", CONVOLUTIONS)
def test_the_terms_of_a_step_add_up_to_its_output(browser: Browser, name: str) -> None:
    made = CONVOLUTIONS[name]()
    found = answer(browser, NAME, EVERY_STEP, data_of(made))
    places = list(product(*map(range, made.output.shape)))
    assert [(step["k"], step["i"], step["j"]) for step in found] == places, "filter by filter, in scan order"
    filters, channels, kh, kw = made.weight.shape
    for step, place in zip(found, places, strict=True):
        assert step["result"] == made.output[place]
        terms = [term for channel in step["terms"] for term in channel]
        assert sum(term["x"] * term["w"] for term in terms) + made.bias[place[0]] == made.output[place]
        assert [(t["c"], t["u"], t["v"]) for t in terms] == list(product(range(channels), range(kh), range(kw)))
        assert all(term["x"] == made.padded[term["c"], term["row"], term["col"]] for term in terms)
    assert len(found) == filters * len(made.windows)


@pytest.mark.parametrize("name", POOLS)
def test_a_pool_takes_its_terms_from_its_own_channel(browser: Browser, name: str) -> None:
    made = POOLS[name]()
    for step in answer(browser, NAME, EVERY_STEP, data_of(made)):
        (terms,) = step["terms"]
        assert {term["c"] for term in terms} == {step["k"]}
        values = [-np.inf if term["x"] is None else term["x"] for term in terms]
        pooled = np.mean(values) if name == "average" else max(values)
        assert pooled == pytest.approx(step["result"])


@pytest.mark.parametrize("name", TRANSPOSED)
def test_stamp_by_stamp_the_canvas_of_a_transposed_convolution_fills(browser: Browser, name: str) -> None:
    made = TRANSPOSED[name]()
    each, last = len(made.windows), len(made.windows) - 1
    hidden = {1, each + 1} if len(made.stamps) > 1 else {1}
    steps_of = range(len(made.stamps) * each)
    found = answer(browser, NAME, CANVASES, [data_of(made), sorted({*steps_of} - hidden)])
    for filter_, bias in enumerate(made.bias):
        sums, closed = np.full(made.canvas.shape[1:], bias), np.zeros(made.canvas.shape[1:], bool)
        for number, window in enumerate(made.windows):
            cells = np.ix_(window.rows, window.cols)
            sums[cells] += made.stamps[filter_, number]
            closed[cells] |= filter_ * each + number in hidden
            canvas = found[filter_ * each + number]
            assert canvas["sum"] == sums.tolist()
            assert canvas["closed"] == closed.tolist()
        assert found[filter_ * each + last]["sum"] == made.canvas[filter_].tolist()


def test_terms_of_a_transposed_convolution_are_products_of_one_input_cell(browser: Browser) -> None:
    made = TRANSPOSED["all"]()
    for step in answer(browser, NAME, EVERY_STEP, data_of(made) | {"output": made.x[:2].tolist()}):
        products = made.products(step["k"], step["n"])
        assert [[t["x"] * t["w"] for t in terms] for terms in step["terms"]] == products.reshape(2, -1).tolist()


@pytest.mark.parametrize(
    ("value", "long", "short"),
    [
        (None, "−∞", "−∞"),
        (0, "0", "0"),
        (7, "7", "7"),
        (-3, "−3", "−3"),
        (0.1 + 0.2, "0.3", "0.3"),
        (1 / 3, "0.333", "0.333"),
        (-1 / 3, "−0.333", "−.33"),
        (-0.012345, "−0.0123", "−.012"),
        (2.345678, "2.35", "2.35"),
        (123.456, "123.5", "123.5"),
        (9999, "9999", "9999"),
        (-12345, "−12,345", "−12,345"),
        (2.9999999999999996, "3", "3"),
    ],
)
def test_numbers_are_written_for_the_eye(browser: Browser, value: float | None, long: str, short: str) -> None:
    assert call(browser, NAME, [["fmt", value], ["brief", value]]) == [long, short]


def test_what_is_typed_back_is_the_number(browser: Browser) -> None:
    values = [0.1, 1 / 3, -123456.789, 1e-7, 42]
    for value, text in zip(values, call(browser, NAME, [["full", value] for value in values]), strict=True):
        assert float(text) == pytest.approx(value, rel=1e-11)
    assert call(browser, NAME, [["rounded", value] for value in (1 / 3, 0.25, 7, None)]) == [True, False, False, False]
    assert call(browser, NAME, [["factor", value] for value in (-2, 2)]) == ["(−2)", "2"]


# five cells both ways below a caption
ONE: dict[str, object] = {"count": 1, "deep": 1, "cols": 5, "rows": 5, "scale": 1, "under": 0, "caption": 0}


def test_panels_are_packed_like_words(browser: Browser) -> None:
    # five cells of 40 and their gaps are 210 wide and, below a caption, 236 high; between two panels lie 22
    def pack(width: float, *panels: dict[str, object]) -> tuple[float, int]:
        found = call(browser, NAME, [["pack", list(panels), width, 40]])[0]
        return found["height"], found["lines"]

    assert pack(442, ONE, ONE) == (236, 1)
    assert pack(441, ONE, ONE) == (236 + 11 + 236, 2)
    assert pack(1000, ONE, {"break": True}, ONE) == (236 + 11 + 236, 2)
    assert pack(467, ONE, {**ONE, "operator": True}) == (236 + 11 + 236, 2)
    assert pack(1000, {**ONE, "caption": 979}, ONE) == (236 + 11 + 236, 2)
    assert pack(100, ONE) == (236, 1), "the first of a line is scrolled"
    assert pack(1000, ONE, {**ONE, "deep": 2, "rows": 10, "under": 42}) == (2 * 26 + 42 + 420, 1)


def cell_sizes(browser: Browser, *places: tuple[int, int, float]) -> list[int]:
    """The least size of a cell, then that in windows of (width, height) with so much width for two panels."""
    body = """(module, [data, panels, places]) => {
      const steps = new module.Steps(data)
      const size = ([width, height, room]) => module.cellSize(panels, steps, room, { width, height })
      return [steps.needed, ...places.map(size)]
    }"""
    return list(answer(browser, NAME, body, [data_of(CONVOLUTIONS["plain"]()), [ONE, ONE], places]))


def test_a_cell_is_as_large_as_its_place_allows(browser: Browser) -> None:
    windows = [(390, 800), (700, 500), (1366, 600), (1366, 768), (1920, 1080), (3840, 2160)]
    places = [(width, height, 0.7 * width) for width, height in windows]
    needed, phone, small, low, usual, large, largest = cell_sizes(browser, *places)
    assert 32 < needed == phone < small == 40, "the longest number fits"
    assert 40 <= low <= usual == 44
    assert usual < large < largest == 54


def test_a_larger_cell_costs_no_line_and_not_too_much_height(browser: Browser) -> None:
    # of 40 pixels two panels are 442 wide and 236 high, of 44 they are 482 wide and 256 high
    assert cell_sizes(browser, (1366, 2000, 442), (1366, 2000, 482), (1366, 2000, 481))[1:] == [40, 44, 43]
    assert cell_sizes(browser, (1366, 425 + 256, 900), (1366, 425 + 255, 900))[1:] == [44, 43]
