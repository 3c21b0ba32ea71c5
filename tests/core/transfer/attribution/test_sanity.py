"""Random weights in the head or everywhere, always the same ones, and how alike two maps are."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from core.transfer.attribution.gradcam import grad_cam
from core.transfer.attribution.heat import Heat, Map, Method
from core.transfer.attribution.sanity import Randomised, randomised, similarity
from core.transfer.model.classifier import ModelSpec, Trained, build
from tests.core.transfer.attribution.networks import picture

SPEC = ModelSpec("resnet18", 64, (3,), trained=False, neck=(8,))


@pytest.fixture(scope="module")
def trained() -> Trained:
    return Trained("a network", SPEC, ("a", "b", "c"), build(SPEC, seed=11).state_dict(), "digest")


def test_a_random_head_leaves_every_bit_of_the_backbone(trained: Trained) -> None:
    state = randomised(trained, Randomised.HEAD).state_dict()
    for name, tensor in trained.state.items():
        assert torch.equal(state[name], tensor) == name.startswith("backbone."), name


def test_all_random_leaves_no_convolution_as_it_was(trained: Trained) -> None:
    state = randomised(trained, Randomised.ALL).state_dict()
    assert all(not torch.equal(state[name], tensor) for name, tensor in trained.state.items() if tensor.ndim > 1)


@pytest.mark.parametrize("which", list(Randomised))
def test_the_same_weights_each_time_and_nobody_else_s_numbers_change(trained: Trained, which: Randomised) -> None:
    before = torch.random.get_rng_state()
    one, other = randomised(trained, which), randomised(trained, which)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert all(torch.equal(other.state_dict()[name], tensor) for name, tensor in one.state_dict().items())
    assert not one.training


def test_the_map_changes_with_the_weights(trained: Trained) -> None:
    learned = grad_cam(trained.model(), picture(64), 1)
    again = grad_cam(trained.model(), picture(64), 1)
    assert not learned.empty
    assert np.array_equal(again.values, learned.values)
    assert similarity(learned, again) == pytest.approx(1)
    for which, seed in ((Randomised.HEAD, 0), (Randomised.ALL, 1)):  # seeds that leave a map of this class
        other = grad_cam(randomised(trained, which, seed), picture(64), 1)
        assert not other.empty, which
        alike = similarity(learned, other)
        assert alike is not None, which
        assert alike < 0.5, which
        assert abs(other.probability - learned.probability) > 0.01, which


def heat(values: list[list[float]]) -> Heat:
    numbers: Map = np.array(values, np.float32)
    return Heat(Method.GRAD_CAM, 0, 0.5, numbers, 32, "last conv")


def test_alike_is_the_order_of_places() -> None:
    one = heat([[0, 1], [2, 3]])
    assert similarity(one, heat([[0, 10], [200, 3000]])) == pytest.approx(1)
    assert similarity(one, heat([[3, 2], [1, 0]])) == pytest.approx(-1)
    assert similarity(one, heat([[1, 0], [3, 2]])) == pytest.approx(0.6)


def test_an_empty_map_is_like_none() -> None:
    assert similarity(heat([[0, 0], [0, 0]]), heat([[0, 1], [2, 3]])) is None
    assert similarity(heat([[0, 1], [2, 3]]), heat([[5, 5], [5, 5]])) is None
