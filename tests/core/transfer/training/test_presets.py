"""Schedules to start from fit every network."""

from __future__ import annotations

from itertools import pairwise, product

import pytest

from core.models.zoo import ZOO
from core.transfer.model.groups import HEADS, NECK, STEM, group_names
from core.transfer.training.presets import PRESETS
from core.transfer.training.schedule import Statistics


def test_rates_name_groups_that_are_there(subtests: pytest.Subtests) -> None:
    for backbone, title, neck in product(ZOO, PRESETS, (False, True)):
        with subtests.test(backbone=backbone, title=title, neck=neck):
            names = group_names(backbone, neck=neck)
            phases = PRESETS[title].make(backbone, neck)
            assert phases
            for phase in phases:
                assert set(phase.rates) <= set(names)
                assert all(rate > 0 for rate in phase.rates.values())
                assert phase.epochs > 0 or phase.rebuild
                if phase.epochs:
                    assert phase.trains(HEADS)
                    assert phase.trains(NECK) is neck


@pytest.mark.parametrize("backbone", ["resnet18", "inception_v3"])
def test_the_lectures_six_steps(backbone: str) -> None:
    steps = PRESETS["The lecture's six steps"].make(backbone, True)
    new, rest = {NECK, HEADS}, [name for name in group_names(backbone, neck=False) if name != HEADS]
    trains = [set(phase.rates) for phase in steps]
    assert trains == [set(), new, new | {rest[-1]}, new | set(rest[-2:]), new | set(rest) - {STEM}, new]
    assert steps[0].rebuild
    assert steps[-1].batch > max(phase.batch for phase in steps[:-1])


def test_gradual_unfreezing_adds_one_group_at_a_time_and_slows_downwards() -> None:
    phases = PRESETS["Gradual unfreezing"].make("resnet18", False)
    assert [len(phase.rates) for phase in phases] == [1, 2, 3, 4, 5, 6]
    rates = [phases[-1].rates[name] for name in group_names("resnet18", neck=False)]
    assert [high / low for low, high in pairwise(rates)] == pytest.approx([2.6] * 5)


def test_rates_spread_a_hundredfold_and_keras_freezes_statistics() -> None:
    fast = PRESETS["fastai-like"].make("resnet18", False)[-1]
    assert fast.rates[HEADS] / fast.rates[STEM] == pytest.approx(100)
    assert {phase.statistics for phase in PRESETS["Keras-like"].make("vgg16", False)} == {Statistics.FROZEN}
