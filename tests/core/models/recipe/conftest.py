"""A few small photographs made up, and one run of the whole recipe on them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.models.recipe.__main__ import main

HELD = ("000000000397", "000000000009")


def picture(seed: int, size: tuple[int, int] = (96, 72)) -> Image.Image:
    """Soft blots, (width, height) pixels: the teacher believes a little in much of it."""
    rough = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    return Image.fromarray(rough).resize(size, Image.Resampling.BICUBIC)


@dataclass(frozen=True)
class Place:
    """Where a test's photographs lie, and what was made of them."""

    root: Path

    @property
    def folders(self) -> list[str]:
        return [str(self.root / name) for name in ("labelled", "plain", "packed.zip")]

    @property
    def heldout(self) -> str:
        return str(self.root / "heldout.txt")

    def cache(self, out: str = "cache", *more: str) -> int:
        arguments = ["cache", "--photographs", *self.folders, "--heldout", self.heldout, "--out", str(self.root / out)]
        return main([*arguments, "--sides", "64", "96", *more])

    def labels(self, cache: str = "cache", out: str = "labels.safetensors", *more: str) -> int:
        arguments = ["labels", "--cache", str(self.root / cache), "--out", str(self.root / out)]
        return main([*arguments, "--labelled", self.folders[0], *more])

    def heads(self, out: str = "heads", *more: str, cache: str = "cache", labels: str = "labels.safetensors") -> int:
        arguments = ["--cache", str(self.root / cache), "--labels", str(self.root / labels), "--heldout", self.heldout]
        few = ["--regions", "12", "--check", "1", "--template-steps", "2", "--steps", "2", "--batch", "16"]
        return main(["heads", "--out", str(self.root / out), *arguments, *few, *more])

    def evaluate(self, *more: str, out: str = "figures.json") -> int:
        arguments = ["evaluate", "--labelled", self.folders[0], "--heldout", self.heldout, "--sides", "64"]
        return main([*arguments, "--out", str(self.root / out), *more])


def furnished(root: Path) -> Place:
    """Photographs in two folders and an archive; held-out ones in each of them, one under another spelling."""
    root.mkdir(parents=True, exist_ok=True)
    labels = {}
    (root / "labelled").mkdir()
    for seed, name in enumerate((*HELD, "000000000025")):
        picture(seed).save(root / "labelled" / f"{name}.png")
        labels[f"{name}.png"] = [["person", 8, 6, 60, 66], ["cat", 40, 10, 90, 60], ["no class of COCO's", 0, 0, 9, 9]]
    (root / "labelled" / "labels.json").write_text(json.dumps(labels))
    (root / "plain").mkdir()
    for seed, name in enumerate(("a.png", "000000000009_jpg.png", "000000002007_jpg.jpg"), 10):
        picture(seed, (80, 100)).save(root / "plain" / name)
    with zipfile.ZipFile(root / "packed.zip", "w") as archive:
        for seed, name in enumerate(("train/397.png", "train/b.png"), 20):
            with archive.open(name, "w") as file:
                picture(seed).save(file, "PNG")
        archive.writestr("readme.txt", "no photograph")
    (root / "heldout.txt").write_text("\n".join(f"somewhere/{name}.jpg" for name in HELD))
    return Place(root)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return furnished(tmp_path / "place")


@pytest.fixture(scope="session")
def done(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The whole recipe has run here; only to be read."""
    here = furnished(tmp_path_factory.mktemp("recipe") / "done")
    assert here.cache() == here.labels() == here.heads() == 0
    return here


@pytest.fixture
def refused(capsys: pytest.CaptureFixture[str]) -> Callable[[int], str]:
    """What a command said that could not be done: one sentence, and its exit status."""

    def sentence(status: int) -> str:
        said = capsys.readouterr()
        assert status == 2
        assert said.err == ""
        last = said.out.strip().splitlines()[-1]
        assert last.startswith("error: ")
        assert last.endswith(".")
        return last

    return sentence
