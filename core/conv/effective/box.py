"""How large an effective receptive field is, beside the theoretical one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from core.conv.effective.partial_forward import Cells
from core.conv.layers import Kind
from core.conv.stack import Analysis, Row
from core.models.fields.axis import Interval

Array = npt.NDArray[np.float32]

SHARE = 0.95
"""Of the gradient, what the effective field holds."""


@dataclass(frozen=True)
class Box:
    """The theoretical field shrunk around its middle until it just holds a share of the gradient.

    Attributes:
        scale: of the theoretical sides, 0 to 1.
        rows, columns: its pixels, unclipped.
        share: of the gradient that it holds.
    """

    scale: float
    rows: Interval
    columns: Interval
    share: float


def box(heat: Array, field: Cells, share: float = SHARE) -> Box | None:
    """The effective field as a box; None where there is no gradient.

    Args:
        heat: (H, W), sum 1.
        field: the theoretical one, (rows, columns) unclipped.
        share: to be held.
    """
    if not heat.any():
        return None
    distances = [
        (np.abs(np.arange(size) - (cells.low + cells.high) / 2) + 0.5) / (cells.size / 2)
        for size, cells in zip(heat.shape, field, strict=True)
    ]  # of each pixel's outer edge from the middle, 1 at the field's edge
    place = np.maximum(distances[0][:, None], distances[1][None, :])  # (H, W)
    order = np.argsort(place, axis=None, kind="stable")
    held = np.cumsum(heat.ravel()[order], dtype=np.float64)
    last = min(int(np.searchsorted(held, share * held[-1])), len(order) - 1)
    scale = float(place.ravel()[order[last]])
    rows, columns = (_shrunk(cells, scale) for cells in field)
    top, left = max(rows.low, 0), max(columns.low, 0)
    inside = heat[top : rows.high + 1, left : columns.high + 1]
    return Box(min(scale, 1.0), rows, columns, float(inside.sum(dtype=np.float64) / held[-1]))


def _shrunk(cells: Interval, scale: float) -> Interval:
    middle, half = (cells.low + cells.high) / 2, cells.size / 2 * scale - 0.5
    return Interval(math.ceil(middle - half - 1e-6), math.floor(middle + half + 1e-6))


def padding_share(field: Cells, size: tuple[int, int]) -> float:
    """How much of a field lies beyond the picture's edges, 0 to 1; `size` is the picture's (H, W)."""
    inside = [max(0, min(cells.high, n - 1) - max(cells.low, 0) + 1) for cells, n in zip(field, size, strict=True)]
    return 1 - math.prod(inside) / math.prod(cells.size for cells in field)


def gaussian_width(row: Row, before: float) -> float:
    """Variance along the width of the effective field behind a layer, the one before it given.

    Each layer spreads what it gets over k pixels, d·j apart: equal weights add (k² - 1)/12 · (d·j)², as a step of a
    random walk does, and so do random ones for the squared gradient (arXiv:1701.04128, section 2).
    """
    layer, jump = row.layer, row.fields[1].jump
    if not layer.kind.windowed:
        return before
    kernel, stride, dilation = layer.kernel[1], layer.stride[1], layer.dilation[1]
    if layer.kind is Kind.TRANSPOSED:  # of k weights only every s-th lies on a cell
        taps = dilation * (kernel - 1) // stride + 1
        return before + (taps**2 - 1) / 12 * (jump * stride) ** 2
    return before + (kernel**2 - 1) / 12 * (dilation * jump / stride) ** 2


@lru_cache(maxsize=32)
def gaussian_widths(analysis: Analysis) -> tuple[float, ...]:
    """Standard deviation of the effective field along the width, layer by layer; of branches the widest counts."""
    variances = [0.0]
    for row in analysis.rows:
        variances.append(gaussian_width(row, max(variances[source] for source in row.sources)))
    return tuple(math.sqrt(variance) for variance in variances[1:])
