"""Batches of CIFAR-10 for a training: the recipe's, made on the device, against torchvision's usual DataLoader.

Run from the project's root: `python -m tests.bench.bench_cifar10`. Prints one JSON object. It uses the device that the
app would use. "Usual" is what tutorials do: a Dataset of PIL pictures, RandomCrop(32, 4), RandomHorizontalFlip,
ToTensor, Normalize, a DataLoader with a worker a core, and a copy to the device. Both give normalised float batches of
128 on the device; both take turns, and the best pass of each counts. The pictures are CIFAR-10's where
`CLASSROOM_CIFAR10` names them, else as many random ones: what is in them makes no difference.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from torchvision import transforms

from core.device import best, describe, synchronize
from core.models.cifar10.members import MEAN, STD, League
from core.transfer.cifar10.recipe import entries
from core.transfer.data.cifar10 import is_here, read_cifar10
from core.transfer.data.image_set import ImageSet, Split
from core.transfer.model.inputs import to_input
from core.transfer.training.tasks import Tasks
from tests.bench.server import report

BATCH, TURNS = 128, 3
COUNT = 45_000


class Usual(Dataset[tuple[Tensor, int]]):
    """As torchvision's CIFAR10 holds its pictures: one array, each made a PIL picture when it is asked for."""

    def __init__(self, pixels: np.ndarray, labels: np.ndarray, cutout: bool) -> None:
        self._pixels, self._labels = pixels, labels  # (N, 32, 32, 3) uint8
        steps = [transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip(), transforms.ToTensor()]
        more = [transforms.RandomErasing(1.0, (0.0625, 0.0625), (1.0, 1.0))] if cutout else []
        self._transform = transforms.Compose([*steps, transforms.Normalize(MEAN, STD), *more])

    def __len__(self) -> int:
        return len(self._labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self._transform(Image.fromarray(self._pixels[index])), int(self._labels[index])


def pictures() -> ImageSet:
    if is_here():
        return read_cifar10(lambda *_: None)
    random = np.random.default_rng(0)
    images = torch.from_numpy(random.integers(0, 256, (COUNT, 3, 32, 32), dtype=np.uint8))
    labels = np.arange(COUNT, dtype=np.int64) % 10
    split = np.full(COUNT, Split.TRAIN, np.int64)
    names = tuple(map(str, range(COUNT)))
    return ImageSet("random", "random", images, labels, tuple("abcdefghij"), split, names, "Random.")


def ours(images: ImageSet, rows: np.ndarray, league: League) -> Callable[[], Iterator[Tensor]]:
    (entry,) = entries(["resnet"], league)
    tasks = Tasks(images, rows, entry.recipe(entry.settings), best())

    def batches() -> Iterator[Tensor]:
        for chosen in tasks.order(BATCH):
            yield to_input(tasks.augmented(chosen), entry.spec.architecture, entry.spec.size)

    return batches


def usual(images: ImageSet, rows: np.ndarray, league: League, workers: int) -> Callable[[], Iterator[Tensor]]:
    pixels = images.images[torch.from_numpy(rows)].permute(0, 2, 3, 1).contiguous().numpy()
    dataset = Usual(pixels, images.labels[rows], cutout=league is League.GPU)
    loader = DataLoader(
        dataset, BATCH, shuffle=True, num_workers=workers, drop_last=True, persistent_workers=workers > 0,
        pin_memory=best().type == "cuda",
    )  # fmt: skip

    def batches() -> Iterator[Tensor]:
        for batch, _ in loader:
            yield batch.to(best(), non_blocking=True)

    return batches


def pictures_a_second(batches: Callable[[], Iterator[Tensor]]) -> float:
    """Of one pass; batches are made and left."""
    began, seen = time.perf_counter(), 0
    for batch in batches():
        seen += len(batch)
    synchronize(best())
    return seen / (time.perf_counter() - began)


def main() -> None:
    images = pictures()
    rows = images.part(Split.TRAIN)[:COUNT]
    cores = os.cpu_count() or 1
    found: dict[str, object] = {"device": describe().name, "cores": cores, "pictures": len(rows), "batch": BATCH}
    for league in League:
        ways = {
            "ours": ours(images, rows, league),
            "usual": usual(images, rows, league, cores),
            "usual_without_workers": usual(images, rows, league, 0),
        }
        each = dict.fromkeys(ways, 0.0)
        for _ in range(TURNS):
            for name, way in ways.items():
                each[name] = max(each[name], pictures_a_second(way))
        most = max(each["usual"], each["usual_without_workers"])
        found[str(league)] = {name: round(value) for name, value in each.items()} | {
            "ours / usual": round(each["ours"] / most, 2)
        }
    report(found)


if __name__ == "__main__":
    main()
