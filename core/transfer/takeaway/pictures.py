"""The pictures of an experiment as folders of classes, part by part: the data that its script reads."""

from __future__ import annotations

import csv
import io
import zipfile

import numpy as np
from PIL import Image

from core.errors import UserError
from core.names import safe_cell
from core.transfer.data.image_set import ImageSet, Selection, Split
from core.transfer.takeaway.names import folders, safe_file

MOST_BYTES = 200 * 10**6
"""Of all pixels: PNG needs about half of them, and the file is made in memory."""
PARTS = {Split.TRAIN: "train", Split.VALIDATION: "validation", Split.TEST: "test"}
_LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the same pictures make the same file


def pixels(images: ImageSet, selection: Selection) -> int:
    """Bytes of all pixels of the pictures that take part."""
    return len(selection.all) * 3 * images.side**2


def pictures_zip(images: ImageSet, selection: Selection) -> bytes:
    """A zip of pictures/train/<class>/*.png and so on, with pictures/labels.csv, which knows their names.

    Raises:
        UserError: they are too many.
    """
    size = pixels(images, selection)
    if size > MOST_BYTES:
        raise UserError(
            f"These pictures have {size / 1e6:,.0f} MB of pixels; at most {MOST_BYTES // 10**6} MB are possible: "
            "choose fewer pictures a class."
        )
    names = folders(images.classes)
    table = io.StringIO()
    rows = csv.writer(table, lineterminator="\r\n")
    rows.writerow(["file", "class", "part", "name", *([] if images.second is None else ["second"])])
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:  # PNG is compressed already
        for split, part in PARTS.items():
            for index in _of(selection, split).tolist():
                label = int(images.labels[index])
                stem = safe_file(images.names[index].rsplit(".", 1)[0].rsplit("/", 1)[-1], "picture")
                path = f"{part}/{names[label]}/{index:05d} {stem}.png"
                file.writestr(zipfile.ZipInfo(f"pictures/{path}", _LONG_AGO), _png(images, index))
                cells = [path, safe_cell(images.classes[label]), part, safe_cell(images.names[index])]
                if images.second is not None:
                    cells.append(safe_cell(images.second.classes[int(images.second.labels[index])]))
                rows.writerow(cells)
        file.writestr(zipfile.ZipInfo("pictures/labels.csv", _LONG_AGO), table.getvalue().encode())
    return out.getvalue()


def _of(selection: Selection, split: Split) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return {Split.TRAIN: selection.train, Split.VALIDATION: selection.validation, Split.TEST: selection.test}[split]


def _png(images: ImageSet, index: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(images.images[index].permute(1, 2, 0).numpy()).save(file, "PNG", compress_level=3)
    return file.getvalue()
