"""A PyTorch script that repeats an experiment and needs nothing of this app."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2

from core.models.weights import Packaged
from core.names import safe_cell
from core.transfer.data.augment import Augmentation
from core.transfer.features.probes.plan import GRIDS, Kind
from core.transfer.model.groups import HEADS, NECK, groups
from core.transfer.takeaway.names import folders, markdown
from core.transfer.takeaway.result import Result, epochs_done
from core.transfer.takeaway.weights import FORMAT
from core.transfer.training.freezing import backbone_rests
from core.transfer.training.run import Run

_HERE = Path(__file__).parent
_LINE = 120


@lru_cache(maxsize=1)
def templates() -> jinja2.Environment:
    """The templates beside this module; a name that a template does not know is an error."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE),
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
        autoescape=False,  # no HTML is made: a visitor's words go through `lit` into Python, through `md` into Markdown
    )
    environment.filters["lit"] = literal
    environment.filters["md"] = markdown
    return environment


def literal(value: str | Sequence[str]) -> str:
    """Text, or several, as Python in ASCII, with double quotes where these need no escape."""
    if not isinstance(value, str):
        inside = ", ".join(map(literal, value))
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    usual = ascii(value)
    return f'"{usual[1:-1]}"' if usual[0] == "'" and '"' not in usual else usual


def experiment_script(result: Result) -> str:
    """The experiment of a result as a script, to be run on the folder that `pictures_zip` makes.

    Names that a visitor chose stand in it as Python literals and nowhere else, so that none can end a string.
    """
    run, spec = result.run, result.trained.spec
    architecture, source = spec.architecture, spec.architecture.source
    packaged = source if spec.trained and isinstance(source, Packaged) else None
    classes = result.trained.classes
    named = folders(classes)
    values: dict[str, Any] = {
        "library": architecture.library,
        "backbone": spec.backbone,
        "title": architecture.title,
        "pretrained": spec.trained,
        "has_aux": architecture.has_aux,
        "head": architecture.head,
        "package": packaged.package if packaged else "",
        "file": packaged.file if packaged else "",
        "name": result.title,
        "format": FORMAT,
        "classes": _wrapped(classes),
        "folders": "" if named == classes else _wrapped(named),
        "side": result.images.side,
        "size": spec.size,
        "mean": list(architecture.mean),
        "std": list(architecture.std),
        "second": "",
        "result": _measured(result),
    }
    if run is None:
        return templates().get_template("probe.py.jinja").render(values | {"penalties": GRIDS[Kind.LOGISTIC]})
    return templates().get_template("experiment.py.jinja").render(values | _of_run(result, run))


def _of_run(result: Result, run: Run) -> dict[str, Any]:
    spec, recipe, second = result.trained.spec, run.recipe, result.images.second
    return {
        "neck": spec.neck,
        "dropout": spec.dropout,
        "outputs": spec.outputs,
        "seed": recipe.seed,
        "groups": {group.name: group.modules for group in groups(spec.backbone)},
        "phases": _phases(run),
        "optimiser": recipe.optimiser,
        "weight_decay": recipe.weight_decay,
        "label_smoothing": recipe.label_smoothing,
        "one_cycle": recipe.one_cycle,
        "augmentations": augmentations(recipe.augmentation, result.images.side),
        "cutout": recipe.augmentation.cutout,
        # as in the app: a mixed picture has no one second label
        "mixup": 0 if recipe.second_task else recipe.augmentation.mixup,
        "second": recipe.second_task,
        "second_weight": recipe.second_weight,
        "second_classes": _wrapped(tuple(map(safe_cell, second.classes))) if second else "()",
        "rests": any(phase.epochs and backbone_rests(phase) for phase in recipe.phases),
    }


def augmentations(augmentation: Augmentation, side: int) -> list[str]:
    """Lines of torchvision's transforms that do to a picture what the app did."""
    lines = []
    if augmentation.crop < 1:
        lines.append(
            f"v2.RandomResizedCrop({side}, scale=({augmentation.crop}, 1.0), ratio=(1.0, 1.0), antialias=True)"
        )
    if augmentation.flip:
        lines.append("v2.RandomHorizontalFlip()")
    if augmentation.jitter:
        lines.append(f"v2.ColorJitter(*[{augmentation.jitter}] * 3)")
    if augmentation.cutout:
        lines.append("v2.Lambda(cut_out)")
    return lines


def _phases(run: Run) -> list[dict[str, Any]]:
    """The schedule with the epochs that it came to: a budget of seconds means others on another machine."""
    spec = run.trained.spec
    known = {*(group.name for group in groups(spec.backbone)), HEADS, *([NECK] if spec.neck else [])}
    return [
        {
            "name": phase.name,
            "rates": _rates({name: rate for name, rate in phase.rates.items() if rate > 0 and name in known}),
            "epochs": _round_up(done),
            "batch": phase.batch,
            "statistics": str(phase.statistics),
            "rebuild": phase.rebuild,
        }
        for phase, done in zip(run.recipe.phases, epochs_done(run), strict=True)
    ]


def _rates(rates: Mapping[str, float]) -> str:
    return "{" + ", ".join(f"{literal(name)}: {rate:g}" for name, rate in rates.items()) + "}"


def _round_up(epochs: float) -> float | int:
    """Two decimals, whole where it is whole."""
    rounded = math.ceil(round(epochs * 100, 6)) / 100
    return int(rounded) if rounded == int(rounded) else rounded


def _measured(result: Result) -> list[str]:
    test, run = result.test, result.run
    lines = [
        f"test accuracy {test.accuracy:.1%} of {test.of:,} pictures "
        f"(95% Wilson interval {test.low:.1%} to {test.high:.1%})"
    ]
    if run is not None:
        best = run.points[run.best]
        lines += [
            f"validation accuracy {run.validation_accuracy:.1%} at its best, after {best.epoch:.1f} epochs",
            f"{run.seconds:.1f} s of training" + (", stopped before its end" if run.stopped else ""),
        ]
    return lines


def _wrapped(names: Sequence[str]) -> str:
    """A tuple of names as Python, one a line where one line will not do."""
    line = literal(names)
    return line if len(line) <= _LINE - 20 else "(\n" + "".join(f"    {literal(name)},\n" for name in names) + ")"
