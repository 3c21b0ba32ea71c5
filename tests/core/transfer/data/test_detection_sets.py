"""Sets for detection are told by their folders, and class folders never taken for one."""

from __future__ import annotations

import pytest

from core.errors import UserError
from core.transfer.data.archive import read_archive
from tests.core.transfer.data.made import folders, picture, silent, zipped


def pairs(picture_at: str, other_at: str) -> dict[str, bytes]:
    files = {}
    for number in range(6):
        files[picture_at.format(number)] = picture(number)
        files[other_at.format(number)] = picture(900 + number) if other_at.endswith(".png") else b"0 .5 .5 .1 .1"
    return files


@pytest.mark.parametrize("top", ["", "coco8/"])
@pytest.mark.parametrize(
    ("word", "files"),
    [
        ("YOLO", pairs("images/{}.png", "labels/{}.txt")),
        ("YOLO", pairs("images/train/{}.png", "labels/train/{}.txt")),
        ("YOLO", pairs("train/images/{}.png", "train/labels/{}.txt")),
        ("YOLO", pairs("Images/val/{}.PNG", "Labels/val/{}.txt")),
        ("YOLO", pairs("obj_train_data/{}.png", "obj_train_data/{}.txt")),
        ("Pascal VOC", pairs("JPEGImages/{}.png", "Annotations/{}.xml")),
        ("Pascal VOC", pairs("images/{}.png", "annotations/{}.xml")),
        ("LabelMe", pairs("data/{}.png", "data/{}.json")),
        ("COCO", pairs("train2017/{}.png", "annotations/instances_{}.json")),
        ("COCO", pairs("train/{}.png", "train/_annotations.coco.json")),
        ("masks", pairs("images/{}.png", "masks/{}.png")),
    ],
)
def test_it_is_called_what_it_is(top: str, word: str, files: dict[str, bytes]) -> None:
    with pytest.raises(UserError) as caught:
        read_archive(zipped({top + name: data for name, data in files.items()}), "x", silent)
    sentence = str(caught.value)
    assert f"({word}: " in sentence
    assert sentence.endswith("put those of each class into a folder of its name.")
    assert len(sentence) < 250


@pytest.mark.parametrize(
    "more",
    [
        {f"cats/{number}.txt": b"a cat" for number in range(3)}
        | {f"dogs/{number}.txt": b"a dog" for number in range(3)},
        {"labels/names.txt": b"cat\ndog"},
        {"labels.txt": b"cat\ndog", "annotations/notes.json": b"{}"},
    ],
)
def test_class_folders_with_notes_beside_them_are_none(more: dict[str, bytes]) -> None:
    assert read_archive(zipped(folders(3) | more), "x", silent).classes == ("cats", "dogs")


def test_images_may_be_a_folder_around_classes() -> None:
    found = read_archive(zipped(folders(3, top="images/") | {"labels/names.txt": b"x"}), "x", silent)
    assert found.classes == ("cats", "dogs")
