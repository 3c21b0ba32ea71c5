"""Held-out photographs are known by number in whatever folder; what cannot be read says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UserError
from core.models.recipe.photographs import coco_numbers, held_out, listed, real_labels, to_train_on
from tests.core.models.recipe.conftest import Place, picture
from tests.examples import examples


@pytest.mark.parametrize(
    ("name", "numbers"),
    [
        ("000000000397.jpg", {397}),
        ("397.jpg", {397}),
        ("000000002007_jpg.jpg", {2007}),
        ("COCO_train2014_000000000397.jpg", {397}),
        ("some/where/000000000009.png", {9}),
        ("10308379_1b6c72e180.jpg", {10308379}),
        ("abeja.jpg", set()),
        ("bee7.jpg", set()),
    ],
)
def test_numbers_of_a_name(name: str, numbers: set[int]) -> None:
    assert coco_numbers(name) == numbers


@examples(40)
@given(number=st.integers(1, 999_999), before=st.sampled_from(["", "COCO_val2014_", "a/b/"]), after=st.text("_jpg.rf"))
def test_cocos_own_spelling_is_known_with_anything_around_it(number: int, before: str, after: str) -> None:
    assert number in coco_numbers(f"{before}{number:012d}{after}.jpg")


def test_held_out_photographs_are_left_out_of_every_folder(place: Place) -> None:
    held = held_out(Path(place.heldout))
    assert held == {397, 9}
    folders = [Path(folder) for folder in place.folders]
    everything = {photograph.key for photograph in listed(folders)}
    kept = {photograph.key for photograph in to_train_on(folders, held, 100, 0)}
    assert everything - kept == {
        "labelled/000000000397.png",
        "labelled/000000000009.png",
        "plain/000000000009_jpg.png",
        "packed.zip/train/397.png",
    }


def test_the_order_is_the_seeds_and_its_beginnings_are_fair(tmp_path: Path) -> None:
    for folder, count in (("many", 60), ("few", 20)):
        (tmp_path / folder).mkdir()
        for number in range(count):
            (tmp_path / folder / f"p{number}.jpg").touch()  # nobody opens it
    folders = [tmp_path / "many", tmp_path / "few"]
    order = to_train_on(folders, frozenset(), 1000, 3)
    assert order == to_train_on(folders, frozenset(), 1000, 3) != to_train_on(folders, frozenset(), 1000, 4)
    assert len(order) == len(set(order)) == 80
    for end in (20, 40, 60):
        assert abs(sum(p.where.name == "few" for p in order[:end]) - end / 4) <= 1
    assert len(to_train_on(folders, frozenset(), 30, 3)) == 50


def test_labels_in_either_format(tmp_path: Path) -> None:
    (tmp_path / "plain").mkdir()
    (tmp_path / "coco").mkdir()
    (tmp_path / "plain/labels.json").write_text(json.dumps({"a.jpg": [["cat", 1, 2, 3, 4], ["wardrobe", 0, 0, 9, 9]]}))
    coco = {
        "images": [{"id": 7, "file_name": "b.jpg"}, {"id": 8, "file_name": "c.jpg"}],
        "categories": [{"id": 3, "name": "cat"}],
        "annotations": [{"image_id": 7, "category_id": 3, "bbox": [1, 2, 2, 2]}],
    }
    (tmp_path / "coco/annotations.json").write_text(json.dumps(coco))
    box = ("cat", 1.0, 2.0, 3.0, 4.0)
    found = real_labels([tmp_path / "plain", tmp_path / "coco"], ["cat"])
    assert found == {"plain/a.jpg": [box], "coco/b.jpg": [box], "coco/c.jpg": []}


@pytest.mark.parametrize("content", ["no JSON", '{"a.jpg": [["cat", 1]]}', "[1]", '{"a.jpg": 5}'])
def test_broken_labels_are_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "labels.json").write_text(content)
    with pytest.raises(UserError, match=r"labels\.json"):
        real_labels([tmp_path], ["cat"])


def test_what_is_missing_is_said(tmp_path: Path, place: Place) -> None:
    held = held_out(Path(place.heldout))
    with pytest.raises(UserError, match="no folder"):
        listed([tmp_path / "nowhere"])
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="no photographs"):
        listed([tmp_path / "empty"])
    with pytest.raises(UserError, match="one name"):
        listed([tmp_path / "empty", tmp_path / "other/empty"])
    picture(0).save(tmp_path / "empty/397.png")
    with pytest.raises(UserError, match="all of them are held out"):
        to_train_on([tmp_path / "empty"], held, 9, 0)
    for content in ("", "no number\n000000000009.jpg"):
        (tmp_path / "list.txt").write_text(content)
        with pytest.raises(UserError, match="COCO number"):
            held_out(tmp_path / "list.txt")
    with pytest.raises(UserError, match="no labels"):
        real_labels([tmp_path / "empty"], ["cat"])
