"""A stack as text, one layer a line, as a link holds it: `conv 64 k11 s4 p2`, `maxpool k3 s2`, `add from 3,5`."""

from __future__ import annotations

import re

from core.conv.layers import Kind, Layer, Pair
from core.conv.stack import LONGEST, Stack
from core.errors import UserError

MOST_TEXT = 30_000  # characters; LONGEST layers take less

_NUMBER = re.compile(r"[0-9]{1,7}")  # not \d, which takes the digits of every script
_PAIR = re.compile(r"([0-9]{1,7})(?:x([0-9]{1,7}))?")


def parse(text: str) -> Stack:
    """Read a stack.

    Args:
        text: layers separated by new lines or semicolons. A layer is its kind, then in any order: filters or
            features as a bare number, k (kernel), s (stride), p (padding), d (dilation), o (output padding) each
            with a number or two as 3x5 (height x width), g (groups), ceil, nobias, and `from` with row numbers.
            For `adaptive`, k is the size of the output.

    Raises:
        UserError: names the line and the word that is not understood.
    """
    if len(text) > MOST_TEXT:
        raise UserError(f"This text is too long for a network of at most {LONGEST} layers.")
    lines = [line.strip() for line in re.split(r"[;\n]", text)]
    lines = [line for line in lines if line]
    if len(lines) > LONGEST:
        raise UserError(f"A stack may have at most {LONGEST} layers, and this text has {len(lines):,}.")
    return Stack(tuple(_layer(number, line) for number, line in enumerate(lines, start=1)))


def _layer(number: int, line: str) -> Layer:
    line, _, sources = line.partition(" from ")
    word, *rest = line.split()
    try:
        kind = Kind(word.lower())
    except ValueError:
        known = ", ".join(Kind)
        raise UserError(f'Layer {number}: "{word[:20]}" is no kind of layer; there are {known}.') from None
    values: dict[str, object] = {}
    for part in rest:
        name, value = _part(number, part)
        values[name] = value
    if sources.strip():
        values["inputs"] = _numbers(number, sources)
    if kind.pools and "stride" not in values:  # torch's default
        values["stride"] = values.get("kernel", (1, 1))
    return Layer(kind, **values)  # type: ignore[arg-type]  # _part pairs each name with a value of its type


def _part(number: int, part: str) -> tuple[str, object]:
    """One word of a line -> (attribute of `Layer`, its value)."""
    if _NUMBER.fullmatch(part):
        return "out", int(part)
    if part in ("ceil", "nobias"):
        return ("ceil_mode", True) if part == "ceil" else ("bias", False)
    names = {"k": "kernel", "s": "stride", "p": "padding", "d": "dilation", "o": "output_padding", "g": "groups"}
    match = _PAIR.fullmatch(part[1:])
    if part[:1] not in names or match is None or (part[0] == "g" and match[2]):
        raise UserError(f'Layer {number}: "{part[:20]}" is not understood; write for example k3 s2 p1.')
    first = int(match[1])
    if part[0] == "g":
        return "groups", first
    return names[part[0]], (first, int(match[2]) if match[2] else first)


def _numbers(number: int, text: str) -> tuple[int, ...]:
    parts = [part for part in re.split(r"[,\s]+", text.strip()) if part]
    if not all(_NUMBER.fullmatch(part) for part in parts) or len(parts) > LONGEST:
        raise UserError(f'Layer {number}: "{text[:20]}" are no row numbers; write for example from 3,5.')
    return tuple(int(part) for part in parts)


def sources_of(text: str, number: int) -> tuple[int, ...]:
    """Row numbers as typed into the table's cell, for layer `number`; none where it is empty.

    Raises:
        UserError: something else than numbers.
    """
    return _numbers(number, text) if text.strip() else ()


def short(layer: Layer) -> str:
    """One layer as `parse` reads it, nothing that is the default being written."""
    words: list[str] = [str(layer.kind)]
    if layer.out:
        words.append(str(layer.out))
    usual = Layer(layer.kind, stride=layer.kernel if layer.kind.pools else (1, 1))
    for letter, name in (
        ("k", "kernel"),
        ("s", "stride"),
        ("p", "padding"),
        ("d", "dilation"),
        ("o", "output_padding"),
    ):
        value = getattr(layer, name)
        if value != getattr(usual, name):
            words.append(letter + pair_text(value))
    if layer.groups != 1:
        words.append(f"g{layer.groups}")
    if layer.ceil_mode:
        words.append("ceil")
    if not layer.bias:
        words.append("nobias")
    if layer.inputs:
        words.append("from " + ",".join(map(str, layer.inputs)))
    return " ".join(words)


def write(stack: Stack) -> str:
    """The stack as `parse` reads it, one layer a line."""
    return "\n".join(short(layer) for layer in stack.layers)


def pair_text(pair: Pair) -> str:
    """3 for (3, 3), 3x5 for (3, 5)."""
    return str(pair[0]) if pair[0] == pair[1] else f"{pair[0]}x{pair[1]}"


def pair_of(text: str, name: str) -> Pair:
    """A pair as typed into the table: 3, 3x5, 3×5 or 3, 5.

    Raises:
        UserError: something else.
    """
    match = _PAIR.fullmatch(re.sub(r"\s*[x×,]\s*", "x", text.strip().lower()))
    if match is None:
        raise UserError(f'{name} "{text[:20]}" is not understood; write 3, or 3x5 for height × width.')
    return int(match[1]), int(match[2] or match[1])
