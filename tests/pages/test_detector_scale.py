"""The section "Scale" as a script: what is there at once, what the button brings, and what bad input does not do."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.detection.detector import StagedDetector
from core.detection.scale import image_pyramid
from core.jobs import Cancelled
from core.samples import SAMPLES
from core.ui.framework.session import EVERYBODY
from tests.core.pictures import encode
from tests.pages.controls import run

SCRIPT = "from core.ui.detector.scale.view import section; section()"


def visit(**link: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=120)
    for key, value in link.items():
        at.query_params[key] = value
    at.run()
    assert not at.exception
    return at


@pytest.fixture(autouse=True)
def _nothing_ran() -> Iterator[None]:
    EVERYBODY.pyramids.clear()
    yield
    EVERYBODY.pyramids.clear()


def lines(at: AppTest) -> str:
    """What the three say of the copy."""
    return next(box.value for box in at.markdown if "(c) anchors" in box.value)


def says(at: AppTest) -> str:
    return " ".join(error.value for error in at.error)


def answered(at: AppTest) -> list[Any]:
    return at.dataframe[0].value["copies answered"].fillna("").tolist()  # type: ignore[no-any-return]


def wait(at: AppTest) -> AppTest:
    """Until what the button started is there."""
    for _ in range(200):
        if "(a) images" in lines(at):
            return at
        time.sleep(0.1)
        at.run()
    raise AssertionError(lines(at))


def test_at_first_two_of_three_are_there_and_the_third_says_what_it_costs() -> None:
    at = visit()
    said = lines(at)
    assert "(a) images" not in said
    assert "the window of **108 px**, IoU 0.82" in said
    assert "**stride 16**, anchor 128 × 128 px" in said
    assert answered(at) == ["", "3 of 4", "3 of 4"]
    assert at.dataframe[0].value["passes"].tolist() == [4, 1, 1]
    assert at.dataframe[0].value["positions scored"].tolist() == ["3,980", "3,069", "20,160"]
    assert at.button(key="rcnn_scale_run").label.startswith("Run (a) images: 4 passes, about ")


def test_the_button_runs_the_pyramid_once_for_everybody() -> None:
    at = visit(rcnn_scale_which="eighth", rcnn_picture="coffee")
    assert "no answer" in lines(at)
    at.button(key="rcnn_scale_run").click().run()
    wait(at)
    assert "the picture **×2**" in lines(at), "enlarged, the smallest cup is recognised"
    assert answered(at) == ["4 of 4", "3 of 4", "3 of 4"]
    assert not any(button.key == "rcnn_scale_run" for button in at.button)
    again = visit(rcnn_picture="coffee")
    assert "the picture **×½**" in lines(again)


def test_no_control_runs_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    at = visit(rcnn_picture="astronaut")

    def never(*_: object, **__: object) -> None:
        raise AssertionError("the network ran again")

    monkeypatch.setattr(StagedDetector, "_forward", never)
    at.segmented_control(key="rcnn_scale_which").set_value("largest").run()
    assert "stride 32" in lines(at)
    at.slider(key="rcnn_scale_score").set_value(0.9).run()
    assert answered(at)[1:] == ["0 of 4", "0 of 4"]
    at.segmented_control(key="rcnn_scale_map").set_value("the finest map").run()
    assert not at.exception
    at.slider(key="rcnn_scale_score").set_value(0.3).run()
    assert answered(at)[1:] == ["2 of 4", "4 of 4"], "one map knows objects of one scale"


def test_a_stopped_run_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(*_: object, **__: object) -> None:
        raise Cancelled

    at = visit(rcnn_picture="coffee")
    with monkeypatch.context() as patch:
        patch.setattr(image_pyramid, "run", stopped)
        at.button(key="rcnn_scale_run").click().run()
        for _ in range(50):
            if at.info:
                break
            time.sleep(0.1)
            at.run()
        assert "stopped before its end" in at.info[0].value
        assert answered(at)[1:] == ["3 of 4", "3 of 4"]
    at.button(key="rcnn_scale_images_again").click().run()
    wait(at)
    assert not at.exception
    assert answered(at)[0] == "4 of 4"


def test_each_picture_has_its_objects() -> None:
    at = visit(rcnn_picture="coffee", rcnn_scale_object="spoon")
    assert at.selectbox(key="rcnn_scale_object").value == "spoon"
    at.selectbox(key="rcnn_picture").set_value("motorcycle")
    run(at)
    assert not at.exception
    menu = at.selectbox(key="rcnn_scale_object")
    assert menu.value == "motorcycle"
    assert menu.options == ["motorcycle", "bench", "bicycle", "bottle", "bottle 2"]
    menu.set_value("bottle 2").run()
    assert not at.exception
    assert not at.error
    at.button(key="rcnn_scale_reset").click()
    run(at)
    assert at.selectbox(key="rcnn_scale_object").value == "motorcycle"


def test_an_object_that_fills_the_picture() -> None:
    at = visit(rcnn_picture="coffee", rcnn_scale_object="dining table", rcnn_scale_which="largest")
    assert not at.error
    assert "stride 32" in lines(at)


def test_of_an_upload_the_detector_s_boxes_are_the_objects() -> None:
    at = visit(rcnn_picture="motorcycle")
    at.file_uploader(key="rcnn_picture_files").upload("mine.png", SAMPLES["astronaut"].read())
    run(at)
    assert not at.exception
    assert at.selectbox(key="rcnn_scale_object").options[0] == "person"
    assert answered(at)[2] != "0 of 4"


@pytest.mark.parametrize("size", [(300, 200), (40, 40)], ids=("grey", "grey and small"))
def test_nothing_to_copy_is_a_sentence_and_the_last_row_stays(size: tuple[int, int]) -> None:
    at = visit(rcnn_picture="coffee")
    grey = encode(Image.new("RGB", size, (127, 127, 127)), "PNG")
    at.file_uploader(key="rcnn_picture_files").upload("grey.png", grey)
    run(at)
    assert not at.exception
    assert "no object to copy" in says(at)
    assert "108 px" in lines(at)


def test_a_picture_of_40_pixels(photographs: dict[str, Image.Image]) -> None:
    at = visit(rcnn_picture="coffee")
    small = encode(photographs["astronaut"].resize((40, 40)), "PNG")
    at.file_uploader(key="rcnn_picture_files").upload("small.png", small)
    run(at)
    assert not at.exception
    assert not at.error
    assert len(at.dataframe[0].value) == 3, "whatever it takes the forty pixels for stands in the row"


def test_a_one_stage_model_is_a_sentence_and_the_last_row_stays() -> None:
    at = visit(rcnn_picture="cat")
    at.selectbox(key="rcnn_model").set_value("nanodet_g").run()
    assert not at.exception
    assert "works in one stage" in says(at)
    assert "104 px" in lines(at)
    at.selectbox(key="rcnn_model").set_value("bundled").run()
    assert not at.error


@pytest.mark.parametrize(
    "link",
    [
        {"rcnn_scale_object": "unicorn"},
        {"rcnn_scale_object": ""},
        {"rcnn_scale_which": "0"},
        {"rcnn_scale_which": "<b>half</b>"},
        {"rcnn_scale_score": "0"},
        {"rcnn_scale_score": "nan"},
        {"rcnn_scale_score": "many"},
        {"rcnn_scale_map": "none"},
        {"rcnn_size": "0"},
        {"rcnn_size": "large"},
    ],
    ids=str,
)
def test_a_tampered_link_shows_the_usual(link: dict[str, str]) -> None:
    at = visit(rcnn_picture="coffee", **link)
    assert not at.error
    assert "the window of **108 px**" in lines(at)


def test_another_input_size_is_another_row() -> None:
    at = visit(rcnn_picture="coffee", rcnn_size="448")
    assert not at.error
    assert "the window of **151 px**" in lines(at)


def test_where_maps_are_not_kept_the_button_scores_the_filters(monkeypatch: pytest.MonkeyPatch) -> None:
    from core.detection import stages

    monkeypatch.setattr(stages, "MEGABYTES", 3)
    at = visit(rcnn_picture="cat", rcnn_size="448")
    assert "**(b) filters**: not run yet" in lines(at)
    assert any("too large to be kept" in box.value for box in at.caption)
    at.button(key="rcnn_scale_run").click().run()
    wait(at)
    assert "the window of" in lines(at)
    at.segmented_control(key="rcnn_scale_map").set_value("the finest map").run()
    assert "not run yet" not in lines(at)


def test_predict_first_hides_the_answers() -> None:
    at = AppTest.from_string(f"import streamlit as st; st.session_state['rcnn_hide'] = True; {SCRIPT}")
    at.run(timeout=120)
    assert not at.exception
    assert not at.dataframe
    assert not any("(c) anchors" in box.value for box in at.markdown)
    at.number_input(key="rcnn_scale_guess_Passes of the image pyramid").set_value(4)
    at.number_input(key="rcnn_scale_guess_Copies that reference boxes answer").set_value(4)
    next(button for button in at.button if button.label == "Show the answers").click().run()
    judged = next(box.value for box in at.markdown if "as guessed" in box.value)
    assert "Passes of the image pyramid: **4**, as guessed" in judged
    assert "**3**, guessed 4" in judged
