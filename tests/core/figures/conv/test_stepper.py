"""What goes to the player is what was computed, as plain data."""

from __future__ import annotations

import json

import numpy as np
import pytest

from core.conv.steps.pooling import pool_steps
from core.conv.steps.presets import INPUTS, KERNELS, LECTURE, VERTICAL
from core.conv.steps.transposed import transposed_steps
from core.conv.steps.windows import Steps, steps
from core.figures.conv.stepper import player

X = np.arange(50.0).reshape(2, 5, 5)
W = np.arange(24.0).reshape(2, 2, 3, 2)
RESULTS = {
    "convolution": steps(X, W, np.ones(2), stride=2, padding=(1, 2), dilation=2, flip=True),
    "transposed": transposed_steps(X, W, stride=2, padding=1, output_padding=1),
    "maximum": pool_steps(X, 3, stride=2, padding=1, ceil_mode=True),
    "average": pool_steps(X, 2, average=True, stride=2, ceil_mode=True, count_include_pad=False),
}


@pytest.mark.parametrize("kind", RESULTS)
def test_is_plain_data_of_the_right_shapes(kind: str) -> None:
    result = RESULTS[kind]
    data = player(result, hidden=True).as_data()
    assert json.loads(json.dumps(data, allow_nan=False))["kind"] == data["kind"] == kind
    assert data["hidden"] is True
    assert len(data["rows"]) * len(data["cols"]) == len(result.windows)
    across = len(data["cols"])
    for number, window in enumerate(result.windows):
        assert tuple(data["rows"][number // across]) == window.rows
        assert tuple(data["cols"][number % across]) == window.cols


def test_the_browser_can_write_every_sum() -> None:
    """The same terms the player writes down: input under the window times weight, plus bias."""
    result = RESULTS["convolution"]
    assert isinstance(result, Steps)
    data = player(result).as_data()
    inputs, weight = np.array(data["inputs"]), np.array(data["weight"])
    assert data["flip"]
    for k, plane in enumerate(data["output"]):
        for i, row in enumerate(plane):
            for j, value in enumerate(row):
                touched = inputs[:, data["rows"][i]][:, :, data["cols"][j]]
                assert (touched * weight[k, :, ::-1, ::-1]).sum() + data["bias"][k] == value


def test_stamps_add_up_to_the_canvas() -> None:
    data = player(RESULTS["transposed"]).as_data()
    canvas = np.zeros(np.shape(data["output"]))
    across = len(data["cols"])
    for k, stamps in enumerate(data["stamps"]):
        for number, stamp in enumerate(stamps):
            canvas[k][np.ix_(data["rows"][number // across], data["cols"][number % across])] += stamp
    assert canvas.tolist() == data["output"]
    assert np.shape(data["overlaps"]) == canvas.shape[1:]
    (top, left), output = data["cut"], RESULTS["transposed"].output
    assert canvas[:, top:-top, left:-left].tolist() == output.tolist()


def test_padding_of_a_maximum_is_no_number() -> None:
    data = player(RESULTS["maximum"]).as_data()
    assert data["inputs"][0][0][0] is None
    assert data["inputs"][0][1][1] == 0
    assert data["padding"] == (1, 1)
    assert player(RESULTS["average"]).as_data()["divisors"][-1][-1] == 1, "a window that hangs over, one cell left"


def test_other_numbers_ask_another_question() -> None:
    first = steps(INPUTS[LECTURE][None], KERNELS[VERTICAL][None, None])
    again = steps(INPUTS[LECTURE][None], KERNELS[VERTICAL][None, None])
    other = steps(INPUTS[LECTURE][None] + 1, KERNELS[VERTICAL][None, None])
    assert player(first).question == player(again).question != player(other).question
    assert "6 × 6" in player(first).alt
