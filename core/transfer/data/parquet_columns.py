"""Which column of a Parquet file holds pictures, which one labels, and what the classes are called."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from core.errors import UserError
from core.names import same
from core.transfer.data.image_set_builder import MOST_CLASSES
from core.transfer.data.names import clean
from core.transfer.data.parquet_types import (
    classes_of,
    features_of,
    field_of_bytes,
    is_bytes,
    is_number,
    is_text,
    kind_of,
    plain_type,
)

LABELS = (
    "label", "labels", "finelabel", "class", "classes", "target", "targets", "category", "categories", "classname",
    "labelname", "categoryname", "classlabel", "labeltext", "labelstr", "groundtruth", "y",
)  # fmt: skip
"""What columns of labels are called, without what joins the words, the likeliest first: data sets of Hugging Face,
scikit-learn and Keras."""
IMAGES = (
    "image", "img", "images", "picture", "photo", "pixels", "data", "content", "pixelvalues", "imagebytes", "imgbytes",
    "imagedata", "jpg", "jpeg", "png", "webp", "bytes",
)  # fmt: skip
"""What columns of pictures are called, without what joins the words, the likeliest first: also webdataset's."""
_MOST_NUMBERS = 100  # columns, beyond which they are hardly anything but pixels
_NEVER = re.compile(r"__index_level_\d+__")  # what pandas calls an index without a name when it writes one
_SAYS_ELSE = {
    "author", "channels", "cols", "created", "date", "depth", "file", "filename", "fold", "format", "hash", "height",
    "id", "idx", "index", "key", "license", "md5", "mode", "name", "path", "rows", "seed", "sha1", "sha256", "size",
    "source", "split", "thumb", "thumbnail", "time", "timestamp", "uri", "url", "uuid", "width",
}  # fmt: skip
"""Words in the names of columns that say something else of a picture than what is on it."""


@dataclass(frozen=True)
class Columns:
    """What is read.

    Attributes:
        image: name of the column of pictures.
        inside: the field of these structs that holds the files; "" where the column holds them itself.
        path: whether it has their names.
        label: name of the column of labels.
        classes: names of the classes, where labels are numbers of these; None: labels speak for themselves.
        second: name of another column of labels, or None.
        second_classes: names of its classes, or None.
        most: classes that a column may have.
        images: all columns of pictures, the likeliest first.
        labels: all columns that can be labels, the likeliest first.
        sure: whether the file leaves no doubt about both.
        numbers: whether the labels are numbers.
    """

    image: str
    inside: str
    path: bool
    label: str
    classes: tuple[str, ...] | None
    second: str | None
    second_classes: tuple[str, ...] | None
    most: int = MOST_CLASSES
    images: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    sure: bool = True
    numbers: bool = True

    @property
    def wanted(self) -> tuple[str, ...]:
        """Paths in the schema of all that is read."""
        inner = [self.inside, *(["path"] if self.path else [])]
        pictures = [f"{self.image}.{field}" for field in inner] if self.inside else [self.image]
        return (*pictures, self.label, *(() if self.second is None else (self.second,)))

    def notes(self) -> tuple[str, ...]:
        """Sentences about what was guessed."""
        notes = []
        if not self.sure and (len(self.labels) > 1 or _joined(self.label) not in LABELS):
            notes.append(f"The classes are read from the column “{clean(self.label, 'label')}”.")
        if self.classes is None and self.numbers:
            notes.append("The file does not name its classes, so they are called by their numbers.")
        if len(self.images) > 1:
            notes.append(f"Of several columns of pictures “{clean(self.image, 'image')}” is used.")
        return tuple(notes)


def find_columns(schema: pa.Schema, image: str | None = None, label: str | None = None) -> Columns:
    """Look through the schema.

    Args:
        schema: of the file.
        image: the column of pictures, where that is known.
        label: the column of labels, where that is known.

    Raises:
        UserError: there is no column of pictures, or none of labels, or classes are named twice alike by name.
    """
    features = features_of(schema)
    if len(set(schema.names)) < len(schema.names):
        raise UserError("The Parquet file has two columns of one name: rename one of them.")
    images = sorted(filter(_holds_pictures, schema), key=lambda column: _image_rank(features, column))
    if not images:
        raise UserError(
            f"The Parquet file has no column of pictures{_instead(schema)}: it needs one of picture files (PNG, JPEG, "
            "…), or of structs with such a file in a field “bytes”, as data sets of Hugging Face have it."
        )
    ranked = sorted((_label_rank(features, column), column.name) for column in schema if _can_be_label(column))
    labels = [name for _, name in ranked]
    if not ranked or ranked[0][0][0] > 1:  # else a column that is called otherwise would take its place
        lists = [column.name for column in schema if _is_list(column.type) and _joined(column.name) in LABELS]
        if lists:
            raise UserError(
                f"The column “{clean(lists[0], 'label')}” of the Parquet file holds several labels of a picture: "
                "export one for each."
            )
        others = [
            column
            for column in schema
            if _joined(column.name) in LABELS[:-1] and not _can_be_label(column) and not _holds_pictures(column)
        ]
        if others:
            kind = clean(str(others[0].type), "null")
            raise UserError(
                f"The column “{clean(others[0].name, 'label')}” of the Parquet file holds values of the type {kind} "
                "and no labels: export it as texts or whole numbers."
            )
    if not labels:
        raise UserError("The Parquet file has no column of labels: add one of texts or whole numbers.")
    names = [column.name for column in images]
    chosen_image = images[names.index(image)] if image in names else images[0]
    chosen: str = label if label is not None and label in labels else labels[0]
    second = next((name for name in labels if name != chosen and _is_second(features, schema.field(name))), None)
    if "." in chosen_image.name or "." in chosen or "." in (second or ""):  # which the library takes for a path
        raise UserError("A name of a column in the Parquet file has a dot: rename it.")
    inside = field_of_bytes(chosen_image.type)
    return Columns(
        chosen_image.name,
        inside,
        bool(inside) and any(field.name == "path" and is_text(field.type) for field in chosen_image.type),
        chosen,
        classes_of(features, schema.field(chosen)),
        second,
        None if second is None else classes_of(features, schema.field(second)),
        images=tuple(names),
        labels=tuple(labels),
        sure=_is_sure([rank for rank, _ in ranked]) and _one_image(features, images),
        numbers=is_number(plain_type(schema.field(chosen).type)),
    )


def _is_sure(ranks: Sequence[tuple[int, int, int]]) -> bool:
    """Whether one column alone is called as labels are; or else alone has names of classes."""
    best = ranks[0][0]
    return best < 2 and sum(tier == best for tier, *_ in ranks) == 1


def _one_image(features: Mapping[str, Any], images: Sequence[pa.Field]) -> bool:
    ranks = [_image_rank(features, column) for column in images]
    if len(ranks) == 1 or ranks[0][:2] < ranks[1][:2]:
        return True
    return ranks[0][2] < len(IMAGES) <= ranks[1][2]  # it alone is called as pictures are


def _holds_pictures(column: pa.Field) -> bool:
    kind = column.type
    if pa.types.is_struct(kind):
        return bool(field_of_bytes(kind))
    return is_bytes(plain_type(kind)) and not _is_text_in_bytes(column)


def _is_list(kind: pa.DataType) -> bool:
    types = pa.types
    tests = types.is_list, types.is_large_list, types.is_fixed_size_list, types.is_list_view, types.is_large_list_view
    return any(test(kind) for test in tests)


def _instead(schema: pa.Schema) -> str:
    """What a column holds that is called as pictures are; "" where none is, or nothing is to be said."""
    column = next((one for name in IMAGES for one in schema if _joined(one.name) == name), None)
    if column is None:
        many = sum(is_number(one.type) for one in schema)
        return f", but {many:,} columns of numbers, perhaps one for each pixel" if many >= _MOST_NUMBERS else ""
    kind = plain_type(column.type)
    inner = kind
    while _is_list(inner):
        inner = inner.value_type
    if inner is not kind:
        what = "lists of numbers" if is_number(inner) else "lists of pictures" if field_of_bytes(inner) else "lists"
    elif is_text(kind):
        what = "texts, perhaps where the pictures are"
    else:
        what = "structs without files" if pa.types.is_struct(kind) else f"values of the type {clean(str(kind), 'null')}"
    return f": “{clean(column.name, 'image')}” holds {what}"


def _is_text_in_bytes(column: pa.Field) -> bool:
    """Whether a column is called as labels are and of bytes: some writers do not say that these are texts."""
    return is_bytes(plain_type(column.type)) and _joined(column.name) in LABELS


def _can_be_label(column: pa.Field) -> bool:
    kind = plain_type(column.type)
    good = is_number(kind) or pa.types.is_boolean(kind) or is_text(kind) or _is_text_in_bytes(column)
    return bool(good) and not _NEVER.fullmatch(column.name)


def _is_second(features: Mapping[str, Any], column: pa.Field) -> bool:
    """Whether a column of whole numbers or texts is a label, and not a number of a row or a width."""
    whole = pa.types.is_integer(column.type) or is_text(plain_type(column.type))
    return kind_of(features, column.name) == "ClassLabel" or (whole and "label" in column.name.casefold())


def _image_rank(features: Mapping[str, Any], column: pa.Field) -> tuple[bool, bool, int]:
    name = _joined(column.name)
    at = IMAGES.index(name) if name in IMAGES else len(IMAGES) + bool(_says_else(column.name))
    return kind_of(features, column.name) != "Image", at >= len(IMAGES) and not pa.types.is_struct(column.type), at


def _label_rank(features: Mapping[str, Any], column: pa.Field) -> tuple[int, int, int]:
    """How unlikely a column is to be the labels: its tier, the order in that tier, and numbers after texts."""
    name, kind = same(column.name).casefold(), plain_type(column.type)
    named = kind_of(features, column.name) == "ClassLabel"
    numbers = int(not (is_text(kind) or pa.types.is_boolean(kind)))
    if (joined := _joined(name)) in LABELS:
        return 0, LABELS.index(joined) + (0 if named else len(LABELS)), numbers
    if named:
        return 1, 0, numbers
    words = set(re.split(r"[^a-z0-9]+", name)) | {name}
    if words & {"label", "class", "category"} and not words & _SAYS_ELSE:
        return 2, 0, numbers
    return (4 if words & _SAYS_ELSE else 3), 0, numbers


def _says_else(name: str) -> set[str]:
    """The words of a column's name that say something else than what is on a picture."""
    name = same(name).casefold()
    return (set(re.split(r"[^a-z0-9]+", name)) | {name}) & _SAYS_ELSE


def _joined(name: str) -> str:
    """A name without what joins its words."""
    return re.sub(r"[\W_]+", "", same(name).casefold())
