"""The sample photographs, which come with scikit-image, and the boxes we drew on them.

Boxes are in `annotations.json` beside this file, in COCO's format
(https://cocodataset.org/#format-data): `bbox` is [x, y, width, height] in image pixels.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType

ANNOTATIONS = Path(__file__).parent / "annotations.json"


@dataclass(frozen=True)
class Box:
    """One object in a sample photograph.

    Attributes:
        label: class name, as COCO spells it.
        xyxy: (x1, y1, x2, y2) in image pixels.
    """

    label: str
    xyxy: tuple[float, float, float, float]


@dataclass(frozen=True)
class Sample:
    """A sample photograph.

    Attributes:
        name: what menus and links call it.
        file: its file in scikit-image's data folder.
        credit: whose picture it is, from scikit-image's own documentation.
    """

    name: str
    file: str
    credit: str

    def read(self) -> bytes:
        """The file as it is, to be decoded like an upload."""
        return _read(self.file)


@lru_cache(maxsize=8)
def _read(file: str) -> bytes:
    return files("skimage").joinpath("data", file).read_bytes()


_NASA = "Eileen Collins, NASA, public domain"
_CHELSEA = "Chelsea the cat, Stéfan van der Walt, CC0"
_COFFEE = "Coffee, Rachel Michetti, CC0"
_MIDDLEBURY = "Motorcycle, left view, Middlebury 2014 stereo benchmark"

SAMPLES: Mapping[str, Sample] = MappingProxyType(
    {
        sample.name: sample
        for sample in (
            Sample("motorcycle", "motorcycle_left.png", _MIDDLEBURY),
            Sample("astronaut", "astronaut.png", _NASA),
            Sample("cat", "chelsea.png", _CHELSEA),
            Sample("coffee", "coffee.png", _COFFEE),
        )
    }
)


@lru_cache(maxsize=1)
def _boxes() -> dict[str, tuple[Box, ...]]:
    coco = json.loads(ANNOTATIONS.read_text(encoding="utf-8"))
    names = {category["id"]: category["name"] for category in coco["categories"]}
    files_by_id = {image["id"]: image["file_name"] for image in coco["images"]}
    boxes: dict[str, list[Box]] = {file: [] for file in files_by_id.values()}
    for annotation in coco["annotations"]:
        x, y, width, height = annotation["bbox"]
        boxes[files_by_id[annotation["image_id"]]].append(
            Box(names[annotation["category_id"]], (x, y, x + width, y + height))
        )
    return {file: tuple(found) for file, found in boxes.items()}


def ground_truth(sample: Sample) -> tuple[Box, ...]:
    """Every object of COCO's classes that we saw in the photograph, drawn by eye and independent of any detector."""
    return _boxes()[sample.file]
