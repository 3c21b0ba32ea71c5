"""How each family is trained: the settings of both leagues, and who takes part in them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Literal

from core.errors import UserError
from core.models.cifar10.members import CLASSES, FAMILIES, League, member
from core.models.cifar10.surgery import SIDE
from core.transfer.data.augment import Augmentation
from core.transfer.model.classifier import ModelSpec
from core.transfer.model.groups import HEADS, group_names
from core.transfer.training.pace import Budget
from core.transfer.training.schedule import Phase, Recipe

UNBOUNDED = 1e6  # epochs: the budget ends it


@dataclass(frozen=True)
class Settings:
    """All that decides a training but its network and its pictures.

    Attributes:
        minutes: of training; 0: `epochs` decides.
        epochs: passes over the training pictures; 0: `minutes` decides.
        batch: pictures a step.
        rate: highest learning rate of the one cycle.
        optimiser: SGD with Nesterov's momentum 0.9, or AdamW.
        weight_decay: of either.
        label_smoothing: share of the target that is spread over all classes.
        average: share that the moving average of the weights keeps at each step; 0: none.
        augmentation: of the training pictures.
        mirrored: judged by picture and mirror image together.
        bfloat16: products in bfloat16 on CUDA.
        seed: of first weights, order and augmentation.
    """

    minutes: float = 6.0
    epochs: float = 0.0
    batch: int = 128
    rate: float = 0.2
    optimiser: Literal["SGD", "AdamW"] = "SGD"
    weight_decay: float = 5e-4
    label_smoothing: float = 0.1
    average: float = 0.995
    augmentation: Augmentation = field(default_factory=lambda: Augmentation(flip=True, shift=0.125))
    mirrored: bool = True
    bfloat16: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        amounts = (self.minutes, self.epochs)
        if sorted(amount > 0 for amount in amounts) != [False, True] or min(amounts) < 0 or math.inf in amounts:
            raise UserError("A training needs either minutes or epochs: more than 0 of the one, none of the other.")
        if self.batch < 2:
            raise UserError("A step needs two pictures at least.")
        if not 0 < self.rate < 100:
            raise UserError("The learning rate must be above 0 and below 100.")

    @property
    def budget(self) -> Budget | None:
        """Of seconds, where these decide."""
        return Budget(60 * self.minutes) if self.minutes else None


@dataclass(frozen=True)
class Entry:
    """Who takes part in a league.

    Attributes:
        key: its name in files and on the command line.
        family: as the course calls it.
        league: laptop or GPU.
        title: the network's.
        spec: the network.
        settings: of its training.
    """

    key: str
    family: str
    league: League
    title: str
    spec: ModelSpec
    settings: Settings

    def recipe(self, settings: Settings) -> Recipe:
        """One phase in which everything learns by one cycle."""
        parts = group_names(self.spec.backbone, neck=False)
        rates = {part: settings.rate * (HEAD if part == HEADS and self.spec.trained else 1) for part in parts}
        return Recipe(
            (Phase("everything", rates, settings.epochs or UNBOUNDED, settings.batch),),
            optimiser=settings.optimiser,
            weight_decay=settings.weight_decay,
            label_smoothing=settings.label_smoothing,
            augmentation=settings.augmentation,
            average=settings.average,
            mirrored=settings.mirrored,
            bfloat16=settings.bfloat16,
            seed=settings.seed,
        )


HEAD = 3
"""The new head of a network that has its ImageNet weights learns as many times faster."""
LITE0 = "efficientnet_lite0_imagenet"

_LAPTOP = Settings()
_GPU = Settings(
    minutes=2.0,
    batch=512,
    rate=0.4,
    average=0.999,
    augmentation=Augmentation(flip=True, shift=0.125, cutout=0.25),
)


def _entry(family: str, league: League) -> Entry:
    found = member(family, league)
    spec = ModelSpec(found.name, SIDE, (CLASSES,), trained=False)
    settings = _LAPTOP if league is League.LAPTOP else _GPU
    return Entry(found.name, family, league, found.architecture.title, spec, settings)


def _from_imagenet() -> Entry:
    """EfficientNet-Lite0 with its ImageNet weights, fine-tuned on enlarged pictures."""
    spec = ModelSpec("tf_efficientnet_lite0", 128, (CLASSES,))
    settings = replace(_GPU, batch=96, rate=1e-3, optimiser="AdamW", weight_decay=0.02)
    return Entry(LITE0, "EfficientNet", League.GPU, "EfficientNet-Lite0 from ImageNet", spec, settings)


ENTRIES: Mapping[str, Entry] = MappingProxyType(
    {
        entry.key: entry
        for entry in (
            *(_entry(family, league) for league in League for family in FAMILIES),
            _from_imagenet(),
        )
    }
)
"""All who take part, by key; the laptop league first."""


def entries(names: list[str], league: League) -> tuple[Entry, ...]:
    """Those that were asked for.

    Args:
        names: families in any spelling ("inception-v3", "ResNet"), keys, or "all".
        league: that families are looked for in.

    Raises:
        UserError: there is no such family.
    """
    here = [entry for entry in ENTRIES.values() if entry.league is league]
    found: list[Entry] = []
    for name in names:
        wanted = _plain(name)
        some = here if wanted == "all" else [entry for entry in here if _plain(entry.family) == wanted][:1]
        some = some or [entry for entry in ENTRIES.values() if _plain(entry.key) == wanted]
        if not some:
            raise UserError(f'There is no family "{name}"; there are {", ".join(FAMILIES)}, or "all".')
        found += some
    return tuple(dict.fromkeys(found))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
