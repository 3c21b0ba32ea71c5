"""Small experiments for the tests: real networks with random weights, a few pictures, a run made by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import torch

from core.transfer.data.image_set import ImageSet, SecondLabel, Selection, Split
from core.transfer.model.classifier import ModelSpec, Trained, build
from core.transfer.takeaway.result import Result
from core.transfer.training.run import LabelledPredictions, LayerChange, Point, Run
from core.transfer.training.schedule import Phase, Recipe

CLASSES = ("dark", "light", "striped")


def image_set(count: int = 24, side: int = 32, classes: tuple[str, ...] = CLASSES) -> ImageSet:
    """Pictures that can be told apart at a glance, so that a few steps learn something."""
    generator = torch.Generator().manual_seed(0)
    labels = np.arange(count) % len(classes)
    images = torch.randint(0, 60, (count, 3, side, side), generator=generator, dtype=torch.uint8)
    for index, label in enumerate(labels.tolist()):
        if label == 1:
            images[index] += 190
        elif label == 2:
            images[index, :, ::4] += 150
    split = np.repeat(
        [Split.TRAIN, Split.VALIDATION, Split.TEST], [count // 2, count // 4, count - count // 2 - count // 4]
    )
    return ImageSet(
        name="three kinds",
        digest="d" * 64,
        images=images,
        labels=labels.astype(np.int64),
        classes=classes,
        split=split.astype(np.int64),
        names=tuple(f"{classes[label]}/{index}.png" for index, label in enumerate(labels.tolist())),
        story="Made for the tests.",
        second=SecondLabel("parity", labels.astype(np.int64) % 2, ("even", "odd")),
    )


def selection(images: ImageSet) -> Selection:
    return Selection(images.part(Split.TRAIN), images.part(Split.VALIDATION), images.part(Split.TEST), None)


def trained(backbone: str = "resnet18", size: int = 32, title: str = "Last group", **rest: object) -> Trained:
    spec = replace(ModelSpec(backbone, size, (3,), trained=False), **rest)  # type: ignore[arg-type]
    return Trained(title, spec, CLASSES, build(spec, 1).state_dict(), "d" * 64)


def scored(images: ImageSet, wrong: int = 2) -> LabelledPredictions:
    """Answers of which some are wrong."""
    indices = images.part(Split.TEST)
    target = images.labels[indices]
    probabilities = np.full((len(target), len(images.classes)), 0.1, np.float32)
    said = target.copy()
    said[:wrong] = (said[:wrong] + 1) % len(images.classes)
    probabilities[np.arange(len(target)), said] = 1 - 0.1 * (len(images.classes) - 1)
    return LabelledPredictions(indices, target, probabilities)


PHASES = (
    Phase("Rebuild", {}, 0, rebuild=True),
    Phase("Heads", {"heads": 1e-2}, 1, batch=4),
    Phase("And group 4", {"group 4": 1e-3, "heads": 1e-3}, 2, batch=4),
)


def run(of: Trained | None = None, images: ImageSet | None = None, recipe: Recipe | None = None) -> Run:
    of, images, recipe = of or trained(), images or image_set(), recipe or Recipe(PHASES)
    last = len(recipe.phases) - 1
    points = (
        Point(0.0, 0.0, 0, float("nan"), 0.3, 1.2),
        Point(1.0, 1.0, min(1, last), 1.1, 0.5, 1.0),
        Point(2.0, 2.0, last, 0.8, 0.83, 0.6),
        Point(3.5, 3.0, last, 0.5, 0.67, 0.7),
    )
    weight_change = (
        LayerChange("backbone.conv1", "stem", "Conv2d", 9408, 0.0, 0, 0.0, True, False),
        LayerChange("backbone.layer4.0.bn1", "group 4", "BatchNorm2d", 1024, 0.02, 1024, 0.5, False, True),
        LayerChange("heads.0", "heads", "Linear", 1539, 0.4, 0, 0.0, False, True),
    )
    return Run(
        of, recipe, points, 2, weight_change, scored(images), 11_178_051, 8_395_267, 3.5, selection=selection(images)
    )


def result(of: Trained | None = None, images: ImageSet | None = None, recipe: Recipe | None = None) -> Result:
    images = images or image_set()
    made = run(of, images, recipe)
    return Result(made.trained, made.test, images, selection(images), made)
