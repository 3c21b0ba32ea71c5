"""How the windows of one convolution lie: along an axis, over the plane, and the volumes to scale."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from core.conv.layers import Kind, Layer, Shape
from core.figures.drawing import FAINT, INK, LOST, PADDING, SEEN, Cells, Drawing, Item, Polygon, Rect, Text
from core.figures.figure import ACCENT, BY_ORDER, MUTED, OKABE_ITO, Figure
from core.figures.vega import number
from core.models.fields.axis import span

CELL = 22.0
SHOWN = 18  # cells at either end of a long axis; the middle is left out
LEFT_OUT = 4  # cells wide is the gap that says how many
LETTERS_OF_FEW, LETTERS_OF_MANY = 38, 49  # the width of a drawing in sizes of its letters
LANES = 4  # rows of brackets, so that neighbours do not touch


@dataclass(frozen=True)
class Axis:
    """One axis of a sliding window, as it is drawn.

    Attributes:
        n: input size.
        kernel, stride, dilation: of the window.
        before, after: padding at either end.
        outputs: number of windows.
        title: stands above.
    """

    n: int
    kernel: int
    stride: int
    dilation: int
    before: int
    after: int
    outputs: int
    title: str

    @classmethod
    def of_layer(cls, layer: Layer, before: Shape, after: Shape, axis: int, title: str) -> Axis:
        """One axis (0 height, 1 width) of a layer that maps (C, H, W) `before` to `after`."""
        padding = layer.padding[axis]
        kernel, stride, dilation = layer.kernel[axis], layer.stride[axis], layer.dilation[axis]
        return cls(before[axis + 1], kernel, stride, dilation, padding, padding, after[axis + 1], title)

    @property
    def padded(self) -> int:
        """Pixels with both paddings."""
        return self.before + self.n + self.after

    @property
    def cells(self) -> int:
        """Pixels, and those beyond the end that a last window may hang over."""
        return max(self.padded, (self.outputs - 1) * self.stride + span(self.kernel, self.dilation))


def windows(axes: list[Axis], alt: str) -> Drawing:
    """Axes below each other, pixel by pixel, with the windows under them; long ones show both ends.

    Args:
        axes: of like length, so that they can be compared.
        alt: what the drawing says.
    """
    widest = max(axis.cells for axis in axes)
    whole = widest <= 2 * SHOWN + LEFT_OUT
    columns = widest if whole else 2 * SHOWN + LEFT_OUT
    width = columns * CELL + 2
    letters = width / (LETTERS_OF_FEW if whole else LETTERS_OF_MANY)  # few cells are drawn larger
    items: list[Item] = []
    top = 0.0
    for axis in axes:
        top = _one_axis(items, axis, top, whole, letters)
    return Drawing(width, top, tuple(items), alt, tallest=f"{round(top)}px", widest=f"{round(max(width, 560))}px")


def _one_axis(items: list[Item], axis: Axis, top: float, whole: bool, letters: float) -> float:
    """Add one axis; returns where the next may begin."""
    items.append(Text(0, top + 0.6 * letters, axis.title, letters, "start", bold=True))
    top += 1.5 * letters
    for index in _places(axis.cells, whole):
        x = _x(index, axis.cells, whole)
        fill, tip = SEEN, f"pixel {index - axis.before} of the input"
        if index >= axis.padded:
            fill, tip = "", "beyond the end: ceil_mode lets the last window hang over"
        elif not axis.before <= index < axis.before + axis.n:
            fill, tip = PADDING, "padding: a zero"
        lost = index < axis.padded and not _touched(axis, index)
        items.append(Rect(x, top, CELL, CELL, fill, FAINT, 1.5, tip=tip, opacity=0.35 if lost else 1))
        if lost:
            items.append(
                Rect(x + 1.5, top + 1.5, CELL - 3, CELL - 3, "", LOST, 2.5, tip=f"{tip}; no window reaches it")
            )
    if not whole and axis.cells > 2 * SHOWN:
        middle = (SHOWN + LEFT_OUT / 2) * CELL + 1
        items.append(Text(middle, top + CELL / 2, f"… {axis.cells - 2 * SHOWN:,} …", letters, bold=True))
    lanes = min(LANES, max(1, -(-(span(axis.kernel, axis.dilation) + 1) // axis.stride)))
    _brackets(items, axis, top + CELL + 6, lanes, whole)
    return top + CELL + 14 + lanes * 9


def _brackets(items: list[Item], axis: Axis, top: float, lanes: int, whole: bool) -> None:
    """A line under each window that is in sight, dots where its weights touch; the first and the last stand out."""
    visible = set(_places(axis.cells, whole))
    for window in _windows_in_sight(axis, whole):
        pixels = [window * axis.stride + weight * axis.dilation for weight in range(axis.kernel)]
        if not visible.issuperset((pixels[0], pixels[-1])):
            continue
        y = top + window % lanes * 9
        colour = ACCENT if window in (0, axis.outputs - 1) else MUTED
        left, right = _x(pixels[0], axis.cells, whole), _x(pixels[-1], axis.cells, whole) + CELL
        tip = f"window {window + 1} of {axis.outputs}: pixels {pixels[0] - axis.before} to {pixels[-1] - axis.before}"
        items.append(Rect(left + 2, y, right - left - 4, 3, colour, tip=tip))
        if axis.dilation > 1:
            dots = (_x(pixel, axis.cells, whole) + CELL / 2 - 3 for pixel in pixels if pixel in visible)
            items.extend(Rect(dot, y - 2, 6, 7, colour, tip=tip) for dot in dots)


def _windows_in_sight(axis: Axis, whole: bool) -> list[int]:
    if whole:
        return list(range(axis.outputs))
    few = SHOWN // axis.stride + 2
    return sorted({*range(min(few, axis.outputs)), *range(max(axis.outputs - few, 0), axis.outputs)})


def _touched(axis: Axis, pixel: int) -> bool:
    """Whether some weight of some window lies on a padded pixel."""
    starts = (pixel - weight * axis.dilation for weight in range(axis.kernel))
    return any(start % axis.stride == 0 and 0 <= start // axis.stride < axis.outputs for start in starts)


def _places(cells: int, whole: bool) -> list[int]:
    if whole or cells <= 2 * SHOWN:
        return list(range(cells))
    return [*range(SHOWN), *range(cells - SHOWN, cells)]


def _x(index: int, cells: int, whole: bool) -> float:
    """Where a pixel stands; behind the gap for those at the far end."""
    place = index if whole or index < SHOWN or cells <= 2 * SHOWN else index - cells + 2 * SHOWN + LEFT_OUT
    return place * CELL + 1


def plane(layer: Layer, before: Shape, after: Shape, dropped: tuple[int, int]) -> Drawing:
    """The padded input from above, what floor drops along its right and lower edges, and the output to scale.

    Args:
        layer: what slides.
        before: (C, H, W) of the input.
        after: (C, H, W) of the output.
        dropped: padded (rows, columns) that no window reaches.
    """
    stamp = layer.kind is Kind.TRANSPOSED
    pad = (0, 0) if stamp else layer.padding
    height, width = before[1] + 2 * pad[0], before[2] + 2 * pad[1]
    reach = (0, 0) if stamp else tuple(map(span, layer.kernel, layer.dilation))
    tall, wide = max(height, after[1], reach[0]), width + after[2]
    scale = min(190 / tall, 380 / wide)
    items: list[Item] = []
    w, h = width * scale, height * scale
    top = 20.0
    labels = [f"{name} {shape[1]:,} × {shape[2]:,}" for name, shape in (("input", before), ("output", after))]
    items.append(Text(0, 8, labels[0], 15, "start"))
    if max(pad):
        items.append(Rect(0, top, w, h, PADDING, FAINT, tip=f"padded input, {height:,} × {width:,}"))
    inner = Rect(pad[1] * scale, top + pad[0] * scale, before[2] * scale, before[1] * scale, SEEN, FAINT, opacity=0.75)
    items.append(inner)
    if max(height, width) <= 32:
        items.append(Cells(0, top, w, h, height, width))
    # thin, but to be seen
    rows, columns = (min(max(drop * scale, 3), side) if drop else 0 for drop, side in zip(dropped, (h, w), strict=True))
    if columns:
        items.append(Rect(w - columns, top, columns, h, LOST, tip=f"{dropped[1]} columns that no window reaches"))
    if rows:
        items.append(Rect(0, top + h - rows, w, rows, LOST, tip=f"{dropped[0]} rows that no window reaches"))
    if not stamp:
        kernel = (reach[1] * scale, reach[0] * scale)
        if after[2] > 1:
            step = layer.stride[1] * scale
            items.append(Rect(step, top, *kernel, "", INK, 1.5, dashed=True, tip="the second window"))
        items.append(Rect(0, top, *kernel, "", INK, 2.5, tip="the first window"))
    x = max(w + 60, _room(labels[0]) + 15)
    items.append(Polygon(((x - 45, top + 40), (x - 18, top + 40)), "", MUTED, 2, closed=False))
    items.append(Polygon(((x - 23, top + 35), (x - 16, top + 40), (x - 23, top + 45)), MUTED))
    items.append(Text(x, 8, labels[1], 15, "start"))
    items.append(Rect(x, top, after[2] * scale, after[1] * scale, OKABE_ITO[2], FAINT, opacity=0.75))
    if max(after[1:]) <= 32:
        items.append(Cells(x, top, after[2] * scale, after[1] * scale, after[1], after[2]))
    lost = f", {dropped[0]} rows and {dropped[1]} columns dropped" if any(dropped) else ""
    alt = f"Input of {before[1]} × {before[2]} and output of {after[1]} × {after[2]} to scale{lost}"
    total = x + max(after[2] * scale, _room(labels[1]))
    bottom = top + max(tall * scale, 46) + 4
    return Drawing(total, bottom, tuple(items), alt, tallest=f"{round(bottom)}px")


def _room(label: str) -> float:
    """Width that a label of the plane takes at most."""
    return 9.3 * len(label)


def grouping_bars(steps: list[tuple[str, int, int]], chosen: str) -> Figure:
    """Multiply-adds of the same layer from one group to depthwise and 1 × 1.

    Args:
        steps: (name, MACs, parameters), the standard convolution first.
        chosen: the name on the slider.
    """
    standard = steps[0][1]
    data = pd.DataFrame(steps, columns=["step", "macs", "params"])
    data["label"] = [f"{macs / standard:.3g} ×" for _, macs, _ in steps]
    data["chosen"] = data["step"] == chosen
    data["order"] = range(len(data))
    y = {"field": "step", "type": "nominal", "sort": dict(BY_ORDER), "title": None, "axis": {"labelLimit": 230}}
    bar = {
        "mark": {"type": "bar", "cornerRadiusEnd": 3},
        "encoding": {
            "y": y,
            "x": number("macs", "multiply-adds", format="~s", ticks=5),
            "color": {"condition": {"test": "datum.chosen", "value": ACCENT}, "value": MUTED},
            "tooltip": [{"field": "step"}, {"field": "macs", "format": ","}, {"field": "params", "format": ","}],
        },
    }
    label = {
        "mark": {"type": "text", "align": "left", "dx": 4},
        "encoding": {"y": y, "x": number("macs"), "text": {"field": "label"}},
    }
    spec = {
        "title": "Multiply-adds, from one group to depthwise and 1 × 1",
        "height": {"step": 24},
        "layer": [bar, label],
    }
    return Figure(spec, data, "Bars: multiply-adds of the same layer from one group to depthwise and 1 × 1")
