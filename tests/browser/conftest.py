"""A real server and a real Chromium. Without a browser these tests skip; under CI they must not, and fail."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Playwright, expect, sync_playwright

ROOT = Path(__file__).parent.parent.parent
SETTLED = Path(__file__).parent / "settled.js"
MISFITS = Path(__file__).parent / "misfits.js"
# the first is the same engine without what surrounds a page, which costs a third of the processor's time
NAMES = ("chromium-headless-shell", "chromium", "google-chrome", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
LONG = 180_000  # ms: a training on a busy machine
# what Chromium prints on a deep link (Streamlit asks for its health below the page's path first) and offline
NOISE = ("404", "ERR_NAME_NOT_RESOLVED", "ERR_INTERNET_DISCONNECTED")

expect.set_options(timeout=30_000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "browser" in item.path.parts:
            item.add_marker("browser")
            if CHROMIUM is None and not os.environ.get("CI"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


@contextmanager
def serve() -> Iterator[str]:
    """Start the app on a free port and give its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    command += ["--server.address=127.0.0.1", "--server.headless=true"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(400):
                try:
                    if urllib.request.urlopen(f"{address}/_stcore/health", timeout=1).read() == b"ok":
                        break
                except OSError:
                    time.sleep(0.2)
            else:
                raise RuntimeError("the server did not come up")
            yield address
        finally:
            server.terminate()
            server.wait(20)


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with serve() as url:
        yield url


def chromium(playwright: Playwright, executable: str | None = CHROMIUM) -> Browser:
    """Debian's Chromium without a window, with a camera that plays a film."""
    assert executable is not None, "these tests need Chromium, and under CI they may not skip"
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    arguments += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
    return playwright.chromium.launch(executable_path=executable, args=arguments)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = chromium(playwright)
        yield browser
        browser.close()


Visit = Callable[..., Page]


def new_context(browser: Browser) -> BrowserContext:
    """A browser of its own, without anything that another one has stored."""
    context = browser.new_context(permissions=["camera"])
    for script in (SETTLED, MISFITS):
        context.add_init_script(path=script)
    return context


@pytest.fixture(scope="session")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """The first visitor of every test. It keeps what it fetched, as a browser does: 23 MB of Streamlit's scripts."""
    context = new_context(browser)
    yield context
    context.close()


@pytest.fixture
def visit(browser: Browser, context: BrowserContext, address: str) -> Iterator[Visit]:
    """`visit("/faster_rcnn", ...)` opens a page in a session of its own; nothing may go wrong in its console.

    A second visitor of the same test has a browser of their own.
    """
    pages: list[Page] = []
    others: list[BrowserContext] = []
    trouble: list[str] = []

    def open_page(path: str, *, at: str = address, scheme: str = "light", width: int = 1366, height: int = 768) -> Page:
        if pages:
            others.append(new_context(browser))
        page = (others[-1] if pages else context).new_page()
        pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda line: trouble.append(line.text) if line.type == "error" else None)
        page.goto(f"{at}{path}")
        settle(page)
        return page

    yield open_page
    for page in pages:
        page.close()
    for other in others:
        other.close()
    assert not [line for line in trouble if not any(word in line for word in NOISE)]


def settle(page: Page) -> None:
    """Wait until what the visitor did has come to the server, and the browser shows what the script said to it."""
    page.wait_for_function("() => window.settled()", polling=40, timeout=60_000)


def ready(page: Page) -> None:
    """Wait until what runs in the background has ended as well, and the page shows what came of it."""
    at_rest = "() => window.settled() && !document.querySelector('[data-testid=stProgress]')"
    page.wait_for_function(at_rest, polling=40, timeout=LONG)


def upload(page: Page, name: str, data: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)  # type: ignore[arg-type]
    settle(page)


def move(page: Page, slider: Locator, key: str, times: int) -> None:
    slider.focus()
    for _ in range(times):
        page.keyboard.press(key)
    settle(page)


def expect_theme(page: Page, scheme: str) -> None:
    """Wait until the page's background is that of the dark or the light theme, and all on it has followed."""
    wears = """dark => {
      const background = getComputedStyle(document.querySelector("[data-testid=stApp]")).backgroundColor
      const [red, green, blue] = background.match(/\\d+/g).map(Number)
      return (red + green + blue) / 3 < 128 === dark
    }"""
    page.wait_for_function(wears, arg=scheme == "dark", polling=40)
    settle(page)
    # a settled chart's letters are coloured by Python, in a run that the page asks for when it sees the theme change
    inked = """dark => [...document.querySelectorAll("[data-testid=stPlotlyChart] .gtitle")].every(title => {
      const [red, green, blue] = getComputedStyle(title).fill.match(/\\d+/g).map(Number)
      return (red + green + blue) / 3 > 128 === dark
    })"""
    page.wait_for_function(inked, arg=scheme == "dark", polling=40, timeout=LONG)
    settle(page)
