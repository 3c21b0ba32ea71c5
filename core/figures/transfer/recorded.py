"""Recorded trainings in numbers and words: what they reached, and what that teaches."""

from __future__ import annotations

import pandas as pd

from core.figures.transfer.against_probe import Reached, against_probe
from core.figures.words import counted
from core.transfer.training.recording import Recording

_SCRATCH, _FIXED = "From scratch", "Fixed feature extractor"


def results(recording: Recording) -> pd.DataFrame:
    """One row a training: its best on the validation pictures, the test pictures, how long it was."""
    return pd.DataFrame(
        [
            {
                "training": title,
                "best on validation": recording.best[title],
                "test accuracy": recording.tests[title],
                "s of training": points[-1].seconds,
                "epochs": points[-1].epoch,
            }
            for title, points in recording.points.items()
        ]
    )


def race_teaches(recording: Recording) -> str:
    """What a recorded race teaches, one or two sentences."""
    others = {title: accuracy for title, accuracy in recording.tests.items() if title != _SCRATCH}
    winner = max(others, key=lambda title: others[title])
    won, scratch = others[winner], recording.tests[_SCRATCH]
    said = f"In about {recording.budget_s:.0f} s each, “{winner}” gets {won:.1%} of the test photographs right"
    if won > scratch:
        said += (
            f", and the same network from scratch {scratch:.1%}: what it had learned from ImageNet is worth "
            f"{100 * (won - scratch):.0f} points here."
        )
    else:
        said += f", and the same network from scratch {scratch:.1%}: here ImageNet's weights are no help."
    return said


def schedule_teaches(recording: Recording) -> str:
    """What a recorded schedule teaches, two or three sentences."""
    ((title, points),) = recording.points.items()
    first = next(number for number, phase in enumerate(recording.phases) if phase.epochs > 0)
    head = max((point.accuracy for point in points if point.phase <= first), default=0.0)
    best = recording.best[title]
    name = recording.phases[first].name
    said = f"The phase “{name}” alone reaches {head:.1%} of the validation photographs"
    if best > head:
        said += f"; the phases after it, in which more and more layers learn, bring it to {best:.1%}."
    else:
        said += ", and the phases after it, in which more and more layers learn, add nothing to that here."
    frozen = [layer for layer in recording.weight_change if not layer.trained]
    if frozen and all(layer.identical for layer in frozen):
        kept = counted(len(frozen), "layer")
        said += f" {kept} never learned, and every bit of their weights and statistics is what it was."
    return said


def beside_probe(recording: Recording) -> str:
    """The trainings held against the logistic probe, in Markdown."""
    reached = [
        Reached(title, recording.best[title], points[-1].epoch, fixed=title == _FIXED, scratch=title == _SCRATCH)
        for title, points in recording.points.items()
    ]
    return against_probe(reached, recording.probe)
