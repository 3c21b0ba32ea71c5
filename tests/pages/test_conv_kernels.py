"""Section "Kernels on a picture" as a script: its controls, its cache, and what bad input does not do."""

from __future__ import annotations

from unittest.mock import patch

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from core.conv.kernels import features
from core.conv.kernels.classic import KERNELS, correlate
from core.figures.conv.filtering import Combination
from core.figures.conv.kernels import Shown, short
from core.images import decode, shrink
from core.samples import SAMPLES
from core.ui.conv.kernels import network as kernels_network
from core.ui.conv.kernels import view
from core.ui.conv.kernels.controls import COLOUR, GREY, KEY, OWN, PADDINGS
from tests.pages.conv import press, said

GUESS = f"{KEY}_guess_An area of one even grey becomes"


def script(hidden: bool) -> None:
    import streamlit as st

    from core.ui.conv.kernels.view import section

    st.session_state.conv_hide = hidden
    section()


def open_section(*, hidden: bool = False, **link: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=120, kwargs={"hidden": hidden})
    for name, value in link.items():
        at.query_params[name] = value
    at.run()
    assert not at.exception
    return at


@pytest.fixture
def page() -> AppTest:
    return open_section()


def says(at: AppTest) -> str:
    return " ".join(box.value for box in (*at.markdown, *at.caption))


def test_first_visit(page: AppTest) -> None:
    assert page.selectbox(key=f"{KEY}_filter").value == "Sobel x"
    assert "add up to **0**" in says(page)
    assert "32 kernels of 3 × 3" in says(page)
    assert not page.error


def pixels(mode: str) -> np.ndarray:
    """The motorcycle as the section filters it."""
    image = shrink(shrink(decode(SAMPLES["motorcycle"].read()), 2000), view.SIDE)
    return np.asarray(image.convert(mode), np.float32)


def span(values: np.ndarray) -> str:
    return f"runs from **{short(float(values.min()))}** to **{short(float(values.max()))}**"


def test_the_numbers_on_the_page_are_those_of_every_kernel(page: AppTest) -> None:
    grey = pixels("L")
    for name, kernel in KERNELS.items():
        page.selectbox(key=f"{KEY}_filter").set_value(name).run()
        assert not page.exception
        assert not page.error
        assert span(correlate(grey, kernel.values)) in says(page), name
        assert f"add up to **{short(float(kernel.values.sum()))}**" in says(page), name


def test_every_option_does_what_it_says(page: AppTest) -> None:
    grey, colour = pixels("L"), pixels("RGB")
    across, down = (correlate(grey, KERNELS[name].values) for name in ("Sobel x", "Sobel y"))
    page.selectbox(key=f"{KEY}_pair").set_value(Combination.MAGNITUDE).run()
    assert span(np.hypot(across, down)) in says(page)
    page.selectbox(key=f"{KEY}_pair").set_value(Combination.DIRECTION).run()
    assert "hue is the direction towards the brighter side" in says(page)
    page.selectbox(key=f"{KEY}_pair").set_value(Combination.ALONE).run()
    assert span(across) in says(page)
    page.segmented_control(key=f"{KEY}_channels").set_value(COLOUR).run()
    assert span(correlate(colour, KERNELS["Sobel x"].values)) in says(page)
    for shown in Shown:
        page.selectbox(key=f"{KEY}_shown").set_value(str(shown)).run()
        assert f"motorcycle after the kernel Sobel x, {shown}" in said(page)
    page.segmented_control(key=f"{KEY}_channels").set_value(GREY)
    page.selectbox(key=f"{KEY}_filter").set_value("Outline")
    spans = {name: span(correlate(grey, KERNELS["Outline"].values, padding=one)) for name, one in PADDINGS.items()}
    assert len(set(spans.values())) == 2, "zeros beyond the edge make an outline of their own"
    for name, wanted in spans.items():
        page.selectbox(key=f"{KEY}_padding").set_value(name).run()
        assert wanted in says(page), name
    page.number_input(key=f"{KEY}_stride").set_value(3).run()
    assert not page.exception
    assert "214 × 144" in says(page)  # 640 × 432, every third pixel


def test_a_kernel_of_one_s_own(page: AppTest) -> None:
    page.button(key=f"{KEY}_edit").click().run()
    assert page.selectbox(key=f"{KEY}_filter").value == OWN
    assert page.text_area(key=f"{KEY}_kernel").value == KERNELS["Sobel x"].text
    page.text_area(key=f"{KEY}_kernel").set_value("1 1\n1 1").run()
    assert "add up to **4**" in says(page)
    page.checkbox(key=f"{KEY}_divide").set_value(True).run()
    assert "add up to **1**" in says(page)


def test_a_bad_cell_says_so_and_the_last_good_result_stays(page: AppTest) -> None:
    page.button(key=f"{KEY}_edit").click().run()
    page.text_area(key=f"{KEY}_kernel").set_value("1 2\n3 4").run()
    for bad in ("1 x\n3 4", "1 2\n3", "", "1 2\n\n3 4"):
        page.text_area(key=f"{KEY}_kernel").set_value(bad).run()
        assert not page.exception
        assert len(page.error) == 1
        assert "add up to **10**" in says(page)
    page.text_area(key=f"{KEY}_kernel").set_value("1").run()
    assert not page.error


def test_the_network_runs_once_a_picture() -> None:
    kernels_network._features.clear()
    with patch("core.ui.conv.kernels.network.features.forward", side_effect=features.forward) as forward:
        at = open_section()
        at.select_slider(key=f"{KEY}_layer").set_value("stage 5").run()
        at.segmented_control(key=f"{KEY}_count").set_value(64).run()
        at.number_input(key=f"{KEY}_channel").set_value(111).run()
        assert not at.exception
        assert "Channel 111" in says(at)
        assert forward.call_count == 1
        at.selectbox(key="conv_picture").set_value("cat").run()
        assert forward.call_count == 2


def test_a_channel_that_the_next_layer_lacks_is_forgotten(page: AppTest) -> None:
    page.select_slider(key=f"{KEY}_layer").set_value("head").run()
    page.number_input(key=f"{KEY}_channel").set_value(1_279).run()
    assert "Channel 1279" in says(page)
    page.select_slider(key=f"{KEY}_layer").set_value("stage 1").run()
    assert not page.exception
    assert page.number_input(key=f"{KEY}_channel").value is None


def test_a_link_holds_the_channel() -> None:
    at = open_section(conv_pic_layer="stage 5", conv_pic_channel="111")
    assert "Channel 111:" in says(at)


@pytest.mark.parametrize("value", ["5000", "-1", "x", "nan", "", "1e9"])
def test_a_tampered_channel_falls_back(value: str) -> None:
    at = open_section(conv_pic_channel=value)
    assert at.number_input(key=f"{KEY}_channel").value is None
    assert "Channel " in says(at)


def test_a_text_too_long_for_a_link_is_put_back(page: AppTest) -> None:
    page.button(key=f"{KEY}_edit").click().run()
    page.text_area(key=f"{KEY}_kernel").set_value("1 2\n3 4").run()
    page.text_area(key=f"{KEY}_kernel").set_value("1 " * 6_500).run()
    assert not page.exception
    assert len(page.error) == 1
    assert "13,000 characters" in page.error[0].value
    assert page.text_area(key=f"{KEY}_kernel").value == "1 2\n3 4"
    page.text_area(key=f"{KEY}_kernel").set_value("1").run()
    assert not page.error


@pytest.mark.parametrize(
    ("choices", "words"),
    [
        ({"pair": Combination.ALONE}, ["# Sobel x"]),
        ({"pair": Combination.MAGNITUDE}, ["# Sobel x", "# Sobel y", "torch.hypot"]),
        ({"pair": Combination.DIRECTION}, ["# Sobel x", "# Sobel y", "torch.atan2"]),
    ],
)
def test_the_code_is_of_what_is_shown(page: AppTest, choices: dict[str, str], words: list[str]) -> None:
    made = []
    with patch.object(view.ui, "download", side_effect=lambda label, make, *_: made.append((label, make))):
        page.selectbox(key=f"{KEY}_pair").set_value(choices["pair"]).run()
        assert not page.exception
    code = next(make for label, make in made if label == "PyTorch code")()
    assert all(word in code for word in words)
    assert ("torch.hypot" in code, "torch.atan2" in code) == ("torch.hypot" in words, "torch.atan2" in words)
    exec(compile(code, "kernel.py", "exec"), {})


def test_the_code_of_a_colour_picture_has_three_channels(page: AppTest) -> None:
    made = []
    with patch.object(view.ui, "download", side_effect=lambda label, make, *_: made.append((label, make))):
        page.segmented_control(key=f"{KEY}_channels").set_value(COLOUR).run()
    names: dict[str, object] = {}
    exec(compile(next(make for label, make in made if label == "PyTorch code")(), "kernel.py", "exec"), names)
    assert names["y"].shape == (3, 8, 8)  # type: ignore[attr-defined]


def test_the_answer_waits_for_the_question() -> None:
    at = open_section(hidden=True)
    assert "Its entries add up to" not in says(at)
    assert "after the kernel" not in said(at)
    at.selectbox(key=GUESS).set_value("black (0)")
    press(at, "Show the answers")
    assert "add up to **0**" in says(at)
    assert "black (0)**, as guessed" in says(at)
    at.run()
    assert "as guessed" in says(at), "also in later runs, when the field of the guess is gone"
    press(at, "Ask again")
    assert "Its entries add up to" not in says(at)
    press(at, "Show the answers")
    assert "Its entries add up to" in says(at)
    at.selectbox(key=f"{KEY}_filter").set_value("Sharpen").run()
    assert "Its entries add up to" not in says(at)


def test_a_wrong_guess() -> None:
    at = open_section(hidden=True)
    at.selectbox(key=GUESS).set_value("brighter")
    press(at, "Show the answers")
    assert "An area of one even grey becomes: **black (0)**, guessed brighter" in says(at)


def test_a_link_with_a_kernel_that_cannot_be_read_shows_the_first_one() -> None:
    at = open_section(conv_pic_filter=OWN, conv_pic_kernel="1 x")
    assert len(at.error) == 1
    assert "add up to **0**" in says(at)


def test_reset(page: AppTest) -> None:
    page.selectbox(key=f"{KEY}_filter").set_value("Emboss").run()
    page.number_input(key=f"{KEY}_stride").set_value(4).run()
    page.button(key=f"{KEY}_reset").click().run()
    assert not page.exception
    assert page.selectbox(key=f"{KEY}_filter").value == "Sobel x"
    assert page.number_input(key=f"{KEY}_stride").value == 1
