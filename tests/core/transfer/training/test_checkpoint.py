"""A training that is put aside: what may be kept, and what is refused. That it goes on bit by bit: `cifar10/`."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from core.errors import UserError
from core.transfer.data.augment import Augmentation
from core.transfer.model.classifier import ModelSpec
from core.transfer.model.groups import HEADS, group_names
from core.transfer.training import checkpoint as module
from core.transfer.training.checkpoint import restore, save
from core.transfer.training.loop import driven
from core.transfer.training.place import Place
from core.transfer.training.schedule import Phase, Recipe
from core.transfer.training.trainer import Trainer
from tests.core.transfer.sets import everything, stripes

IMAGES = stripes()
SPEC = ModelSpec("resnet18", 32, (2,), trained=False)
EVERYTHING = dict.fromkeys(group_names("resnet18", neck=False), 1e-2)
RECIPE = Recipe(
    (Phase("head", {HEADS: 1e-2, "group 4": 1e-2}, 1, batch=4), Phase("all", EVERYTHING, 2, batch=4, rebuild=True)),
    optimiser="SGD",
    augmentation=Augmentation(jitter=0.2, cutout=0.3, mixup=0.4),
    average=0.9,
)


def trainer(recipe: Recipe = RECIPE, spec: ModelSpec = SPEC) -> Trainer:
    return Trainer(spec, IMAGES, everything(IMAGES), recipe)


def kept_at(path: Path, phase: int, steps: int) -> Trainer:
    """A whole training, kept once on its way."""
    at = trainer()

    def keep(now: Trainer) -> None:
        if now.place is not None and (now.place.phase, now.place.steps) == (phase, steps):
            save(now, path, "it")

    for _ in driven(at, "it", keep=keep):
        pass
    return at


@pytest.mark.parametrize(("phase", "steps"), [(0, 1), (0, 2), (1, 1), (1, 4)])
def test_it_goes_on_in_any_phase_bit_for_bit(phase: int, steps: int, tmp_path: Path) -> None:
    """Momentum, the average, the order of the pass, random changes, a rebuilt head: all of it."""
    unbroken = kept_at(tmp_path / "kept", phase, steps)
    again = trainer()
    restore(again, tmp_path / "kept", "it")
    for _ in driven(again, "it"):
        pass
    for (name, one), other in zip(unbroken.model.state_dict().items(), again.model.state_dict().values(), strict=True):
        assert torch.equal(one, other), name
    assert unbroken.average is not None
    assert again.average is not None
    for one, other in zip(unbroken.average.state_dict().values(), again.average.state_dict().values(), strict=True):
        assert torch.equal(one, other)
    assert [point.accuracy for point in again.points] == [point.accuracy for point in unbroken.points]
    assert again.learned == unbroken.learned
    assert again.start.keys() == unbroken.start.keys()


def test_a_kept_order_of_many_pictures_takes_no_more_than_the_order(tmp_path: Path) -> None:
    at = trainer()
    at.enter(0, RECIPE.phases[0])
    at.place = Place(0, 0.0, 0.0, 1, list(torch.randperm(100_000).tensor_split(5_000)))
    save(at, tmp_path / "many", "it")
    at.place.rows = []
    save(at, tmp_path / "none", "it")
    sizes = [(tmp_path / name).stat().st_size for name in ("many", "none")]
    assert sizes[0] - sizes[1] < 5 * 800_000  # a file's record for each step comes on top of the order


def test_only_the_same_training_takes_it_up(tmp_path: Path) -> None:
    kept_at(tmp_path / "kept", 0, 1)
    with pytest.raises(UserError, match="another training"):
        restore(trainer(), tmp_path / "kept", "another")


def test_an_older_one_stays_where_there_is_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "kept"
    at = kept_at(path, 1, 3)
    before = path.read_bytes()

    def full(_: object, file: Path) -> None:
        file.write_bytes(b"half of it")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.torch, "save", full)
    with pytest.raises(UserError, match="No space left on device"):
        save(at, path, "it")
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["kept"]


def test_reading_one_runs_no_code(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (print, ("run",))

    torch.save({"about": "it", "model": Evil()}, tmp_path / "kept")
    with pytest.raises(UserError, match="cannot be read"):
        restore(trainer(), tmp_path / "kept", "it")


def test_features_of_a_resting_backbone_are_not_kept(tmp_path: Path) -> None:
    recipe = Recipe((Phase("head", {HEADS: 1e-2}, 2, batch=4),), augmentation=Augmentation(flip=False))
    with pytest.raises(ValueError, match="resting"):
        for _ in driven(trainer(recipe), "it", keep=lambda now: save(now, tmp_path / "kept", "it")):
            pass
