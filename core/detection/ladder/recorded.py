"""Runs on the sample photographs that were recorded: numbers and boxes as JSON in `recorded/`, no pictures.

A page shows them at once, where a live run would take seconds. `python -m tests.bench.record_ladder` makes them, with
the bundled detector at its usual size and the settings that the page begins with. Boxes have a tenth of a pixel and
scores five digits.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from core.detection.ladder.result import FLOOR, Method, Rung
from core.detection.ladder.settings import Settings
from core.detection.results import Candidates, StageTime
from core.models.detectors import DETECTORS

FOLDER = Path(__file__).parent / "recorded"
MODEL = "bundled"


@dataclass(frozen=True, eq=False)
class Recording:
    """All four methods on one photograph.

    Attributes:
        made: on which machine and when, a sentence's part.
        short_side: length of the picture's shorter side for the network, pixels.
        rungs: what each came to.
    """

    made: str
    short_side: int
    rungs: Mapping[Method, Rung]


def recorded_run(sample: str, model: str, short_side: int, method: Method, settings: Settings) -> Rung | None:
    """What was recorded of a sample for exactly these settings; None where nothing was."""
    if model != MODEL or not (FOLDER / f"{sample}.json").is_file():
        return None
    recording = read(sample)
    usual = Settings()
    if short_side != recording.short_side or settings.of(method) != usual.of(method):
        return None
    return recording.rungs[method]


def write(recording: Recording, sample: str, folder: Path = FOLDER) -> None:
    """Write a recording as JSON."""
    first = next(iter(recording.rungs.values())).candidates
    text = {
        "made": recording.made,
        "short_side": recording.short_side,
        "image_size": first.image_size,
        "methods": {method.value: _plain(rung) for method, rung in recording.rungs.items()},
    }
    folder.mkdir(exist_ok=True)
    (folder / f"{sample}.json").write_text(json.dumps(text, separators=(",", ":")) + "\n", encoding="utf-8")


@cache
def read(sample: str, folder: Path = FOLDER) -> Recording:
    """The recording of this sample; read once."""
    found: dict[str, Any] = json.loads((folder / f"{sample}.json").read_text(encoding="utf-8"))
    size = found["image_size"][0], found["image_size"][1]
    rungs = {Method(name): _rung(Method(name), values, size) for name, values in found["methods"].items()}
    return Recording(found["made"], found["short_side"], rungs)


def _plain(rung: Rung) -> dict[str, Any]:
    candidates = rung.candidates
    return {
        "regions": _rounded(rung.regions, 1),
        "boxes": _rounded(candidates.boxes, 1),
        "scores": _rounded(candidates.scores, 5),
        "labels": candidates.labels.tolist(),
        "sources": candidates.sources.tolist(),
        "passes": rung.passes,
        "parts": [[part.stage, round(part.milliseconds, 1)] for part in rung.parts],
        "side": rung.side,
    }


def _rounded(values: Tensor, digits: int) -> Any:
    return _digits(values.double().tolist(), digits)


def _digits(node: Any, digits: int) -> Any:
    return [_digits(one, digits) for one in node] if isinstance(node, list) else round(node, digits)


def _rung(method: Method, values: dict[str, Any], size: tuple[int, int]) -> Rung:
    boxes = torch.tensor(values["boxes"]).reshape(-1, 4)
    candidates = Candidates(
        classes=DETECTORS[MODEL].classes,
        image_size=size,
        network_size=size,  # NMS works on overlaps, which are the same in image pixels
        boxes=boxes,
        network_boxes=boxes,
        scores=torch.tensor(values["scores"]),
        labels=torch.tensor(values["labels"], dtype=torch.int64),
        sources=torch.tensor(values["sources"], dtype=torch.int64),
        floor=FLOOR,
        times=(),
    )
    parts = tuple(StageTime(stage, milliseconds) for stage, milliseconds in values["parts"])
    regions = torch.tensor(values["regions"]).reshape(-1, 4)
    return Rung(method, regions, candidates, values["passes"], parts, values["side"])
