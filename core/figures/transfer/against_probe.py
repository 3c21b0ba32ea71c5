"""Trainings held against a logistic probe on the frozen features: who stays below it, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.figures.words import counted
from core.transfer.training.run import Run

FEW_PICTURES = 50
"""Training pictures of a class below which fine-tuning has little to learn from."""
FEW_EPOCHS = 10
"""Passes over the training pictures below which a training is short."""
_CHANCE = 2
"""Validation pictures by which two accuracies may differ without a reason."""


@dataclass(frozen=True)
class Reached:
    """What a training reached.

    Attributes:
        title: of the training.
        accuracy: its best on the validation pictures.
        epochs: it made.
        fixed: whether only a head on the frozen features learned, as in the probe.
        scratch: whether it began with random weights, and the probe did not.
        ended: "stopped" or "diverged" where it did not end as planned.
    """

    title: str
    accuracy: float
    epochs: float
    fixed: bool = False
    scratch: bool = False
    ended: str = ""


def reached(title: str, run: Run, *, fixed: bool = False, scratch: bool = False) -> Reached:
    """What a run reached."""
    ended = "stopped" if run.stopped else "diverged" if run.diverged else ""
    return Reached(title, run.validation_accuracy, run.points[-1].epoch, fixed, scratch, ended)


def against_probe(
    trainings: Sequence[Reached], probe: float, *, validation: int | None = None, per_class: float | None = None
) -> str:
    """Who reaches the probe, and of each of the others how much it lacks and why, in Markdown.

    Args:
        trainings: one at least.
        probe: accuracy of the probe on the validation pictures.
        validation: how many of them there are; None: not known.
        per_class: training pictures of a class; None: not known.
    """
    above = [one for one in trainings if one.accuracy >= probe - 1e-9]
    below = [one for one in trainings if one not in above]
    said = f"**Logistic probe** (dashed): {probe:.1%} on the validation pictures, on features of the frozen backbone."
    if above:
        names = ", ".join(f"{one.title} ({one.accuracy:.1%})" for one in above)
        said += f" It is reached by {names}."
    lines = [f"- **{one.title}** stays below it: {_why(one, probe, validation, per_class)}" for one in below]
    return "\n".join([said, "", *lines]).strip()


def _why(one: Reached, probe: float, validation: int | None, per_class: float | None) -> str:
    gap = f"{one.accuracy:.1%}"
    if validation is not None:
        fewer = round((probe - one.accuracy) * validation)
        gap += f", {counted(fewer, 'picture')} of {validation:,} fewer"
        if fewer <= _CHANCE and not one.ended:
            return f"{gap}. That may be chance."
    return f"{gap}. {_reason(one, per_class)}"


def _reason(one: Reached, per_class: float | None) -> str:
    if one.ended == "stopped":
        return "It was stopped before its end."
    if one.ended == "diverged":
        return "It diverged: its learning rate was too high."
    made = counted(round(one.epochs), "epoch")
    few = per_class is not None and per_class < FEW_PICTURES
    if one.scratch:
        return (
            "It began with random weights: it first has to learn the edges and textures that the probe's features "
            f"have from 1.3 million photographs, in {made}."
        )
    if one.fixed:
        return (
            f"It learns the same kind of layer on the same features, but in small steps, {made}; the probe is computed "
            "to its end, with the best of several penalties."
        )
    reasons = [f"{made} are a short training"] if one.epochs < FEW_EPOCHS else []
    if few:
        reasons.append(f"{per_class:.0f} training pictures of a class are few for so many weights")
    if not reasons:
        return "Other learning rates may do better: try them in *Schedule*."
    text = ", and ".join(reasons)
    return f"{text[0].upper()}{text[1:]}; the probe has only one layer to learn."
