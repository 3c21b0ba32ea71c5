"""What a step learns: pictures, their classes, and a second task where there is one; losses, and where they pull.

Shapes: B pictures of a step, C classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from core.transfer.data.augment import augment, mixup
from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.model.classifier import Classifier
from core.transfer.model.inputs import to_input
from core.transfer.training.schedule import Recipe

ROTATIONS = ("0°", "90°", "180°", "270°")
"""Classes of the second task "rotation": quarter turns against the clock."""


def turn(pictures: Tensor, quarters: Tensor) -> Tensor:
    """Turn each of (B, 3, S, S) pictures by its own number of quarter turns."""
    turned = torch.empty_like(pictures)
    for k in range(4):
        mine = quarters == k
        turned[mine] = pictures[mine].rot90(k, (2, 3))
    return turned


@dataclass(frozen=True)
class Loss:
    """Losses of one step: of the classes, and of the second task if there is one."""

    classes: Tensor
    second: Tensor | None = None

    def total(self, second_weight: float) -> Tensor:
        """(1 - w) L1 + w L2; L1 alone without a second task."""
        if self.second is None:
            return self.classes
        return (1 - second_weight) * self.classes + second_weight * self.second


class Tasks:
    """The pictures to learn from, on the device, and the random numbers of one training."""

    def __init__(self, images: ImageSet, train: Indices, recipe: Recipe, device: torch.device) -> None:
        chosen = torch.from_numpy(train)
        self.pictures = images.images[chosen].to(device)  # (N, 3, S, S) uint8
        self.labels = torch.from_numpy(images.labels)[chosen].to(device)
        self.classes = len(images.classes)
        self.second: Tensor | None = None
        if recipe.second_task == "label":
            if images.second is None:
                raise ValueError("this set has no second label")
            self.second = torch.from_numpy(images.second.labels)[chosen].to(device)
        self.recipe = recipe
        self.generator = torch.Generator(device).manual_seed(recipe.seed)

    def __len__(self) -> int:
        """Number of training pictures N."""
        return len(self.labels)

    @property
    def needs_pictures(self) -> bool:
        """Whether each step must see pictures, so that features made before will not do."""
        return self.recipe.second_task == "rotation" or self.recipe.augmentation.mixup > 0

    def order(self, batch: int) -> tuple[Tensor, ...]:
        """A new order of all pictures, cut into steps of nearly the same size; never a step of one alone.

        Batch normalisation cannot take the variance of one picture, so a short rest joins the others.
        """
        shuffled = torch.randperm(len(self), generator=self.generator, device=self.labels.device)
        steps: tuple[Tensor, ...] = shuffled.tensor_split(max(1, len(self) // batch))
        return steps

    def step_seed(self) -> int:
        """A seed for what a step draws outside this generator."""
        return int(torch.randint(2**31, (1,), generator=self.generator, device=self.labels.device))

    def augmented(self, rows: Tensor) -> Tensor:
        """(B, 3, S, S) uint8, newly drawn."""
        return augment(self.pictures[rows], self.recipe.augmentation, self.generator)

    def loss(self, model: Classifier, rows: Tensor) -> Loss:
        """Send pictures through the network and compare with what they are."""
        spec, recipe = model.spec, self.recipe
        batch, labels = self.augmented(rows), self.labels[rows]
        targets = functional.one_hot(labels, self.classes).float()
        if recipe.second_task == "rotation":
            # upright for the classes, turned for the second head: a 6 turned is a 9
            quarters = torch.randint(4, (len(rows),), generator=self.generator, device=rows.device)
            both = to_input(torch.cat([batch, turn(batch, quarters)]), spec.architecture, spec.size)
            upright, turned = model.embed(both).chunk(2)
            return Loss(
                self._class_loss(model.heads[0](upright), targets),
                functional.cross_entropy(model.heads[1](turned), quarters),
            )
        x = to_input(batch, spec.architecture, spec.size)
        if recipe.augmentation.mixup and self.second is None:  # a mixed picture has no one second label
            x, targets = mixup(x, targets, recipe.augmentation.mixup, self.generator)
        embedded = model.embed(x)
        second = None if self.second is None else functional.cross_entropy(model.heads[1](embedded), self.second[rows])
        return Loss(self._class_loss(model.heads[0](embedded), targets), second)

    def loss_of_features(self, model: Classifier, features: Tensor, rows: Tensor) -> Loss:
        """The same from what the backbone made of the pictures before; (B, D) features of these rows."""
        embedded = model.neck(features)
        second = None if self.second is None else functional.cross_entropy(model.heads[1](embedded), self.second[rows])
        targets = functional.one_hot(self.labels[rows], self.classes).float()
        return Loss(self._class_loss(model.heads[0](embedded), targets), second)

    def _class_loss(self, logits: Tensor, targets: Tensor) -> Tensor:
        return functional.cross_entropy(logits, targets, label_smoothing=self.recipe.label_smoothing)


def backward(loss: Loss, second_weight: float, learning: Sequence[nn.Parameter]) -> float | None:
    """Fill the gradients of the weights that learn.

    Args:
        loss: of one step.
        second_weight: w in (1 - w) L1 + w L2.
        learning: the weights, one or more.

    Returns:
        The cosine between the gradients of L1 and of L2 with respect to the weights that both depend on: 1 where
        the tasks want the same step, -1 where they want opposite ones. None where there is no second task, or
        no weight that both depend on (the heads' own do not count) learns.
    """
    if loss.second is None:
        loss.classes.backward()  # type: ignore[no-untyped-call]
        return None
    of_classes = torch.autograd.grad(loss.classes, learning, retain_graph=True, allow_unused=True)
    of_second = torch.autograd.grad(loss.second, learning, allow_unused=True)
    dot = first_square = second_square = 0.0
    shared = False
    for parameter, first, second in zip(learning, of_classes, of_second, strict=True):
        if first is not None and second is not None:
            parameter.grad = first.mul(1 - second_weight).add_(second, alpha=second_weight)
        elif first is not None:
            parameter.grad = first.mul(1 - second_weight)
        else:
            parameter.grad = None if second is None else second.mul(second_weight)
        if first is not None and second is not None:
            shared = True
            dot += float((first * second).sum())
            first_square += float(first.square().sum())
            second_square += float(second.square().sum())
    lengths = (first_square * second_square) ** 0.5
    return dot / lengths if shared and lengths else None
