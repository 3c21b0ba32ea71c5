"""One training on CIFAR-10, from the pictures to its record."""

from __future__ import annotations

import datetime
import os
import platform
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from sklearn.metrics import confusion_matrix

from core.device import describe
from core.errors import UserError
from core.jobs import Report
from core.models.cost import macs
from core.transfer.cifar10.recipe import Entry, Settings
from core.transfer.cifar10.record import Record
from core.transfer.data.cifar10 import source_of
from core.transfer.data.image_set import ImageSet, Selection, Split
from core.transfer.model.classifier import Trained
from core.transfer.takeaway.about import versions
from core.transfer.training.checkpoint import restore, save
from core.transfer.training.loop import driven
from core.transfer.training.pace import watched
from core.transfer.training.run import Point, Run
from core.transfer.training.trainer import Trainer

VALIDATION = 500
"""Pictures of each class that choices are made by; all others that are not for the test are trained on."""
WATCHED = 2_000
"""Of the validation pictures, those that the points of the curve are about."""
EVALUATIONS = 20
KEPT_S = 30.0
"""Seconds between two checkpoints."""
SMALLEST = 8
"""Pictures a step, below which the device is called too small."""


@dataclass(frozen=True)
class Done:
    """What a training leaves behind: its record, and the network."""

    record: Record
    trained: Trained


def selection_of(images: ImageSet) -> Selection:
    """Nearly all pictures that are not for the test are trained on: 45,000 of CIFAR-10's, 4,500 of each class."""
    rest = np.flatnonzero(images.split != Split.TEST)
    set_aside = images.part(Split.VALIDATION)
    chosen = [set_aside[images.labels[set_aside] == label][:VALIDATION] for label in range(len(images.classes))]
    validation = np.sort(np.concatenate(chosen)).astype(np.int64)
    return Selection(np.setdiff1d(rest, validation).astype(np.int64), validation, images.part(Split.TEST), None)


def run_entry(
    entry: Entry,
    images: ImageSet,
    settings: Settings,
    *,
    report: Report,
    watch: Callable[[Point], None] = lambda _: None,
    kept: Path | None = None,
) -> Done:
    """Train, judge once, and put everything together.

    Where the device has no memory for a step it begins anew with half as many pictures a step, and says so.

    Args:
        entry: who.
        images: CIFAR-10.
        settings: how.
        report: told the fraction done and one line after every step; may raise to stop it.
        watch: given each point of the curve.
        kept: file of a checkpoint, from which it goes on if it is there; None: nothing is kept.

    Raises:
        UserError: the weights cannot be had, the device is too small, the loss grew beyond all bounds, or nothing can
            be written.
    """
    batch = settings.batch
    while True:
        try:
            return _run(entry, images, replace(settings, batch=batch), report, watch, kept)
        except RuntimeError as error:  # CUDA's has a class of its own, a CPU's has not
            if not (isinstance(error, torch.OutOfMemoryError) or "allocate memory" in str(error)):
                raise
            if batch // 2 < SMALLEST:
                raise UserError(
                    f"The device has no memory for {entry.title}, not even for {batch} pictures."
                ) from error
            batch //= 2
            report(0.0, f"the device has no memory for so many pictures a step: {batch} from now on")


def _run(
    entry: Entry,
    images: ImageSet,
    settings: Settings,
    report: Report,
    watch: Callable[[Point], None],
    kept: Path | None,
) -> Done:
    selection = selection_of(images)
    trainer = Trainer(
        entry.spec,
        images,
        selection,
        entry.recipe(settings),
        watched(images, selection.validation, WATCHED),
    )
    about = repr((entry.spec, settings, images.digest))
    if kept is not None and kept.exists():
        restore(trainer, kept, about)
        report(0.0, f"going on after {trainer.seconds:.0f} s, {trainer.epoch:.2f} epochs")
    last_kept = time.monotonic()

    def keep(at: Trainer) -> None:
        nonlocal last_kept
        if kept is not None and time.monotonic() - last_kept > KEPT_S:
            last_kept = time.monotonic()
            try:
                save(at, kept, about)
            except UserError as error:  # a full disk is no reason to lose what is being learned
                report(0.0, str(error))

    work = driven(trainer, entry.title, budget=settings.budget, evaluations=EVALUATIONS, keep=keep)
    try:
        while True:
            step = next(work)
            if isinstance(step, Point):
                watch(step)
            done = step.seconds / (60 * settings.minutes) if settings.minutes else step.epoch / settings.epochs
            said = f"{step.seconds:.0f} s, epoch {step.epoch:.2f}"
            if done >= 1:
                said += ", asking about all validation and test pictures"
            report(min(done, 1.0), said)
    except StopIteration as end:
        run: Run = end.value
    if run.diverged:
        raise UserError(f"The loss of {entry.title} grew beyond all bounds: take a lower learning rate.")
    if kept is not None:
        with suppress(OSError):
            kept.unlink()
    return Done(_record(entry, images, settings, selection, trainer, run), run.trained)


def _record(
    entry: Entry, images: ImageSet, settings: Settings, selection: Selection, trainer: Trainer, run: Run
) -> Record:
    called = [images.names[index] for index in run.test.indices]
    order = sorted(range(len(called)), key=lambda at: (len(called[at]), called[at]))  # so "test 9" precedes "test 10"
    predicted = run.test.predicted[order]
    counts = confusion_matrix(run.test.target, run.test.predicted, labels=range(len(images.classes)))
    assert trainer.place is not None
    return Record(
        key=entry.key,
        family=entry.family,
        league=entry.league,
        title=entry.title,
        made=datetime.datetime.now(datetime.UTC).date().isoformat(),
        source=source_of(images),
        data_digest=images.digest,
        pictures={
            "train": len(selection.train),
            "validation": len(selection.validation),
            "test": len(selection.test),
        },
        configuration=asdict(settings) | {"backbone": entry.spec.backbone, "size": entry.spec.size, "one_cycle": True},
        versions=versions(),
        device=f"{describe().name}, {platform.machine()}, {os.cpu_count()} cores",
        parameters=run.parameters,
        macs=macs(trainer.model, (3, entry.spec.size, entry.spec.size)),
        steps=trainer.place.steps,
        epochs=trainer.epoch,
        seconds=run.seconds,
        curve=run.points,
        validation=run.validation_accuracy,
        test=run.test.accuracy,
        classes=images.classes,
        names=tuple(called[at] for at in order),
        predicted="".join(map(str, predicted)),
        confidence=tuple(round(100 * one) for one in run.test.probabilities.max(axis=1)[order].tolist()),
        confusion=tuple(tuple(int(count) for count in row) for row in counts),
    )
