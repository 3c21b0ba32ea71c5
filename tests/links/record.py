"""Record a link: `python -m tests.links.record LINK`. Look at recorded ones: `… NAME`, `… --check [WORD …]`.

A link is what stands in the address bar, with or without the server:

    python -m tests.links.record "/conv_calculator?conv_size_kind=Linear&conv_size_w=5"

prints an entry for `recorded/conv_calculator.json` with the values that this link shows and that would be others
without one or another of its parameters. See whether they are right, give the entry a name, put it into the file, and
run `… --tidy`, which writes the files in their order. A name instead of a link prints what differs from the recording,
and what would be recorded now.

`--check` opens recorded links, all or those whose names contain a word, without one parameter after the other, and says
which of these nobody would miss.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
from collections.abc import Callable
from typing import Any

from tests.links.book import KINDS, RECORDED, SECTIONS, Link, differences, recorded, tidy
from tests.links.view import Query, View, parts, visit, without_slow_maps

_METRICS, _NUMBERS = 4, 3  # of them are recorded where there are more
_NUMBER = re.compile(
    r"(?:[\w()·“”×−-]+,? ){0,3}(?<![\w.,])[−-]?\d[\d,]*(?:\.\d+)?%?(?: × \d[\d,]*)*"
    r"(?: (?:px|steps|rows|pictures|samples|layers|classes|channels))?(?![\w.]*\w)"
)
_RESULT = re.compile(r"(?:\\frac\{[^{}]*\}\{[^{}]*\} = )?\\mathbf\{[^}]*\}|\\frac\{[^{}]*\}\{[^{}]*\} = [\d.]+")
_TIME = re.compile(r"\d (?:ms|s|min)\b")  # another one each time
Value = tuple[str, str, Any]  # kind, label where the kind has them, value


def settled(view: View) -> bool:
    """Whether nothing is being computed any more."""
    return not view.working


def values(view: View) -> list[Value]:
    """All that can be recorded of a view, what tells most first."""
    labels = [label for label, _ in view.metrics]
    found: list[Value] = [
        ("metrics", label, shown if labels.count(label) == 1 else [v for name, v in view.metrics if name == label])
        for label, shown in view.metrics
    ]
    results = [match for line in view.formulas for match in _RESULT.findall(line)]
    found += [("formulas", "", text) for text in results if re.search(r"\d", text)]
    sentences = [s for text in view.texts for line in text.splitlines() for s in re.split(r"(?<=[.:;]) ", line)]
    numbers = [n.strip(" ,") for s in sentences if not _TIME.search(s) for n in _NUMBER.findall(s)]
    found += [("says", "", text) for text in numbers if len(text) > 3]
    found += [("rows", "", row) for rows in view.tables for row in rows if len(row) < 120 and not _long(row)]
    drawn = [text for picture in view.pictures for text in re.findall(r'": "([^"]*\d[^"]*)"', picture)]
    found += [("draws", "", text) for text in drawn if len(text) < 60 and not text.startswith(("#", "rgb"))]
    found += [("code", "", line) for code in view.code for line in code.splitlines()]
    found += [("controls", key, control.value) for key, control in view.controls.items()]
    found += [("controls", key, value) for key, value in view.others.items()]
    return found


def _long(row: str) -> bool:
    """Whether a row has numbers of more digits than another machine would give."""
    return bool(re.search(r"\.\d{5}", row)) or bool(_TIME.search(row))


def as_shows(chosen: list[Value]) -> dict[str, Any]:
    """Values as they are recorded."""
    shows: dict[str, Any] = {}
    for kind in KINDS:
        mine = [(label, value) for of, label, value in chosen if of == kind]
        if mine:
            shows[kind] = dict(mine) if kind in ("metrics", "controls") else list(dict.fromkeys(v for _, v in mine))
    return shows


def propose(page: str, query: Query, look: Callable[[str, Query], View] | None = None) -> tuple[dict[str, Any], View]:
    """(values that would be others without this or that parameter, all of the view)."""
    look = look or (lambda page, query: visit(page, query, settled))
    seen = look(page, query)
    there = values(seen)
    if set(query) <= SECTIONS:  # all is as usual: then that is what the link stands for
        controls = [("controls", key, control.value) for key, control in seen.controls.items()]
        numbers = [value for value in there if value[0] == "says"][:_NUMBERS]
        return as_shows([value for value in there if value[0] == "metrics"] + numbers + controls), seen
    without = {key: look(page, {k: v for k, v in query.items() if k != key}) for key in query}
    misses = [{key for key, view in without.items() if differences(as_shows([value]), view)} for value in there]
    chosen, left = [], set(query)
    while left:
        best = max(range(len(there)), key=lambda place: len(misses[place] & left))
        if not misses[best] & left:
            break
        chosen.append(there[best])
        left -= misses[best]
    settings = set(query) - SECTIONS
    metrics = [v for v, missed in zip(there, misses, strict=True) if v[0] == "metrics" and missed & settings]
    return as_shows([*metrics[:_METRICS], *chosen]), seen


def _print(link: Link) -> None:
    shows, seen = propose(link.page, link.query)
    print(link.url)
    for problem in seen.problems:
        print("the page failed:", problem)
    lost = [key for key in link.query if key not in seen.address]
    if lost:
        print("not in the address bar afterwards, so unknown or as usual:", ", ".join(lost))
    if link.shows:
        print("\n".join(["differs from what is recorded:", *differences(link.shows, seen)]))
    print(tidy([Link(link.name, link.page, link.query, shows)]))


def unnoticed(link: Link) -> list[str]:
    """Parameters of a link without which it would still show what is recorded."""
    found = []
    for key in link.query:
        rest = {name: values for name, values in link.query.items() if name != key}
        if not differences(link.shows, visit(link.page, rest, lambda view: not differences(link.shows, view))):
            found.append(key)
    return found


def main() -> None:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("wanted", nargs="*", help="links, or names of recorded ones")
    parser.add_argument("--check", action="store_true", help="which parameters would nobody miss?")
    parser.add_argument("--tidy", action="store_true", help="write the files in their order")
    asked = parser.parse_args()
    links = recorded()
    if asked.tidy:
        for page in {link.page for link in links}:
            text = tidy(link for link in links if link.page == page)
            (RECORDED / f"{page}.json").write_text(text, encoding="utf-8")
    elif asked.check:
        for link in links:
            if not asked.wanted or any(word in link.id for word in asked.wanted):
                missed = unnoticed(link)
                print(f"{link.id}: {'nobody would miss ' + ', '.join(missed) if missed else 'sharp'}", flush=True)
    else:
        for word in asked.wanted:
            named = [link for link in links if word in (link.name, link.id)]
            if not named and "?" not in word and not word.startswith("/"):
                sys.exit(f"“{word}” is neither a link nor the name of a recorded one.")
            for link in named or [Link("a name", *parts(word), {})]:
                _print(link)


if __name__ == "__main__":
    with without_slow_maps():
        main()
    sys.stdout.flush()
    os._exit(0)  # work in the background, a count of networks for example, is not waited for
