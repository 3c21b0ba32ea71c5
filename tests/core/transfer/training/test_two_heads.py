"""Two heads: what learns, how many answers each head has, and what guessing would score."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import ImageSet, SecondLabel
from core.transfer.model.groups import HEADS
from core.transfer.subject import Subject
from core.transfer.training.two_heads import NEW, OLD, backbone_groups, chances, task_names, two_heads
from tests.core.transfer.sets import everything, stripes

IMAGES = stripes()


def subject_of(images: ImageSet, *, trained: bool = True) -> Subject:
    return Subject(images, everything(images), "resnet18", trained, 32)


@pytest.mark.parametrize("trained", [True, False])
def test_so_many_groups_below_the_heads_learn(trained: bool) -> None:
    plan = two_heads(subject_of(IMAGES, trained=trained), "rotation", 2, 0.3, 7, 5.0, Augmentation())
    last = backbone_groups("resnet18")[-2:]
    rate = OLD if trained else NEW
    assert plan.recipe.phases[0].rates == {**dict.fromkeys(last, rate), HEADS: NEW}
    assert plan.spec.outputs == (2, 4)
    assert (plan.recipe.seed, plan.recipe.second_weight, plan.budget_s) == (7, 0.3, 5.0)
    assert plan.title == "Two heads, rotation, w = 0.3"


def test_only_the_heads() -> None:
    plan = two_heads(subject_of(IMAGES), "label", 0, 1.0, 0, 5.0, Augmentation())
    assert plan.recipe.phases[0].rates == {HEADS: NEW}
    assert IMAGES.second is not None
    assert plan.spec.outputs == (2, len(IMAGES.second.classes))


@pytest.mark.parametrize(("name", "called"), [("class", "second class"), ("rotation", "second rotation"), ("x", "x")])
def test_the_tasks_have_names_of_their_own(name: str, called: str) -> None:
    images = replace(IMAGES, second=SecondLabel(name, IMAGES.labels, ("a", "b")))
    assert task_names(images) == {"label": called, "rotation": "rotation"}
    assert task_names(replace(IMAGES, second=None)) == {"rotation": "rotation"}


def test_guessing_scores_the_most_frequent_answer() -> None:
    first, second = chances(subject_of(IMAGES), "rotation")
    assert (first, second) == (0.5, 0.25)
    assert chances(subject_of(IMAGES), "label")[1] >= 0.5
