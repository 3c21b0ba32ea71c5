"""Records as JSON files: written so that people can read them, read so that nothing in them is believed unseen."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, fields
from functools import cache
from pathlib import Path
from typing import Any

from core.errors import UserError
from core.models.cifar10.members import League
from core.transfer.cifar10.record import Record
from core.transfer.training.run import Point

FORMAT = "CNN Classroom CIFAR-10 1"
FOLDER = Path(__file__).parent / "results"
MOST_BYTES = 8 * 2**20
"""Of a file that is read: one with all predictions has a third of a megabyte."""


def to_json(record: Record) -> str:
    """The record as JSON that people can read: a field a line, numbers of the curve with six digits."""
    parts = {"format": FORMAT} | {entry.name: getattr(record, entry.name) for entry in fields(record)}
    parts["images_per_second"] = round(record.images_per_second, 1)
    parts["curve"] = [_short(asdict(point)) for point in record.curve]
    lines = ",\n".join(f" {json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}" for name, value in parts.items())
    return "{\n" + lines + "\n}\n"


def from_json(text: str | bytes) -> Record:
    """Read what `to_json` wrote.

    Raises:
        UserError: it is another kind of file, damaged, or says what cannot be.
    """
    foreign = UserError("This is no record of a training on CIFAR-10: give the JSON file that the recipe wrote.")
    if len(text) > MOST_BYTES:
        raise UserError(f"This file has {len(text) / 2**20:,.0f} MB; at most {MOST_BYTES // 2**20} MB are read.")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise foreign from error
    if not isinstance(found, dict) or found.pop("format", None) != FORMAT:
        raise foreign
    try:
        speed = found.pop("images_per_second")  # follows from the others, and stands there for those who read the file
        record = _record(found)
        if not math.isclose(speed, record.images_per_second, rel_tol=0.01):
            raise ValueError("its pictures a second do not fit its seconds and epochs")
        return record
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        why = str(error) if type(error) is ValueError else "something is missing or of another kind"
        raise UserError(f"This record of a training cannot be right: {why}.") from error


def named(key: str, seed: int) -> str:
    """What the files of a training are called, without their endings."""
    return key if not seed else f"{key}-seed{seed}"


def write(record: Record, folder: Path) -> Path:
    """Write a record under its key and seed.

    Raises:
        UserError: there is no room.
    """
    path = folder / f"{named(record.key, record.configuration.get('seed', 0))}.json"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        path.write_text(to_json(record), encoding="utf-8")
    except OSError as error:
        raise UserError(f"The record could not be written to {folder}: {error.strerror or error}.") from error
    return path


@cache
def shipped(folder: Path = FOLDER) -> tuple[Record, ...]:
    """The records that come with the app, by file name."""
    return tuple(from_json(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json")))


def _record(found: dict[str, Any]) -> Record:
    """Of plain JSON; what is of another kind raises TypeError."""
    numbers = {"parameters": int, "macs": int, "steps": int, "epochs": float, "seconds": float, "validation": float}
    for name, kind in (numbers | {"test": float}).items():
        if isinstance(found[name], bool) or not isinstance(found[name], int if kind is int else int | float):
            raise TypeError(name)
    texts = ("key", "family", "title", "made", "source", "data_digest", "device", "predicted")
    if not all(isinstance(found[name], str) for name in texts):
        raise TypeError("a text is missing")
    if not all(isinstance(found[name], dict) for name in ("pictures", "configuration", "versions")):
        raise TypeError("a table is missing")
    names, classes = (tuple(map(_text, found[name])) for name in ("names", "classes"))
    return Record(
        **{
            **found,
            "league": League(found["league"]),
            "curve": tuple(_point(point) for point in found["curve"]),
            "classes": classes,
            "names": names,
            "confidence": tuple(map(_whole, found["confidence"])),
            "confusion": tuple(tuple(map(_whole, row)) for row in found["confusion"]),
        }
    )


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _whole(value: object) -> int:
    if type(value) is not int:
        raise TypeError("not a whole number")
    return value


def _point(values: dict[str, Any]) -> Point:
    """JSON has no NaN: a loss that was none is null there."""
    empty = {name: math.nan for name, value in values.items() if value is None and name.endswith("loss")}
    return Point(**{**values, **empty})


def _short(values: dict[str, Any]) -> dict[str, Any]:
    """Six digits; what a training on one task leaves empty is left out."""
    return {
        name: (float(f"{value:.6g}") if math.isfinite(value) else None) if isinstance(value, float) else value
        for name, value in values.items()
        if value is not None
    }
