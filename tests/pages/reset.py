"""A visit to a section that changes all there is to change, presses Reset, and notes what does not come back."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from streamlit.testing.v1 import AppTest

from tests.pages.controls import change, give, labels_of, run, values

KEPT: Mapping[str, str] = {
    r"(conv|transfer|rcnn|metrics|cifar10)_section": "which section it is",
    r"transfer_(data|neighbours)_view|transfer_data_aug_preview": "which part of it is open",
    r"metrics_what_if_part|metrics_challenges_open": "likewise",
    r"rcnn_anchors_part": "likewise",
    r"(conv|transfer|rcnn|metrics|cifar10)_hide": "Predict first is the page's, for all its sections",
    r"(conv|transfer|rcnn|metrics|cifar10)_\w*guess_.*": "what one guesses",
    r"(conv|rcnn|cifar10)_picture(_use_camera)?|transfer_data|metrics_detection_shown_samples": "the picture",
    r"transfer_where_(source|pick|photograph)": "the picture",
    r"rcnn_nms_(part|example)": "which part is open, and the boxes, as the picture elsewhere",
    r"metrics_(detection|predictions)_source|transfer_takeaway_what": "the data, as the picture elsewhere",
    r"(metrics|conv_stack)_start": "a menu that puts something there and then asks again",
}
"""What stays when Reset is pressed, and why."""
ROUNDS = 3
"""What a change brings is changed as well, and what that brings."""
MOST_OPTIONS = 7


@dataclass(frozen=True)
class Case:
    """A section, or a part of one that has controls of its own.

    Attributes:
        name: of the test.
        place: module below `core.ui` that draws it.
        start: a visit before its first run.
        link: it comes in by, to open a part.
        leads: values by key that bring controls which others do not, or move the ends of others.
        every_option: whether to look for such choices among all options: only where a run is quick.
        reset: label or key of its button.
        kept: keys that this button need not put back, and why.
        given: what computing is replaced by while it is open.
    """

    name: str
    place: str
    start: Callable[[], AppTest]
    link: Mapping[str, str] = field(default_factory=dict)
    leads: Collection[Mapping[str, Any]] = ()
    every_option: bool = False
    reset: str = "Reset"
    kept: Mapping[str, str] = field(default_factory=dict)
    given: Callable[[], AbstractContextManager[Any]] = nullcontext

    def opened(self) -> AppTest:
        """The visit, as it is at first."""
        at = self.start()
        at.query_params.update(self.link)
        return run(at)


class Visit:
    """A visit that changes controls and presses Reset.

    Attributes:
        known: names of all controls that were seen.
        covered: of those that had another value when Reset was pressed.
        wrong: what did not come back, sentences.
    """

    def __init__(self, case: Case) -> None:
        self.case, self.at = case, case.opened()
        self.kept = [*KEPT, *case.kept]
        self.first = self.values()
        self.link = self.params()
        self.known, self.covered, self.wrong = set(self.first), set[str](), set[str]()

    def values(self) -> dict[str, Any]:
        """Of all controls that Reset is to put back."""
        return {name: one for name, one in values(self.at).items() if not self.stays(name)}

    def params(self) -> dict[str, Any]:
        """Of the link, but for what stays."""
        return {name: one for name, one in self.at.query_params.items() if not self.stays(name)}

    def stays(self, name: str) -> bool:
        return any(re.fullmatch(pattern, name) for pattern in self.kept)

    def press(self) -> None:
        """Press Reset and note what is not as it was."""
        buttons = [one for one in self.at.button if self.case.reset in (one.label, one.key)]
        assert len(buttons) == 1, f"{len(buttons)} buttons “{self.case.reset}”"
        buttons[0].click()
        run(self.at)
        self.compare(self.first, self.values())
        self.compare(self.link, self.params(), " in the link")

    def compare(self, before: Mapping[str, Any], now: Mapping[str, Any], where: str = "") -> None:
        for name in before.keys() | now.keys():
            old, new = before.get(name, "not there"), now.get(name, "not there")
            if old != new:
                self.wrong.add(f"{name}{where}: {new!r}, at first {old!r}")

    def trip(self, names: Collection[str], lead: Mapping[str, Any] | None = None) -> None:
        """Change these, then what appears and what was overwritten, then Reset.

        And once more where Reset has folded something away again.
        """
        seen, given, come = dict(self.first), [], []
        if lead:
            given.append(give(self.at, lead))
            come.append(self.new(seen))
            names = come[-1] or [name for name in self.values() if name not in lead]
        while names and len(given) < ROUNDS:
            given.append(change(self.at, names))
            come.append(self.new(seen))
            now = self.values()
            overwritten = [name for name in given[-1] if name in now and now[name] == seen[name]]
            names = [*come[-1], *overwritten]
        self.covered |= {name for name, one in self.values().items() if one != seen[name]}
        self.known |= set(seen)
        self.press()
        if any(come):
            for new, brought in zip(given, come, strict=True):
                give(self.at, new)
                now = self.values()
                self.compare(brought, {name: now[name] for name in brought if name in now}, " when it is back")
            self.press()

    def new(self, seen: dict[str, Any]) -> dict[str, Any]:
        """What has not been seen yet; from now on it has."""
        found = {name: one for name, one in self.values().items() if name not in seen}
        seen |= found
        return found

    def options(self) -> list[dict[str, Any]]:
        """Every choice that brings a control which nothing else has brought."""
        found: list[dict[str, Any]] = []
        for name in self.first:
            labels = labels_of(self.at, name)
            if not 2 < len(labels) <= MOST_OPTIONS:
                continue
            for label in labels:
                give(self.at, {name: label})
                if set(self.values()) - self.known:
                    self.known |= set(self.values())
                    found.append({name: label})
            self.press()
        return found


def check(case: Case) -> Visit:
    """All trips through a section."""
    visit = Visit(case)
    visit.trip(list(visit.first))
    for lead in case.leads:
        visit.trip([], lead)
    if case.every_option:
        for lead in visit.options():
            visit.trip([], lead)
    rest = [name for name in visit.first if name not in visit.covered]
    if rest:  # gone, or overwritten by another change
        visit.trip(rest)
    for name in rest:
        if name not in visit.covered:
            visit.trip([name])
    return visit
