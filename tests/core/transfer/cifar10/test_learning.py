"""All eleven learn by the one loop: the recipe is not a table of names that only some of them can follow."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from core.models.cifar10.members import FAMILIES, League, member
from core.transfer.cifar10.recipe import ENTRIES, LITE0, Entry, Settings
from core.transfer.cifar10.run import selection_of
from core.transfer.training.checkpoint import restore, save
from core.transfer.training.loop import driven
from core.transfer.training.trainer import Trainer
from tests.core.transfer.cifar10.sets import ten

LAPTOP = {family: ENTRIES[member(family, League.LAPTOP).name] for family in FAMILIES}
GPU = {family: ENTRIES[member(family, League.GPU).name] for family in FAMILIES}
EACH = pytest.mark.parametrize("family", FAMILIES)
IMAGES = ten(per_class=104)  # 512 and some to learn from
FEW = ten(per_class=8)


def settings(entry: Entry, **rest: object) -> Settings:
    return replace(entry.settings, **{"minutes": 0.0, "epochs": 1.0, "batch": 64, **rest})  # type: ignore[arg-type]


def trainer(entry: Entry, chosen: Settings, images: object = IMAGES) -> Trainer:
    assert isinstance(images, type(IMAGES))
    return Trainer(entry.spec, images, selection_of(images), entry.recipe(chosen))


@EACH
def test_the_loss_falls_and_stays_a_number(family: str) -> None:
    """Ten steps and more of the recipe with its augmentation, smoothing and average, at a rate for so few of them."""
    entry = LAPTOP[family]
    at = trainer(entry, settings(entry, epochs=2.0, rate=0.05))
    assert len(at.tasks) >= 512
    losses: list[float] = []
    for _ in driven(at, family, evaluations=1, keep=lambda now: losses.append(now.losses[-1] if now.losses else -1.0)):
        pass
    made = [loss for loss in losses if loss >= 0]
    assert len(made) > 10
    assert sum(made[-4:]) < 0.95 * sum(made[:4])
    assert all(torch.isfinite(weight).all() for weight in at.model.parameters())
    with torch.no_grad():
        logits = at.judged.eval()(torch.zeros(2, 3, 32, 32))
    assert logits.shape == (2, 10)
    assert torch.isfinite(logits).all()


@EACH
def test_resumed_it_is_the_same_bit_for_bit(family: str, tmp_path: Path) -> None:
    entry = LAPTOP[family]
    chosen = settings(entry, epochs=1.0, batch=8)
    path = tmp_path / "kept"

    def keep(at: Trainer) -> None:
        if at.place is not None and at.place.steps == 2:
            save(at, path, "this")

    unbroken = trainer(entry, chosen, FEW)
    for _ in driven(unbroken, family, keep=keep):
        pass
    assert unbroken.place is not None
    assert unbroken.place.steps > 4
    broken = trainer(entry, chosen, FEW)
    restore(broken, path, "this")
    assert broken.place is not None
    assert broken.place.steps == 2
    for _ in driven(broken, family):
        pass
    assert broken.place.steps == unbroken.place.steps
    for (name, one), other in zip(unbroken.model.state_dict().items(), broken.model.state_dict().values(), strict=True):
        assert torch.equal(one, other), name
    assert [(point.epoch, point.loss, point.accuracy) for point in broken.points[1:]] == [
        (point.epoch, point.loss, point.accuracy) for point in unbroken.points[1:]
    ]


@EACH
def test_full_size_members_make_a_step_on_the_cpu(family: str) -> None:
    entry = GPU[family]
    at = trainer(entry, settings(entry, batch=4), FEW)
    at.enter(0, at.tasks.recipe.phases[0])
    before = [weight.detach().clone() for weight in at.model.parameters()]
    for rows in at.tasks.order(4)[:2]:
        at.step(rows, 0.3, None)
    assert not at.diverged
    assert len(at.losses) == 2
    assert any(not torch.equal(old, new) for old, new in zip(before, at.model.parameters(), strict=True))


def test_lite0_begins_with_what_it_knows_of_imagenet() -> None:
    entry = ENTRIES[LITE0]
    assert entry.spec.trained
    at = trainer(entry, settings(entry, batch=4), FEW)
    at.enter(0, at.tasks.recipe.phases[0])
    at.step(at.tasks.order(4)[0], 0.3, None)
    assert not at.diverged


def test_another_seed_is_another_training() -> None:
    entry = LAPTOP["ShuffleNet"]
    found = []
    for seed in (0, 0, 1):
        at = trainer(entry, settings(entry, batch=16, seed=seed), FEW)
        for _ in driven(at, "it"):
            pass
        found.append(at.points[-1].loss)
    assert found[0] == found[1] != found[2]
