"""The report: what was measured stands in it, what only a student can write is marked, and names stay text."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from core.models.cifar10.members import FAMILIES, League, member
from core.transfer.cifar10.marks import MARKS
from core.transfer.cifar10.record_file import shipped
from core.transfer.cifar10.report import YOURS, Report, as_html, as_markdown

RECORDS = {record.family: record for record in shipped() if record.league is League.LAPTOP}
SVG = dict.fromkeys(("block", "curve", "classes"), '<svg width="200" height="100"></svg>')


def report(family: str, group: str = "", *, measured: bool = True) -> Report:
    return Report(member(family, League.LAPTOP), RECORDS[family] if measured else None, group, SVG)


def test_the_marks_are_the_courses() -> None:
    assert sum(mark.points for mark in MARKS) == 100
    assert sum(mark.points for mark in MARKS if mark.of == "Report") == 70
    assert [mark.points for mark in MARKS] == [40, 30, 10, 10, 10]


@pytest.mark.parametrize("family", FAMILIES)
def test_all_four_parts_with_what_was_measured(family: str) -> None:
    markdown, html = as_markdown(report(family)), as_html(report(family))
    for text in (markdown, html):
        places = [text.index(part) for part in ("1 Motivation", "2 Method", "3 Evaluation", "4 Reproduction")]
        assert places == sorted(places)
        assert f"{RECORDS[family].test:.2%}" in text
        assert str(RECORDS[family].configuration["seed"]) in text
        assert all(mark.what in text for mark in MARKS)
        assert "{{" not in text
        assert "None" not in text.replace("None of its", "")
    assert markdown.count(f"**{YOURS}:**") == html.count(f"<b>{YOURS}:</b>") == 7
    assert {"block.svg", "curve.svg", "classes.svg"} == set(re.findall(r"\((\w+\.svg)\)", markdown))
    assert html.count("data:image/svg+xml;base64,") == 3


def test_what_was_not_measured_is_said_not_to_be() -> None:
    for text in (as_markdown(report("VGG", measured=False)), as_html(report("VGG", measured=False))):
        assert "Not measured" in text
        assert "test accuracy" not in text


@pytest.mark.parametrize(
    "group", ["<img src=x onerror=alert(1)>", "[a](javascript:alert(1))", "![x](block.svg)", "| a | **b** |", "Nhóm 7"]
)
def test_the_name_of_a_group_is_only_text(group: str) -> None:
    html = as_html(report("VGG", group))
    markdown = re.sub(r"\\[^\w\s]", "", as_markdown(report("VGG", group)))  # without what is escaped
    assert "<img src=x" not in html
    assert "<img src=x" not in markdown
    assert markdown.count("](block.svg)") == 1
    assert "](javascript" not in markdown
    assert len(re.findall(r"^\|", markdown, re.MULTILINE)) == len(
        re.findall(r"^\|", as_markdown(report("VGG")), re.MULTILINE)
    )


def test_text_stands_beside_a_tall_drawing_only() -> None:
    wide = as_html(report("VGG"))
    tall = as_html(replace(report("VGG"), pictures={**SVG, "block": '<svg width="100" height="300"></svg>'}))
    assert 'figure class="tall"' not in wide
    assert 'figure class="tall"' in tall
