"""Records: there and back, and what a file may say that cannot be."""

from __future__ import annotations

import json
import math
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.models.cifar10.members import League
from core.transfer.cifar10.record import Record
from core.transfer.cifar10.record_file import FORMAT, from_json, to_json, write
from core.transfer.training.run import Point
from tests.core.transfer.cifar10.sets import CLASSES
from tests.examples import examples

ACTUAL = [number % 10 for number in range(50)]
PREDICTED = [label if number % 5 else (label + 1) % 10 for number, label in enumerate(ACTUAL)]


def table() -> tuple[tuple[int, ...], ...]:
    return tuple(
        tuple(sum((a, p) == (row, column) for a, p in zip(ACTUAL, PREDICTED, strict=True)) for column in range(10))
        for row in range(10)
    )


GOOD = Record(
    key="vgg_laptop",
    family="VGG",
    league=League.LAPTOP,
    title="VGG, 6 convolutions",
    made="2026-11-30",
    source="jpeg",
    data_digest="abc",
    pictures={"train": 45_000, "validation": 5_000, "test": 50},
    configuration={"minutes": 6.0, "seed": 0},
    versions={"torch": "2.14.1"},
    device="CPU, 2 threads",
    parameters=418_506,
    macs=18_600_000,
    steps=3_000,
    epochs=8.5,
    seconds=360.2,
    curve=(Point(0.0, 0.0, 0, math.nan, 0.1, 2.3), Point(20.0, 0.5, 0, 1.5, 0.6, 1.1)),
    validation=0.81,
    test=0.8,
    classes=CLASSES,
    names=tuple(f"test_{number:05d}.jpg" for number in range(50)),
    predicted="".join(map(str, PREDICTED)),
    confidence=tuple(range(50, 100)),
    confusion=table(),
)


def changed(**rest: Any) -> str:
    return json.dumps(json.loads(to_json(GOOD)) | rest)


def test_there_and_back() -> None:
    again = from_json(to_json(GOOD))
    first, *others = again.curve
    assert math.isnan(first.loss)
    assert others == list(GOOD.curve[1:])
    assert replace(again, curve=GOOD.curve) == GOOD
    assert again.answers.tolist() == PREDICTED
    assert again.images_per_second == pytest.approx(8.5 * 45_000 / 360.2)


def test_it_is_one_field_a_line() -> None:
    lines = to_json(GOOD).splitlines()
    assert len(lines) == 2 + 2 + len(fields(Record))
    assert json.loads(to_json(GOOD))["images_per_second"] == round(GOOD.images_per_second, 1)
    assert json.loads(to_json(GOOD))["format"] == FORMAT


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"key": "../../etc/passwd"}, "its key"),
        ({"key": ""}, "its key"),
        ({"test": 1.4}, "between 0 and 1"),
        ({"test": math.nan}, "between 0 and 1"),
        ({"validation": -0.1}, "between 0 and 1"),
        ({"test": 0.9}, "does not fit"),
        ({"family": "Transformer"}, "none of the eleven"),
        ({"league": "moon"}, "moon"),
        ({"parameters": 0}, "positive"),
        ({"parameters": True}, "another kind"),
        ({"parameters": 1.5}, "another kind"),
        ({"macs": -3}, "positive"),
        ({"epochs": 0}, "positive"),
        ({"seconds": math.inf}, "positive"),
        ({"seconds": "fast"}, "another kind"),
        ({"pictures": {}}, "how many pictures"),
        ({"pictures": {"train": "many"}}, "another kind"),
        ({"pictures": [1]}, "another kind"),
        ({"curve": []}, "no learning curve"),
        ({"curve": [{"seconds": 0}]}, "another kind"),
        ({"curve": [{"seconds": 0, "epoch": 0, "phase": 0, "loss": None, "accuracy": 7}]}, "curve is impossible"),
        ({"classes": list(CLASSES[:9])}, "ten classes"),
        ({"classes": [1] * 10}, "another kind"),
        ({"names": ["a"] * 50}, "not all different"),
        ({"names": []}, "one predicted class"),
        ({"predicted": "x" * 50}, "digit"),
        ({"predicted": "٣" * 50}, "digit"),
        ({"predicted": "3" * 49}, "one predicted class"),
        ({"predicted": "3" * 50}, "does not fit its predictions"),
        ({"confidence": [101] * 50}, "0 to 100"),
        ({"confidence": [50]}, "0 to 100"),
        ({"confusion": [[50] * 10] * 10}, "does not count"),
        ({"confusion": [[-1] * 10] * 10}, "does not count"),
        ({"confusion": []}, "does not count"),
        ({"confusion": [[0.5] * 10] * 10}, "another kind"),
        ({"confusion": 3}, "another kind"),
        ({"more": 1}, "another kind"),
        ({"images_per_second": 1e9}, "do not fit its seconds"),
        ({"images_per_second": "fast"}, "another kind"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said(wrong: dict[str, Any], said: str) -> None:
    with pytest.raises(UserError, match=said) as caught:
        from_json(changed(**wrong))
    assert str(caught.value).startswith("This record of a training cannot be right")


@pytest.mark.parametrize("name", [line.split('"')[1] for line in to_json(GOOD).splitlines()[1:-1]])
def test_every_field_is_needed(name: str) -> None:
    found = json.loads(to_json(GOOD))
    del found[name]
    with pytest.raises(UserError):
        from_json(json.dumps(found))


@pytest.mark.parametrize(
    "text",
    ["", "[]", "3", "null", "{}", '{"format": "another"}', "[" * 100_000, b"\xff\xfe\x00", b"PK\x03\x04", "{'a': 1}"],
)
def test_another_kind_of_file(text: str | bytes) -> None:
    with pytest.raises(UserError, match="no record of a training"):
        from_json(text)


def test_a_very_large_file_is_not_read() -> None:
    with pytest.raises(UserError, match="9 MB"):
        from_json(" " * (9 * 2**20))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@examples(200)
@given(st.sampled_from([name for name in json.loads(to_json(GOOD)) if name != "format"]), JSON)
def test_whatever_a_field_holds_it_is_read_or_refused(name: str, value: object) -> None:
    try:
        record = from_json(changed(**{name: value}))
    except UserError:
        return
    assert 0 <= record.test <= 1
    assert len(record.answers) == 50


def test_written_by_key_and_seed(tmp_path: Path) -> None:
    assert write(GOOD, tmp_path / "new" / "folder").name == "vgg_laptop.json"
    assert write(replace(GOOD, configuration={"seed": 3}), tmp_path).name == "vgg_laptop-seed3.json"
    assert from_json((tmp_path / "vgg_laptop-seed3.json").read_bytes()).key == "vgg_laptop"


def test_no_room_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="could not be written"):
        write(GOOD, tmp_path / "file")
