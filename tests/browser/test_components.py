"""The interactive pictures alone, in a blank page without a server: what they leave behind, keyboard and touch."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import grave
from tests.browser.conftest import ROOT, Visit, settle
from tests.browser.made import MAKERS, Data, plain
from tests.browser.module import call

# A page in Streamlit's colours that counts what goes on in it: observers, timers, frames asked for, and listeners on
# whatever is not part of a component.
FRAME = """<!doctype html><html lang="en"><head><title>Components</title><style>
  body { --st-text-color: #1c2733; --st-background-color: #fff; --st-secondary-background-color: #eef1f5;
         --st-border-color: #b9c2cc; --st-primary-color: #0b5cad; --st-base-radius: 6px; --st-font: sans-serif }
</style></head><body></body></html>"""
COUNT = """() => {
  const live = (window.live = new Map())
  for (const name of ["ResizeObserver", "MutationObserver", "IntersectionObserver"])
    window[name] = class extends window[name] {
      observe(...given) {
        super.observe(...given)
        live.set(this, name)
      }
      disconnect() {
        super.disconnect()
        live.delete(this)
      }
    }
  for (const [start, stop, once] of [
    ["setTimeout", "clearTimeout", true],
    ["setInterval", "clearInterval", false],
    ["requestAnimationFrame", "cancelAnimationFrame", true],
  ]) {
    const begin = window[start].bind(window), end = window[stop].bind(window)
    window[start] = (act, ...given) => {
      const id = begin((...now) => {
        if (once) live.delete(`${start} ${id}`)
        act(...now)
      }, ...given)
      live.set(`${start} ${id}`, start)
      return id
    }
    window[stop] = id => {
      end(id)
      live.delete(`${start} ${id}`)
    }
  }
  const { addEventListener, removeEventListener } = EventTarget.prototype
  const around = [document, document.documentElement, document.body]
  const outside = target => !(target instanceof Node) || around.includes(target)
  const ids = new WeakMap()
  const id = thing => ids.get(thing) ?? (ids.set(thing, Math.random()), ids.get(thing))
  const key = (target, type, act, how) => [id(target), type, id(act), Boolean(how?.capture ?? how)].join()
  EventTarget.prototype.addEventListener = function (type, act, how) {
    addEventListener.call(this, type, act, how)
    if (act && outside(this)) live.set(key(this, type, act, how), "listener")
  }
  EventTarget.prototype.removeEventListener = function (type, act, how) {
    removeEventListener.call(this, type, act, how)
    if (act) live.delete(key(this, type, act, how))
  }
  // as Streamlit mounts a component: in a shadow root; `call` is a run of the page, `close` leaves it
  window.mount = async (script, style, data) => {
    const module = await import(URL.createObjectURL(new Blob([script], { type: "text/javascript" })))
    const host = document.body.appendChild(document.createElement("div"))
    const shadow = host.attachShadow({ mode: "open" })
    shadow.append(Object.assign(document.createElement("style"), { textContent: style }))
    const parentElement = shadow.appendChild(document.createElement("div"))
    const told = []
    const setTriggerValue = (...event) => told.push(structuredClone(event))
    const returned = []
    const call = (given = data) => returned.push(module.default({ data: given, parentElement, setTriggerValue }))
    const close = () => {
      returned.at(-1)?.()
      host.remove()
    }
    call()
    return (window.it = { host, shadow, parentElement, told, returned, call, close, data })
  }
}"""
LIFE = """async ([script, style, data, busy]) => {
  live.clear() // what another left is that one's
  const it = await mount(script, style, data)
  const handlers = target => {
    const set = []
    for (const name in target) if (name.startsWith("on") && target[name]) set.push(name)
    return set
  }
  const kinds = () => [...new Set(live.values()), ...[window, document, document.body].flatMap(handlers)].sort()
  const report = { first: it.parentElement.innerHTML }
  it.call()
  it.returned[0]?.() // late: overtaken by the second
  report.updated = it.parentElement.innerHTML
  if (busy) {
    const [selector, how, value] = busy
    const element = it.shadow.querySelector(selector)
    element.focus()
    if (how === "click") element.click()
    else if (how === "press") element.dispatchEvent(new KeyboardEvent("keydown", { key: value, bubbles: true }))
    else element.value = value
  }
  report.busy = kinds()
  const told = it.told.length
  it.close()
  report.closed = kinds()
  report.rest = it.parentElement.innerHTML
  document.body.append(it.host)
  it.call()
  report.again = it.parentElement.innerHTML
  it.close()
  report.end = kinds()
  report.late = it.told.length - told
  return report
}"""

# what a component does while it is on the page, and what makes it busy
BUSY: dict[str, tuple[list[str], list[str] | None]] = {
    "box_editor": (["ResizeObserver", "setTimeout"], ["rect.box", "press", "ArrowRight"]),
    "boxes": (["ResizeObserver"], None),
    "drawing": (["ResizeObserver"], None),
    "matrix": (["ResizeObserver"], ["td input", "type", "7"]),
    "pictures_map": (["ResizeObserver"], None),
    "player": (["setInterval"], ["[aria-label=Play]", "click"]),
    "stepper": (["ResizeObserver", "setTimeout"], ["[aria-label=Play]", "click"]),
    "two_boxes": (["ResizeObserver", "setTimeout"], ["rect.box", "press", "ArrowRight"]),
    "unsaved": (["listener"], None),
    "viewport": (["listener"], None),
}


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 999, "height": 700}, has_touch=True)
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.set_content(FRAME)
    page.evaluate(COUNT)
    yield page
    page.close()
    assert not trouble


def code(name: str) -> tuple[str, str]:
    """Script and style of a component."""
    from core.ui.components.component import script, style

    return script(name), style(name)


Mount = Callable[..., Data]


@pytest.fixture
def mount(page: Page) -> Iterator[Mount]:
    """`mount(name, key=value)` puts a component on the page, with its data so changed, until the test is over."""

    def put(name: str, **changes: object) -> Data:
        data = {**plain(MAKERS[name]()), **changes}
        page.evaluate("([script, style, data]) => mount(script, style, data).then(() => {})", [*code(name), data])
        return data

    yield put
    page.evaluate("() => it.close()")


@pytest.mark.parametrize("name", MAKERS)
def test_an_unmounted_component_leaves_nothing_and_can_come_back(page: Page, name: str) -> None:
    expected, busy = BUSY[name]
    report = page.evaluate(LIFE, [*code(name), plain(MAKERS[name]()), busy])
    assert len(report["first"]) > 500 or name in ("unsaved", "viewport"), "something is drawn"
    assert report["updated"] == report["first"], "the same data draws the same"
    assert report["busy"] == expected, "what runs is counted"
    assert (report["closed"], report["rest"]) == ([], "")
    assert report["again"] == report["first"]
    assert report["end"] == []
    assert report["late"] == 0, "who is gone tells nothing"


SCRIPTS = {file.stem: file for file in (ROOT / "core" / "ui" / "components").glob("*.js")}


def test_every_component_is_tried() -> None:
    assert set(MAKERS) == set(BUSY) == {name for name, file in SCRIPTS.items() if file.with_suffix(".py").exists()}


def test_every_script_is_part_of_a_component() -> None:
    whole = "".join(code(name)[0] for name in MAKERS)
    for name, file in SCRIPTS.items():
        assert file.read_text(encoding="utf-8").partition("\n")[0] in whole, f"no component imports {name}"
    assert not re.search(r"^import", whole, re.MULTILINE), "an import that stays has no address"


def test_the_stepper_keeps_its_step_while_its_numbers_change(page: Page, mount: Mount) -> None:
    data = mount("stepper")
    for _ in range(3):
        page.get_by_role("button", name="Next step").click()
    page.evaluate("data => it.call(data)", {**data, "bias": [7]})
    expect(page.locator(".count")).to_have_text("4 of 16")


def test_a_window_that_passes_an_edge_is_told_once(page: Page, mount: Mount) -> None:
    mount("viewport", held=800, edges=[0, 800, 1000])

    def told(width: int) -> list[list[object]]:
        page.set_viewport_size({"width": width, "height": 700})
        page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        return page.evaluate("() => it.told.splice(0)")  # type: ignore[no-any-return]

    try:
        assert told(850) == told(999) == []
        assert told(1000) == [["width", 1000]]
        assert told(1900) == []
        assert told(799) == [["width", 0]]
        page.evaluate("data => it.call(data)", {"held": 1000, "edges": [0, 800, 1000]})
        assert told(390) == [["width", 0]], "Python holds another one"
    finally:
        page.set_viewport_size({"width": 999, "height": 700})


# ---- boxes by keyboard and by touch

POINT = """(stage, { x, y }) => {
  const edge = stage.getBoundingClientRect(), svg = stage.querySelector("svg"), tip = stage.querySelector(".tip")
  const place = { clientX: edge.left + x, clientY: edge.top + y, bubbles: true, pointerType: "mouse" }
  svg.dispatchEvent(new PointerEvent("pointermove", place))
  const text = tip.hidden ? null : tip.textContent
  svg.dispatchEvent(new PointerEvent("pointerleave", place))
  return text
}"""


def tip(panel: Locator) -> str | None:
    """The text a panel shows, None where it shows none."""
    text: str | None = panel.evaluate("""panel => {
      const tip = panel.querySelector(".tip")
      return tip.hidden ? null : tip.textContent
    }""")
    return text


def test_arrow_keys_walk_through_every_box_the_surest_first(page: Page, mount: Mount) -> None:
    data = mount("boxes")
    panels = [page.locator("figure").nth(index) for index in range(2)]
    texts = [[box["text"] for box in reversed(panel["boxes"])] for panel in data["panels"]]
    assert len(texts[0]) > len(texts[1]) > 2
    assert any("suppressed by" in text for text in texts[0])
    for panel, walk in zip(panels, texts, strict=True):
        page.keyboard.press("Tab")
        heard = [tip(panel)]
        for _ in walk[1:]:
            page.keyboard.press("ArrowRight")
            heard.append(tip(panel))
        assert heard == walk
        scores = [float(text.split("\n")[0].split()[-1]) for text in walk]
        assert scores == sorted(scores, reverse=True)
        page.keyboard.press("ArrowDown")
        assert tip(panel) == walk[-1], "there is no next one"
        assert panel.locator("rect[tabindex='0']").count() == 1, "one tab stop a panel"
        option = panel.get_by_role("option", name=walk[-1].replace("\n", ", "), exact=True)
        expect(option).to_be_focused()
        assert option.get_attribute("aria-posinset") == option.get_attribute("aria-setsize") == str(len(walk))
    assert tip(panels[0]) is None, "left behind"
    page.keyboard.press("Shift+Tab")
    assert tip(panels[0]) == texts[0][-1], "where one was"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    assert tip(panels[0]) == texts[0][0]
    page.keyboard.press("End")
    assert tip(panels[0]) == texts[0][-1]
    page.keyboard.press("Escape")
    assert tip(panels[0]) is None
    assert page.locator(".panels.linked").count() == 0
    assert panels[0].locator("rect:focus-visible").count() == 1, "still there"
    assert grave(page) == []


def test_a_tap_does_what_pointing_does_and_stays(page: Page, mount: Mount) -> None:
    """On every panel, the one before NMS too: the text, and all boxes of other groups faded."""
    data = mount("boxes")
    for index, drawn in enumerate(data["panels"]):
        panel, stage = page.locator("figure").nth(index), page.locator(".stage").nth(index)
        space = stage.bounding_box()
        assert space is not None
        for box in (drawn["boxes"][0], drawn["boxes"][-1]):
            scale = space["width"] / data["width"]
            left, top, _, bottom = (value * scale for value in box["corners"])
            place = {"x": left, "y": (top + bottom) / 2}
            hovered = stage.evaluate(POINT, place)
            assert hovered in [one["text"] for one in drawn["boxes"]]
            assert tip(panel) is None
            stage.tap(position=place)  # type: ignore[arg-type]
            assert tip(panel) == hovered, "what pointing says"
            lit = panel.locator("rect.on:not(.casing)").count()
            assert 0 < lit <= len(drawn["boxes"])
            assert page.locator(".panels.linked").count() == 1
            stage.tap(position=place)  # type: ignore[arg-type]
            assert tip(panel) is None, "once more lets go"
            assert page.locator(".panels.linked").count() == 0


def test_the_box_under_the_keyboard_is_ringed_and_survives_a_redraw(page: Page, mount: Mount) -> None:
    data = mount("boxes")
    panel = page.locator("figure").first
    ring = panel.locator(".ring")
    expect(ring).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    text = tip(panel)
    assert text == data["panels"][0]["boxes"][-3]["text"]
    for _ in range(2):
        around, box = ring.bounding_box(), panel.locator("rect:focus-visible").bounding_box()
        frame = panel.locator(".stage").bounding_box()
        assert around is not None
        assert box is not None
        assert frame is not None
        for side, length in (("x", "width"), ("y", "height")):
            low, high = box[side] - 5, box[side] + box[length] + 5  # type: ignore[literal-required]
            edge = frame[side], frame[side] + frame[length]  # type: ignore[literal-required]
            assert around[side] == pytest.approx(max(low, edge[0]), abs=1.5)  # type: ignore[literal-required]
            end = around[side] + around[length]  # type: ignore[literal-required]
            assert end == pytest.approx(min(high, edge[1]), abs=1.5)
        expect(ring).to_be_visible()
        assert tip(panel) == text
        page.evaluate("() => it.call()")
    # a pointer that passes by says its word and gives it back
    frame = panel.locator(".stage").bounding_box()
    assert frame is not None
    page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
    page.mouse.move(2, 690)
    assert tip(panel) == text


def test_a_box_is_picked_by_click_tap_and_keyboard_where_the_page_listens(page: Page, mount: Mount) -> None:
    panel = plain(MAKERS["boxes"]())["panels"][1]
    kept = [{**box, "pick": rank} for box, rank in zip(panel["boxes"], range(len(panel["boxes"]), 0, -1), strict=True)]
    within = [*kept[0]["corners"][:2], kept[0]["corners"][0] + 9, kept[0]["corners"][1] + 9]
    drawn = {**kept[0], "corners": within, "pick": -1, "tag": ""}  # smaller, and cannot be picked
    lines = [[0, 0, 640, 480], [0, 480, 640, 0]]
    data = mount("boxes", panels=[{**panel, "boxes": [drawn, *kept], "lines": lines}], picks=True, seen=0)
    assert page.locator(".stage line").count() == 2
    stage = page.locator(".stage")
    frame = stage.bounding_box()
    assert frame is not None
    scale = frame["width"] / data["width"]
    left, top, _, bottom = (value * scale for value in kept[-1]["corners"])
    stage.click(position={"x": left, "y": (top + bottom) / 2})
    assert page.evaluate("() => it.told") == [["boxes", [[1, 1]]]]
    stage.tap(position={"x": within[0] * scale + 4, "y": within[1] * scale + 4})
    assert page.evaluate("() => it.told.at(-1)[1].at(-1)") == [2, kept[0]["pick"]]
    page.evaluate("data => it.call(data)", {**data, "seen": 2})
    page.locator("rect[tabindex='0']").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    assert page.evaluate("() => it.told.at(-1)") == ["boxes", [[3, 2]]]
    page.evaluate("data => it.call(data)", {**data, "seen": 3})
    page.keyboard.press("End")
    told = page.evaluate("() => it.told.length")
    page.keyboard.press("Enter")
    assert page.evaluate("() => it.told.length") == told, "this one cannot be picked"
    page.keyboard.press("Home")
    page.keyboard.press("Space")
    assert page.evaluate("() => it.told.at(-1)") == ["boxes", [[4, 1]]], "the keyboard stayed where it was"
    assert grave(page) == []


def test_nothing_is_picked_where_nobody_listens(page: Page, mount: Mount) -> None:
    mount("boxes")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.locator(".stage").first.click()
    assert page.evaluate("() => it.told") == []
    assert page.locator("svg.picks").count() == 0


# ---- cells by keyboard


def test_a_cell_is_reached_and_picked_by_keyboard(page: Page, mount: Mount) -> None:
    data = mount("drawing")
    area, mark, said = page.locator(".area"), page.locator(".hover"), page.get_by_role("status")
    expect(mark).to_be_hidden()
    page.keyboard.press("Tab")
    expect(area).to_be_focused()
    expect(said).to_have_text("row 2, column 3")  # the chosen one
    for key in ("ArrowRight", "ArrowDown", "ArrowDown", "ArrowLeft", "ArrowRight"):
        page.keyboard.press(key)
    expect(said).to_have_text("row 4, column 4")
    expect(mark).to_be_visible()
    whole, cell = area.bounding_box(), mark.bounding_box()
    assert whole is not None
    assert cell is not None
    assert cell["x"] + cell["width"] / 2 == pytest.approx(whole["x"] + whole["width"] * 4.5 / 9, abs=2)
    assert cell["y"] + cell["height"] / 2 == pytest.approx(whole["y"] + whole["height"] * 4.5 / 7, abs=2)
    page.keyboard.press("Enter")
    assert page.evaluate("() => it.told") == [["cells", [[1, 4, 4]]]]
    assert grave(page) == []
    # Python answers, the drawing is made anew, and the walk goes on
    grid = [{**item, "chosen": [4, 4]} if item["type"] == "cells" else item for item in data["items"]]
    page.evaluate("data => it.call(data)", {**data, "items": grid, "seen": 1})
    expect(area).to_be_focused()
    expect(mark).to_be_visible()
    expect(said).to_have_text("row 4, column 4")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    assert page.evaluate("() => it.told.at(-1)") == ["cells", [[2, 4, 5]]]
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowDown")  # there is no row below
    expect(said).to_have_text("row 6, column 8")
    page.keyboard.press("Home")
    expect(said).to_have_text("row 6, column 0")
    page.keyboard.press("Escape")
    expect(said).to_have_text("")
    expect(mark).to_be_hidden()
    area.click(position={"x": 3, "y": 3})
    assert page.evaluate("() => it.told.at(-1)") == ["cells", [[2, 4, 5], [3, 0, 0]]]
    expect(said).to_have_text("")  # whoever points sees the cell's own tip


@pytest.mark.parametrize("tipped", [True, False])
def test_a_grid_nobody_listens_to_is_read_where_it_says_something(page: Page, mount: Mount, tipped: bool) -> None:
    items = plain(MAKERS["drawing"]())["items"]
    tips = [f"cell {number}" for number in range(63)] if tipped else []
    items = [{**item, "tips": tips} if item["type"] == "cells" else item for item in items]
    mount("drawing", items=items, picks=False)
    page.keyboard.press("Tab")
    assert page.locator(".area:focus").count() == tipped
    if tipped:
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_have_text("cell 22")
        page.locator(".area").click()
        assert page.evaluate("() => it.told") == []


def test_the_keyboard_moves_what_a_cell_sees(visit: Visit) -> None:
    """Through the server: the cell that was picked is chosen, and the keyboard stays where it was."""
    page = visit("/conv_calculator?conv_section=Receptive+field")
    area = page.locator(".drawing .area").first
    said = page.locator(".drawing .tip").first
    area.focus()
    for key in ("ArrowUp", "Home", "ArrowRight", "ArrowRight"):
        page.keyboard.press(key)
    found = re.fullmatch(r"row (\d+), column 2", said.inner_text())
    assert found is not None
    page.keyboard.press("Enter")
    settle(page)
    row, column = (page.get_by_role("spinbutton", name=name, exact=True) for name in ("Row", "Column"))
    expect(row).to_have_value(found[1])
    expect(column).to_have_value("2")
    expect(area).to_be_focused()
    expect(said).to_have_text(found[0])
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Space")
    settle(page)
    expect(row).to_have_value(str(int(found[1]) - 1))


# ---- what is wider than its place


def test_a_wide_matrix_scrolls_with_names_and_totals_in_sight(page: Page, mount: Mount) -> None:
    import numpy as np

    from core.figures.metrics.matrix import picture
    from core.metrics.confusion import ConfusionMatrix

    counts = np.arange(100).reshape(10, 10) + 1
    many = picture(ConfusionMatrix(counts, tuple(f"class {number}" for number in range(10))), editable=False)
    page.set_viewport_size({"width": 500, "height": 700})
    mount("matrix", **plain(many.as_data()))
    frame = page.get_by_role("group", name="Table, scrolls sideways")
    expect(frame).to_have_attribute("tabindex", "0")
    assert grave(page) == []
    seen = """frame => {
      const edge = frame.getBoundingClientRect(), row = frame.querySelector("tbody tr")
      const [name, total] = [row.firstElementChild, row.lastElementChild].map(cell => cell.getBoundingClientRect())
      const shown = (x, y) => frame.getRootNode().elementFromPoint(x, y)
      const line = name.top + name.height / 2, left = shown(name.right - 4, line), right = shown(total.left + 4, line)
      return {
        name: Math.abs(name.left - edge.left) < 2, // the gap between two cells is 1
        total: Math.abs(edge.right - total.right) < 2,
        over: right === row.lastElementChild && left.closest("th") === row.firstElementChild,
        solid: getComputedStyle(row.lastElementChild).backgroundColor,
      }
    }"""
    white = "rgb(255, 255, 255)"
    for _ in range(2):
        assert page.locator(".frame").evaluate(seen) == {"name": True, "total": True, "over": True, "solid": white}
        frame.evaluate("frame => frame.scrollTo(1e6, 0)")
    page.set_viewport_size({"width": 1000, "height": 700})
    expect(page.get_by_role("group", name="Table, scrolls sideways")).to_have_count(0)


def test_two_classes_fit_into_a_narrow_column(page: Page, mount: Mount) -> None:
    page.set_viewport_size({"width": 262, "height": 700})  # 246 between the margins
    mount("matrix")
    frame = page.locator(".frame")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")
    page.set_viewport_size({"width": 1000, "height": 700})


@pytest.mark.parametrize("name", ["drawing", "stepper"])
def test_what_has_no_room_is_scrolled_and_reached_by_keyboard(page: Page, mount: Mount, name: str) -> None:
    page.set_viewport_size({"width": 190, "height": 700})
    items = plain(MAKERS["drawing"]())["items"]
    word = {"type": "text", "x": 9, "y": 9, "text": "word", "size": 5, "anchor": "start", "colour": "ink"}
    mount(name, **({"items": [*items, word], "least": 5, "narrowest": "600px"} if name == "drawing" else {}))
    group = page.get_by_role("group", name=re.compile("scrolls? sideways"))
    expect(group).to_have_attribute("tabindex", "0")
    assert grave(page) == []
    page.set_viewport_size({"width": 1000, "height": 700})
    expect(group).to_have_count(0)


# ---- boxes drawn by hand


def told(page: Page) -> Data:
    """The last change that Python was told."""
    event, value = page.evaluate("() => it.told.at(-1)")
    assert event == "edit"
    return dict(value["edits"][-1])


def on_picture(page: Page, x: float, y: float) -> tuple[float, float]:
    """A place of a picture of 640 x 480 pixels, on the screen."""
    frame = page.locator(".stage").bounding_box()
    assert frame is not None
    return frame["x"] + x * frame["width"] / 640, frame["y"] + y * frame["height"] / 480


def dragged(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*on_picture(page, *start))
    page.mouse.down()
    page.mouse.move(*on_picture(page, *(sum(two) / 2 for two in zip(start, end, strict=True))))  # type: ignore[arg-type]
    page.mouse.move(*on_picture(page, *end))
    page.mouse.up()


def test_boxes_are_drawn_moved_resized_named_and_deleted_with_the_mouse(page: Page, mount: Mount) -> None:
    first = mount("box_editor")["boxes"]
    dragged(page, (320, 240), (480, 360))  # inside the table, which is not chosen
    assert told(page) == {"n": 1, "scene": "a", "boxes": [*first, ["table", *told(page)["boxes"][2][1:]]]}
    drawn = told(page)["boxes"][2]
    assert drawn[1:] == pytest.approx([320, 240, 480, 360], abs=1.5)
    expect(page.get_by_role("status")).to_contain_text("Box 3 drawn, table")
    dragged(page, (400, 300), (380, 260))  # the new one is chosen
    assert told(page)["boxes"][2][1:] == pytest.approx([300, 200, 460, 320], abs=2.5)
    dragged(page, (460, 320), (700, 900))
    assert told(page)["boxes"][2][1:] == pytest.approx([300, 200, 640, 480], abs=2.5)
    page.get_by_label("Class of box 3").fill("  <b>cup</b>   of tea ")
    page.keyboard.press("Enter")
    assert told(page)["boxes"][2][0] == "<b>cup</b> of tea"
    expect(page.locator(".tags:not(.quiet) span").nth(2)).to_have_text("<b>cup</b> of tea")
    page.mouse.click(*on_picture(page, 100, 150))  # the cup is the smallest there
    page.get_by_role("button", name="Delete").click()
    assert [box[0] for box in told(page)["boxes"]] == ["table", "<b>cup</b> of tea"]
    assert grave(page) == []


def test_boxes_are_drawn_moved_resized_and_deleted_by_keyboard(page: Page, mount: Mount) -> None:
    data = mount("box_editor")
    page.get_by_role("button", name="New box").focus()
    page.keyboard.press("Enter")
    assert told(page)["boxes"][2] == ["table", 240, 180, 400, 300]
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")  # its upper left corner
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")  # the upper right one
    page.keyboard.press("Shift+ArrowRight")
    page.wait_for_function("() => it.told.length === 2")
    assert told(page)["boxes"][2] == ["table", 250, 180, 420, 299]
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("rect.box").nth(1)).to_be_focused()
    page.keyboard.press("Delete")
    assert [box[1] for box in told(page)["boxes"]] == [40, 250]
    for left in (3, 3, 2):
        page.keyboard.press("Control+z")
        assert told(page)["undo"] is True
        expect(page.locator("rect.box")).to_have_count(left)
    edits = page.evaluate("() => it.told.at(-1)[1].edits")
    assert [edit["n"] for edit in edits] == list(range(1, 7)), "all of which Python has not said to have heard"
    page.evaluate("data => it.call(data)", {**data, "seen": 6})
    page.keyboard.press("Control+z")
    assert len(page.evaluate("() => it.told")) == 6, "there is nothing left to undo"
    page.evaluate("data => it.call(data)", {**data, "seen": 6, "undo": 1, "boxes": data["boxes"][:1]})
    expect(page.locator("rect.box")).to_have_count(1)
    page.keyboard.press("Control+z")
    assert told(page) == {"n": 7, "scene": "a", "undo": True}


def test_boxes_are_drawn_by_touch_and_kept_until_python_has_heard(page: Page, mount: Mount) -> None:
    data = mount("box_editor")
    touch = """([x, y, to, down]) => {
      const svg = it.shadow.querySelector(".stage svg"), edge = svg.getBoundingClientRect()
      svg.setPointerCapture = () => {}
      const at = (type, x, y) => svg.dispatchEvent(new PointerEvent(type, {
        pointerType: "touch", pointerId: 7, bubbles: true, cancelable: true,
        clientX: edge.left + (x / 640) * edge.width, clientY: edge.top + (y / 480) * edge.height }))
      at("pointerdown", x, y)
      at("pointermove", to, down)
      at("pointerup", to, down)
    }"""
    page.evaluate(touch, [330, 100, 430, 180])
    assert told(page)["boxes"][2] == ["table", 330, 100, 430, 180]
    page.evaluate("data => it.call(data)", data)  # a run that began before
    expect(page.locator("rect.box")).to_have_count(3)
    page.evaluate("data => it.call(data)", {**data, "seen": 1})
    expect(page.locator("rect.box")).to_have_count(2)
    page.keyboard.press("Escape")
    page.evaluate("data => it.call(data)", {**data, "most": 2, "seen": 1})
    page.evaluate(touch, [330, 100, 430, 180])
    expect(page.get_by_role("status")).to_contain_text("as many as there can be")
    expect(page.locator("rect.box")).to_have_count(2)


WHOLE, UPPER_LEFT, LOWER_RIGHT = {"x": 0, "y": 0}, {"x": -1, "y": -1}, {"x": 1, "y": 1}


def test_drawn_boxes_stay_on_whole_pixels_of_the_picture_and_keep_an_area(browser: Browser) -> None:
    box, frame = [100, 50, 200, 150], (480, 320)
    cases: list[tuple[list[object], object]] = [
        (["shifted", box, WHOLE, 10.4, -20.6, *frame], [110, 29, 210, 129]),
        (["shifted", box, WHOLE, -5000, 5000, *frame], [0, 220, 100, 320]),
        (["shifted", box, UPPER_LEFT, 500, 500, *frame], [199, 149, 200, 150]),
        (["shifted", box, LOWER_RIGHT, 5000, -5000, *frame], [100, 50, 480, 51]),
        (["spanned", {"x": 30.4, "y": 40.6}, {"x": 10, "y": 10}, *frame], [10, 10, 30, 41]),
        (["spanned", {"x": 470, "y": 310}, {"x": 9000, "y": -9}, *frame], [470, 0, 480, 310]),
        (["spanned", {"x": 480, "y": 320}, {"x": 480, "y": 320}, *frame], [479, 319, 480, 320]),
        (["fresh", [], *frame], [180, 120, 300, 200]),
        (["fresh", [[180, 120, 300, 200]], *frame], [190, 130, 310, 210]),
        (["fresh", [[0, 0, 1, 1]], 1, 1], [0, 0, 1, 1]),
        (["around", [[0, 0, 100, 100], [10, 10, 20, 20], [200, 0, 300, 9]], 15, 15, 0], [1, 0]),
    ]
    assert call(browser, "box_geometry", [one for one, _ in cases]) == [expected for _, expected in cases]


def test_of_many_names_none_hides_another(page: Page, mount: Mount) -> None:
    boxes = [["cup", 10 + k, 10 + k, 200 + k, 200 + k] for k in range(40)]
    mount("box_editor", boxes=boxes, looks=[{"colour": "#009E73", "text": ""}] * 40)
    shown = page.locator(".tags:not(.quiet) span:visible")
    assert 1 < shown.count() < 40
    page.locator("rect.box").nth(33).focus()
    expect(page.locator(".tags:not(.quiet) span").nth(33)).to_be_visible()
    expect(page.locator(".line")).to_contain_text("cup: x 43 to 233, y 43 to 233")
