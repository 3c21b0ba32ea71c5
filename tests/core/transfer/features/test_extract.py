"""The feature pass gives what the network gives, a batch at a time, and leaves the network as it was."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from core.device import device_lock
from core.errors import UserError
from core.jobs import Cancelled
from core.models.zoo import ZOO
from core.transfer.data.image_set import Indices
from core.transfer.features import extract as module
from core.transfer.features.extract import Features, extract, load
from core.transfer.features.model_copy import copy_model, fold
from core.transfer.model.classifier import ModelSpec, build
from core.transfer.model.inputs import to_input
from tests.core.transfer.sets import stripes

IMAGES = stripes(per_class=10)
ALL = np.arange(len(IMAGES))
LITE, RESNET = "tf_efficientnet_lite0", "resnet18"


def silent(_: float, __: str) -> None:
    """A report that nobody reads."""


def run(backbone: str = RESNET, indices: Indices = ALL, **rest: Any) -> Features:
    given = {"trained": False, "size": 32, "report": silent} | rest
    return extract(IMAGES, indices, backbone, **given)


@torch.inference_mode()
def directly(model: nn.Module, backbone: str, size: int = 32) -> tuple[Tensor, list[Tensor]]:
    """What goes into the head, and the stages' means, by hooks on a network of one's own."""
    caught: dict[str, Tensor] = {}

    def head(_: nn.Module, args: tuple[Tensor, ...]) -> None:
        caught["head"] = args[0].clone()

    def stage(name: str) -> Any:
        def hook(_: nn.Module, __: Any, out: Tensor) -> None:
            caught[name] = out.mean((2, 3)) if out.ndim == 4 else out.clone()

        return hook

    entry = ZOO[backbone]
    model.get_submodule(entry.head).register_forward_pre_hook(head)
    for part in entry.stages:
        model.get_submodule(part.modules[-1]).register_forward_hook(stage(part.name))
    model(to_input(IMAGES.images, entry, size))
    return caught["head"], [caught[part.name] for part in entry.stages]


@pytest.mark.parametrize(
    ("backbone", "trained", "size"), [(LITE, True, 32), (RESNET, False, 32), ("alexnet", False, 64)]
)
def test_features_are_what_goes_into_the_head(backbone: str, trained: bool, size: int) -> None:
    found = run(backbone, trained=trained, size=size)
    values, stages = directly(load(backbone, trained=trained), backbone, size)
    assert found.values.dtype == np.float32
    np.testing.assert_allclose(found.values, values, rtol=1e-3, atol=1e-4 * float(values.abs().max()))
    assert [name for name, _ in found.stages] == [stage.name for stage in ZOO[backbone].stages]
    for (_, mine), theirs in zip(found.stages, stages, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-4 * float(theirs.abs().max()))
    assert (found.backbone, found.trained, found.size) == (backbone, trained, size)
    assert found.seconds > 0


def test_a_shared_network_is_not_written_to() -> None:
    model = load(LITE, trained=True)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    modules = list(model.named_modules())
    run(LITE, trained=True, model=model)
    assert list(model.named_modules()) == modules
    for _, layer in modules:
        assert not layer._forward_hooks
        assert not layer._forward_pre_hooks
    after = model.state_dict()
    assert list(after) == list(before)
    assert all(torch.equal(after[name], value) for name, value in before.items())


def test_a_private_copy_has_modules_of_its_own_and_the_same_numbers() -> None:
    model = load(RESNET, trained=False).train()
    copy = copy_model(model, torch.device("cpu"))
    assert not copy.training
    assert model.training
    for (name, mine), (_, theirs) in zip(copy.named_parameters(), model.named_parameters(), strict=True):
        assert mine.data_ptr() == theirs.data_ptr(), name
    assert not {id(layer) for layer in copy.modules()} & {id(layer) for layer in model.modules()}


def test_random_weights_are_the_same_each_time_and_those_of_training() -> None:
    trained = build(ModelSpec(RESNET, 32, (2,), trained=False), seed=0).backbone.state_dict()
    once = load(RESNET, trained=False).state_dict()
    assert all(torch.equal(once[name], value) for name, value in trained.items())
    state = torch.random.get_rng_state()
    assert np.array_equal(run().values, run().values)
    assert torch.equal(torch.random.get_rng_state(), state)  # nobody else's random numbers were drawn


def test_pictures_come_in_the_set_s_order_whatever_the_order_asked_for() -> None:
    whole = run()
    some = run(indices=np.array([7, 2, 11]))
    assert some.indices.tolist() == [2, 7, 11]
    np.testing.assert_allclose(some.of(np.array([11, 2])), whole.of(np.array([11, 2])), rtol=1e-4, atol=1e-4)
    with pytest.raises(KeyError):
        some.of(np.array([3]))


def test_it_tells_how_far_it_is_and_holds_the_device_for_a_batch_only() -> None:
    told: list[tuple[float, str]] = []
    free: list[bool] = []

    def look() -> None:
        if device_lock.acquire(blocking=False):
            free.append(True)
            device_lock.release()
        else:
            free.append(False)

    def report(fraction: float, text: str) -> None:
        told.append((fraction, text))
        other = threading.Thread(target=look)
        other.start()
        other.join()

    run(report=report)
    assert [text for _, text in told] == ["0 of 20 pictures", "16 of 20 pictures", "20 of 20 pictures"]
    assert [fraction for fraction, _ in told] == [0.0, 0.8, 1.0]
    assert all(free)


def test_it_stops_at_the_next_batch_and_gives_the_device_back() -> None:
    def stop(fraction: float, _: str) -> None:
        if fraction > 0:
            raise Cancelled

    with pytest.raises(Cancelled):
        run(report=stop)
    assert device_lock.acquire(blocking=False)
    device_lock.release()


def test_many_pictures_leave_the_stages_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STAGES_UP_TO", len(IMAGES) - 1)
    assert run().stages == ()
    assert run(indices=ALL[:-1]).stages


def test_a_fold_that_changes_the_answers_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = run()

    def wrong(network: nn.Module, _: Tensor) -> int:
        first = next(layer for layer in network.modules() if isinstance(layer, nn.Conv2d))
        first.weight = nn.Parameter(first.weight * 2, False)
        return 1

    monkeypatch.setattr(module, "fold", wrong)
    np.testing.assert_allclose(run().values, expected.values, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize(
    ("backbone", "folded"),
    [(RESNET, 20), (LITE, 49), ("googlenet", 57), ("densenet121", 59), ("mobilenet_v2", 52), ("alexnet", 0)],
)
@torch.inference_mode()
def test_folding_leaves_the_answers_alone(backbone: str, folded: int) -> None:
    network = ZOO[backbone].build().eval()
    for layer in network.modules():
        if isinstance(layer, nn.BatchNorm2d):  # fresh ones do nothing, and folding nothing is easy
            assert layer.running_mean is not None
            assert layer.running_var is not None
            layer.running_mean.uniform_(-0.2, 0.2)
            layer.running_var.uniform_(0.5, 1.5)
            layer.weight.uniform_(0.5, 1.5)
            layer.bias.uniform_(-0.2, 0.2)
    weights = [parameter.clone() for parameter in network.parameters()]
    copy, x = copy_model(network, torch.device("cpu")), torch.randn(2, 3, 64, 64)
    assert fold(copy, x) == folded
    expected, found = network(x), copy(x)
    assert float((found - expected).abs().max()) <= 1e-4 * float(expected.abs().max())
    assert all(torch.equal(old, new) for old, new in zip(weights, network.parameters(), strict=True))


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ({"indices": ALL[:0]}, "There are no pictures to look at"),
        ({"backbone": "inception_v3"}, "Inception-v3 cannot take pictures of 32 pixels"),
        ({"backbone": "mobilenetv1_100", "trained": True}, "no trained weights of MobileNetV1"),
    ],
)
def test_what_cannot_be_is_a_sentence(rest: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        run(**rest)
