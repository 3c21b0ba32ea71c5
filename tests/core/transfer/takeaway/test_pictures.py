"""The zip of pictures: every picture once, in its part and class, under names that can do no harm."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import replace
from pathlib import PurePosixPath

import numpy as np
import pytest
from PIL import Image

from core.errors import UserError
from core.transfer.takeaway import pictures
from core.transfer.takeaway.pictures import pictures_zip
from tests.core.transfer.takeaway.made import image_set, selection


def test_every_picture_lies_in_its_part_and_class_unchanged() -> None:
    images = image_set()
    file = zipfile.ZipFile(io.BytesIO(pictures_zip(images, selection(images))))
    rows = list(csv.DictReader(io.StringIO(file.read("pictures/labels.csv").decode())))
    assert len(rows) == len(images) == len(file.namelist()) - 1
    for row in rows:
        index = images.names.index(row["name"])
        assert row["class"] == images.classes[images.labels[index]]
        assert row["second"] == ("even", "odd")[images.labels[index] % 2]
        part, folder, _ = row["file"].split("/")
        assert part == ("train", "validation", "test")[images.split[index]]
        assert folder == row["class"]
        picture = np.asarray(Image.open(io.BytesIO(file.read(f"pictures/{row['file']}"))))
        assert (picture == images.images[index].permute(1, 2, 0).numpy()).all()


def test_the_same_pictures_make_the_same_file() -> None:
    images = image_set(6)
    assert pictures_zip(images, selection(images)) == pictures_zip(images, selection(images))


def test_only_the_pictures_that_take_part_are_in_it() -> None:
    images = image_set()
    few = replace(selection(images), train=selection(images).train[:3])
    assert len(zipfile.ZipFile(io.BytesIO(pictures_zip(images, few))).namelist()) == 3 + 6 + 6 + 1


def test_no_name_leads_out_of_the_folder() -> None:
    images = replace(image_set(6), classes=("../..", "/etc", "=1+1"), names=("../../x.png", "/etc/passwd", "=1") * 2)
    file = zipfile.ZipFile(io.BytesIO(pictures_zip(images, selection(images))))
    for name in file.namelist():
        parts = PurePosixPath(name).parts
        assert parts[0] == "pictures"
        assert ".." not in parts
        assert "\\" not in name
    assert "'=1" in file.read("pictures/labels.csv").decode()


def test_too_many_pictures_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pictures, "MOST_BYTES", 1000)
    with pytest.raises(UserError, match="fewer pictures"):
        pictures_zip(image_set(), selection(image_set()))
