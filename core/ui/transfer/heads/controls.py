"""Controls of the section "Two heads"."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from core.transfer.data.image_set import ImageSet
from core.transfer.subject import Subject
from core.transfer.training.two_heads import SecondTask, TwoHeads, backbone_groups, task_names, two_heads
from core.ui.framework.controls import defaults, draw, segments, slider, steps, whole
from core.ui.transfer.subject import choose_subject
from core.ui.transfer.training import SHARED, choose_changes

KEY = "transfer_heads"
TASK, DEPTH = f"{KEY}_task", f"{KEY}_depth"


@dataclass(frozen=True)
class _Loss:
    weight: float = slider(
        "Weight w of the second loss", 0.0, 1.0, 0.3, 0.05,
        "L = (1 − w) L₁ + w L₂. At 0 only the classes are learned, at 1 only the second task.",
    )  # fmt: skip


@dataclass(frozen=True)
class _Task:
    task: SecondTask = segments(
        "Second head learns", ("label", "rotation"), "label",
        "Another label of the same pictures, or by how many quarter turns a picture was turned, which nobody has to "
        "label (arXiv:1803.07728).",
    )  # fmt: skip


@dataclass(frozen=True)
class _Depth:
    depth: int = steps(
        "What learns", (0, 1), 1,
        "The heads share only what lies below them. Where nothing shared learns, their gradients cannot meet.",
    )  # fmt: skip


@dataclass(frozen=True)
class _Run:
    seconds: int = whole("Seconds", 5, 300, 30, "Of training, for each run.")
    seed: int = whole("Seed", 0, 9_999, 0, "Of the new heads, the order of pictures, their changes.")


DEFAULTS = {
    **SHARED,
    **{key: first for form in (_Loss, _Task, _Depth, _Run) for key, first in defaults(form, KEY).items()},
}


def controls() -> tuple[Subject, TwoHeads]:
    """Draw them."""
    weight = draw(_Loss, KEY).weight
    knobs = st.container()  # what is moved stays above what is chosen once
    subject = choose_subject()
    with knobs:
        task, depth = _task(subject.images), _depth(backbone_groups(subject.backbone))
    run = draw(_Run, KEY)
    changes = choose_changes(subject.images)
    return subject, two_heads(subject, task, depth, weight, run.seed, float(run.seconds), changes)


def _task(images: ImageSet) -> SecondTask:
    if images.second is None:
        st.caption("Second head: **rotation**. By how many quarter turns was a picture turned? Nobody has to label it.")
        return "rotation"
    return draw(_Task, KEY, task={"format_func": task_names(images).__getitem__}).task


def _depth(groups: tuple[str, ...]) -> int:
    def words(count: int) -> str:
        if count in (0, len(groups)):
            return "everything" if count else "only the heads"
        return f"heads and {groups[-count]}" + (f" to {groups[-1]}" if count > 1 else "")

    if st.session_state.get(DEPTH, 0) > len(groups):
        st.session_state[DEPTH] = len(groups)  # of a network with more groups
    return draw(_Depth, KEY, depth={"options": range(len(groups) + 1), "format_func": words}).depth
