"""What a step learns, and where two tasks pull."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional

from core.transfer.data.augment import Augmentation
from core.transfer.model.classifier import Classifier, ModelSpec, build
from core.transfer.model.inputs import to_input
from core.transfer.training.schedule import Recipe
from core.transfer.training.tasks import Loss, Tasks, backward, turn
from tests.core.transfer.sets import everything, stripes

IMAGES = stripes()
PLAIN = Augmentation(flip=False)
CPU = torch.device("cpu")


def tasks(**options: object) -> Tasks:
    recipe = Recipe((), augmentation=PLAIN, **options)  # type: ignore[arg-type]
    return Tasks(IMAGES, everything(IMAGES).train, recipe, CPU)


def network(outputs: tuple[int, ...] = (2,)) -> Classifier:
    return build(ModelSpec("resnet18", 32, outputs, trained=False))


def test_turning_is_numpys_rot90() -> None:
    pictures = torch.randint(256, (6, 3, 5, 5), dtype=torch.uint8)
    quarters = torch.tensor([0, 1, 2, 3, 1, 0])
    turned = turn(pictures, quarters)
    for picture, quarter, result in zip(pictures, quarters, turned, strict=True):
        assert np.array_equal(np.rot90(picture.numpy(), int(quarter), (1, 2)), result.numpy())


@pytest.mark.parametrize("batch", [1, 2, 3, 5, 7, 32])
def test_every_picture_once_an_epoch_and_none_alone(batch: int) -> None:
    found = tasks()
    steps = found.order(batch)
    assert sorted(torch.cat(steps).tolist()) == list(range(len(found)))
    if batch > 1:
        assert min(len(step) for step in steps) >= 2
    assert [step.tolist() for step in found.order(batch)] != [step.tolist() for step in steps], "another order"


def test_the_loss_is_torchs_cross_entropy() -> None:
    found, model, rows = tasks(label_smoothing=0.1), network(), torch.arange(6)
    x = to_input(found.pictures[rows], model.spec.architecture, 32)
    expected = functional.cross_entropy(model(x), found.labels[rows], label_smoothing=0.1)
    torch.testing.assert_close(found.loss(model, rows).classes, expected)
    torch.testing.assert_close(found.loss_of_features(model, model.backbone(x), rows).classes, expected)


@pytest.mark.parametrize("task", ["label", "rotation"])
@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_gradients_are_those_of_the_weighted_sum(task: str, weight: float) -> None:
    found, model, rows = tasks(second_task=task), network((2, 4)), torch.arange(6)
    learning = list(model.parameters())
    state = found.generator.get_state()
    found.loss(model, rows).total(weight).backward()  # type: ignore[no-untyped-call]
    expected = [weight.grad for weight in learning]
    for parameter in learning:
        parameter.grad = None
    found.generator.set_state(state)  # the same turns
    cosine = backward(found.loss(model, rows), weight, learning)
    assert cosine is not None
    assert -1 <= cosine <= 1
    for parameter, gradient in zip(learning, expected, strict=True):
        assert gradient is not None
        torch.testing.assert_close(parameter.grad, gradient, atol=1e-5, rtol=1e-3)


@pytest.mark.parametrize(("direction", "expected"), [((1.0, 0.0), 1.0), ((0.0, 2.0), 0.0), ((-3.0, 0.0), -1.0)])
def test_the_cosine_of_gradients_that_are_known(direction: tuple[float, float], expected: float) -> None:
    shared = torch.nn.Parameter(torch.zeros(2))
    own = torch.nn.Parameter(torch.zeros(2))
    first = shared @ torch.tensor([1.0, 0.0]) + own.sum()
    second = shared @ torch.tensor(direction)
    assert backward(Loss(first, second), 0.5, [shared, own]) == pytest.approx(expected)
    assert own.grad is not None
    assert own.grad.tolist() == [0.5, 0.5]


def test_no_cosine_without_a_second_task_or_without_shared_weights() -> None:
    first, second = (torch.nn.Parameter(torch.ones(1)) for _ in range(2))
    assert backward(Loss(first.sum()), 0.5, [first]) is None
    assert backward(Loss(first.sum(), second.sum()), 0.5, [first, second]) is None


def test_a_set_without_a_second_label_has_none_to_learn() -> None:
    from dataclasses import replace

    without = replace(IMAGES, second=None)
    with pytest.raises(ValueError, match="no second label"):
        Tasks(without, everything(IMAGES).train, Recipe((), second_task="label"), CPU)


def test_mixing_changes_the_loss_and_asks_for_pictures() -> None:
    mixed = Tasks(IMAGES, everything(IMAGES).train, Recipe((), augmentation=Augmentation(False, mixup=1.0)), CPU)
    assert mixed.needs_pictures
    assert not tasks().needs_pictures
    model, rows = network(), torch.arange(8)
    assert not torch.equal(mixed.loss(model, rows).classes, tasks().loss(model, rows).classes)
