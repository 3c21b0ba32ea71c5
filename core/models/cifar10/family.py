"""What a family is at 32 px, and how its members are entered: names and papers are those of the large registry."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from torch import nn

from core.models.architecture import RGB, Architecture, Stage
from core.models.cifar10.surgery import SIDE
from core.models.zoo import ZOO

MEAN: RGB = (0.4914, 0.4822, 0.4465)
STD: RGB = (0.2470, 0.2435, 0.2616)
"""Of all pixels of the training pictures; the much copied .2023, .1994, .2010 is the mean of each picture's own."""
CLASSES = 10


class League(StrEnum):
    """Two leagues, ranked apart."""

    LAPTOP = "laptop"
    """Slim members, some minutes on two CPU cores."""
    GPU = "gpu"
    """Full-size members, some minutes on one GPU."""


@dataclass(frozen=True)
class Member:
    """A family's network for 32 x 32 pixels.

    Attributes:
        league: laptop or GPU.
        architecture: how to build it, its parts, its paper.
        base: key in `ZOO` of the network of the family that is made for ImageNet.
        idea: the paper's, in three sentences.
        size: which of the family it is: width, depth, what is left out.
        surgery: how the library's network was fitted to 32 px, a sentence.
        depthwise: whether depthwise convolutions do most of its work: bound by memory, not by multiply-adds.
    """

    league: League
    architecture: Architecture
    base: str
    idea: str
    size: str
    surgery: str
    depthwise: bool

    @property
    def name(self) -> str:
        """Its key in `MEMBERS`, and the name of the backbone for `core.transfer`."""
        return self.architecture.name

    @property
    def family(self) -> str:
        """As the course calls it."""
        return self.architecture.family


@dataclass(frozen=True)
class Family:
    """What the members of a family share.

    Attributes:
        base: key in `ZOO` of the entry whose family and paper these are.
        idea: see `Member`.
        library: whose implementation it is.
        head: name of the linear layer that gives the classes.
        surgery: see `Member`.
        differs: what the library builds in another way than the paper, besides what `ZOO` says of it.
        depthwise: see `Member`.
    """

    base: str
    idea: str
    library: Literal["torchvision", "timm"]
    head: str
    surgery: str
    differs: str = ""
    depthwise: bool = False

    def member(
        self,
        league: League,
        title: str,
        size: str,
        parameters: int,
        stages: Sequence[Stage],
        build: Callable[..., nn.Module],
    ) -> Member:
        """A member of this family; the arguments are those of `Member` and of `Architecture`."""
        base = ZOO[self.base]
        architecture = Architecture(
            name=f"{base.family.lower().replace('-', '_')}_{league}",
            title=title,
            family=base.family,
            paper=base.paper,
            library=self.library,
            builder=build,
            stages=tuple(stages),
            head=self.head,
            parameters=parameters,
            classes=CLASSES,
            input_size=SIDE,
            mean=MEAN,
            std=STD,
            differs=" ".join(part for part in (base.differs, self.differs) if part),
        )
        return Member(league, architecture, self.base, self.idea, size, self.surgery, self.depthwise)
