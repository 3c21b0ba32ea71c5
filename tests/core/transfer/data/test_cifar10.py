"""CIFAR-10 from a folder, from Parquet files, and where there is none."""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import requests
from torchvision.datasets import CIFAR10

from core.errors import UserError
from core.transfer.data import cifar10
from core.transfer.data.cifar10 import VARIABLE, is_here, read_cifar10
from core.transfer.data.image_set import Split
from tests.core.transfer.data.made import label, parquet, picture, silent, structs

NAMES = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]


@pytest.fixture(autouse=True)
def nothing_here(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No variable, and an empty folder of downloads."""
    monkeypatch.delenv(VARIABLE, raising=False)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))


def batches(root: Path, monkeypatch: pytest.MonkeyPatch, each: int = 50) -> None:
    """A small CIFAR-10 as torchvision keeps it, with digests of its own."""
    folder = root / CIFAR10.base_folder
    folder.mkdir(parents=True)
    random = np.random.default_rng(0)

    def write(name: str, content: object) -> list[str]:
        data = pickle.dumps(content)
        (folder / name).write_bytes(data)
        return [name, hashlib.md5(data).hexdigest()]

    def batch(name: str) -> list[str]:
        pixels = random.integers(0, 256, (each, 3_072), dtype=np.uint8)
        return write(name, {"data": pixels, "labels": [number % 10 for number in range(each)]})

    monkeypatch.setattr(CIFAR10, "train_list", [batch(f"data_batch_{number}") for number in range(1, 6)])
    monkeypatch.setattr(CIFAR10, "test_list", [batch("test_batch")])
    monkeypatch.setattr(
        CIFAR10,
        "meta",
        {"filename": "batches.meta", "key": "label_names", "md5": write("batches.meta", {"label_names": NAMES})[1]},
    )


def files(folder: Path) -> list[Path]:
    """The same as two Parquet files."""
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    for part, rows, start in (("train", 100, 0), ("test", 20, 500)):
        pictures = structs([picture(start + number, (32, 32)) for number in range(rows)])
        columns = {"img": pictures, "label": [number % 10 for number in range(rows)]}
        found.append(folder / f"cifar10-{part}.parquet")
        found[-1].write_bytes(parquet(columns, {"label": label(*NAMES)}))
    return found


@pytest.mark.parametrize("inside", [False, True])
def test_the_folder_of_torchvision(inside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batches(tmp_path, monkeypatch)
    monkeypatch.setenv(VARIABLE, str(tmp_path / CIFAR10.base_folder if inside else tmp_path))
    assert is_here()
    found = read_cifar10(silent)
    assert found.classes == tuple(NAMES)
    assert found.counts().sum(0).tolist() == [200, 50, 50]
    assert not found.own
    original = CIFAR10(tmp_path, train=False)
    assert np.array_equal(found.images[found.part(Split.TEST)].permute(0, 2, 3, 1).numpy(), original.data)


def test_a_folder_downloaded_before_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_here()
    batches(cifar10.downloads(), monkeypatch)
    assert is_here()
    assert len(read_cifar10(silent)) == 300


def test_a_folder_that_is_not_what_it_should_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    batches(tmp_path, monkeypatch)
    (tmp_path / CIFAR10.base_folder / "test_batch").write_bytes(b"something else")
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    with pytest.raises(UserError, match="does not hold CIFAR-10 as it should"):
        read_cifar10(silent)


@pytest.mark.parametrize("how", ["folder", "both", "reversed"])
def test_parquet_files(how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    both = [str(path) for path in files(tmp_path)]
    named = {"folder": [str(tmp_path)], "both": both, "reversed": both[::-1]}[how]
    monkeypatch.setenv(VARIABLE, os.pathsep.join(named))
    found = read_cifar10(silent)
    assert found.counts().sum(0).tolist() == [80, 20, 20]
    assert found.classes == tuple(NAMES)
    assert not found.own
    assert "test pictures are the test part" in found.story


@pytest.mark.parametrize("rows", [7, 64])
def test_parquet_files_of_many_groups_of_rows(rows: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in files(tmp_path):
        pq.write_table(pq.read_table(path), path, row_group_size=rows)
    monkeypatch.setenv(VARIABLE, str(tmp_path))
    found = read_cifar10(silent)
    assert found.counts().sum(0).tolist() == [80, 20, 20]
    assert found.classes == tuple(NAMES)


def test_one_parquet_file_is_split(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(files(tmp_path)[0]))
    found = read_cifar10(silent)
    assert found.counts().sum(0).tolist() == [60, 20, 20]
    assert "test part" not in found.story


def test_a_variable_that_names_nothing_of_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "missing"))
    with pytest.raises(UserError, match="which is not there"):
        read_cifar10(silent)
    for wrong in (tmp_path, tmp_path / "x.txt"):
        (tmp_path / "x.txt").write_text("x")
        monkeypatch.setenv(VARIABLE, str(wrong))
        with pytest.raises(UserError, match="must name a folder"):
            read_cifar10(silent)


def test_without_a_network_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise requests.ConnectionError("no route")

    monkeypatch.setattr(requests, "get", refuse)
    with pytest.raises(UserError, match="there seems to be no network") as caught:
        read_cifar10(silent)
    assert str(caught.value).startswith("CIFAR-10 (170 MB) could not be downloaded")
    assert not is_here()
