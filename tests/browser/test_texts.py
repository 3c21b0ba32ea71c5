"""What measures the text of charts and drawings, on a page whose sizes and colours are known."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.texts import Text, shrunk, texts, unreadable

# a chart twice as large as its own units, and a drawing in a shadow root
PAGE = """<!doctype html><html lang="en"><body style="background: #fff; margin: 0">
  <div data-testid="stVegaLiteChart" style="width: 400px; height: 200px"><svg viewBox="0 0 200 100" width="400">
    <g class="role-title-text"><text x="5" y="12" font-size="8">A chart</text></g>
    <text x="5" y="30" font-size="6" fill="#777">small</text>
    <rect x="0" y="40" width="100" height="20" fill="#000" />
    <text x="5" y="54" font-size="8" fill="#fff">on black</text>
    <g opacity="0.3"><text x="105" y="54" font-size="8">dimmed</text></g>
    <rect x="0" y="62" width="100" height="18" fill="#000" fill-opacity="0.2" />
    <text x="5" y="74" font-size="8" fill="#767676">on grey</text>
    <path d="M0 84 h100 v16 h-60 z" fill="#000" /><text x="10" y="97" font-size="8" fill="#000">beside</text>
    <text x="150" y="30" font-size="8" visibility="hidden">hidden</text>
    <clipPath id="plot"><rect x="150" y="60" width="50" height="40" /></clipPath>
    <g clip-path="url(#plot)"><rect x="104" y="80" width="96" height="18" fill="#000" /></g>
    <text x="106" y="92" font-size="8" fill="#000">clipped</text><text x="160" y="92" font-size="8">shown</text>
  </svg></div>
  <div class="st-key-mine"><div data-testid="stBidiComponentIsolated"></div></div>
  <script>
    const shadow = document.querySelector(".st-key-mine > div").attachShadow({ mode: "open" })
    const picture = "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>"
    shadow.innerHTML = `<div style="position: relative; width: 300px; height: 100px; font: 16px sans-serif">
      <img src="${picture}" style="position: absolute; width: 300px; height: 100px" alt="">
      <span style="position: absolute; top: 0">bare</span>
      <span style="position: absolute; top: 20px; background: #000; color: #fff">plate</span>
      <svg style="position: absolute; top: 40px; height: 30px"><text y="20" fill="#000" stroke="#fff" stroke-width="4"
        paint-order="stroke">halo</text></svg></div>
      <div style="width: 100px; overflow-x: auto"><div style="width: 300px; background: #036">
        <button style="color: #888; background: none; font: inherit" disabled>off</button>
        <i style="margin-left: 150px; color: #036">cut off</i></div></div>`
  </script></body></html>"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_content(PAGE)
    yield page
    page.close()


def test_sizes_and_contrasts_as_they_are_shown(page: Page) -> None:
    found = {text.text: text for text in texts(page)}
    assert {text.drawing for text in found.values()} == {"A chart", "mine"}
    assert "hidden" not in found
    assert "cut off" not in found, "it is read after scrolling"
    sizes = {"A chart": 16, "small": 12, "on black": 16, "plate": 16}
    assert {name: found[name].size for name in sizes} == pytest.approx(sizes)
    # https://webaim.org/resources/contrastchecker/ says the same
    contrasts = {"A chart": 21, "small": 4.48, "on black": 21, "plate": 21, "halo": 21, "on grey": 2.83, "bare": 0}
    assert {name: found[name].contrast for name in contrasts} == pytest.approx(contrasts, abs=0.02)
    assert found["clipped"].contrast == 21, "what it would lie on is shown elsewhere only"
    assert found["shown"].contrast == 1
    assert 1 < found["dimmed"].contrast < 3, "less than its colour says"
    assert found["beside"].contrast == pytest.approx(1, abs=0.01), "its end lies on the shape, whose outline counts"
    assert (found["off"].disabled, found["on black"].disabled) == (True, False)
    assert found["off"].contrast < 4.5


def test_what_cannot_be_read_is_named(page: Page) -> None:
    named = unreadable(texts(page))
    assert [line.split("'")[1] for line in named] == ["small", "dimmed", "on grey", "beside", "shown", "bare"]
    assert named[0] == "A chart: 'small' has 12.0 px"


def test_what_shrinks_while_the_browser_zooms_in_is_named() -> None:
    def shown(*sizes: float) -> list[Text]:
        return [Text("map", word, size, 21.0, False) for word, size in zip("abc", sizes, strict=False)]

    assert shrunk(shown(17.5, 14, 15), shown(14, 14, 14), 1.25) == []
    assert shrunk(shown(17.5, 20, 15), shown(14, 14, 14), 1.25) == ["map: 'b' had 20.0 px and has 1.25 x 14.0 px"]
    assert len(shrunk(shown(40, 40, 40), shown(14, 14), 1.25)) == 2, "a word that is gone has no size"
