"""The detectors that pages talk to: loaded models, shared by everybody, that turn pictures into candidates.

A `Detector` hands over boxes; a `StagedDetector` hands over its stages with them.
"""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypedDict, Unpack

import PIL.Image
from PIL.Image import Image
from torch import Tensor, nn
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.transforms.functional import pil_to_tensor

from core import device
from core.detection import one_stage, stages
from core.detection.clock import Clock
from core.detection.heads import run_heads_again
from core.detection.inside import Inside
from core.detection.preprocessing import RIGHT, Preprocessing, Statistics, statistics
from core.detection.proposals import Proposals
from core.detection.results import Candidates, OneStageCandidates, StagedCandidates
from core.errors import UserError
from core.image_checks import check_shape
from core.images import WORKING_SIDE, shrink
from core.jobs import Report
from core.models.detectors import DETECTORS, DetectorSpec, build
from core.models.nanodet import NanoDet

FULL = "The device has no memory left for this picture: try a smaller one."
WARM_UP = PIL.Image.new("RGB", (96, 64))


class How(TypedDict, total=False):
    """How a picture is looked at.

    Attributes:
        size: (width, height) of the picture where the image handed over is a smaller copy of it; by default that of
            the image.
        short_side: length of its shorter side for the network, pixels, see `core.detection.stages.look_inside`; by
            default the usual one.
        floor: class boxes scoring this or less are not kept; by default 0.02, and 0.05 for a one-stage detector.
        preprocessing: what is done to the pixels before the network sees them; by default what training did.
    """

    size: tuple[int, int]
    short_side: int | None
    floor: float
    preprocessing: Preprocessing


def _small(image: Image) -> Image:
    """The picture as networks are given it.

    torchvision normalises at full size, 12 bytes a pixel several times over, before it resizes to 320-800 pixels: a
    40-megapixel photograph would need more than a gigabyte.

    Raises:
        UserError: longer than ten times its width.
    """
    check_shape(*image.size)
    return shrink(image, WORKING_SIDE)


def _pixels(image: Image) -> Tensor:
    """(3, H, W) in [0, 1] on the device, as torchvision makes it."""
    return pil_to_tensor(image).to(device.best()).float().div(255)


@dataclass(frozen=True)
class Detector(ABC):
    """A network ready to run on a picture. It is shared by all visitors and never written to.

    Attributes:
        spec: the registry entry it was built from.
        model: the network, eval mode, on `core.device.best()`.
    """

    spec: DetectorSpec
    model: nn.Module

    def candidates(self, image: Image, **how: Unpack[How]) -> Candidates:
        """Run the network once.

        Args:
            image: RGB, any size within the shapes `core.images.decode` takes.
            how: see `How`.

        Returns:
            Candidates with boxes in the pixels of the picture.

        Raises:
            UserError: longer than ten times its width, or too much for the memory of the device.
        """
        found: Candidates = self._once(image, how)
        return found

    def given(self, image: Image, preprocessing: Preprocessing = RIGHT) -> Statistics:
        """Mean and standard deviation of what the network is given of a picture, channel by channel."""
        pixels = pil_to_tensor(shrink(image, WORKING_SIDE)).float().div(255)
        return statistics(self.model, pixels, preprocessing)

    def _once(self, image: Image, how: How) -> Any:
        """What `_forward` hands over; arguments and errors as of `candidates`."""
        width, height = how.get("size", image.size)
        rest = {name: value for name, value in how.items() if name != "size"}
        small = _small(image)
        with device.alone(FULL):
            return self._forward(_pixels(small), {"image_size": (height, width), **rest})

    @abstractmethod
    def _forward(self, pixels: Tensor, asked: Mapping[str, Any]) -> Any:
        """The pass itself on (3, H, W) pixels in [0, 1]; `asked` are further arguments of the forward function."""


@dataclass(frozen=True)
class StagedDetector(Detector):
    """A Faster R-CNN: its candidates come with anchors, proposals and the scores of every proposal."""

    model: FasterRCNN

    def candidates(self, image: Image, **how: Unpack[How]) -> StagedCandidates:
        """As of any detector."""
        return self.inside(image, **how).candidates

    def inside(self, image: Image, **how: Unpack[How]) -> Inside:
        """Run the network once and keep what its stages computed; arguments and errors as of `candidates`."""
        found: Inside = self._once(image, how)
        return found

    def heads_again(
        self, inside: Inside, proposals: Proposals, image: Image | None = None, *, short_side: int | None = None
    ) -> StagedCandidates:
        """The second stage on other proposals; where the feature maps were not kept, the backbone runs again before.

        Args:
            inside: what the pass on this picture left.
            proposals: R boxes, network pixels.
            image: the picture that was given to the pass; where the feature maps were kept it is not needed.
            short_side: as it was given to the pass.

        Returns:
            Candidates whose times are those of this run alone.

        Raises:
            UserError: as of `candidates`.
            ValueError: no feature maps were kept and no picture is given.
        """
        small = None if inside.features or image is None else _small(image)
        with device.alone(FULL):
            maps, clock = None, Clock(device.best())
            if small is not None:
                maps = stages.feature_maps(self.model, _pixels(small), short_side)
                clock.lap("backbone and feature pyramid")
            return run_heads_again(self.model, inside, proposals, maps, clock).candidates

    def _forward(self, pixels: Tensor, asked: Mapping[str, Any]) -> Inside:
        return stages.look_inside(self.model, pixels, self.spec.classes, **asked)


@dataclass(frozen=True)
class OneStageDetector(Detector):
    """A detector without proposals: its cells hand over class boxes."""

    model: NanoDet

    def _forward(self, pixels: Tensor, asked: Mapping[str, Any]) -> OneStageCandidates:
        return one_stage.forward(self.model, pixels, self.spec.classes, **asked)


_loaded: dict[str, Detector] = {}
_lock = threading.Lock()  # guards the dictionary
_loading = {name: threading.Lock() for name in DETECTORS}  # one loads, the others wait: a model must not exist twice


def load(name: str = "bundled", report: Report | None = None) -> Detector:
    """The detector of this name, loaded once a process and shared.

    Args:
        name: key of `core.models.detectors.DETECTORS`.
        report: progress of a download, see `core.models.weights.fetch`.

    Raises:
        UserError: no such model, or its weights cannot be had.
    """
    if name not in DETECTORS:
        raise UserError(f"There is no detector called {name!r}; there are {', '.join(DETECTORS)}.")
    with _loading[name]:
        with _lock:
            if name in _loaded:
                return _loaded[name]
        detector = _ready(DETECTORS[name], report)
        detector.candidates(WARM_UP)  # the first pass of a process is slow; nobody should see that in their figures
        with _lock:
            _loaded[name] = detector
            if name != "bundled":
                for other in _loaded.keys() - {"bundled", name}:  # two at most stay in memory
                    del _loaded[other]
        return detector


def _ready(spec: DetectorSpec, report: Report | None) -> Detector:
    model = build(spec, report).to(device.best())
    if isinstance(model, NanoDet):
        return OneStageDetector(spec, model)
    return StagedDetector(spec, model)
