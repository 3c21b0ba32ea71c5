"""Receptive fields of the whole zoo to the digit, and of random networks against torch's own gradients."""

from __future__ import annotations

import functools

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor, nn

from core.errors import UserError
from core.models.cost import count
from core.models.fields.trace import NetworkField, Trace, field_of, fields, trace
from core.models.zoo import ZOO, on_meta
from tests.examples import examples

GOLDEN = {
    "alexnet": (195, 31),
    "vgg16": (212, 15.5),
    "googlenet": (379, 22),
    "inception_v3": (1311, 37),
    "resnet18": (435, 0),
    "resnet50": (427, 0),
    "inception_v4": (2071, 37),
    "legacy_xception": (1083, 3),
    "resnext50_32x4d": (427, 0),
    "densenet121": (2071, 14),
    "mobilenetv1_100": (315, 0),
    "mobilenet_v2": (491, 0),
    "shufflenet_v2_x1_0": (527, 0),
    "tf_efficientnet_lite0": (851, 31),  # TensorFlow pads less before than behind
}
"""(receptive field, first centre) of the last feature map, at the networks' own sizes."""


def shape(name: str) -> tuple[int, int, int]:
    return (3, ZOO[name].input_size, ZOO[name].input_size)


@pytest.mark.parametrize("name", GOLDEN)
def test_the_field_of_each_network(name: str) -> None:
    size, start = GOLDEN[name]
    field = field_of(on_meta(name), shape(name))
    assert field.size == (size, size)
    assert field.start == (start, start)
    assert field.jump == (32, 32)
    assert not field.is_global


def test_squeeze_excite_sees_the_whole_picture() -> None:
    assert set(ZOO) == {*GOLDEN, "efficientnet_b0"}
    field = field_of(on_meta("efficientnet_b0"), (3, 224, 320))
    assert field == NetworkField((224, 320), (111.5, 159.5), (32, 32), is_global=True, cells=(7, 10))
    first = next(row for row in fields(on_meta("efficientnet_b0")) if row.field.is_global)
    assert first.name == "features.1.0.block.1.avgpool"


def test_without_its_squeezes_it_would_see_less() -> None:
    model = on_meta("efficientnet_b0")
    for name, module in list(model.named_modules()):
        if type(module).__name__ == "SqueezeExcitation":
            model.set_submodule(name, nn.Identity())
    field = field_of(model, (3, 224, 224))
    assert not field.is_global
    assert field.size == (851, 851)
    assert field.start == (0, 0)


@pytest.mark.parametrize("name", ZOO)
def test_there_is_a_row_for_every_layer_of_the_table(name: str) -> None:
    rows = fields(on_meta(name), shape(name))
    layers = count(on_meta(name), shape(name)).layers
    assert [(row.name, row.kind) for row in rows] == [(layer.name, layer.kind) for layer in layers]
    for row, layer in zip(rows, layers, strict=True):
        assert row.field.cells == (layer.output[1:] if len(layer.output) == 3 else (1, 1))
    assert rows[-1].field.is_global  # the head
    assert rows[-1].field.size == shape(name)[1:]


def test_the_rows_of_alexnet() -> None:
    rows = {row.name: row.field for row in fields(on_meta("alexnet"))}
    expected = {
        "features.0": (11, 3, 4),
        "features.2": (19, 7, 8),
        "features.3": (51, 7, 8),
        "features.5": (67, 15, 16),
        "features.6": (99, 15, 16),
        "features.8": (131, 15, 16),
        "features.10": (163, 15, 16),
        "features.12": (195, 31, 32),
        "avgpool": (195, 31, 32),  # 6 x 6 to 6 x 6
    }
    for name, (size, start, jump) in expected.items():
        assert (rows[name].size, rows[name].start, rows[name].jump) == ((size,) * 2, (start,) * 2, (jump,) * 2)
    assert rows["classifier.1"].is_global


def test_one_trace_gives_both() -> None:
    model = on_meta("resnet18")
    assert trace(model) == Trace(field_of(model), fields(model))


def test_a_network_at_another_size_has_the_same_field() -> None:
    small, large = (field_of(on_meta("resnet50"), (3, side, side)) for side in (64, 512))
    assert (small.size, small.start, small.jump) == (large.size, large.start, large.jump)
    assert (small.cells, large.cells) == ((2, 2), (16, 16))


# ---- against torch's gradients


def seen_by(model: nn.Module, side: int, cell: int) -> tuple[int, int, int, int]:
    """First and last pixel of the rows, and of the columns, that move a cell of the last map at all.

    All weights are positive and so is the picture, so nothing cancels.
    """
    x = torch.ones(1, 3, side, side, dtype=torch.float64, requires_grad=True)
    model(x)[..., cell, cell].sum().backward()
    moved = x.grad[0].abs().sum(0) > 0  # (H, W)
    rows, columns = moved.any(1).nonzero(), moved.any(0).nonzero()
    return int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])


def expected(field: NetworkField, cell: int) -> tuple[float, float, float, float]:
    edges = []
    for size, start, jump in zip(field.size, field.start, field.jump, strict=True):
        centre = start + cell * jump
        edges += [centre - (size - 1) / 2, centre + (size - 1) / 2]
    return edges[0], edges[1], edges[2], edges[3]


def positive(model: nn.Module) -> nn.Module:
    """Every convolution an average, every max an average: all that is seen then has a gradient."""
    for name, module in list(model.named_modules()):
        if isinstance(module, nn.MaxPool2d):
            options = (module.kernel_size, module.stride, module.padding, module.ceil_mode)
            model.set_submodule(name, nn.AvgPool2d(*options))
        elif isinstance(module, nn.Conv2d):
            nn.init.constant_(module.weight, 1 / module.weight[0].numel())
            if module.bias is not None:
                nn.init.zeros_(module.bias)
    return model.eval().double()


@pytest.mark.parametrize(
    ("name", "cut", "side", "cell"),
    [("resnet18", "avgpool", 480, 7), ("googlenet", "avgpool", 448, 7), ("mobilenetv1_100", "global_pool", 352, 5)],
)
def test_a_cell_of_a_real_network_sees_just_that(name: str, cut: str, side: int, cell: int) -> None:
    whole = field_of(on_meta(name), (3, side, side))
    model = positive(ZOO[name].build())
    last: list[Tensor] = []
    model.get_submodule(cut).register_forward_pre_hook(lambda _, args: last.append(args[0]))

    def features(x: Tensor) -> Tensor:
        model(x)
        return last.pop()

    assert seen_by(features, side, cell) == expected(whole, cell)  # type: ignore[arg-type]


sizes = st.tuples(st.integers(1, 4), st.integers(1, 4))


@st.composite
def convolutions(draw: st.DrawFn) -> nn.Module:
    """Also dilated ones, with other kernels along the height than along the width."""
    kernel = draw(sizes)
    dilation = draw(st.integers(1, 2))
    padding = tuple(draw(st.integers(0, dilation * (k - 1))) for k in kernel)
    return nn.Conv2d(3, 3, kernel, draw(st.integers(1, 2)), padding, dilation=dilation)


@st.composite
def pools(draw: st.DrawFn) -> nn.Module:
    kernel = draw(st.integers(1, 4))
    return nn.AvgPool2d(kernel, draw(st.integers(1, 2)), draw(st.integers(0, kernel // 2)))


class Branches(nn.Module):
    """Some ways from one map to another of the same size, added or put on top of each other."""

    def __init__(self, ways: list[nn.Module], add: bool) -> None:
        super().__init__()
        self.ways = nn.ModuleList(ways)
        self.mix = nn.Conv2d(3 if add else 3 * len(ways), 3, 1)
        self.add = add

    def forward(self, x: Tensor) -> Tensor:
        outs = [way(x) for way in self.ways]
        return self.mix(functools.reduce(torch.add, outs) if self.add else torch.cat(outs, 1))


@st.composite
def branches(draw: st.DrawFn) -> nn.Module:
    """Ways of the same size out but with windows that need not be centred alike."""
    ways: list[nn.Module] = [nn.Identity()]
    for _ in range(draw(st.integers(1, 2))):
        kernel = draw(sizes)
        total = [k - 1 for k in kernel]
        left, top = draw(st.integers(0, total[1])), draw(st.integers(0, total[0]))
        pad = nn.ZeroPad2d((left, total[1] - left, top, total[0] - top))
        ways.append(nn.Sequential(pad, nn.Conv2d(3, 3, kernel)))
    return Branches(ways, draw(st.booleans()))


@examples(60, fixed=False)
@given(layers=st.lists(st.one_of(convolutions(), pools(), branches()), min_size=1, max_size=4))
def test_a_cell_sees_what_has_a_gradient(layers: list[nn.Module]) -> None:
    model = positive(nn.Sequential(*layers))
    field = field_of(model, (3, 160, 160))
    cell = field.cells[0] // 2
    assert seen_by(model, 160, min(cell, field.cells[1] // 2)) == expected(field, min(cell, field.cells[1] // 2))


@examples(40, fixed=False)
@given(
    first=convolutions(),
    kernel=st.integers(1, 5),
    stride=st.integers(1, 3),
    padding=st.integers(0, 2),
    dilation=st.integers(1, 2),
)
def test_behind_a_transposed_convolution_no_cell_sees_more(
    first: nn.Module, kernel: int, stride: int, padding: int, dilation: int
) -> None:
    up = nn.ConvTranspose2d(3, 3, kernel, stride, min(padding, dilation * (kernel - 1)), dilation=dilation)
    nn.init.constant_(up.weight, 1.0)
    model = positive(nn.Sequential(first, up))
    field = field_of(model, (3, 40, 40))
    widest = 0
    for cell in range(field.cells[0] // 2, field.cells[0] // 2 + stride):
        x = torch.ones(1, 3, 40, 40, dtype=torch.float64, requires_grad=True)
        model(x)[:, 0, cell, cell // 2].sum().backward()
        assert x.grad is not None
        rows = (x.grad[0].abs().sum((0, 2)) > 0).nonzero()
        widest = max(widest, int(rows[-1] - rows[0]) + 1 if len(rows) else 0)
    assert widest <= field.size[0]


# ---- single rules


def only(layer: nn.Module, height: int = 12, width: int = 16) -> NetworkField:
    return fields(layer, (3, height, width))[-1].field


def test_nothing_done_is_the_picture() -> None:
    assert field_of(nn.Identity(), (3, 4, 5)) == NetworkField((1, 1), (0, 0), (1, 1), False, (4, 5))


def test_kernels_need_not_be_square() -> None:
    field = only(nn.Conv2d(3, 4, (1, 7), stride=(1, 2), padding=(0, 3)))
    assert (field.size, field.start, field.jump) == ((1, 7), (0, 0), (1, 2))


@pytest.mark.filterwarnings("ignore:Using padding='same'")  # torch's, that it may be slow
def test_same_padding_puts_the_extra_pixel_behind() -> None:
    field = only(nn.Conv2d(3, 4, 4, padding="same"))
    assert (field.size, field.start, field.cells) == ((4, 4), (0.5, 0.5), (12, 16))
    assert only(nn.Conv2d(3, 4, 4, padding="valid")).start == (1.5, 1.5)


@pytest.mark.parametrize("mode", ["zeros", "reflect", "circular"])
def test_padding_is_padding_whatever_it_is_filled_with(mode: str) -> None:
    field = only(nn.Conv2d(3, 4, 3, padding=1, padding_mode=mode))
    assert (field.size, field.start) == ((3, 3), (0, 0))


@pytest.mark.parametrize(
    "pool", [nn.MaxPool2d(2), nn.AvgPool2d(2), nn.MaxPool2d(2, ceil_mode=True), nn.AdaptiveAvgPool2d((6, 8))], ids=str
)
def test_a_pooling_of_two_by_two(pool: nn.Module) -> None:
    field = only(pool)
    assert (field.size, field.start, field.jump) == ((2, 2), (0.5, 0.5), (2, 2))


def test_functions_are_followed_like_modules() -> None:
    class Functions(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            x = F.max_pool2d(F.pad(x, (1, 1)), 2)
            x = F.avg_pool2d(input=x, kernel_size=(3, 1), stride=1, padding=(1, 0))
            x += 1
            return torch.stack([x, x]).sum(0) * x.sigmoid()

    field = field_of(Functions(), (3, 12, 16))
    assert (field.size, field.start, field.jump) == ((6, 2), (0.5, -0.5), (2, 2))
    assert field.cells == (6, 9)


def test_shuffled_and_parted_channels_keep_their_place() -> None:
    class Shuffle(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.conv = nn.Conv2d(4, 4, 3, padding=1)

        def forward(self, x: Tensor) -> Tensor:
            n, c, h, w = x.shape
            kept, other = x.view(n, 2, c // 2, h, w).transpose(1, 2).reshape(n, c, h, w).chunk(2, 1)
            return torch.cat([kept, self.conv(torch.cat([other, other], 1))[:, :2]], 1)

    field = field_of(Shuffle(), (4, 8, 8))
    assert (field.size, field.start, field.jump) == ((3, 3), (0, 0), (1, 1))


class Pooled(nn.Module):
    """A convolution, then a global pooling, then something more."""

    def __init__(self, how: str) -> None:
        super().__init__()
        self.conv, self.squeeze, self.head = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 1), nn.Linear(4, 2)
        self.how = how

    def forward(self, x: Tensor) -> Tensor:
        x = self.conv(x)
        match self.how:
            case "adaptive":
                x = self.squeeze(F.adaptive_avg_pool2d(x, 1)).flatten(1)
            case "adaptive max":
                x = F.adaptive_max_pool2d(x, (1, 1)).view(-1, 4)
            case "mean":
                x = x.mean((2, 3))
            case "mean that keeps dimensions":
                x = self.squeeze(x.mean(dim=(-2, -1), keepdim=True)).squeeze(3).squeeze(2)
            case "maximum":
                x = x.amax((2, 3))
            case "tokens":
                x = x.flatten(2).mean(2)
            case "average over all":
                x = F.avg_pool2d(x, 6).flatten(1)
        return self.head(x)


@pytest.mark.parametrize(
    "how",
    ["adaptive", "adaptive max", "mean", "mean that keeps dimensions", "maximum", "tokens", "average over all"],
)
def test_the_last_map_is_the_one_before_the_global_pooling(how: str) -> None:
    field = field_of(Pooled(how), (3, 8, 8))
    assert field == NetworkField((3, 3), (1, 1), (1, 1), False, (6, 6))
    head = fields(Pooled(how), (3, 8, 8))[-1]
    assert head.name == "head"
    assert head.field.is_global
    assert head.field.size == (8, 8)
    assert head.field.start == (3.5, 3.5)
    assert head.field.cells == (1, 1)


@pytest.mark.parametrize("norm", [nn.GroupNorm(2, 4), nn.InstanceNorm2d(4), nn.LayerNorm([4, 8, 8])], ids=str)
def test_norms_that_measure_the_picture_see_all_of_it(norm: nn.Module) -> None:
    field = field_of(nn.Sequential(norm, nn.Conv2d(4, 4, 3, stride=2)), (4, 8, 8))
    assert field.is_global
    assert field.jump == (2, 2)
    assert not only(nn.BatchNorm2d(3)).is_global


def test_a_network_that_is_flat_from_the_start_has_the_picture_for_its_last_map() -> None:
    model = nn.Sequential(nn.Flatten(), nn.Linear(48, 2))
    assert field_of(model, (3, 4, 4)).size == (1, 1)
    assert [row.field.is_global for row in fields(model, (3, 4, 4))] == [True, True]


def test_a_convolution_down_to_one_cell_is_still_a_map() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 5), nn.Conv2d(4, 4, 4), nn.Flatten(), nn.Linear(4, 2))
    field = field_of(model, (3, 8, 8))
    assert (field.size, field.cells, field.is_global) == ((8, 8), (1, 1), False)


# ---- what cannot be done


@pytest.mark.parametrize("call", [field_of, fields])
def test_what_cannot_be_followed_is_said(call: object) -> None:
    assert callable(call)
    with pytest.raises(UserError, match="cannot be followed through interpolate"):
        call(nn.Upsample(scale_factor=2), (3, 8, 8))
    with pytest.raises(UserError, match="needs a picture"):
        call(nn.Linear(3, 2), (3,))
    with pytest.raises(UserError, match=r"does not fit, try another: features\.5"):
        call(on_meta("alexnet"), (3, 20, 20))


def test_what_does_not_come_from_the_picture_has_no_field() -> None:
    class Constant(nn.Module):
        def forward(self, x: Tensor) -> Tensor:
            return torch.zeros(1, 3, 2, 2, device=x.device)

    with pytest.raises(UserError, match="What 0 gives does not come from the picture"):
        fields(nn.Sequential(Constant()), (3, 8, 8))


def test_the_network_is_left_as_it_was() -> None:
    model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).train()
    field_of(model, (3, 8, 8))
    assert model.training
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in model.modules())
    assert model(torch.zeros(2, 3, 8, 8)).device.type == "cpu"
