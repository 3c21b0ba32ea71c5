"""The recipe from a terminal: what it prints, what it leaves, and one sentence for what it cannot do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from core.models.cifar10.members import League
from core.transfer.cifar10.__main__ import main
from core.transfer.cifar10.record_file import from_json, write
from core.transfer.data.cifar10 import VARIABLE
from core.transfer.takeaway.weights import from_safetensors
from tests.core.transfer.cifar10.sets import CLASSES
from tests.core.transfer.cifar10.test_record import GOOD
from tests.core.transfer.data.made import label, parquet, picture, structs


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A very small CIFAR-10 as two Parquet files."""
    monkeypatch.setenv(VARIABLE, "")  # so that what the command sets is taken back
    folder = tmp_path / "data"
    folder.mkdir()
    for part, rows in (("train", 100), ("test", 20)):
        columns = {
            "img": structs([picture(number, (32, 32)) for number in range(rows)]),
            "label": [number % 10 for number in range(rows)],
        }
        (folder / f"cifar10-{part}.parquet").write_bytes(parquet(columns, {"label": label(*CLASSES)}))
    return folder


def test_a_run_leaves_a_record_and_its_weights(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    to = tmp_path / "out"
    command = ["run", "shufflenet", "--epochs", "1", "--batch", "16", "--data", str(data), "--to", str(to)]
    assert main(command) == 0
    record = from_json((to / "shufflenet_laptop.json").read_bytes())
    assert record.configuration["epochs"] == 1
    assert from_safetensors((to / "shufflenet_laptop.safetensors").read_bytes()).classes == CLASSES
    assert {path.name for path in to.iterdir()} == {"shufflenet_laptop.json", "shufflenet_laptop.safetensors"}
    assert "validation" in capsys.readouterr().out
    assert main(command) == 0
    assert "--fresh" in capsys.readouterr().out
    assert main(["table", str(to)]) == 0
    assert "ShuffleNetV2" in capsys.readouterr().out


def test_everybody_is_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 23
    assert "418,506" in lines[0]


def test_a_family_is_described_with_its_unproductive_layers(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "vgg", "inception-v4", "efficientnet_lite0_imagenet"]) == 0
    said = capsys.readouterr().out
    assert "418,506 parameters, 18.6 M multiply-adds" in said
    assert said.count("Unproductive at 32 px") == 2
    assert "https://arxiv.org/abs/1602.07261" in said


def test_the_gap_to_what_others_report_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(replace(GOOD, league=League.GPU, key="vgg_gpu"), tmp_path)
    write(GOOD, tmp_path)
    assert main(["table", str(tmp_path)]) == 0
    full, slim = sorted(capsys.readouterr().out.splitlines(), key=len, reverse=True)
    assert "-14.00 points to vgg16_bn, 94.00%" in full
    assert "points" not in slim


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run", "alexnet"], "There is no family"),
        (["run", "vgg", "--minutes", "0"], "minutes or epochs"),
        (["run", "vgg", "--minutes", "-3"], "minutes or epochs"),
        (["run", "vgg", "--epochs", "0"], "minutes or epochs"),
        (["run", "vgg", "--minutes", "1", "--epochs", "1"], "minutes or epochs"),
        (["run", "vgg", "--batch", "0"], "two pictures"),
        (["run", "vgg", "--rate", "nan"], "learning rate"),
        (["run", "vgg", "--data", "/nowhere/at/all", "--to", "/tmp/cnn-classroom-test"], "not there"),
        (["table", "/nowhere/at/all"], "no records"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_one_sentence_for_what_cannot_be_done(
    arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "")
    assert main(arguments) == 2
    printed = capsys.readouterr().err.strip()
    assert said in printed
    assert len(printed.splitlines()) == 1


def test_a_corrupt_parquet_is_said(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = (data / "cifar10-train.parquet").read_bytes()
    (data / "cifar10-train.parquet").write_bytes(whole[: len(whole) // 2])
    assert main(["run", "vgg", "--data", str(data), "--to", str(data / "out")]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_no_room_is_said_and_older_records_stay(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("in the way")
    command = ["run", "shufflenet", "--epochs", "1", "--batch", "16", "--data", str(data)]
    assert main([*command, "--to", str(tmp_path / "file")]) == 2
    said = capsys.readouterr()
    assert "Nothing can be written" in said.err
    assert "validation" not in said.out, "it is said before the training"
    assert (tmp_path / "file").read_text() == "in the way"
