"""What a column of a Parquet file holds, by its type and by what the metadata of Hugging Face's datasets says of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from core.errors import UserError
from core.names import same
from core.transfer.data.image_set_builder import MOST_CLASSES

_KEY = b"huggingface"
_LONGEST = 1_000_000  # bytes of JSON that are looked at


def is_number(kind: pa.DataType) -> bool:
    """Whether a column of this type holds numbers."""
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def plain_type(kind: pa.DataType) -> pa.DataType:
    """The type of the values, also where they are looked up in a dictionary."""
    return kind.value_type if pa.types.is_dictionary(kind) else kind


def is_bytes(kind: pa.DataType) -> bool:
    """Whether a column of this type holds files."""
    types = pa.types
    return bool(types.is_binary(kind) or types.is_large_binary(kind) or types.is_binary_view(kind))


def is_text(kind: pa.DataType) -> bool:
    """Whether a column of this type holds texts."""
    types = pa.types
    return bool(types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind))


def field_of_bytes(kind: pa.DataType) -> str:
    """The field of structs that holds files: that called `bytes`, or the only one of bytes; "" for none."""
    if not pa.types.is_struct(kind):
        return ""
    fields = [field.name for field in kind if is_bytes(plain_type(field.type)) and "." not in field.name]
    return "bytes" if "bytes" in fields else fields[0] if len(fields) == 1 else ""


def features_of(schema: pa.Schema) -> Mapping[str, Any]:
    """What the metadata says of columns; nothing where it says nothing that can be understood."""
    text = (schema.metadata or {}).get(_KEY, b"")
    if not text or len(text) > _LONGEST:
        return {}
    try:
        features = json.loads(text)["info"]["features"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return {same(name): feature for name, feature in features.items()} if isinstance(features, dict) else {}


def kind_of(features: Mapping[str, Any], name: str) -> str:
    """What the metadata calls a column: `Image`, `ClassLabel`; "" where it says nothing."""
    feature = features.get(same(name))
    return str(feature.get("_type")) if isinstance(feature, dict) else ""


def classes_of(features: Mapping[str, Any], column: pa.Field) -> tuple[str, ...] | None:
    """Names of the classes of a label whose values are numbers of these.

    Raises:
        UserError: too many.
    """
    feature = None if is_text(plain_type(column.type)) else features.get(same(column.name))
    names = feature.get("names") if isinstance(feature, dict) else None
    if isinstance(names, dict):  # as older files have it: "0" -> name
        names = [names.get(str(number)) for number in range(len(names))]
    if not isinstance(names, list) or not names or not all(isinstance(text, str) for text in names):
        return None
    if len(names) > MOST_CLASSES:
        raise UserError(f"The Parquet file names {len(names):,} classes; at most {MOST_CLASSES} are possible.")
    return tuple(names)
