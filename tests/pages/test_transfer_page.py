"""The page as a whole: every section opens, hostile links change nothing, own pictures stay out of the address."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.pages import TRANSFER

SECTIONS = TRANSFER.modules

ROOT = Path(__file__).parents[2]
PAGE = "../../pages/transfer_learning.py"
HOSTILE = {
    "transfer_data": "../../etc/passwd",
    "transfer_network": "resnet1000000, 1e400 M",
    "transfer_weights": "<script>alert(1)</script>",
    "transfer_size": "-96 px",
    "transfer_per_class": "1e400",
}


def open_page(section: str, **link: str) -> AppTest:
    at = AppTest.from_file(PAGE, default_timeout=240)
    at.query_params["transfer_section"] = section
    for name, value in link.items():
        at.query_params[name] = value
    return at.run()


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens(section: str) -> None:
    at = open_page(section, transfer_data="Faces", transfer_per_class="1")
    assert not at.exception
    assert not at.error
    assert at.segmented_control(key="transfer_section").value == section
    assert at.selectbox(key="transfer_data").value == "Faces"


@pytest.mark.parametrize("section", SECTIONS)
def test_a_hostile_link_opens_the_same_page(section: str) -> None:
    at = open_page(section, **HOSTILE)
    assert not at.exception
    assert at.selectbox(key="transfer_data").value == "Handwritten digits"
    assert at.select_slider(key="transfer_per_class").value == 20


def test_an_unknown_section_is_the_first_one() -> None:
    at = open_page("No such section")
    assert not at.exception
    assert at.segmented_control(key="transfer_section").value == next(iter(SECTIONS))


def with_own_pictures(section: str) -> None:
    from core.ui.framework.page import draw_section
    from core.ui.framework.session import session
    from core.ui.pages import TRANSFER
    from core.ui.transfer.sets import choose
    from tests.core.ui.transfer.things import image_set

    if "Secret holiday" not in session().sets:
        session().sets["Secret holiday"] = image_set("Secret holiday", side=32, pictures=24)
        choose("Secret holiday")
    draw_section(TRANSFER.modules[section])


@pytest.mark.parametrize("section", SECTIONS)
def test_own_pictures_are_looked_at_and_named_in_no_link(section: str) -> None:
    at = AppTest.from_function(with_own_pictures, default_timeout=240, kwargs={"section": section}).run()
    at.run()
    assert not at.exception
    assert at.selectbox(key="transfer_data").value == "Secret holiday"
    address = " ".join(f"{name}={value}" for name, value in at.query_params.items())
    assert "Secret" not in address
    assert "holiday" not in address


def test_home_leads_to_every_section() -> None:
    at = AppTest.from_file("../../app.py", default_timeout=120).run()
    assert not at.exception
    links = [link.proto for link in at.get("page_link")]
    named = {link.label for link in links if "transfer" in link.page or "transfer_section" in link.query_string}
    assert set(SECTIONS) <= named


@pytest.mark.parametrize("section", ["Race", "Schedule", "Two heads"])
def test_a_link_to_a_training_holds_what_happens_to_its_pictures(section: str) -> None:
    at = open_page(section, transfer_data="Faces", transfer_data_aug_mixup="0.4", transfer_data_aug_flip="false")
    told = [caption.value for caption in at.caption if caption.value.startswith("Training pictures")]
    assert told == ["Training pictures are changed at random: mixed in pairs (α = 0.4); see *Data*."]
    assert at.query_params["transfer_data_aug_mixup"] == "0.4"
    at.button(key=f"transfer_{section.split()[-1].lower()}_reset").click().run()
    assert not at.exception
    assert at.slider(key="transfer_data_aug_mixup").value == 0
    assert at.toggle(key="transfer_data_aug_flip").value
