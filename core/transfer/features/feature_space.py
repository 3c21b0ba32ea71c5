"""The pictures that can be searched, with their features and a distance between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL.Image import Image
from torch import nn

from core.transfer.data.image_set import ImageSet, Indices, Split
from core.transfer.data.square_crop import to_square
from core.transfer.features.clustering import sample
from core.transfer.features.extract import Features, Matrix, extract
from core.transfer.features.retrieval import (
    Metric,
    Neighbours,
    Retrieval,
    evaluate,
    leave_one_out,
    nearest,
    nearest_to,
    pixels,
)
from core.transfer.subject import Subject


@dataclass(frozen=True, eq=False)
class QueryResult:
    """A query and its neighbours.

    Attributes:
        images: the set that holds the query.
        index: its place there.
        vector: (D,) its features.
        label: its class in the set that was searched; None: unknown.
        found: its neighbours there.
        same: how many of them are of its class.
    """

    images: ImageSet
    index: int
    vector: Matrix
    label: int | None
    found: Neighbours
    same: int = 0


@dataclass(frozen=True, eq=False)
class FeatureSpace:
    """What is searched, clustered and projected.

    Attributes:
        subject: what was chosen.
        features: of it.
        pool: indices of the training and validation pictures, ascending. Test pictures stay locked.
        metric: how distance is measured.
    """

    subject: Subject
    features: Features
    pool: Indices
    metric: Metric

    @staticmethod
    def of(subject: Subject, features: Features, metric: Metric) -> FeatureSpace:
        """That of the training and validation pictures of a subject."""
        pool = leave_one_out(subject.selection.train, subject.selection.validation)
        return FeatureSpace(subject, features, pool, metric)

    @property
    def images(self) -> ImageSet:
        """The set."""
        return self.subject.images

    @property
    def sampled(self) -> Indices:
        """Indices of the pictures that are clustered and drawn on maps."""
        return sample(self.pool)

    def candidates(self, *, training: bool) -> Indices:
        """The pictures that can be found: all, or those of the training part."""
        return self.subject.selection.train if training else self.pool

    def nearest_to(self, index: int, candidates: Indices, k: int) -> QueryResult:
        """The candidates nearest to a picture of the set."""
        found = nearest_to(self.features, index, candidates, k, self.metric)
        label, vector = int(self.images.labels[index]), self.features.of(np.array([index]))[0]
        same = int((self.images.labels[found.indices] == label).sum())
        return QueryResult(self.images, index, vector, label, found, same)

    def nearest_to_own(self, alone: ImageSet, vector: Matrix, candidates: Indices, k: int) -> QueryResult:
        """The candidates nearest to a picture that is in no set, see `embedded`."""
        return QueryResult(alone, 0, vector, None, nearest(vector, self.features, candidates, k, self.metric))

    def evaluated(self, most: int, *, training: bool, raw: bool) -> Retrieval:
        """How well all queries find their class.

        Args:
            most: neighbours of each.
            training: validation pictures are the queries and training pictures can be found; else all of each other.
            raw: by the pixels of the pictures, without a network.
        """
        rows = np.arange(len(self.pool))
        queries = candidates = rows
        if training:
            in_training = np.isin(self.pool, self.subject.selection.train)
            queries, candidates = rows[~in_training], rows[in_training]
        values = pixels(self.images, self.pool) if raw else self.features.of(self.pool)
        return evaluate(values, self.images.labels[self.pool], queries, candidates, most, self.metric)


def embedded(subject: Subject, picture: Image, name: str, digest: str, network: nn.Module) -> tuple[ImageSet, Matrix]:
    """A picture that is in no set, as a set of one, and its (D,) features."""
    alone = ImageSet(
        name,
        digest,
        to_square(picture, subject.images.side)[None],
        np.zeros(1, np.int64),
        ("unknown",),
        np.full(1, Split.TRAIN, np.int64),
        (name,),
        "A picture of your own.",
        own=True,
    )
    found = extract(
        alone,
        np.zeros(1, np.int64),
        subject.backbone,
        trained=subject.trained,
        size=subject.size,
        report=lambda _fraction, _text: None,
        model=network,
    )
    return alone, found.values[0]
