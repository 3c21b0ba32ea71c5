"""Boxes drawn by hand: their past, what does not fit the picture, and files they come from and go to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from core.detection.scoring.coco_export import to_coco
from core.detection.scoring.drawn import LONGEST_NAME, MOST, UNDO_STEPS, Drawn, NamedBox, class_name, fit
from core.detection.scoring.ground_truth import read_ground_truth
from core.detection.scoring.truth_files import boxes_of
from core.errors import UserError

SIZE = (100, 80)
CUP, BOWL = NamedBox("cup", (10, 10, 40, 50)), NamedBox("<b>bowl</b>", (0, 0, 100, 80))


def test_changes_are_undone_one_by_one_and_the_past_is_bounded() -> None:
    drawn = Drawn.beginning((CUP,))
    assert not drawn.at_stake
    assert drawn.undone() is drawn
    assert drawn.to((CUP,)) is drawn
    changed = drawn.to((CUP, BOWL)).to(())
    assert not changed.at_stake, "nothing is there to lose"
    assert changed.undone().boxes == (CUP, BOWL)
    assert changed.undone().at_stake
    assert not changed.undone().saved().at_stake
    assert changed.undone().undone() == drawn
    for number in range(200):
        drawn = drawn.to((NamedBox("cup", (0, 0, 1, number + 1)),))
    assert len(drawn.past) == UNDO_STEPS
    assert len(drawn.to((CUP,) * 500).boxes) == MOST


def test_names_are_tidied() -> None:
    assert class_name("  two \n words ") == "two words"
    assert class_name(" \t") == "object"
    assert class_name("x" * 10_000) == "x" * LONGEST_NAME


@pytest.mark.parametrize(
    ("corners", "whole", "says"),
    [
        ((10.4, 9.6, 40, 50), (10, 10, 40, 50), ""),
        ((-5, -5, 500, 40), (0, 0, 100, 40), "1 box cut off at the edge"),
        ((120, 0, 140, 10), None, "1 box without an area inside the picture of 100 × 80"),
        ((10, 10, 10.2, 50), None, "without an area"),
        ((float("nan"), 0, float("inf"), 50), None, "without an area"),
    ],
)
def test_boxes_from_elsewhere_lie_on_whole_pixels_of_the_picture(
    corners: tuple[float, ...], whole: tuple[int, ...] | None, says: str
) -> None:
    boxes, told = fit([("cup", corners)], SIZE)
    assert [box.corners for box in boxes] == ([whole] if whole else [])
    assert says in " ".join(told)
    assert bool(says) == bool(told)


def test_a_name_that_is_too_long_is_cut_and_said() -> None:
    (box,), told = fit([("y" * 10_000, (0, 0, 9, 9))], SIZE)
    assert box.label == "y" * LONGEST_NAME
    assert told == ("1 box whose class has more than 60 characters, cut there.",)
    with pytest.raises(UserError, match="201 boxes for this picture: at most 200"):
        fit([("cup", (0, 0, 9, 9))] * 201, SIZE)


def test_what_goes_out_comes_back() -> None:
    text = to_coco((CUP, BOWL, CUP), "mine.png", SIZE, ("person", "cup"))
    data = json.loads(text)
    assert [one["id"] for one in data["annotations"]] == [1, 2, 3]
    assert data["images"][0]["id"] == 1
    assert data["categories"] == [{"id": 2, "name": "cup"}, {"id": 3, "name": "<b>bowl</b>"}]
    assert boxes_of("out.json", text.encode(), "mine.png", SIZE)[0] == (CUP, BOWL, CUP)
    (picture,) = read_ground_truth([("out.json", text.encode())]).pictures
    assert picture.boxes.labels == ["cup", "<b>bowl</b>", "cup"]
    assert json.loads(to_coco((), "mine.png", SIZE))["annotations"] == []


def coco(boxes: int = 1, *, name: str = "mine.png", size: tuple[int, int] | None = SIZE, first: int = 1) -> bytes:
    picture: dict[str, Any] = {"id": first, "file_name": name}
    if size:
        picture |= {"width": size[0], "height": size[1]}
    annotations = [
        {"id": first + k, "image_id": first, "category_id": 0, "bbox": [k % 50, 0, 20, 20]} for k in range(boxes)
    ]
    return json.dumps(
        {"images": [picture], "annotations": annotations, "categories": [{"id": 0, "name": "cup"}]}
    ).encode()


VOC = b"""<annotation><filename>mine.jpg</filename><size><width>100</width><height>80</height></size>
<object><name>cup</name><bndbox><xmin>10</xmin><ymin>5</ymin><xmax>30</xmax><ymax>25</ymax></bndbox></object>
<object><name>cup</name><difficult>1</difficult>
<bndbox><xmin>50</xmin><ymin>5</ymin><xmax>70</xmax><ymax>25</ymax></bndbox></object></annotation>"""


def test_ground_truth_of_this_picture_is_read() -> None:
    assert boxes_of("a.json", coco(first=0), "mine.png", SIZE) == ((NamedBox("cup", (0, 0, 20, 20)),), ())
    boxes, told = boxes_of("a.xml", VOC, "mine.png", SIZE)
    assert [box.corners for box in boxes] == [(10, 5, 30, 25), (50, 5, 70, 25)]
    assert told == ("1 box is a crowd or difficult and has to be found here like any other.",)
    _, told = boxes_of("a.json", coco(name="another.png"), "mine.png", SIZE)
    assert told == ('The file calls its picture "another.png"; it was taken for this one.',)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (coco(name="x.png", size=(640, 480)), "about a picture of 640 × 480 pixels, and this one has 100 × 80"),
        (coco(0), '"f.json" has no box for this picture'),
        (coco(300), "has 300 boxes for this picture: at most 200"),
        (coco(9_000), "more than 1,000 boxes"),
        (coco(100_000), '"annotations": at most 10,000|MB'),
        (b"\x89PNG", "is no text"),
        (b"[]", "must be a COCO data set"),
    ],
)
def test_what_cannot_be_this_pictures_ground_truth_is_refused_in_one_sentence(data: bytes, says: str) -> None:
    with pytest.raises(UserError, match=says):
        boxes_of("f.json", data, "mine.png", SIZE)


def test_of_several_pictures_the_one_of_this_name_is_meant() -> None:
    data = json.loads(coco())
    data["images"].append({"id": 2, "file_name": "other.png", "width": 100, "height": 80})
    data["annotations"].append({"id": 2, "image_id": 2, "category_id": 0, "bbox": [1, 2, 3, 4]})
    text = json.dumps(data).encode()
    assert boxes_of("f.json", text, "folder/other.jpg", SIZE)[0] == (NamedBox("cup", (1, 2, 4, 6)),)
    with pytest.raises(UserError, match=r'no picture called "third\.png", but "mine\.png", "other\.png"'):
        boxes_of("f.json", text, "third.png", SIZE)
