"""Bodies of detectors as stacks, against the modules themselves: shapes, fields, and the fields by gradient."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torchvision.models import mobilenet_v3_large, resnet50
from torchvision.models._utils import IntermediateLayerGetter
from torchvision.models.detection.backbone_utils import BackboneWithFPN, _mobilenet_extractor
from torchvision.ops import SqueezeExcitation

from core.conv.detector_bodies import BODIES, FPN_POOL
from core.conv.notation import parse, write
from core.conv.stack import analyse, region
from core.models.detectors import DETECTORS
from core.models.fields.trace import fields
from core.models.nanodet import Body, NanoDet

SIZE = (96, 160)


def module(name: str) -> nn.Module:
    if name == "bundled":
        return Body()
    if name == "resnet50_fpn":
        return IntermediateLayerGetter(resnet50(weights=None), {f"layer{k}": str(k - 1) for k in range(1, 5)})
    network = mobilenet_v3_large(weights=None)
    for found in list(network.named_modules()):
        if isinstance(found[1], SqueezeExcitation):
            network.set_submodule(found[0], nn.Identity())
    extractor = _mobilenet_extractor(network, fpn=True, trainable_layers=6)
    assert isinstance(extractor, BackboneWithFPN)
    return extractor.body


NAMES = ("bundled", "resnet50_fpn", "mobilenet_v3_large_fpn")
CASES = [(name, level) for name in NAMES for level in BODIES[name]().levels]


@pytest.mark.parametrize("name", NAMES)
def test_every_convolution_has_the_field_it_has_in_the_module(name: str) -> None:
    """In the order in which they run."""
    body = BODIES[name]()
    rows = [row for row in analyse(body.stack, (3, *SIZE)).rows if row.layer.kind.windowed]
    if FPN_POOL in body.levels:  # the pyramid's own
        rows.pop()
    layers = [one for one in fields(module(name).eval(), (3, *SIZE)) if one.kind.startswith(("Conv", "MaxPool"))]
    expected = [(one.field.size, one.field.jump) for one in layers]
    assert [(tuple(a.size for a in row.fields), tuple(a.jump for a in row.fields)) for row in rows] == expected


@pytest.mark.parametrize("name", NAMES)
def test_the_levels_have_the_shapes_of_the_module_s(name: str) -> None:
    with torch.no_grad():
        found = module(name).eval()(torch.zeros(1, 3, *SIZE))
    maps = dict(enumerate(found)) if isinstance(found, list) else found
    expected = {str(level): tuple(one.shape[1:]) for level, one in maps.items()}
    body = BODIES[name]()
    rows = analyse(body.stack, (3, *SIZE)).rows
    got = {level: rows[number - 1].shape for level, number in body.levels.items()}
    pooled = got.pop(FPN_POOL, None)
    assert got == expected
    coarsest = list(got.values())[-1]
    assert pooled in (None, (coarsest[0], *((side + 1) // 2 for side in coarsest[1:])))


def test_the_rows_that_move_a_cell_are_those_of_the_field() -> None:
    """Equal positive weights close no path, so that the gradient fills the rectangle."""
    body = Body()
    with torch.no_grad():
        for weights in body.parameters():
            weights.fill_(1 / weights[0].numel() if weights.dim() > 1 else 0)
    x = (torch.rand(1, 3, 256, 320) + 1).requires_grad_(True)
    stack = BODIES["bundled"]().up_to("0")
    body(x)[0][0, :, 16, 20].sum().backward()
    assert x.grad is not None
    rows, columns = region(analyse(stack, (3, 256, 320)), len(stack.layers), (16, 20))
    reached = x.grad[0].sum(0).nonzero()
    assert reached.min(0).values.tolist() >= [rows.low, columns.low]
    assert reached.max(0).values.tolist() <= [rows.high, columns.high]
    assert rows.size == columns.size < 256


@pytest.mark.parametrize(("name", "level"), CASES)
def test_its_text_is_read_back_and_fits_into_a_link(name: str, level: str) -> None:
    stack = BODIES[name]().up_to(level)
    assert parse(write(stack)) == stack
    assert len(write(stack)) < 4_000


def test_every_detector_with_proposals_has_a_body() -> None:
    assert {name for name, spec in DETECTORS.items() if not isinstance(spec.network(), NanoDet)} == set(BODIES)
