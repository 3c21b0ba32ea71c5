"""Settings that cannot be, and who takes part."""

from __future__ import annotations

import pytest

from core.errors import UserError
from core.models.cifar10.members import FAMILIES, League
from core.transfer.cifar10.recipe import ENTRIES, LITE0, Settings, entries
from core.transfer.model.groups import HEADS


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 0.0},
        {"minutes": -1.0},
        {"minutes": 6.0, "epochs": 2.0},
        {"minutes": 0.0, "epochs": -2.0},
        {"minutes": float("nan")},
        {"minutes": float("inf")},
        {"batch": 1},
        {"batch": 0},
        {"rate": 0.0},
        {"rate": float("nan")},
        {"rate": 1e9},
    ],
    ids=str,
)
def test_what_cannot_be_trained_is_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(UserError):
        Settings(**wrong)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "family"),
    [("vgg", "VGG"), ("Inception-v3", "Inception-v3"), ("inception_v4", "Inception-v4"), ("ResNeXt", "ResNeXt")],
)
def test_a_family_is_found_in_any_spelling(name: str, family: str) -> None:
    (found,) = entries([name], League.LAPTOP)
    assert (found.family, found.league) == (family, League.LAPTOP)


def test_all_are_all_of_a_league() -> None:
    assert [entry.family for entry in entries(["all"], League.LAPTOP)] == list(FAMILIES)
    assert [entry.family for entry in entries(["all"], League.GPU)] == [*FAMILIES, "EfficientNet"]
    assert len(ENTRIES) == 23


def test_a_key_is_found_in_either_league_and_nobody_twice() -> None:
    assert entries([LITE0, LITE0], League.LAPTOP) == (ENTRIES[LITE0],)
    assert entries(["resnet", "resnet_laptop"], League.LAPTOP) == (ENTRIES["resnet_laptop"],)


@pytest.mark.parametrize("name", ["alexnet", "", "🐈", "resnet50", "all of them"])
def test_a_family_that_is_none(name: str) -> None:
    with pytest.raises(UserError, match="There is no family"):
        entries([name], League.LAPTOP)


def test_everything_learns_by_one_cycle() -> None:
    for entry in ENTRIES.values():
        recipe = entry.recipe(entry.settings)
        (phase,) = recipe.phases
        assert recipe.one_cycle
        assert recipe.average
        assert recipe.mirrored
        assert all(rate > 0 for rate in phase.rates.values())
        assert (phase.rates[HEADS] > min(phase.rates.values())) is entry.spec.trained
