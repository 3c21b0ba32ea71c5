"""Text that the last row of a lecture hall can read: no chart and no drawing asks for less."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from core.figures import drawing as shapes
from core.figures import style
from core.figures.boxes import ink_on
from core.figures.conv.kernels import viridis
from core.figures.drawing import Drawing, Rect, Text
from core.figures.figure import ACCENT, MUTED, OKABE_ITO, Figure
from core.figures.transfer import neighbours_clusters, schedule, takeaway
from tests.core.figures.test_moving_charts import MOVING, drawn, positions

ROOT = Path(__file__).parents[3]
PAIRS = {"ink": style.INKS, "quiet": style.QUIET_INKS, "accent": style.ACCENT_INKS, "right": style.RIGHT_INKS}
KNOWN = [f"{style.by_theme(*pair)['expr']}" for pair in PAIRS.values()]


def contrast(one: str, other: str) -> float:
    """Of two hex colours (https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio)."""
    return ratio(*(tuple(int(text[at : at + 2], 16) for at in (1, 3, 5)) for text in (one, other)))


def ratio(*colours: tuple[int, ...]) -> float:
    parts = np.asarray(colours) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    low, high = sorted((linear @ [0.2126, 0.7152, 0.0722]).tolist())
    return float((high + 0.05) / (low + 0.05))


def over(colour: str, opacity: float, ground: str) -> str:
    mixed = [
        round(int(colour[at : at + 2], 16) * opacity + int(ground[at : at + 2], 16) * (1 - opacity)) for at in (1, 3, 5)
    ]
    return "#" + bytes(mixed).hex()


def test_the_backgrounds_are_those_of_the_themes() -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
    assert (theme["light"]["backgroundColor"], theme["dark"]["backgroundColor"]) == (style.LIGHT, style.DARK)
    assert (theme["light"]["textColor"], theme["dark"]["textColor"]) == style.INKS


@pytest.mark.parametrize("pair", PAIRS.values(), ids=list(PAIRS))
def test_colours_of_text_are_read_on_their_theme(pair: tuple[str, str]) -> None:
    light, dark = pair
    assert contrast(light, style.LIGHT) >= style.CONTRAST
    assert contrast(light, "#FFFFFF") >= style.CONTRAST, "as a report is printed"
    assert contrast(dark, style.DARK) >= style.CONTRAST


def test_no_grey_is_read_on_both_themes() -> None:
    """Which is why text asks for its background, and why MUTED is for bars and lines."""
    greys = [f"#{level:02x}{level:02x}{level:02x}" for level in range(256)]
    assert max(min(contrast(grey, ground) for ground in (style.LIGHT, style.DARK)) for grey in greys) < style.CONTRAST
    assert min(contrast(MUTED, ground) for ground in (style.LIGHT, style.DARK)) < style.CONTRAST


@pytest.mark.parametrize("colour", [*OKABE_ITO, MUTED])
def test_labels_of_boxes_are_read_on_every_colour(colour: str) -> None:
    assert contrast({"white": "#FFFFFF", "black": "#000000"}[ink_on(colour)], colour) >= style.CONTRAST


def test_frozen_cells_are_read() -> None:
    for ink, ground in zip(style.QUIET_INKS, (style.LIGHT, style.DARK), strict=True):
        assert contrast(ink, over(MUTED, 0.16, ground)) >= style.CONTRAST


def test_numbers_on_a_scale_change_their_colour_where_the_other_is_read() -> None:
    """White on the dark end, black on the light one; viridis is dark below its middle, blue above."""
    ends = np.log10([schedule._SLOWEST, schedule._FASTEST])
    rates = float((np.log10(schedule._DARK) - ends[0]) / (ends[1] - ends[0]))
    for turn in (rates, takeaway._DARK):
        places = np.linspace(0, 1, 201)
        for place, colour in zip(places, viridis(places).tolist(), strict=True):
            ink = (255, 255, 255) if place < turn else (0, 0, 0)
            assert ratio(ink, tuple(colour)) >= style.CONTRAST, place
    for share in np.linspace(0, 1, 101):
        cell = over(OKABE_ITO[4], float(share), "#F1F3F5")
        ink = "#FFFFFF" if share > neighbours_clusters._DARK else "#000000"
        assert contrast(ink, cell) >= style.CONTRAST, share


# ---- charts


def parts(spec: object) -> Iterator[Mapping[str, Any]]:
    """Every mapping in a specification."""
    if isinstance(spec, Mapping):
        yield spec
        for value in spec.values():
            yield from parts(value)
    elif isinstance(spec, list | tuple):
        for value in spec:
            yield from parts(value)


def colours(value: object) -> Iterator[object]:
    """The colours that an encoding or a mark may have."""
    if isinstance(value, Mapping) and "expr" not in value:
        for inner in (value.get("value"), value.get("condition")):
            yield from colours(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from colours(inner)
    elif value is not None:
        yield value


def check(spec: Mapping[str, Any]) -> None:
    for part in parts(spec):
        for name, value in part.items():
            if re.search("fontsize$", name, re.IGNORECASE):
                assert value >= style.SMALLEST, (name, value)
        mark = part.get("mark")
        if isinstance(mark, Mapping) and mark["type"] == "text":
            for colour in colours([mark.get("color"), part.get("encoding", {}).get("color")]):
                told = colour["expr"] if isinstance(colour, Mapping) else colour
                assert told in (*KNOWN, "white", "black"), f"{told} is text on a background that is not known"


@pytest.mark.parametrize("name", MOVING)
def test_no_moving_chart_has_small_or_faint_text(name: str) -> None:
    check(positions(name)[0].spec)


def test_every_chart_has_the_sizes_and_colours_of_all() -> None:
    figure = Figure({"mark": "bar", "config": {"axis": {"ticks": True}}}, pd.DataFrame(), "A bar.")
    config = figure.spec["config"]
    assert config["axis"] == {**style.CONFIG["axis"], "ticks": True}, "what it says itself counts"
    assert config["text"] == {"fontSize": style.SMALLEST, "color": style.INK}
    check(figure.spec)
    with pytest.raises(AssertionError):
        check({"mark": {"type": "text", "color": MUTED}})
    with pytest.raises(AssertionError):
        check({"layer": [{"encoding": {"x": {"axis": {"labelFontSize": 13}}}}]})


def test_no_figure_is_written_with_small_or_grey_text() -> None:
    """Those that are settled, too, without making each: their modules name no size below and no grey for text."""
    assert drawn(), "there are figures"
    for file in (ROOT / "core" / "figures").rglob("*.py"):
        source = file.read_text(encoding="utf-8")
        for size in re.findall(r"[fF]ontSize\": ([\d.]+)", source):
            assert float(size) >= style.SMALLEST, (file.name, size)
        for mark in re.findall(r"\{\"type\": \"text\"[^{}]*\}", source):
            assert "MUTED" not in mark, (file.name, mark)
            assert "ACCENT}" not in mark, (file.name, mark)


# ---- drawings


def test_a_drawing_scrolls_before_its_text_is_too_small() -> None:
    items = (Rect(0, 0, 10, 10), Text(0, 0, "small", 7.0), Text(0, 0, "large", 20.0))
    drawing = Drawing(300, 100, items, "alt")
    assert drawing.narrowest * 7.0 / 300 == style.SMALLEST
    assert drawing.as_data()["narrowest"] == "600.0px"
    assert Drawing(300, 100, items, "alt", readable=21.0).narrowest == 900
    wordless = Drawing(300, 100, items[:1], "alt")
    assert (wordless.narrowest, wordless.as_data()["least"]) == (0.0, 0.0)


def test_no_drawing_writes_in_grey_or_on_a_colour_it_does_not_know() -> None:
    for file in (ROOT / "core" / "figures").rglob("*.py"):
        for text in re.findall(r"\bText\([^()]*(?:\([^()]*\)[^()]*)*\)", file.read_text(encoding="utf-8")):
            assert "MUTED" not in text, (file.name, text)
            assert "ACCENT" not in text, (file.name, text)
    assert shapes.Text(0, 0, "").colour == shapes.INK
    assert shapes.Text(0, 0, "").size >= style.SMALLEST
    assert contrast(ACCENT, style.LIGHT) < style.CONTRAST, "which is why"
