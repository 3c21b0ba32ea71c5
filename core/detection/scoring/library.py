"""mAP as published benchmarks compute it: torchmetrics with faster-coco-eval, and the code that does the same alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

import numpy as np
import torch
from torchmetrics.detection import MeanAveragePrecision

from core.detection.scoring.average_precision import COCO_IOUS
from core.detection.scoring.evaluated_images import EvaluatedImage, classes_of

_RECALLS = np.linspace(0, 1, 101)
_LOCK = Lock()  # torchmetrics turns the process's standard output away while it computes


@dataclass(frozen=True)
class Summary:
    """COCO's twelve figures and what they are made of; nan where there are no such boxes.

    Attributes:
        map: mean over classes and the thresholds .50, .55 ... .95 of AP with 101 points.
        map_50, map_75: at one threshold.
        map_small, map_medium, map_large: of target boxes under 32², from there to 96², and larger, square pixels.
        mar_1, mar_10, mar_100: average recall with at most so many detections a picture.
        mar_small, mar_medium, mar_large: average recall by size.
        by_class: class -> AP over the ten thresholds.
        by_iou: (10,) mean AP at each threshold.
    """

    map: float
    map_50: float
    map_75: float
    map_small: float
    map_medium: float
    map_large: float
    mar_1: float
    mar_10: float
    mar_100: float
    mar_small: float
    mar_medium: float
    mar_large: float
    by_class: dict[str, float]
    by_iou: tuple[float, ...]


_FIGURES = [name for name in Summary.__dataclass_fields__ if name.startswith("ma")]


def summary(images: Sequence[EvaluatedImage]) -> Summary:
    """Evaluate pictures the way COCO does.

    A box that is `difficult` is handed over as a crowd, since the library knows no other box that need not be found.
    """
    classes = classes_of(images)
    number = {label: index for index, label in enumerate(classes)}
    predictions: list[dict[str, torch.Tensor]] = []
    targets: list[dict[str, torch.Tensor]] = []
    for image in images:
        predictions.append(
            {
                "boxes": torch.from_numpy(image.found.boxes),
                "scores": torch.from_numpy(image.found.scores),
                "labels": torch.tensor([number[label] for label in image.found.labels], dtype=torch.int64),
            }
        )
        targets.append(
            {
                "boxes": torch.from_numpy(image.target.boxes),
                "labels": torch.tensor([number[label] for label in image.target.labels], dtype=torch.int64),
                "iscrowd": torch.from_numpy(image.target.ignored).long(),
                "area": torch.from_numpy(image.target.areas),
            }
        )
    # the library's own thresholds are float32: IoU .550000012, and a recall of 1/5 below the level 0.200000003
    metric = MeanAveragePrecision(
        iou_thresholds=COCO_IOUS.tolist(),
        rec_thresholds=_RECALLS.tolist(),
        extended_summary=True,
        backend="faster_coco_eval",
    )
    metric.warn_on_many_detections = False
    with _LOCK:
        metric.update(predictions, targets)
        found = metric.compute()
    table = found.get("precision")  # (10, 101, C, areas, limits), -1 where a class has no target box
    if table is None or not classes:
        return Summary(**dict.fromkeys(_FIGURES, math.nan), by_class=dict.fromkeys(classes, math.nan), by_iou=())
    aps = table[:, :, :, 0, -1].numpy().mean(axis=1)  # (10, C)
    defined = aps[:, aps[0] >= 0]  # (10, classes with target boxes)
    return Summary(
        **{name: _number(found[name]) for name in _FIGURES},
        by_class={label: _defined(aps[:, index].mean()) for label, index in number.items()},
        by_iou=tuple(defined.mean(axis=1).tolist()) if defined.size else (),
    )


def _number(value: Any) -> float:
    return _defined(value.item())


def _defined(value: float) -> float:
    """The library says -1 where there is nothing to average."""
    return math.nan if value < 0 else float(value)


def python_code(images: Sequence[EvaluatedImage]) -> str:
    """A script that computes mAP of these very boxes with torchmetrics and checks it against the page."""
    classes = classes_of(images)
    number = {label: index for index, label in enumerate(classes)}

    def rows(values: Sequence[Any]) -> str:
        return "[" + ", ".join(str(value) for value in values) + "]"

    def boxes(corners: Any) -> str:
        return rows([rows([round(value, 3) for value in box]) for box in corners.tolist()])

    rounded = [_rounded(image) for image in images]
    lines = [
        "import numpy as np",
        "import torch",
        "from torchmetrics.detection import MeanAveragePrecision",
        "",
        f"classes = {rows([ascii(label) for label in classes])}  # their numbers are the labels below",
        "pictures = [  # gold boxes, labels, crowd or difficult, area; detected boxes, labels, scores",
    ]
    for image in rounded:
        target, found = image.target, image.found
        lines += [
            f"    (  # {image.name!a}",
            f"        {boxes(target.boxes)},",
            f"        {rows([number[label] for label in target.labels])},",
            f"        {rows(target.ignored.astype(int).tolist())},",
            f"        {rows(target.areas.tolist())},",
            f"        {boxes(found.boxes)},",
            f"        {rows([number[label] for label in found.labels])},",
            f"        {rows(found.scores.tolist())},",
            "    ),",
        ]
    value = summary(rounded).map
    check = "result < 0  # no gold boxes: undefined" if math.isnan(value) else f"abs(result - {value:.6f}) < 1e-5"
    lines += [
        "]",
        "# the library's own defaults are float32 (.550000012), which moves a recall of 1/5 below the level 0.2",
        "metric = MeanAveragePrecision(",
        "    iou_thresholds=np.linspace(0.5, 0.95, 10).tolist(),",
        "    rec_thresholds=np.linspace(0, 1, 101).tolist(),",
        '    backend="faster_coco_eval",',
        ")",
        "for gold, gold_labels, crowd, area, boxes, labels, scores in pictures:",
        "    target = {",
        '        "boxes": torch.tensor(gold, dtype=torch.float64).reshape(-1, 4),',
        '        "labels": torch.tensor(gold_labels, dtype=torch.int64),',
        '        "iscrowd": torch.tensor(crowd, dtype=torch.int64),',
        '        "area": torch.tensor(area, dtype=torch.float64),',
        "    }",
        "    found = {",
        '        "boxes": torch.tensor(boxes, dtype=torch.float64).reshape(-1, 4),',
        '        "labels": torch.tensor(labels, dtype=torch.int64),',
        '        "scores": torch.tensor(scores, dtype=torch.float64),',
        "    }",
        "    metric.update([found], [target])",
        'result = metric.compute()["map"].item()',
        'print(f"mAP at IoU .50:.05:.95 = {result:.4f}")',
        f"assert {check}",
        "",
    ]
    return "\n".join(lines)


def _rounded(image: EvaluatedImage) -> EvaluatedImage:
    """The boxes as the script writes them."""
    target, found = image.target, image.found
    return replace(
        image,
        target=replace(target, boxes=target.boxes.round(3), areas=target.areas.round(3)),
        found=replace(found, boxes=found.boxes.round(3), scores=found.scores.round(6)),
    )
