"""Files of ground truth, detections and pictures that come and go: what is in use, and what is said of the rest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from core.detection.scoring import templates
from core.detection.scoring.uploaded_files import CHOICE, FOUND, PICTURES, TARGET, File, UploadedFiles
from core.samples import ANNOTATIONS


@dataclass(frozen=True)
class Photo:
    name: str
    digest: str


def files() -> UploadedFiles[Photo]:
    return UploadedFiles()


def truth(*names: str) -> File:
    images = [{"id": number, "file_name": name} for number, name in enumerate(names, 1)]
    box = {"category_id": 1, "bbox": [10, 10, 20, 20]}
    annotations = [{"id": image["id"], "image_id": image["id"], **box} for image in images]
    content = {"images": images, "categories": [{"id": 1, "name": "cup"}], "annotations": annotations}
    return "gold.json", json.dumps(content).encode()


def detections(*names: str) -> File:
    boxes = [{"image_id": name, "category_id": 1, "bbox": [10, 10, 20, 20], "score": 0.9} for name in names]
    return "found.json", json.dumps(boxes).encode()


FIRST = ("first.json", ANNOTATIONS.read_bytes())
SECOND = ("second.json", b"{}")
THIRD = ("third.json", templates.ground_truth().encode())


def test_of_several_files_of_ground_truth_the_newest_good_one_is_in_use() -> None:
    own = files()
    refused = '"second.json" has no list "images", which a COCO data set needs. The last file is'
    steps: list[tuple[dict[str, File], int | None, str, str]] = [
        ({"1": FIRST}, 4, "", ""),
        ({"1": FIRST, "2": SECOND}, 4, "", refused),
        ({"1": FIRST, "2": SECOND, "3": THIRD}, 2, "In use is third.json", ""),
        ({"1": FIRST, "3": THIRD}, 2, "In use is third.json", ""),
        ({"1": FIRST}, 4, "", ""),
        ({}, None, "", ""),
        ({"2": SECOND}, None, "", '"second.json" has no list'),
    ]
    for given, pictures, note, sentence in steps:
        own.take_ground_truth(given)
        assert (len(own.truth.pictures) if own.truth else None) == pictures
        assert own.note.startswith(note)
        assert bool(own.note) == bool(note)
        assert " ".join(own.problems[TARGET]).startswith(sentence)
        assert bool(own.problems[TARGET]) == bool(sentence)


def test_two_bad_files_of_which_one_goes_leave_nothing() -> None:
    own = files()
    own.take_ground_truth({"1": SECOND, "2": ("other.json", b"5")})
    own.take_ground_truth({"1": SECOND})
    assert (own.truth, own.images, own.note) == (None, None, "")


def test_bad_detections_leave_the_last_good_ones() -> None:
    own = files()
    own.take_ground_truth({"1": truth("a.jpg")})
    own.take_detections(detections("a.jpg"))
    own.take_detections(None)
    assert own.placed is None
    assert own.images is not None
    assert not own.images[0].found.labels
    own.take_detections(("bad.json", b"5"))
    assert "bad.json" in own.problems[FOUND][0]
    assert own.problems[FOUND][0].endswith("The last file is still in use.")
    assert own.images[0].found.labels == () or own.placed is not None
    assert own.found is not None
    assert own.found[0] == "found.json"


def test_detections_wait_for_their_ground_truth_and_go_with_another() -> None:
    own = files()
    own.take_detections(detections("a.jpg"))
    assert own.images is None
    own.take_ground_truth({"1": truth("a.jpg")})
    assert own.images is not None
    assert own.images[0].found.labels == ("cup",)
    own.take_ground_truth({"1": truth("a.jpg"), "2": truth("b.jpg", "c.jpg")})
    assert own.found is None
    assert "removed" in own.problems[FOUND][0]
    own.take_detections(("bad.json", b"5"))
    assert not own.problems[FOUND][0].endswith("still in use."), "the removed ones do not come back"


def test_a_choice_moves_boxes_and_one_that_cannot_be_is_taken_back() -> None:
    own = files()
    own.take_ground_truth({"1": truth("cam1/1.jpg", "cam2/2.jpg")})
    own.take_detections(detections("1.jpg", "2.jpg"))
    found = lambda: [image.found.labels for image in own.images or ()]  # noqa: E731
    assert found() == [("cup",), ("cup",)]
    before = own.digest
    own.choose(FOUND, "1.jpg", None)
    assert found() == [(), ("cup",)]
    assert own.digest != before
    assert ("1.jpg", None) in [(key, match.place) for _, key, match in own.guesses()], "to be chosen anew"
    own.choose(FOUND, "1.jpg", 1)
    assert own.problems[CHOICE][0].endswith("The choice before still holds.")
    assert found() == [(), ("cup",)]


@pytest.mark.parametrize(
    ("names", "photos", "places", "sentence"),
    [
        (("a.jpg",), [Photo("x.png", "1")], [0], ""),
        (("a.jpg", "b.jpg"), [Photo("B.PNG", "1"), Photo("x.png", "2")], [1, None], ""),
        (("1/a.jpg", "2/a.jpg"), [Photo("a.jpg", "1")], [None], "may be"),
        (("a.jpg", "b.jpg"), [Photo("a.jpg", "1"), Photo("a.png", "2")], [0, 0], "Two pictures are taken for"),
    ],
    ids=["alone", "by name", "two folders", "twice"],
)
def test_which_picture_is_which(names: tuple[str, ...], photos: list[Photo], places: list[Any], sentence: str) -> None:
    own = files()
    own.take_ground_truth({"1": truth(*names)})
    own.take_pictures(photos, ["another is broken"])
    assert own.problems[PICTURES] == ["another is broken"]
    assert [match.place for match in own.understood_pictures()] == places
    placed = own.placed_pictures()
    assert set(placed) == {place for place in places if place is not None}
    assert placed.get(0, photos[0]) is photos[0]
    guessed = [key for kind, key, _ in own.guesses()]
    assert guessed == [
        photo.digest
        for photo, match in zip(photos, own.understood_pictures(), strict=True)
        if match.guess or not match.places
    ]
    assert len(own.unclear()) == bool(sentence)
    assert sentence in " ".join(own.unclear())
    own.choose(PICTURES, photos[0].digest, None)
    assert own.understood_pictures()[0].place is None


def test_the_same_content_in_another_order_is_another_digest() -> None:
    digests = set()
    own = files()
    for step in (
        lambda: own.take_ground_truth({"1": truth("a.jpg")}),
        lambda: own.take_detections(detections("a.jpg")),
        lambda: own.take_pictures([Photo("a.jpg", "1")]),
        lambda: own.take_pictures([]),
        lambda: own.take_detections(None),
    ):
        step()
        digests.add(own.digest)
    assert len(digests) == 5
