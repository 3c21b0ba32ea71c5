"""Single layers: what torch runs and refuses so do we, and each refusal gives its reason."""

from __future__ import annotations

import warnings

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from core.conv.arithmetic import LARGEST
from core.conv.layers import (
    MOST_CHANNELS,
    Cost,
    Kind,
    Layer,
    Shape,
    cost,
    groups_of,
    out_channels,
    output_shape,
    words,
)
from core.conv.module import constructor
from core.errors import UserError
from tests.core.conv.stacks import WINDOWED, pairs
from tests.examples import examples

PICTURE: Shape = (6, 9, 8)
VECTOR: Shape = (12,)
POINTWISE = (Kind.RELU, Kind.BATCHNORM, Kind.DROPOUT)


def conv(out: int = 8, kernel: int = 3, **more: object) -> Layer:
    return Layer(Kind.CONV, out, (kernel, kernel), **more)  # type: ignore[arg-type]


def pool(kernel: int = 2, kind: Kind = Kind.MAXPOOL, **more: object) -> Layer:
    return Layer(kind, 0, (kernel, kernel), **more)  # type: ignore[arg-type]


def torchs(layer: Layer, shape: Shape) -> Shape | None:
    """The shape torch gives, None where it refuses; on the CPU, whose checks are complete."""
    try:
        with torch.no_grad(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of tensors without elements
            make = constructor(layer, (shape,))
            assert make is not None
            return tuple(make.build().eval()(torch.zeros(1, *shape)).shape[1:])
    except (RuntimeError, ValueError, TypeError):
        return None


@st.composite
def any_layer(draw: st.DrawFn) -> Layer:
    """A layer with a window, as a visitor may set it: sensible, or nonsense of every kind."""
    kind = draw(st.sampled_from(WINDOWED))
    return Layer(
        kind,
        draw(st.sampled_from((6, 12))) if kind is Kind.DEPTHWISE else draw(st.integers(1, 8)),
        draw(pairs(0, 5)),
        draw(pairs(0, 4)) if draw(st.integers(0, 3)) == 0 else draw(pairs(1, 3)),
        draw(pairs(0, 3)),
        draw(pairs(0, 3)) if draw(st.integers(0, 3)) == 0 else draw(pairs(1, 2)),
        groups=1 if kind is Kind.DEPTHWISE else draw(st.sampled_from((1, 1, 2, 3, 4))),
        output_padding=draw(pairs(0, 2)),
        ceil_mode=draw(st.booleans()),
        bias=draw(st.booleans()),
    )


@examples(400)
@given(layer=any_layer(), height=st.integers(1, 11), width=st.integers(1, 11))
def test_takes_and_refuses_what_torch_takes_and_refuses(layer: Layer, height: int, width: int) -> None:
    shape = (6, height, width)
    try:
        mine: Shape | None = output_shape(layer, (shape,))
    except UserError:
        mine = None
    assert mine == torchs(layer, shape)


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (conv(), PICTURE, (8, 7, 6)),
        (Layer(Kind.CONV, 8, (3, 5), (2, 1), (1, 2)), PICTURE, (8, 5, 8)),
        (Layer(Kind.DEPTHWISE, 0, (3, 3), padding=(1, 1)), PICTURE, (6, 9, 8)),
        (Layer(Kind.DEPTHWISE, 12, (3, 3)), PICTURE, (12, 7, 6)),
        (Layer(Kind.TRANSPOSED, 4, (2, 2), (2, 2)), PICTURE, (4, 18, 16)),
        (pool(2, stride=(2, 2)), PICTURE, (6, 4, 4)),
        (pool(2, stride=(2, 2), ceil_mode=True), PICTURE, (6, 5, 4)),
        (pool(3, Kind.AVGPOOL, stride=(2, 2), padding=(1, 1)), PICTURE, (6, 5, 4)),
        (Layer(Kind.GLOBAL), PICTURE, (6, 1, 1)),
        (Layer(Kind.ADAPTIVE, kernel=(3, 20)), PICTURE, (6, 3, 20)),
        (Layer(Kind.FLATTEN), PICTURE, (432,)),
        (Layer(Kind.FLATTEN), VECTOR, VECTOR),
        (Layer(Kind.LINEAR, 5), VECTOR, (5,)),
        *((Layer(kind), shape, shape) for kind in POINTWISE for shape in (PICTURE, VECTOR)),
    ],
    ids=lambda value: str(value.kind) if isinstance(value, Layer) else None,
)
def test_shapes_are_torchs(layer: Layer, shape: Shape, expected: Shape) -> None:
    assert output_shape(layer, (shape,)) == expected == torchs(layer, shape)


def test_ceil_mode_is_a_poolings_only() -> None:
    odd = Layer(Kind.CONV, 1, (2, 2), (2, 2), ceil_mode=True)
    assert output_shape(odd, (PICTURE,)) == (1, 4, 4)


REFUSED = {
    "groups": (conv(8, groups=4), PICTURE, "4 groups do not divide 6 input channels: take a divisor, for example 2."),
    "filters and groups": (conv(8, groups=3), PICTURE, "3 groups do not divide 8 filters"),
    "no groups": (conv(8, groups=0), PICTURE, "0 groups: take 1 or more"),
    "depthwise": (
        Layer(Kind.DEPTHWISE, 8, (3, 3)),
        PICTURE,
        "A depthwise convolution has a multiple of its 6 input channels as filters, not 8.",
    ),
    "kernel": (conv(8, 9), PICTURE, "The kernel of 9 does not fit into the input of 8"),
    "kernel 0": (conv(8, 0), PICTURE, "Kernel 0 is too small"),
    "stride 0": (conv(stride=(0, 1)), PICTURE, "Stride 0 is too small"),
    "pool stride 0": (pool(stride=(1, 0)), PICTURE, "Stride 0 is too small"),
    "padding -1": (conv(padding=(0, -1)), PICTURE, "Padding -1 is too small"),
    "pool padding": (pool(2, padding=(0, 2)), PICTURE, "at most half its kernel: 2 is more than 1"),
    "average dilated": (pool(2, Kind.AVGPOOL, dilation=(1, 2)), PICTURE, "Average pooling has no dilation"),
    "output padding": (
        Layer(Kind.TRANSPOSED, 4, (3, 3), (2, 2), output_padding=(0, 2)),
        PICTURE,
        r"Output padding 2 must be smaller than the stride \(2\)",
    ),
    "nothing left": (Layer(Kind.TRANSPOSED, 4, padding=(5, 5)), PICTURE, "Nothing is left of the output"),
    "conv on vector": (conv(), VECTOR, "needs a volume, and gets a vector of 12: put it before flatten"),
    "pool on vector": (pool(), VECTOR, "needs a volume"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refusals_give_their_reason(name: str) -> None:
    layer, shape, sentence = REFUSED[name]
    with pytest.raises(UserError, match=sentence) as caught:
        output_shape(layer, (shape,))
    assert str(caught.value).endswith(".")
    assert torchs(layer, shape) is None


# where we are stricter than torch, which runs these or gives something empty
STRICTER = {
    "linear on volume": (Layer(Kind.LINEAR, 5), (PICTURE,), "takes a vector, and gets 6 × 9 × 8: put flatten before"),
    "no filters": (conv(0), (PICTURE,), "at least one filter"),
    "no features": (Layer(Kind.LINEAR, 0), (VECTOR,), "1 to 100,000 features, not 0"),
    "adaptive on vector": (Layer(Kind.ADAPTIVE), (VECTOR,), "needs a volume"),
    "adaptive 0": (Layer(Kind.ADAPTIVE, kernel=(0, 3)), (PICTURE,), "output size of 1 or more"),
    "filters": (conv(MOST_CHANNELS + 1), (PICTURE,), "100,001 filters are too many"),
    "features": (Layer(Kind.LINEAR, MOST_CHANNELS + 1), (VECTOR,), "1 to 100,000 features, not 100,001"),
    "volume": (Layer(Kind.RELU), ((65_536, 65_536, 65_536),), "65,536 × 65,536 × 65,536 numbers fits no machine"),
    "adaptive volume": (Layer(Kind.ADAPTIVE, kernel=(LARGEST, LARGEST)), (PICTURE,), "fits no machine"),
    "adaptive": (Layer(Kind.ADAPTIVE, kernel=(LARGEST + 1, 1)), (PICTURE,), "output size"),
    "concat volume": (Layer(Kind.CONCAT), ((1 << 20, 128, 128),) * 2, "fits no machine"),
    "one input": (Layer(Kind.ADD), (PICTURE,), "joins at least two inputs: name their rows, for example 3, 5"),
    "add": (Layer(Kind.ADD), (PICTURE, (7, 9, 8)), "equal shapes can be added, not 6 × 9 × 8 and 7 × 9 × 8"),
    "concat": (Layer(Kind.CONCAT), (PICTURE, (6, 8, 8)), "one height and width .* not 6 × 9 × 8 and 6 × 8 × 8"),
    "concat kinds": (Layer(Kind.CONCAT), (PICTURE, VECTOR), "one height and width"),
}


@pytest.mark.parametrize("name", STRICTER)
def test_limits_and_joins_give_their_reason(name: str) -> None:
    layer, shapes, sentence = STRICTER[name]
    with pytest.raises(UserError, match=sentence):
        output_shape(layer, shapes)


def test_joins() -> None:
    assert output_shape(Layer(Kind.ADD), (PICTURE, PICTURE, PICTURE)) == PICTURE
    assert output_shape(Layer(Kind.CONCAT), (PICTURE, (1, 9, 8), (2, 9, 8))) == (9, 9, 8)
    assert output_shape(Layer(Kind.CONCAT), (VECTOR, (3,))) == (15,)


def test_more_multiply_adds_than_a_table_holds_are_refused() -> None:
    huge = Layer(Kind.CONV, 100_000, (LARGEST, LARGEST), padding=(LARGEST, LARGEST))
    shape = (100_000, 2, 2)
    out = (100_000, 1, 1)
    with pytest.raises(UserError, match="multiply-adds are too many"):
        cost(huge, (shape,), out)
    most = cost(Layer(Kind.LINEAR, MOST_CHANNELS), ((1 << 34,),), (MOST_CHANNELS,))
    assert most.macs < 2**53


@pytest.mark.parametrize(
    ("layer", "shape", "expected"),
    [
        (conv(64, 3), (3, 10, 10), Cost(1_792, 1_728 * 64)),
        (Layer(Kind.DEPTHWISE, 0, (3, 3)), (32, 10, 10), Cost(320, 288 * 64)),
        (Layer(Kind.TRANSPOSED, 8, (3, 3), groups=2), (6, 4, 5), Cost(224, 216 * 20)),
        (Layer(Kind.LINEAR, 10), (84,), Cost(850, 840)),
        (Layer(Kind.LINEAR, 10, bias=False), (84,), Cost(840, 840)),
        (Layer(Kind.BATCHNORM), (64, 5, 5), Cost(128, 0)),
        (pool(), PICTURE, Cost(0, 0)),
        (Layer(Kind.RELU), PICTURE, Cost(0, 0)),
    ],
)
def test_golden_costs(layer: Layer, shape: Shape, expected: Cost) -> None:
    assert cost(layer, (shape,), output_shape(layer, (shape,))) == expected


def test_small_words() -> None:
    assert words((64, 55, 1_000)) == "64 × 55 × 1,000"
    assert out_channels(Layer(Kind.DEPTHWISE), 6) == 6
    assert out_channels(Layer(Kind.DEPTHWISE, 12), 6) == 12
    assert out_channels(pool(), 6) == 6
    assert groups_of(Layer(Kind.DEPTHWISE), 6) == 6
    assert groups_of(conv(groups=2), 6) == 2


def test_every_kind_has_its_nature() -> None:
    assert {kind for kind in Kind if kind.windowed} == {kind for kind in Kind if kind.convolves or kind.pools}
    assert {kind for kind in Kind if kind.joins} == {Kind.ADD, Kind.CONCAT}
