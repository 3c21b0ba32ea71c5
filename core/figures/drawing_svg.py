"""A schematic drawing as an SVG file, on white: for reports, where no browser draws it."""

from __future__ import annotations

from html import escape

from core.figures.drawing import FAINT, INK, PADDING, PAPER, SURFACE, Drawing, Image, Item, Polygon, Rect, Text

_COLOURS = {PAPER: "#FFFFFF", INK: "#1A1C21", FAINT: "#C9CDD3", SURFACE: "#F1F3F6", PADDING: "#E4E7EB"}
"""What the theme's names are on paper."""


def to_svg(drawing: Drawing) -> str:
    """The drawing as one SVG element; grids of cells, which only a page can pick from, are left out."""
    inside = "".join(filter(None, map(_item, drawing.items)))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {drawing.width:g} {drawing.height:g}" '
        f'width="{drawing.width:g}" height="{drawing.height:g}" role="img" font-family="Helvetica, Arial, sans-serif">'
        f"<title>{escape(drawing.alt)}</title>{inside}</svg>"
    )


def _item(item: Item) -> str:
    if isinstance(item, Rect):
        place = f'x="{item.x:g}" y="{item.y:g}" width="{item.width:g}" height="{item.height:g}"'
        return f"<rect {place} {_look(item)}/>"
    if isinstance(item, Polygon):
        points = " ".join(f"{x:g},{y:g}" for x, y in item.points)
        kind = "polygon" if item.closed else "polyline"
        return f'<{kind} points="{points}" {_look(item)}/>'
    if isinstance(item, Text):
        turned = f' transform="rotate(-90 {item.x:g} {item.y:g})"' if item.turned else ""
        bold = ' font-weight="bold"' if item.bold else ""
        return (
            f'<text x="{item.x:g}" y="{item.y:g}" font-size="{item.size:g}" text-anchor="{item.anchor}" '
            f'dominant-baseline="central" fill="{_colour(item.colour)}"{bold}{turned}>{escape(item.text)}</text>'
        )
    if isinstance(item, Image):
        return (
            f'<image x="{item.x:g}" y="{item.y:g}" width="{item.width:g}" height="{item.height:g}" '
            f'preserveAspectRatio="none" href="{escape(item.uri)}"/>'
        )
    return ""


def _look(item: Rect | Polygon) -> str:
    dashed = ' stroke-dasharray="5 4"' if item.dashed else ""
    return (
        f'fill="{_colour(item.fill)}" stroke="{_colour(item.stroke)}" stroke-width="{item.line:g}" '
        f'opacity="{item.opacity:g}"{dashed}'
    )


def _colour(name: str) -> str:
    return _COLOURS.get(name, name) or "none"
