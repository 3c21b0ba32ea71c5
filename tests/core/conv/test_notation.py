"""Stacks as text: what is written can be read, and what cannot be read is refused with a sentence."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.conv.layers import Kind, Layer, Pair
from core.conv.notation import MOST_TEXT, pair_of, pair_text, parse, short, sources_of, write
from core.conv.presets import PRESETS
from core.conv.stack import LONGEST, Analysis, Stack, analyse
from core.errors import UserError
from tests.core.conv.stacks import analyses, pairs, stack_of
from tests.examples import examples

NUMBER = st.integers(0, 9_999_999)
ANY_LAYER = st.builds(
    Layer,
    kind=st.sampled_from(Kind),
    out=NUMBER,
    kernel=pairs(0, 9_999_999),
    stride=pairs(0, 9_999_999),
    padding=pairs(0, 9_999_999),
    dilation=pairs(0, 9_999_999),
    groups=NUMBER,
    output_padding=pairs(0, 9_999_999),
    ceil_mode=st.booleans(),
    bias=st.booleans(),
    inputs=st.lists(st.integers(0, LONGEST), max_size=5).map(tuple),
)


@examples(100)
@given(layers=st.lists(ANY_LAYER, max_size=8))
def test_whatever_is_written_is_read(layers: list[Layer]) -> None:
    stack = Stack(tuple(layers))
    text = write(stack)
    assert parse(text) == stack
    assert parse(text.replace("\n", ";")) == stack
    assert parse(f"\n\n  {text}  \n;;") == stack


@examples(60)
@given(analysis=analyses(most=6))
def test_stacks_that_run_survive_a_link(analysis: Analysis) -> None:
    assert analyse(parse(write(stack_of(analysis))), analysis.input_shape) == analysis  # type: ignore[arg-type]


@pytest.mark.parametrize("title", PRESETS)
def test_presets_survive_a_link(title: str) -> None:
    assert parse(write(PRESETS[title].stack)) == PRESETS[title].stack


def square(value: int) -> Pair:
    return value, value


GOLDEN = {
    "conv 64 k11 s4 p2": Layer(Kind.CONV, 64, square(11), square(4), square(2)),
    "maxpool k3 s2": Layer(Kind.MAXPOOL, 0, square(3), square(2)),
    "maxpool k3": Layer(Kind.MAXPOOL, 0, square(3), square(3)),
    "maxpool k3 s1": Layer(Kind.MAXPOOL, 0, square(3), square(1)),
    "avgpool k2x3 ceil": Layer(Kind.AVGPOOL, 0, (2, 3), (2, 3), ceil_mode=True),
    "conv 8 k3x5 s1x2 p1x0 d2 g4 nobias": Layer(Kind.CONV, 8, (3, 5), (1, 2), (1, 0), square(2), 4, bias=False),
    "depthwise k3": Layer(Kind.DEPTHWISE, 0, square(3)),
    "transposed 16 k3 s2 p1 o1": Layer(Kind.TRANSPOSED, 16, square(3), square(2), square(1), output_padding=(1, 1)),
    "adaptive k6": Layer(Kind.ADAPTIVE, kernel=square(6)),
    "add from 3,5": Layer(Kind.ADD, inputs=(3, 5)),
    "concat from 0,1,2": Layer(Kind.CONCAT, inputs=(0, 1, 2)),
    "relu from 0": Layer(Kind.RELU, inputs=(0,)),
    "linear 1000 nobias": Layer(Kind.LINEAR, 1000, bias=False),
    "flatten": Layer(Kind.FLATTEN),
}


@pytest.mark.parametrize("text", GOLDEN)
def test_golden(text: str) -> None:
    assert parse(text) == Stack((GOLDEN[text],))
    assert short(GOLDEN[text]) == text


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("CONV 8 k3", "conv 8 k3"),
        ("conv k3 8", "conv 8 k3"),
        ("  conv   8\tk3  ", "conv 8 k3"),
        ("add from 1 2", "add from 1,2"),
        ("add from 1 , 2", "add from 1,2"),
        ("relu\r\nrelu", "relu;relu"),
        ("maxpool s2 k3", "maxpool k3 s2"),
        ("conv 8 k3x3", "conv 8 k3"),
        ("conv 008 k03", "conv 8 k3"),
    ],
)
def test_ways_of_writing_the_same(text: str, same: str) -> None:
    assert parse(text) == parse(same)


# text, and what the sentence must have
HOSTILE = {
    "unknown kind": ("relu\ncnv 64", 'Layer 2: "cnv" is no kind of layer; there are conv, depthwise'),
    "negative": ("conv -64", 'Layer 1: "-64" is not understood; write for example k3 s2 p1.'),
    "negative stride": ("conv 8 k3 s-1", 'Layer 1: "s-1"'),
    "half a pair": ("conv 8 k3x", 'Layer 1: "k3x"'),
    "three": ("conv 8 k3x3x3", 'Layer 1: "k3x3x3"'),
    "letter alone": ("conv 8 k", 'Layer 1: "k"'),
    "float": ("conv 8 k3.5", 'Layer 1: "k3.5"'),
    "exponent": ("conv 1e9", 'Layer 1: "1e9"'),
    "groups have one number": ("conv 8 g2x3", 'Layer 1: "g2x3"'),
    "kernel 0": ("relu\nconv 8 k0", "Layer 2 (conv): Kernel 0 is too small"),
    "stride 0": ("maxpool k2 s0", "Layer 1 (maxpool): Stride 0 is too small"),
    "dilation 0": ("conv 8 k3 d0", "Layer 1 (conv): Dilation 0 is too small"),
    "groups 0": ("conv 8 k3 g0", "Layer 1 (conv): 0 groups: take 1 or more"),
    "no filters": ("conv k3", "Layer 1 (conv): A convolution needs at least one filter"),
    "huge number": ("conv 99999999999999999999", 'Layer 1: "99999999999999999999" is not understood'),
    "large number": ("conv 9999999", "Layer 1 (conv): 9,999,999 filters are too many"),
    "large kernel": ("conv 1 k9999999", "Layer 1 (conv): Kernel 9,999,999 is too large"),
    "from the future": ("relu\nadd from 1,999999999999", 'Layer 2: "1,999999999999" are no row numbers'),
    "from later": ("relu\nadd from 1,9999999", "Layer 2 (add): It cannot read row 9999999"),
    "from negative": ("relu from -1", 'Layer 1: "-1" are no row numbers'),
    "from words": ("relu from here", 'Layer 1: "here" are no row numbers'),
    "from from": ("relu from 0 from 0", "Layer 1: "),
    "from nothing": ("relu from", 'Layer 1: "from" is not understood'),
    "from many": ("relu from " + "0," * 501, "Layer 1: "),
    "only from": ("from 1", 'Layer 1: "from" is no kind of layer'),
    "arabic digits": ("conv ٦٤ k٣", 'Layer 1: "٦٤" is not understood'),
    "arabic kernel": ("conv 8 k٣", 'Layer 1: "k٣" is not understood'),
    "superscript": ("conv 8 k²", 'Layer 1: "k²" is not understood'),
    "superscript filters": ("conv ²", 'Layer 1: "²" is not understood'),
    "full width rows": ("relu from ０", "are no row numbers"),
    "null": ("relu\n\0", 'Layer 2: "\0" is no kind'),
    "null within": ("conv\0 8", "Layer 1: "),
    "surrogate": ("\ud800", "Layer 1: "),
    "html": ("<script>alert(1)</script>", 'Layer 1: "<script>alert(1)</sc" is no kind'),
    "html part": ("conv 8 <img/src=x>", 'Layer 1: "<img/src=x>" is not understood'),
    "a long word": ("x" * 20_000, f'Layer 1: "{"x" * 20}" is no kind'),
    "a long part": ("conv " + "k" * 20_000, f'Layer 1: "{"k" * 20}" is not understood'),
    "many digits": ("conv " + "1" * 20_000, "Layer 1: "),
    "format": ("conv %s {0} %n", 'Layer 1: "%s"'),
    "empty": ("", "There is no layer yet"),
    "only separators": (";\n" * 10_000, "There is no layer yet"),
    "10,000 lines": ("relu\n" * 10_000, "at most 500 layers"),
    "501 lines": ("relu\n" * 501, "A stack may have at most 500 layers, and this text has 501."),
    "10 MB": ("conv 64 k3 s1 p1\n" * 600_000, "too long"),
    "10 MB in one word": ("9" * 10_000_000, "too long"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_refused_with_a_sentence(name: str) -> None:
    text, sentence = HOSTILE[name]
    with pytest.raises(UserError) as caught:
        analyse(parse(text), (3, 32, 32))
    assert sentence in str(caught.value)
    assert len(str(caught.value)) < 300


PARTS = (
    "k3",
    "k0",
    "k3x",
    "k1x7",
    "k9999999",
    "s2",
    "s9999999",
    "p1",
    "d2",
    "o1",
    "g2",
    "g0",
    "ceil",
    "nobias",
    "from",
)
OTHERS = ("8", "0", "-1", "9999999", "1,2", ",", ";", "\n", "x", "\0", "٣", "²", "\u2028", "\x1c", " from ", "<b>")
WORDS = st.sampled_from((*Kind, *PARTS, *OTHERS))


@examples(200)
@given(text=st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=25).map(" ".join)))
def test_no_text_gives_another_exception(text: str) -> None:
    with suppress(UserError):
        stack = parse(text)
        assert parse(write(stack)) == stack
        analyse(stack, (3, 32, 32))


def test_the_longest_text() -> None:
    line = "conv 512 k3x3 s1x1 p1x1 d1x1 g1 o0x0\n"
    assert len(line) * LONGEST < MOST_TEXT
    assert len(parse(line * LONGEST).layers) == LONGEST


@pytest.mark.parametrize(
    ("text", "pair"),
    [("3", (3, 3)), ("3x5", (3, 5)), ("3×5", (3, 5)), (" 3 X 5 ", (3, 5)), ("3, 5", (3, 5)), ("0", (0, 0))],
)
def test_pairs_as_people_type_them(text: str, pair: Pair) -> None:
    assert pair_of(text, "Kernel") == pair
    assert pair_of(pair_text(pair), "Kernel") == pair


@pytest.mark.parametrize("text", ["", "x", "3x", "3x5x7", "-3", "3.5", "99999999", "٣", "three", "3 5", "\0"])
def test_pairs_that_are_none(text: str) -> None:
    with pytest.raises(UserError, match=r"Kernel .* is not understood; write 3, or 3x5"):
        pair_of(text, "Kernel")


def test_rows_typed_into_a_cell() -> None:
    assert sources_of("", 4) == sources_of("  ", 4) == ()
    assert sources_of("3, 5", 4) == sources_of("3 5", 4) == sources_of("3,5", 4) == (3, 5)
    with pytest.raises(UserError, match='Layer 4: "last" are no row numbers'):
        sources_of("last", 4)
