"""The way from a standard to a depthwise convolution, against what torch itself counts."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from core.conv.arithmetic import common_divisors
from core.conv.grouping import MOST_STEPS, SEPARABLE, groupings
from core.errors import UserError
from tests.core.conv.stacks import pairs
from tests.examples import examples


def counted(module: nn.Module, channels: int, size: tuple[int, int]) -> tuple[int, int]:
    """(multiply-adds, parameters) of a module on the meta device, as torch counts them."""
    with torch.device("meta"), FlopCounterMode(display=False) as counter, torch.no_grad():
        module.to("meta").eval()(torch.empty(1, channels, *size))
    return counter.get_total_flops() // 2, sum(p.numel() for p in module.parameters())


@examples(60)
@given(
    channels=st.integers(1, 48),
    filters=st.integers(1, 48),
    kernel=pairs(1, 5),
    output=pairs(1, 9),
    bias=st.booleans(),
)
def test_each_step_costs_what_torch_counts(
    channels: int, filters: int, kernel: tuple[int, int], output: tuple[int, int], bias: bool
) -> None:
    size = (output[0] + kernel[0] - 1, output[1] + kernel[1] - 1)
    *grouped, separable = groupings(channels, filters, kernel, output, bias=bias)
    for step in grouped:
        with torch.device("meta"):
            conv = nn.Conv2d(channels, filters, kernel, groups=step.groups, bias=bias)
        assert (step.macs, step.params) == counted(conv, channels, size)
    with torch.device("meta"):
        pair = nn.Sequential(
            nn.Conv2d(channels, channels, kernel, groups=channels, bias=bias),
            nn.Conv2d(channels, filters, 1, bias=bias),
        )
    assert (separable.macs, separable.params) == counted(pair, channels, size)
    assert separable.name == SEPARABLE


@examples(100)
@given(channels=st.integers(1, 512), filters=st.integers(1, 512), side=st.integers(1, 11), output=pairs(1, 300))
def test_the_ratios_of_the_lecture(channels: int, filters: int, side: int, output: tuple[int, int]) -> None:
    """1/g for groups; 1/K + 1/F² for depthwise and 1 × 1 (arXiv:1704.04861, section 3.1)."""
    standard, *grouped, separable = groupings(channels, filters, (side, side), output)
    assert standard.groups == 1
    assert separable.macs / standard.macs == pytest.approx(1 / filters + 1 / side**2)
    for step in grouped:
        assert step.macs * step.groups == standard.macs


@examples(100)
@given(channels=st.integers(1, 4096), filters=st.integers(1, 4096))
def test_the_steps_are_few_distinct_and_in_order(channels: int, filters: int) -> None:
    steps = groupings(channels, filters, (3, 3), (7, 7))
    groups = [step.groups for step in steps[:-1]]
    possible = common_divisors(channels, filters)
    assert groups == sorted(set(groups))
    assert set(groups) <= set(possible)
    assert (groups[0], groups[-1]) == (possible[0], possible[-1]), "from one group to as many as there can be"
    assert groups == possible if len(possible) <= MOST_STEPS else len(groups) == MOST_STEPS
    assert len({step.name for step in steps}) == len(steps), "the slider tells them apart by name"


def test_golden() -> None:
    """128 filters of 3 × 3 on 128 channels of 56 × 56."""
    steps = {step.name: step for step in groupings(128, 128, (3, 3), (56, 56))}
    assert list(steps) == [
        "standard, 1 group", "2 groups", "4 groups", "8 groups", "16 groups", "32 groups", "64 groups", "128 groups",
        SEPARABLE,
    ]  # fmt: skip
    assert (steps["standard, 1 group"].macs, steps["standard, 1 group"].params) == (462_422_016, 147_584)
    assert steps["32 groups"].params == 4_736
    assert (steps[SEPARABLE].macs, steps[SEPARABLE].params) == (54_992_896, 17_792)


@pytest.mark.parametrize(("channels", "filters"), [(3, 64), (7, 13), (1, 1), (1, 65_536), (65_536, 1)])
def test_without_a_common_divisor_only_the_ends_are_left(channels: int, filters: int) -> None:
    assert [step.groups for step in groupings(channels, filters, (3, 3), (5, 5))] == [1, channels]


def test_one_channel_is_depthwise_already() -> None:
    standard, separable = groupings(1, 8, (3, 3), (5, 5), bias=False)
    assert separable.macs == standard.macs // 8 + 8 * 25, "8 filters of one channel against one filter and 8 of 1 × 1"


@pytest.mark.parametrize(("channels", "filters"), [(0, 8), (8, 0), (-4, 8)])
def test_nonsense_gets_a_sentence(channels: int, filters: int) -> None:
    with pytest.raises(UserError):
        groupings(channels, filters, (3, 3), (5, 5))
