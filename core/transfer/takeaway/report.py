"""A report in the course's template as Markdown: what was measured is filled in, the rest waits for the student."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from core import device
from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import majority
from core.transfer.model.groups import groups
from core.transfer.takeaway.about import versions
from core.transfer.takeaway.names import markdown
from core.transfer.takeaway.references import Citations, reused
from core.transfer.takeaway.result import Interval, Result, epochs_done
from core.transfer.takeaway.script import templates
from core.transfer.training.run import Run
from core.transfer.training.schedule import Statistics

MOST_CLASSES = 30
"""Rows of a table of classes, at most."""
FIGURE = re.compile(r"^!\[.*\]\(figures/([\w-]+)\.png\)$", re.MULTILINE)
"""A line that shows a figure; its name is the group."""


def report(result: Result, compared: Mapping[str, Interval], figures: Mapping[str, str]) -> str:
    """The report.

    Args:
        result: the experiment.
        compared: title -> accuracy on the same test pictures, this experiment's own among them.
        figures: name -> what it shows in words; only these are put in.
    """
    spec, images, run = result.trained.spec, result.images, result.run
    cite = Citations(spec)
    classes = result.trained.classes
    values: dict[str, Any] = {
        "title": f"{result.title}: {spec.architecture.title} on {images.name}",
        "cite": cite,
        "classes_said": _listed([markdown(name) for name in classes]),
        "class_count": len(classes),
        "images": images,
        "spec": spec,
        "network": spec.architecture.title,
        "pretrained": spec.trained,
        "millions": f"{sum(value.numel() for value in result.trained.state.values()) / 1e6:.1f}",
        "mean": _three(spec.architecture.mean),
        "std": _three(spec.architecture.std),
        "counts": _counts(result),
        "train": f"{len(result.selection.train):,}",
        "validation": f"{len(result.selection.validation):,}",
        "test_count": f"{len(result.selection.test):,}",
        "per_class": result.selection.per_class,
        "run": run,
        "test": result.test,
        "baseline": majority(result.scored.target),
        "compared": compared,
        "figure": lambda name: f"![{markdown(figures[name])}](figures/{name}.png)" if name in figures else "",
        "each": _each(result),
        "each_cut": f"the first {MOST_CLASSES} of {len(classes):,} classes" if len(classes) > MOST_CLASSES else "",
        "disadvantages": _disadvantages(result),
        "device": device.describe().name,
        "versions": ", ".join(f"{name} {version}" for name, version in versions().items()),
        "reused": reused(spec),
    }
    if run is not None:
        values |= _of_run(run, cite)
    # the list of papers stands last, so that it knows what was named before: rendered in two goes
    text = templates().get_template("report.md.jinja").render(values | {"papers": ["@"]})
    head, _ = text.rsplit("1. @", 1)
    head += "\n".join(f"{number}. {paper}" for number, paper in enumerate(cite.listed(), 1)) + "\n"
    return re.sub(r"\n{3,}", "\n\n", head)


def _of_run(run: Run, cite: Citations) -> dict[str, Any]:
    spec = run.trained.spec
    return {
        "recipe": run.recipe,
        "best": replace(run.points[run.best], accuracy=run.validation_accuracy),
        "parameters": f"{run.parameters:,}",
        "learned": f"{run.learned:,}",
        "frozen": f"{run.parameters - run.learned:,}",
        "phases": [
            {
                "name": phase.name,
                "learns": ", ".join(f"{name} {rate:g}" for name, rate in phase.rates.items() if rate > 0) or "nothing",
                "epochs": f"{done:.1f}".removesuffix(".0"),
                "batch": phase.batch,
                "statistics": _STATISTICS[phase.statistics],
            }
            for phase, done in zip(run.recipe.phases, epochs_done(run), strict=True)
        ],
        "groups": "; ".join(
            f"{group.name} is {_listed([stage.name for stage in group.stages])}" for group in groups(spec.backbone)[1:]
        ),
        "augmentation": lambda: _augmentation(run.recipe.augmentation, cite),  # it names papers when its turn comes
        "frozen_said": _frozen(run),
    }


_STATISTICS = {
    Statistics.WITH_WEIGHTS: "move where the weights learn",
    Statistics.FROZEN: "stay everywhere",
    Statistics.MOVING: "move everywhere",
}


def _augmentation(augmentation: Augmentation, cite: Citations) -> str:
    parts = [
        "mirrored left to right half of the time" if augmentation.flip else "",
        f"cropped to {augmentation.crop:.0%} or more of their area" if augmentation.crop < 1 else "",
        f"changed in brightness, contrast and saturation by up to {augmentation.jitter:.0%}"
        if augmentation.jitter
        else "",
        f"covered by a grey square of {augmentation.cutout:.0%} of the side [{cite.cutout}]"
        if augmentation.cutout
        else "",
        f"mixed in pairs with alpha {augmentation.mixup:g} [{cite.mixup}]" if augmentation.mixup else "",
    ]
    told = [part for part in parts if part]
    if not told:
        return "The training pictures are shown as they are."
    return f"The training pictures are {_listed(told)}, newly drawn each time they are shown."


def _frozen(run: Run) -> str:
    frozen = [layer for layer in run.weight_change if not layer.trained]
    moved = [layer for layer in frozen if not layer.identical]
    if not frozen:
        return "Every layer was allowed to learn."
    if not moved:
        return (
            f"Outside the groups that learned, {len(frozen):,} of {len(frozen):,} layers are bit-identical to where "
            "they began, statistics of batch normalisation included."
        )
    return (
        f"Outside the groups that learned, {len(moved):,} of {len(frozen):,} layers changed all the same, "
        f"`{moved[0].name}` for instance: their weights had no rate, but statistics of batch normalisation were left "
        "in training mode."
    )


def _disadvantages(result: Result) -> list[str]:
    """What speaks against the method as it was used here, with the numbers of this experiment."""
    spec, test, run = result.trained.spec, result.test, result.run
    lines = []
    if spec.trained:
        lines.append(
            "The network brings what ImageNet taught it, mistakes and habits included; the further the pictures are "
            "from photographs of things, the less of it helps."
        )
    lines.append(
        f"{test.of:,} test pictures leave the accuracy uncertain by {test.high - test.low:.1%} from end to end, and "
        "pictures from elsewhere may be harder than these."
    )
    if result.images.side < spec.size:
        lines.append(
            f"The pictures have {result.images.side} pixels a side and were enlarged to {spec.size}: the network is "
            "asked about blurred pictures unlike those it knows."
        )
    elif spec.size < spec.architecture.input_size:
        lines.append(
            f"The network is made for {spec.architecture.input_size} pixels and saw {spec.size}: faster, and blind to "
            "small things."
        )
    if run is None or run.learned < run.parameters:
        lines.append("Layers that stay frozen cannot adapt: what they throw away, no head brings back.")
    if run is not None and run.learned == run.parameters:
        lines.append(
            f"All {run.parameters:,} parameters learned from {len(result.selection.train):,} pictures, which they can "
            "learn by heart; compare the losses."
        )
    if run is not None:
        lines.append("One run with one seed: how much of a difference is luck, only more seeds can tell.")
        if run.recipe.second_task:
            lines.append("Two tasks share one backbone, and what helps one may harm the other.")
    lines.append(
        f"It cannot say “none of these”: whatever is shown gets one of {len(result.trained.classes)} classes, often "
        "with a high probability, which is not calibrated."
    )
    return lines


def _counts(result: Result) -> list[tuple[str, list[int]]]:
    """Pictures of each class in each part, of those that take part; none where there are too many classes."""
    classes, chosen = result.trained.classes, result.selection
    if len(classes) > MOST_CLASSES:
        return []
    parts = (chosen.train, chosen.validation, chosen.test)
    table = [np.bincount(result.images.labels[part], minlength=len(classes)).tolist() for part in parts]
    return list(zip(classes, map(list, zip(*table, strict=True)), strict=True))


def _each(result: Result) -> list[tuple[str, str, str, str]]:
    """Class, recall, precision, test pictures."""
    counts = result.confusion()

    def share(part: int, whole: int) -> str:
        return f"{part / whole:.1%}" if whole else "undefined"

    return [
        (name, share(counts[c, c], counts[c].sum()), share(counts[c, c], counts[:, c].sum()), f"{counts[c].sum():,}")
        for c, name in enumerate(result.trained.classes[:MOST_CLASSES])
    ]


def _three(values: tuple[float, ...]) -> str:
    return "(" + ", ".join(f"{value:.3f}" for value in values) + ")"


def _listed(words: list[str], most: int = 12) -> str:
    """`a, b and c`; of many the first."""
    if len(words) > most:
        return ", ".join(words[:most]) + f" and {len(words) - most:,} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)
