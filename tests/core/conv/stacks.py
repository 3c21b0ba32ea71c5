"""Random layers and stacks for tests."""

from __future__ import annotations

from hypothesis import strategies as st

from core.conv.arithmetic import common_divisors
from core.conv.layers import Kind, Layer, Pair, Shape
from core.conv.stack import Analysis, Stack, analyse_until_error, chain

WINDOWED = (Kind.CONV, Kind.DEPTHWISE, Kind.TRANSPOSED, Kind.MAXPOOL, Kind.AVGPOOL)
VOLUMES = (*WINDOWED, Kind.ADAPTIVE, Kind.RELU, Kind.BATCHNORM, Kind.DROPOUT)


def pairs(least: int, most: int) -> st.SearchStrategy[Pair]:
    """Mostly squares, as people write them."""
    one = st.integers(least, most)
    return st.one_of(one.map(lambda value: (value, value)), st.tuples(one, one))


@st.composite
def layers(draw: st.DrawFn, channels: int, kinds: tuple[Kind, ...] = VOLUMES, dilations: int = 3) -> Layer:
    """A layer for so many channels; whether its window fits is left to chance."""
    kind = draw(st.sampled_from(kinds))
    if not kind.windowed:
        return Layer(kind, kernel=draw(pairs(1, 7)) if kind is Kind.ADAPTIVE else (1, 1))
    kernel, stride = draw(pairs(1, 5)), draw(pairs(1, 3))
    if kind.pools:
        half = (draw(st.integers(0, kernel[0] // 2)), draw(st.integers(0, kernel[1] // 2)))
        dilation = draw(pairs(1, dilations)) if kind is Kind.MAXPOOL else (1, 1)
        return Layer(kind, 0, kernel, stride, half, dilation, ceil_mode=draw(st.booleans()))
    dilation = draw(pairs(1, dilations))
    out = draw(st.integers(0, 2)) * channels if kind is Kind.DEPTHWISE else draw(st.integers(1, 8))
    groups = 1 if kind is Kind.DEPTHWISE else draw(st.sampled_from(common_divisors(channels, out)))
    extra: Pair = (0, 0)
    if kind is Kind.TRANSPOSED:
        extra = tuple(draw(st.integers(0, max(stride[axis], dilation[axis]) - 1)) for axis in (0, 1))
    padding = draw(pairs(0, 3))
    return Layer(kind, out, kernel, stride, padding, dilation, groups, extra, bias=draw(st.booleans()))


@st.composite
def blocks(draw: st.DrawFn, channels: int) -> tuple[Layer, ...]:
    """Branches that meet again, as in ResNet, GoogLeNet and DeepLab."""
    out, stride = draw(st.integers(1, 6)), draw(pairs(1, 2))
    reach = draw(st.integers(1, 3))
    wide = Layer(Kind.CONV, out, (3, 3), stride, (reach, reach), (reach, reach), inputs=(0,), bias=draw(st.booleans()))
    thin = Layer(Kind.CONV, out, stride=stride, inputs=(0,), bias=False)
    pool = Layer(Kind.MAXPOOL, 0, (3, 3), stride, (1, 1), inputs=(0,))
    match draw(st.sampled_from(("identity", "projection", "concat"))):
        case "identity":
            same = Layer(Kind.CONV, channels, (3, 3), padding=(1, 1), inputs=(0,))
            return (same, Layer(Kind.RELU), Layer(Kind.ADD, inputs=(2, 0)))
        case "projection":
            return (wide, Layer(Kind.RELU), thin, Layer(Kind.ADD, inputs=(2, 3)))
    return (wide, thin, pool, Layer(Kind.CONCAT, inputs=(1, 2, 3)))


def _grown(parts: list[Layer | tuple[Layer, ...]], shape: tuple[int, int, int]) -> Analysis | None:
    """What the parts make of a picture, None where they do not fit or grow beyond what a test can run."""
    analysis, trouble = analyse_until_error(chain(*parts), shape)
    fits = trouble is None and all(row.activations <= 200_000 for row in analysis.rows)
    return analysis if fits else None


@st.composite
def analyses(
    draw: st.DrawFn,
    kinds: tuple[Kind, ...] = VOLUMES,
    most: int = 5,
    branches: bool = True,
    head: bool = True,
    dilations: int = 3,
    largest: int = 24,
) -> Analysis:
    """A random network that runs, with what it makes of a small picture.

    Args:
        draw: of hypothesis.
        kinds: layers to take.
        most: layers or blocks at most.
        branches: also take blocks.
        head: sometimes end in linear layers.
        dilations: largest dilation.
        largest: rows and columns of the picture at most.
    """
    shape = draw(st.tuples(st.integers(1, 6), st.integers(5, largest), st.integers(5, largest)))
    parts: list[Layer | tuple[Layer, ...]] = [Layer(Kind.RELU)]
    found = _grown(parts, shape)
    assert found is not None
    for _ in range(draw(st.integers(1, most))):
        channels = found.rows[-1].shape[0]
        block = branches and draw(st.integers(0, 3)) == 0
        part = draw(blocks(channels)) if block else draw(layers(channels, kinds, dilations))
        longer = _grown([*parts, part], shape)
        if longer is not None:
            parts.append(part)
            found = longer
    if head and draw(st.booleans()):
        parts += [Layer(Kind.FLATTEN), Layer(Kind.LINEAR, draw(st.integers(1, 9)), bias=draw(st.booleans()))]
        found = _grown(parts, shape)
        assert found is not None
    return found


def stack_of(analysis: Analysis) -> Stack:
    """The stack that was analysed."""
    return Stack(tuple(row.layer for row in analysis.rows))


def volume(shape: Shape) -> tuple[int, int, int]:
    """A shape that is known to be (C, H, W)."""
    channels, height, width = shape
    return channels, height, width


def pools_only_padding(analysis: Analysis) -> bool:
    """Whether a dilated max pooling has a window without a single cell of its input.

    torch answers -inf there, and its backward pass then adds the gradient to a cell outside of the window, even
    beyond the end of the memory: seen with a (1, 2) kernel, padding (0, 1), dilation 3 on a width of 2.
    """
    return any(
        not any(
            0 <= out * layer.stride[axis] - layer.padding[axis] + tap * layer.dilation[axis] < before
            for tap in range(layer.kernel[axis])
        )
        for row in analysis.rows
        if (layer := row.layer).kind is Kind.MAXPOOL
        for axis, before in enumerate(row.inputs[0][1:])
        for out in range(row.shape[1 + axis])
    )
