"""Every section is drawn by a scaffold, but those listed here: the list may only shrink."""

from __future__ import annotations

from importlib import import_module

import pytest

from core.ui.framework.parts import Parts
from core.ui.framework.section import Section
from core.ui.pages import PAGES

BY_HAND: dict[str, str] = {
    "core.ui.transfer.probes.view": "features come from the background, and what can be asked follows them",
    "core.ui.transfer.neighbours.view": "its three views have controls of their own, which follow the features",
    "core.ui.transfer.data.view": "each of its views has controls of its own, and making a set has no answer",
    "core.ui.transfer.takeaway.view": "what is chosen holds own pictures, and nothing may be kept of a last good one",
    "core.ui.transfer.where.view": "its menus follow what the network predicts: mistakes, classes, layers",
    "core.ui.metrics.what_if.view": "its three parts have controls, a Reset and prose of their own, and share a matrix",
}
"""Module -> why its parts are not those of a section."""
MODULES = [module for page in PAGES for module in page.modules.values()]


def on_a_scaffold(module: str) -> bool:
    section = import_module(module).section
    return isinstance(section, Section | Parts) or type(section).__name__ == "TrainingSection"


@pytest.mark.parametrize("module", MODULES)
def test_a_section_is_an_instance_of_a_scaffold(module: str) -> None:
    assert on_a_scaffold(module) != (module in BY_HAND), BY_HAND.get(module, "write it as a Section")


def test_the_list_names_sections() -> None:
    assert set(BY_HAND) <= set(MODULES)
    assert all(BY_HAND.values())


@pytest.mark.parametrize("page", [page for page in PAGES if page.entries], ids=lambda page: page.name)
def test_the_switch_to_predict_first_is_there_where_there_is_something_to_predict(page) -> None:
    for entry in page.entries:
        section = import_module(entry.module).section
        if isinstance(section, Section | Parts):
            assert entry.predicts == bool(section.guesses), entry.title
