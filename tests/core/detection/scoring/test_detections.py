"""Files of boxes as tools and people write them: boxes without area, outlines, ids, folders, accents."""

from __future__ import annotations

import json
import unicodedata
from typing import Any

import numpy as np
import pytest
from faster_coco_eval.core import mask

from core.detection.scoring.average_precision import Interpolation, ap_by_class
from core.detection.scoring.detections import place, read_detections
from core.detection.scoring.ground_truth import GroundTruthFiles, read_ground_truth
from core.detection.scoring.matching import match, overlaps
from core.errors import UserError

Images = list[dict[str, Any]]


def target(annotations: list[dict[str, Any]], images: Images | None = None, **more: Any) -> GroundTruthFiles:
    content = {
        "images": images or [{"id": 1, "file_name": "cam1/0001.jpg"}, {"id": 2, "file_name": "cam2/0001.jpg"}],
        "categories": [{"id": 1, "name": "cup"}],
        "annotations": [{"id": n, "image_id": 1, "category_id": 1, **item} for n, item in enumerate(annotations, 1)],
        **more,
    }
    return read_ground_truth([("gold.json", json.dumps(content).encode())])


def found(*items: dict[str, Any]) -> bytes:
    return json.dumps([{"category_id": 1, "bbox": [10, 10, 20, 20], "score": 0.9, **item} for item in items]).encode()


BOX = {"bbox": [10, 10, 20, 20]}
FAR = {"bbox": [60, 60, 20, 20]}
TWO = target([BOX, {**FAR, "image_id": 2}])


def test_boxes_go_to_the_picture_of_their_folder() -> None:
    data = found({"image_id": "cam2/0001.jpg", **FAR}, {"image_id": "cam1/0001.jpg"})
    placed = place("found.json", data, TWO)
    assert ap_by_class([match(overlaps(image), 0.5) for image in placed.images], Interpolation.COCO_101) == {"cup": 1}
    assert not any(one.guess for one in placed.matches)


@pytest.mark.parametrize("name", ["0001.jpg", "0001", "cam3/0001.jpg"])
def test_a_bare_name_of_two_pictures_is_refused(name: str) -> None:
    with pytest.raises(UserError, match=r'may be "cam1/0001.jpg", "cam2/0001.jpg": write its folder'):
        read_detections("found.json", found({"image_id": name}), TWO)
    data = {
        "images": [{"id": 5, "file_name": name}],
        "categories": [{"id": 1, "name": "cup"}],
        "annotations": [{"id": 1, "image_id": 5, "category_id": 1, "score": 0.5, **BOX}],
    }
    with pytest.raises(UserError, match="which may be"):
        read_detections("found.json", json.dumps(data).encode(), TWO)


def test_the_other_way_round_two_folders_of_one_bare_name_are_refused() -> None:
    bare = target([BOX], [{"id": 1, "file_name": "0001.jpg"}])
    with pytest.raises(UserError, match=r'has only "0001.jpg" for both'):
        read_detections("f.json", found({"image_id": "cam1/0001.jpg"}, {"image_id": "cam2/0001.jpg"}), bare)
    guessed = place("f.json", found({"image_id": "cam1/0001.jpg"}), bare)
    assert [(one.place, one.guess) for one in guessed.matches] == [(0, True)]
    left_out = place("f.json", found({"image_id": "cam1/0001.jpg"}), bare, {"cam1/0001.jpg": None})
    assert len(left_out.images[0].found) == 0


@pytest.mark.parametrize("key", [2, 2.0, "2", "2.0", " 2", "02"])
def test_an_id_is_the_same_however_it_is_written(key: Any) -> None:
    assert [len(image.found) for image in read_detections("f.json", found({"image_id": key}), TWO)] == [0, 1]
    for own in (2, 2.0, "2"):
        images = [{"id": 1, "file_name": "a.jpg"}, {"id": own, "file_name": "b.jpg"}]
        truth = target([{**BOX, "image_id": key, "category_id": "1.0"}], images)
        assert [len(image.target) for image in truth.evaluated_images()] == [0, 1]
        assert read_detections("f.json", found({"image_id": key, "category_id": 1.0}), truth)[1].found.labels == (
            "cup",
        )


def test_refusals_name_the_ids_there_are() -> None:
    with pytest.raises(UserError, match="is about image 9, which is not in the file: its pictures have the ids 1, 2"):
        target([{**BOX, "image_id": 9}])
    with pytest.raises(UserError, match="image 9, which the ground truth has not: its pictures are 1, 2"):
        read_detections("f.json", found({"image_id": 9}), TWO)
    with pytest.raises(UserError, match=r'category 7, which is not in the list of categories: there are "?cup'):
        read_detections("f.json", found({"image_id": 1, "category_id": 7}), TWO)
    many = [{"id": n, "file_name": f"{n}.jpg"} for n in range(10, 30)]
    with pytest.raises(UserError, match="10, 11, 12, 13 and 16 more"):
        target([{**BOX, "image_id": 9}], many)
    by_id_and_name = target([BOX], [{"id": 1, "file_name": "7.jpg"}, {"id": 7, "file_name": "b.jpg"}])
    with pytest.raises(UserError, match=r'which is "b.jpg" by its id and "7.jpg" by its name'):
        read_detections("f.json", found({"image_id": "7"}), by_id_and_name)


def test_accents_written_in_two_ways_are_one() -> None:
    for form, other in (("NFC", "NFD"), ("NFD", "NFC")):
        names = [unicodedata.normalize(form, text) for text in ("Küche.jpg", "Löffel")]
        others = [unicodedata.normalize(other, text) for text in ("Küche.jpg", "Löffel")]
        truth = target(
            [BOX],
            [{"id": 1, "file_name": names[0]}, {"id": 2, "file_name": "b.jpg"}],
            categories=[{"id": 1, "name": names[1]}],
        )
        listed = found({"image_id": others[0], "category_id": others[1]})
        whole = {
            "images": [{"id": 4, "file_name": others[0]}],
            "categories": [{"id": 3, "name": others[1]}],
            "annotations": [{"id": 1, "image_id": 4, "category_id": 3, "score": 0.9, **BOX}],
        }
        for data in (listed, json.dumps(whole).encode()):
            image = read_detections("f.json", data, truth)[0]
            assert (image.target.labels, image.found.labels) == ((names[1],), (names[1],)), (
                "written as in the gold file"
            )


@pytest.mark.parametrize("size", [[1.03, 0.0], [0, 5], [0.0, 0.0]])
def test_a_box_without_area_is_skipped_and_told(size: list[float]) -> None:
    truth = target([{"bbox": [296.65, 388.33, *size]}, BOX])
    assert truth.evaluated_images()[0].target.boxes.tolist() == [[10, 10, 30, 30]]
    assert truth.notes[0].startswith('1 box has no area and was skipped: annotation 1 of "gold.json" of ')
    placed = place("f.json", found({"image_id": 1, "bbox": [1, 2, *size]}, {"image_id": 1}), TWO)
    assert len(placed.images[0].found) == 1
    assert "1 detection has no area and was skipped" in placed.notes[0]
    two = target([{"bbox": [1, 2, *size]}] * 2)
    assert two.notes[0].startswith("2 boxes have no area and were skipped: the first is annotation 1")


RUNS = np.zeros((40, 60), dtype=np.uint8, order="F")
RUNS[5:25, 10:30] = 1
PACKED = mask.encode(RUNS)
PLAIN = np.diff(
    [0, *(np.flatnonzero(np.diff(RUNS.ravel(order="F"))) + 1).tolist(), RUNS.size]
).tolist()  # lengths of runs, the first of zeros


@pytest.mark.parametrize(
    ("outline", "corners"),
    [
        ([[10, 5, 30, 5, 30, 25, 10, 25]], [10, 5, 30, 25]),
        ([[10.5, 5, 20, 7, 12, 9], [28, 20, 30, 22, 29, 25.25]], [10.5, 5, 30, 25.25]),
        ([10, 5, 30, 5, 30, 25], [10, 5, 30, 25]),
        ({"size": [40, 60], "counts": PLAIN}, [10, 5, 30, 25]),
        ({"size": [40, 60], "counts": PACKED["counts"].decode()}, [10, 5, 30, 25]),
    ],
)
@pytest.mark.parametrize("box", [{}, {"bbox": []}, {"bbox": None}])
def test_an_outline_without_a_box_has_its_own(outline: Any, corners: list[float], box: dict[str, Any]) -> None:
    assert target([{"segmentation": outline, **box}]).evaluated_images()[0].target.boxes.tolist() == [corners]
    both = target([{"segmentation": outline, "bbox": [1, 2, 3, 4]}])
    assert both.evaluated_images()[0].target.boxes.tolist() == [[1, 2, 4, 6]], "a box that is there is the box"


@pytest.mark.parametrize(
    "outline",
    [
        "x", [[1]], [[1, 2, 3]], [["a", 2, 3, 4]], [[1, 2, 1e9, 4]], {}, {"size": [0, 0], "counts": [0]},
        {"size": [40, 60], "counts": [1, 2]}, {"size": [40, 60], "counts": "é"}, {"size": [40], "counts": "0"},
        {"size": [True, 60], "counts": [60]}, {"size": [40, 60], "counts": [-1, 2401]},
    ],
)  # fmt: skip
def test_an_outline_that_makes_no_sense_gets_a_sentence(outline: Any) -> None:
    with pytest.raises(UserError, match=r"(segmentation|bbox).*\.$"):
        target([{"segmentation": outline}])


def voc(inside: str = "", box: tuple[str, ...] = ("1", "2", "30", "40"), size: str = "") -> GroundTruthFiles:
    corners = "".join(
        f"<{name}>{value}</{name}>" for name, value in zip(("xmin", "ymin", "xmax", "ymax"), box, strict=True)
    )
    text = (
        f"<annotation><filename>a.jpg</filename>{size}<object><name>cup</name>{inside}<bndbox>{corners}</bndbox>"
        "</object></annotation>"
    )
    return read_ground_truth([("a.xml", text.encode())])


@pytest.mark.parametrize(
    ("word", "difficult"),
    [
        ("<difficult>Unspecified</difficult>", False), ("<difficult>False</difficult>", False),
        ("<difficult>True</difficult>", True), ("<difficult>0</difficult>", False), ("<difficult>1</difficult>", True),
        ("<difficult>true </difficult>", True), ("<difficult></difficult>", False), ("<difficult/>", False),
        ("", False),
    ],
)  # fmt: skip
def test_voc_difficult_as_tools_write_it(word: str, difficult: bool) -> None:
    assert voc(word).evaluated_images()[0].target.difficult.tolist() == [difficult]


@pytest.mark.parametrize("box", [("30", "2", "1", "40"), ("1", "40", "30", "2"), ("30", "40", "1", "2")])
def test_voc_corners_the_wrong_way_round_are_put_in_order(box: tuple[str, ...]) -> None:
    truth = voc(box=box)
    assert truth.evaluated_images()[0].target.boxes.tolist() == [[1, 2, 30, 40]]
    assert "1 box has corners the wrong way round, which were put in order" in truth.notes[0]
    flat = voc(box=("5", "2", "5", "40"))
    assert (len(flat.evaluated_images()[0].target), "no area" in flat.notes[0]) == (0, True)


@pytest.mark.parametrize(
    "size",
    [
        "<size/>", "<size></size>", "<size><width></width><height></height></size>",
        "<size><width>0</width><height>0</height></size>", "<size><width/><height>5</height></size>", "",
    ],
)  # fmt: skip
def test_a_picture_of_unknown_size_has_none(size: str) -> None:
    assert voc(size=size).evaluated_images()[0].size is None
    for unknown in (0, None, ""):
        truth = target([BOX], [{"id": 1, "file_name": "a.jpg", "width": unknown, "height": unknown}])
        assert truth.evaluated_images()[0].size is None


def test_voc_pictures_of_one_name_are_told_apart_by_their_folders() -> None:
    text = (
        "<annotation><folder>{}</folder><filename>0001.jpg</filename><object><name>cup</name><bndbox><xmin>{}</xmin>"
        "<ymin>0</ymin><xmax>90</xmax><ymax>9</ymax></bndbox></object></annotation>"
    )
    files = [(f"{n}.xml", text.format(f"cam{n}", n).encode()) for n in (1, 2)]
    truth = read_ground_truth(files)
    assert truth.names == ["cam1/0001.jpg", "cam2/0001.jpg"]
    data = found({"image_id": "cam2/0001.jpg", "category_id": "cup"})
    assert [len(image.found) for image in read_detections("f.json", data, truth)] == [0, 1]
    with pytest.raises(UserError, match="write its folder"):
        read_detections("f.json", found({"image_id": "0001.jpg", "category_id": "cup"}), truth)
    assert read_ground_truth(files[:1]).names == ["0001.jpg"], "no folder where none is needed"
    with pytest.raises(UserError, match="Two of the files"):
        read_ground_truth([files[0], files[0]])


LFS = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
PAGES = [b"<!DOCTYPE html><html><body>Sign in</body></html>", b"\xef\xbb\xbf\n<html lang='en'>", b"<!-- x --><HTML>"]


@pytest.mark.parametrize("data", [LFS, b"\xef\xbb\xbf" + LFS, *PAGES])
def test_a_pointer_or_a_web_page_is_named(data: bytes) -> None:
    word = "a Git LFS pointer" if b"git-lfs" in data else "an HTML page"
    with pytest.raises(UserError, match=word):
        read_ground_truth([("gold.json", data)])
    with pytest.raises(UserError, match=word):
        read_detections("found.json", data, TWO)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_json_in_any_unicode_is_read(encoding: str) -> None:
    data = found({"image_id": 2}).decode().encode(encoding)
    assert len(read_detections("f.json", data, TWO)[1].found) == 1
