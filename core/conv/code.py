"""PyTorch code of what is on the screen, with assertions that hold."""

from __future__ import annotations

from core.conv.layers import Kind
from core.conv.module import constructor
from core.conv.stack import Analysis, Row

_HEAD = "import torch\nfrom torch import nn\nfrom torch.utils.flop_counter import FlopCounterMode\n"


def pytorch(analysis: Analysis) -> str:
    """A script that builds the stack and asserts its shapes, parameters and multiply-adds.

    It runs on torch's `meta` device, so it needs no memory for the tensors, however large they are.
    """
    simple = all(row.sources == (row.number - 1,) and not row.layer.kind.joins for row in analysis.rows)
    body = _sequential(analysis) if simple else _network(analysis)
    result = ", ".join(map(str, (1, *analysis.rows[-1].shape)))
    picture = ", ".join(map(str, (1, *analysis.input_shape)))
    return (
        f"{_HEAD}\n{body}\n"
        f'with torch.device("meta"):  # shapes only, no memory\n'
        f"    network = {'build' if simple else 'Network'}().eval()\n"
        f"    picture = torch.empty({picture})\n"
        f"with FlopCounterMode(display=False) as counter, torch.no_grad():\n"
        f"    result = network(picture)\n\n"
        f"assert tuple(result.shape) == ({result})\n"
        f"assert sum(p.numel() for p in network.parameters()) == {analysis.params:_}\n"
        f"assert counter.get_total_flops() == 2 * {analysis.macs:_}  # one multiply-add is two operations\n"
        'print("as on the screen:", tuple(result.shape))\n'
    )


def _sequential(analysis: Analysis) -> str:
    lines = ["def build():", "    return nn.Sequential("]
    for row in analysis.rows:
        lines.append(f"        {constructor(row.layer, row.inputs)},{_shape(row)}")
    return "\n".join([*lines, "    )", "", ""])


def _network(analysis: Analysis) -> str:
    first = ["class Network(nn.Module):", "    def __init__(self):", "        super().__init__()"]
    then = ["    def forward(self, x0):"]
    for row in analysis.rows:
        inputs = [f"x{source}" for source in row.sources]
        make = constructor(row.layer, row.inputs)
        if make is not None:
            first.append(f"        self.layer{row.number} = {make}")
            call = f"self.layer{row.number}({inputs[0]})"
        else:
            call = f"torch.cat([{', '.join(inputs)}], dim=1)" if row.layer.kind is Kind.CONCAT else " + ".join(inputs)
        then.append(f"        x{row.number} = {call}{_shape(row)}")
    return "\n".join([*first, "", *then, f"        return x{analysis.rows[-1].number}", "", ""])


def _shape(row: Row) -> str:
    return f"  # {' x '.join(map(str, row.shape))}"
