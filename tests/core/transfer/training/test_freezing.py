"""Frozen is bit-identical, batch normalisation's buffers included, for every architecture of the registry."""

from __future__ import annotations

import pytest
import torch

from core.errors import UserError
from core.models.zoo import ZOO
from core.transfer.model.classifier import ModelSpec, build
from core.transfer.model.groups import HEADS, groups
from core.transfer.training.freezing import backbone_rests, check_step
from core.transfer.training.run import Run
from core.transfer.training.schedule import Phase, Recipe, Statistics
from core.transfer.training.trainer import Trainer
from core.transfer.training.weight_change import snapshot, weight_change
from tests.core.transfer.sets import everything, stripes

SIZES = {"inception_v3": 75, "inception_v4": 75, "legacy_xception": 64, "alexnet": 64}
IMAGES = stripes(per_class=4)


def after_steps(name: str, *phases: Phase) -> Trainer:
    """A network after two steps of each phase, all of it run and not only what learns."""
    spec = ModelSpec(name, SIZES.get(name, 32), (2,), trained=False, dropout=0.1)
    trainer = Trainer(spec, IMAGES, everything(IMAGES), Recipe(phases, one_cycle=False))
    for number, phase in enumerate(phases):
        trainer.enter(number, phase)
        for _ in range(2):
            trainer.step(torch.arange(4), 0.5, None)
    return trainer


def run_of(trainer: Trainer) -> Run:
    """What it leaves behind."""
    judging = trainer.judge("run", stopped=False)
    try:
        while True:
            next(judging)
    except StopIteration as end:
        found: Run = end.value
        return found


def changed(trainer: Trainer) -> set[str]:
    """Names of all weights and buffers that are not bit by bit what they were."""
    now = trainer.model.state_dict()
    return {name for name, value in trainer.start.items() if not torch.equal(value, now[name].cpu())}


@pytest.mark.parametrize("name", ZOO)
def test_frozen_stays_bit_identical_and_what_learns_moves(name: str) -> None:
    last = groups(name)[-1]
    trainer = after_steps(name, Phase("head", {HEADS: 1e-3}, 1), Phase("top", {last.name: 1e-4, HEADS: 1e-3}, 1))
    inside = tuple(f"backbone.{module}." for module in last.modules)
    moved = changed(trainer)
    assert "heads.0.weight" in moved
    assert any(key.startswith(inside) for key in moved), "the last group learned"
    assert not [key for key in moved if not key.startswith((*inside, "heads.", "neck."))]
    verdict = {row.identical for row in run_of(trainer).weight_change if not row.trained}
    assert verdict == {True}


@pytest.mark.parametrize("name", ["resnet18", "tf_efficientnet_lite0", "densenet121"])
def test_training_mode_moves_the_statistics_of_frozen_layers(name: str) -> None:
    trainer = after_steps(name, Phase("trap", {HEADS: 1e-3}, 1, statistics=Statistics.MOVING))
    frozen = [row for row in run_of(trainer).weight_change if not row.trained]
    assert all(row.moved == 0.0 for row in frozen), "their weights do not move"
    assert all(row.drifted > 0 and not row.identical for row in frozen if row.statistics)
    assert {key.rsplit(".", 1)[-1] for key in changed(trainer)} >= {"running_mean", "running_var"}


def test_statistics_can_stay_while_weights_learn() -> None:
    everything_learns = dict.fromkeys([*(group.name for group in groups("resnet18")), HEADS], 1e-3)
    trainer = after_steps("resnet18", Phase("Keras", everything_learns, 1, statistics=Statistics.FROZEN))
    moved = changed(trainer)
    assert "backbone.conv1.weight" in moved
    assert not [key for key in moved if "running" in key or "num_batches" in key]


@pytest.mark.parametrize(
    ("rates", "statistics", "rests"),
    [
        ({"heads": 1e-3}, Statistics.WITH_WEIGHTS, True),
        ({"neck": 1e-3, "heads": 1e-3, "stem": 0.0}, Statistics.FROZEN, True),
        ({"heads": 1e-3}, Statistics.MOVING, False),
        ({"group 4": 1e-3, "heads": 1e-3}, Statistics.WITH_WEIGHTS, False),
    ],
)
def test_when_the_backbone_rests(rates: dict[str, float], statistics: Statistics, rests: bool) -> None:
    assert backbone_rests(Phase("phase", rates, 1, statistics=statistics)) is rests


def test_weight_change_is_the_norm_of_the_change_over_that_of_the_start() -> None:
    spec = ModelSpec("resnet18", 32, (2,), trained=False)
    model = build(spec)
    start = snapshot(model)
    with torch.no_grad():
        model.get_submodule("backbone.conv1").weight.mul_(1.5)
        model.get_submodule("backbone.bn1").running_mean.fill_(3.0)
    rows = {row.name: row for row in weight_change(model, start, {"stem"})}
    assert rows["backbone.conv1"].moved == pytest.approx(0.5)
    changed_norm = rows["backbone.bn1"]
    # from means of 0 and variances of 1, 64 each: sqrt(64 * 9) / sqrt(64)
    assert changed_norm.drifted == pytest.approx(3.0)
    assert changed_norm.moved == 0.0
    assert not changed_norm.identical
    assert {name for name, row in rows.items() if not row.identical} == {"backbone.conv1", "backbone.bn1"}
    assert sum(row.weights for row in rows.values()) == sum(weight.numel() for weight in model.parameters())


def test_steps_that_would_take_all_memory_are_refused_where_the_backbone_learns() -> None:
    top = {"group 4": 1e-4, HEADS: 1e-3}
    check_step(96, Phase("fits", top, 1, batch=128))
    check_step(224, Phase("head", {HEADS: 1e-3}, 1, batch=512))
    check_step(224, Phase("nothing is run", top, 0, batch=512))
    with pytest.raises(UserError, match="33 are the most"):
        check_step(224, Phase("too much", top, 1, batch=64))
    trainer = after_steps("resnet18")
    with pytest.raises(UserError, match="smaller batch"):
        trainer.enter(0, Phase("too much", top, 1, batch=512 * 16))


def test_dropout_draws_what_the_seed_says_and_leaves_torchs_generator_alone() -> None:
    torch.manual_seed(1)
    phase = Phase("head", {HEADS: 1e-1}, 1)
    one = after_steps("resnet18", phase)
    torch.manual_seed(2)
    expected = torch.rand(1)
    torch.manual_seed(2)
    other = after_steps("resnet18", phase)
    assert torch.equal(torch.rand(1), expected)
    torch.testing.assert_close(one.model.heads.state_dict(), other.model.heads.state_dict())
