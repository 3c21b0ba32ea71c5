"""Whole stacks: shapes, costs and errors against torch's own module of the same layers, on the meta device."""

from __future__ import annotations

import tracemalloc
from typing import Any

import pytest
import torch
from hypothesis import given
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

from core.conv.arithmetic import LARGEST
from core.conv.layers import Kind, Layer
from core.conv.module import StackModule
from core.conv.stack import LONGEST, Analysis, Stack, analyse, analyse_until_error, chain, region
from core.errors import UserError
from tests.core.conv.stacks import analyses
from tests.examples import examples

CONV = Layer(Kind.CONV, 8, (3, 3), padding=(1, 1))
RELU = Layer(Kind.RELU)


def two_hundred() -> Stack:
    """A stem and residual blocks, 200 layers in all."""
    conv, norm = Layer(Kind.CONV, 64, (3, 3), padding=(1, 1), bias=False), Layer(Kind.BATCHNORM)
    block = (conv, norm, RELU, conv, norm, Layer(Kind.ADD, inputs=(5, 0)), RELU)
    stem = (Layer(Kind.CONV, 64, (7, 7), (2, 2), (3, 3)), norm, RELU)
    return chain(*stem, *[block] * 28, RELU)


@examples(80)
@given(analysis=analyses(most=6))
def test_shapes_and_costs_are_torchs(analysis: Analysis) -> None:
    shapes: dict[int, tuple[int, ...]] = {}
    with torch.device("meta"), FlopCounterMode(display=False) as counter, torch.no_grad():
        network = StackModule(analysis).eval()
        for number, layer in enumerate(network.layers, start=1):
            layer.register_forward_hook(lambda _, __, out, number=number: shapes.update({number: tuple(out.shape[1:])}))
        result = network(torch.empty(1, *analysis.input_shape))
    assert tuple(result.shape[1:]) == analysis.rows[-1].shape
    assert shapes == {row.number: row.shape for row in analysis.rows if not row.layer.kind.joins}
    assert analysis.params == sum(p.numel() for p in network.parameters())
    assert 2 * analysis.macs == counter.get_total_flops()
    for row, layer in zip(analysis.rows, network.layers, strict=True):
        assert row.cost.params == sum(p.numel() for p in layer.parameters())
    assert analysis.memory == sum(row.memory for row in analysis.rows)
    assert all(row.memory == 4 * row.activations for row in analysis.rows)


@examples(40)
@given(analysis=analyses(most=4, head=False))
def test_each_row_costs_what_it_costs_alone(analysis: Analysis) -> None:
    """So an error in one layer cannot hide behind one in another."""
    for row in analysis.rows:
        if row.layer.kind.joins:
            continue
        lone = Stack((Layer(**{**vars(row.layer), "inputs": ()}),))
        alone = analyse(lone, row.inputs[0])  # type: ignore[arg-type]
        assert (alone.rows[0].shape, alone.rows[0].cost) == (row.shape, row.cost)
        with torch.device("meta"), FlopCounterMode(display=False) as counter, torch.no_grad():
            StackModule(alone)(torch.empty(2, *row.inputs[0]))
        assert 4 * row.cost.macs == counter.get_total_flops(), "two pictures cost twice"


class NoTensor(TorchDispatchMode):
    """Fails at the first operation of torch."""

    def __torch_dispatch__(self, func: Any, *_: Any) -> Any:  # type: ignore[override]
        raise AssertionError(f"{func} ran")


def test_nothing_is_allocated() -> None:
    stack = two_hundred()
    assert len(stack.layers) == 200
    analyse(stack, (3, 224, 224))
    tracemalloc.start()
    with NoTensor():
        analysis = analyse(stack, (3, 60_000, 4_000))
        region(analysis, 200, (100, 100))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert analysis.memory > 10**12, "a terabyte, were it run"
    assert peak < 1_000_000


def test_the_guard_of_the_test_above_works() -> None:
    with NoTensor(), pytest.raises(AssertionError, match="ran"):
        torch.zeros(1)


@pytest.mark.parametrize(
    ("stack", "shape"),
    [
        (Stack((Layer(Kind.ADAPTIVE, kernel=(LARGEST, 1)),) * LONGEST), (1, 9, 9)),
        (Stack((Layer(Kind.CONV, 1, (LARGEST,) * 2, padding=(LARGEST // 2,) * 2),) * LONGEST), (1, 9, 9)),
        (
            Stack((CONV, *(Layer(Kind.CONCAT, inputs=(n, n, n)) for n in range(1, LONGEST)))),
            (1, 9, 9),
        ),
        (Stack((Layer(Kind.CONV, 1, stride=(LARGEST,) * 2),) * LONGEST), (1, 9, 9)),
        (Stack((Layer(Kind.TRANSPOSED, 1, stride=(LARGEST,) * 2),) * LONGEST), (1, 1, 1)),
        (Stack((CONV, *(Layer(Kind.ADD, inputs=tuple(range(1, n + 1))) for n in range(2, 60)))), (8, 9, 9)),
    ],
    ids=["adaptive", "kernels", "concat", "strides", "transposed", "joins"],
)
def test_what_a_link_may_ask_for_costs_next_to_nothing(stack: Stack, shape: tuple[int, int, int]) -> None:
    """Either refused, or with numbers that a table and a browser can hold."""
    tracemalloc.start()
    analysis, trouble = analyse_until_error(stack, shape)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 3_000_000
    assert trouble is None or str(trouble).startswith(f"Layer {len(analysis.rows) + 1} (")
    assert max(analysis.params, analysis.macs, analysis.memory) < 2**63
    for row in analysis.rows:
        for field in row.fields:
            assert 0 < field.jump < 1e13
            assert 1 <= field.size < 1e13
            assert abs(field.start) < 1e13


def test_the_longest_stack_and_one_more() -> None:
    assert len(analyse(Stack((RELU,) * LONGEST), (1, 4, 4)).rows) == LONGEST
    with pytest.raises(UserError, match="at most 500 layers"):
        analyse(Stack((RELU,) * (LONGEST + 1)), (1, 4, 4))


@pytest.mark.parametrize("shape", [(0, 4, 4), (1, 4, -1), (1, 65_537, 4)])
def test_pictures_of_no_size_or_of_too_much(shape: tuple[int, int, int]) -> None:
    with pytest.raises(UserError, match="The picture needs 1 to 65,536 channels, rows and columns"):
        analyse(Stack((RELU,)), shape)


def test_no_layer_at_all() -> None:
    with pytest.raises(UserError, match="There is no layer yet: add one"):
        analyse(Stack(()), (1, 4, 4))


REFUSED = {
    "kernel": ((CONV, Layer(Kind.CONV, 4, (30, 30))), "Layer 2 (conv): The kernel of 30 does not fit"),
    "groups": ((RELU, Layer(Kind.CONV, 8, groups=2)), "Layer 2 (conv): 2 groups do not divide 3 input channels"),
    "linear": ((CONV, RELU, Layer(Kind.LINEAR, 5)), "Layer 3 (linear): A linear layer takes a vector"),
    "later": ((CONV, Layer(Kind.ADD, inputs=(1, 2))), "Layer 2 (add): It cannot read row 2: only 0 (the picture) to 1"),
    "never": ((CONV, Layer(Kind.ADD, inputs=(1, -1))), "Layer 2 (add): It cannot read row -1"),
    "two for one": ((CONV, Layer(Kind.RELU, inputs=(0, 1))), "Layer 2 (relu): Only add and concat read several rows."),
    "lonely": ((CONV, Layer(Kind.CONCAT)), "Layer 2 (concat): It joins at least two inputs"),
    "unequal": ((CONV, Layer(Kind.ADD, inputs=(0, 1))), "Layer 2 (add): Only equal shapes can be added, not 3 × 16"),
    "far": (
        (Layer(Kind.CONV, 1, (1, 1), (LARGEST, LARGEST)),) * 3,
        "Layer 3 (conv): Strides and kernels multiply to more pixels than any picture has: take smaller ones.",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_errors_name_the_layer_and_the_reason(name: str) -> None:
    layers, sentence = REFUSED[name]
    with pytest.raises(UserError) as caught:
        analyse(Stack(layers), (3, 16, 20))
    assert str(caught.value).startswith(sentence)
    good, trouble = analyse_until_error(Stack(layers), (3, 16, 20))
    assert str(trouble) == str(caught.value)
    assert len(good.rows) == int(sentence.split()[1]) - 1, "what comes before is handed over"
    if good.rows:
        assert good == analyse(Stack(layers[: len(good.rows)]), (3, 16, 20))


def test_chain_numbers_within_groups() -> None:
    block = (CONV, RELU, Layer(Kind.ADD, inputs=(2, 0)))
    stack = chain(CONV, block, RELU, block)
    assert [stack.sources(number) for number in range(1, 9)] == [(0,), (1,), (2,), (3, 1), (4,), (5,), (6,), (7, 5)]
    assert chain(CONV, (Layer(Kind.RELU, inputs=(0,)),)).layers[1] == RELU, "the row before goes without saying"
    assert analyse(stack, (3, 9, 9)).rows[-1].sources == (7, 5)


def test_rows_tell_what_goes_in_and_out() -> None:
    analysis = analyse(chain(CONV, (RELU, Layer(Kind.CONCAT, inputs=(0, 1)))), (3, 9, 7))
    assert analysis.shape(0) == (3, 9, 7)
    assert analysis.shape(1) == (8, 9, 7)
    last = analysis.rows[-1]
    assert (last.number, last.sources, last.inputs, last.shape) == (3, (1, 2), ((8, 9, 7), (8, 9, 7)), (16, 9, 7))
    assert last.activations == 16 * 9 * 7


def test_the_last_field_is_that_of_the_last_map_that_does_not_see_all() -> None:
    stack = chain(CONV, Layer(Kind.MAXPOOL, kernel=(2, 2), stride=(2, 2)), CONV, Layer(Kind.GLOBAL))
    assert analyse(stack, (3, 16, 16)).last_field == (8, 2)
    assert analyse(Stack((Layer(Kind.GLOBAL),)), (3, 9, 16)).last_field == (16, 1)
