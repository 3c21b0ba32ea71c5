"""What "the 4th conv group" means for each family."""

from __future__ import annotations

import pytest
import torch

from core.models.zoo import ZOO, families
from core.transfer.model.classifier import Classifier, ModelSpec
from core.transfer.model.groups import HEADS, NECK, STEM, group_names, groups


@pytest.mark.parametrize("name", ZOO)
def test_every_stage_is_in_one_group_and_in_order(name: str) -> None:
    found = [stage for group in groups(name) for stage in group.stages]
    assert found == list(ZOO[name].stages)
    names = [group.name for group in groups(name)]
    assert names == [STEM, *(f"group {number}" for number in range(1, len(names)))]
    assert len(names) in (4, 5)
    assert all(group.stages for group in groups(name))


def test_all_eleven_families_of_the_course_are_there() -> None:
    assert len(set(families()) - {"AlexNet"}) == 11


def test_resnets_groups_are_those_of_its_paper() -> None:
    assert [group.modules for group in groups("resnet18")][1:] == [(f"layer{number}",) for number in range(1, 5)]


@pytest.mark.parametrize(("neck", "expected"), [(False, (HEADS,)), (True, (NECK, HEADS))])
def test_new_layers_come_last(neck: bool, expected: tuple[str, ...]) -> None:
    assert group_names("resnet18", neck=neck)[5:] == expected


@pytest.mark.parametrize("name", ZOO)
def test_groups_neck_and_heads_hold_every_parameter_once(name: str) -> None:
    spec = ModelSpec(name, 96, (5, 3), trained=False, neck=(16, 8), dropout=0.1)
    with torch.device("meta"):
        model = Classifier(spec, spec.architecture.build())
    parts = model.parameters_of()
    assert tuple(parts) == group_names(name, neck=True)
    found = [parameter for part in parts.values() for parameter in part]
    assert {id(parameter) for parameter in found} == {id(parameter) for parameter in model.parameters()}
    assert len(found) == len({id(parameter) for parameter in found})
    assert sum(parameter.numel() for parameter in parts[HEADS]) == 8 * 5 + 5 + 8 * 3 + 3
    width = ZOO[name].features(ZOO[name].build()) if name == "resnet18" else None
    if width is not None:
        assert sum(parameter.numel() for parameter in parts[NECK]) == width * 16 + 16 + 16 * 8 + 8
    inside = {id(module) for part in model.modules_of().values() for root in part for module in root.modules()}
    loose = [module for module in model.modules() if not any(module.children()) and id(module) not in inside]
    assert not loose, "every layer belongs to some group, or nobody would set its mode"
