"""The section "Detection" as a script: sources, sliders, files good and bad, and what it hands over."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from core.detection import Candidates
from core.detection.scoring import templates
from core.detection.scoring.average_precision import Interpolation
from core.detection.scoring.evaluated_images import EvaluatedImage, GroundTruth, PredictedBoxes
from core.detection.scoring.library import summary
from core.detection.scoring.matching import Outcome, match, overlaps
from core.detection.stages import FLOOR
from core.samples import ANNOTATIONS, SAMPLES, ground_truth
from core.ui.metrics.detection import source
from tests.pages.conv import captions, drawings, errors, metrics, said

SCRIPT = "from core.ui.metrics.detection.view import section\nsection()"
K = "metrics_detection"
ALL_TARGET = str(sum(len(ground_truth(sample)) for sample in SAMPLES.values()))
EXAMPLE_AP = {"VOC 2007: 11 points": "0.649", "VOC 2010: area": "0.614", "No interpolation": "0.598"}


def visit(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


def judged(candidates: Candidates, name: str, score: float, iou: float) -> tuple[EvaluatedImage, int]:
    kept = candidates.suppress(0.5, score)
    boxes = ground_truth(SAMPLES[name])
    target = GroundTruth.of([box.xyxy for box in boxes], [box.label for box in boxes])
    image = EvaluatedImage(
        name, target, PredictedBoxes.of(kept.boxes.double().numpy(), kept.labels, kept.scores.double().numpy())
    )
    return image, match(overlaps(image), iou).count(Outcome.RIGHT)


def test_a_first_visit_opens_with_the_lectures_example() -> None:
    for at in (visit(), visit(metrics_section="Detection")):
        assert at.selectbox(key=f"{K}_source").value == source.EXAMPLE
        assert at.query_params[f"{K}_source"] == source.EXAMPLE, "the link names it"
        shown = metrics(at)
        assert [shown[name] for name in ("TP", "FP", "FN", "mAP at IoU 0.50")] == ["4", "3", "1", "0.618"]
        assert "ranked hits 1, 0, 1, 1, 0, 0, 1 with five ground-truth boxes" in captions(at)


@pytest.mark.parametrize("link", [{f"{K}_iou": "0.5"}, {"metrics_text": "1 2\n3 4"}, {"metrics_hide": "false"}])
def test_a_link_of_before_means_the_motorcycle(link: dict[str, str]) -> None:
    at = visit(**link)
    assert at.selectbox(key=f"{K}_source").value == "motorcycle"
    assert at.query_params[f"{K}_source"] == "motorcycle"
    assert metrics(at)["FN"] == "3"


def test_what_is_chosen_instead_of_the_example_is_in_the_link() -> None:
    at = visit()
    at.selectbox(key=f"{K}_source").set_value("motorcycle").run()
    assert at.query_params[f"{K}_source"] == "motorcycle"
    at.slider(key=f"{K}_iou").set_value(0.75).run()
    assert (
        metrics(at)["TP"] == metrics(visit(metrics_detection_source="motorcycle", metrics_detection_iou="0.75"))["TP"]
    )


def test_the_motorcycle_is_judged(found: dict[str, Candidates]) -> None:
    at = visit(metrics_detection_source="motorcycle")
    image, hits = judged(found["motorcycle"], "motorcycle", 0.05, 0.5)
    shown = metrics(at)
    assert (shown["TP"], shown["FP"], shown["FN"]) == (str(hits), str(len(image.found) - hits), str(5 - hits))
    assert shown["mAP at IoU .50:.05:.95"] == f"{summary([image]).map:.3f}"
    assert "ground-truth boxes found" in said(at)
    assert not at.error


@pytest.mark.parametrize("name", source.SOURCES)
def test_every_source_is_judged(name: str, found: dict[str, Candidates]) -> None:
    at = visit(metrics_detection_source=name)
    assert at.selectbox(key=f"{K}_source").value == name
    assert not at.error
    shown = metrics(at)
    if name == source.EXAMPLE:
        assert (shown["TP"], shown["FP"], shown["FN"]) == ("4", "3", "1")
        return
    samples = list(SAMPLES) if name == source.ALL else [name if name in SAMPLES else "motorcycle"]
    hits = sum(judged(found[sample], sample, 0.05, 0.5)[1] for sample in samples)
    target = sum(len(ground_truth(SAMPLES[sample])) for sample in samples)
    assert (shown["TP"], shown["FN"]) == (str(hits), str(target - hits))


def test_sliders_move_the_counts(found: dict[str, Candidates]) -> None:
    at = visit(metrics_detection_source="motorcycle")
    at.slider(key=f"{K}_iou").set_value(0.9).run()
    assert metrics(at)["TP"] == str(judged(found["motorcycle"], "motorcycle", 0.05, 0.9)[1]) == "0"
    at.slider(key=f"{K}_iou").set_value(0.2).run()
    image, hits = judged(found["motorcycle"], "motorcycle", 0.05, 0.2)
    assert metrics(at)["TP"] == str(hits)
    assert "duplicate: IoU" in said(at), "at a low threshold the first detection leaves duplicates"
    at.slider(key=f"{K}_score").set_value(0.9).run()
    assert metrics(at)["FP"] == "0"
    assert len(image.found) > 1
    at.slider(key=f"{K}_score").set_value(1.0).run()
    assert not at.exception
    assert metrics(at)["Precision"] == "undefined"
    assert "AP is 0 of 5" in at.info[0].value
    next(button for button in at.button if button.label == "Reset").click().run()
    assert at.slider(key=f"{K}_score").value == 0.05


def test_the_example_shows_the_four_values_of_the_lecture_and_walks() -> None:
    at = visit(metrics_detection_source=source.EXAMPLE)
    shown = metrics(at)
    for how, value in EXAMPLE_AP.items():
        assert shown[how] == value
    assert shown["COCO: 101 points (drawn)"] == "0.618"
    assert shown["mAP at IoU .50:.05:.95"] == "0.467"
    at.slider(key=f"{K}_rank_samples").set_value(4).run()
    formulas = " ".join(box.value for box in at.latex)
    assert r"\frac{3}{4} = 0.750" in formulas
    assert r"\frac{3}{5} = 0.600" in formulas
    assert "Rank 4: cup 0.700 is a **TP**" in said(at).replace("\\", "")
    at.selectbox(key=f"{K}_ap").set_value(str(Interpolation.VOC_11)).run()
    assert metrics(at)["VOC 2007: 11 points (drawn)"] == "0.649"
    assert r"\tfrac{1}{11}" in " ".join(box.value for box in at.latex)


def test_a_class_without_target_boxes_is_undefined_and_said_so() -> None:
    at = visit(metrics_detection_source="astronaut")
    assert "lower no mean" in captions(at)
    at.selectbox(key=f"{K}_class_astronaut").set_value("bottle").run()
    assert not at.exception
    assert "0/0" in at.info[0].value


def test_all_samples_are_one_data_set(found: dict[str, Candidates]) -> None:
    at = visit(metrics_detection_source=source.ALL)
    images = [judged(found[name], name, 0.05, 0.5)[0] for name in SAMPLES]
    assert metrics(at)["mAP at IoU .50:.05:.95"] == f"{summary(images).map:.3f}"
    at.selectbox(key=f"{K}_shown_samples").set_value(2).run()
    assert not at.exception
    target = [box.label for box in ground_truth(SAMPLES["cat"])]
    assert f"ground truth: {target[0]}" in said(at)


@pytest.mark.parametrize(
    "link",
    [
        {"source": "../../etc/passwd", "iou": "nan", "rank_samples": "99999"},
        {"iou": "0", "score": "-5", "ap": "<script>", "rank_samples": "inf", "class_motorcycle": "unicorn"},
        {"source": source.ALL, "shown_samples": "9: cat"},
    ],
    ids=str,
)
def test_a_tampered_link_falls_back(link: dict[str, str]) -> None:
    at = visit(**{f"{K}_{key}": value for key, value in link.items()})
    good = {"source": source.ALL if source.ALL in link.values() else "motorcycle"}
    usual = visit(**{f"{K}_{key}": value for key, value in good.items()})
    assert not at.error
    assert metrics(at) == metrics(usual)
    assert said(at) == said(usual)


def upload(at: AppTest, part: str, *files: tuple[str, bytes]) -> AppTest:
    uploader = at.file_uploader(key=f"{K}_{part}_files_0")
    for name, data in files:
        uploader.upload(name, data)
    return at.run()


def results(score: float = 0.9) -> list[dict[str, Any]]:
    truth = json.loads(ANNOTATIONS.read_text(encoding="utf-8"))
    return [{**{k: a[k] for k in ("image_id", "category_id", "bbox")}, "score": score} for a in truth["annotations"]]


def test_own_files_are_judged_and_stay_after_a_bad_one() -> None:
    at = visit(metrics_detection_source=source.OWN)
    assert "our motorcycle is shown" in captions(at)
    upload(at, "gold", ("gold.json", ANNOTATIONS.read_bytes()))
    assert not at.exception
    assert "No detections yet" in captions(at)
    assert metrics(at)["FN"] == ALL_TARGET
    upload(at, "found", ("found.json", json.dumps(results()).encode()))
    assert metrics(at)["TP"] == ALL_TARGET
    assert metrics(at)["mAP at IoU .50:.05:.95"] == "1.000"
    upload(at, "found", ("bad.json", b'[{"image_id": 1, "category_id": 1, "bbox": [1, 2, NaN, 4], "score": 1}]'))
    assert not at.exception
    assert any("bad.json" in sentence and "NaN" in sentence for sentence in errors(at))
    assert metrics(at)["TP"] == ALL_TARGET, "the last good files are still judged"
    assert "gold.json" not in str(dict(at.query_params))
    at.button(key=f"{K}_forget").click().run()
    assert "our motorcycle is shown" in captions(at)


def test_own_pictures_are_looked_at_by_the_bundled_detector(found: dict[str, Candidates]) -> None:
    at = visit(metrics_detection_source=source.OWN)
    upload(at, "gold", ("gold.json", ANNOTATIONS.read_bytes()))
    upload(at, "pictures", ("chelsea.PNG", SAMPLES["cat"].read()), ("broken.png", b"no picture"))
    assert not at.exception
    assert any("broken.png" in sentence for sentence in errors(at))
    image, hits = judged(found["cat"], "cat", FLOOR, 0.5)
    assert (metrics(at)["TP"], metrics(at)["FP"]) == (str(hits), str(len(image.found) - hits))


def test_ground_truth_that_does_not_fit_the_detections_puts_them_away() -> None:
    at = visit(metrics_detection_source=source.OWN)
    upload(at, "gold", ("gold.json", ANNOTATIONS.read_bytes()))
    upload(at, "found", ("found.json", json.dumps(results()).encode()))
    other = {"images": [{"id": 1}], "categories": [{"id": 1, "name": "<b>*x*</b>"}], "annotations": []}
    at.file_uploader(key=f"{K}_gold_files_0").set_value(("other.json", json.dumps(other).encode(), "application/json"))
    at.run()
    assert not at.exception
    assert any("detections were removed" in sentence for sentence in errors(at))


@pytest.mark.parametrize("data", [b"", b"<a>", b"[" * 50_000, b"\x00" * 100, b'{"images": 5}'])
def test_bad_ground_truth_leaves_the_default_on_screen(data: bytes, found: dict[str, Candidates]) -> None:
    at = visit(metrics_detection_source=source.OWN)
    upload(at, "gold", ("bad.json", data))
    assert not at.exception
    assert errors(at)
    assert metrics(at)["FN"] == str(5 - judged(found["motorcycle"], "motorcycle", 0.05, 0.5)[1]) == "3"


def changed(**changes: Any) -> bytes:
    truth = json.loads(ANNOTATIONS.read_text(encoding="utf-8"))
    truth["annotations"][0].update(changes)
    return json.dumps(truth).encode()


HOSTILE = {
    "no JSON": (b"", "is no JSON"),
    "1e999": (changed(bbox=[1, 2, 3, 4.25]).replace(b"4.25", b"1e999"), "finite"),
    "5,001 digits": (changed(image_id=424242).replace(b"424242", b"4" * 5001), "thousands of digits"),
    "negative": (changed(bbox=[1, 2, -3, 4]), "above 0"),
    "1e300": (changed(bbox=[1, 2, 1e300, 4]), "between"),
    "huge picture": (json.dumps({"images": [{"id": 1, "width": 10**9, "height": 10**9}]}).encode(), "between"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_sentence_stays_until_its_own_uploader_changes(name: str) -> None:
    data, words = HOSTILE[name]
    at = visit(metrics_detection_source=source.OWN)
    upload(at, "gold", ("bad.json", data))
    assert any(words in sentence for sentence in errors(at))
    upload(at, "found", ("found.json", json.dumps(results()).encode()))
    assert not at.exception
    assert any("bad.json" in sentence and words in sentence for sentence in errors(at))
    upload(at, "pictures", ("broken.png", b"no picture"))
    assert len(errors(at)) == 2
    upload(at, "gold", ("gold.json", ANNOTATIONS.read_bytes()))
    assert [sentence for sentence in errors(at) if "broken.png" not in sentence] == []
    assert metrics(at)["TP"] == ALL_TARGET, "the detections have waited"


def test_bad_detections_leave_the_good_ones_also_where_the_browser_takes_them_out_first() -> None:
    at = visit(metrics_detection_source=source.OWN)
    upload(at, "gold", ("gold.json", ANNOTATIONS.read_bytes()))
    upload(at, "found", ("found.json", json.dumps(results()).encode()))
    uploader = at.file_uploader(key=f"{K}_found_files_0")
    uploader.set_value(None).run()
    assert "No detections yet" in captions(at)
    upload(at, "found", ("bad.json", b"5"))
    assert "bad.json" in errors(at)[0]
    assert "neither a COCO results list" in errors(at)[0]
    assert errors(at)[0].endswith("The last file is still in use.")
    assert metrics(at)["TP"] == ALL_TARGET
    assert "Detections from found.json" in captions(at)


def test_a_second_ground_truth_is_judged_by_itself_and_replaces_the_first() -> None:
    at = visit(metrics_detection_source=source.OWN)
    upload(at, "gold", ("gold.json", ANNOTATIONS.read_bytes()))
    for data, words in ((b"", "is no JSON"), (b"{}", '"images"')):
        upload(at, "gold", ("second.json", data))
        assert "second.json" in errors(at)[0]
        assert words in errors(at)[0]
        assert errors(at)[0].endswith("The last file is still in use.")
        assert metrics(at)["FN"] == ALL_TARGET
    upload(at, "gold", ("third.json", templates.ground_truth().encode()))
    assert not errors(at)
    assert metrics(at)["FN"] == "3"


def test_what_is_left_out_is_told() -> None:
    at = visit(metrics_detection_source=source.OWN)
    upload(at, "gold", ("gold.json", ANNOTATIONS.read_bytes()))
    few = results()
    upload(at, "found", ("found.json", json.dumps([*few[1:], {**few[0], "score": 0.01}]).encode()))
    assert at.slider(key=f"{K}_score_own").value == 0
    assert "left out" not in captions(at)
    assert metrics(at)["TP"] == ALL_TARGET
    at.slider(key=f"{K}_score_own").set_value(0.01).run()
    assert "1 detection is left out, also of AP: at or below the score threshold." in captions(at)
    at.slider(key=f"{K}_score_own").set_value(0.95).run()
    assert f"{ALL_TARGET} detections are left out, also of AP" in captions(at)
    at.slider(key=f"{K}_score_own").set_value(0.0).run()
    upload(at, "found", ("many.json", json.dumps(few[:1] * 900).encode()))
    assert "800 detections are left out of all counts and of AP: only the 100 highest-scoring" in captions(at)


def test_templates_and_names_for_voc() -> None:
    at = visit(metrics_detection_source=source.OWN)
    labels = [button.proto.label for button in at.get("download_button")]
    assert {"Ground truth (JSON)", "Detections (JSON)"} <= set(labels)
    voc = (
        b"<annotation><filename>cup.jpg</filename><object><name>cup</name><bndbox><xmin>0</xmin><ymin>0</ymin>"
        b"<xmax>9</xmax><ymax>9</ymax></bndbox></object></annotation>"
    )
    upload(at, "gold", ("cup.xml", voc))
    assert "Your ground truth: 1 picture." in captions(at)
    named = [{"image_id": "cup", "category_id": "cup", "bbox": [0, 0, 9, 9], "score": 0.9}]
    upload(at, "found", ("found.json", json.dumps(named).encode()))
    assert not errors(at)
    assert metrics(at)["TP"] == "1"


def test_without_a_picture_the_grey_field_says_so() -> None:
    def svg() -> str:
        uri = json.loads(drawings(at)[f"{K}_picture"])["uri"]
        return base64.b64decode(uri.partition(",")[2]).decode()

    at = visit(metrics_detection_source=source.OWN)
    upload(at, "gold", ("gold.json", ANNOTATIONS.read_bytes()))
    assert "no picture uploaded" in svg()
    at = visit(metrics_detection_source=source.EXAMPLE)
    assert "<text" not in svg(), "nobody can upload one"


def test_an_fp_is_an_fp() -> None:
    at = visit(metrics_detection_source=source.EXAMPLE)
    at.slider(key=f"{K}_rank_samples").set_value(2).run()
    assert "is an **FP**" in said(at)


def test_the_detector_pages_last_result_is_judged() -> None:
    at = AppTest.from_file("../../app.py", default_timeout=120)
    at.run()
    at.query_params["rcnn_picture"] = "motorcycle"
    at.switch_page("pages/faster_rcnn.py").run()
    assert not at.exception
    last = at.session_state["last_detection"]
    assert (last.name, last.sample, len(last.labels)) == ("motorcycle", "motorcycle", 5)
    mine = AppTest.from_string(SCRIPT, default_timeout=120)
    mine.session_state["last_detection"] = last
    mine.query_params[f"{K}_source"] = source.LAST
    mine.run()
    assert not mine.exception
    assert int(metrics(mine)["TP"]) + int(metrics(mine)["FP"]) == 5
    assert "AP ends there" in captions(mine)


def test_a_click_into_the_matrix_lists_the_boxes_of_the_cell() -> None:
    at = visit(metrics_detection_source=source.EXAMPLE)
    assert "Actual background, predicted cup**: 3" in said(at)
    at.session_state[f"{K}_cell"] = (0, 0)
    at.run()
    assert "Actual cup, predicted cup**: 4" in said(at)
    at.session_state[f"{K}_cell"] = (57, 99)
    at.run()
    assert not at.exception


def test_what_is_taken_away() -> None:
    at = visit(metrics_detection_source=source.EXAMPLE)
    assert "MeanAveragePrecision" in at.code[0].value
    assert not math.isnan(float(metrics(at)["Recall"]))


def boxed(*names: str, score: float | None = None) -> bytes:
    box = {"category_id": 1, "bbox": [10, 10, 20, 20]} | ({} if score is None else {"score": score})
    if score is not None:
        return json.dumps([{**box, "image_id": name} for name in names]).encode()
    images = [{"id": number, "file_name": name} for number, name in enumerate(names, 1)]
    annotations = [{"id": image["id"], "image_id": image["id"], **box} for image in images]
    content = {"images": images, "categories": [{"id": 1, "name": "cup"}], "annotations": annotations}
    return json.dumps(content).encode()


def test_which_picture_is_which_is_shown_and_can_be_corrected() -> None:
    at = visit(metrics_detection_source=source.OWN)
    upload(at, "gold", ("gold.json", boxed("cam1/0001.jpg", "cam2/0002.jpg")))
    upload(at, "found", ("found.json", boxed("0001.jpg", score=0.9)))
    assert not errors(at)
    assert metrics(at)["TP"] == "1"
    assert "1 name was not written as in the ground truth" in captions(at)
    menu = next(box for box in at.selectbox if box.label.startswith("Boxes for"))
    assert menu.value == 0
    menu.set_value(1).run()
    assert not at.exception
    assert (metrics(at)["TP"], at.session_state[f"{K}_uploads"].images[1].found.labels) == ("1", ("cup",))
    next(box for box in at.selectbox if box.label.startswith("Boxes for")).set_value(None).run()
    assert (metrics(at)["TP"], metrics(at)["FN"]) == ("0", "2")


def test_a_bare_name_of_two_folders_is_refused_and_whole_paths_are_not_a_guess() -> None:
    at = visit(metrics_detection_source=source.OWN)
    upload(at, "gold", ("gold.json", boxed("cam1/0001.jpg", "cam2/0001.jpg")))
    upload(at, "found", ("found.json", boxed("0001.jpg", score=0.9)))
    assert "write its folder" in errors(at)[0]
    upload(at, "found", ("found.json", boxed("cam2\\0001.jpg", "./cam1/0001.jpg", score=0.9)))
    assert not errors(at)
    assert metrics(at)["TP"] == "2"
    assert not [box for box in at.selectbox if box.label.startswith("Boxes for")]


def test_an_uploaded_picture_that_may_be_two_is_asked_about() -> None:
    at = visit(metrics_detection_source=source.OWN)
    upload(at, "gold", ("gold.json", boxed("cam1/chelsea.png", "cam2/chelsea.png")))
    upload(at, "pictures", ("chelsea.png", SAMPLES["cat"].read()))
    assert any("choose below which it is" in sentence for sentence in errors(at))
    menu = next(box for box in at.selectbox if box.label.startswith("Picture “"))
    assert menu.value is None
    menu.set_value(1).run()
    assert not errors(at)
    assert "detections by the bundled detector" in captions(at)


def test_skipped_boxes_and_ties_are_told() -> None:
    at = visit(metrics_detection_source=source.OWN)
    flat = boxed("a.jpg").replace(b"[10, 10, 20, 20]", b"[296.65, 388.33, 1.03, 0.0]")
    upload(at, "gold", ("gold.json", flat))
    assert "1 box has no area and was skipped" in captions(at)
    upload(at, "gold", ("again.json", boxed("a.jpg")))
    assert "skipped" not in captions(at)
    two = json.loads(boxed("a.jpg", "a.jpg", score=0.5))
    two[1]["bbox"] = [50, 50, 5, 5]
    upload(at, "found", ("found.json", json.dumps(two).encode()))
    assert "2 detections share their score" in captions(at)


def test_a_class_predicts_first() -> None:
    at = visit(metrics_detection_source=source.EXAMPLE, metrics_hide="true")
    at.session_state["metrics_hide"] = True
    at.run()
    assert not at.metric
    assert f"{K}_question" in drawings(at)
    assert "found by" not in said(at)
    at.number_input(key=f"{K}_guess_Recall").set_value(0.8)
    at.number_input(key=f"{K}_guess_mAP").set_value(0.7)
    next(button for button in at.button if button.label == "Show the answers").click().run()
    assert not at.exception
    assert "Recall: **0.800**, as guessed" in said(at)
    assert "mAP: **0.618**, guessed 0.700" in said(at)
    at.slider(key=f"{K}_iou").set_value(0.9).run()
    assert not at.metric, "another question hides its answer"


def test_every_view_can_be_copied_as_a_link() -> None:
    assert "Copy link" in [button.label for button in visit().button]
