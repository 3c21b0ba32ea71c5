"""Fits the head to pooled regions: first one template of 99 numbers for all classes, then all of its weights."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torchvision.models.detection.faster_rcnn import FasterRCNN

from core.models.nanodet import CLASSES
from core.models.recipe.first_weights import BINS, LOWEST, first_template
from core.models.recipe.regions import Regions
from core.models.recipe.words import say
from core.models.semantic import CHANNELS, HIDDEN, PLACE, POOLED

TEMPLATE_RATE, TEMPLATE_BATCH = 0.02, 1024
SMOOTH = 1e-4  # weight of the template's squared differences between neighbouring bins
CLASS_WEIGHT = 4.0  # of the classes' loss against the boxes'
LARGEST_GRADIENT = 2.0
SURE = 0.15  # a box move is learned only from labels that score higher than this
WARM_UP = 0.1  # of all steps
AVERAGE = 0.995  # how much of the running average of the weights stays at each step
CHECK_EVERY = 100  # steps
CHECK_REGIONS = 4096


@dataclass(frozen=True)
class Training:
    """How the head is distilled.

    Attributes:
        steps: number of them.
        batch: regions of a step.
        rate: learning rate at its highest; AdamW, one cycle.
        boxes_by_class: whether each class gets a box move of its own, or all one.
    """

    steps: int
    batch: int
    rate: float
    boxes_by_class: bool


@dataclass(frozen=True)
class Losses:
    """Where training stood.

    Attributes:
        step: so many steps done.
        classes: Kullback-Leibler divergence of the class scores from the soft targets, mean since the last entry.
        boxes: smooth L1 loss of the box moves, likewise.
        check_classes: the same on the photographs that are only watched; the weights as they are, not their average.
        check_boxes: likewise.
    """

    step: int
    classes: float
    boxes: float
    check_classes: float
    check_boxes: float


def divergence(logits: Tensor, soft: Tensor) -> Tensor:
    """Mean Kullback-Leibler divergence of what logits (R, 81) say from soft targets (R, 81): 0 where they agree."""
    return F.kl_div(logits.log_softmax(1), soft, reduction="batchmean")


def box_loss(moves: Tensor, wanted: Tensor, sure: Tensor) -> Tensor:
    """Smooth L1 loss of box moves (R, 4), weighted by how sure the label is; nothing from labels hardly believed."""
    weights = (sure * 2).clamp(max=1) * (sure > SURE)
    # beta as in torchvision's RoI heads
    losses = F.smooth_l1_loss(moves, wanted, beta=1 / 9, reduction="none").sum(1)
    return (losses * weights).sum() / weights.sum().clamp(min=1)


def template_logits(template: Tensor, pooled: Tensor) -> Tensor:
    """(R, 81) logits of pooled regions (R, 91 * 49) seen through a template (99,), background first."""
    bins = pooled.view(-1, CHANNELS, BINS)[:, : CLASSES + 1]
    logits = bins[:, :CLASSES] @ template[:BINS] + bins[:, CLASSES:] @ template[BINS : 2 * BINS] + template[-1]
    return torch.cat((logits.new_zeros(len(logits), 1), logits.clamp(min=-LOWEST)), 1)


def fitted_template(data: Regions, rows: Tensor, steps: int, seed: int) -> tuple[Tensor, float]:
    """The template that says the soft targets best.

    Args:
        data: regions.
        rows: those to fit.
        steps: number of them.
        seed: of the batches.

    Returns:
        (99,) the template, and the loss of the last step.
    """
    drawn = torch.Generator().manual_seed(seed)
    template = first_template().requires_grad_()
    optimiser = torch.optim.Adam([template], lr=TEMPLATE_RATE)
    schedule = torch.optim.lr_scheduler.LinearLR(optimiser, 1, 0, steps)
    loss = torch.zeros(())
    for _ in range(steps):
        pick = rows[torch.randint(len(rows), (TEMPLATE_BATCH,), generator=drawn)]
        loss = divergence(template_logits(template, data.pooled[pick].float()), data.soft[pick].float())
        surface = template[: 2 * BINS].view(2, POOLED, POOLED)
        rough = surface.diff(dim=1).square().sum() + surface.diff(dim=2).square().sum()
        optimiser.zero_grad()
        (loss + SMOOTH * rough).backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        schedule.step()
    return template.detach(), loss.item()


class _Head(nn.Module):
    """The head in training: torchvision's layers, with one box move for all classes or one for each."""

    def __init__(self, model: FasterRCNN, by_class: bool) -> None:
        super().__init__()
        heads: Any = model.roi_heads
        self.hidden, self.score = heads.box_head, heads.box_predictor.cls_score
        full = heads.box_predictor.bbox_pred
        self.box = nn.Linear(HIDDEN, 4 * (CLASSES + 1) if by_class else 4)
        first = slice(None) if by_class else slice(4, 8)
        with torch.no_grad():
            self.box.weight.copy_(full.weight[first])
            self.box.bias.copy_(full.bias[first])

    def losses(self, data: Regions, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Of the classes and of the boxes, on some regions."""
        hidden = self.hidden(data.pooled[rows].float())
        moves = self.box(hidden).view(len(rows), -1, 4)  # (R, 81 or 1, 4)
        own = data.classes[rows] if moves.shape[1] > 1 else torch.zeros_like(data.classes[rows])
        moves = moves[torch.arange(len(rows)), own]
        return divergence(self.score(hidden), data.soft[rows].float()), box_loss(
            moves, data.moves[rows], data.sure[rows]
        )


def distil(
    model: FasterRCNN, data: Regions, rows: Tensor, check: Tensor, options: Training, seed: int
) -> tuple[Losses, ...]:
    """Train the head on pooled regions, in place; what is left in it is a running average of its weights.

    Weights of hidden layers and scores are pulled back towards where they began, by the learning rate at each step:
    what was written down holds for all classes, the photographs show few of many.

    Args:
        model: the Faster R-CNN with its first weights; of it only the head changes.
        data: regions.
        rows: those to train on.
        check: those to watch the losses on.
        options: see `Training`.
        seed: of the batches.
    """
    drawn = torch.Generator().manual_seed(seed)
    head = _Head(model, options.boxes_by_class).requires_grad_(True)
    parameters = list(head.parameters())
    pulled = [(p, p.detach().clone()) for layer in (head.hidden, head.score) for p in layer.parameters()]
    average = [p.detach().clone() for p in parameters]
    optimiser = torch.optim.AdamW(parameters, lr=options.rate, weight_decay=0.0)
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, options.rate, total_steps=options.steps, pct_start=WARM_UP
    )
    watched = check[torch.randperm(len(check), generator=drawn)[:CHECK_REGIONS]]
    log: list[Losses] = []
    sums, since, start = torch.zeros(2), 0, time.monotonic()
    batches = rows.new_empty(0)
    for step in range(1, options.steps + 1):
        if len(batches) < options.batch:  # another round through all regions; a rest too small for a batch waits for it
            batches = torch.cat((batches, rows[torch.randperm(len(rows), generator=drawn)]))
        pick, batches = batches[: options.batch], batches[options.batch :]
        classes, boxes = head.losses(data, pick)
        optimiser.zero_grad()
        (classes * CLASS_WEIGHT + boxes).backward()  # type: ignore[no-untyped-call]
        # where in the picture a region lies says nothing: the columns and rows stay what was written down
        head.hidden.fc6.weight.grad.view(HIDDEN, CHANNELS, BINS)[:, PLACE:] = 0
        nn.utils.clip_grad_norm_(parameters, LARGEST_GRADIENT)
        optimiser.step()
        schedule.step()
        rate = float(optimiser.param_groups[0]["lr"])
        with torch.no_grad():
            for parameter, first in pulled:
                parameter.lerp_(first, min(1.0, rate))
            share = 1 - min(AVERAGE, step / (step + 9))  # the first steps' average is a plain mean, nearly
            for kept, parameter in zip(average, parameters, strict=True):
                kept.lerp_(parameter, share)
        sums, since = sums + torch.stack((classes.detach(), boxes.detach())), since + 1
        if step % CHECK_EVERY == 0 or step == options.steps:
            with torch.no_grad():
                seen = [*(sums / since).tolist(), *(loss.item() for loss in head.losses(data, watched))]
            log.append(Losses(step, *(round(loss, 5) for loss in seen)))
            sums, since = torch.zeros(2), 0
            say(f"step {step} of {options.steps}, {time.monotonic() - start:.0f} s: {log[-1]}")
    _settle(model, head, parameters, average)
    return tuple(log)


@torch.no_grad()
def _settle(model: FasterRCNN, head: _Head, parameters: list[nn.Parameter], average: list[Tensor]) -> None:
    """Leave the averaged weights in the model, a single box move copied to every class."""
    for parameter, kept in zip(parameters, average, strict=True):
        parameter.copy_(kept)
    heads: Any = model.roi_heads
    full = heads.box_predictor.bbox_pred
    copies = len(full.bias) // len(head.box.bias)
    full.weight.copy_(head.box.weight.repeat(copies, 1))
    full.bias.copy_(head.box.bias.repeat(copies))
    model.requires_grad_(False)
