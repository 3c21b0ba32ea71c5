"""Loading in advance: what it loads, and when it keeps out of the way."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import memory
from core.ui import warming
from core.ui.framework import sections
from core.ui.pages import CIFAR, CONV, DETECTOR, METRICS, PAGES, TRANSFER
from core.ui.warming import NEEDED, SWITCH, run, steps, warm_up

ROOT = Path(__file__).resolve().parents[3]
PLENTY, LITTLE = (memory.Memory(0, 64 * NEEDED, free) for free in (NEEDED, NEEDED - 1))
CHILD = """
import json, sys, threading
from core.ui import warming
warming.NEEDED = 0  # whatever the machine of this test has
thread = warming.warm_up()
if thread:
    assert thread.daemon
    thread.join()
from core.ui.framework import sections
loaded = sections.is_loaded
print(json.dumps({
    "began": thread is not None,
    "torch": "torch" in sys.modules,
    "sections": [name for name, _ in warming.steps() if loaded(name)],
    "detectors": list(getattr(sys.modules.get("core.detection.detector"), "_loaded", ())),
    "backbones": getattr(sys.modules.get("core.ui.transfer.backbones"), "_backbone").cache_info().currsize
    if thread else 0,
    "again": warming.warm_up() is not None,
}))
"""


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """As in a new process on a large machine; the thread finds no work, and says which it is."""
    begun: list[threading.Thread] = []
    monkeypatch.setattr(warming, "_asked", threading.Lock())
    monkeypatch.setattr(warming.memory, "measure", lambda: PLENTY)
    monkeypatch.setattr(warming, "steps", lambda: iter([("nothing", lambda: begun.append(threading.current_thread()))]))
    monkeypatch.delenv(SWITCH)
    return begun


def _child(switch: str) -> dict[str, object]:
    environment = {**os.environ, SWITCH: switch}
    command = [sys.executable, "-c", CHILD]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
    return dict(json.loads(done.stdout))


def test_it_loads_every_section_and_the_networks_of_a_first_visit() -> None:
    found = _child("1")
    wanted = {name for page in PAGES for name in page.modules.values()}
    assert set(found["sections"]) == wanted  # type: ignore[call-overload]
    assert (found["began"], found["detectors"], found["backbones"]) == (True, ["bundled"], 1)
    assert found["again"] is False, "once a process"


def test_it_is_off_where_the_environment_says_so() -> None:
    found = _child("0")
    assert (found["began"], found["torch"], found["sections"]) == (False, False, [])


def test_tests_do_without_it() -> None:
    assert os.environ[SWITCH] == "0"


def test_it_begins_once_however_many_ask(fresh: list[threading.Thread]) -> None:
    begun = [warm_up() for _ in range(3)]
    assert [thread is not None for thread in begun] == [True, False, False]
    assert begun[0] is not None
    begun[0].join(30)
    assert fresh == [begun[0]], "on a thread of its own"


def test_it_stays_off_where_memory_is_short(fresh: list[threading.Thread], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(warming.memory, "measure", lambda: LITTLE)
    assert warm_up() is None
    assert not fresh


def test_what_fails_is_logged_and_the_rest_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    done: list[str] = []

    def broken() -> None:
        raise OSError("the file of weights is cut short")

    with caplog.at_level(logging.WARNING):
        run([("first", lambda: done.append("first")), ("second", broken), ("third", lambda: done.append("third"))])
    assert done == ["first", "third"]
    assert "second" in caplog.text
    assert "cut short" in caplog.text


def test_a_visitor_gets_the_device_between_two_steps() -> None:
    from core.device import device_lock

    turns: list[str] = []
    inside, wanted = threading.Event(), threading.Event()

    def first() -> None:
        with device_lock:
            inside.set()
            wanted.wait(30)
            turns.append("first step")

    def second() -> None:
        with device_lock:
            turns.append("second step")

    def visit() -> None:
        inside.wait(30)
        wanted.set()
        with device_lock:
            turns.append("visitor")

    visitor = threading.Thread(target=visit)
    visitor.start()
    run([("first", first), ("second", second)])
    visitor.join(30)
    assert turns == ["first step", "visitor", "second step"]


def test_the_first_section_of_each_page_and_the_networks_come_first() -> None:
    names = [name for name, _ in steps()]
    firsts = [next(iter(page.modules.values())) for page in (METRICS, CONV, DETECTOR, TRANSFER, CIFAR)]
    assert names[:5] == firsts
    assert names[5:7] == ["the detector", "the backbone of transfer learning"]
    assert len(set(names)) == len(names)


@pytest.fixture
def slow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A module that takes its time."""
    (tmp_path / "slow_section.py").write_text("import time\ntime.sleep(0.3)\ndone = True\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield "slow_section"
    sys.modules.pop("slow_section", None)


def test_a_module_that_is_being_imported_is_not_there_yet(slow: str) -> None:
    thread = threading.Thread(target=sections.load, args=(slow,))
    thread.start()
    while slow not in sys.modules:
        pass
    assert not sections.is_loaded(slow)
    assert sections.load(slow).done, "who wants it waits for all of it"
    thread.join(30)
    assert sections.is_loaded(slow)
