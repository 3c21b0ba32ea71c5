"""A real server and a real Chromium. Without a browser these tests skip; under CI they must not, and fail."""

from __future__ import annotations

import os
import re
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
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright

ROOT = Path(__file__).parent.parent.parent
SCREENS = Path(__file__).parent / "screens"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
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
    command += ["--server.address=127.0.0.1", "--server.headless=true", "--server.fileWatcherType=none"]
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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    assert CHROMIUM is not None, "these tests need Chromium, and under CI they may not skip"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        arguments += ["--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


Visit = Callable[..., Page]


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Visit]:
    """`visit("/faster_rcnn", ...)` opens a page in a session of its own; nothing may go wrong in its console."""
    contexts, trouble = [], []

    def open_page(path: str, *, at: str = address, scheme: str = "light", width: int = 1366, height: int = 768) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if scheme == "dark" else "light",
            permissions=["camera"],
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda line: trouble.append(line.text) if line.type == "error" else None)
        page.goto(f"{at}{path}")
        settle(page)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not [line for line in trouble if not any(word in line for word in NOISE)]


def settle(page: Page) -> None:
    """Wait until the script has run and the browser has drawn what it said."""
    app = page.get_by_test_id("stApp")
    expect(app).to_have_attribute("data-test-connection-state", "CONNECTED")
    page.wait_for_timeout(300)
    expect(app).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.get_by_test_id("stSkeleton")).to_have_count(0)  # the browser fetches each widget's code when first used
    page.wait_for_timeout(300)


def upload(page: Page, name: str, data: bytes) -> None:
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)  # type: ignore[arg-type]
    settle(page)


def move(page: Page, slider: Locator, key: str, times: int) -> None:
    slider.focus()
    for _ in range(times):
        page.keyboard.press(key)
    settle(page)


def is_dark(page: Page) -> bool:
    """Whether the page's background is dark."""
    background = page.get_by_test_id("stApp").evaluate("app => getComputedStyle(app).backgroundColor")
    return sum(int(value) for value in re.findall(r"\d+", background)[:3]) / 3 < 128
