"""How a race ended: bars of the seeds, and a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from statistics import mean

import pandas as pd
import plotly.graph_objects as go

from core.figures.plots import NAMES, SHARES, Plot, axis, chart
from core.figures.transfer.against_probe import Reached, reached
from core.figures.transfer.curves import COLOURS
from core.transfer.subject import Subject
from core.transfer.training.estimate import parameters
from core.transfer.training.loop import steps_of_epoch
from core.transfer.training.race import best_seeds, budget_of, spec_of
from core.transfer.training.race_settings import RaceSettings
from core.transfer.training.run import Point, Run

SHARE = 0.9
"""Of its best accuracy: when a runner gets there says how fast it is."""

_FOR = {
    "fixed": "For few pictures, or for pictures much like those of ImageNet.",
    "last": "For more pictures, or where the last layers see what ImageNet does not have.",
    "all": "For many pictures, or for pictures quite unlike those of ImageNet.",
    "scratch": "To see what the ImageNet weights are worth.",
}

Runs = Mapping[tuple[str, int], Run]
"""(name of the runner, seed) -> its run."""


def runners(subject: Subject, settings: RaceSettings) -> pd.DataFrame:
    """Who takes part: what each trains and freezes, for how many seconds, and its least steps of each seed."""
    rows = []
    for runner in settings.runners:
        counts = parameters(spec_of(runner, subject.backbone, subject.size, len(subject.images.classes)))
        learn = sum(count for group, count in counts.items() if runner.phase.trains(group))
        start, most = "ImageNet" if runner.trained else "random numbers", settings.budget_s * len(settings.seeds)
        budget = budget_of(runner, len(subject.selection.train), settings.budget_s, settings.least_steps)
        whole = math.ceil(runner.phase.epochs * steps_of_epoch(len(subject.selection.train), runner.phase))
        least = min(budget.least, whole)
        rows.append((runner.title, learn, sum(counts.values()) - learn, start, most, least))
    columns = ["runner", "parameters trained", "frozen", "begins with", "seconds", "steps, at least"]
    return pd.DataFrame(rows, columns=columns)


def purposes(settings: RaceSettings) -> str:
    """What each runner is and what it is for, as a list in Markdown."""
    return "\n".join(f"- **{one.title}.** {one.says} {_FOR[one.key]}" for one in settings.runners)


def seconds_to(points: Sequence[Point], share: float = SHARE) -> float | None:
    """Seconds of training until the first evaluation at which it had a share of its best accuracy.

    None where it had that before the first step: then it has learned next to nothing, however soon.
    """
    target = share * max(point.accuracy for point in points)
    first = next((point for point in points if point.accuracy >= target), points[0])
    return None if first is points[0] else first.seconds


def seed_bars(runs: Runs, names: Sequence[str]) -> Plot:
    """Accuracy on the test pictures: the mean as a bar, a point a seed, a line from the least to the most.

    Args:
        runs: that have ended.
        names: of all runners, in the order of their colours.
    """
    found = {
        name: {seed: run.test.accuracy for (runner, seed), run in runs.items() if runner == name} for name in names
    }
    shown = [name for name in names if found[name]]
    colours = {name: COLOURS[place % len(COLOURS)] for place, name in enumerate(names)}
    means = [mean(found[name].values()) for name in shown]
    least, most = ([end(found[name].values()) for name in shown] for end in (min, max))
    bars = go.Bar(
        y=shown,
        x=means,
        orientation="h",
        width=0.55,
        opacity=0.55,
        marker={"color": [colours[name] for name in shown]},
        error_x={
            "array": [end - middle for end, middle in zip(most, means, strict=True)],
            "arrayminus": [middle - end for end, middle in zip(least, means, strict=True)],
        },
        text=[f"{value:.1%}" for value in means],
        textposition="none",
        customdata=list(zip(least, most, strict=True)),
        hovertemplate="%{y}<br>mean %{x:.1%}<br>%{customdata[0]:.1%} to %{customdata[1]:.1%}<extra></extra>",
    )
    seeds = [(name, accuracy, seed) for name in shown for seed, accuracy in found[name].items()]
    points = go.Scatter(
        y=[name for name, _, _ in seeds],
        x=[accuracy for _, accuracy, _ in seeds],
        text=[f"seed {seed}" for _, _, seed in seeds],
        mode="markers",
        marker={"color": [colours[name] for name, _, _ in seeds], "size": 10},
        hovertemplate="%{y}, %{text}: %{x:.1%}<extra></extra>",
    )
    said = "; ".join(
        f"{name} {m:.1%} ({a:.1%} to {b:.1%})" for name, m, a, b in zip(shown, means, least, most, strict=True)
    )
    return chart(
        "Accuracy on the test pictures",
        bars,
        points,
        x=axis("accuracy on the test pictures", **SHARES),
        y=NAMES,
        alt=f"Mean accuracy on the test pictures, with least and most of the seeds: {said}",
        height=96 + 46 * len(shown),
    )


def best_reached(runs: Runs, settings: RaceSettings) -> list[Reached]:
    """What each runner reached with the best of its seeds, to be held against a probe.

    Args:
        runs: by key of the runner and seed.
        settings: of the race.
    """
    best = {runner: runs[key] for runner, key in best_seeds(runs).items()}
    return [
        reached(runner.title, best[runner.key], fixed=runner.key == "fixed", scratch=not runner.trained)
        for runner in settings.runners
        if runner.key in best
    ]


def table(runs: Runs) -> pd.DataFrame:
    """One row a run."""
    return pd.DataFrame(
        [
            {
                "runner": name,
                "seed": seed,
                "test accuracy": run.test.accuracy,
                "best on validation": run.validation_accuracy,
                f"s to {SHARE:.0%} of its best": seconds_to(run.points),
                "s of training": run.seconds,
                "epochs": run.points[-1].epoch,
                "parameters trained": run.learned,
                "parameters frozen": run.parameters - run.learned,
                "ended": "stopped" if run.stopped else "diverged" if run.diverged else "as planned",
            }
            for (name, seed), run in runs.items()
        ]
    )


def points_table(lines: Mapping[tuple[str, int], Sequence[Point]]) -> pd.DataFrame:
    """All points of all runs, one row each, for a file."""
    return pd.DataFrame(
        [
            {
                "runner": name,
                "seed": seed,
                "seconds": point.seconds,
                "epoch": point.epoch,
                "training loss": point.loss,
                "validation accuracy": point.accuracy,
                "validation loss": point.validation_loss,
            }
            for (name, seed), points in lines.items()
            for point in points
        ]
    )
