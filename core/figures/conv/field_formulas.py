"""The recursion of the receptive field in LaTeX, with the numbers of one layer filled in."""

from __future__ import annotations

from core.conv.layers import Kind
from core.conv.stack import Analysis, Row
from core.models.fields.axis import Field

SIZE = r"r_l = r_{l-1} + d\,(k - 1)\,j_{l-1}"
JUMP = r"j_l = j_{l-1}\,s"
START = r"\text{start}_l = \text{start}_{l-1} + \left(\tfrac{d\,(k - 1)}{2} - p\right) j_{l-1}"


def exact(value: float) -> str:
    """A number of pixels: whole ones whole, thousands separated, else at most three decimals."""
    text = f"{value:,.3f}".rstrip("0").rstrip(".")
    return text.replace("-", "−")


def _tex(value: float) -> str:
    return exact(value).replace(",", "{,}").replace("−", "-")


def _bracket(value: float) -> str:
    return _tex(value) if value >= 0 else f"({_tex(value)})"


def deciding(analysis: Analysis, number: int) -> Row:
    """The layer that made the field what it is: ReLU and its like work cell by cell and leave it as it was."""
    row = analysis.rows[number - 1]
    while row.layer.kind in (Kind.RELU, Kind.BATCHNORM, Kind.DROPOUT) and row.sources[0]:
        row = analysis.rows[row.sources[0] - 1]
    return row


def _before(analysis: Analysis, row: Row, axis: int) -> list[Field]:
    return [analysis.rows[source - 1].fields[axis] if source else Field() for source in row.sources]


def recursion(analysis: Analysis, row: Row, axis: int) -> list[str]:
    """Equations for field, jump and first centre behind a layer, in symbols and numbers; none where all is seen.

    Args:
        analysis: of the stack.
        row: the layer.
        axis: 0 height, 1 width.
    """
    field, befores = row.fields[axis], _before(analysis, row, axis)
    before, layer = befores[0], row.layer
    if field.whole:
        return []
    if layer.kind.joins:
        return _join(field, befores)
    k, s, p, d = layer.kernel[axis], layer.stride[axis], layer.padding[axis], layer.dilation[axis]
    r, j, start = _tex(before.size), _tex(before.jump), _tex(before.start)
    size, jump, first = (rf"\mathbf{{{_tex(value)}}}" for value in (field.size, field.jump, field.start))
    if layer.kind is Kind.TRANSPOSED:
        return [
            rf"r_l = r_{{l-1}} + \left\lfloor\tfrac{{d\,(k - 1)}}{{s}}\right\rfloor j_{{l-1}}"
            rf" = {r} + \left\lfloor\tfrac{{{d} \cdot {k - 1}}}{{{s}}}\right\rfloor \cdot {j} = {size}",
            rf"j_l = j_{{l-1}} / s = {j} / {s} = {jump}",
            rf"\text{{start}}_l = \text{{start}}_{{l-1}} + \tfrac{{p - d\,(k - 1)/2}}{{s}}\,j_{{l-1}}"
            rf" = {_bracket(before.start)} + {_bracket((p - d * (k - 1) / 2) / s)} \cdot {j} = {first}",
        ]
    if layer.kind is Kind.ADAPTIVE:
        window = round((field.size - before.size) / before.jump) + 1
        return [
            rf"r_l = r_{{l-1}} + (k_{{\max}} - 1)\,j_{{l-1}} = {r} + ({window} - 1) \cdot {j} = {size}",
            rf"j_l = j_{{l-1}} \tfrac{{W_{{l-1}}}}{{W_l}} = {jump}",
        ]
    if not layer.kind.windowed:
        return [rf"r_l = {size}", rf"j_l = {jump}", rf"\text{{start}}_l = {first}"]
    return [
        rf"{SIZE} = {r} + {d} \cdot ({k} - 1) \cdot {j} = {size}",
        rf"{JUMP} = {j} \cdot {s} = {jump}",
        rf"{START} = {start} + {_bracket(d * (k - 1) / 2 - p)} \cdot {j} = {first}",
    ]


def _join(field: Field, befores: list[Field]) -> list[str]:
    lows = [before.start - before.size / 2 for before in befores]
    highs = [before.start + before.size / 2 for before in befores]

    def listed(values: list[float]) -> str:
        few = list(dict.fromkeys(_tex(value) for value in values))
        return ",\\,".join(few)

    return [
        rf"\text{{low}} = \min\left(\text{{start}}_i - \tfrac{{r_i}}{{2}}\right) = \min({listed(lows)})"
        rf" = {_tex(min(lows))}",
        rf"\text{{high}} = \max\left(\text{{start}}_i + \tfrac{{r_i}}{{2}}\right) = \max({listed(highs)})"
        rf" = {_tex(max(highs))}",
        rf"r_l = \text{{high}} - \text{{low}} = {_tex(max(highs))} - {_bracket(min(lows))}"
        rf" = \mathbf{{{_tex(field.size)}}}",
    ]
