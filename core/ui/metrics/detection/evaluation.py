"""What the section "Detection" is asked for, and what it computes of it; each step once for all who ask the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec, TypeVar

import streamlit as st

from core.detection.scoring.average_precision import COCO_IOUS, Interpolation, ap_by_class, map_by_iou, mean
from core.detection.scoring.counts import DetectionCounts, count_detections
from core.detection.scoring.evaluated_images import EvaluatedImage
from core.detection.scoring.library import Summary, python_code, summary
from core.detection.scoring.matching import Matches, Overlaps, match, overlaps
from core.figures.detection.evaluation_sets import EvaluationSet

P = ParamSpec("P")
T = TypeVar("T")
IOUS: tuple[float, ...] = tuple(COCO_IOUS.tolist())


@dataclass(frozen=True, eq=False)
class Settings:
    """What the controls ask for.

    Attributes:
        source: where the boxes come from.
        score: only detections above it count.
        iou: overlap that makes a match.
        how: definition of average precision.
        shown: which picture is on the screen.
    """

    source: EvaluationSet
    score: float
    iou: float
    how: Interpolation
    shown: int

    @property
    def signature(self) -> tuple[object, ...]:
        """The same where all numbers are."""
        return self.source.key, self.score, self.iou, self.how


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What comes of it.

    Attributes:
        images: the pictures with the detections that count.
        overlaps: of their boxes.
        matches: of each picture.
        counts: over all pictures and classes.
        ap: mean over the classes at this IoU threshold.
        library: COCO's figures.
    """

    images: tuple[EvaluatedImage, ...]
    overlaps: tuple[Overlaps, ...]
    matches: tuple[Matches, ...]
    counts: DetectionCounts
    ap: float
    library: Summary


def evaluate(settings: Settings) -> Evaluation:
    """Judge the boxes."""
    source, score = settings.source, settings.score
    images = tuple(image.above(score) for image in source.images)
    measured = _overlaps(source.private, source.key, score, images)
    matches = _matches(source.private, source.key, score, settings.iou, measured)
    library = _summary(source.private, source.key, score, images)
    counts = count_detections(matches, source.images)
    ap = mean(list(ap_by_class(matches, settings.how).values()))
    return Evaluation(images, measured, matches, counts, ap, library)


def map_at_all(settings: Settings, found: Evaluation) -> tuple[float, ...]:
    """Mean AP at each of `IOUS`."""
    return _by_iou(settings.source.private, settings.source.key, settings.score, settings.how, found.overlaps)


def code(settings: Settings, found: Evaluation) -> str:
    """A script with these boxes that asks the library."""
    return _code(settings.source.private, settings.source.key, settings.score, found.images)


def _once(
    cache: Callable[..., Any], entries: int, spinner: str | bool = False
) -> Callable[[Callable[P, T]], Callable[Concatenate[bool, P], T]]:
    """Compute once for all visitors; what is about a visitor's own boxes once for that visitor, gone with the tab.

    Args:
        cache: Streamlit's decorator.
        entries: so many results at most, of everybody's and of each visitor's own.
        spinner: what is said meanwhile.

    Returns:
        A decorator; whether the boxes are the visitor's own becomes the first argument.
    """

    def decorate(work: Callable[P, T]) -> Callable[Concatenate[bool, P], T]:
        everybody = cache(max_entries=entries, show_spinner=spinner)(work)
        own = cache(max_entries=entries, show_spinner=spinner, scope="session")(work)

        def found(private: bool, /, *args: P.args, **named: P.kwargs) -> T:
            result: T = (own if private else everybody)(*args, **named)
            return result

        return found

    return decorate


# key and score stand for the boxes, which have no hash


@_once(st.cache_resource, 4)  # up to 130 MB each, of the largest files
def _overlaps(key: str, score: float, _images: tuple[EvaluatedImage, ...]) -> tuple[Overlaps, ...]:  # noqa: ARG001
    return tuple(overlaps(image) for image in _images)


@_once(st.cache_resource, 16)
def _matches(key: str, score: float, iou: float, _overlaps: tuple[Overlaps, ...]) -> tuple[Matches, ...]:  # noqa: ARG001
    return tuple(match(picture, iou) for picture in _overlaps)


@_once(st.cache_resource, 64, "Asking torchmetrics…")
def _summary(key: str, score: float, _images: tuple[EvaluatedImage, ...]) -> Summary:  # noqa: ARG001
    return summary(_images)


@_once(st.cache_data, 64, "AP at ten thresholds…")
def _by_iou(key: str, score: float, how: Interpolation, _overlaps: tuple[Overlaps, ...]) -> tuple[float, ...]:  # noqa: ARG001
    return map_by_iou(_overlaps, IOUS, how)


@_once(st.cache_data, 32)
def _code(key: str, score: float, _images: tuple[EvaluatedImage, ...]) -> str:  # noqa: ARG001
    return python_code(_images)
