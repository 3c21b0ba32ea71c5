"""Receptive fields against the truth: which pixels have a gradient in one cell of a network of positive weights."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from core.conv.layers import Kind, Layer, cells_before
from core.conv.module import StackModule
from core.conv.stack import Analysis, Row, Stack, analyse, chain, region
from core.models.fields.axis import Field, Interval, adaptive_window
from tests.core.conv.stacks import analyses
from tests.examples import examples

CHAIN = (Kind.CONV, Kind.DEPTHWISE, Kind.MAXPOOL, Kind.AVGPOOL, Kind.RELU, Kind.BATCHNORM)
Cells = tuple[Interval, Interval]


class WindowSum(nn.Module):
    """A max pooling of which every pixel counts, not only the largest."""

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.layer, self.size = row.layer, row.shape

    def forward(self, x: Tensor) -> Tensor:
        channels, height, width = self.size
        (ph, pw), (sh, sw) = self.layer.padding, self.layer.stride
        # as far as a last window may hang over, and cut to the windows that count
        padded = F.pad(x, (pw, pw + sw, ph, ph + sh))
        weight = torch.ones(channels, 1, *self.layer.kernel, dtype=x.dtype)
        summed = F.conv2d(padded, weight, stride=(sh, sw), dilation=self.layer.dilation, groups=channels)
        return summed[:, :, :height, :width]


def seen(analysis: Analysis, cells: list[tuple[int, int]]) -> list[Tensor]:
    """For each cell of the last layer the pixels of the picture that change it, as an (H, W) mask."""
    network = StackModule(analysis).double().eval()
    for row in analysis.rows:
        if row.layer.kind is Kind.MAXPOOL:
            network.layers[row.number - 1] = WindowSum(row)
    for parameter in network.parameters():
        nn.init.ones_(parameter)
    picture = torch.ones(1, *analysis.input_shape, dtype=torch.float64, requires_grad=True)
    result = network(picture)
    assert tuple(result.shape[1:]) == analysis.rows[-1].shape
    masks = []
    for row, column in cells:
        (gradient,) = torch.autograd.grad(result[0, :, row, column].sum(), picture, retain_graph=True)
        masks.append((gradient[0] != 0).any(0))
    return masks


def some_cells(analysis: Analysis) -> list[tuple[int, int]]:
    """Corners, the middle and one beside it."""
    _, height, width = analysis.rows[-1].shape
    return sorted({(0, 0), (height - 1, width - 1), (height // 2, width // 2), (height // 3, 2 * width // 3)})


def walk(analysis: Analysis, cell: tuple[int, int]) -> list[tuple[tuple[int, ...], Cells]]:
    """(shape, cells) of every layer on the way back from a cell of the last one, the picture's last."""
    behind: dict[int, Cells] = {len(analysis.rows): (Interval(cell[0], cell[0]), Interval(cell[1], cell[1]))}
    for row in reversed(analysis.rows):
        for source, shape in zip(row.sources, row.inputs, strict=True):
            rows, columns = (
                cells_before(row.layer, behind[row.number][axis], (shape[axis + 1], row.shape[axis + 1]), axis)
                for axis in (0, 1)
            )
            if source in behind:
                rows, columns = rows.join(behind[source][0]), columns.join(behind[source][1])
            behind[source] = (rows, columns)
    return [(analysis.shape(number), cells) for number, cells in behind.items()]


def inside(analysis: Analysis, cell: tuple[int, int]) -> bool:
    """Whether no padding, of any layer, is between a cell and the picture."""
    return all(
        cells[axis].low >= 0 and cells[axis].high < shape[axis + 1]
        for shape, cells in walk(analysis, cell)
        for axis in (0, 1)
    )


def lines(mask: Tensor) -> tuple[list[int], list[int]]:
    """The rows and columns of which something is seen."""
    return mask.any(1).nonzero().flatten().tolist(), mask.any(0).nonzero().flatten().tolist()


def within(found: list[int], interval: Interval) -> bool:
    return all(interval.low <= index <= interval.high for index in found)


@examples(80)
@given(analysis=analyses(head=False, most=4))
def test_nothing_outside_the_region_is_seen(analysis: Analysis) -> None:
    """Whatever the layers: branches, dilation, transposed convolution, adaptive pooling, windows over the edge."""
    cells = some_cells(analysis)
    for cell, mask in zip(cells, seen(analysis, cells), strict=True):
        for found, interval in zip(lines(mask), region(analysis, len(analysis.rows), cell), strict=True):
            assert within(found, interval), (cell, found, interval)


@examples(90)
@given(analysis=analyses(kinds=(*CHAIN, Kind.ADAPTIVE), head=False, most=3, largest=30))
def test_the_edges_of_the_region_are_seen(analysis: Analysis) -> None:
    """Away from padding the region is exact, where branches meet too."""
    cells = [cell for cell in some_cells(analysis) if inside(analysis, cell)]
    for cell, mask in zip(cells, seen(analysis, cells), strict=True):
        for found, interval in zip(lines(mask), region(analysis, len(analysis.rows), cell), strict=True):
            assert (found[0], found[-1]) == (interval.low, interval.high), cell


def gapless(analysis: Analysis) -> bool:
    """Whether neighbouring windows touch and have no holes."""
    return all(
        row.layer.dilation == (1, 1)
        and all(row.layer.kernel[axis] >= row.layer.stride[axis] or row.layer.kind is Kind.ADAPTIVE for axis in (0, 1))
        for row in analysis.rows
    )


@examples(90)
@given(
    analysis=analyses(
        kinds=(*CHAIN, Kind.TRANSPOSED, Kind.ADAPTIVE),
        head=False,
        most=3,
        branches=False,
        dilations=1,
        largest=30,
    ).filter(gapless)
)
def test_a_chain_without_gaps_sees_all_of_its_region(analysis: Analysis) -> None:
    cells = [cell for cell in some_cells(analysis) if inside(analysis, cell)]
    for cell, mask in zip(cells, seen(analysis, cells), strict=True):
        rows, columns = region(analysis, len(analysis.rows), cell)
        expected = torch.zeros_like(mask)
        expected[rows.low : rows.high + 1, columns.low : columns.high + 1] = True
        assert torch.equal(mask, expected), cell


@examples(100)
@given(analysis=analyses(kinds=CHAIN, head=False, most=6, largest=40))
def test_forward_and_backward_agree(analysis: Analysis) -> None:
    """Size, first centre and jump of every layer, from the regions of its cells; branches included."""
    for row in analysis.rows:
        for axis in (0, 1):
            field = row.fields[axis]
            assert not field.whole
            for index in range(min(row.shape[axis + 1], 4)):
                cell = (index, 0) if axis == 0 else (0, index)
                interval = region(analysis, row.number, cell)[axis]
                assert interval.size == field.size
                assert (interval.low + interval.high) / 2 == field.start + index * field.jump


def _conv(kernel: int, stride: int = 1, padding: int = 0, dilation: int = 1, kind: Kind = Kind.CONV) -> Layer:
    out = 0 if kind in (Kind.MAXPOOL, Kind.AVGPOOL, Kind.DEPTHWISE) else 1
    return Layer(kind, out, (kernel,) * 2, (stride,) * 2, (padding,) * 2, (dilation,) * 2)


# layers, first cell's field as [low, high], size, jump; all counted by hand
GOLDEN = {
    "three 3 x 3 see 7": ((_conv(3), _conv(3), _conv(3)), (0, 6), 7, 1),
    "stride doubles what comes after": ((_conv(3, 2), _conv(3)), (0, 6), 7, 2),
    "padding moves the first centre": ((_conv(7, 2, 3), _conv(3, 2, 1, kind=Kind.MAXPOOL)), (-5, 5), 11, 4),
    "dilation spreads": ((_conv(3, dilation=2), _conv(3, dilation=4)), (0, 12), 13, 1),
    "a 1 x 1 sees what came before": ((_conv(5), _conv(1)), (0, 4), 5, 1),
    "transposed alone sees one or two": ((_conv(3, 2, 1, kind=Kind.TRANSPOSED),), (0, 0), 2, 0.5),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden(name: str) -> None:
    layers, first, size, jump = GOLDEN[name]
    analysis = analyse(chain(*layers), (1, 32, 32))
    for axis in (0, 1):
        field = analysis.rows[-1].fields[axis]
        assert (field.size, field.jump) == (size, jump)
        assert region(analysis, len(layers), (0, 0))[axis] == Interval(*first)
    mask = seen(analysis, [(0, 0)])[0]
    visible = list(range(max(first[0], 0), first[1] + 1))
    assert within(lines(mask)[0], Interval(*first))
    assert {lines(mask)[0][0], lines(mask)[0][-1]} == {visible[0], visible[-1]}


def test_the_middle_of_a_plain_network_really_is_inside() -> None:
    """So the exact comparisons above compare something."""
    analysis = analyse(chain(_conv(3), _conv(3, 2, kind=Kind.MAXPOOL), _conv(3, 1, 1)), (1, 31, 31))
    inner = [cell for cell in some_cells(analysis) if inside(analysis, cell)]
    assert (analysis.rows[-1].shape[1] // 2, analysis.rows[-1].shape[2] // 2) in inner
    assert (0, 0) not in inner


def test_branches_see_the_union() -> None:
    """A shifted branch widens the field to its side only."""
    near = Layer(Kind.CONV, 1, (3, 3), padding=(1, 1), inputs=(0,))
    far = Layer(Kind.CONV, 1, (3, 3), padding=(4, 4), dilation=(4, 4), inputs=(0,))
    shifted = Layer(Kind.MAXPOOL, 0, (1, 1), inputs=(0,))
    for join in (Kind.ADD, Kind.CONCAT):
        stack = chain((near, far, Layer(join, inputs=(1, 2))))
        analysis = analyse(stack, (1, 21, 21))
        assert analysis.rows[-1].fields[0] == Field(9, 0, 1)
        assert region(analysis, 3, (10, 10)) == (Interval(6, 14), Interval(6, 14))
        rows, columns = lines(seen(analysis, [(10, 10)])[0])
        assert rows == columns == [6, 9, 10, 11, 14]
        skip = analyse(chain((near, shifted, Layer(join, inputs=(1, 2, 0)))), (1, 21, 21))
        assert skip.rows[-1].fields[0] == Field(3, 0, 1)


def test_join_covers_both_and_no_more() -> None:
    low, high = Field(3, 10, 2), Field(5, 20, 2)
    assert low.join(high) == high.join(low) == Field(14, 15.5, 2)
    assert Field(9, 4).join(Field(3, 4)) == Field(9, 4)
    assert Field(jump=2).join(Field(jump=3)).jump == Field(jump=3).join(Field(jump=2)).jump == 3
    assert Field(whole=True).join(Field()).whole
    assert Field().join(Field(whole=True)).whole
    assert not Field().join(Field()).whole
    assert Interval(3, 5).join(Interval(-1, 4)) == Interval(-1, 5)


@examples(100)
@given(before=st.integers(1, 60), after=st.integers(1, 60))
def test_adaptive_windows_are_torchs(before: int, after: int) -> None:
    """Each picture is one pixel of light: the outputs that see it are those whose window holds it."""
    pooled = F.adaptive_avg_pool1d(torch.eye(before).unsqueeze(1), after)[:, 0]  # (pixel, output)
    windows = [adaptive_window(index, before, after) for index in range(after)]
    for index, (begin, end) in enumerate(windows):
        assert pooled[:, index].nonzero().flatten().tolist() == list(range(begin, end))
    field = Field().adaptive(before, after)
    assert field.size == max(end - begin for begin, end in windows)
    assert field.start == (windows[0][0] + windows[0][1] - 1) / 2
    assert field.jump == before / after


def test_between_two_stamps_the_nearest_cells_stand_for_none() -> None:
    layer = _conv(1, 3, kind=Kind.TRANSPOSED)
    analysis = analyse(Stack((layer,)), (1, 3, 3))
    rows = [region(analysis, 1, (output, 0))[0] for output in range(7)]
    on, between = [Interval(i, i) for i in range(3)], [Interval(i, i + 1) for i in range(2)]
    assert rows == [on[0], between[0], between[0], on[1], between[1], between[1], on[2]]
    assert not seen(analysis, [(1, 0)])[0].any()


def test_a_huge_adaptive_pooling_is_counted_at_once() -> None:
    assert Field().adaptive(10**12 + 1, 10**12).size == 2
    assert Field().adaptive(10**12, 10**12 + 1).size == 2
    assert Field().adaptive(10**12, 10**6).size == 10**6


@examples(100)
@given(n=st.integers(1, 12), k=st.integers(1, 6), s=st.integers(1, 5), p=st.integers(0, 5), d=st.integers(1, 3))
def test_one_transposed_convolution(n: int, k: int, s: int, p: int, d: int) -> None:
    """Which input cells stamp onto an output cell; its field is the most that any cell has."""
    layer = _conv(k, s, p, d, kind=Kind.TRANSPOSED)
    outputs = (n - 1) * s - 2 * p + d * (k - 1) + 1
    if outputs < 1:
        return
    analysis = analyse(Stack((layer,)), (1, n, n))
    counts = []
    for output in range(outputs):
        stamps = [i for i in range(-k * d, n + k * d) if (output + p - i * s) in {m * d for m in range(k)}]
        rows, _ = region(analysis, 1, (output, 0))
        assert within(stamps, rows)
        if d == 1 and stamps:
            assert (rows.low, rows.high) == (stamps[0], stamps[-1])
        counts.append(rows.size)
    field = analysis.rows[0].fields[0]
    assert field.jump == 1 / s
    if k >= s and outputs >= s:  # every phase occurs, and none is empty
        assert field.size == max(counts)
    centre = field.start * s + (d * (k - 1) / 2 - p)
    assert centre == pytest.approx(0), "output 0's centre lies where the middle of a stamp from input 0 would"


@pytest.mark.parametrize("last", [Layer(Kind.GLOBAL), Layer(Kind.FLATTEN)], ids=lambda layer: str(layer.kind))
def test_behind_a_global_layer_everything_is_seen(last: Layer) -> None:
    analysis = analyse(chain(_conv(3, 2), last), (1, 11, 15))
    assert all(field.whole for field in analysis.rows[-1].fields)
    assert region(analysis, 2, (0, 0)) == (Interval(0, 10), Interval(0, 14))


def test_the_picture_itself() -> None:
    analysis = analyse(chain(_conv(3)), (1, 9, 9))
    assert region(analysis, 0, (4, 7)) == (Interval(4, 4), Interval(7, 7))


GRADIENT: dict[str, Callable[[], Analysis]] = {
    "encoder and decoder": lambda: analyse(
        chain(
            (
                _conv(3, 2, 1),
                _conv(3, 2, 1),
                _conv(4, 2, 1, kind=Kind.TRANSPOSED),
                Layer(Kind.CONCAT, inputs=(3, 1)),
                _conv(4, 2, 1, kind=Kind.TRANSPOSED),
            )
        ),
        (1, 32, 48),
    ),
    "adaptive, then convolutions": lambda: analyse(
        chain(_conv(3), Layer(Kind.ADAPTIVE, kernel=(9, 7)), _conv(2)), (1, 29, 24)
    ),
}


@pytest.mark.parametrize("name", GRADIENT)
def test_every_cell_of_a_network(name: str) -> None:
    analysis = GRADIENT[name]()
    _, height, width = analysis.rows[-1].shape
    cells = [(index, min(index, width - 1)) for index in range(height)]
    exact = 0
    for cell, mask in zip(cells, seen(analysis, cells), strict=True):
        for found, interval in zip(lines(mask), region(analysis, len(analysis.rows), cell), strict=True):
            assert within(found, interval)
            if inside(analysis, cell):
                assert (found[0], found[-1]) == (interval.low, interval.high)
                exact += 1
    assert exact > 10
    lows = [region(analysis, len(analysis.rows), cell)[0].low for cell in cells]
    assert all(one <= two for one, two in pairwise(lows))
