"""What the shipped networks of the laptop league say of one picture.

Shapes: F families, ten classes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor

from core.device import alone, best
from core.models.cifar10.members import FAMILIES, League, member
from core.models.cifar10.surgery import SIDE
from core.transfer.cifar10.order import CLASSES
from core.transfer.cifar10.record_file import FOLDER
from core.transfer.data.square_crop import to_square
from core.transfer.model.classifier import Classifier
from core.transfer.model.inputs import to_input
from core.transfer.takeaway.weights import from_safetensors

_FULL = "The device has no memory left for these networks: close other pages, or try again."


@dataclass(frozen=True, eq=False)
class Said:
    """What networks say of a picture.

    Attributes:
        square: (3, 32, 32) uint8, what they were shown.
        probabilities: family -> (10,) of the classes.
    """

    square: Tensor
    probabilities: Mapping[str, npt.NDArray[np.float32]]

    def answer(self, family: str) -> str:
        """The likeliest class."""
        return CLASSES[int(self.probabilities[family].argmax())]

    @property
    def votes(self) -> Mapping[str, int]:
        """Class -> how many networks name it, the most first."""
        answers = [self.answer(family) for family in self.probabilities]
        return dict(
            sorted(((name, answers.count(name)) for name in set(answers)), key=lambda pair: (-pair[1], pair[0]))
        )


@cache
def networks() -> Mapping[str, Classifier]:
    """Family -> its trained network, in eval mode on the device; shared by all visitors, read once.

    Raises:
        UserError: a file of weights is damaged.
    """
    found = {}
    for family in FAMILIES:
        file = FOLDER / f"{member(family, League.LAPTOP).name}.safetensors"
        found[family] = from_safetensors(file.read_bytes()).model().to(best()).requires_grad_(False)
    return found


def classify(image: Image.Image) -> Said:
    """Ask all of them about the middle square of a picture, mirrored and not, as they were judged.

    Args:
        image: RGB, of any shape.

    Raises:
        UserError: the device has no memory for it.
    """
    square = to_square(image, SIDE)
    found: dict[str, npt.NDArray[np.float32]] = {}
    with alone(_FULL), torch.no_grad():
        for family, model in networks().items():
            x = to_input(square[None].to(best()), model.spec.architecture, SIDE)
            logits = (model(x) + model(x.flip(3))) / 2
            found[family] = logits.float().softmax(1)[0].cpu().numpy()
    return Said(square, found)
