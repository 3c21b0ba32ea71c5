"""Trainings of the sections: one begins, is watched while it runs, and stays shown until the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from types import MappingProxyType
from typing import Any

import streamlit as st

from core.jobs import TRAININGS, Job, Report
from core.models.zoo import ZOO
from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import ImageSet
from core.transfer.model.classifier import ModelSpec
from core.transfer.subject import Subject
from core.transfer.training.estimate import parameters
from core.ui.framework.progress import show_progress
from core.ui.framework.show import escape_markdown
from core.ui.transfer.data.augmentation import DEFAULTS as AUGMENTATIONS
from core.ui.transfer.data.augmentation import choose_augmentation
from core.ui.transfer.desk import desk
from core.ui.transfer.experiment import Experiment
from core.ui.transfer.subject import DEFAULTS as SUBJECT
from core.ui.transfer.subject import says_little

SHARED: Mapping[str, Any] = MappingProxyType({**SUBJECT, **AUGMENTATIONS})
"""Of the controls that all sections with a training have: their reset buttons put these back with their own."""
EVERY_S = 1.0
"""Seconds from one drawing of a curve that grows to the next."""


def begin(name: str, experiment: Experiment[Any, Any, Any], work: Callable[[Report], Any]) -> None:
    """Put a training in the line; for use in the callback of a button.

    Args:
        name: of the section, on the desk.
        experiment: to be shown from now on, in place of the one before.
        work: its job; it may hold neither the experiment nor the desk.
    """
    desk().start(name, TRAININGS, work)
    desk().shown[name] = experiment


def under_way(name: str) -> bool:
    """Whether a training of the section waits or runs, or has ended and is not taken in yet."""
    return name in desk().jobs


def current(name: str, collect: Callable[[Any], Any]) -> Experiment[Any, Any, Any] | None:
    """The section's training; where it has just ended, its result is taken in.

    Args:
        name: of the section.
        collect: given the job's result once, on the page's thread: keeps runs, and returns what the section shows on.
    """
    experiment: Experiment[Any, Any, Any] | None = desk().shown.get(name)
    job = desk().jobs.get(name)
    if experiment is not None and job is not None and job.ended:
        result = job.wait()
        experiment.error, experiment.ended = job.error, True
        experiment.result = None if result is None else collect(result)
        del desk().jobs[name]  # and with it the weights of runs that are not kept
    return experiment


def watch(name: str, label: str, draw: Callable[[Experiment[Any, Any, Any]], None]) -> None:
    """Show how far the section's training is, and below it what `draw` makes of it; by itself again and again.

    Nothing is shown of one that has ended but why it failed, if it did, and its drawing.

    Args:
        name: of the section.
        label: what it does ("The race").
        draw: called with the experiment.
    """
    job: Job | None = desk().jobs.get(name)
    if job is not None and job.ended:  # just now, after `current` looked
        st.rerun()
    if job is not None:
        stops = "It stops at its next step, and what has been learned by then stays."
        again = partial(_draw, name, draw)
        key = f"transfer_{name}_job"
        show_progress(job, TRAININGS, label, key, stop="Stop training", stop_help=stops, draw=again, every=EVERY_S)
        return
    experiment = desk().shown.get(name)
    if experiment is None:
        return
    if experiment.error:
        st.error(escape_markdown(experiment.error), icon=":material/error:")
    elif experiment.result is None:
        st.info("It was stopped before its end.", icon=":material/stop_circle:")
    draw(experiment)


def _draw(name: str, draw: Callable[[Experiment[Any, Any, Any]], None]) -> None:
    """For the fragment, whose arguments outlive the tab: so the desk is asked anew."""
    experiment = desk().shown.get(name)
    if experiment is not None:
        draw(experiment)


@lru_cache(maxsize=64)
def parameters_of(spec: ModelSpec) -> Mapping[str, int]:
    """Group -> its parameters, in forward order; counted once for all visitors."""
    return MappingProxyType(parameters(spec))


def free_title(base: str) -> str:
    """A title that no run on the desk has: "Keras-like", then "Keras-like (2)"."""
    title, number = base, 2
    while title in desk().runs:
        title, number = f"{base} ({number})", number + 1
    return title


def on_what(subject: Subject, *, weights: bool = True) -> str:
    """What a training runs on, in one line of Markdown."""
    amount = subject.selection.per_class
    pictures = f"{len(subject.selection.train):,} training pictures"
    of = f" ({amount} a class)" if amount is not None else ""
    start = "" if not weights else ", ImageNet weights" if subject.trained else ", random weights"
    title = ZOO[subject.backbone].title
    return f"{escape_markdown(subject.images.name)}, {pictures}{of}, {title} at {subject.size} px{start}"


def caption(experiment: Experiment[Any, Any, Any], subject: Subject, *, weights: bool = True) -> None:
    """Say what a training was run on, and whether something else is chosen by now."""
    old, new = experiment.subject, subject
    same = old.key == new.key if weights else old.key[:3] + old.key[4:] == new.key[:3] + new.key[4:]
    other = "" if same else " Another subject is chosen by now; this is still about the one before."
    little = says_little(old.selection)
    st.caption(f"Run on {on_what(old, weights=weights)}.{other}{f' {little}' if little else ''}")


def too_few(subject: Subject) -> str:
    """Why nothing can be trained on these pictures, a sentence; "" where it can."""
    chosen = subject.selection
    if len(chosen.train) < 2:
        return "A training needs at least two training pictures: choose more of them, or another set."
    if not len(chosen.validation) or not len(chosen.test):
        return "A training is judged on validation and test pictures, and this set has none: choose another."
    return ""


def choose_changes(images: ImageSet) -> Augmentation:
    """Draw the controls of what may happen to training pictures, folded, and say in a line what was chosen."""
    with st.expander("Augmentation", icon=":material/auto_fix_high:"):
        augmentation = choose_augmentation(images)
    st.caption(changes(augmentation))
    return augmentation


def changes(augmentation: Augmentation) -> str:
    """What may happen to training pictures, in words."""
    parts = [
        "mirrored" if augmentation.flip else "",
        f"cropped to {augmentation.crop:.0%} or more of their area" if augmentation.crop < 1 else "",
        f"colours changed by up to {augmentation.jitter:.0%}" if augmentation.jitter else "",
        f"a square of {augmentation.cutout:.0%} of the side cut out" if augmentation.cutout else "",
        f"mixed in pairs (α = {augmentation.mixup:g})" if augmentation.mixup else "",
    ]
    told = ", ".join(part for part in parts if part)
    stay = "Training pictures stay as they are"
    return f"{f'Training pictures are changed at random: {told}' if told else stay}; see *Data*."
