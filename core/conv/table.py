"""A stack as a table to edit: one row a layer, empty where the usual holds."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from core.conv.layers import Kind, Layer, Pair
from core.conv.notation import pair_of, pair_text, sources_of
from core.conv.stack import LONGEST, Stack
from core.errors import UserError

COLUMNS = (
    "kind", "out", "kernel", "stride", "padding", "dilation", "groups", "output_padding", "ceil_mode", "bias", "from",
)  # fmt: skip
_PAIRS = {"kernel": (1, 1), "stride": (1, 1), "padding": (0, 0), "dilation": (1, 1), "output_padding": (0, 0)}
_USED: dict[str, tuple[str, ...]] = {
    "kernel": ("conv", "depthwise", "transposed", "maxpool", "avgpool", "adaptive"),
    "stride": ("conv", "depthwise", "transposed", "maxpool", "avgpool"),
    "padding": ("conv", "depthwise", "transposed", "maxpool", "avgpool"),
}


def to_table(stack: Stack) -> pd.DataFrame:
    """A stack as the table's rows; numbers that a kind has no use for are left empty."""
    table = pd.DataFrame([_cells(layer) for layer in stack.layers], columns=list(COLUMNS))
    return table.astype({"out": "Int64", "groups": "Int64", "ceil_mode": bool, "bias": bool})


def _cells(layer: Layer) -> list[Any]:
    pairs = []
    for name, usual in _PAIRS.items():
        value: Pair = getattr(layer, name)
        shown = layer.kind in _USED.get(name, ()) or value != usual
        pairs.append(pair_text(value) if shown else "")
    return [
        str(layer.kind), layer.out or None, *pairs[:4], layer.groups if layer.groups != 1 else None, pairs[4],
        layer.ceil_mode, layer.bias, ", ".join(map(str, layer.inputs)),
    ]  # fmt: skip


def from_table(table: pd.DataFrame) -> Stack:
    """Read the edited table; the inverse of `to_table`.

    Raises:
        UserError: names the layer and the cell that is not understood.
    """
    if len(table) > LONGEST:
        raise UserError(f"A stack may have at most {LONGEST} layers.")
    rows = table.to_dict("records")
    return Stack(tuple(_layer(number, row) for number, row in enumerate(rows, start=1)))


def _layer(number: int, row: dict[Any, Any]) -> Layer:
    values = {name: None if pd.isna(row.get(name)) else row[name] for name in COLUMNS}
    try:
        kind = Kind(str(values["kind"]))
    except ValueError:
        raise UserError(f"Layer {number}: choose its kind, or delete the row.") from None
    try:
        pairs = {
            name: pair_of(str(values[name]), name.replace("_", " ").capitalize()) if _typed(values[name]) else usual
            for name, usual in _PAIRS.items()
        }
        if kind.pools and not _typed(values["stride"]):
            pairs["stride"] = pairs["kernel"]  # torch's default
        return Layer(
            kind,
            _count(values["out"], "Filters", 0),
            **pairs,
            groups=_count(values["groups"], "Groups", 1),
            ceil_mode=bool(values["ceil_mode"]),
            bias=True if values["bias"] is None else bool(values["bias"]),
            inputs=sources_of(str(values["from"] or ""), number),
        )
    except UserError as error:
        sentence = str(error)
        raise UserError(sentence if sentence.startswith("Layer") else f"Layer {number} ({kind}): {sentence}") from None


def _typed(value: object) -> bool:
    return value is not None and bool(str(value).strip())


def _count(value: Any, name: str, usual: int) -> int:
    """A whole number from a cell that may be empty."""
    if not _typed(value):
        return usual
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not number.is_integer() or not 0 <= number < 10_000_000:  # what a link may hold
        raise UserError(f"{name} {str(value)[:20]} is no whole number that a layer can have.")
    return int(number)
