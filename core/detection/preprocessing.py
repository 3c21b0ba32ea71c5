"""What is done to a picture before a network sees it, and the two mistakes that everybody makes there once.

A network reads the numbers it was trained on: red, green, blue in [0, 1], of each channel its mean over ImageNet
subtracted and the rest divided by its standard deviation
(https://docs.pytorch.org/vision/stable/models.html, "preprocessing"). OpenCV's `imread` gives blue, green, red; and a
pipeline of one's own easily leaves the last step out. Neither is an error that a program notices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn
from torchvision.models.detection.transform import GeneralizedRCNNTransform

CHANNELS = ("red", "green", "blue")


@dataclass(frozen=True)
class Preprocessing:
    """How pixels are handed to a network.

    Attributes:
        bgr: channels in the order blue, green, red, where the network expects red, green, blue.
        normalised: mean subtracted and divided by the standard deviation, as in training.
    """

    bgr: bool = False
    normalised: bool = True

    @property
    def right(self) -> bool:
        """Whether it is that of training."""
        return self == RIGHT

    def channels(self, pixels: Tensor) -> Tensor:
        """(3, H, W) red, green, blue in [0, 1], in the order that the network is given."""
        return pixels.flip(0) if self.bgr else pixels


RIGHT = Preprocessing()


@dataclass(frozen=True)
class Statistics:
    """What a network is given, in numbers.

    Attributes:
        mean: (3,) of the first, second and third channel, over the picture; about 0 where it was normalised.
        std: (3,) likewise; about 1.
    """

    mean: tuple[float, ...]
    std: tuple[float, ...]


def transform_of(model: nn.Module, short_side: int | None, preprocessing: Preprocessing) -> GeneralizedRCNNTransform:
    """The model's own resizing and normalising, or one to another size; what the model holds stays as it is.

    Args:
        model: a detector of torchvision's kind.
        short_side: see `core.detection.stages.look_inside`.
        preprocessing: without normalising, mean 0 and standard deviation 1 stand in for the model's.
    """
    own: Any = model.transform  # it and its parts are typed Tensor | Module
    side = own.min_size[-1] if short_side is None else short_side
    if (side,) == own.min_size and preprocessing.normalised:
        kept: GeneralizedRCNNTransform = own
        return kept
    longest = round(own.max_size * side / own.min_size[-1])
    mean, std = (own.image_mean, own.image_std) if preprocessing.normalised else ([0.0] * 3, [1.0] * 3)
    other = GeneralizedRCNNTransform(side, longest, mean, std, size_divisible=own.size_divisible)
    return other.eval()


def statistics(model: nn.Module, pixels: Tensor, preprocessing: Preprocessing) -> Statistics:
    """Mean and standard deviation of each channel as the network is given them, at the picture's own size.

    Args:
        model: whose normalising it is.
        pixels: (3, H, W) red, green, blue in [0, 1].
        preprocessing: what is done to them.
    """
    given = preprocessing.channels(pixels)
    if preprocessing.normalised:
        given = transform_of(model, None, preprocessing).normalize(given)
    return Statistics(tuple(given.mean((1, 2)).tolist()), tuple(given.std((1, 2), correction=0).tolist()))
