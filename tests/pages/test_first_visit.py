"""A fresh server: whoever comes first reads the page's head and why the rest takes a moment, before torch is there.

In the server a package of the name torch stands before the real one: it stops whoever imports it until the test lets
go, then makes room. What has reached the visitors by then can have wanted nothing of torch.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.ui.framework.page import FIRST_VISIT
from tests.bench.server import ROOT, Server, Visitor, maps_library, serve

GATE = """
import os, sys, time
from pathlib import Path

while not Path(os.environ["GATE"]).exists():
    time.sleep(0.02)
sys.path.remove(str(Path(__file__).parents[1]))
del sys.modules["torch"]
import torch
"""
TITLES = {
    "faster_rcnn": "Faster R-CNN",
    "conv_calculator": "Conv calculator",
    "transfer_learning": "Transfer learning",
    "metrics_explorer": "Metrics explorer",  # wants no torch, but only one section is imported at a time
}


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gate") / "open"


@pytest.fixture(scope="module")
def server(gate: Path) -> Iterator[Server]:
    package = gate.with_name("torch")
    package.mkdir()
    (package / "__init__.py").write_text(GATE)
    with serve(
        environment={"PYTHONPATH": os.pathsep.join((str(gate.parent), str(ROOT))), "GATE": str(gate)}
    ) as running:
        yield running
        gate.touch()  # else the threads that stand there never end


def _head(visitor: Visitor, page: str) -> tuple[str, list[str]]:
    """What a visitor reads until they are told to wait: the page's title, and the other elements by kind."""
    title, kinds = "", []
    for message in visitor.watch(page):
        if message.WhichOneof("type") != "delta":
            continue
        for element in (message.delta.new_element, *message.delta.new_transient.elements):
            kinds.append(str(element.WhichOneof("type")))
            if kinds[-1] == "heading":
                title = title or element.heading.body
            if kinds[-1] == "spinner":
                assert element.spinner.text == FIRST_VISIT
                return title, kinds
    raise AssertionError(f"{page} was drawn, though torch cannot be imported")


def test_title_sections_and_a_sentence_come_before_torch(server: Server) -> None:
    with ExitStack() as stay:
        for page, title in TITLES.items():
            said, kinds = _head(stay.enter_context(Visitor(server)), page)
            assert said == title
            assert "button_group" in kinds or page == "faster_rcnn", "the choice of a section"
            assert kinds.count("markdown") >= 2, "badge and memory at the foot"
        assert maps_library(server.pid, "libtorch") in (False, None)


def test_home_waits_for_nobody(server: Server) -> None:
    """Though other visitors' pages stand at torch."""
    with Visitor(server) as visitor:
        drawn = [message.delta.new_element for message in visitor.watch() if message.WhichOneof("type") == "delta"]
    assert next(element.heading.body for element in drawn if element.HasField("heading")) == "CNN Classroom"
    assert sum(element.HasField("page_link") for element in drawn) > 20


def test_then_the_page_is_drawn(server: Server, gate: Path) -> None:
    with Visitor(server) as visitor:
        messages = visitor.watch("faster_rcnn")
        threading.Timer(0.5, gate.touch).start()
        kinds = [str(message.delta.new_element.WhichOneof("type")) for message in messages]
    assert {"bidi_component", "slider", "dataframe"} <= set(kinds)
