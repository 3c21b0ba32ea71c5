"""What the interactive pictures have in common, by itself."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.browser.module import answer, call


def test_what_python_has_not_seen_goes_with_every_message(browser: Browser) -> None:
    body = """module => {
      const outbox = new module.Outbox(), write = text => outbox.add(number => [number, text]), sent = []
      sent.push(write("a"), write("b"))
      outbox.heard(1)
      sent.push(write("c"))
      outbox.heard(3)
      sent.push(write("d"))
      outbox.heard(9) // Python has heard more: from a page that was there before this one
      sent.push(write("e"))
      return sent
    }"""
    a, b, c, d, e = [1, "a"], [2, "b"], [3, "c"], [4, "d"], [10, "e"]
    assert answer(browser, "base", body) == [[a], [a, b], [b, c], [d], [e]]


def test_a_tile_of_a_sheet_is_shown_by_its_place(browser: Browser) -> None:
    first, last, only = call(browser, "base", [["tile", 0, 5, 3], ["tile", 14, 5, 3], ["tile", 0, 1, 1]])
    assert first == {"backgroundSize": "500% 300%", "backgroundPosition": "0% 0%"}
    assert last == {"backgroundSize": "500% 300%", "backgroundPosition": "100% 100%"}
    assert only == {"backgroundSize": "100% 100%", "backgroundPosition": "0% 0%"}


def test_a_button_has_a_picture_and_a_name(browser: Browser) -> None:
    body = """module => {
      const button = module.node("button", document.body, { type: "button" })
      module.face(button, "M0 0h9", "Nine", "nine")
      return [button.title, button.ariaLabel, button.querySelector("svg.nine path").getAttribute("d")]
    }"""
    assert answer(browser, "base", body) == ["Nine", "Nine", "M0 0h9"]
