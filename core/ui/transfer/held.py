"""Callbacks and downloads that keep nothing of a visitor's alive.

Streamlit keeps the arguments of buttons, and what makes a download, for minutes after the tab is closed. So they lie on
the desk, which is let go at once, and Streamlit is given a name to find them by.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from functools import partial
from typing import Any, ParamSpec, TypeVar

from core.ui.framework.show import download as plain_download
from core.ui.transfer.desk import Desk, desk

P = ParamSpec("P")
T = TypeVar("T")


def held(name: str, work: Callable[P, T]) -> Callable[P, T | None]:
    """The same callable, but lying on the desk; what was there by this name goes. After the visit it does nothing.

    Args:
        name: unlike that of any other on the page.
        work: what a button does, with all of the visitor's that it needs bound to it.
    """
    mine = desk()
    mine.held[name] = work
    return partial(_call, weakref.ref(mine), name)


def _call(where: weakref.ref[Desk], name: str, *args: Any, **rest: Any) -> Any:
    mine = where()
    work = None if mine is None else mine.held.get(name)
    return None if work is None else work(*args, **rest)


def download(label: str, make: Callable[[], bytes | str], file_name: str, mime: str, help: str) -> None:
    """As `core.ui.framework.show.download`."""
    kept = held(f"download {label}", make)
    plain_download(label, lambda: kept() or b"", file_name, mime, help)
