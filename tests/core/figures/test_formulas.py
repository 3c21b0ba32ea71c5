"""The formulas on the page are worked out from their LaTeX: each side of each equals sign gives the result."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.conv.arithmetic import output_size, transposed_size
from core.conv.fitting import coverage
from core.conv.layers import Kind, Layer
from core.conv.stack import Row, Stack, analyse_until_error
from core.errors import UserError
from core.figures import formulas
from tests.core.conv.stacks import WINDOWED, layers, pairs
from tests.examples import examples

_FRACTION = re.compile(r"\\t?frac{([^{}]*)}{([^{}]*)}")
_BOLD = re.compile(r"\\mathbf{([^{}]*)}")
_WORDS = {
    r"\left": "", r"\right": "", r"\lfloor": " floor(", r"\rfloor": ")", r"\lceil": " ceil(", r"\rceil": ")",
    r"\cdot": "*", r"\,": "*", r"\ldots": "", r"\;": " ",
}  # fmt: skip


def balanced(tex: str) -> bool:
    """Braces, and every left with its right."""
    depth = 0
    for char in tex:
        depth += {"{": 1, "}": -1}.get(char, 0)
        if depth < 0:
            return False
    pairs = ((r"\\left\b", r"\\right\b"), (r"\\[lr]?floor", r"\\[lr]?floor"), (r"\\begin", r"\\end"))
    even = all(len(re.findall(a, tex)) == len(re.findall(b, tex)) for a, b in pairs)
    return depth == 0 and even and tex.count(r"\lfloor") == tex.count(r"\rfloor") and "{}" not in tex


def worked_out(tex: str, **letters: float) -> list[float]:
    """What stands between the equals signs, as numbers; sides with letters that were not given are left out."""
    text = tex.replace("{,}", "").replace("P_{out}", "extra")
    for name in ("W_1", "H_1", "W_2", "H_2", "D_1"):
        text = text.replace(name, name[0] + name[2])
    before = ""
    while before != text:
        before = text
        text = _BOLD.sub(r"(\1)", _FRACTION.sub(r"((\1)/(\2))", text))
    for word, plain in _WORDS.items():
        text = text.replace(word, plain)
    text = re.sub(r"(\d)([A-Z])", r"\1*\2", text)  # 2P
    text = re.sub(r"(\)) *([A-Z])", r"\1*\2", text)
    names = {"floor": math.floor, "ceil": math.ceil, **letters}
    found = []
    for side in text.split("="):
        if set(re.findall(r"[A-Za-z]\w*", side)) <= names.keys():
            found.append(float(eval(side.strip(), {"__builtins__": {}}, names)))
    return found


def run(layer: Layer, size: tuple[int, int], channels: int = 4) -> Row | None:
    analysis, trouble = analyse_until_error(Stack((layer,)), (channels, *size))
    return None if trouble else analysis.rows[0]


def numbers(layer: Layer, row: Row, axis: int) -> str:
    n = row.inputs[0][axis + 1]
    cover = None
    if layer.kind is not Kind.TRANSPOSED:
        sides = (pair[axis] for pair in (layer.kernel, layer.stride, layer.padding, layer.dilation))
        cover = coverage(n, *sides, layer.ceil_mode)
    return formulas.size_numbers("HW"[axis], layer, axis, n, cover, row.shape[axis + 1])


@examples(200)
@given(layer=layers(4, WINDOWED, dilations=5), size=pairs(1, 300), axis=st.integers(0, 1))
def test_the_numbers_give_the_size(layer: Layer, size: tuple[int, int], axis: int) -> None:
    row = run(layer, size)
    assume(row is not None)
    assert row is not None
    tex = numbers(layer, row, axis)
    assert balanced(tex)
    assert tex.startswith("HW"[axis] + "_2 = ")
    sides = worked_out(tex)
    assert sides[-1] == row.shape[axis + 1]
    if layer.kind is Kind.TRANSPOSED or " - 1 =" not in tex:
        assert sides == [row.shape[axis + 1]] * (2 if layer.kind is Kind.TRANSPOSED else 3)
    else:  # ceil_mode, and the last window would begin in the padding: the plain formula gives one more
        assert sides == [row.shape[axis + 1] + 1, row.shape[axis + 1], row.shape[axis + 1]]


@pytest.mark.parametrize(
    ("kind", "ceil_mode", "n", "kernel", "stride", "padding", "dilation", "expected"),
    [
        ("conv", False, 224, 11, 4, 2, 1,
         r"W_2 = \left\lfloor\frac{224 - 11 + 2 \cdot 2}{4}\right\rfloor + 1 = "
         r"\lfloor 54.25 \rfloor + 1 = \mathbf{55}"),
        ("conv", False, 227, 11, 4, 0, 1,
         r"W_2 = \left\lfloor\frac{227 - 11 + 2 \cdot 0}{4}\right\rfloor + 1 = 54 + 1 = \mathbf{55}"),
        ("conv", False, 17, 3, 2, 0, 3,
         r"W_2 = \left\lfloor\frac{17 - 3 \cdot (3 - 1) - 1 + 2 \cdot 0}{2}\right\rfloor + 1 = 5 + 1 = \mathbf{6}"),
        ("maxpool", True, 112, 3, 2, 0, 1,
         r"W_2 = \left\lceil\frac{112 - 3 + 2 \cdot 0}{2}\right\rceil + 1 = \lceil 54.5 \rceil + 1 = \mathbf{56}"),
        ("maxpool", True, 3, 2, 4, 1, 1,
         r"W_2 = \left\lceil\frac{3 - 2 + 2 \cdot 1}{4}\right\rceil + 1 = \lceil 0.75 \rceil + 1 - 1 = \mathbf{1}"),
        ("conv", False, 10, 2, 3, 0, 1,
         r"W_2 = \left\lfloor\frac{10 - 2 + 2 \cdot 0}{3}\right\rfloor + 1 = "
         r"\lfloor 2.666\ldots \rfloor + 1 = \mathbf{3}"),
        ("transposed", False, 5, 3, 2, 1, 1, r"W_2 = (5 - 1) \cdot 2 - 2 \cdot 1 + 1\,(3 - 1) + 0 + 1 = \mathbf{9}"),
    ],
)  # fmt: skip
def test_golden(
    kind: str, ceil_mode: bool, n: int, kernel: int, stride: int, padding: int, dilation: int, expected: str
) -> None:
    square = ((value, value) for value in (kernel, stride, padding, dilation))
    layer = Layer(Kind(kind), 0 if kind == "maxpool" else 4, *square, ceil_mode=ceil_mode)
    row = run(layer, (n, n))
    assert row is not None
    assert numbers(layer, row, 1) == expected


@examples(200)
@given(
    n=st.integers(1, 400), kernel=st.integers(1, 9), stride=st.integers(1, 6), padding=st.integers(0, 4),
    dilation=st.integers(1, 4), extra=st.integers(0, 3),
)  # fmt: skip
def test_the_symbols_give_the_size(n: int, kernel: int, stride: int, padding: int, dilation: int, extra: int) -> None:
    square = tuple((value, value) for value in (kernel, stride, padding, dilation))
    letters = {"W1": n, "F": kernel, "S": stride, "P": padding, "d": dilation, "extra": extra}
    conv = Layer(Kind.CONV, 4, *square)
    try:
        size, other = output_size(n, *(pair[0] for pair in square)), None
        if extra < max(stride, dilation):
            other = transposed_size(n, kernel, stride, padding, extra, dilation)
    except UserError:
        assume(False)
    assert worked_out(formulas.size_formula(conv), **letters) == [size]
    if other is not None:
        assert worked_out(formulas.size_formula(Layer(Kind.TRANSPOSED, 4)), **letters) == [other]
    up = Layer(Kind.MAXPOOL, 0, *square, ceil_mode=True)
    room = n + 2 * padding - dilation * (kernel - 1) - 1
    assert worked_out(formulas.size_formula(up), **letters) == [math.ceil(room / stride) + 1]


def test_the_symbols_of_each_kind() -> None:
    plain, wide = Layer(Kind.CONV, 1), Layer(Kind.CONV, 1, dilation=(2, 2))
    up, wide_up = (Layer(Kind.MAXPOOL, dilation=(d, d), ceil_mode=True) for d in (1, 2))
    texts = [formulas.size_formula(layer) for layer in (plain, wide, up, wide_up, Layer(Kind.TRANSPOSED, 1))]
    assert len(set(texts)) == 5
    assert ["d" in re.sub(r"\\\w+", "", text) for text in texts] == [False, True, False, True, True]
    assert ["ceil" in text for text in texts] == [False, False, True, True, False]
    assert all(balanced(text) for text in [*texts, formulas.size_formula(Layer(Kind.LINEAR, 1))])


@examples(150)
@given(layer=layers(4, (Kind.CONV, Kind.DEPTHWISE, Kind.TRANSPOSED)), size=pairs(8, 2000))
def test_weights_and_multiply_adds(layer: Layer, size: tuple[int, int]) -> None:
    row = run(layer, size)
    assume(row is not None)
    assert row is not None
    groups = 4 if layer.kind is Kind.DEPTHWISE else layer.groups
    one, every = formulas.weights_formula(4, row.shape[0], layer.kernel, groups, layer.bias)
    assert balanced(one)
    assert balanced(every)
    each = layer.kernel[0] * layer.kernel[1] * 4 // groups
    assert worked_out(one) == [each, each]
    assert worked_out(every) == [row.cost.params, row.cost.params]
    weights = row.cost.params - (row.shape[0] if layer.bias else 0)
    side = row.inputs[0] if layer.kind is Kind.TRANSPOSED else row.shape
    tex = formulas.macs_formula(weights, side[1], side[2], layer.kind is Kind.TRANSPOSED)
    assert balanced(tex)
    assert worked_out(tex) == [row.cost.macs, row.cost.macs]


@examples(100)
@given(channels=st.integers(1, 512), filters=st.integers(1, 512), kernel=st.integers(1, 11))
def test_separable(channels: int, filters: int, kernel: int) -> None:
    symbols, tex = formulas.separable_formula(filters, (kernel, kernel))
    assert balanced(symbols)
    assert balanced(tex)
    exact, shown = worked_out(tex)
    assert exact == pytest.approx(1 / filters + 1 / kernel**2)
    assert shown == pytest.approx(exact, rel=5e-3)
    plain = symbols.replace("F^2 D_1 + D_1 K", "F*F*D_1 + D_1*K").replace("F^2 D_1 K", "F*F*D_1*K")
    sides = worked_out(plain.replace("F^2", "F*F"), F=kernel, K=filters, D1=channels)
    assert sides == pytest.approx([exact, exact])


def test_linear_and_aligned() -> None:
    tex = formulas.linear(150_528, 1000)
    assert balanced(tex)
    assert r"\mathbb{R}^{150{,}528}" in tex
    both = formulas.aligned(["a = b = c", "d = e"])
    assert both == r"\begin{aligned}a &= b = c \\[6pt] d &= e\end{aligned}\;"
    assert balanced(both)


@pytest.mark.parametrize(("value", "text"), [(0, "0"), (999, "999"), (1000, "1{,}000"), (70_276_800, "70{,}276{,}800")])
def test_thousands(value: int, text: str) -> None:
    assert formulas.number(value) == text


@examples(200)
@given(room=st.integers(0, 20_000), stride=st.integers(1, 255))
def test_a_quotient_is_cut_and_not_rounded(room: int, stride: int) -> None:
    """2.666... and not 2.667..., and never a digit that would round into the next integer."""
    layer = Layer(Kind.CONV, 1, (1, 1), (stride, stride))
    cover = coverage(room + 1, 1, stride)
    tex = formulas.size_numbers("W", layer, 1, room + 1, cover, cover.outputs)
    middle = tex.split(" = ")[2]
    shown = re.search(r"[\d.]+", middle)
    assert shown is not None
    assert room / stride - 1e-3 < float(shown[0]) <= room / stride
    assert (r"\ldots" in middle) == (float(shown[0]) * stride != pytest.approx(room, abs=1e-9))
