"""PyTorch code that computes the effective receptive field on the screen."""

from __future__ import annotations

from dataclasses import replace

from core.conv.effective.gradient import Weights
from core.conv.effective.partial_forward import Cells, pruned
from core.conv.layers import Kind, Shape
from core.conv.module import constructor
from core.conv.stack import Analysis, Row, region


def pytorch(analysis: Analysis, number: int, cell: tuple[int, int], weights: Weights, seeds: int) -> str:
    """A script that runs by itself and asserts that nothing outside the theoretical field has a gradient.

    Args:
        analysis: of the whole stack.
        number: the layer looked through.
        cell: (row, column) of its output.
        weights: which.
        seeds: how many are averaged.
    """
    part = pruned(analysis, number)
    layers, forward = [], []
    for row in part.rows:
        make = None if weights.linear and row.layer.kind is Kind.RELU else _module(row, weights)
        inputs = [f"x{source}" for source in row.sources]
        if make is not None:
            layers.append(f"    {row.number}: {make},")
            call = f"layers[{row.number}]({inputs[0]})"
        elif row.layer.kind is Kind.CONCAT:
            call = f"torch.cat([{', '.join(inputs)}], dim=1)"
        else:
            call = " + ".join(inputs)
        forward.append(f"    x{row.number} = {call}  # {' x '.join(map(str, row.shape))}")
    return "\n".join(
        [
            "import torch",
            "from torch import nn",
            "",
            "layers = {",
            *layers,
            "}",
            "",
            "",
            "def network(x0):",
            *forward,
            f"    return x{len(part.rows)}",
            "",
            "",
            _draw(weights),
            "",
            "",
            _rest(analysis.input_shape, cell, region(analysis, number, cell), seeds if weights.drawn else 1),
        ]
    )


def _module(row: Row, weights: Weights) -> str | None:
    """How torch builds it, maxima made means where the network is to be linear; None for joins."""
    layer = row.layer
    if layer.kind is Kind.MAXPOOL and weights.linear and layer.dilation == (1, 1):  # torch dilates maxima only
        layer = replace(layer, kind=Kind.AVGPOOL)
    elif layer.kind.convolves:
        layer = replace(layer, bias=False)
    made = constructor(layer, row.inputs)
    if made is None:
        return None
    if layer.kind is Kind.DROPOUT:
        return "nn.Identity()"
    return f"{made}.eval()" if layer.kind is Kind.BATCHNORM else str(made)


_FILL = {
    Weights.RANDOM: "torch.randn(layer.weight.shape) * (2 / fan_in) ** 0.5  # Kaiming",
    Weights.LINEAR: "torch.randn(layer.weight.shape) * (1 / fan_in) ** 0.5",
    Weights.EQUAL: "torch.full(layer.weight.shape, 1 / fan_in)",
}


def _draw(weights: Weights) -> str:
    return "\n".join(
        [
            "@torch.no_grad()",
            "def draw(seed):",
            "    torch.manual_seed(seed)",
            "    for layer in layers.values():",
            "        if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):",
            "            fan_in = layer.weight[0].numel()",
            f"            layer.weight[:] = {_FILL[weights]}",
        ]
    )


def _rest(shape: Shape, cell: tuple[int, int], field: Cells, seeds: int) -> str:
    channels, height, width = shape
    rows, columns = field
    inside = [
        f"slice({max(cells.low, 0)}, {max(min(cells.high, size - 1) + 1, 0)})"
        for cells, size in ((rows, height), (columns, width))
    ]
    return "\n".join(
        [
            "torch.manual_seed(0)",
            f"picture = torch.randn(1, {channels}, {height}, {width}, requires_grad=True)  # put your own picture here",
            f"heat = torch.zeros({height}, {width})",
            f"for seed in range({seeds}):",
            "    draw(seed)",
            f"    cell = network(picture)[0, :, {cell[0]}, {cell[1]}].sum()",
            "    (gradient,) = torch.autograd.grad(cell, picture)",
            "    share = gradient[0].abs().sum(0)",
            f"    heat += share / share.sum().clamp_min(1e-30) / {seeds}",
            "",
            f"# theoretical field: rows {rows.low} to {rows.high}, columns {columns.low} to {columns.high}",
            "outside = heat.clone()",
            f"outside[{', '.join(inside)}] = 0",
            'assert not outside.any(), "nothing outside the theoretical field may move the cell"',
            "",
            "# how far from the middle 95 % of the gradient reach, 1 being the edge of the theoretical field",
            f"y = (torch.arange({height}) - {(rows.low + rows.high) / 2:g}).abs() + 0.5",
            f"x = (torch.arange({width}) - {(columns.low + columns.high) / 2:g}).abs() + 0.5",
            f"place = torch.maximum(y[:, None] / {rows.size / 2:g}, x / {columns.size / 2:g}).flatten()",
            "order = place.argsort()",
            "held = heat.flatten()[order].cumsum(0)",
            "last = int((held < 0.95 * held[-1]).sum())",
            f'print(f"95 % of the gradient lie in a box of {{float(place[order[last]]):.0%}} of the {rows.size} x '
            f'{columns.size} pixels")',
            "",
        ]
    )


def pytorch_of_zoo(name: str, modules: tuple[str, ...], side: int, cell: tuple[int, int], field: Cells) -> str:
    """The same for the first modules of one of timm's networks.

    Args:
        name: of the network.
        modules: which run, in order.
        side: of its square picture, pixels.
        cell: (row, column) of what the last one gives.
        field: (rows, columns) of the theoretical field.
    """
    listed = ",\n    ".join(f'model.get_submodule("{module}")' for module in modules)
    return "\n".join(
        [
            "import timm",
            "import torch",
            "from torch import nn",
            "",
            f'model = timm.create_model("{name}", pretrained=False).eval()  # True fetches the trained weights',
            f"network = nn.Sequential(\n    {listed},\n)",
            "",
            "",
            "def draw(seed):",
            '    """Nothing is drawn: the weights are those of the model."""',
            "",
            "",
            _rest((3, side, side), cell, field, 1),
        ]
    )
