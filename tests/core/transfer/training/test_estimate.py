"""What a schedule will take, said beforehand."""

from __future__ import annotations

import pytest

from core.transfer.data.augment import Augmentation
from core.transfer.model.classifier import ModelSpec
from core.transfer.model.groups import HEADS
from core.transfer.training.estimate import parameters, predicted_seconds, trainable
from core.transfer.training.schedule import Phase, Recipe
from tests.core.transfer.sets import everything, stripes

LITE = ModelSpec("tf_efficientnet_lite0", 32, (2,))


def test_parameters_of_lite0_by_group() -> None:
    found = parameters(LITE)
    # torchinfo's 4,652,008 of the whole network less its own head, 1,280 x 1,000 + 1,000, and two outputs instead
    assert sum(found.values()) == 4_652_008 - 1_281_000 + 2_562
    assert found[HEADS] == 1280 * 2 + 2
    assert list(found) == ["stem", "group 1", "group 2", "group 3", "group 4", "heads"]


@pytest.mark.parametrize(
    ("rates", "expected"),
    [({}, 0), ({HEADS: 1e-3}, 2_562), ({"group 4": 1e-3, HEADS: 0.0}, 2_670_240), ({"neck": 1.0}, 0)],
)
def test_what_trains_in_a_phase(rates: dict[str, float], expected: int) -> None:
    assert trainable(LITE, Phase("phase", rates, 1)) == expected


def test_seconds_of_each_phase_grow_with_its_epochs() -> None:
    images = stripes()
    top = {"group 4": 1e-4, HEADS: 1e-3}
    phases = (Phase("none", {}, 0), Phase("head", {HEADS: 1e-3}, 1), Phase("top", top, 1), Phase("long", top, 1000))
    recipe = Recipe(phases, augmentation=Augmentation(flip=False))
    nothing, head, short, long = predicted_seconds(LITE, images, everything(images), recipe, lambda *_: None)
    assert nothing == 0
    assert head > 0
    assert long > 10 * short > 0
