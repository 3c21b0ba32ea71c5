"""Section "Where it looks" as a script: maps of the set's pictures and of photographs, what is computed again."""

from __future__ import annotations

import functools
import io
import time
from collections.abc import Callable, Iterator
from unittest.mock import patch

import numpy as np
import pytest
import torch
from PIL import Image
from streamlit.testing.v1 import AppTest

from core.figures.drawing import Cells, Drawing
from core.figures.drawing import Image as Shown
from core.transfer.attribution.gradcam import grad_cam
from core.transfer.attribution.occlusion import occlusion
from core.transfer.data.image_set import ImageSet, Selection, Split
from core.transfer.features.extract import Features, Matrix
from core.transfer.model.classifier import ModelSpec, Trained, build
from core.transfer.model.inputs import to_input
from core.transfer.subject import Subject
from core.transfer.training.answers import mistakes_first, score
from core.ui.framework.session import Session
from core.ui.transfer.where import state as maps
from core.ui.transfer.where.controls import PREDICTED, TRUE
from core.ui.transfer.where.state import KEY, predictions
from tests.core.transfer.sets import quiet

SIDE = 64
PER_PART = 6
BACKBONE = "shufflenet_v2_x1_0"
DRAWN: dict[str, tuple[Drawing, Callable[[int, int], None] | None]] = {}
"""What the section drew last, by key, and who listens to clicks."""
CLICK: list[tuple[str, int, int]] = []
SUBJECT: list[Subject] = []
NETWORKS: list[Trained] = []


def small_set(*, own: bool = False, name: str = "squares") -> ImageSet:
    """Bright and dark noise, six pictures for each part."""
    generator = torch.Generator().manual_seed(5)
    labels = np.arange(3 * PER_PART) % 2
    images = torch.randint(0, 120, (len(labels), 3, SIDE, SIDE), generator=generator)
    images += 120 * torch.from_numpy(labels)[:, None, None, None]
    return ImageSet(
        name=name,
        digest=f"{name} {own}",
        images=images.to(torch.uint8),
        labels=labels,
        classes=("dark", "bright [x](y)"),
        split=np.repeat([int(part) for part in Split], PER_PART),
        names=tuple(f"{index}.png" for index in range(len(labels))),
        story="",
        own=own,
    )


def subject_of(images: ImageSet) -> Subject:
    parts = [images.part(part) for part in Split]
    return Subject(images, Selection(*parts, None), BACKBONE, False, SIDE)


def trained_on(images: ImageSet, title: str = "a network", seed: int = 3) -> Trained:
    """Random weights, but a head that spreads these pictures out: no two of them get nearly the same answer."""
    spec = ModelSpec(BACKBONE, SIDE, (2,), trained=False)
    model = build(spec, seed)
    with torch.no_grad():
        embedded = model.embed(to_input(images.images, spec.architecture, SIDE))
        centred = embedded - embedded.mean(0)
        across = torch.linalg.svd(centred, full_matrices=False).Vh[:2].sum(0)
        across /= (centred @ across).std()
        model.heads[0].weight.copy_(torch.stack([-across, across]))
        model.heads[0].bias.copy_(model.heads[0].weight @ -embedded.mean(0))
    return Trained(title, spec, images.classes, model.state_dict(), images.digest)


PROBE = trained_on(small_set(), "Logistic probe")


@functools.cache
def values() -> Matrix:
    """(N, D) what the probe's backbone really makes of the pictures."""
    with torch.no_grad():
        model = PROBE.model()
        found: Matrix = model.embed(to_input(small_set().images, model.spec.architecture, SIDE)).numpy()
    return found


def features_of(subject: Subject) -> Features:
    return Features(subject.selection.all, values()[subject.selection.all], (), BACKBONE, False, SIDE, 0.0)


def script() -> None:
    import streamlit as st

    from core.ui.framework.session import session
    from core.ui.transfer.where.view import section
    from tests.pages.test_transfer_where import CLICK, DRAWN, NETWORKS

    for trained in NETWORKS:
        session().probes[trained.title] = trained

    def click() -> None:
        key, row, column = CLICK.pop()
        picked = DRAWN[key][1]
        assert picked is not None
        picked(row, column)

    st.button("click", key="clicked", on_click=click)
    section()


@pytest.fixture(autouse=True)
def small_things() -> Iterator[None]:
    """A small subject and its probe in the place of the menus', and drawings that are looked at here."""

    def draw(drawing: Drawing, key: str, picked: Callable[[int, int], None] | None = None) -> None:
        DRAWN[key] = drawing, picked

    DRAWN.clear()
    NETWORKS.clear()
    SUBJECT[:] = [subject_of(small_set())]
    where = "core.ui.transfer.where"
    with (
        patch(f"{where}.view.choose_subject", lambda: SUBJECT[0]),
        patch(f"{where}.state.features_of", features_of),
        patch(f"{where}.state.probe_of", lambda *_: PROBE),
        patch(f"{where}.view.show_drawing", draw),
        patch(f"{where}.analysis.show_drawing", draw),
    ):
        yield


def settled(at: AppTest) -> AppTest:
    """Run until the work in the background is done."""
    for _ in range(100):
        assert not at.exception
        if f"{KEY}_covered" in DRAWN and not any("_stop" in button.key for button in at.button if button.key):
            return at
        time.sleep(0.05)
        at.run()
    raise AssertionError("the maps did not come")


def opened(**query: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=120)
    for name, value in query.items():
        at.query_params[name] = value
    return settled(at.run())


def click(at: AppTest, key: str, row: int, column: int) -> AppTest:
    CLICK.append((f"{KEY}_{key}", row, column))
    return at.button(key="clicked").click().run()


def says(at: AppTest) -> str:
    return " ".join(box.value for box in (*at.markdown, *at.caption))


def drawing(name: str) -> Drawing:
    return DRAWN[f"{KEY}_{name}"][0]


def test_first_visit_shows_both_maps_of_the_worst_mistake() -> None:
    at = opened()
    assert not at.error
    order = mistakes_first(predictions(PROBE, features_of(SUBJECT[0]), SUBJECT[0]))  # type: ignore[arg-type]
    worst = int(SUBJECT[0].selection.validation[order[0]])
    assert at.selectbox(key=f"{KEY}_pick").value == worst
    assert "Grad-CAM** · " in says(at)
    assert "**Occlusion** · 7 × 7 windows" in says(at)
    assert "window 16 × 16 px, step 8 px" in drawing("picture").alt
    assert "are mistakes. Click one." in says(at)
    formulas = [box.value for box in at.latex]
    assert r"\mathrm{ReLU}\big(" in says(at)
    assert any(r"\Delta_W = 0." in text for text in formulas)


def test_what_is_on_the_screen_is_what_the_network_says() -> None:
    at = opened()
    index = at.selectbox(key=f"{KEY}_pick").value
    picture = SUBJECT[0].images.images[index]
    model = PROBE.model()
    heat = occlusion(model, picture, 0, 16, 8)
    target = 0 if heat.probability > 0.5 else 1
    heat = occlusion(model, picture, target, 16, 8)
    before, after = heat.probability, heat.probability - heat.changes[heat.worst]
    assert any(f"{before:.3f} - {after:.3f}" in box.value for box in at.latex)
    cam = grad_cam(model, picture, target)
    assert f"The logit of the class is {cam.logit:.3f}" in says(at)


def test_a_click_on_the_sheet_chooses_the_picture() -> None:
    at = opened()
    first = at.selectbox(key=f"{KEY}_pick").value
    settled(click(at, "sheet", 0, 2))
    second = at.selectbox(key=f"{KEY}_pick").value
    assert second != first
    assert second in SUBJECT[0].selection.validation
    settled(click(at, "sheet", 9, 9))  # where no picture is
    assert at.selectbox(key=f"{KEY}_pick").value == second


def test_test_pictures_are_not_offered() -> None:
    at = opened()
    assert len(at.selectbox(key=f"{KEY}_pick").options) == PER_PART
    names = {SUBJECT[0].images.names[index] for index in SUBJECT[0].selection.test}
    assert not any(option.split(":")[0] in names for option in at.selectbox(key=f"{KEY}_pick").options)


def test_opacity_and_smoothing_compute_nothing() -> None:
    at = opened()
    with (
        patch.object(maps, "grad_cam", side_effect=AssertionError),
        patch.object(maps, "occlusion", side_effect=AssertionError),
    ):
        at.slider(key=f"{KEY}_opacity").set_value(0.25).run()
        assert not at.exception
        images = [item for item in drawing("cam").items if isinstance(item, Shown)]
        assert images[1].opacity == 0.25
        at.toggle(key=f"{KEY}_smooth").set_value(False).run()
        assert not at.exception
        assert not next(
            item for item in drawing("cam").items if isinstance(item, Shown) and item.opacity == 0.25
        ).smooth


def test_a_map_seen_before_is_not_computed_again() -> None:
    at = opened()
    with patch.object(maps, "occlusion", side_effect=occlusion) as covering:
        at.selectbox(key=f"{KEY}_class").set_value("dark").run()
        settled(at)
        at.selectbox(key=f"{KEY}_class").set_value("bright [x](y)").run()
        settled(at)
        once = covering.call_count
        assert once == 1  # one of the two classes is the predicted one
        at.selectbox(key=f"{KEY}_class").set_value(TRUE).run()
        at.selectbox(key=f"{KEY}_class").set_value(PREDICTED).run()
        settled(at)
        assert covering.call_count == once


def test_an_earlier_layer_is_finer_by_the_menu_and_by_a_click() -> None:
    at = opened()
    strip = next(item for item in drawing("strip").items if isinstance(item, Cells))
    assert strip.tips == ("stem", "stage 2", "stage 3", "stage 4", "last conv")
    assert "last conv, 2 × 2" in says(at)
    at.select_slider(key=f"{KEY}_layer").set_value("stage 2").run()
    assert "stage 2, 8 × 8" in says(at)
    click(at, "strip", 0, 0)
    assert "stem, 32 × 32" in says(at)
    click(at, "strip", 0, 77)
    assert not at.exception


def test_a_click_on_the_occlusion_covers_that_place() -> None:
    at = opened()
    settled(click(at, "covered", 2, 3))
    assert "With rows 16 to 31 and columns 24 to 39 of 64 grey" in says(at)
    settled(click(at, "covered", -1, 3))
    assert "With rows 16 to 31 and columns 24 to 39 of 64 grey" in says(at)
    settled(click(at, "sheet", 0, 1))  # another picture begins with its own worst window
    assert not at.exception


@pytest.mark.parametrize(("side", "step", "grey"), [("1/2", "whole", 0), ("1/3", "1/2", 255)])
def test_window_step_and_grey(side: str, step: str, grey: int) -> None:
    at = opened()
    at.select_slider(key=f"{KEY}_window").set_value(side)
    at.select_slider(key=f"{KEY}_step").set_value(step)
    at.number_input(key=f"{KEY}_grey").set_value(grey).run()
    DRAWN.pop(f"{KEY}_covered", None)
    settled(at.run())
    assert not at.error
    places = {"1/2": "2 × 2", "1/3": "6 × 6"}[side]
    assert f"**Occlusion** · {places} windows" in says(at)
    at.button(key=f"{KEY}_reset").click().run()
    assert at.select_slider(key=f"{KEY}_window").value == "1/4"
    assert at.number_input(key=f"{KEY}_grey").value == 128


def test_random_weights_beside_those_learned() -> None:
    at = opened()
    assert "random head" not in says(at)
    at.toggle(key=f"{KEY}_random").set_value(True).run()
    assert not at.exception
    assert "**Grad-CAM** · as learned" in says(at)
    assert "**Grad-CAM** · random head" in says(at)
    assert "**Grad-CAM** · all weights random" in says(at)
    assert sum("correlation" in box.value for box in at.caption) == 2


def test_photographs_and_one_s_own() -> None:
    at = opened(**{f"{KEY}_source": "photograph"})
    assert f"{KEY}_sheet" not in DRAWN
    assert TRUE not in at.selectbox(key=f"{KEY}_class").options
    assert "**Predicted:** " in says(at)
    assert drawing("picture").alt.startswith("The picture cat")
    at.selectbox(key=f"{KEY}_photograph").set_value("coffee").run()
    settled(at)
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (90, 60, 3), dtype=np.uint8)).save(file, "PNG")
    at.file_uploader[0].upload("<b>mine</b>.png", file.getvalue(), "image/png").run()
    settled(at)
    assert not at.error
    assert at.selectbox(key=f"{KEY}_photograph").value == "my own"
    assert drawing("picture").alt.startswith("The picture <b>mine</b>.png")
    assert "mine" not in str(dict(at.query_params))


@pytest.mark.parametrize(
    "data",
    [b"", b"not a picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, b"GIF89a" + b"\xff" * 40],
    ids=["empty", "text", "png", "gif"],
)
def test_a_file_that_is_no_picture_is_a_sentence_and_the_picture_stays(data: bytes) -> None:
    at = opened(**{f"{KEY}_source": "photograph"})
    at.file_uploader[0].upload("broken.png", data, "image/png").run()
    settled(at)
    assert len(at.error) == 1
    assert at.selectbox(key=f"{KEY}_photograph").value == "cat"
    assert drawing("picture").alt.startswith("The picture cat")


def test_a_trained_network_predicts_the_validation_pictures() -> None:
    other = trained_on(small_set(), "Fine-tuned", seed=8)
    NETWORKS[:] = [other, trained_on(small_set(name="others"), "Of other pictures"), PROBE]
    at = opened()
    assert at.selectbox(key=f"{KEY}_network").options == ["Logistic probe", "Fine-tuned"]
    at.selectbox(key=f"{KEY}_network").set_value("Fine-tuned").run()
    settled(at)
    subject = SUBJECT[0]
    scored = score(other.model(), subject.images, subject.selection.validation, quiet)
    worst = int(scored.indices[mistakes_first(scored)[0]])
    assert at.selectbox(key=f"{KEY}_pick").options[0].startswith(f"{worst}.png: ")
    mistakes = int((scored.predicted != scored.target).sum())
    assert f"{mistakes} of {PER_PART} are mistakes" in says(at)


def test_until_the_probe_is_there_the_rest_of_the_page_is() -> None:
    with patch("core.ui.transfer.where.state.probe_of", lambda *_: None):
        at = AppTest.from_function(script, default_timeout=120).run()
        assert not at.exception
        assert at.segmented_control(key=f"{KEY}_source").value == "validation"
        assert not DRAWN
        at.segmented_control(key=f"{KEY}_source").set_value("photograph").run()
        assert at.selectbox(key=f"{KEY}_photograph").value == "cat"
        assert not at.exception


def test_the_probe_s_answers_come_from_its_features_and_are_the_network_s() -> None:
    subject = SUBJECT[0]
    quick = predictions(PROBE, features_of(subject), subject)
    slow = score(PROBE.model(), subject.images, subject.selection.validation, quiet)
    assert quick is not None
    np.testing.assert_allclose(quick.probabilities, slow.probabilities, atol=1e-4)


def test_names_of_own_classes_stay_out_of_the_link() -> None:
    SUBJECT[:] = [subject_of(small_set(own=True))]
    at = opened()
    at.selectbox(key=f"{KEY}_class").set_value("dark").run()
    settled(at)
    assert "dark" not in str(dict(at.query_params))


def test_no_validation_pictures_is_a_sentence() -> None:
    images = small_set()
    none = np.zeros(0, np.int64)
    SUBJECT[:] = [Subject(images, Selection(images.part(Split.TRAIN), none, none, None), BACKBONE, False, SIDE)]
    at = AppTest.from_function(script, default_timeout=120).run()
    assert not at.exception
    assert len(at.error) == 1
    assert "choose a photograph" in at.error[0].value
    at.segmented_control(key=f"{KEY}_source").set_value("photograph").run()
    settled(at)
    assert not at.error


def test_stopped_work_can_be_started_again() -> None:
    real = occlusion

    def slow(*arguments: object, **named: object) -> object:
        report = named["report"]
        for _ in range(400):
            time.sleep(0.02)
            report(0.5, "slowly")  # type: ignore[operator]
        return real(*arguments, **named)  # type: ignore[arg-type]

    with patch.object(maps, "occlusion", slow):
        at = AppTest.from_function(script, default_timeout=120).run()
        assert "**Grad-CAM** · " in says(at)  # there while the other is on its way
        at.button(key=f"{KEY}_occlusion_stop").click().run()
        for _ in range(100):
            if any(button.label == "Start again" for button in at.button):
                break
            time.sleep(0.05)
            at.run()
        assert "It was stopped before its end." in [box.value for box in at.info]
    at.button(key=f"{KEY}_occlusion_again").click().run()
    settled(at)
    assert "**Occlusion** · 7 × 7 windows" in says(at)


def test_results_have_a_bound() -> None:
    results = Session().explanations
    for number in range(200):
        results[number] = np.zeros(10**6, np.float32)
    assert results.bytes <= 32e6
    assert 199 in results
