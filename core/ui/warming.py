"""Once somebody has a page before them, what the other pages need first is loaded in the background.

torch and the libraries around it take some seconds to import, and a network some more to load: without this, the first
visitor of each page waits for them. One thread does it, a step at a time, with a pause after each so that a visitor's
script, which may want the same module or the device, goes first. A step that fails is logged and the page that needs it
meets the same trouble by itself, with its own words.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from core import memory
from core.ui.framework.sections import load
from core.ui.pages import CIFAR, CONV, DETECTOR, METRICS, TRANSFER

NEEDED = 2_500_000_000
"""Bytes that must be free: all pages take about a third of that, a class's pictures and trainings the rest."""
SWITCH = "CLASSROOM_WARM"
"""The environment variable that keeps it from happening where it is "0"."""
PAUSE_S = 0.05
NICER = 5
"""How much less of a busy processor the thread gets than those of visitors, on Linux."""

_LOG = logging.getLogger(__name__)
_asked = threading.Lock()  # taken once and never given back

Step = tuple[str, Callable[[], object]]
"""What the log calls it, and what does it. A step takes the device, if at all, for the time of one short pass."""


def _detector() -> object:
    from core.detection import load as load_detector

    return load_detector()


def _backbone() -> object:
    from core.ui.transfer.backbones import backbone
    from core.ui.transfer.subject import DEFAULT_NETWORK

    return backbone(DEFAULT_NETWORK, trained=True)


def _freeze() -> None:
    """Keep the collector from walking what the imports left, hundreds of thousands of objects, again and again."""
    gc.collect()
    gc.freeze()


def steps() -> Iterator[Step]:
    """What every page shows first, that without torch before the rest; then the networks, then the other sections."""
    sections = [list(page.modules.values()) for page in (METRICS, CONV, DETECTOR, TRANSFER, CIFAR)]
    for first in sections:
        yield first[0], partial(load, first[0])
    yield "the detector", _detector
    yield "the backbone of transfer learning", _backbone
    for others in sections:
        for module in others[1:]:
            yield module, partial(load, module)
    yield "what the imports left", _freeze


def run(work: Iterable[Step]) -> None:
    """Do the steps on the calling thread; nothing that they raise comes out."""
    started = time.perf_counter()
    for name, step in work:
        try:
            step()
        except Exception:  # whatever a library or a file of weights raises: no page may suffer from it
            _LOG.warning("not loaded in advance: %s", name, exc_info=True)
        time.sleep(PAUSE_S)
    _LOG.info("all pages are ready after %.1f s", time.perf_counter() - started)


def _in_background() -> None:
    if sys.platform == "linux":  # there a thread has a priority of its own; elsewhere it is the process's
        try:
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICER)
        except OSError:
            _LOG.debug("no lower priority to be had", exc_info=True)
    run(steps())


def warm_up() -> threading.Thread | None:
    """Called at the end of every run of a page, begins at the first one in a process and only there.

    Returns:
        the thread that has begun; None the second time, where `SWITCH` is "0", and where less than `NEEDED` is free.
    """
    if not _asked.acquire(blocking=False):
        return None
    if os.environ.get(SWITCH) == "0":
        return None
    if (free := memory.measure().free) < NEEDED:
        _LOG.info("nothing is loaded in advance: %.1f GB are free, %.1f GB wanted", free / 1e9, NEEDED / 1e9)
        return None
    thread = threading.Thread(target=_in_background, daemon=True, name="classroom-warm-up")
    thread.start()
    return thread
