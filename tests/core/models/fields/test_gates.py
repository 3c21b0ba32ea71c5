"""Receptive fields before layers, and with gates left out: numbers that a global pooling or a norm made."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch.nn.functional as F
from timm.layers import SqueezeExcite
from torch import Tensor, nn
from torchvision.ops import SqueezeExcitation

from core.errors import UserError
from core.models.cost import count
from core.models.fields.trace import fields, fields_before
from core.models.zoo import ZOO, on_meta


class By(nn.Module):
    """A function as a module."""

    def __init__(self, how: Callable[[Tensor], Tensor]) -> None:
        super().__init__()
        self.how = how

    def forward(self, x: Tensor) -> Tensor:
        return self.how(x)


GATES: dict[str, nn.Module] = {
    "torchvision's": SqueezeExcitation(2, 1),
    "timm's": SqueezeExcite(2, rd_channels=1),
    "as a vector": By(lambda x: x * F.adaptive_avg_pool2d(x, 1).flatten(1).relu().view(1, 2, 1, 1)),
    "expanded": By(lambda x: x * F.adaptive_max_pool2d(x, 1).expand_as(x)),
    "spread out": By(lambda x: x * F.interpolate(x.mean((2, 3), keepdim=True), x.shape[2:])),
    "as older networks pool": By(lambda x: x * F.avg_pool2d(x, x.shape[-1]).sigmoid()),
    "group norm": nn.GroupNorm(1, 2),
    "instance norm": nn.InstanceNorm2d(2),
    "layer norm": By(lambda x: F.layer_norm(x, x.shape[1:])),
}


def same(before: int = 2) -> nn.Conv2d:
    return nn.Conv2d(before, 2, 3, padding=1)


@pytest.mark.parametrize("gate", GATES.values(), ids=GATES)
def test_a_gate_tells_nothing_of_places(gate: nn.Module) -> None:
    gated = nn.Sequential(same(3), same(), gate, same())
    last, spatial = fields_before(gated, (3, 9, 9))[-1], fields_before(gated, (3, 9, 9), gates=False)[-1]
    assert min(last.field.size) >= 9
    assert (spatial.name, spatial.field.size, spatial.field.is_global) == ("3", (5, 5), False)


@pytest.mark.parametrize("name", [name for name in GATES if name != "instance norm"])  # which torch refuses there
def test_also_in_a_map_of_one_cell(name: str) -> None:
    gated = nn.Sequential(same(3), nn.Conv2d(2, 2, 1, stride=4), GATES[name], same())
    assert fields_before(gated, (3, 4, 4), gates=False)[-1].field.size == (3, 3)


def test_what_only_comes_from_a_gate_is_still_global() -> None:
    head = nn.Sequential(same(3), nn.AdaptiveAvgPool2d(1), nn.Conv2d(2, 2, 1), nn.Flatten(), nn.Linear(2, 2))
    rows = fields_before(head, (3, 9, 9), gates=False)
    assert [row.field.is_global for row in rows] == [False, False, True, True, True]


def test_a_network_with_its_gates_left_out_is_the_network_without_them() -> None:
    model, bare = on_meta("efficientnet_b0"), on_meta("efficientnet_b0")
    for name, module in list(bare.named_modules()):
        if type(module).__name__ == "SqueezeExcitation":
            bare.set_submodule(name, nn.Identity())
    with_gates = {row.name: row.field for row in fields_before(model, gates=False)}
    without = {row.name: row.field for row in fields_before(bare) if row.kind != "Identity"}
    assert without == {name: with_gates[name] for name in without}
    assert with_gates["features.8.0"].size == (851, 851)  # as RFA-Toolbox has it, without infinite fields


@pytest.mark.parametrize("name", ZOO)
def test_there_is_a_row_for_every_layer_of_the_table(name: str) -> None:
    shape = (3, ZOO[name].input_size, ZOO[name].input_size)
    layers = count(on_meta(name), shape).layers
    rows = fields_before(on_meta(name), shape)
    assert [(row.name, row.kind) for row in rows] == [(layer.name, layer.kind) for layer in layers]
    for row, layer in zip(rows, layers, strict=True):
        assert row.field.cells == (layer.input[1:] if len(layer.input) == 3 else (1, 1))


def test_before_a_layer_of_a_chain_is_behind_the_one_before() -> None:
    before, behind = (which(on_meta("vgg16")) for which in (fields_before, fields))
    convolutions = [place for place, row in enumerate(before) if row.name.startswith("features") and place]
    assert [before[place].field for place in convolutions] == [behind[place - 1].field for place in convolutions]
    assert (before[0].field.size, before[0].field.jump) == ((1, 1), (1, 1))


def test_what_does_not_come_from_the_picture_has_no_field() -> None:
    class Own(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.picture = nn.Parameter(Tensor(1, 3, 4, 4))
            self.conv = nn.Conv2d(3, 2, 1)

        def forward(self, x: Tensor) -> Tensor:
            return self.conv(self.picture) + x[:, :2]

    with pytest.raises(UserError, match="What goes into conv does not come from the picture"):
        fields_before(Own(), (3, 4, 4))
    with pytest.raises(UserError, match="needs a picture"):
        fields_before(nn.Linear(3, 2), (3,))
