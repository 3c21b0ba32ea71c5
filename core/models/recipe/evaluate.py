"""`evaluate`: average precision of the teacher and of weight files on labelled photographs, and paired differences."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.models.card import content
from core.models.recipe import teacher
from core.models.recipe.contestants import BUNDLED, TEACHER, detector
from core.models.recipe.labels import fractions
from core.models.recipe.measure import Difference, Figures, differences, figures
from core.models.recipe.photographs import Photograph, coco_numbers, held_out, listed, real_labels
from core.models.recipe.record import digest, teacher_digest, told, versions
from core.models.recipe.shards import save_text
from core.models.recipe.teacher import Found
from core.models.recipe.words import CAVEAT, say


@dataclass(frozen=True)
class Options:
    """What `evaluate` is told.

    Attributes:
        labelled: folders of photographs that are labelled whole.
        heldout: list of those to measure on.
        detectors: "teacher", "bundled" or name=file of weights.
        sides: lengths of the shorter side, network pixels.
        compare: pairs of detectors' names.
        resamples: of the bootstrap.
        seed: of the same.
        out: file to write.
    """

    labelled: list[Path]
    heldout: Path
    detectors: list[str]
    sides: list[int]
    compare: list[list[str]]
    resamples: int
    seed: int
    out: Path


def run(options: Options) -> None:
    """Measure, and write what came out.

    Raises:
        UserError: photographs, labels or weights do not serve.
    """
    files = _files(options.detectors)
    strange = {name for pair in options.compare for name in pair} - set(files)
    if strange:
        raise UserError(f"There is no detector called {min(strange)} to compare: list it in --detectors.")
    photographs, real = measured_on(options.labelled, options.heldout)
    detectors = {name: detector(name, path) for name, path in files.items()}
    found: dict[tuple[str, int], list[Found]] = {}
    said: dict[str, dict[str, Any]] = {name: {} for name in detectors}
    for name, detect in detectors.items():
        for side in options.sides:
            start = time.monotonic()
            found[name, side] = [detect(teacher.pixels(one.read()), side) for one in photographs]
            seconds = time.monotonic() - start
            said[name][str(side)] = numbers(figures(found[name, side], real))
            say(f"{name} at {side} px, {seconds:.0f} s: {said[name][str(side)]}")
    compared = []
    for first, second in options.compare:
        for side in options.sides:
            rows = differences(found[first, side], found[second, side], real, options.resamples, options.seed)
            compared.append({"first": first, "second": second, "side": side, "differences": list(map(numbers, rows))})
            say(f"{first} less {second} at {side} px: {compared[-1]['differences']}")
    result = {
        "note": CAVEAT,
        "photographs": [photograph.key for photograph in photographs],
        "objects": sum(map(len, real)),
        "classes": len({number for one in real for number in one.classes.tolist()}),
        "average precision": said,
        "paired differences, 95 % intervals over photographs": compared,
        "arguments": told(options),
        "weights, sha256": {name: teacher_digest() if path is None else digest(path) for name, path in files.items()},
        "versions": versions(),
    }
    save_text(options.out, json.dumps(result, indent=1))


def measured_on(folders: Sequence[Path], heldout: Path) -> tuple[list[Photograph], list[Found]]:
    """The held-out photographs that lie in some folders, each COCO number once, and what is on them.

    Args:
        folders: of photographs that are labelled whole.
        heldout: list of those to measure on.

    Returns:
        The photographs, and their labels in pixels of the file.

    Raises:
        UserError: a folder or the list does not serve, or none of it is there with labels.
    """
    known = content()["classes"]
    labels = real_labels(folders, known)
    left = set(held_out(heldout))
    photographs: list[Photograph] = []
    for photograph in listed(folders):
        here = coco_numbers(photograph.name) & left
        if here and labels.get(photograph.key):
            left -= here
            photographs.append(photograph)
    if not photographs:
        raise UserError(f"None of the photographs in {heldout} lies in these folders with labels.")
    # pixels are fractions of a picture of one pixel
    return photographs, [fractions(labels[photograph.key], (1, 1), known) for photograph in photographs]


def numbers(result: Figures | Difference) -> dict[str, Any]:
    """For JSON, which has no NaN: rounded to a hundredth of a point."""
    return {key: _number(value) if isinstance(value, float) else value for key, value in asdict(result).items()}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)


def _files(told: Sequence[str]) -> dict[str, Path | None]:
    """A detector's name to its file, None where it is bundled.

    Raises:
        UserError: a name is unknown or stands there twice.
    """
    files: dict[str, Path | None] = {}
    for one in told:
        name, equals, path = one.partition("=")
        if name in files:
            raise UserError(f"Two detectors are called {name}.")
        if bool(equals) == (name in (TEACHER, BUNDLED)) or (equals and not path):
            raise UserError(f"{one} is no detector: say {TEACHER}, {BUNDLED} or name=file of weights.")
        files[name] = Path(path) if equals else None
    return files
