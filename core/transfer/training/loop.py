"""The one training loop: a schedule carried out on a network, a step at a time, giving way to short work."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator
from contextlib import suppress
from functools import partial

import torch
from torch import Tensor

from core.device import device_lock
from core.jobs import Cancelled, Report
from core.transfer.data.image_set import ImageSet, Indices, Selection
from core.transfer.model.classifier import ModelSpec
from core.transfer.training.answers import batches, embed
from core.transfer.training.freezing import backbone_rests
from core.transfer.training.pace import Budget
from core.transfer.training.place import Place
from core.transfer.training.run import Point, Run, Step
from core.transfer.training.schedule import Phase, Recipe
from core.transfer.training.trainer import Stop, Trainer

Training = Generator[Point | Step, None, Run]
"""Yields after every step and every batch that is only evaluated: a `Point` where all validation pictures were just
evaluated, else a `Step`. Returns the run.

`throw(Stop())` ends it with what it has learned so far: all that it then still does is to ask about the test pictures.
"""

EVALUATIONS = 60
"""Evaluations on the validation pictures in one phase, about: enough for a smooth curve."""
PATIENCE = 3
"""Seconds of training for each second of evaluation, at least: most of the time is for training."""
VIEWS = 2
"""Changed copies of each picture that are kept where the backbone rests and pictures are to be changed at random."""


def training(
    title: str,
    spec: ModelSpec,
    images: ImageSet,
    selection: Selection,
    recipe: Recipe,
    *,
    budget: Budget | None = None,
    looked_at: Indices | None = None,
) -> Training:
    """A training that has yet to be driven.

    Where a phase leaves the backbone as it is, every picture goes through it once (or `VIEWS` times, if pictures are
    to be changed at random), and neck and heads learn on what came out.

    Args:
        title: of the run.
        spec: of the network, which is built anew.
        images: the set.
        selection: what is fitted, chosen and judged on.
        recipe: how.
        budget: when it ends, shared among the phases as their epochs are; it may end earlier, with its last epoch.
            None: no such bound.
        looked_at: the validation pictures of all its points (see `core.transfer.training.pace.watched`); the others
            are asked once, at the end, about its best point. None: all of them.

    Raises:
        UserError: the ImageNet weights cannot be had.
    """
    return (yield from driven(Trainer(spec, images, selection, recipe, looked_at), title, budget=budget))


def driven(
    trainer: Trainer,
    title: str,
    *,
    budget: Budget | None = None,
    evaluations: int = EVALUATIONS,
    keep: Callable[[Trainer], None] = lambda _: None,
) -> Training:
    """The training of a trainer from where it stands: its beginning, or where a checkpoint has put it.

    Args:
        trainer: see `core.transfer.training.checkpoint` for one that goes on.
        title: of the run.
        budget: see `training`.
        evaluations: in one phase, about.
        keep: called after every step and its evaluation, when the trainer can be kept and taken up again.
    """
    stopped = False
    recipe = trainer.tasks.recipe
    try:
        if not trainer.points:
            yield from trainer.evaluate(0)
        epochs = sum(phase.epochs for phase in recipe.phases) or 1.0
        begun = 0 if trainer.place is None else trainer.place.phase
        for number, phase in list(enumerate(recipe.phases))[begun:]:
            share = None if budget is None or phase.epochs <= 0 else budget.part(phase.epochs / epochs)
            yield from _run_phase(trainer, number, phase, share, evaluations, keep)
            if trainer.diverged:
                break
    except Stop:
        stopped = True
    return (yield from trainer.judge(title, stopped=stopped))


def steps_of_epoch(pictures: int, phase: Phase) -> int:
    """How many steps a pass over the training pictures takes; a short rest joins the others."""
    return max(1, pictures // phase.batch)


def _run_phase(
    at: Trainer,
    number: int,
    phase: Phase,
    budget: Budget | None,
    evaluations: int,
    keep: Callable[[Trainer], None],
) -> Generator[Point | Step, None, None]:
    """One row of the schedule, or what is left of it."""
    if at.place is None or at.place.phase != number:
        at.enter(number, phase)
        at.place = Place(number, started=at.seconds, evaluated=at.seconds)
    if phase.epochs <= 0 or not at.learning:
        return
    place = at.place
    views = yield from _rest(at, number, phase, None if budget is None else budget.seconds)
    epoch = steps_of_epoch(len(at.tasks), phase)
    steps = max(1, math.ceil(phase.epochs * epoch))
    least = epoch if views else 1  # where the features took all of the budget the heads still learn from each once
    if not place.steps:
        place.evaluated = at.seconds

    def done() -> float:
        by_budget = 0.0 if budget is None else budget.done(at.seconds - place.started, place.steps)
        return min(max(by_budget, place.steps / steps), 1.0)

    while done() < 1 or place.steps < least:
        if not place.rows:
            place.rows = list(at.tasks.order(phase.batch))
        at.step(place.rows.pop(0), done(), None if not views else views[(place.steps // epoch) % len(views)])
        place.steps += 1
        if at.diverged or (done() >= 1 and place.steps >= least):
            break
        since = at.seconds - place.evaluated
        due = place.steps % max(epoch, steps // evaluations) == 0 or (
            budget is not None and since >= budget.seconds / evaluations
        )
        if due and since >= PATIENCE * at.evaluation_seconds:
            yield from at.evaluate(number)
            place.evaluated = at.seconds
        else:
            yield at.made(number)
        keep(at)
    yield from at.evaluate(number)


def _rest(at: Trainer, number: int, phase: Phase, budget_s: float | None) -> Generator[Step, None, tuple[Tensor, ...]]:
    """(N, D) what the resting backbone makes of the training pictures, a few times; none where it does not rest.

    Once at least, whatever the budget: without features nothing can be learned. Again only where half of it is left.
    """
    if not backbone_rests(phase) or at.tasks.needs_pictures:
        return ()
    views: list[Tensor] = []
    started = at.seconds
    for _ in range(VIEWS if at.tasks.recipe.augmentation.changes else 1):
        if views and budget_s and at.seconds - started > budget_s / 2:
            break
        parts = []
        every = torch.arange(len(at.tasks), device=at.device)
        for rows in batches(len(at.tasks)):
            with at.turn():
                parts.append(embed(at.model, at.tasks.augmented(every[rows])))
            yield at.made(number)
        views.append(torch.cat(parts))
    validation = []
    pictures = at.validation
    for rows in batches(len(pictures)):  # only looked at, so its time does not count
        with device_lock.step():
            validation.append(embed(at.model, pictures[rows].to(at.device)))
        yield at.made(number)
    at.resting = torch.cat(validation) if validation else None
    return tuple(views)


def train(
    title: str,
    spec: ModelSpec,
    images: ImageSet,
    selection: Selection,
    recipe: Recipe,
    *,
    report: Report,
    watch: Callable[[Point], None],
    budget_s: float | None = None,
) -> Run:
    """Drive one training to its end, as the work of a job.

    When the job is stopped, the training ends at once and what it has learned so far is the result. There is none where
    that is to be discarded, or before the first evaluation on the validation pictures.

    Args:
        report: told the fraction done and one line after every step.
        watch: given each point, for curves that grow; called on the job's thread.
        title, spec, images, selection, recipe: see `training`.
        budget_s: seconds of training after which it ends; None: no such bound.
    """
    epochs = sum(phase.epochs for phase in recipe.phases)
    work = training(title, spec, images, selection, recipe, budget=None if budget_s is None else Budget(budget_s))
    best = begin(work, partial(report, 0.0, "building the network"))
    watch(best)
    try:
        while True:
            step = next(work)
            if isinstance(step, Point):
                best = max(best, step, key=lambda point: point.accuracy)
                watch(step)
            done = step.seconds / budget_s if budget_s else step.epoch / epochs if epochs else 0.0
            name = recipe.phases[step.phase].name
            report(done, f"{name}, epoch {step.epoch:.1f}, best validation accuracy {best.accuracy:.1%}")
    except StopIteration as end:
        run: Run = end.value
    except Cancelled:
        run = stop(work, partial(report, 1.0, "judging"))
    return run


def begin(work: Training, tell: Callable[[], None]) -> Point:
    """Build the network and evaluate it for the first time, before any step.

    Args:
        work: has not begun.
        tell: called before each part of that; may raise to end it.
    """
    while True:
        tell()
        step = next(work)
        if isinstance(step, Point):
            return step


def stop(work: Training, tell: Callable[[], None]) -> Run:
    """End a training and take what it has learned; one that has not begun raises `Stop` itself.

    Args:
        work: to be ended.
        tell: called after each batch of test pictures; may raise `Cancelled`, which says nothing new, or `Discarded`
            if nobody wants the run any more.
    """
    try:
        work.throw(Stop())
        while True:
            with suppress(Cancelled):
                tell()
            next(work)
    except StopIteration as end:
        run: Run = end.value
        return run
