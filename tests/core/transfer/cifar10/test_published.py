"""What others report: sources, and families that have none."""

from __future__ import annotations

from core.models.cifar10.members import FAMILIES
from core.transfer.cifar10.published import BEST, PUBLISHED


def test_every_number_has_its_source_and_its_family() -> None:
    for one in PUBLISHED:
        assert one.family in FAMILIES
        assert 0.9 < one.accuracy < 0.96
        assert one.url.startswith("https://github.com/")
        assert "epochs" in one.about
    assert len({(one.network, one.url) for one in PUBLISHED}) == len(PUBLISHED)


def test_the_best_of_each_family_and_none_of_four() -> None:
    assert BEST["VGG"].accuracy == 0.94
    assert BEST["DenseNet"].network == "DenseNet121"
    assert set(FAMILIES) - set(BEST) == {"ShuffleNet", "EfficientNet", "Inception-v4", "Xception"}
