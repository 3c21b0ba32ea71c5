"""A map of pictures, as data that `core.ui.components.pictures_map` draws."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from core.figures.figure import OKABE_ITO
from core.figures.transfer.contact import Sheet
from core.figures.transfer.neighbours import three
from core.figures.words import counted
from core.transfer.data.image_set import ImageSet, Indices
from core.transfer.features.extract import Matrix
from core.transfer.features.projection import Method, Projection

SHAPES = 4
"""Kinds of marks: circle, square, triangle, diamond. With seven colours that makes 28 that differ."""
MANY = 600
"""Points from which on their pictures are smaller."""


@dataclass(frozen=True)
class Mark:
    """How the points of a group look.

    Attributes:
        name: of the group.
        colour: hex.
        shape: 0 to `SHAPES` - 1.
        count: of its points.
    """

    name: str
    colour: str
    shape: int
    count: int


@dataclass(frozen=True)
class PictureMap:
    """A map; N points.

    Attributes:
        sheet: the pictures, in the order of the points.
        points: (x, y) of each, y upwards, in units of the map's own that are the same on both axes.
        groups: of each, index into `marks`.
        tips: what each is called.
        marks: of the groups.
        axes: names of x and y, "" where they mean nothing.
        chosen: the point that is marked, or None.
        pictures: whether points are drawn as their pictures.
        title: what it shows.
        alt: the same for those who cannot see it.
    """

    sheet: Sheet
    points: tuple[tuple[float, float], ...]
    groups: tuple[int, ...]
    tips: tuple[str, ...]
    marks: tuple[Mark, ...]
    axes: tuple[str, str]
    chosen: int | None
    pictures: bool
    title: str
    alt: str

    def as_data(self) -> dict[str, Any]:
        """The same as plain dictionaries and lists, for the browser."""
        return {**vars(self), "sheet": dict(vars(self.sheet)), "marks": [dict(vars(mark)) for mark in self.marks]}


def tile_of(count: int) -> int:
    """Side of a picture on the sheet of so many, pixels: 2,000 of them make some 400 kB."""
    return 64 if count <= MANY else 32


def picture_map(
    projection: Projection,
    sheet: Sheet,
    tips: Sequence[str],
    groups: Indices,
    names: Sequence[str],
    *,
    chosen: int | None = None,
    pictures: bool = False,
) -> PictureMap:
    """Lay out a map.

    Args:
        projection: where the points are.
        sheet: their pictures.
        tips: what each is called.
        groups: (N,) of each, index into `names`.
        names: of the groups.
        chosen: the point that is marked.
        pictures: whether points are drawn as their pictures.
    """
    counts = np.bincount(groups, minlength=len(names))
    marks = tuple(
        Mark(name, OKABE_ITO[index % len(OKABE_ITO)], index % SHAPES, int(count))
        for index, (name, count) in enumerate(zip(names, counts, strict=True))
    )
    axes = ("", "")
    if projection.method is Method.PCA:
        first, second = projection.explained
        axes = (f"first component: {first:.1%} of the variance", f"second component: {second:.1%}")
    title = f"{projection.method} of {counted(len(groups), 'picture')}"
    alt = f"{title}, each a point: " + ", ".join(f"{mark.count} {mark.name}" for mark in marks[:20])
    return PictureMap(
        sheet,
        tuple((x, y) for x, y in _fitted(projection.points).tolist()),
        tuple(groups.tolist()),
        tuple(tips),
        marks,
        axes,
        chosen,
        pictures,
        title,
        alt,
    )


def map_table(images: ImageSet, indices: Indices, projection: Projection, clusters: Indices | None) -> pd.DataFrame:
    """One row a picture, as the CSV has it.

    Args:
        images: the set.
        indices: (N,) the pictures on the map.
        projection: where they are.
        clusters: (N,) of each, from 0 on, or None.
    """
    table = pd.DataFrame(
        {
            "picture": [images.names[index] for index in indices],
            "class": [images.classes[int(images.labels[index])] for index in indices],
            "x": projection.points[:, 0],
            "y": projection.points[:, 1],
        }
    )
    if clusters is not None:
        table["cluster"] = clusters + 1
    return table


def _fitted(points: Matrix) -> Matrix:
    """Centred, the longer side from -1 to 1, rounded to what a screen shows."""
    low, high = points.min(0), points.max(0)
    scaled: Matrix = np.round((points - (low + high) / 2) / (max(float((high - low).max()), 1e-9) / 2), 4)
    return scaled


def about(projection: Projection, shown: int, pool: int) -> str:
    """What the map is and what it does not say, in sentences.

    Args:
        projection: the map.
        shown: pictures on it.
        pool: pictures that they were drawn from.
    """
    parts = ["Point at a picture to see it, click it to make it the query."]
    if shown < pool:
        parts.append(f"{shown:,} of {counted(pool, 'picture')}, drawn at random.")
    if projection.method is Method.PCA:
        parts.append(f"These two directions hold {sum(projection.explained):.0%} of the variance; the rest is lost.")
    else:
        name = "Perplexity" if projection.method is Method.TSNE else "Neighbours"
        parts.append(
            f"{name} {projection.setting}, made in {projection.seconds:.1f} s. Axes have no unit, and distances "
            "between groups mean little."
        )
    parts.append(
        f"Trustworthiness {three(projection.trust)}: 1 if neighbours on the map are neighbours in the features."
    )
    return " ".join(parts)
