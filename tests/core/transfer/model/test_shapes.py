"""Shapes that the parts of a classifier hand on."""

from __future__ import annotations

import pytest

from core.models.zoo import ZOO
from core.transfer.model.shapes import shapes


@pytest.mark.parametrize(
    ("name", "last_map", "features"),
    [
        ("tf_efficientnet_lite0", (1_280, 4, 4), 1_280),
        ("vgg16", (512, 4, 4), 4_096),
        ("googlenet", (1_024, 4, 4), 1_024),
        ("inception_v3", (2_048, 2, 2), 2_048),
        ("densenet121", (1_024, 4, 4), 1_024),
        ("shufflenet_v2_x1_0", (1_024, 4, 4), 1_024),
    ],
)
def test_the_last_map_and_the_features(name: str, last_map: tuple[int, ...], features: int) -> None:
    found = shapes(name, 128)
    assert (found.last_map, found.features) == (last_map, features)


@pytest.mark.parametrize("name", ZOO)
def test_all_but_the_oldest_take_the_mean_of_each_channel(name: str) -> None:
    assert shapes(name, 128).pooled == (name not in ("alexnet", "vgg16"))
