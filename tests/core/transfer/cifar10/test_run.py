"""A training from pictures to record, and what may go wrong on the way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core.errors import UserError
from core.models.cifar10.members import League
from core.transfer.cifar10 import run as module
from core.transfer.cifar10.order import labels_of
from core.transfer.cifar10.recipe import Entry, Settings, entries
from core.transfer.cifar10.record_file import from_json, to_json
from core.transfer.cifar10.run import Done, run_entry, selection_of
from core.transfer.data.image_set import Split
from core.transfer.takeaway.weights import from_safetensors, to_safetensors
from core.transfer.training.answers import score
from core.transfer.training.run import Point
from core.transfer.training.tasks import Loss
from core.transfer.training.trainer import Trainer
from tests.core.transfer.cifar10.sets import ten
from tests.core.transfer.sets import quiet

IMAGES = ten(per_class=12)
(ENTRY,) = entries(["shufflenet"], League.LAPTOP)
SETTINGS = replace(ENTRY.settings, minutes=0.0, epochs=3.0, batch=16)


@pytest.fixture(scope="module")
def done() -> Done:
    return run_entry(ENTRY, IMAGES, SETTINGS, report=quiet)


def test_the_record_says_what_happened(done: Done) -> None:
    record = done.record
    assert (record.family, record.league, record.source) == ("ShuffleNet", League.LAPTOP, "jpeg")
    assert record.pictures == {"train": 60, "validation": 30, "test": 30}
    assert record.steps == 9
    assert record.epochs == pytest.approx(3.0, abs=0.2)
    assert record.parameters == ENTRY.spec.architecture.parameters
    assert record.seconds > 0
    assert record.images_per_second > 0
    assert record.configuration["batch"] == 16
    assert record.configuration["augmentation"]["shift"] == 0.125
    assert record.versions["torch"].split("+")[0] == torch.__version__.split("+")[0]
    assert record.curve[0].seconds == 0
    assert record.names == tuple(sorted(record.names))
    assert from_json(to_json(record)).confusion == record.confusion


def test_predictions_go_with_their_pictures(done: Done) -> None:
    record = done.record
    right = labels_of(record.names) == record.answers
    assert right.mean() == pytest.approx(record.test)
    assert np.trace(np.array(record.confusion)) == right.sum()


def test_the_weights_in_half_the_bytes_say_the_same(done: Done) -> None:
    """The record's answers are of picture and mirror image together, so a few may differ."""
    again = from_safetensors(to_safetensors(done.trained, half=True))
    assert again.spec == done.trained.spec
    assert all(value.dtype in (torch.float32, torch.int64) for value in again.state.values())
    test = IMAGES.part(Split.TEST)
    full, half = (score(model.model(), IMAGES, test, quiet) for model in (done.trained, again))
    assert np.abs(full.probabilities - half.probabilities).max() < 0.02


def test_nearly_all_pictures_are_trained_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "VALIDATION", 2)
    chosen = selection_of(IMAGES)
    assert len(chosen.validation) == 20
    assert np.bincount(IMAGES.labels[chosen.validation]).tolist() == [2] * 10
    assert len(chosen.train) + len(chosen.validation) == int((IMAGES.split != Split.TEST).sum())
    together = np.concatenate([chosen.train, chosen.validation, chosen.test])
    assert len(set(together.tolist())) == len(IMAGES)


def _full(error: Exception, above: int) -> Callable[..., None]:
    """A step that finds no memory for more pictures than so many."""
    usual = Trainer.step

    def step(self: Trainer, rows: torch.Tensor, done: float, features: torch.Tensor | None) -> None:
        if len(rows) > above:
            raise error
        usual(self, rows, done, features)

    return step


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried"),
    ],
    ids=["cuda", "cpu"],
)
def test_where_there_is_no_memory_the_batch_is_halved(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer, "step", _full(error, 20))
    said: list[str] = []
    found = run_entry(ENTRY, IMAGES, replace(SETTINGS, epochs=1.0, batch=32), report=lambda _, text: said.append(text))
    assert found.record.configuration["batch"] == 16
    assert any("16 from now on" in text for text in said)


def test_a_device_that_is_far_too_small_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer, "step", _full(torch.OutOfMemoryError("CUDA out of memory"), 1))
    with pytest.raises(UserError, match="no memory for ShuffleNet"):
        run_entry(ENTRY, IMAGES, SETTINGS, report=quiet)


def test_another_error_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Trainer, "step", _full(RuntimeError("shapes do not fit"), 1))
    with pytest.raises(RuntimeError, match="shapes"):
        run_entry(ENTRY, IMAGES, SETTINGS, report=quiet)


def test_a_loss_beyond_all_bounds_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Loss, "total", lambda *_: torch.tensor(float("inf")))
    with pytest.raises(UserError, match="lower learning rate"):
        run_entry(ENTRY, IMAGES, SETTINGS, report=quiet)


class Enough(Exception):
    """Somebody pressed Ctrl-C."""


def test_stopped_and_resumed_it_ends_as_one(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, done: Done) -> None:
    monkeypatch.setattr(module, "KEPT_S", 0.0)
    kept = tmp_path / "kept"
    steps = 0

    def stop(_: float, __: str) -> None:
        nonlocal steps
        steps += 1
        if steps == 9:
            raise Enough

    with pytest.raises(Enough):
        run_entry(ENTRY, IMAGES, SETTINGS, report=stop, kept=kept)
    assert kept.exists()
    points: list[Point] = []
    again = run_entry(ENTRY, IMAGES, SETTINGS, report=quiet, watch=points.append, kept=kept)
    assert not kept.exists()
    assert again.record.predicted == done.record.predicted
    assert len(again.record.curve) == len(done.record.curve)
    for name, value in done.trained.state.items():
        assert torch.equal(value, again.trained.state[name]), name


def test_a_full_disk_stops_no_training(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, done: Done) -> None:
    monkeypatch.setattr(module, "KEPT_S", -1.0)
    (tmp_path / "file").write_text("in the way")
    said: list[str] = []
    kept = tmp_path / "file" / "kept"
    found = run_entry(ENTRY, IMAGES, SETTINGS, report=lambda _, text: said.append(text), kept=kept)
    assert found.record.predicted == done.record.predicted
    assert any("could not be kept" in text for text in said)


@pytest.mark.parametrize("change", ["batch", "seed", "entry"])
def test_a_checkpoint_of_another_training_is_refused(
    change: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(module, "KEPT_S", -1.0)
    kept = tmp_path / "kept"

    def stop(_: float, __: str) -> None:
        if kept.exists():
            raise Enough

    with pytest.raises(Enough):
        run_entry(ENTRY, IMAGES, SETTINGS, report=stop, kept=kept)
    other: tuple[Entry, Settings] = (ENTRY, SETTINGS)
    if change == "batch":
        other = (ENTRY, replace(SETTINGS, batch=8))
    elif change == "seed":
        other = (ENTRY, replace(SETTINGS, seed=1))
    else:
        other = (entries(["densenet"], League.LAPTOP)[0], SETTINGS)
    with pytest.raises(UserError, match="another training"):
        run_entry(*other[:1], IMAGES, other[1], report=quiet, kept=kept)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"\x80\x04]", b"text"], ids=repr)
def test_a_damaged_checkpoint_is_refused(content: bytes, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_bytes(content)
    with pytest.raises(UserError, match="delete it"):
        run_entry(ENTRY, IMAGES, SETTINGS, report=quiet, kept=kept)
