"""Which column of a Parquet file holds pictures, which one labels, and what the classes are called."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from core.errors import UserError
from core.transfer.data.gathering import MOST_CLASSES
from core.transfer.data.names import clean

_KEY = b"huggingface"
_LONGEST = 1_000_000  # bytes of JSON that are looked at
_NAMES = ("label", "labels", "fine_label", "class", "target")
"""What columns of labels are called, the likeliest first."""


@dataclass(frozen=True)
class Columns:
    """What was found.

    Attributes:
        image: name of the column of pictures.
        path: whether it has their names.
        label: name of the column of labels.
        classes: names of the classes; None: the file has none.
        second: name of another column of labels, or None.
        second_classes: names of its classes, or None.
        most: classes that a column may have.
        others: further columns of pictures.
    """

    image: str
    path: bool
    label: str
    classes: tuple[str, ...] | None
    second: str | None
    second_classes: tuple[str, ...] | None
    most: int = MOST_CLASSES
    others: int = 0

    @property
    def wanted(self) -> tuple[str, ...]:
        """Paths in the schema of all that is read."""
        fields = [f"{self.image}.bytes", *([f"{self.image}.path"] if self.path else []), self.label]
        return (*fields, self.second) if self.second is not None else tuple(fields)

    def notes(self) -> tuple[str, ...]:
        """Sentences about what was guessed."""
        guessed = (
            ("The file does not name its classes, so they are called by their numbers.",)
            if self.classes is None
            else ()
        )
        more = (f"Of several columns of pictures “{clean(self.image, 'image')}” is used.",) if self.others else ()
        return guessed + more


def find_columns(schema: pa.Schema) -> Columns:
    """Look through the schema.

    Raises:
        UserError: there is no column of pictures, or none of labels, or classes are named twice alike by name.
    """
    features = _features(schema)
    if len(set(schema.names)) < len(schema.names):
        raise UserError("The Parquet file has two columns of one name: rename one of them.")
    images = [column for column in schema if _holds_pictures(column.type)]
    images.sort(key=lambda column: _kind(features, column.name) != "Image")
    if not images:
        raise UserError(
            "The Parquet file has no column of pictures: it needs one of structs with a field “bytes”, as data sets of "
            "Hugging Face have it."
        )
    labels = [column.name for column in schema if pa.types.is_integer(column.type)]
    labels.sort(key=lambda name: (_kind(features, name) != "ClassLabel", _rank(name)))
    if not labels:
        raise UserError("The Parquet file has no column of whole numbers to take for labels: add one.")
    image, label = images[0], labels[0]
    second = labels[1] if len(labels) > 1 and _is_second(features, labels[1]) else None
    if "." in image.name or "." in label or "." in (second or ""):  # which the library would take for a path
        raise UserError("A name of a column in the Parquet file has a dot: rename it.")
    return Columns(
        image.name,
        any(field.name == "path" and _is_text(field.type) for field in image.type),
        label,
        _classes(features, label),
        second,
        None if second is None else _classes(features, second),
        others=len(images) - 1,
    )


def _holds_pictures(kind: pa.DataType) -> bool:
    return pa.types.is_struct(kind) and any(
        field.name == "bytes" and (pa.types.is_binary(field.type) or pa.types.is_large_binary(field.type))
        for field in kind
    )


def _is_text(kind: pa.DataType) -> bool:
    return bool(pa.types.is_string(kind) or pa.types.is_large_string(kind))


def _is_second(features: Mapping[str, Any], name: str) -> bool:
    """Whether a column of whole numbers is a label, and not a number of a row or a width."""
    return _kind(features, name) == "ClassLabel" or "label" in name.casefold()


def _rank(name: str) -> int:
    return _NAMES.index(name.casefold()) if name.casefold() in _NAMES else len(_NAMES)


def _features(schema: pa.Schema) -> Mapping[str, Any]:
    """What the metadata says of columns; nothing where it says nothing that can be understood."""
    text = (schema.metadata or {}).get(_KEY, b"")
    if not text or len(text) > _LONGEST:
        return {}
    try:
        features = json.loads(text)["info"]["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return features if isinstance(features, dict) else {}


def _kind(features: Mapping[str, Any], name: str) -> str:
    feature = features.get(name)
    return str(feature.get("_type")) if isinstance(feature, dict) else ""


def _classes(features: Mapping[str, Any], name: str) -> tuple[str, ...] | None:
    """Names of the classes of a label.

    Raises:
        UserError: too many.
    """
    feature = features.get(name)
    names = feature.get("names") if isinstance(feature, dict) else None
    if isinstance(names, dict):  # as older files have it: "0" -> name
        names = [names.get(str(number)) for number in range(len(names))]
    if not isinstance(names, list) or not names or not all(isinstance(text, str) for text in names):
        return None
    if len(names) > MOST_CLASSES:
        raise UserError(f"The Parquet file names {len(names):,} classes and {MOST_CLASSES} are the most: take fewer.")
    return tuple(names)
