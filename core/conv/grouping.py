"""From a standard convolution through groups to depthwise and 1 × 1: what the same output costs."""

from __future__ import annotations

from dataclasses import dataclass

from core.conv.arithmetic import common_divisors, conv_cost

MOST_STEPS = 9
SEPARABLE = "depthwise, then 1 × 1"


@dataclass(frozen=True)
class Grouping:
    """One way to make the same output volume.

    Attributes:
        name: what the slider shows.
        groups: of the k × k convolution.
        macs: multiply-adds.
        params: weights and biases.
    """

    name: str
    groups: int
    macs: int
    params: int


def groupings(
    in_channels: int, out_channels: int, kernel: tuple[int, int], output: tuple[int, int], *, bias: bool = True
) -> list[Grouping]:
    """The standard convolution, then every number of groups that divides both, then depthwise and 1 × 1.

    Args: as of `conv_cost`.

    Raises:
        UserError: as `conv_cost`.
    """
    divisors = common_divisors(in_channels, out_channels)
    if len(divisors) > MOST_STEPS:  # both ends, and evenly between
        last = len(divisors) - 1
        divisors = [divisors[round(step * last / (MOST_STEPS - 1))] for step in range(MOST_STEPS)]
    found = []
    for groups in divisors:
        cost = conv_cost(in_channels, out_channels, kernel, output, groups=groups, bias=bias)
        name = "standard, 1 group" if groups == 1 else f"{groups:,} groups"
        found.append(Grouping(name, groups, cost.macs, cost.params))
    depthwise = conv_cost(in_channels, in_channels, kernel, output, groups=in_channels, bias=bias)
    pointwise = conv_cost(in_channels, out_channels, (1, 1), output, bias=bias)
    macs, params = depthwise.macs + pointwise.macs, depthwise.params + pointwise.params
    return [*found, Grouping(SEPARABLE, in_channels, macs, params)]
