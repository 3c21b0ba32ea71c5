"""The training loop: what it leaves behind, that it ends when it should, and that it keeps what it had when stopped."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from core.jobs import Cancelled, Discarded
from core.transfer.data.augment import Augmentation
from core.transfer.data.image_set import ImageSet
from core.transfer.model.classifier import ModelSpec, build
from core.transfer.model.groups import HEADS, NECK, group_names
from core.transfer.training import answers
from core.transfer.training.answers import score
from core.transfer.training.loop import Training, begin, driven, steps_of_epoch, stop, train, training
from core.transfer.training.pace import Budget
from core.transfer.training.run import Point, Run
from core.transfer.training.schedule import Phase, Recipe
from core.transfer.training.trainer import Trainer
from tests.core.transfer.sets import everything, quiet, stripes

LITE = ModelSpec("tf_efficientnet_lite0", 32, (2,))
SMALL = ModelSpec("resnet18", 32, (2,), trained=False)
EVERYTHING = dict.fromkeys(group_names("resnet18", neck=False), 1e-2)
PLAIN = Augmentation(flip=False)
IMAGES = stripes()
HEAD = Phase("head", {HEADS: 1e-2}, 10, batch=4)


def run(
    spec: ModelSpec, *phases: Phase, images: ImageSet = IMAGES, budget_s: float | None = None, **rest: object
) -> Run:
    recipe = Recipe(phases, **{"augmentation": PLAIN, **rest})  # type: ignore[arg-type]
    return train("run", spec, images, everything(images), recipe, report=quiet, watch=lambda _: None, budget_s=budget_s)


@pytest.fixture(scope="module")
def learned() -> Run:
    """The head on ImageNet's features, then the last group with it."""
    top = Phase("top", {"group 4": 1e-3, HEADS: 1e-3}, 4, batch=4)
    return run(LITE, HEAD, top)


def test_it_learns_what_can_be_seen(learned: Run) -> None:
    assert learned.points[0].seconds == 0
    assert math.isnan(learned.points[0].loss)
    assert learned.points[learned.best].accuracy == 1.0
    assert learned.test.accuracy == 1.0
    assert not learned.stopped
    assert not learned.diverged


def test_the_average_of_the_weights_is_judged_where_there_is_one() -> None:
    """After a first step it is what the weights were then; later it lags behind them."""
    recipe = Recipe((Phase("all", EVERYTHING, 3, batch=4),), augmentation=PLAIN, average=0.9)
    at = Trainer(SMALL, IMAGES, everything(IMAGES), recipe)
    for _ in driven(at, "it"):
        pass
    assert at.judged is not at.model
    kept, now = at.judged.state_dict(), at.best_state
    weights, _ = zip(*at.model.named_parameters(), strict=True)
    assert any(not torch.equal(kept[name].cpu(), at.start[name]) for name in weights)
    assert now.keys() == kept.keys()


@pytest.mark.parametrize("average", [0.0, 0.9])
def test_an_average_changes_no_step(average: float) -> None:
    """Only what is judged: the weights go the same way with it and without it."""
    recipe = Recipe((Phase("all", EVERYTHING, 2, batch=4),), augmentation=PLAIN)
    ways = []
    for kept in (0.0, average):
        at = Trainer(SMALL, IMAGES, everything(IMAGES), replace(recipe, average=kept))
        at.enter(0, recipe.phases[0])
        for rows in at.tasks.order(4)[:3]:
            at.step(rows, 0.2, None)
        ways.append(at.model.state_dict())
    assert all(torch.equal(ways[0][name], ways[1][name]) for name in ways[0])


def test_mirrored_the_answer_is_that_of_picture_and_mirror_image() -> None:
    model = build(SMALL, 1)
    pictures = IMAGES.images[:6]
    (plain,) = (heads[0] for heads in answers.logits_in_batches(model, pictures))
    (turned,) = (heads[0] for heads in answers.logits_in_batches(model, pictures.flip(3)))
    (both,) = (heads[0] for heads in answers.logits_in_batches(model, pictures, mirrored=True))
    assert torch.allclose(both, (plain + turned) / 2, atol=1e-6)


def test_points_are_in_order_and_name_their_phase(learned: Run) -> None:
    points = learned.points
    assert [point.seconds for point in points] == sorted(point.seconds for point in points)
    assert [point.phase for point in points] == sorted(point.phase for point in points)
    assert points[-1].phase == 1
    assert points[-1].epoch == pytest.approx(14)
    assert max(point.accuracy for point in points) == points[learned.best].accuracy


def test_what_is_kept_is_the_best_and_answers_as_it_did(learned: Run) -> None:
    again = score(learned.trained.model(), IMAGES, everything(IMAGES).test, quiet)
    np.testing.assert_allclose(again.probabilities, learned.test.probabilities, atol=1e-4)
    best = score(learned.trained.model(), IMAGES, everything(IMAGES).validation, quiet)
    assert best.accuracy == learned.points[learned.best].accuracy
    assert learned.test.predicted.tolist() == learned.test.target.tolist()


def test_parameters_that_learned_are_counted_and_the_rest_is_proved_frozen(learned: Run) -> None:
    by_group: dict[str, int] = {}
    for row in learned.weight_change:
        by_group[row.group] = by_group.get(row.group, 0) + row.weights
        assert row.trained is (row.group in ("group 4", HEADS))
        assert row.identical is not row.trained
    assert sum(by_group.values()) == learned.parameters
    assert learned.learned == by_group["group 4"] + by_group[HEADS]


def test_a_resting_backbone_is_run_once_and_learns_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    cached = run(SMALL, HEAD, optimiser="SGD")  # AdamW divides by what may be nothing but rounding
    monkeypatch.setattr("core.transfer.training.loop.backbone_rests", lambda _: False)
    every_step = run(SMALL, HEAD, optimiser="SGD")
    for name, value in cached.trained.state.items():
        torch.testing.assert_close(value, every_step.trained.state[name], atol=1e-4, rtol=1e-3)


def test_the_seed_decides_all() -> None:
    one, same, other = (run(SMALL, HEAD, seed=seed) for seed in (1, 1, 2))
    states = [found.trained.state["heads.0.weight"] for found in (one, same, other)]
    torch.testing.assert_close(states[0], states[1])
    assert not torch.allclose(states[0], states[2])


def test_a_budget_ends_it_and_epochs_may_end_it_earlier() -> None:
    everything_learns = dict.fromkeys(group_names("resnet18", neck=False), 1e-3)
    bounded = run(SMALL, Phase("all", everything_learns, 1e6, batch=4), budget_s=0.3)
    assert bounded.seconds >= 0.3
    assert bounded.points[-1].epoch < 1e6
    early = run(SMALL, Phase("head", {HEADS: 1e-3}, 1), budget_s=1e6)
    assert early.points[-1].epoch == pytest.approx(1)


def test_rebuilding_draws_new_layers_from_where_weight_change_is_counted() -> None:
    spec = ModelSpec("resnet18", 32, (2,), trained=False, neck=(8,))
    top = {NECK: 1e-2, HEADS: 1e-2}
    found = run(spec, Phase("one", top, 2), Phase("again", {}, 0, rebuild=True))
    new = [row for row in found.weight_change if row.group in (NECK, HEADS)]
    assert new
    assert all(row.identical for row in new), "they have just begun anew"


def test_a_phase_in_which_nothing_learns_changes_nothing() -> None:
    found = run(SMALL, Phase("rest", {}, 3))
    assert all(row.identical for row in found.weight_change)
    assert found.learned == 0
    assert len(found.points) == 1


def test_a_rate_far_too_high_ends_without_an_error() -> None:
    wild = run(SMALL, Phase("wild", dict.fromkeys(group_names("resnet18", neck=False), 1e30), 50), optimiser="SGD")
    assert wild.diverged
    assert wild.points
    assert np.isfinite(wild.test.probabilities).all(), "the best point was before"


@pytest.mark.parametrize("task", ["label", "rotation"])
def test_two_heads_learn_together(task: str) -> None:
    spec = ModelSpec("resnet18", 32, (2, 2 if task == "label" else 4), trained=False)
    found = run(spec, Phase("both", {"group 2": 1e-3, HEADS: 1e-3}, 2, batch=4), second_task=task, second_weight=0.5)
    last = found.points[-1]
    assert last.second_accuracy is not None
    assert 0 <= last.second_accuracy <= 1
    assert last.cosine is not None
    assert -1 <= last.cosine <= 1


def test_stopping_keeps_what_was_learned() -> None:
    calls: list[float] = []

    def report(fraction: float, _: str) -> None:
        calls.append(fraction)
        if len(calls) == 4:
            raise Cancelled

    seen: list[Point] = []
    recipe = Recipe((HEAD,), augmentation=PLAIN)
    found = train("run", SMALL, IMAGES, everything(IMAGES), recipe, report=report, watch=seen.append)
    assert found.stopped
    assert found.points == tuple(seen)
    assert len(calls) == 5, "after it was asked to stop it only looks at the test pictures, one batch"
    assert len(found.test.predicted) == len(everything(IMAGES).test)


def test_stopped_before_it_began_nothing_is_built() -> None:
    def report(_: float, __: str) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        train("run", SMALL, IMAGES, everything(IMAGES), Recipe((HEAD,)), report=report, watch=lambda _: None)


def test_a_training_can_be_stopped_between_any_two_steps() -> None:
    work = training("run", SMALL, IMAGES, everything(IMAGES), Recipe((HEAD,), augmentation=PLAIN))
    begin(work, lambda: None)
    next(work)
    found = stop(work, lambda: None)
    assert found.stopped
    assert len(found.test.predicted) == len(everything(IMAGES).test), "what it has learned is judged"
    assert len(found.points) >= 1
    with pytest.raises(StopIteration):
        next(work)


def steps_until_the_test_part(monkeypatch: pytest.MonkeyPatch) -> int:
    """Reports of a training that is left alone, until it has only the test pictures to ask about."""
    monkeypatch.setattr(answers, "at_once", lambda _: 1)  # every picture that is only looked at is a batch
    told: list[str] = []
    recipe = Recipe((HEAD,), augmentation=PLAIN)
    train("run", SMALL, IMAGES, everything(IMAGES), recipe, report=lambda _, text: told.append(text), watch=id)
    return len(told) - len(everything(IMAGES).test)


class StoppingAt:
    """A report that asks for the end at its n-th call, and from then on."""

    def __init__(self, call: int, how: type[Exception] = Cancelled) -> None:
        self.calls, self._at, self._how = 0, call, how

    def __call__(self, _: float, __: str) -> None:
        self.calls += 1
        if self.calls >= self._at:
            raise self._how


def test_a_look_at_the_validation_pictures_can_be_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "at_once", lambda _: 1)
    report, seen = StoppingAt(3), []
    with pytest.raises(Cancelled):  # before the first point there is nothing that could be kept
        train("run", SMALL, IMAGES, everything(IMAGES), Recipe((HEAD,)), report=report, watch=seen.append)
    assert report.calls == 3
    assert not seen


def test_stopped_while_the_test_pictures_are_asked_it_is_as_if_nobody_had(monkeypatch: pytest.MonkeyPatch) -> None:
    report = StoppingAt(steps_until_the_test_part(monkeypatch) + 2)
    recipe = Recipe((HEAD,), augmentation=PLAIN)
    found = train("run", SMALL, IMAGES, everything(IMAGES), recipe, report=report, watch=id)
    assert not found.stopped
    assert found.points[-1].epoch == pytest.approx(HEAD.epochs)
    assert len(found.test.predicted) == len(everything(IMAGES).test)


def test_what_nobody_wants_is_not_asked_about_the_test_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    report = StoppingAt(steps_until_the_test_part(monkeypatch) + 2, Discarded)
    with pytest.raises(Discarded):
        train("run", SMALL, IMAGES, everything(IMAGES), Recipe((HEAD,), augmentation=PLAIN), report=report, watch=id)

    class Later(StoppingAt):
        """Stopped first; the tab is closed while what it has learned is judged."""

        def __call__(self, fraction: float, text: str) -> None:
            try:
                super().__call__(fraction, text)
            except Cancelled:
                if self.calls > self._at:
                    raise Discarded from None
                raise

    later = Later(len(everything(IMAGES).validation) + 3)
    with pytest.raises(Discarded):
        train("run", SMALL, IMAGES, everything(IMAGES), Recipe((HEAD,), augmentation=PLAIN), report=later, watch=id)
    assert later.calls == len(everything(IMAGES).validation) + 4


def test_answers_can_be_stopped(monkeypatch: pytest.MonkeyPatch, learned: Run) -> None:
    monkeypatch.setattr(answers, "at_once", lambda _: 1)
    report = StoppingAt(2)
    with pytest.raises(Cancelled):
        score(learned.trained.model(), IMAGES, everything(IMAGES).test, report)
    assert report.calls == 2


def test_features_that_take_all_of_the_budget_are_learned_from_once() -> None:
    found = run(SMALL, HEAD, budget_s=1e-6)
    assert found.points[-1].epoch == pytest.approx(1)
    assert not [row for row in found.weight_change if row.group == HEADS and row.identical]


def test_the_clock_does_not_end_it_before_its_least_steps_and_the_most_steps_do() -> None:
    all_learn = Phase("all", dict.fromkeys(group_names("resnet18", neck=False), 1e-3), 1e6, batch=4)
    epoch = steps_of_epoch(len(everything(IMAGES).train), all_learn)

    def epochs(budget: Budget) -> float:
        work = training(
            "run", SMALL, IMAGES, everything(IMAGES), Recipe((all_learn,), augmentation=PLAIN), budget=budget
        )
        begin(work, lambda: None)
        return drive(work).points[-1].epoch

    assert epochs(Budget(1e-6, least=2 * epoch)) == pytest.approx(2)
    assert epochs(Budget(1e6, most=epoch)) == pytest.approx(1)


def drive(work: Training) -> Run:
    """To its end."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            found: Run = end.value
            return found


def test_points_on_a_part_of_the_validation_pictures_and_the_best_on_all() -> None:
    chosen = everything(IMAGES)
    part = chosen.validation[:1]
    work = training("run", SMALL, IMAGES, chosen, Recipe((HEAD,), augmentation=PLAIN), looked_at=part)
    begin(work, lambda: None)
    found = drive(work)
    assert {point.accuracy for point in found.points} <= {0.0, 1.0}, "of one picture"
    whole = score(found.trained.model(), IMAGES, chosen.validation, quiet)
    assert found.validation_accuracy == found.validated == whole.accuracy
    assert run(SMALL, HEAD).validated is None
