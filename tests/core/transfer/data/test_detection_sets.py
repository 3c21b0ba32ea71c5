"""Sets for detection are told by their folders, and class folders never taken for one."""

from __future__ import annotations

import pytest

from core.errors import UserError
from core.transfer.data.archive import read_archive
from core.transfer.data.detection_sets import TABLES, detection_set
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


def kind_of(*paths: str) -> str:
    split = [tuple(path.split("/")) for path in paths]
    return detection_set(split, [path[-1].endswith((".png", ".jpg", ".gif")) for path in split])


@pytest.mark.parametrize("top", ["", "data/"])
@pytest.mark.parametrize(
    ("pictures", "masks"),
    [
        ("images/{}.jpg", "masks/{}_mask.png"),
        ("train/image/{}.png", "train/mask/{}.png"),
        ("img/{}.png", "gt/{}-mask.png"),
        ("train/{}.jpg", "train_masks/{}_mask.gif"),
        ("701_StillsRaw/{}.png", "701_StillsRaw_masks/{}_L.png"),
        ("images/{}.jpg", "annotations/trimaps/{}.png"),
        ("images/a/{}.jpg", "labels/a/{}.png"),
    ],
)
def test_masks_by_any_name(top: str, pictures: str, masks: str) -> None:
    assert kind_of(*(top + form.format(n) for form in (pictures, masks) for n in range(5))).startswith("masks:")


@pytest.mark.parametrize(
    "classes",
    [("mask", "no_mask"), ("with_mask", "without_mask"), ("face", "face_mask"), ("images", "drawings"), ("cats", "gt")],
)
def test_classes_that_are_called_like_masks(classes: tuple[str, str]) -> None:
    assert kind_of(*(f"data/{name}/{n}.png" for name in classes for n in range(5))) == ""


@pytest.mark.parametrize("ending", [".txt", ".xml", ".json"])
def test_boxes_beside_pictures_in_folders_of_parts(ending: str) -> None:
    sides = [f"{part}/{n}{end}" for part in ("train", "valid") for n in range(4) for end in (".jpg", ending)]
    assert "boxes in a file beside" in kind_of(*sides)
    classes = [f"{name}/{n}{end}" for name in ("cats", "dogs") for n in range(4) for end in (".jpg", ending)]
    assert kind_of(*classes) == ""


@pytest.mark.parametrize("table", sorted(TABLES))
def test_boxes_in_a_table(table: str) -> None:
    assert "in a table" in kind_of("train/1.jpg", "train/2.jpg", f"train/{table}", "valid/1.jpg")


@pytest.mark.parametrize(
    ("at", "mask"),
    [
        ("{c}/{c} ({n}).png", "{c}/{c} ({n})_mask.png"),
        ("{c}/{n}.png", "{c}/{n}_mask_1.png"),
        ("{c}/{n}.png", "{c}/{n}-segmentation.png"),
        ("{c}/images/{c}-{n}.png", "{c}/masks/{c}-{n}.png"),
        ("train/{c}/{n}.png", "train/{c}/{n}_mask.png"),
    ],
)
def test_masks_in_folders_of_classes_are_left_out(at: str, mask: str) -> None:
    cases = [(name, number) for name in ("benign", "malignant") for number in range(4)]
    files = {
        form.format(c=name, n=number): picture(start + 10 * len(name) + number)
        for start, form in ((0, at), (500, mask))
        for name, number in cases
    }
    found = read_archive(zipped(files), "x", silent)
    assert found.classes == ("benign", "malignant")
    assert found.counts().sum() == 8
    assert any("8 pictures are masks of others" in note for note in found.notes)


@pytest.mark.parametrize("top", ["", "data/", "train/"])
def test_masks_beside_pictures_of_no_class(top: str) -> None:
    assert kind_of(*(f"{top}{n}{end}.png" for n in range(5) for end in ("", "_mask"))).startswith("masks:")


@pytest.mark.parametrize("names", [("with_mask", "without_mask"), ("a_mask", "b_mask")])
def test_masks_that_people_wear_are_pictures(names: tuple[str, str]) -> None:
    files = {f"{name}/{name}_{n}.png": picture(10 * len(name) + n + ord(name[0])) for name in names for n in range(4)}
    assert len(read_archive(zipped(files), "x", silent)) == 8
