"""The effective receptive field against torch's own gradient, and its support against the theoretical field."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional

from core.conv.effective.box import box, gaussian_widths, padding_share
from core.conv.effective.code import pytorch, pytorch_of_zoo
from core.conv.effective.gradient import (
    BUDGET_MACS,
    MOST_SEEDS,
    Network,
    Weights,
    as_input,
    effective,
    feature_map,
    fitted,
    seeds_within_budget,
)
from core.conv.effective.partial_forward import macs, needed_cells, pruned, run
from core.conv.effective.stack import StackNetwork, draw
from core.conv.effective.zoo import ZooNetwork
from core.conv.layers import Kind, Layer, Shape
from core.conv.module import StackModule
from core.conv.notation import parse
from core.conv.presets import PRESETS
from core.conv.stack import Analysis, Stack, analyse, chain
from core.errors import UserError
from core.models.fields.axis import Interval
from tests.core.conv.stacks import analyses, pools_only_padding
from tests.examples import examples

SMALL: dict[str, tuple[int, int, int]] = {
    "AlexNet": (3, 71, 67),
    "VGG16": (3, 48, 40),
    "ResNet-18": (3, 70, 66),
    "ResNet-18 stem": (3, 40, 37),
    "Inception block": (192, 9, 8),
    "MobileNet start": (3, 40, 37),
    "Encoder and decoder": (3, 48, 40),
    "LeNet-5": (1, 32, 32),
}
CHAIN = "conv 4 k5 s2 p2; relu; maxpool k3 s2; conv 6 k3 p1; relu"


def stack_network(text: str, shape: tuple[int, int, int]) -> tuple[StackNetwork, Analysis]:
    analysis = analyse(parse(text), shape)
    return StackNetwork(analysis), analysis


def noise(shape: Shape, seed: int = 0) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


def support(heat: np.ndarray) -> tuple[int, int, int, int]:
    rows, columns = np.nonzero(heat.any(1))[0], np.nonzero(heat.any(0))[0]
    return rows[0], rows[-1], columns[0], columns[-1]


def clipped(network: Network, number: int, cell: tuple[int, int]) -> tuple[int, int, int, int]:
    _, height, width = network.input_shape
    rows, columns = network.region(number, cell)
    return max(rows.low, 0), min(rows.high, height - 1), max(columns.low, 0), min(columns.high, width - 1)


def torch_module(analysis: Analysis, seed: int) -> StackModule:
    """The whole stack as torch runs it, in double precision, with the weights of `draw`."""
    module = StackModule(analysis).eval()
    for number, weight in draw(analysis, Weights.RANDOM, seed).items():
        layer = module.layers[number - 1]
        assert isinstance(layer, nn.Conv2d | nn.ConvTranspose2d)
        with torch.no_grad():
            layer.weight.copy_(weight)
            if layer.bias is not None:
                layer.bias.zero_()
    return module.double()


def cells_of(shape: Shape) -> list[tuple[int, int]]:
    return sorted({(0, 0), (shape[1] // 2, shape[2] // 2), (shape[1] - 1, shape[2] - 1), (shape[1] // 3, 0)})


class TestCone:
    @examples(80, fixed=False)
    @given(analysis=analyses(head=False), seed=st.integers(0, 99), place=st.tuples(st.floats(0, 1), st.floats(0, 1)))
    def test_gives_what_the_whole_network_gives(
        self, analysis: Analysis, seed: int, place: tuple[float, float]
    ) -> None:
        """Value and gradient of one cell, all other cells left out: of every kind of layer, branches included."""
        assume(not pools_only_padding(analysis))  # where torch's own gradient is wrong
        _, height, width = analysis.rows[-1].shape
        row, column = round(place[0] * (height - 1)), round(place[1] * (width - 1))
        x = noise(analysis.input_shape, seed).double()[None].requires_grad_(True)
        whole = torch_module(analysis, seed)(x)[0, :, row, column]
        (wanted,) = torch.autograd.grad(whole.sum(), x)

        needed = needed_cells(analysis, (Interval(row, row), Interval(column, column)))
        kernels = {number: weight.double() for number, weight in draw(analysis, Weights.RANDOM, seed).items()}
        got = torch.zeros_like(x)
        seen = needed.get(0, (Interval(0, -1), Interval(0, -1)))  # nothing where all is padding
        rows, columns = (slice(cells.low, cells.high + 1) for cells in seen)
        crop = x.detach()[..., rows, columns].clone().requires_grad_(True)
        output = run(analysis, needed, kernels, crop)[0, :, 0, 0]
        if output.requires_grad and crop.numel():
            got[..., rows, columns] = torch.autograd.grad(output.sum(), crop)[0]
        torch.testing.assert_close(output, whole, equal_nan=True)
        torch.testing.assert_close(got, wanted, equal_nan=True)

    @pytest.mark.parametrize("title", SMALL)
    def test_feature_map_is_torchs(self, title: str) -> None:
        analysis = analyse(PRESETS[title].stack, SMALL[title])
        network = StackNetwork(analysis)
        number = max(network.places)
        part = pruned(analysis, number)
        x = noise(SMALL[title])
        with torch.no_grad():
            wanted = torch_module(part, 3)(x[None].double())[0].mean(0).float().numpy()
        got = feature_map(network, number, x, Weights.RANDOM, 3)
        np.testing.assert_allclose(got, wanted, rtol=2e-3, atol=1e-4 * float(np.abs(wanted).max()))

    def test_runs_only_the_layers_needed(self) -> None:
        _, analysis = stack_network("conv 4 k3; conv 4 k3 from 0; relu; conv 2 k1 from 1", (3, 12, 12))
        part = pruned(analysis, 4)
        assert [row.layer.out for row in part.rows] == [4, 2]
        assert [row.sources for row in part.rows] == [(0,), (1,)]

    def test_a_cell_of_alexnet_costs_a_hundredth_of_its_map(self) -> None:
        network = StackNetwork(analyse(PRESETS["AlexNet"].stack, (3, 224, 224)))
        # by hand: 15 × 15 cells of the first convolution, 5 × 5 ... of the second: 3 × 3
        by_hand = 64 * 3 * 121 * 15 * 15 + 192 * 64 * 25 * 3 * 3
        assert network.macs(6, (6, 6)) == by_hand
        assert network.macs(6) == 64 * 3 * 121 * 55 * 55 + 192 * 64 * 25 * 27 * 27

    def test_macs_of_a_whole_map_are_those_of_the_stack(self) -> None:
        analysis = analyse(parse(CHAIN), (3, 33, 29))
        every = {0: (Interval(0, 32), Interval(0, 28))} | {
            row.number: (Interval(0, row.shape[1] - 1), Interval(0, row.shape[2] - 1)) for row in analysis.rows
        }
        assert macs(analysis, every) == analysis.macs


class TestGradient:
    def test_is_torchs_own_on_a_network_written_by_hand(self) -> None:
        network, analysis = stack_network(CHAIN, (3, 31, 27))
        x, cell = noise((3, 31, 27)), (3, 2)
        kernels = list(draw(analysis, Weights.RANDOM, 5).values())
        picture = x.clone().requires_grad_(True)
        y = functional.relu(functional.conv2d(picture[None], kernels[0], stride=2, padding=2))
        y = functional.relu(functional.conv2d(functional.max_pool2d(y, 3, 2), kernels[1], padding=1))
        (gradient,) = torch.autograd.grad(y[0, :, 3, 2].sum(), picture)
        wanted = gradient.abs().sum(0).numpy()
        heat = effective(network, 5, cell, x, Weights.RANDOM, [5])
        np.testing.assert_allclose(heat, wanted / wanted.sum(), rtol=1e-4, atol=1e-9)

    @pytest.mark.parametrize("weights", [Weights.RANDOM, Weights.LINEAR, Weights.EQUAL])
    @pytest.mark.parametrize("title", SMALL)
    def test_nothing_outside_the_theoretical_field(self, title: str, weights: Weights) -> None:
        network = StackNetwork(analyse(PRESETS[title].stack, SMALL[title]))
        numbers = list(network.places)
        x = noise(SMALL[title])
        for number in {numbers[len(numbers) // 2], numbers[-1]}:
            for cell in cells_of(network.places[number].shape):
                heat = effective(network, number, cell, x, weights, [0])
                top, bottom, left, right = clipped(network, number, cell)
                outside = heat.copy()
                outside[top : bottom + 1, left : right + 1] = 0
                assert not outside.any()
                assert heat.sum() == pytest.approx(1, abs=1e-4)

    @pytest.mark.parametrize("title", [title for title in SMALL if title != "Encoder and decoder"])
    def test_equal_weights_fill_the_theoretical_field(self, title: str) -> None:
        network = StackNetwork(analyse(PRESETS[title].stack, SMALL[title]))
        x = noise(SMALL[title])
        numbers = list(network.places)
        for number in {numbers[0], numbers[len(numbers) // 2], numbers[-1]}:
            for cell in cells_of(network.places[number].shape):
                heat = effective(network, number, cell, x, Weights.EQUAL, [0])
                top, bottom, left, right = clipped(network, number, cell)
                if title == "AlexNet":  # the floor of its first pooling drops a column of this picture
                    right = min(right, 64)
                if title.startswith("ResNet") and network.places[number].name in ("conv", "batchnorm"):
                    continue  # a 1 × 1 projection with stride 2 steps over every other pixel
                assert (heat[top : bottom + 1, left : right + 1] > 0).all()

    def test_equal_weights_reach_the_fields_edges_behind_a_transposed_convolution(self) -> None:
        """Cells differ there, and a dilation leaves holes between, but the outermost pixels answer."""
        network = StackNetwork(analyse(PRESETS["Encoder and decoder"].stack, SMALL["Encoder and decoder"]))
        x = noise(SMALL["Encoder and decoder"])
        for row in range(14, 22):
            heat = effective(network, 12, (row, 17), x, Weights.EQUAL, [0])
            assert support(heat) == clipped(network, 12, (row, 17))

    def test_holes_of_a_dilation(self) -> None:
        network, _ = stack_network("conv 2 k3 d3", (1, 15, 15))
        heat = effective(network, 1, (4, 4), noise((1, 15, 15)), Weights.EQUAL, [0])
        assert (heat > 0).sum() == 9
        assert support(heat) == (4, 10, 4, 10)

    def test_average_is_the_mean_of_the_shares(self) -> None:
        network, _ = stack_network(CHAIN, (3, 31, 27))
        x = noise((3, 31, 27))
        single = [effective(network, 5, (3, 2), x, Weights.RANDOM, [seed]) for seed in range(4)]
        np.testing.assert_allclose(
            effective(network, 5, (3, 2), x, Weights.RANDOM, range(4)), np.mean(single, axis=0), rtol=1e-5, atol=1e-9
        )
        assert not np.allclose(single[0], single[1])

    def test_linear_weights_do_not_depend_on_the_picture(self) -> None:
        network, _ = stack_network(CHAIN, (3, 31, 27))
        first, second = (
            effective(network, 5, (3, 2), noise((3, 31, 27), seed), Weights.LINEAR, [1]) for seed in (0, 1)
        )
        np.testing.assert_allclose(first, second, rtol=1e-5)
        first, second = (
            effective(network, 5, (3, 2), noise((3, 31, 27), seed), Weights.RANDOM, [1]) for seed in (0, 1)
        )
        assert not np.allclose(first, second)

    def test_a_cell_that_sees_only_padding_has_no_gradient(self) -> None:
        network, _ = stack_network("conv 2 k1 p3", (1, 5, 5))
        heat = effective(network, 1, (0, 0), noise((1, 5, 5)), Weights.RANDOM, [0])
        assert not heat.any()
        assert box(heat, network.region(1, (0, 0))) is None
        assert padding_share(network.region(1, (0, 0)), (5, 5)) == 1

    def test_a_global_pooling_sees_the_whole_picture(self) -> None:
        network, _ = stack_network("conv 2 k3; globalpool", (1, 9, 9))
        assert (effective(network, 2, (0, 0), noise((1, 9, 9)), Weights.EQUAL, [0]) > 0).all()

    def test_overflow_is_said(self) -> None:
        adds = [Layer(Kind.ADD, inputs=(number, number)) for number in range(1, 200)]
        network = StackNetwork(analyse(Stack((Layer(Kind.CONV, 1), *adds)), (1, 4, 4)))
        with pytest.raises(UserError, match="earlier layer"):
            effective(network, 200, (1, 1), noise((1, 4, 4)), Weights.EQUAL, [0])


def refused(network: Network) -> list[int]:
    """The layers that are too deep to be run."""
    found = []
    for number in network.places:
        try:
            network.check(number)
        except UserError:
            found.append(number)
    return found


class TestLimits:
    def test_a_large_stack_is_not_run(self) -> None:
        network, _ = stack_network("conv 100000 k3; conv 100000 k3", (3, 224, 224))
        with pytest.raises(UserError, match="too large"):
            network.check(2)

    def test_a_large_picture_is_not_run(self) -> None:
        network, _ = stack_network("conv 1 k3 s99", (1, 60_000, 60_000))
        with pytest.raises(UserError, match="smaller picture"):
            network.check(1)

    def test_every_preset_may_be_run_at_every_layer(self) -> None:
        for title, preset in PRESETS.items():
            network = StackNetwork(analyse(preset.stack, preset.input_shape))
            assert len(network.places) >= 7, title
            assert refused(network) == [], title

    def test_a_large_vgg16_may_be_run_as_deep_as_the_budget_goes(self) -> None:
        """A chain, so the part below a layer is all layers up to it."""
        analysis = analyse(PRESETS["VGG16"].stack, (3, 336, 336))
        network = StackNetwork(analysis)
        below = {number: analysis.rows[:number] for number in network.places}
        beyond = [number for number, rows in below.items() if sum(row.cost.macs for row in rows) > 2.0e10]
        assert refused(network) == beyond
        assert beyond[0] == 15, "conv3_3 is the first beyond"

    def test_fewer_seeds_where_each_takes_long(self) -> None:
        vgg = StackNetwork(analyse(PRESETS["VGG16"].stack, (3, 224, 224)))
        few = seeds_within_budget(vgg, 30, (7, 7), 16)
        assert 1 <= few < 16
        assert few * vgg.macs(30, (7, 7)) <= BUDGET_MACS
        assert seeds_within_budget(vgg, 2, (7, 7), 99) == MOST_SEEDS


class TestPicture:
    def test_is_cut_in_the_middle(self) -> None:
        image = Image.new("RGB", (300, 100), "black")
        image.paste("white", (100, 0, 200, 100))
        assert np.asarray(fitted(image, 50, 50)).min() > 230

    @pytest.mark.parametrize("channels", [1, 2, 3, 64])
    def test_channels(self, channels: int) -> None:
        image = Image.effect_noise((20, 10), 80).convert("RGB")
        x = as_input(image, channels, ((0.5,) * 3, (0.25,) * 3))
        assert x.shape == (channels, 10, 20)
        assert torch.equal(x, as_input(image, channels, ((0.5,) * 3, (0.25,) * 3))), "the same every time"
        if channels in (1, 3):
            wanted = (torch.from_numpy(np.array(image)).float() / 255 - 0.5) / 0.25
            torch.testing.assert_close(x[0], wanted[..., 0])


class TestBox:
    def test_a_uniform_field(self) -> None:
        heat = np.zeros((40, 40), np.float32)
        heat[10:31, 8:29] = 1 / 441
        found = box(heat, (Interval(10, 30), Interval(8, 28)), share=0.5)
        assert found is not None
        assert (found.rows, found.columns) == (Interval(13, 27), Interval(11, 25))  # 15² = 225 of 441; 13² is too few
        assert found.share == pytest.approx(225 / 441)
        assert found.scale == pytest.approx(15 / 21)

    def test_a_single_pixel_in_the_middle(self) -> None:
        heat = np.zeros((9, 9), np.float32)
        heat[4, 4] = 1
        found = box(heat, (Interval(2, 6), Interval(2, 6)))
        assert found is not None
        assert (found.rows, found.columns, found.share) == (Interval(4, 4), Interval(4, 4), 1)

    @examples(60, fixed=False)
    @given(
        low=st.tuples(st.integers(-9, 9), st.integers(-9, 9)),
        sides=st.tuples(st.integers(1, 12), st.integers(1, 12)),
        seed=st.integers(0, 99),
        share=st.floats(0.05, 1),
    )
    def test_holds_its_share_and_no_pixel_ring_could_go(
        self, low: tuple[int, int], sides: tuple[int, int], seed: int, share: float
    ) -> None:
        rows, columns = (Interval(a, a + side - 1) for a, side in zip(low, sides, strict=True))
        heat = np.zeros((16, 16), np.float32)
        inside = slice(max(rows.low, 0), max(rows.high + 1, 0)), slice(max(columns.low, 0), max(columns.high + 1, 0))
        heat[inside] = np.random.default_rng(seed).random(heat[inside].shape) ** 3
        found = box(heat, (rows, columns), share)
        if found is None:
            assert not heat.any()
            return
        assert found.share >= share - 1e-5
        assert 0 < found.scale <= 1
        assert rows.low <= found.rows.low <= found.rows.high <= rows.high
        assert columns.low <= found.columns.low <= found.columns.high <= columns.high

    @pytest.mark.parametrize(
        ("cells", "share"),
        [((Interval(0, 9), Interval(0, 9)), 0.0), ((Interval(-5, 4), Interval(0, 9)), 0.5),
         ((Interval(-5, 4), Interval(5, 14)), 0.75), ((Interval(-20, -11), Interval(0, 9)), 1.0)],
    )  # fmt: skip
    def test_share_in_the_padding(self, cells: tuple[Interval, Interval], share: float) -> None:
        assert padding_share(cells, (10, 10)) == pytest.approx(share)


class TestGaussian:
    def test_width_is_that_of_equal_weights(self) -> None:
        """The field of equal weights is a convolution of boxes, so its variance is exactly the formula's."""
        network, analysis = stack_network("conv 2 k3; conv 2 k5 s2; maxpool k2; conv 2 k3 d2", (1, 61, 61))
        number = len(analysis.rows)
        cell = (network.places[number].shape[1] // 2,) * 2
        along = effective(network, number, cell, noise((1, 61, 61)), Weights.EQUAL, [0]).sum(0, dtype=np.float64)
        x = np.arange(61)
        deviation = math.sqrt(((x - (along * x).sum()) ** 2 * along).sum())
        assert gaussian_widths(analysis)[-1] == pytest.approx(deviation, rel=1e-4)

    def test_grows_with_the_root_of_the_depth(self) -> None:
        three = Layer(Kind.CONV, 1, (3, 3), padding=(1, 1))
        widths = gaussian_widths(analyse(chain(*[three] * 64), (1, 9, 9)))
        assert widths[63] / widths[15] == pytest.approx(2)

    def test_random_linear_networks_have_it_too(self) -> None:
        """Luo et al.: squared gradients of random weights spread as those of equal ones do."""
        network, analysis = stack_network("; ".join(["conv 16 k3"] * 6), (1, 25, 25))
        x = noise((1, 25, 25))
        squares = np.mean(
            [effective(network, 6, (6, 6), x, Weights.LINEAR, [seed]).astype(np.float64) ** 2 for seed in range(60)], 0
        ).sum(0)
        squares /= squares.sum()
        place = np.arange(25)
        deviation = math.sqrt(((place - (squares * place).sum()) ** 2 * squares).sum())
        assert deviation == pytest.approx(gaussian_widths(analysis)[-1], rel=0.1)


@pytest.fixture(scope="module")
def zoo() -> ZooNetwork:
    return ZooNetwork()


class TestZoo:
    def test_places(self, zoo: ZooNetwork) -> None:
        assert [place.shape for place in zoo.places.values()][-1] == (1280, 7, 7)
        assert [place.fields[0].size for place in zoo.places.values()][:3] == [3, 7, 19]
        assert zoo.macs(1) == 32 * 27 * 112 * 112

    @pytest.mark.parametrize("number", [1, 3, 4, 5])
    def test_equal_weights_fill_the_field(self, zoo: ZooNetwork, number: int) -> None:
        x = noise(zoo.input_shape)
        for cell in cells_of(zoo.places[number].shape)[::2]:
            heat = effective(zoo, number, cell, x, Weights.EQUAL, [0])
            top, bottom, left, right = clipped(zoo, number, cell)
            assert support(heat) == (top, bottom, left, right)
            assert (heat[top : bottom + 1, left : right + 1] > 0).all()

    def test_trained_differs_from_random_and_stays_as_it_is(self, zoo: ZooNetwork) -> None:
        x = noise(zoo.input_shape)
        first = effective(zoo, 4, (14, 14), x, Weights.TRAINED, [0])
        drawn = effective(zoo, 4, (14, 14), x, Weights.RANDOM, [0])
        assert not np.allclose(first, drawn)
        np.testing.assert_array_equal(first, effective(zoo, 4, (14, 14), x, Weights.TRAINED, [0]))
        top, bottom, left, right = clipped(zoo, 4, (14, 14))
        assert first[top : bottom + 1, left : right + 1].sum() == pytest.approx(1, abs=1e-4)
        assert feature_map(zoo, 4, x, Weights.TRAINED, 0).shape == (28, 28)


class TestCode:
    @pytest.mark.parametrize("weights", [Weights.RANDOM, Weights.LINEAR, Weights.EQUAL])
    @pytest.mark.parametrize(
        "text",
        [
            CHAIN,
            "conv 4 k3 p1; batchnorm; relu; conv 4 k3 p1 from 0; add from 3,4; dropout; avgpool k2; transposed 3 k3 s2",
            "conv 4 k3 p1; maxpool k3 s1 p1 from 0; concat from 1,2; depthwise 7 k3; adaptive k2",
            "maxpool k3 s1 d2; conv 2 k3",
        ],
    )
    def test_runs_and_its_assertion_holds(
        self, text: str, weights: Weights, capsys: pytest.CaptureFixture[str]
    ) -> None:
        _, analysis = stack_network(text, (3, 24, 20))
        exec(compile(pytorch(analysis, len(analysis.rows), (1, 1), weights, 2), "field.py", "exec"), {})
        assert "95 % of the gradient" in capsys.readouterr().out

    def test_its_assertion_can_fail(self) -> None:
        _, analysis = stack_network("conv 2 k3", (1, 9, 9))
        code = pytorch(analysis, 1, (1, 1), Weights.EQUAL, 1).replace("slice(1, 4)", "slice(1, 3)")
        with pytest.raises(AssertionError, match="outside"):
            exec(compile(code, "field.py", "exec"), {})

    def test_says_what_the_screen_says(self, capsys: pytest.CaptureFixture[str]) -> None:
        network, analysis = stack_network("conv 2 k3; conv 2 k3; conv 2 k3; conv 2 k3", (1, 30, 30))
        found = box(effective(network, 4, (9, 9), noise((1, 30, 30)), Weights.EQUAL, [0]), network.region(4, (9, 9)))
        assert found is not None
        exec(compile(pytorch(analysis, 4, (9, 9), Weights.EQUAL, 1), "field.py", "exec"), {})
        assert f"a box of {found.scale:.0%} of the 9 x 9" in capsys.readouterr().out

    def test_of_the_zoo(self, zoo: ZooNetwork, capsys: pytest.CaptureFixture[str]) -> None:
        code = pytorch_of_zoo(zoo.name, zoo.modules(2), 224, (5, 5), zoo.region(2, (5, 5)))
        exec(compile(code, "field.py", "exec"), {})
        assert "7 x 7" in capsys.readouterr().out
