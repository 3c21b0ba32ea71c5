"""A drawing crosses to the browser as plain data, and the browser knows every kind of item."""

from __future__ import annotations

import json
import re
import typing
from dataclasses import FrozenInstanceError, fields
from pathlib import Path

import pytest

from core.figures import drawing as module
from core.figures.drawing import ACCENT, MUTED, Cells, Drawing, Image, Item, Polygon, Rect, Text

UI = Path(__file__).parents[3] / "core" / "ui" / "components"
SCRIPT = (UI / "drawing.js").read_text(encoding="utf-8")
STYLE = (UI / "drawing.css").read_text(encoding="utf-8")
NAMES = {module.PAPER, module.INK, module.FAINT, module.SURFACE, module.PADDING}
EXAMPLES: tuple[Item, ...] = (
    Rect(0, 1, 2, 3, ACCENT, "ink", tip="<b>a & b</b>"),
    Polygon(((0, 0), (1, 1), (2, 0)), MUTED),
    Text(1, 2, "224 × 224"),
    Image(0, 0, 9, 9, "data:,"),
    Cells(0, 0, 9, 9, 3, 4, (1, 2)),
)


def test_every_item_is_plain_data() -> None:
    drawing = Drawing(10, 20, EXAMPLES, "alt")
    data = drawing.as_data()
    again = json.loads(json.dumps(data))
    assert (again["width"], again["height"], again["alt"]) == (10, 20, "alt")
    assert [item["type"] for item in again["items"]] == ["rect", "polygon", "text", "image", "cells"]
    for item, sent in zip(EXAMPLES, again["items"], strict=True):
        assert set(sent) == {field.name for field in fields(item)}
    assert again["items"][0]["tip"] == "<b>a & b</b>"
    assert again["items"][4]["chosen"] == [1, 2]


def test_handing_it_over_does_not_hand_over_the_drawing() -> None:
    drawing = Drawing(10, 20, EXAMPLES, "alt")
    data = drawing.as_data()
    data["width"] = 0
    for item in data["items"]:
        item["type"] = "other"
    data["items"].clear()
    assert (drawing.width, len(drawing.items)) == (10, 5)
    assert [item.type for item in drawing.items] == ["rect", "polygon", "text", "image", "cells"]
    with pytest.raises(FrozenInstanceError):
        drawing.width = 1  # type: ignore[misc]


def test_the_browser_draws_every_kind_of_item() -> None:
    kinds = {typing.get_args(typing.get_type_hints(kind)["type"])[0] for kind in typing.get_args(Item)}
    assert kinds == {item.type for item in EXAMPLES}
    body = SCRIPT[SCRIPT.index("const draw = {") : SCRIPT.index("class Grid")]
    assert kinds == set(re.findall(r"^  (\w+): \(svg", body, re.MULTILINE))


@pytest.mark.parametrize("item", EXAMPLES, ids=lambda item: item.type)
def test_the_browser_reads_only_what_is_sent(item: Item) -> None:
    body = SCRIPT[SCRIPT.index("const draw = {") : SCRIPT.index("export default")]
    part = body[body.index(f"  {item.type}: ") :]
    part = part[: part.index("\n  },")]
    read = set(re.findall(r"item\.(\w+)", part))
    for names in re.findall(r"const \{([^}]*)\} = item", part):
        read |= {name.strip() for name in names.split(",")}
    if "paint(item)" in part:
        paint = SCRIPT[SCRIPT.index("const paint") : SCRIPT.index("const addTip")]
        read |= set(re.findall(r"item\.(\w+)", paint))
    assert read
    assert read <= {field.name for field in fields(item)}


def test_the_names_of_colours_are_the_themes() -> None:
    listed = re.search(r"const NAMES = \[([^\]]*)\]", SCRIPT)
    assert listed is not None
    assert set(re.findall(r'"(\w+)"', listed[1])) == NAMES
    for name in NAMES:
        assert re.search(rf"--{name}:", STYLE), name


def test_text_from_data_never_becomes_markup() -> None:
    assert "innerHTML" not in SCRIPT
    assert "insertAdjacentHTML" not in SCRIPT


def test_it_has_a_role_and_a_name() -> None:
    assert 'role: "img", "aria-label": data.alt' in SCRIPT
