"""How a race ended: bars of the seeds, and a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from core.figures.figure import Figure
from core.figures.transfer.curves import COLOURS
from core.transfer.subject import Subject
from core.transfer.training.estimate import parameters
from core.transfer.training.race import spec_of
from core.transfer.training.race_settings import RaceSettings
from core.transfer.training.run import Point, Run

SHARE = 0.9
"""Of its best accuracy: when a runner gets there says how fast it is."""
_MEAN, _SEED = "mean", "seed"

_FOR = {
    "fixed": "For few pictures, or for pictures much like those of ImageNet.",
    "last": "For more pictures, or where the last layers see what ImageNet does not have.",
    "all": "For many pictures, or for pictures quite unlike those of ImageNet.",
    "scratch": "To see what the ImageNet weights are worth.",
}

Runs = Mapping[tuple[str, int], Run]
"""(name of the runner, seed) -> its run."""


def runners(subject: Subject, settings: RaceSettings) -> pd.DataFrame:
    """Who takes part: what each trains and freezes, and how long at most, a row each."""
    rows = []
    for runner in settings.runners:
        counts = parameters(spec_of(runner, subject.backbone, subject.size, len(subject.images.classes)))
        learn = sum(count for group, count in counts.items() if runner.phase.trains(group))
        start, most = "ImageNet" if runner.trained else "random numbers", settings.budget_s * len(settings.seeds)
        rows.append((runner.title, learn, sum(counts.values()) - learn, start, most))
    return pd.DataFrame(rows, columns=["runner", "parameters trained", "frozen", "begins with", "s, at most"])


def purposes(settings: RaceSettings) -> str:
    """What each runner is and what it is for, as a list in Markdown."""
    return "\n".join(f"- **{one.title}.** {one.says} {_FOR[one.key]}" for one in settings.runners)


def seconds_to(points: Sequence[Point], share: float = SHARE) -> float | None:
    """Seconds of training until the first evaluation at which it had a share of its best accuracy.

    None where it had that before the first step: then it has learned next to nothing, however soon.
    """
    target = share * max(point.accuracy for point in points)
    first = next(point for point in points if point.accuracy >= target)
    return None if first is points[0] else first.seconds


def seed_bars(runs: Runs, names: Sequence[str]) -> Figure:
    """Accuracy on the test pictures: the mean as a bar, a point a seed, a line from the least to the most.

    Args:
        runs: that have ended.
        names: of all runners, in the order of their colours.
    """
    shown = [name for name in names if any(runner == name for runner, _ in runs)]
    rows = []
    for name in shown:
        found = {seed: run.test.accuracy for (runner, seed), run in runs.items() if runner == name}
        least, most, mean = min(found.values()), max(found.values()), sum(found.values()) / len(found)
        rows.append((name, _MEAN, mean, least, most, f"mean of {len(found)}", f"{mean:.1%}"))
        rows += [(name, _SEED, value, value, value, f"seed {seed}", "") for seed, value in found.items()]
    data = pd.DataFrame(rows, columns=["runner", "what", "accuracy", "least", "most", "which", "label"])
    y = {"field": "runner", "type": "nominal", "sort": shown, "title": None, "axis": {"labelLimit": 240}}
    x = {
        "field": "accuracy",
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "axis": {"format": ".0%", "tickCount": 6},
        "title": "accuracy on the test pictures",
    }
    colour = {
        "field": "runner",
        "type": "nominal",
        "scale": {"domain": list(names), "range": [COLOURS[i % len(COLOURS)] for i in range(len(names))]},
        "legend": None,
    }
    tips = [
        {"field": "runner"},
        {"field": "which"},
        {"field": "accuracy", "format": ".1%"},
        {"field": "least", "format": ".1%"},
        {"field": "most", "format": ".1%"},
    ]
    mean_only = [{"filter": f"datum.what === '{_MEAN}'"}]
    spec = {
        "title": "Accuracy on the test pictures",
        "height": {"step": 46},
        "layer": [
            {
                "transform": mean_only,
                "mark": {"type": "bar", "height": 24, "opacity": 0.55},
                "encoding": {"y": y, "x": x, "color": colour, "tooltip": tips},
            },
            {
                "transform": mean_only,
                "mark": {"type": "rule", "strokeWidth": 2.5},
                "encoding": {"y": y, "x": {**x, "field": "least"}, "x2": {"field": "most"}, "color": colour},
            },
            {
                "transform": [{"filter": f"datum.what === '{_SEED}'"}],
                "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
                "encoding": {"y": y, "x": x, "color": colour, "tooltip": tips},
            },
        ],
    }
    said = "; ".join(
        f"{row.runner} {row.accuracy:.1%} ({row.least:.1%} to {row.most:.1%})"
        for row in data[data["what"] == _MEAN].itertuples()
    )
    return Figure(spec, data, f"Mean accuracy on the test pictures, with least and most of the seeds: {said}")


def table(runs: Runs) -> pd.DataFrame:
    """One row a run."""
    return pd.DataFrame(
        [
            {
                "runner": name,
                "seed": seed,
                "test accuracy": run.test.accuracy,
                "best on validation": run.points[run.best].accuracy,
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
