"""Drawings as SVG files: well-formed, the same shapes as on the page, and words stay words."""

from __future__ import annotations

from defusedxml.ElementTree import fromstring

from core.figures.cifar10.block import block
from core.figures.drawing import ACCENT, INK, Drawing, Image, Polygon, Rect, Text
from core.figures.drawing_svg import to_svg
from core.models.cifar10.blocks import BLOCKS, block_of

NS = "{http://www.w3.org/2000/svg}"


def test_every_item_is_drawn_and_markup_is_only_text() -> None:
    items = (
        Rect(1, 2, 30, 40, ACCENT, INK, 2.0, dashed=True),
        Polygon(((0, 0), (5, 5), (9, 0)), "", INK, closed=False),
        Text(3, 4, "<b> & more", 15, bold=True),
        Image(0, 0, 8, 8, "data:image/png;base64,AAAA"),
    )
    root = fromstring(to_svg(Drawing(100, 50, items, 'a "title" <x>')))
    assert [child.tag.removeprefix(NS) for child in root] == ["title", "rect", "polyline", "text", "image"]
    assert root.find(f"{NS}title").text == 'a "title" <x>'
    assert root.find(f"{NS}text").text == "<b> & more"
    assert root.get("viewBox") == "0 0 100 50"


def test_colours_are_those_of_paper() -> None:
    for family in BLOCKS:
        drawing = block(block_of(family), family)
        svg = to_svg(drawing)
        root = fromstring(svg)
        words = [text.text for text in root.iter(f"{NS}text")]
        assert "input" in words
        assert "var(" not in svg, "a file knows no theme"
        for rect in root.iter(f"{NS}rect"):
            assert 0 <= float(rect.get("x")) <= float(rect.get("x")) + float(rect.get("width")) <= drawing.width
            assert float(rect.get("y")) + float(rect.get("height")) <= drawing.height
