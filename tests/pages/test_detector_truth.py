"""Section "Your boxes" as a script: what is judged by which boxes, files, the metrics page, what is at stake."""

from __future__ import annotations

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.detection import StagedCandidates
from core.detection.scoring.coco_export import to_coco
from core.detection.scoring.drawn import Boxes, Drawn, NamedBox
from core.detection.scoring.matching import overlaps
from core.detection.scoring.nms_curve import average_precisions, evaluated, kept_under
from core.figures.detection.evaluation_charts import score_text
from core.samples import SAMPLES
from core.ui.components.box_editor import Change, read
from core.ui.detector.truth import boxes as kept_boxes
from core.ui.detector.truth.boxes import _DRAWN, MOST_PICTURES, drawn_boxes, first_boxes, keep
from core.ui.pictures import open_sample
from tests.pages.conv import captions, drawings, errors, press, said

SCRIPT = "from core.ui.detector.truth.view import section\nsection()"
KEY = "rcnn_truth"
CUP = NamedBox("cup", (173, 18, 409, 308))


def visit(picture: str = "coffee", boxes: Boxes | None = None, script: str = SCRIPT) -> AppTest:
    at = AppTest.from_string(script, default_timeout=120)
    at.query_params["rcnn_picture"] = picture
    if boxes is not None:
        at.session_state[_DRAWN] = {open_sample(picture).digest: Drawn.beginning(()).to(boxes)}
    at.run()
    assert not at.exception
    return at


def editor(at: AppTest) -> dict[str, Any]:
    """What the component is given."""
    sent: dict[str, Any] = json.loads(drawings(at)[f"{KEY}_editor"])
    return sent


def metrics(at: AppTest) -> dict[str, str]:
    return {box.label: box.value for box in at.metric}


def expected(found: StagedCandidates, boxes: Boxes, nms: float, score: float, *, plus: bool = False) -> str:
    kept = kept_under(found, nms, score, inclusive=plus)
    return score_text(average_precisions(overlaps(evaluated(found, kept, boxes, "", inclusive=plus)))[0])


def test_a_sample_is_judged_by_the_boxes_drawn_by_eye(found: dict[str, StagedCandidates]) -> None:
    at = visit()
    eye = first_boxes(open_sample("coffee"))
    sent = editor(at)
    assert [box[0] for box in sent["boxes"]] == ["cup", "spoon", "dining table"]
    assert all(isinstance(value, int) for box in sent["boxes"] for value in box[1:])
    assert sent["undo"] == 0
    assert metrics(at)["mAP at IoU 0.50"] == expected(found["coffee"], eye, 0.5, 0.1)
    assert len(sent["beneath"]) == int(metrics(at)["TP"]) + int(metrics(at)["FP"])
    assert {box["tag"].split()[-1] for box in sent["beneath"]} <= {"TP", "Cls", "Loc", "Both", "Dupe", "Bkg"}
    assert "No two candidates of a class have equal scores" in said(at)
    assert not at.error
    assert not at.info


def test_the_controls_judge_other_detections(found: dict[str, StagedCandidates]) -> None:
    at = visit(boxes=(CUP, NamedBox("cup", (0, 0, 50, 50)), NamedBox("bowl", (150, 10, 420, 320))))
    boxes = tuple(NamedBox(box[0], tuple(box[1:])) for box in editor(at)["boxes"])
    for nms, score, plus in ((0.5, 0.02, False), (0.9, 0.02, True)):
        at.slider(key=f"{KEY}_nms").set_value(nms)
        at.slider(key=f"{KEY}_score").set_value(score)
        at.toggle(key=f"{KEY}_inclusive").set_value(plus).run()
        assert not at.exception
        assert metrics(at)["mAP at IoU 0.50"] == expected(found["coffee"], boxes, nms, score, plus=plus)
    at.slider(key=f"{KEY}_score").set_value(1.0).run()
    assert metrics(at)["mAP at IoU 0.50"] == "0.000"
    assert "No detection scores above the threshold" in at.info[0].value


def test_of_more_than_a_hundred_detections_the_best_count() -> None:
    at = visit("motorcycle")
    assert "highest-scoring detections" not in captions(at)
    at.slider(key=f"{KEY}_score").set_value(0.02).run()
    assert len(editor(at)["beneath"]) == 100
    assert "Only the 100 highest-scoring detections of a picture count" in captions(at)


def test_buttons_start_from_other_boxes_and_can_be_undone() -> None:
    at = press(visit(), "None")
    assert not at.exception
    assert editor(at)["boxes"] == []
    assert metrics(at)["mAP at IoU 0.50"] == "undefined"
    assert "There is no box yet" in at.info[0].value
    at = press(at, "Detections")
    sent = editor(at)
    assert len(sent["boxes"]) == len(sent["beneath"]) > 2
    assert metrics(at)["mAP at IoU 0.50"] == "1.000", "the detector is right about what it says"
    assert sent["undo"] == 2
    at = press(at, "By eye")
    assert [box[0] for box in editor(at)["boxes"]] == ["cup", "spoon", "dining table"]


def test_a_file_is_drawn_and_one_of_another_picture_is_refused() -> None:
    at = visit()
    data = to_coco((CUP, NamedBox("a *saucer*", (1, 2, 3, 4))), "coffee.png", (600, 400)).encode()
    at.file_uploader(key=f"{KEY}_file").upload("mine.json", data).run()
    assert not at.exception
    assert editor(at)["boxes"] == [["cup", *CUP.corners], ["a *saucer*", 1, 2, 3, 4]]
    assert "The detector does not know: a *saucer*" in captions(at)
    other = to_coco((CUP,), "x.png", (640, 480)).encode()
    at.file_uploader(key=f"{KEY}_file").upload("other.json", other).run()
    assert not at.exception
    assert "about a picture of 640 × 480 pixels" in " ".join(errors(at))
    assert len(editor(at)["boxes"]) == 2, "nothing is lost"
    many = to_coco((CUP,) * 201, "coffee.png", (600, 400)).encode()
    at.file_uploader(key=f"{KEY}_file").upload("many.json", many).run()
    assert "at most 200" in " ".join(errors(at))


def test_names_that_are_markup_or_endless_stay_names() -> None:
    at = visit(boxes=(CUP._replace(label="<script>alert(1)</script>"), CUP._replace(label="[x](y)$a$")))
    assert "The detector does not know: <script>alert(1)</script>, [x](y)$a$" in captions(at)
    assert editor(at)["boxes"][0][0] == "<script>alert(1)</script>"


METRICS_TOO = f"""
import streamlit as st
if st.query_params.get("page") == "metrics":
    from core.ui.metrics.detection.view import section
    section()
else:
    {SCRIPT.replace(chr(10), "; ")}
"""


@pytest.mark.parametrize("boxes", [None, (CUP,)])
def test_the_metrics_page_judges_by_the_same_boxes(boxes: Boxes | None) -> None:
    at = visit(boxes=boxes, script=METRICS_TOO)
    before = metrics(at)
    at.query_params["page"] = "metrics"
    at.query_params["metrics_detection_source"] = "the detector page's last result"
    at.run()
    assert not at.exception
    if boxes is None:
        at.slider(key="metrics_detection_score").set_value(0.0).run()
    after = metrics(at)
    assert after["mAP at IoU 0.50"] == before["mAP at IoU 0.50"]
    assert [after[name] for name in ("TP", "FP", "FN")] == [before[name] for name in ("TP", "FP", "FN")]
    assert ("Ground truth: your boxes." in captions(at)) == (boxes is not None)


def test_other_sections_get_what_was_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    state: dict[str, Any] = {}
    monkeypatch.setattr(kept_boxes.st, "session_state", state)
    cup, cat = open_sample("coffee"), open_sample("cat")
    assert drawn_boxes(cup) is None
    assert not kept_boxes._has_drawn()
    keep(cup.digest, kept_boxes.boxes_with_past(cup).to((CUP,)))
    assert drawn_boxes(cup) == (CUP,)
    assert drawn_boxes(cat) is None
    assert kept_boxes._has_drawn()
    keep(cup.digest, kept_boxes.boxes_with_past(cup).undone())
    assert drawn_boxes(cup) is None
    keep(cup.digest, kept_boxes.boxes_with_past(cup).to(()))
    assert drawn_boxes(cup) == ()
    kept_boxes.change(cat, cup.digest, (CUP,))
    assert drawn_boxes(cup) == (CUP,), "the picture was left in haste"
    kept_boxes.change(cat, cat.digest, (CUP._replace(corners=(400, 200, 9_000, 9_000)),))
    assert drawn_boxes(cat) == (NamedBox("cup", (400, 200, 451, 300)),)
    kept_boxes.change(cat, cat.digest, None)
    kept_boxes.change(cat, "never seen", (CUP,))
    assert drawn_boxes(cat) is None
    for number in range(30):
        keep(str(number), Drawn((CUP,)))
    assert len(state[_DRAWN]) == MOST_PICTURES


@pytest.mark.parametrize(
    ("sent", "change"),
    [
        ({"scene": "a", "undo": True}, Change("a", None)),
        ({"scene": "a", "boxes": [["cup", 1, 2, 3, 4]]}, Change("a", (NamedBox("cup", (1, 2, 3, 4)),))),
        ({"scene": "a", "boxes": [["x" * 10_000, 1, 2, 3, 4]]}, Change("a", (NamedBox("x" * 60, (1, 2, 3, 4)),))),
        ({"scene": "a", "boxes": [["", 1, 2, 3, 4]]}, Change("a", (NamedBox("object", (1, 2, 3, 4)),))),
        ({"scene": "a", "boxes": [["cup", 1, 2, 1, 4]]}, None),
        ({"scene": "a", "boxes": [["cup", 1.5, 2, 3, 4]]}, None),
        ({"scene": "a", "boxes": [["cup", True, 2, 3, 4]]}, None),
        ({"scene": "a", "boxes": [["cup", -1, 2, 3, 4]]}, None),
        ({"scene": "a", "boxes": [["cup", 1, 2, 3, 10**9]]}, None),
        ({"scene": "a", "boxes": [["cup", 0, 0, 1, 1]] * 201}, None),
        ({"scene": "a", "boxes": "cup"}, None),
        ({"scene": 7, "undo": True}, None),
        ({}, None),
    ],
)
def test_a_browser_may_send_anything(sent: dict[str, Any], change: Change | None) -> None:
    assert read(sent) == change


def test_there_is_a_picture_for_each_sample() -> None:
    for name in SAMPLES:
        assert first_boxes(open_sample(name))
