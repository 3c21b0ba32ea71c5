"""The detector pages talk to: a loaded model, shared by everybody, that turns pictures into candidates."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import PIL.Image
import torch
from PIL.Image import Image
from torchvision.models.detection.faster_rcnn import FasterRCNN
from torchvision.transforms.functional import pil_to_tensor

from core import device
from core.detection.results import Candidates
from core.detection.stages import FLOOR, forward
from core.errors import UserError
from core.image_checks import check_shape
from core.images import WORKING_SIDE, shrink
from core.jobs import Report
from core.models.detectors import DETECTORS, DetectorSpec, build

WARM_UP = PIL.Image.new("RGB", (96, 64))


@dataclass(frozen=True)
class Detector:
    """A Faster R-CNN ready to run. Its model is shared by all visitors and never written to.

    Attributes:
        spec: the registry entry it was built from.
        model: torchvision's module, eval mode, on `core.device.best()`.
    """

    spec: DetectorSpec
    model: FasterRCNN

    def candidates(
        self,
        image: Image,
        *,
        size: tuple[int, int] | None = None,
        short_side: int | None = None,
        floor: float = FLOOR,
    ) -> Candidates:
        """Run the network once.

        Args:
            image: RGB, any size within the shapes `core.images.decode` takes.
            size: (width, height) of the picture where `image` is a smaller copy of it; by default that of `image`.
            short_side: length of its shorter side for the network, pixels, see `forward`; None: the usual one.
            floor: class boxes scoring this or less are not kept.

        Returns:
            Candidates with boxes in the pixels of the picture.

        Raises:
            UserError: longer than ten times its width, or too much for the memory of the device.
        """
        width, height = size or image.size
        check_shape(*image.size)
        # torchvision normalises at full size, 12 bytes a pixel several times over, before it resizes to 320-800
        # pixels: a 40-megapixel photograph would need more than a gigabyte
        small = shrink(image, WORKING_SIDE)
        try:
            with device.exclusive:
                pixels = pil_to_tensor(small).to(device.best()).float().div(255)  # (3, H, W), as torchvision does
                return forward(
                    self.model,
                    pixels,
                    self.spec.classes,
                    image_size=(height, width),
                    short_side=short_side,
                    floor=floor,
                )
        except torch.OutOfMemoryError as error:
            raise UserError("The device has no memory left for this picture: try a smaller one.") from error


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
        detector = Detector(DETECTORS[name], build(DETECTORS[name], report).to(device.best()))
        detector.candidates(WARM_UP)  # the first pass of a process is slow; nobody should see that in their figures
        with _lock:
            _loaded[name] = detector
            if name != "bundled":
                for other in _loaded.keys() - {"bundled", name}:  # two at most stay in memory
                    del _loaded[other]
        return detector
