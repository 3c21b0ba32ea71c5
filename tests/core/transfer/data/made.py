"""Files for tests, made in memory."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from PIL import Image


def picture(seed: int = 0, size: tuple[int, int] = (12, 10), form: str = "PNG") -> bytes:
    """A file with a picture that no other seed gives."""
    pixels = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form)
    return file.getvalue()


def folders(
    per_class: int = 4, classes: Sequence[str] = ("cats", "dogs"), top: str = "", start: int = 0
) -> dict[str, bytes]:
    """Names -> files: so many pictures in a folder of each class."""
    return {
        f"{top}{name}/{number}.png": picture(start + 100 * label + number)
        for label, name in enumerate(classes)
        for number in range(per_class)
    }


def zipped(
    files: Mapping[str, bytes] | Sequence[tuple[str | zipfile.ZipInfo, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """A zip of these."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items() if isinstance(files, Mapping) else files:
            archive.writestr(name, data)
    return file.getvalue()


def patched(data: bytes, signature: bytes, offset: int, form: str, value: int) -> bytes:
    """A zip in whose records of this kind a field is overwritten."""
    found, at = bytearray(data), data.find(signature)
    while at >= 0:
        struct.pack_into(form, found, at + offset, value)
        at = data.find(signature, at + 1)
    return bytes(found)


def structs(pictures: Sequence[bytes | None], names: Sequence[str | None] | None = None) -> pa.StructArray:
    """A column of pictures in the layout of Hugging Face's datasets."""
    paths = names if names is not None else [f"{number}.png" for number in range(len(pictures))]
    return pa.StructArray.from_arrays(
        [pa.array(pictures, pa.binary()), pa.array(paths, pa.string())], ["bytes", "path"]
    )


def parquet(columns: Mapping[str, Any], features: Any = None, **options: Any) -> bytes:
    """A Parquet file of these columns; `features` goes into the metadata."""
    table = pa.table(dict(columns))
    if features is not None:
        table = table.replace_schema_metadata({b"huggingface": json.dumps({"info": {"features": features}}).encode()})
    file = io.BytesIO()
    pq.write_table(table, file, **options)
    return file.getvalue()


def label(*names: str) -> dict[str, Any]:
    """What the metadata says of a column of labels."""
    return {"_type": "ClassLabel", "names": list(names)}


def silent(fraction: float, text: str) -> None:
    """A report to nobody."""
    assert 0 <= fraction <= 1
    assert text
