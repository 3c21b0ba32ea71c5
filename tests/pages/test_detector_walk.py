"""The section "One detection" as a visitor meets it."""

from __future__ import annotations

from typing import Any

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.detection.coding import centred
from core.detection.detector import StagedDetector
from core.detection.walk.numbers import Step
from core.detection.walk.walk import Walk, walk
from core.ui.detector.subject import Subject
from core.ui.detector.walk import field_link
from core.ui.pictures import open_sample
from tests.core.detection.walk.test_walk import pool_of
from tests.core.pictures import encode

STEP, BOX = "rcnn_walk_step", "rcnn_walk_box"


def visit(**link: str) -> AppTest:
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    for key, value in {"rcnn_section": "One detection", **link}.items():
        at.query_params[key] = value
    at.switch_page("pages/faster_rcnn.py").run()
    assert not at.exception
    return at


def walked(detector: StagedDetector, image: Image.Image, rank: int = 1) -> Walk:
    inside = detector.inside(image)
    kept = inside.candidates.suppress(0.5, 0.3)
    return walk(inside, int(kept.indices[rank - 1]), pool_of(detector.model))


def metrics(at: AppTest) -> dict[str, str]:
    return {box.label: box.value for box in at.metric}


def formulas(at: AppTest) -> str:
    return " ".join(box.value for box in at.latex)


def said(at: AppTest) -> str:
    return " ".join(box.value for box in (*at.markdown, *at.caption))


def test_every_step_opens_and_says_what_the_walk_says(
    detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    at, cup = visit(rcnn_picture="coffee"), walked(detector, photographs["coffee"])
    assert at.select_slider(key=STEP).value == "anchor"
    assert f"row **{cup.anchor.row}**, column **{cup.anchor.column}**" in said(at)
    assert metrics(at)["Class score"] == f"{cup.score:.3f}"
    assert metrics(at)["Proposal to box"] == f"{cup.second.shift:.1f} px"
    expected = {
        Step.OBJECTNESS: f"{cup.objectness:.3f}",
        Step.PROPOSAL: rf"\mathbf{{{centred(cup.first.moved[None])[0, 0]:.1f}}}",
        Step.LEVEL: rf"\mathbf{{{cup.pooling.k}}}",
        Step.SCORES: rf"\mathbf{{{cup.score:.3f}}}",
        Step.DELTAS: rf"\mathbf{{{centred(cup.second.moved[None])[0, 3]:.1f}}}",
        Step.BOX: rf"\mathbf{{{cup.box[2]:.1f}}}",
    }
    for step in list(Step)[1:]:
        at.button(key="rcnn_walk_next").click().run()
        assert not at.exception
        assert at.select_slider(key=STEP).value == step
        assert at.query_params[STEP] in (step, [step]), "the step is in the link"
        assert expected.get(step, "") in formulas(at)
    assert "**equal**" in said(at)
    assert at.button(key="rcnn_walk_next").disabled
    at.button(key="rcnn_walk_back").click().run()
    assert at.select_slider(key=STEP).value == "clipping"


def test_another_detection_is_walked(detector: StagedDetector, photographs: dict[str, Image.Image]) -> None:
    at = visit(rcnn_picture="motorcycle")
    at.selectbox(key=BOX).set_value("3").run()
    third = walked(detector, photographs["motorcycle"], 3)
    assert metrics(at)["Class score"] == f"{third.score:.3f}"
    assert at.query_params[BOX] in ("3", ["3"])
    assert third.name in str(at.selectbox(key=BOX).options[2])


@pytest.mark.parametrize(
    ("link", "shown"),
    [
        ({BOX: "9999"}, ("5", "anchor")),
        ({BOX: "0"}, ("1", "anchor")),
        ({BOX: "1" * 40}, ("5", "anchor")),
        ({BOX: "1" * 400}, ("1", "anchor")),
        ({BOX: "-2", STEP: "nonsense"}, ("1", "anchor")),
        ({BOX: "<script>", STEP: "1e999"}, ("1", "anchor")),
        ({"rcnn_walk_channels": "no such channel", STEP: "features"}, ("1", "features")),
        ({BOX: "2", STEP: "deltas"}, ("2", "deltas")),
    ],
)
def test_a_link_with_what_is_not_there(link: dict[str, str], shown: tuple[str, str]) -> None:
    at = visit(rcnn_picture="motorcycle", **link)
    assert not at.error
    assert (at.selectbox(key=BOX).value, at.select_slider(key=STEP).value) == shown


def test_a_picture_with_fewer_detections_begins_with_its_best() -> None:
    at = visit(rcnn_picture="motorcycle", **{BOX: "4"})
    at.selectbox(key="rcnn_picture").set_value("coffee").run()
    assert not at.exception
    assert at.selectbox(key=BOX).value == "1"


def test_no_detection_at_all_says_what_to_lower_and_nothing_is_lost() -> None:
    at = visit(rcnn_picture="coffee", **{STEP: "level"})
    at.slider(key="rcnn_score").set_value(1.0).run()
    assert not at.exception
    assert "Lower the score threshold" in at.info[0].value
    assert not at.metric
    at.slider(key="rcnn_score").set_value(0.3).run()
    assert metrics(at)["Level's stride"] == "32 px"
    assert at.select_slider(key=STEP).value == "level"


def test_one_stage_is_a_sentence_below_which_the_last_walk_stays() -> None:
    at = visit(rcnn_picture="coffee")
    before = metrics(at)
    at.selectbox(key="rcnn_model").set_value("nanodet_g").run()
    assert not at.exception
    assert "works in one stage" in at.error[0].value
    assert metrics(at) == before
    at.selectbox(key="rcnn_model").set_value("bundled").run()
    assert not at.error
    assert metrics(at) == before


@pytest.mark.parametrize("step", ["anchor", "level", "features", "clipping"])
def test_a_picture_of_40_pixels(step: str, photographs: dict[str, Image.Image]) -> None:
    at = visit(**{STEP: step, "rcnn_score": "0.05"})
    small = encode(photographs["coffee"].resize((40, 40)), "PNG")
    at.file_uploader(key="rcnn_picture_files").upload("small.png", small).run()
    assert not at.exception
    assert not at.error
    assert at.metric
    assert "rcnn_picture" not in at.query_params


def test_channels_can_be_chosen() -> None:
    at = visit(rcnn_picture="coffee", **{STEP: "features"})
    assert "The first channel: how strongly the surest of the 3 x 3 cells around says cup" in said(at)
    at.multiselect(key="rcnn_walk_channels").set_value(["80 · any object", "41 · cup"]).run()
    assert not at.exception
    assert "The first channel: how strongly this cell says that there is an object" in said(at)


def test_predicting_hides_all_of_the_walk_until_it_is_told() -> None:
    at = visit(rcnn_picture="coffee", rcnn_hide="true", **{STEP: "deltas"})
    assert not at.metric
    assert not at.latex
    at.number_input(key="rcnn_walk_guess_Stride of the level that pools it").set_value(32)
    at.number_input(key="rcnn_walk_guess_Pixels from proposal to box").set_value(20.0)
    next(button for button in at.button if button.label == "Show the answers").click().run()
    assert not at.exception
    assert said(at).count("as guessed") == 2
    at.select_slider(key=STEP).set_value("level").run()
    assert at.latex, "another step of the same walk stays told"
    at.selectbox(key=BOX).set_value("2").run()
    assert not at.latex, "another detection is another question"


def test_the_link_to_the_receptive_field_opens_that_cell(
    detector: StagedDetector, photographs: dict[str, Image.Image]
) -> None:
    found = walked(detector, photographs["coffee"])
    inside = detector.inside(photographs["coffee"])
    query = field_link.query(Subject(open_sample("coffee"), "bundled", 320), found.anchor, inside.padded_size)
    assert query is not None
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    at.query_params.update(query)
    at.switch_page("pages/conv_calculator.py").run()
    assert not at.exception
    assert not at.warning
    assert at.selectbox(key="conv_field_layer").value == "63 · concat · 512 × 10 × 15"
    assert (at.number_input(key="conv_field_row").value, at.number_input(key="conv_field_column").value) == (3, 6)
    assert metrics(at)["Jump j"] == "32"
    assert at.selectbox(key="conv_picture").value == "coffee"


def test_the_link_to_the_receptive_field_for_torchvision_s_backbones() -> None:
    from core.conv.detector_bodies import BODIES
    from core.detection.inside import Level
    from core.detection.walk.walk import Anchor

    for model in BODIES:
        for level in BODIES[model]().levels:
            some: Any = Level(level, (2, 3), (64, 64), None, 0)  # type: ignore[arg-type]
            anchor = Anchor(0, some, 0, 1, 2, 0, 3, 32.0, 32.0)
            query = field_link.query(Subject(open_sample("cat"), model, 320), anchor, (320, 512))
            assert query is not None
            assert query["conv_field_row"] == "1"
            assert len(query["conv_stack_text"]) < 2_000
