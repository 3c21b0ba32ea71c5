"""Every recorded link still opens its view, and the recordings leave out no control and no word of a menu."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

import pytest

from core.samples import SAMPLES
from core.ui.cifar10.classify.view import OPENING
from core.ui.metrics.detection.source import SOURCES
from core.ui.transfer.sets import PUBLIC
from tests.links.book import SECTIONS, Link, changed_on_purpose, differences, expected, recorded
from tests.links.bound import patterns
from tests.links.view import Control, visit

LINKS = expected(recorded(), changed_on_purpose())
PAGES = {"home": None, "conv_calculator": "conv_section", "faster_rcnn": "rcnn_section"} | {
    "transfer_learning": "transfer_section", "metrics_explorer": "metrics_section",
    "cifar10": "cifar10_section",
}  # fmt: skip
"""Page -> the parameter that names its section."""

WORDS_FROM_DATA = {
    "conv_field_layer": "layers of the chosen network",
    "conv_size_grouping": "as many as the channels have divisors",
    "metrics_detection_class_.+": "classes of the boxes",
    "metrics_matrix_(labels|of|positive)": "the visitor's class names",
    "metrics_multilabel_matrix": "the visitor's label names",
    "metrics_predictions_(class|gold|said)(_.+)?": "classes of the sample",
    "metrics_what_if_class": "the visitor's class names",
    "rcnn_proposals_count": "numbers, and a word for all there are",
    "rcnn_gallery_classes": "classes of all detectors",
    "rcnn_regress_fit_strength": "numbers",
    "rcnn_scale_object": "objects in the picture",
    "rcnn_walk_channels": "channels of the detector",
    "rcnn_anchors_object": "objects in the picture",
    "rcnn_(nms_)?classes(_.+)?": "classes of the detector",
}
"""Controls of whose words a few are enough -> where the words come from."""

TAKEN_FOR_USUAL = {"metrics_predictions_(gold|said)(_.+)?": "the menu begins with the cell that the link names"}
"""Controls for which what a link says is the usual value -> why."""

NEVER_SEEN = {
    r"metrics_detection_class_own": "needs boxes of a visitor's own",
    "metrics_detection_rank_own": "needs boxes of a visitor's own",
    "metrics_detection_score_own": "needs boxes of a visitor's own",
    "metrics_predictions_raw": "needs scores of a visitor's own",
    "rcnn_regress_fit_thing": "gets labels where it is drawn: the framework writes it into the link",
}
"""Patterns of keys in the source that no link can bring up -> why."""

BY_HAND = {
    "cifar10_picture": sorted(SAMPLES, key=lambda name: name != OPENING),
    "rcnn_picture": SAMPLES, "conv_picture": SAMPLES, "transfer_data": PUBLIC, "transfer_schedule_table": (),
    "metrics_rows": ("gold", "predicted"), "metrics_percent": ("all", "gold", "predicted"),
    "metrics_detection_source": SOURCES,
}  # fmt: skip
"""Parameters that no widget is bound to, since the widget may name what is a visitor's own, or shows other words than
the link holds, or opens otherwise without a link -> what links may hold."""


@dataclass(frozen=True)
class Seen:
    """What is kept of a visit.

    Attributes:
        controls: see `View`.
        differences: see `differences`.
    """

    controls: dict[str, Control]
    differences: list[str]


@cache
def seen(place: int) -> Seen:
    """The link with this number, opened once."""
    link = LINKS[place]
    view = visit(link.page, link.query, lambda view: not differences(link.shows, view))
    return Seen(view.controls, differences(link.shows, view))


@pytest.mark.parametrize("place", range(len(LINKS)), ids=[link.id for link in LINKS])
def test_opens_its_view(place: int) -> None:
    link, found = LINKS[place], seen(place).differences
    if found:
        pytest.fail("\n".join([f"{link.id}\n{link.url}", *found]), pytrace=False)


@cache
def controls() -> dict[str, list[Control]]:
    """Key -> the widget as each visit saw it."""
    found: dict[str, list[Control]] = defaultdict(list)
    for place in range(len(LINKS)):
        for key, control in seen(place).controls.items():
            found[key].append(control)
    return found


def words(value: str | list[str]) -> set[str]:
    return set(value) if isinstance(value, list) else {value}


def in_links(key: str) -> set[str]:
    """All values of a parameter in recorded links."""
    return {value for link in LINKS for value in link.query.get(key, ())}


def covered(name: str, table: dict[str, str]) -> bool:
    return any(re.fullmatch(pattern, name) for pattern in table)


def test_every_section_is_there_as_it_opens() -> None:
    bare = {page: [link.query for link in LINKS if link.page == page and link.bare] for page in PAGES}
    for page, parameter in PAGES.items():
        assert {} in bare[page], page
        if parameter is not None:
            first, *others = controls()[parameter][0].options
            assert {value for query in bare[page] for value in query.get(parameter, [first])} == {first, *others}


def test_every_control_is_in_a_link_with_another_value_than_usual() -> None:
    settings = defaultdict(list)
    for place, link in enumerate(LINKS):
        for key in link.query:
            settings[key].append(seen(place).controls.get(key))
    left = [
        key
        for key in controls()
        if not any(
            control and (control.value != control.usual or covered(key, TAKEN_FOR_USUAL)) for control in settings[key]
        )
    ]
    assert not left, "record links with these: python -m tests.links.record"


def test_every_word_of_every_menu_is_in_a_link() -> None:
    left = {}
    for key, found in controls().items():
        options = {word for control in found for word in control.options}
        usual = {word for control in found for word in words(control.usual)}
        if not covered(key, WORDS_FROM_DATA) and (missing := options - usual - in_links(key)):
            left[key] = sorted(missing)
    assert not left, "record links with these: python -m tests.links.record"


def test_pictures_and_sets_and_schedules_are_in_links() -> None:
    for key, possible in BY_HAND.items():
        given = in_links(key)
        assert given, key
        assert set(list(possible)[1:]) <= given, key  # what comes first needs no place in a link


def test_links_bring_up_every_control_of_the_source() -> None:
    left = {
        pattern: place
        for pattern, place in patterns().items()
        if not covered(pattern.replace("\\", ""), NEVER_SEEN)
        and not any(re.fullmatch(pattern, key) for key in controls())
    }
    assert not left, "these are bound to the address bar, and no recorded link shows them"


def test_exceptions_are_still_needed() -> None:
    for pattern in WORDS_FROM_DATA | TAKEN_FOR_USUAL:
        assert any(re.fullmatch(pattern, key) for key in controls()), pattern


def test_no_link_is_there_twice() -> None:
    addresses: dict[str, Link] = {}
    for link in LINKS:
        assert link.url not in addresses, (link.id, addresses[link.url].id)
        addresses[link.url] = link


def test_sections_are_the_parameters_that_name_them() -> None:
    assert {parameter for parameter in PAGES.values() if parameter} == SECTIONS
