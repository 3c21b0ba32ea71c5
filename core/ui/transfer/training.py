"""What all sections with a training share: controls, the job of one network, and the saving of its run."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.figures.transfer.against_probe import Reached, against_probe
from core.figures.transfer.training import changes
from core.jobs import Report
from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import ImageSet, Indices, Selection
from core.transfer.model.classifier import ModelSpec
from core.transfer.subject import Subject
from core.transfer.training.loop import train
from core.transfer.training.reference import ProbeReference, probe_reference
from core.transfer.training.run import Point, Run
from core.transfer.training.schedule import Recipe
from core.ui import framework as ui
from core.ui.transfer.backbones import backbone
from core.ui.transfer.data.augmentation import DEFAULTS as AUGMENTATIONS
from core.ui.transfer.data.augmentation import choose_augmentation
from core.ui.transfer.features import features_there
from core.ui.transfer.subject import DEFAULTS as SUBJECT

TRAINING = "transfer/training"
SHARED: Mapping[str, Any] = MappingProxyType({**SUBJECT, **AUGMENTATIONS})
"""First values of the controls that all these sections have."""


def choose_changes(images: ImageSet) -> Augmentation:
    """Draw the controls of what may happen to training pictures, folded, and say in a line what was chosen."""
    with st.expander("Augmentation", icon=":material/auto_fix_high:"):
        augmentation = choose_augmentation(images)
    st.caption(changes(augmentation))
    return augmentation


def training(
    title: str, spec: ModelSpec, subject: Subject, recipe: Recipe, points: list[Point], budget_s: float | None = None
) -> Callable[[Report], Run]:
    """The training of one network as a job, under a title that no saved run has: "Keras-like", "Keras-like (2)"."""
    free, number = title, 2
    while free in ui.session().runs:
        free, number = f"{title} ({number})", number + 1
    images, selection = subject.images, subject.selection
    work = partial(train, free, spec, images, selection, recipe, watch=points.append, budget_s=budget_s)
    return lambda report: work(report=report)


def reference(subject: Subject, looked_at: Indices | None = None) -> Callable[[Report], ProbeReference | None]:
    """The logistic probe that a training is held against, as the first part of its job.

    Args:
        subject: what the training runs on.
        looked_at: the validation pictures that its points are about; None: all.
    """
    return partial(
        _reference, subject.images, subject.selection, subject.backbone, trained=subject.trained, size=subject.size,
        looked_at=looked_at, features=features_there(subject),
    )  # fmt: skip


def _reference(
    images: ImageSet, selection: Selection, name: str, report: Report, *, trained: bool, **more: Any
) -> ProbeReference | None:
    network = partial(backbone, name, trained)
    return probe_reference(images, selection, name, trained=trained, report=report, network=network, **more)


def beside_probe(reached: Sequence[Reached], probe: ProbeReference | None, subject: Subject) -> None:
    """Say who stays below the probe, and why; or why there is none."""
    chosen, classes = subject.selection, len(subject.images.classes)
    if probe is None:
        st.caption(ui.prose(TRAINING, "No probe"))
        return
    per_class = len(chosen.train) / classes
    st.markdown(against_probe(reached, probe.validation, validation=len(chosen.validation), per_class=per_class))


def save(run: Run) -> Run:
    """Save a run in this visit; returns it without its weights, to be shown."""
    ui.session().keep(run)
    return run.without_weights()
