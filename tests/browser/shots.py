"""The README's screenshots: `python -m tests.browser.shots [NAME ...]`, made when somebody asks for them.

A name is that of a page (`faster_rcnn`: all its pictures), of a section (`metrics_explorer-what-if`), or of one picture
(`home-dark`); without one all are made. The first section of a page is taken in both themes, the others in the light
one. A picture that looks as it did before is left as it is: each new one stays in the history for ever.
"""

from __future__ import annotations

import argparse
import io
import shutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.browser.conftest import CHROMIUM, chromium, new_context, ready, serve, settle
from tests.browser.pages import VIEWS, View

SCREENS = Path(__file__).parent / "screens"
SIZE = {"width": 1366, "height": 768}
ALIKE = 0.002  # of all pixels: milliseconds and megabytes that are written on a page
VISIBLE = 8  # of 255, in any channel


def pictures(names: Iterable[str]) -> Iterator[tuple[View, str]]:
    """Views and themes of the pictures with these names; all where there is no name.

    Raises:
        SystemExit: a name of none.
    """
    every = [
        (view, scheme) for view in VIEWS.values() for scheme in ("light", "dark") if view.first or scheme == "light"
    ]
    wanted = list(names) or [view.page for view in VIEWS.values()]
    for name in wanted:
        if not any(name in (view.page, view.name, f"{view.name}-{scheme}") for view, scheme in every):
            sys.exit(f"No page or section is called {name!r}. There are: {', '.join(VIEWS)}.")
    for view, scheme in every:
        if {view.page, view.name, f"{view.name}-{scheme}"} & set(wanted):
            yield view, scheme


def shoot(browser: Browser, address: str, view: View, scheme: str) -> bytes:
    """A PNG of the first screen of a laptop, as the view opens, once what it computes in the background is there."""
    context = new_context(browser)
    page = context.new_page()
    page.set_viewport_size(SIZE)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(address + view.link())
    settle(page)
    ready(page)
    page.wait_for_timeout(1_000)  # what fades in has done so
    png = page.screenshot()
    context.close()
    return png


def alike(png: bytes, file: Path) -> bool:
    """Whether a picture looks like the one in a file."""
    if not file.is_file():
        return False
    new, old = (np.asarray(Image.open(source).convert("RGB"), np.int16) for source in (io.BytesIO(png), file))
    return new.shape == old.shape and float((np.abs(new - old).max(-1) > VISIBLE).mean()) < ALIKE


def main() -> None:
    """Make the pictures that were asked for and write those that changed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME")
    wanted = list(pictures(parser.parse_args().names))
    SCREENS.mkdir(exist_ok=True)
    with serve() as address, sync_playwright() as playwright:
        browser = chromium(
            playwright, shutil.which("chromium") or CHROMIUM
        )  # the shell draws letters a little otherwise
        for view, scheme in wanted:
            file = SCREENS / f"{view.name}-{scheme}.png"
            png = shoot(browser, address, view, scheme)
            if alike(png, file):
                print(f"as it was  {file.name}")
            else:
                file.write_bytes(png)
                print(f"written    {file.name}")


if __name__ == "__main__":
    main()
