"""The recorded links: reading and writing them, and holding a view against what was recorded."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from tests.links.view import Query, View, url

RECORDED = Path(__file__).parent / "recorded"
CHANGED = Path(__file__).parent / "changed_on_purpose.json"
SECTIONS = {"conv_section", "transfer_section", "rcnn_section", "metrics_section", "cifar10_section"}
"""Parameters that say which section of a page is meant."""
KINDS = ("metrics", "controls", "says", "never_says", "formulas", "code", "rows", "draws")


@dataclass(frozen=True)
class Link:
    """A link, and what its page must show.

    Attributes:
        name: what to call it, distinct on its page.
        page: name of a script in `pages`.
        query: parameter -> its values.
        shows: kind of value -> what is expected; see the package's docstring.
    """

    name: str
    page: str
    query: Query
    shows: Mapping[str, Any]

    @property
    def id(self) -> str:
        """Page and name."""
        return f"{self.page}: {self.name}"

    @property
    def url(self) -> str:
        """The link as it stands in an address bar."""
        return url(self.page, self.query)

    @property
    def bare(self) -> bool:
        """Whether it says no more than which page or section is meant, so that all it shows are defaults."""
        return set(self.query) <= SECTIONS


def recorded() -> list[Link]:
    """All links as they were recorded, page by page."""
    return [
        Link(name, path.stem, entry["query"], entry["shows"])
        for path in sorted(RECORDED.glob("*.json"))
        for name, entry in json.loads(path.read_text(encoding="utf-8")).items()
    ]


def expected(links: Iterable[Link], changes: Iterable[Mapping[str, Any]]) -> list[Link]:
    """The links with what they must show today: as recorded, or as changed on purpose since.

    Raises:
        ValueError: a change names no link, or one that holds settings, or does not begin with what was shown.
    """
    now = {link.id: link for link in links}
    for change in changes:
        link = now.get(change["link"])
        if link is None:
            raise ValueError(f"There is no recorded link “{change['link']}”.")
        if not link.bare:
            raise ValueError(f"“{link.id}” holds settings: such a link must go on showing what it showed.")
        if change["old"] != link.shows:
            raise ValueError(f"“{link.id}” did not show what is said to be its old view.")
        if change["new"] == change["old"] or not change["why"].strip() or not change["date"].strip():
            raise ValueError(f"The change of “{link.id}” needs a date, a reason and another view.")
        now[link.id] = Link(link.name, link.page, link.query, change["new"])
    return list(now.values())


def changed_on_purpose() -> list[dict[str, Any]]:
    """The bare links whose view was changed on purpose, the oldest change first."""
    changes: list[dict[str, Any]] = json.loads(CHANGED.read_text(encoding="utf-8"))
    return changes


def tidy(links: Iterable[Link]) -> str:
    """The links of one page as JSON: by name, one line for the parameters and one for each kind of value."""
    entries = []
    for link in sorted(links, key=lambda link: link.name):
        shows = [f"      {_json(kind)}: {_json(link.shows[kind])}" for kind in KINDS if kind in link.shows]
        entries.append(
            f"  {_json(link.name)}: {{\n"
            f'    "query": {_json(link.query)},\n'
            '    "shows": {\n' + ",\n".join(shows) + "\n    }\n  }"
        )
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def differences(shows: Mapping[str, Any], seen: View) -> list[str]:
    """What a view lacks of what was recorded, a sentence each; none where it is the same view."""
    found = [f"the page failed: {problem}" for problem in seen.problems]
    for label, value in shows.get("metrics", {}).items():
        values = [shown for name, shown in seen.metrics if name == label]
        now = values if isinstance(value, list) else values[0] if values else None
        if now != value:
            found.append(f"metric “{label}”: expected {value!r}, shown {now!r}")
    for key, value in shows.get("controls", {}).items():
        control = seen.controls.get(key)
        shown = control.value if control is not None else seen.others.get(key)
        if (len(shown) if isinstance(value, int) and isinstance(shown, list) else shown) != value:
            found.append(f"control {key}: expected {value!r}, shown {shown!r}")
    for kind, lines in (
        ("says", seen.texts),
        ("formulas", seen.formulas),
        ("code", seen.code),
        ("rows", [row for table in seen.tables for row in table]),
        ("draws", seen.pictures),
    ):
        for text in shows.get(kind, []):
            if not any(text in line for line in lines):
                found.append(f"{kind}: expected {text!r}, the nearest shown is {_nearest(text, lines)!r}")
    for text in shows.get("never_says", []):
        if any(text in line for line in seen.texts):
            found.append(f"never_says: {text!r} is shown")
    return found


def _nearest(text: str, lines: list[str]) -> str | None:
    """The line that is most like a text, cut to what can be read in a message."""
    short = [line for whole in lines for line in whole.splitlines() if len(line) < 1_000]
    return max(short, key=lambda line: SequenceMatcher(None, text, line).ratio(), default=None)
