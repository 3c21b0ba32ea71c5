"""The augmentation that trainings use: one choice for all sections that draw its controls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from core.transfer.data.augment import Augmentation
from core.ui.transfer.data.augmentation import DEFAULTS, FLIP, FLIP_DIGITS, KEY

CROP, JITTER, CUTOUT, MIXUP = (f"{KEY}_{name}" for name in ("crop", "jitter", "cutout", "mixup"))
SEEN: list[Augmentation] = []


def script() -> None:
    import dataclasses

    import streamlit as st

    from core.ui.framework.show import reset_button
    from core.ui.transfer.data.augmentation import DEFAULTS, DIGITS, choose_augmentation
    from tests.core.transfer.sets import stripes
    from tests.pages import test_transfer_data_augmentation as test

    name = DIGITS if st.checkbox("digits", key="digits") else "stripes"
    images = dataclasses.replace(stripes(side=4), name=name, own=st.checkbox("own", key="own"))
    if not st.checkbox("another section", key="elsewhere"):
        test.SEEN.append(choose_augmentation(images))
        reset_button("reset", DEFAULTS)


@pytest.fixture(autouse=True)
def nothing_seen() -> Iterator[None]:
    SEEN.clear()
    yield
    SEEN.clear()


def open_page(**link: str) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60)
    for name, value in link.items():
        at.query_params[name] = value
    return at.run()


def seen(at: AppTest) -> Augmentation:
    assert not at.exception
    return SEEN[-1]


def test_only_mirroring_to_begin_with() -> None:
    assert seen(open_page()) == Augmentation()


def test_a_mirrored_digit_is_none() -> None:
    at = open_page()
    at.checkbox(key="digits").check().run()
    assert seen(at) == Augmentation(flip=False)
    at.checkbox(key="own").check().run()  # pictures of one's own that are called so
    assert seen(at).flip


def test_what_is_chosen_is_there_again_after_a_section_without_the_controls() -> None:
    at = open_page()
    at.toggle(key=FLIP).set_value(False).run()
    for key, value in ((CROP, 0.6), (JITTER, 0.4), (CUTOUT, 0.3), (MIXUP, 0.2)):
        at.slider(key=key).set_value(value).run()
    wanted = Augmentation(flip=False, crop=0.6, jitter=0.4, cutout=0.3, mixup=0.2)
    assert seen(at) == wanted
    at.checkbox(key="elsewhere").check().run()
    assert not at.slider
    at.run()
    at.checkbox(key="elsewhere").uncheck().run()
    assert seen(at) == wanted
    assert at.slider(key=CUTOUT).value == 0.3
    at.button(key="reset").click().run()
    assert seen(at) == Augmentation()


def test_mirroring_digits_is_a_choice_of_its_own() -> None:
    at = open_page()
    at.checkbox(key="digits").check().run()
    assert "a mirrored 2 is no 2" in at.toggle(key=FLIP_DIGITS).help
    at.toggle(key=FLIP_DIGITS).set_value(True).run()
    assert seen(at).flip
    at.checkbox(key="digits").uncheck().run()
    at.toggle(key=FLIP).set_value(False).run()
    assert not seen(at).flip
    at.checkbox(key="digits").check().run()
    assert seen(at).flip


def test_a_link_holds_it() -> None:
    link = {FLIP: "false", CROP: "0.5", MIXUP: "0.4"}
    assert seen(open_page(**link)) == Augmentation(flip=False, crop=0.5, mixup=0.4)


@pytest.mark.parametrize("text", ["", "nan", "-1", "99", "inf", "x" * 10_000, "0.5; drop", "٠"])
def test_a_link_that_says_nonsense_changes_nothing(text: str) -> None:
    keys = (FLIP, CROP, JITTER, CUTOUT, MIXUP)
    found = seen(open_page(**dict.fromkeys(keys, text)))
    assert found == Augmentation()
    assert set(DEFAULTS) == {*keys, FLIP_DIGITS}
