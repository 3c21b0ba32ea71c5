"""Files of boxes: what tools write is read, and what nobody should send gets one sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.detection import Candidates, export
from core.detection.scoring import templates
from core.detection.scoring.coco_files import MOST_BOXES, MOST_BYTES, MOST_IN_A_PICTURE
from core.detection.scoring.detections import parse_detections, read_detections
from core.detection.scoring.ground_truth import MOST_FILES, GroundTruthFiles, read_ground_truth, take_in
from core.detection.scoring.matching import Outcome, match, overlaps
from core.errors import UserError
from core.samples import ANNOTATIONS, SAMPLES, ground_truth
from tests.examples import examples


def coco(**changes: Any) -> dict[str, Any]:
    data: dict[str, Any] = {
        "images": [{"id": 7, "file_name": "a/Cups.JPG", "width": 100, "height": 80}, {"id": 9, "file_name": "b.png"}],
        "categories": [{"id": 3, "name": "cup"}, {"id": 5, "name": "dog"}],
        "annotations": [{"id": 0, "image_id": 7, "category_id": 3, "bbox": [10, 20, 30, 40.5]}],
    }
    return {**data, **changes}


def one(**changes: Any) -> dict[str, Any]:
    """A data set whose only annotation has these values; None takes a key away."""
    annotation = {"id": 1, "image_id": 7, "category_id": 3, "bbox": [10, 20, 30, 40], **changes}
    return coco(annotations=[{key: value for key, value in annotation.items() if value is not None}])


def encode(content: object) -> bytes:
    return json.dumps(content).encode()


def read(content: object) -> GroundTruthFiles:
    return read_ground_truth([("gold.json", content if isinstance(content, bytes) else encode(content))])


VOC = """<annotation><filename>cups.jpg</filename><size><width>100</width><height>80</height></size>
<object><name>cup</name><difficult>1</difficult><bndbox><xmin>1</xmin><ymin>2.5</ymin><xmax>30</xmax><ymax>40</ymax>
</bndbox></object><object><name> dining  table </name><bndbox><xmin>-1</xmin><ymin>0</ymin><xmax>9</xmax><ymax>9</ymax>
</bndbox></object></annotation>"""


def test_coco_ground_truth() -> None:
    truth = read(one(iscrowd=1, area=7.5))
    first, second = truth.evaluated_images()
    assert first.target.boxes.tolist() == [[10, 20, 40, 60]]
    assert first.target.labels == ("cup",)
    assert (first.target.crowd.tolist(), first.target.areas.tolist()) == ([True], [7.5])
    assert (first.size, second.size) == ((100, 80), None)
    assert len(second.target) == 0
    assert read(coco()).evaluated_images()[0].target.areas.tolist() == [30 * 40.5], (
        "an id of 0 and a missing area are no trouble"
    )


def test_our_own_annotations_are_read_as_the_samples_have_them() -> None:
    images = {image.name: image for image in read(ANNOTATIONS.read_bytes()).evaluated_images()}
    for sample in SAMPLES.values():
        boxes = ground_truth(sample)
        assert images[sample.file].target.labels == tuple(box.label for box in boxes)
        assert images[sample.file].target.boxes.tolist() == [list(box.xyxy) for box in boxes]


def test_what_the_detector_page_exports_comes_back(found: dict[str, Candidates]) -> None:
    candidates = found["motorcycle"]
    kept = candidates.suppress(0.5, 0.05)
    data = export.to_coco(candidates, kept, "folder/MOTORCYCLE_left.jpeg").encode()
    images = read_detections("found.json", data, read(ANNOTATIONS.read_bytes()))
    mine = next(image for image in images if image.name == "motorcycle_left.png")
    assert mine.found.labels == kept.labels
    assert np.allclose(mine.found.boxes, kept.boxes.numpy(), atol=0.02)
    assert np.allclose(mine.found.scores, kept.scores.numpy(), atol=1e-5)
    assert sum(len(image.found) for image in images) == len(kept)


def test_a_results_list_uses_the_numbers_of_the_ground_truth() -> None:
    results = [{"image_id": 9, "category_id": 5, "bbox": [0, 0, 4, 4], "score": 1}]
    first, second = read_detections("r.json", encode(results), read(coco()))
    assert len(first.found) == 0
    assert (second.found.labels, second.found.scores.tolist()) == (("dog",), [1.0])
    assert read_detections("r.json", b"[]", read(coco()))[0].target.labels == ("cup",)


def test_voc_files() -> None:
    truth = read_ground_truth([("x.xml", VOC.encode()), ("y.xml", b"\xef\xbb\xbf<annotation></annotation>")])
    cups, empty = truth.evaluated_images()
    assert (cups.name, cups.size, empty.name) == ("cups.jpg", (100, 80), "y.xml")
    assert cups.target.labels == ("cup", "dining table")
    assert cups.target.difficult.tolist() == [True, False]
    assert cups.target.boxes.tolist() == [[1, 2.5, 30, 40], [-1, 0, 9, 9]]


OF_ONE_CAT = (
    "<annotation><filename>a.jpg</filename><size><width>9</width><height>8</height></size><object><name>Cat</name>"
    "<difficult>1</difficult><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>5.5</xmax><ymax>7</ymax></bndbox></object>"
    "</annotation>"
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<annotation>", '<annotation xmlns="http://example.org/voc">'),
        ("object>", "Object>"),
        ("bndbox>", "BndBox>"),
        ("xmin>", "XMin>"),
        ("annotation>", "ANNOTATION>"),
        ("<difficult>1", "<difficult>1.0"),
        ("<difficult>1", "<difficult> True "),
    ],
)
def test_voc_with_namespaces_and_in_other_letters(old: str, new: str) -> None:
    found = read_ground_truth([("a.xml", OF_ONE_CAT.replace(old, new).encode())]).pictures[0]
    assert (found.name, found.size) == ("a.jpg", (9, 8))
    assert (found.boxes.corners, found.boxes.labels, found.boxes.difficult) == ([(1, 2, 5.5, 7)], ["Cat"], [True])


@pytest.mark.parametrize("word", ["None", "null", "0.0", "Unspecified", ""])
def test_voc_difficult_of_other_tools(word: str) -> None:
    file = OF_ONE_CAT.replace("<difficult>1", f"<difficult>{word}").encode()
    assert read_ground_truth([("a.xml", file)]).pictures[0].boxes.difficult == [False]


def test_the_same_box_twice_is_said() -> None:
    once = OF_ONE_CAT[OF_ONE_CAT.index("<object>") : OF_ONE_CAT.index("</annotation>")]
    found = read_ground_truth([("a.xml", OF_ONE_CAT.replace(once, once * 3).encode())])
    assert len(found.pictures[0].boxes.labels) == 3
    assert found.notes[0].startswith("2 boxes are there twice")
    assert read_ground_truth([("a.xml", OF_ONE_CAT.encode())]).notes == ()


def test_detections_for_voc_are_matched_by_name_or_stand_alone() -> None:
    truth = read_ground_truth([("x.xml", VOC.encode())])
    scored = one(score=0.5)
    scored["images"] = [{"id": 7, "file_name": "another name.jpg"}]
    assert len(read_detections("d.json", encode(scored), truth)[0].found) == 1, "one picture on each side"
    scored["images"] += [{"id": 8, "file_name": "x.jpg"}]
    with pytest.raises(UserError, match="no ground truth"):
        read_detections("d.json", encode(scored), truth)
    scored["images"][0]["file_name"] = "CUPS.png"
    assert len(read_detections("d.json", encode(scored), truth)[0].found) == 1, "name without ending and capitals"
    with pytest.raises(UserError, match="no scores"):
        read_detections("d.xml", VOC.encode(), truth)


def result(**changes: Any) -> bytes:
    return encode([{"image_id": 7, "category_id": 3, "bbox": [0, 0, 4, 4], "score": 0.5, **changes}])


@pytest.mark.parametrize("image", ["cups.jpg", "cups", "CUPS.PNG", "folder/cups.jpg", "x\\cups"])
def test_a_results_list_goes_with_voc_files_by_names(image: str) -> None:
    truth = read_ground_truth([("x.xml", VOC.encode()), ("y.xml", b"<annotation></annotation>")])
    first, second = read_detections("r.json", result(image_id=image, category_id=" dining  table "), truth)
    assert (first.found.labels, len(second.found)) == (("dining table",), 0)
    assert read_detections("r.json", result(image_id=image, category_id="never gold"), truth)[0].found.labels


def test_a_results_list_may_name_what_the_ground_truth_numbers() -> None:
    first, second = read_detections("r.json", result(image_id="b", category_id="dog"), read(coco()))
    assert (len(first.found), second.found.labels) == (0, ("dog",))
    numbered = read_ground_truth([("z.xml", b"<annotation><filename>000012.jpg</filename></annotation>")])
    with pytest.raises(UserError, match="image 12, which the ground truth has not"):
        read_detections("r.json", result(image_id=12, category_id="dog"), numbered)
    assert len(read_detections("r.json", result(image_id="000012", category_id="dog"), numbered)[0].found) == 1


@pytest.mark.parametrize(
    ("changes", "voc", "words"),
    [
        ({"image_id": "nobody.jpg"}, False, 'image "nobody.jpg", which the ground truth has not'),
        ({"category_id": "cat"}, False, 'category "cat", which is not in the list'),
        ({"image_id": "cups"}, True, 'the name of a class such as "cup"'),
        ({"image_id": "cups", "category_id": "  "}, True, "the name of a class"),
        ({"image_id": "n" * 201}, False, "at most 200 characters"),
    ],
)
def test_results_that_name_nothing_get_a_sentence(changes: dict[str, Any], voc: bool, words: str) -> None:
    truth = read_ground_truth([("x.xml", VOC.encode())]) if voc else read(coco())
    with pytest.raises(UserError, match=words):
        read_detections("r.json", result(**changes), truth)


@pytest.mark.parametrize("data", [b"5", b'"text"', b"null", b"true"])
def test_detections_that_are_neither_list_nor_data_set_ask_for_one(data: bytes) -> None:
    for read_it in (lambda: read_detections("d.json", data, read(coco())), lambda: parse_detections("d.json", data)):
        with pytest.raises(UserError, match="neither a COCO results list nor a COCO data set: upload"):
            read_it()


def test_templates_go_together() -> None:
    truth = read_ground_truth([("g.json", templates.ground_truth().encode())])
    images = read_detections("d.json", templates.detections().encode(), truth)
    assert [len(image.target) for image in images] == [2, 1]
    assert [match(overlaps(image), 0.5).count(Outcome.RIGHT) for image in images] == [1, 1]


def test_new_ground_truth_is_judged_by_itself_and_replaces() -> None:
    old, new = ("old.json", encode(coco())), ("new.json", encode(one(bbox=[0, 0, 5, 5])))
    used, truth = take_in([old], [new])
    assert used == (new,)
    assert truth.evaluated_images()[0].target.boxes.tolist() == [[0, 0, 5, 5]]
    for bad, words in ((b"", "is no JSON"), (b"{}", '"images"'), (b"<a>", "no XML")):
        with pytest.raises(UserError, match=words):
            take_in([old], [("bad", bad)])
        with pytest.raises(UserError, match=words):
            take_in([old], [new, ("bad", bad)])
    xml, other = ("x.xml", VOC.encode()), ("y.xml", b"<annotation></annotation>")
    assert take_in([old], [xml])[0] == (xml,)
    assert take_in([xml], [other])[0] == (xml, other)
    assert take_in([xml, other], [new])[0] == (new,)
    with pytest.raises(UserError, match="Two of the files"):
        take_in([xml], [("again.xml", VOC.encode())])
    with pytest.raises(UserError, match="not several"):
        take_in([], [old, new])


BAD_COCO: dict[str, tuple[Callable[[], object], str]] = {
    "empty file": (lambda: b"", "is no JSON"),
    "not text": (lambda: b"\xff\x00\xfe\x01\x80", "UTF-8"),
    "cut off": (lambda: encode(coco())[:-9], "line 1"),
    "a list": (lambda: [1, 2], "images"),
    "a number": (lambda: 5, "images"),
    "missing images": (lambda: {"annotations": [], "categories": []}, '"images"'),
    "missing categories": (lambda: {"annotations": [], "images": [{"id": 1}]}, '"categories"'),
    "images no list": (lambda: coco(images={"id": 1}), '"images"'),
    "no image": (lambda: coco(images=[], annotations=[]), "no picture"),
    "image is text": (lambda: coco(images=["a.png"]), "Image 1"),
    "same image id": (lambda: coco(images=[{"id": 7}, {"id": 7}]), "Image 2"),
    "same category id": (lambda: coco(categories=[{"id": 3, "name": "a"}] * 2), "Category 2"),
    "width 1e9": (lambda: coco(images=[{"id": 7, "width": 1e9, "height": 5}]), "width"),
    "name is number": (lambda: coco(categories=[{"id": 3, "name": 5}]), "Category 1"),
    "name is blank": (lambda: coco(categories=[{"id": 3, "name": "  "}]), "Category 1"),
    "unknown category": (lambda: one(category_id=4), "category 4"),
    "unknown image": (lambda: one(image_id=8), "image 8"),
    "id is bool": (lambda: one(image_id=True), "whole number"),
    "id is list": (lambda: one(category_id=[3]), "whole number"),
    "no bbox": (lambda: one(bbox=None), '"bbox"'),
    "three numbers": (lambda: one(bbox=[1, 2, 3]), "four numbers"),
    "text as number": (lambda: one(bbox=["1", 2, 3, 4]), "a text"),
    "bool as number": (lambda: one(bbox=[True, 2, 3, 4]), "true or false"),
    "null as number": (lambda: one(bbox=[1, 2, [], 4]), "no number"),
    "negative size": (lambda: one(bbox=[1, 2, 3, -4]), "above 0"),
    "NaN": (lambda: one(bbox=[1, 2, 3, float("nan")]), "NaN"),
    "Infinity": (lambda: one(bbox=[1, 2, float("inf"), 4]), "Infinity"),
    "1e999": (lambda: encode(one()).replace(b"40]", b"1e999]"), "finite"),
    "huge integer": (lambda: one(bbox=[10**400, 2, 3, 4]), "between"),
    "5,000 digits": (lambda: encode(one()).replace(b"40]", b"9" * 5000 + b"]"), "thousands of digits"),
    "far away": (lambda: one(bbox=[1e7, 2, 3, 4]), "between"),
    "crowd 2": (lambda: one(iscrowd=2), "iscrowd"),
    "area is text": (lambda: one(area="5"), "area"),
    "deep": (lambda: b"[" * 100_000, "nested"),
    "deep and closed": (lambda: b'{"images":' + b"[" * 90_000 + b"]" * 90_000 + b"}", "nested"),
    "too large": (lambda: b" " * (MOST_BYTES + 1), "at most"),
    "too many boxes": (lambda: coco(annotations=[0] * (MOST_BOXES + 1)), "10,000"),
    "a crowded picture": (lambda: coco(annotations=one()["annotations"] * (MOST_IN_A_PICTURE + 1)), "1,000"),
}


@pytest.mark.parametrize("name", BAD_COCO)
def test_hostile_coco_gets_a_sentence(name: str) -> None:
    make, words = BAD_COCO[name]
    with pytest.raises(UserError) as caught:
        read(make())
    sentence = str(caught.value)
    assert words in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 300


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, '"score"'),
        ({"score": "0.5"}, "a text"),
        ({"score": True}, "true or false"),
        ({"score": 1.5}, "between 0 and 1"),
        ({"score": -0.1}, "between 0 and 1"),
        ({"score": 0.5, "image_id": 1}, "image 1"),
        ({"score": 0.5, "category_id": 99}, "category 99"),
        ({"score": 0.5, "bbox": [0, 0, -1, 0]}, "above 0"),
    ],
)
def test_hostile_detections_get_a_sentence_in_both_formats(changes: dict[str, Any], words: str) -> None:
    data = one(**changes)
    for content in (data, data["annotations"]):
        with pytest.raises(UserError, match=words):
            read_detections("d.json", encode(content), read(coco()))


BAD_VOC = {
    "billion laughs": '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><annotation>&b;</annotation>',
    "external entity": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation>&x;</annotation>',
    "document type": "<!DOCTYPE annotation><annotation></annotation>",
    "cut off": VOC[:-5],
    "another root": "<html></html>",
    "unknown entity": "<annotation>&nbsp;</annotation>",
    "unknown encoding": '<?xml version="1.0" encoding="utf-42"?><annotation></annotation>',
    "no name": VOC.replace("<name>cup</name>", ""),
    "no box": VOC.replace("bndbox", "box"),
    "no corner": VOC.replace("<xmin>1</xmin>", ""),
    "NaN": VOC.replace("2.5", "nan"),
    "infinite": VOC.replace("2.5", "-inf"),
    "a word": VOC.replace("2.5", "two"),
    "difficult 3": VOC.replace("<difficult>1", "<difficult>3"),
    "size a word": VOC.replace("<width>100", "<width>wide"),
}


@pytest.mark.parametrize("name", BAD_VOC)
def test_hostile_voc_gets_a_sentence(name: str) -> None:
    with pytest.raises(UserError) as caught:
        read_ground_truth([("bad.xml", BAD_VOC[name].encode())])
    assert '"bad.xml"' in str(caught.value)
    assert str(caught.value).endswith(".")
    assert "passwd" not in str(caught.value)


def test_files_that_do_not_go_together() -> None:
    xml, data = ("x.xml", VOC.encode()), ("g.json", encode(coco()))
    for files, words in (
        ([], "upload"),
        ([xml, data], "not several"),
        ([data, data], "not several"),
        ([xml, xml], "Two of the files"),
        ([xml] * (MOST_FILES + 1), "too many"),
    ):
        with pytest.raises(UserError, match=words):
            read_ground_truth(files)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)
KEYS = st.sampled_from(
    ["images", "annotations", "categories", "id", "image_id", "category_id", "bbox", "name", "score"]
)


@examples(200, fixed=False)
@given(JSON, KEYS, st.sampled_from(["images", "annotations", "categories"]))
def test_any_json_is_read_or_refused_in_words(value: Any, key: str, part: str) -> None:
    data = one(score=0.5)
    data[part][0][key] = value
    for content in (value, {**coco(), part: value}, data):
        try:
            truth = read(json.dumps(content).encode())
            read_detections("d.json", encode(content), truth)
        except UserError:
            continue
        assert all(np.isfinite(image.target.boxes).all() for image in truth.evaluated_images())


@examples(200, fixed=False)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_in_words(data: bytes) -> None:
    for content in (data, b"<" + data):
        with pytest.raises(UserError):
            read_ground_truth([("x", content)])


def test_a_box_too_small_for_its_place_is_refused() -> None:
    """1e-12 beside 1,000,000 vanishes: such a box has no area, and every IoU with it is 0/0."""
    content = {
        "images": [{"id": 1, "file_name": "a.png", "width": 10, "height": 10}],
        "categories": [{"id": 1, "name": "cat"}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [1e6, 0, 1e-12, 5]}],
    }
    with pytest.raises(UserError, match="too small"):
        read_ground_truth([("gold.json", json.dumps(content).encode())])
