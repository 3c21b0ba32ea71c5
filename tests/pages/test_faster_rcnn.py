"""The detector page as a script: what its controls do, and what bad input does not do."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from core import jobs
from core.detection import Candidates, Detector, StagedCandidates, load
from core.detection import detector as detectors
from core.detection.results import OneStageCandidates
from core.detection.rounds import rounds
from core.models.detectors import DETECTORS
from core.models.weights import Bundled, Downloaded
from core.samples import SAMPLES, ground_truth
from core.ui.detector import results
from tests.core.pictures import encode, hostile

PAGE = "pages/faster_rcnn.py"


def visit(**link: str) -> AppTest:
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    for key, value in link.items():
        at.query_params[key] = value
    at.switch_page(PAGE).run()
    assert not at.exception
    return at


@pytest.fixture
def page() -> AppTest:
    """With the motorcycle, in whose picture the network finds most."""
    return visit(rcnn_picture="motorcycle")


def metric(at: AppTest, label: str) -> int:
    return next(int(box.value.replace(",", "")) for box in at.metric if box.label == label)


def captions(at: AppTest, words: str) -> list[str]:
    """The captions with these words."""
    return [box.value for box in at.caption if words in box.value]


def says(at: AppTest) -> str:
    return " ".join(error.value for error in at.error)


def test_first_visit_shows_many_boxes_and_the_best_of_each_rightly_named(found: dict[str, Candidates]) -> None:
    page = visit()
    assert page.selectbox(key="rcnn_picture").value == "coffee"
    assert page.query_params["rcnn_picture"] in ("coffee", ["coffee"]), "so that the link shows the same tomorrow"
    candidates = found["coffee"]
    assert isinstance(candidates, StagedCandidates)
    assert metric(page, "Anchors") == candidates.anchors
    assert metric(page, "Candidates") == len(candidates)
    kept = candidates.suppress(0.5, 0.3)
    assert metric(page, "Before NMS") == kept.n_above_score == 10
    assert metric(page, "Kept") == len(kept) == 2
    assert set(kept.labels) <= {box.label for box in ground_truth(SAMPLES["coffee"])}
    assert not captions(page, "the network is wrong")
    assert not page.error


def test_a_link_without_a_picture_means_the_motorcycle_as_it_always_did() -> None:
    page = visit(rcnn_iou="0.9")
    assert page.selectbox(key="rcnn_picture").value == "motorcycle"
    assert page.query_params["rcnn_picture"] in ("motorcycle", ["motorcycle"])


def test_what_is_wrong_with_a_sample_is_said(page: AppTest) -> None:
    (told,) = captions(page, "the network is wrong")
    assert "no **microwave**" in told
    assert "3 boxes say **motorcycle** for 1 object:" in told
    page.slider(key="rcnn_score").set_value(0.5).run()
    assert not captions(page, "the network is wrong")
    page.file_uploader(key="rcnn_picture_files").upload("mine.png", SAMPLES["motorcycle"].read()).run()
    page.slider(key="rcnn_score").set_value(0.3).run()
    assert not captions(page, "the network is wrong"), "nobody told us what is in a visitor's picture"


@pytest.mark.parametrize("name", SAMPLES)
def test_a_detector_without_stages_uses_the_same_sliders(name: str, photographs: dict[str, Image.Image]) -> None:
    page = visit(rcnn_picture=name)
    page.selectbox(key="rcnn_model").set_value("nanodet_g").run()
    page.slider(key="rcnn_iou").set_value(0.6)
    page.slider(key="rcnn_score").set_value(0.2).run()
    assert not page.exception
    assert not page.error
    candidates = load("nanodet_g").candidates(photographs[name])
    expected = candidates.suppress(0.6, 0.2)
    assert isinstance(candidates, OneStageCandidates)
    assert metric(page, "Cells") == candidates.cells
    assert (metric(page, "Before NMS"), metric(page, "Kept")) == (expected.n_above_score, len(expected))
    assert not any(box.label in ("Anchors", "Proposals") for box in page.metric)
    assert "objectness" not in page.dataframe[0].value.columns
    page.slider(key="rcnn_score").set_value(0.02).run()
    assert not page.exception
    assert metric(page, "Before NMS") == len(candidates) <= 1000, "a score below the floor acts as the floor"


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_opens(page: AppTest, name: str, found: dict[str, Candidates]) -> None:
    page.selectbox(key="rcnn_picture").set_value(name).run()
    assert not page.exception
    assert metric(page, "Kept") == len(found[name].suppress(0.5, 0.3))


def test_the_nms_slider_moves_the_count_and_back(page: AppTest) -> None:
    page.slider(key="rcnn_iou").set_value(0.95).run()
    assert metric(page, "Kept") == 12
    page.slider(key="rcnn_iou").set_value(0.5).run()
    assert metric(page, "Kept") == 5


def test_controls_do_what_suppress_does(page: AppTest, found: dict[str, Candidates]) -> None:
    page.slider(key="rcnn_score").set_value(0.1).run()
    page.multiselect(key="rcnn_classes_coco").set_value(["bicycle"]).run()
    page.segmented_control(key="rcnn_mode").set_value("of all classes").run()
    page.number_input(key="rcnn_limit").set_value(2).run()
    assert not page.exception
    expected = found["motorcycle"].suppress(0.5, 0.1, class_aware=False, classes=["bicycle"], limit=2)
    assert metric(page, "Kept") == len(expected)


def test_another_input_size_finds_other_boxes_and_the_first_ones_come_back(
    page: AppTest, found: dict[str, Candidates], detector: Detector, photographs: dict[str, Image.Image]
) -> None:
    page.slider(key="rcnn_iou").set_value(0.6)
    page.segmented_control(key="rcnn_size").set_value(224).run()
    assert not page.exception
    small = detector.candidates(photographs["motorcycle"], short_side=224)
    assert metric(page, "Anchors") == small.anchors < found["motorcycle"].anchors
    assert metric(page, "Kept") == len(small.suppress(0.6, 0.3))
    assert page.slider(key="rcnn_iou").value == 0.6, "nothing else moves"
    page.segmented_control(key="rcnn_size").set_value(320).run()
    assert metric(page, "Candidates") == len(found["motorcycle"])


def test_a_stand_in_takes_its_own_size(page: AppTest) -> None:
    """While the model that was asked for has yet to be downloaded."""
    page.selectbox(key="rcnn_model").set_value("resnet50_fpn").run()
    assert page.segmented_control(key="rcnn_size_800").value == 800
    assert metric(page, "Kept") == 5
    page.segmented_control(key="rcnn_size_800").set_value(448).run()
    assert not page.exception
    assert metric(page, "Anchors") > 12_600, "which the stand-in knows as well"


def test_reset_puts_everything_back(page: AppTest) -> None:
    page.slider(key="rcnn_iou").set_value(0.9).run()
    page.slider(key="rcnn_score").set_value(0.1).run()
    page.multiselect(key="rcnn_classes_coco").set_value(["bicycle"]).run()
    assert metric(page, "Kept") != 5
    next(button for button in page.button if button.label == "Reset").click().run()
    assert not page.exception
    assert metric(page, "Kept") == 5
    assert page.slider(key="rcnn_iou").value == 0.5
    assert not any(key.startswith("rcnn_iou") for key in page.query_params), "the link is short again"


def test_the_extremes_of_every_control(page: AppTest, found: dict[str, Candidates]) -> None:
    for iou, score in ((0.0, 0.3), (1.0, 0.3), (1.0, 1.0), (1.0, 0.02)):
        page.slider(key="rcnn_iou").set_value(iou)
        page.slider(key="rcnn_score").set_value(score).run()
        assert not page.exception
        expected = found["motorcycle"].suppress(iou, score)
        assert (metric(page, "Before NMS"), metric(page, "Kept")) == (expected.n_above_score, len(expected))
    assert metric(page, "Before NMS") == metric(page, "Candidates")


def test_rounds_can_be_stepped_through(page: AppTest, found: dict[str, Candidates]) -> None:
    candidates = found["motorcycle"]
    turns = rounds(candidates, candidates.suppress(0.5, 0.3))
    for number in (0, 3, 5):
        page.slider(key="rcnn_round").set_value(number).run()
        assert not page.exception
        turn, told = turns[number], " ".join(box.value for box in page.markdown)
        if turn.winner is None:
            assert f"{len(turn.waiting)} boxes wait." in told
        else:
            best = f"**{candidates.names[turn.winner]} {candidates.scores[turn.winner]:.3f}**"
            assert f"Keep {best}, drop {len(turn.victims)}, {len(turn.waiting)} left." in told
    # fewer rounds than the slider stood at: it starts over instead of failing
    page.slider(key="rcnn_score").set_value(0.9).run()
    assert not page.exception
    (only,) = candidates.suppress(0.5, 0.9).indices.tolist()
    told = " ".join(box.value for box in page.markdown)
    assert f"Keep **{candidates.names[only]} {candidates.scores[only]:.3f}**" in told


def test_settings_come_from_the_link() -> None:
    at = visit(rcnn_picture="cat", rcnn_iou="0.9", rcnn_score="0.5")
    assert at.selectbox(key="rcnn_picture").value == "cat"
    assert at.slider(key="rcnn_iou").value == 0.9
    assert at.slider(key="rcnn_score").value == 0.5


@pytest.mark.parametrize(
    "parameters",
    [
        {"rcnn_picture": "../../etc/passwd"},
        {"rcnn_iou": "nan"},
        {"rcnn_iou": "7"},
        {"rcnn_score": "-1"},
        {"rcnn_limit": "1e9"},
        {"rcnn_classes_coco": "unicorn"},
        {"rcnn_mode": "<script>"},
        {"rcnn_model": "no such model", "rcnn_round": "99"},
    ],
    ids=lambda parameters: "&".join(f"{key}={value}" for key, value in parameters.items()),
)
def test_a_tampered_link_falls_back_to_the_defaults(parameters: dict[str, str]) -> None:
    assert metric(visit(**parameters), "Kept") >= 0


def test_classes_of_the_first_detector_are_shown_or_missed_with_a_word() -> None:
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    at.query_params["rcnn_picture"] = "motorcycle"
    at.query_params["rcnn_model"] = "EfficientNet-Lite0 (bundled)"
    at.query_params["rcnn_classes_everyday"] = ["motorcycle", "bow tie", "kangaroo", "sea *slug*"]
    at.switch_page(PAGE).run()
    assert not at.exception
    assert at.multiselect(key="rcnn_classes_coco").value == ["motorcycle", "tie"]
    assert at.selectbox(key="rcnn_model").value == "bundled"
    (told,) = (box.value for box in at.info)
    assert "kangaroo, sea \\*slug\\*" in told
    assert "rcnn_classes_everyday" not in at.query_params
    at.slider(key="rcnn_iou").set_value(0.6).run()
    assert len(at.info) == 1, "it stays until the visitor chooses"
    at.multiselect(key="rcnn_classes_coco").set_value(["motorcycle"]).run()
    assert not at.info


def test_an_upload_is_shown_and_chosen(page: AppTest, found: dict[str, Candidates]) -> None:
    page.file_uploader(key="rcnn_picture_files").upload("mine.png", SAMPLES["astronaut"].read()).run()
    assert not page.exception
    assert not page.error
    assert page.selectbox(key="rcnn_picture").value == "mine.png"
    assert metric(page, "Kept") == len(found["astronaut"].suppress(0.5, 0.3))


def test_own_pictures_outlive_a_visit_to_another_page(page: AppTest) -> None:
    page.file_uploader(key="rcnn_picture_files").upload("mine.png", SAMPLES["cat"].read()).run()
    page.switch_page("pages/home.py").run()
    page.switch_page(PAGE).run()
    assert not page.exception
    assert "mine.png" in page.selectbox(key="rcnn_picture").options


def test_the_same_name_twice_is_two_pictures(page: AppTest, found: dict[str, Candidates]) -> None:
    for name in ("cat", "coffee"):
        page.file_uploader(key="rcnn_picture_files").upload("image.png", SAMPLES[name].read())
    page.run()
    assert {"image.png", "image.png (2)"} <= set(page.selectbox(key="rcnn_picture").options)
    assert metric(page, "Candidates") == len(found["coffee"]), "the newest is chosen"


def test_the_name_of_an_own_file_never_stands_in_the_link(page: AppTest) -> None:
    page.selectbox(key="rcnn_picture").set_value("cat").run()
    assert page.query_params["rcnn_picture"] in ("cat", ["cat"])
    page.file_uploader(key="rcnn_picture_files").upload("private.png", SAMPLES["coffee"].read()).run()
    assert page.selectbox(key="rcnn_picture").value == "private.png"
    assert "rcnn_picture" not in page.query_params


def test_many_refused_files_do_not_bury_the_controls(page: AppTest) -> None:
    for number in range(9):
        page.file_uploader(key="rcnn_picture_files").upload(f"{number}.png", b"no picture")
    page.run()
    assert len(page.error) == 3
    assert any("6 more" in box.label for box in page.expander)


def test_nothing_found_says_what_to_do(page: AppTest) -> None:
    grey = encode(Image.new("RGB", (300, 200), (127, 127, 127)), "PNG")
    page.file_uploader(key="rcnn_picture_files").upload("grey.png", grey).run()
    assert not page.exception
    assert page.info
    page.selectbox(key="rcnn_picture").set_value("motorcycle").run()
    page.multiselect(key="rcnn_classes_coco").set_value(["zebra"]).run()
    assert "chosen classes" in page.info[0].value


@pytest.mark.parametrize("name", sorted(hostile()))
def test_a_hostile_upload_gets_a_sentence_or_the_right_picture(page: AppTest, name: str) -> None:
    page.slider(key="rcnn_iou").set_value(0.95).run()
    page.file_uploader(key="rcnn_picture_files").upload("strange.png", hostile()[name]).run()
    assert not page.exception
    if page.error:
        assert "strange" in says(page)
        assert "Traceback" not in says(page)
        assert page.selectbox(key="rcnn_picture").value == "motorcycle", "the earlier result stays"
        assert metric(page, "Kept") == 12
    else:
        assert page.selectbox(key="rcnn_picture").value == "strange.png"


def test_one_bad_file_among_good_ones_costs_only_itself(page: AppTest) -> None:
    uploader = page.file_uploader(key="rcnn_picture_files")
    uploader.upload("cat.png", SAMPLES["cat"].read())
    uploader.upload("notes.png", b"these are my notes")
    uploader.upload("coffee.png", SAMPLES["coffee"].read()).run()
    assert not page.exception
    assert "notes" in says(page)
    assert {"cat.png", "coffee.png"} <= set(page.selectbox(key="rcnn_picture").options)
    assert page.selectbox(key="rcnn_picture").value == "coffee.png"


def test_a_file_name_is_text_never_markup(page: AppTest) -> None:
    page.file_uploader(key="rcnn_picture_files").upload("![x](http://example.org/`x).png", b"no picture").run()
    assert says(page).startswith("`![x](http://example.org/'x).png`: "), "inside a code span nothing is markup"


def test_the_session_keeps_a_bounded_number_of_pictures(page: AppTest) -> None:
    for number in range(10):
        page.file_uploader(key="rcnn_picture_files").upload(f"{number}.png", SAMPLES["cat"].read())
    page.run()
    assert not page.exception
    assert len(page.session_state["rcnn_picture_own"]) == 8
    assert "made room" in says(page)


def test_a_download_without_a_network_fails_with_a_sentence_and_the_page_goes_on(
    page: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real download code against an address where nobody listens."""
    name = "mobilenet_v3_large_320_fpn"
    spec = replace(DETECTORS[name], source=Downloaded("http://127.0.0.1:9/weights-907ea3f9.pth", 78))
    monkeypatch.setitem(DETECTORS, name, spec)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    page.selectbox(key="rcnn_model").set_value(name).run()
    page.button(key=f"download_{name}").click().run()
    job = jobs.find(name)
    assert job is not None
    job.wait(60)
    page.run()
    assert not page.exception
    assert "no network" in says(page)
    assert page.button(key=f"download_{name}").label.startswith("Try")
    assert metric(page, "Kept") == 5
    jobs.forget(name)


def test_a_download_that_works_brings_the_model_into_the_page(
    page: AppTest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The whole way, from a server of our own: button, job, digest, loading, boxes of the new model's classes."""
    name = "mobilenet_v3_large_320_fpn"
    shop, hub = tmp_path / "shop", tmp_path / "hub"
    shop.mkdir()
    torch.save(DETECTORS[name].network().state_dict(), shop / "made-up.pth")
    digest = hashlib.sha256((shop / "made-up.pth").read_bytes()).hexdigest()[:8]
    file = (shop / "made-up.pth").rename(shop / f"weights-{digest}.pth")
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(hub))
    handler = partial(SimpleHTTPRequestHandler, directory=str(shop))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        source = Downloaded(f"http://127.0.0.1:{server.server_port}/{file.name}", file.stat().st_size / 1e6)
        monkeypatch.setitem(DETECTORS, name, replace(DETECTORS[name], source=source))
        page.selectbox(key="rcnn_model").set_value(name).run()
        page.button(key=f"download_{name}").click().run()
        job = jobs.find(name)
        assert job is not None
        job.wait(120)
        server.shutdown()
    page.run()
    assert not page.exception
    assert not page.error
    assert not any("downloaded" in box.value for box in page.info), "there is nothing to download any more"
    assert len(page.multiselect(key="rcnn_classes_coco").options) == 80
    assert metric(page, "Proposals") <= 150, "this one proposes 150 boxes, the bundled one 300"
    jobs.forget(name)


@pytest.mark.parametrize("name", ["bundled", "nanodet_g"])
def test_a_damaged_weight_file_is_a_sentence_and_the_page_stays(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(detectors, "_loaded", {})
    results._candidates.clear()  # what a detector found before would be shown, and rightly so
    spec = replace(DETECTORS[name], source=Bundled("detector.safetensors", "0" * 64))
    monkeypatch.setitem(DETECTORS, name, spec)
    page = visit(rcnn_picture="cat", rcnn_model=spec.title)
    assert "is not the one it should be" in says(page)
    assert len(page.error) == 1
    assert [title.value for title in page.title] == ["Faster R-CNN"]
    assert page.slider(key="rcnn_iou").value == 0.5, "the controls stay"
    assert bool(page.metric) == (name != "bundled"), "the bundled one stands in for any other"


def test_a_model_that_is_not_here_is_offered_and_the_bundled_one_goes_on(page: AppTest) -> None:
    page.selectbox(key="rcnn_model").set_value("resnet50_fpn_v2").run()
    assert not page.exception
    assert any("downloaded once" in box.value for box in page.info)
    assert metric(page, "Kept") == 5
