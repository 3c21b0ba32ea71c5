"""Receptive fields along one axis: forward as sizes (one row a layer), backward as the exact pixels behind one cell."""

from __future__ import annotations

import math
from dataclasses import dataclass


def span(kernel: int, dilation: int = 1) -> int:
    """Pixels from the first to the last that a kernel touches: d(k - 1) + 1."""
    return dilation * (kernel - 1) + 1


@dataclass(frozen=True)
class Field:
    """What one cell of a feature map sees along one axis of the network's input.

    Attributes:
        size: r, pixels; behind a transposed convolution cells differ, and this is an estimate (`Interval` is exact).
        start: centre of the first cell's field, pixels, 0 being the middle of the input's first pixel.
        jump: j, input pixels from one cell's centre to the next's.
        whole: sees the whole input, wherever the cell is (behind a global pooling or a linear layer).
    """

    size: float = 1.0
    start: float = 0.0
    jump: float = 1.0
    whole: bool = False

    def through(self, kernel: int, stride: int, padding: int, dilation: int = 1) -> Field:
        """After a convolution or pooling: r += d(k-1)j; start += (d(k-1)/2 - p)j; j *= s.

        (Araujo, Norris, Sim: Computing receptive fields of convolutional neural networks, Distill 2019)
        """
        reach = dilation * (kernel - 1)
        return Field(
            self.size + reach * self.jump,
            self.start + (reach / 2 - padding) * self.jump,
            self.jump * stride,
            self.whole,
        )

    def transposed(self, kernel: int, stride: int, padding: int, dilation: int = 1) -> Field:
        """After a transposed convolution, whose cells see at most floor(d(k-1)/s) + 1 cells of its input.

        An estimate: with dilation some cells see fewer, and `start` is the middle of what the formula spans.
        """
        reach = dilation * (kernel - 1)
        return Field(
            self.size + reach // stride * self.jump,
            self.start + (padding - reach / 2) / stride * self.jump,
            self.jump / stride,
            self.whole,
        )

    def adaptive(self, before: int, after: int) -> Field:
        """After an adaptive pooling from one size to another, whose windows may differ by a cell."""
        # the most that ceil((i + 1) n/o) - floor(i n/o) can be, i n/o having every fraction of o/gcd(n, o)
        widest = -(-(before + after - math.gcd(before, after)) // after)
        first = (adaptive_window(0, before, after)[1] - 1) / 2
        jump = self.jump * before / after
        return Field(self.size + (widest - 1) * self.jump, self.start + first * self.jump, jump, self.whole)

    def join(self, other: Field) -> Field:
        """Where branches meet a cell sees what either saw: from the lowest to the highest pixel."""
        low = min(self.start - self.size / 2, other.start - other.size / 2)
        high = max(self.start + self.size / 2, other.start + other.size / 2)
        return Field(high - low, (low + high) / 2, max(self.jump, other.jump), self.whole or other.whole)

    def smaller(self, other: Field) -> Field:
        """Where branches meet, what the one with the smaller field saw: the shortest way through a network."""
        less = min(self, other, key=lambda field: (field.whole, field.size))
        return Field(less.size, less.start, max(self.jump, other.jump), less.whole)


def adaptive_window(index: int, before: int, after: int) -> tuple[int, int]:
    """[begin, end) of one window of an adaptive pooling: floor(i n/o) to ceil((i + 1) n/o), as torch has it."""
    return index * before // after, -(-(index + 1) * before // after)


@dataclass(frozen=True)
class Interval:
    """Cells low to high of one axis, both included; may reach over the edges, into the padding."""

    low: int
    high: int

    @property
    def size(self) -> int:
        """How many cells."""
        return self.high - self.low + 1

    def join(self, other: Interval) -> Interval:
        """The smallest interval that holds both."""
        return Interval(min(self.low, other.low), max(self.high, other.high))

    def before(self, kernel: int, stride: int, padding: int, dilation: int = 1) -> Interval:
        """The input cells of a convolution or pooling whose output cells these are."""
        return Interval(self.low * stride - padding, self.high * stride - padding + span(kernel, dilation) - 1)

    def before_transposed(self, kernel: int, stride: int, padding: int, dilation: int = 1) -> Interval:
        """The input cells of a transposed convolution that stamp onto these output cells.

        Output o gets a product from input i where o = i·s - p + m·d for a weight m, so
        i runs from (o + p - d(k-1))/s to (o + p)/s. Between stamps no cell may answer: then the interval is
        empty, and the two around it stand for it.
        """
        low = -((dilation * (kernel - 1) - self.low - padding) // stride)
        high = (self.high + padding) // stride
        return Interval(min(low, high), max(low, high))
