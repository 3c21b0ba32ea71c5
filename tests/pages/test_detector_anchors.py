"""The section "Anchors": its two parts, whose anchors, whose objects, and bad input, which loses nothing."""

from __future__ import annotations

import io
import json

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.detection.scoring.drawn import Drawn, NamedBox
from core.samples import ANNOTATIONS
from core.ui.detector.anchors.controls import DATA, OWN
from core.ui.detector.anchors.data_controls import OWN as MY_FILES
from core.ui.detector.anchors.data_controls import PEOPLE, SAMPLE
from core.ui.detector.truth.boxes import _DRAWN
from core.ui.pictures import open_sample
from tests.core.pictures import encode

SCRIPT = "import streamlit as st; from core.ui.detector.anchors.view import section; section()"


def visit(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    at.query_params.update({"rcnn_picture": "coffee", **link})
    return run(at)


def run(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def metrics(at: AppTest) -> dict[str, str]:
    return {one.label: one.value for one in at.metric}


def says(at: AppTest) -> list[str]:
    return [error.value.replace("\\", "") for error in at.error]


def everything(at: AppTest) -> str:
    return " ".join(one.value for one in (*at.markdown, *at.caption, *at.info))


def test_the_lectures_nine_on_the_first_visit() -> None:
    at = visit()
    found = metrics(at)
    assert found["Anchors here"] == "9"
    assert found["Anchors"] == "5,400"
    assert at.code[0].value == "AnchorGenerator(sizes=((64, 128, 256),), aspect_ratios=((2, 1, 0.6667),))"
    assert len(at.latex) >= 4
    assert "that a person drew" in everything(at)


def test_another_place_has_another_best_anchor() -> None:
    at = visit()
    before = metrics(at)
    at.number_input(key="rcnn_anchors_x").set_value(0.0)
    at.number_input(key="rcnn_anchors_y").set_value(0.0)
    after = metrics(run(at))
    assert after["Best IoU here"] != before["Best IoU here"]
    assert after["Positive"] == before["Positive"], "the whole grid is the same"
    assert after["Best IoU anywhere"] == before["Best IoU anywhere"]


@pytest.mark.parametrize("level", [0, 2])
def test_the_models_own_anchors_level_by_level(level: int) -> None:
    at = visit(rcnn_anchors_whose=OWN[level])
    found = metrics(at)
    assert found["Anchors here"] == "6"
    assert found["Anchors"] == "18,900"
    assert not at.code
    assert at.selectbox(key="rcnn_anchors_whose").options[1:] == list(OWN[:3])


def test_a_one_stage_model_has_none_of_its_own_but_the_lectures_work() -> None:
    model = {"rcnn_model": "NanoDet-g, one stage (bundled)"}
    assert metrics(visit(**model))["Anchors here"] == "9"
    at = visit(rcnn_anchors_whose=OWN[1], **model)
    (sentence,) = says(at)
    assert "works in one stage: it has no anchors" in sentence
    assert metrics(at)["Anchors here"] == "9", "the lecture's are still there"


@pytest.mark.parametrize(
    ("key", "typed", "sentence"),
    [
        ("sizes", "0", "A size must lie between"),
        ("sizes", "1e9", "A size must lie between"),
        ("sizes", "big", '"big" is no size'),
        ("sizes", " ".join(map(str, range(1, 60))), "59 sizes are too many"),
        ("ratios", "1:2", '"1:2" is no ratio'),
    ],
)
def test_what_is_no_size_is_said_and_the_last_one_stays(key: str, typed: str, sentence: str) -> None:
    at = visit(rcnn_anchors_sizes="100")
    assert metrics(at)["Anchors here"] == "3"
    at.text_input(key=f"rcnn_anchors_{key}").set_value(typed)
    run(at)
    (said,) = says(at)
    assert sentence in said
    assert metrics(at)["Anchors here"] == "3"


def test_thresholds_that_contradict_each_other() -> None:
    at = visit()
    at.slider(key="rcnn_anchors_positive").set_value(0.3)
    at.slider(key="rcnn_anchors_negative").set_value(0.5)
    (said,) = says(run(at))
    assert "must not be the smaller" in said
    assert metrics(at)["Anchors here"] == "9"


@pytest.mark.parametrize("size", [(40, 40), (40, 390), (640, 64)])
def test_a_picture_of_ones_own_without_any_object(size: tuple[int, int]) -> None:
    at = visit()
    at.file_uploader(key="rcnn_picture_files").upload("grey.png", encode(Image.new("RGB", size, (90, 90, 90)), "PNG"))
    at = run(at)
    assert "no object in this picture" in everything(at)
    assert "Nobody drew boxes on this picture" in everything(at)
    assert metrics(at)["Positive"] == "0"
    assert not at.error


def test_objects_of_a_picture_of_ones_own_are_what_detect_shows(photographs: dict[str, Image.Image]) -> None:
    at = visit()
    buffer = io.BytesIO()
    photographs["motorcycle"].save(buffer, "PNG")
    at.file_uploader(key="rcnn_picture_files").upload("mine.png", buffer.getvalue())
    at = run(at)
    names = at.selectbox(key="rcnn_anchors_object").options
    assert len(names) == 5, "as many as Detect keeps at its first thresholds"
    assert "motorcycle 1" in names
    at.selectbox(key="rcnn_anchors_object").set_value("microwave")
    assert "microwave" in everything(run(at))


def test_both_parts_and_the_way_from_one_to_the_other() -> None:
    at = visit(rcnn_anchors_part=DATA)
    before = metrics(at)
    assert float(before["Mean IoU, k-means"]) > float(before["Mean IoU, sizes × ratios"])
    at.slider(key="rcnn_anchors_k").set_value(2)
    at.button(key="rcnn_anchors_take").click()
    at = run(at)
    assert metrics(at)["Anchors here"] == "5", "those that were seen when it was pressed"
    assert "generator.cell_anchors" in at.code[0].value


@pytest.mark.parametrize("source", [PEOPLE, SAMPLE])
def test_other_boxes(source: str) -> None:
    at = visit(rcnn_anchors_part=DATA, rcnn_anchors_source=source, rcnn_anchors_k="12")
    assert not at.error
    if source == SAMPLE:
        assert metrics(at)["Mean IoU, k-means"] == "1.000", "as many anchors as boxes"
        assert "Only 10 boxes differ" in everything(at)


def own() -> AppTest:
    at = visit(rcnn_anchors_part=DATA, rcnn_anchors_source=MY_FILES)
    assert "Upload a COCO JSON file" in everything(at)
    return at


def upload(at: AppTest, name: str, data: bytes) -> AppTest:
    at.file_uploader[0].upload(name, data)
    return run(at)


def test_boxes_of_ones_own() -> None:
    at = upload(own(), "mine.json", ANNOTATIONS.read_bytes())
    theirs = metrics(at)
    assert theirs == metrics(visit(rcnn_anchors_part=DATA, rcnn_anchors_source=SAMPLE))
    at.button(key="rcnn_anchors_forget").click()
    assert "Upload a COCO JSON file" in everything(run(at))


def many(count: int) -> bytes:
    boxes = [{"id": i, "image_id": 1, "category_id": 1, "bbox": [0, 0, 5, 5]} for i in range(count)]
    image, category = {"id": 1, "file_name": "a.jpg", "width": 9, "height": 9}, {"id": 1, "name": "cup"}
    return json.dumps({"images": [image], "categories": [category], "annotations": boxes}).encode()


VOC = (
    "<annotation><filename>a.jpg</filename><size><width>90</width><height>90</height></size><object>{name}"
    "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>{right}</xmax><ymax>50</ymax></bndbox></object></annotation>"
)


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("bad.json", b'{"images": [', "is no JSON"),
        ("bad.json", b"\x00\xff", "is no JSON"),
        ("bad.xml", b"<annotation><object>", "is no XML"),
        ("bad.xml", VOC.format(name="", right=9).encode(), "has no <name>"),
        ("bad.json", many(100_000), "at most"),
        ("empty.json", many(0), "hold no box"),
        ("flat.xml", VOC.format(name="<name>cup</name>", right=1).encode(), "no area"),
    ],
)
def test_a_file_that_cannot_be_used_gets_one_sentence(name: str, data: bytes, sentence: str) -> None:
    at = upload(own(), name, data)
    (said,) = says(at)
    assert sentence in said


def test_a_bad_file_leaves_the_last_one_in_use() -> None:
    at = upload(own(), "mine.json", ANNOTATIONS.read_bytes())
    before = metrics(at)
    at = upload(at, "bad.json", b"{")
    (said,) = says(at)
    assert "still in use" in said
    assert metrics(at) == before


def drawn(*boxes: tuple[float, ...]) -> AppTest:
    """A visitor who has drawn these boxes on the cat."""
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    at.query_params["rcnn_picture"] = "cat"
    picture = open_sample("cat")
    named = tuple(NamedBox("cup", tuple(map(int, box))) for box in boxes)  # type: ignore[arg-type]
    at.session_state[_DRAWN] = {picture.digest: Drawn.beginning(()).to(named)}
    return run(at)


def test_what_one_visitor_draws_is_not_what_another_sees() -> None:
    small, large = (40, 40, 60, 60), (20, 20, 430, 280)
    first, second, third = drawn(small), drawn(large), drawn(small, large)
    best = [float(metrics(at)["Best IoU anywhere"]) for at in (first, second, third)]
    assert best[0] < 0.3 < best[1], "the box of each"
    assert metrics(first)["Positive"] != metrics(second)["Positive"]
    assert metrics(visit(rcnn_picture="cat")) != metrics(third)


@pytest.mark.parametrize("typed", ["inf", "1e999", "-inf ", "infinity"])
def test_what_is_typed_is_no_link_to_be_mended(typed: str) -> None:
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    at.query_params["rcnn_section"] = "Anchors"
    at.switch_page("pages/faster_rcnn.py").run()
    at.text_input(key="rcnn_anchors_sizes").set_value(typed).run()
    at.run()
    assert not at.exception
    assert len(says(at)) == 1
    assert metrics(at)["Anchors here"] == "9", "the last that worked"
