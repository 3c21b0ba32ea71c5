"""What a change costs in the sections "Size and cost" and "A stack of layers", and the published networks at first use.

Run from the project's root: `python -m tests.bench.bench_conv_page`. Prints one JSON object. The page runs by AppTest,
so times are those of the whole script without browser and network; reruns are medians, with the slowest beside them.
The published networks are counted once for each process, here first one by one and then as the page does it, all in
one rerun; importing torchvision and timm is timed apart.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from streamlit.testing.v1 import AppTest

from core.conv.notation import write
from core.conv.stack import analyse
from core.figures.conv.stack import results, volumes
from tests.bench.bench_conv import LAYERS, SHAPE, deep
from tests.bench.server import ROOT, report

PAGE = "pages/conv_calculator.py"
SIZE, STACK = "Size and cost", "A stack of layers"
CHANGES = 12


def _milliseconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return (time.perf_counter() - start) * 1e3


def _summary(times: list[float]) -> dict[str, float]:
    return {"median_ms": round(statistics.median(times), 1), "slowest_ms": round(max(times), 1)}


def _sound(page: AppTest) -> AppTest:
    if page.exception or page.error:
        raise RuntimeError(f"the page says: {[*page.exception, *page.error]}")
    return page


def _visit(**link: str) -> AppTest:
    page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300).run()
    for key, value in link.items():
        page.query_params[key] = value
    return _sound(page.switch_page(PAGE).run())


def _size() -> dict[str, Any]:
    """One number, a layer that does not fit, and another section, each in turn."""
    page = _visit(conv_section=SIZE)
    number: list[float] = []
    for turn in range(CHANGES):
        control = page.number_input(key="conv_size_f").set_value(3 + turn)
        number.append(_milliseconds(control.run))
    _sound(page)
    refused: list[float] = []
    for turn in range(CHANGES):
        control = page.number_input(key="conv_size_g").set_value(2 + 3 * turn)
        refused.append(_milliseconds(control.run))
    page.number_input(key="conv_size_g").set_value(1).run()
    kinds: list[float] = []
    menu = page.selectbox(key="conv_size_kind").options
    for turn in range(CHANGES):
        control = page.selectbox(key="conv_size_kind").set_value(menu[(turn + 1) % len(menu)])
        kinds.append(_milliseconds(control.run))
    _sound(page)
    return {"a_number": _summary(number), "a_refusal": _summary(refused), "another_kind": _summary(kinds)}


def _published() -> dict[str, Any]:
    """The published networks, each for the first time in this process, and then all at the page's first use."""
    start = time.perf_counter()
    from core.conv import published
    from core.models.zoo import ZOO

    imported = (time.perf_counter() - start) * 1e3
    each = {name: round(_milliseconds(lambda name=name: published.published(name)), 1) for name in ZOO}
    published._counted.clear()
    page = _visit()
    section = page.segmented_control(key="conv_section").set_value(STACK)
    first = _milliseconds(section.run)
    _sound(page)
    return {
        "import_ms": round(imported, 1),
        "networks": len(ZOO),
        "each_first_ms": each,
        "sum_of_each_ms": round(sum(each.values()), 1),
        "page_at_first_use_ms": round(first, 1),
    }


def _edits(page: AppTest) -> list[float]:
    """The padding of the first row, changed as the browser's table sends it; each time a network never seen before."""
    key = f"conv_stack_table_{page.session_state['conv_stack_version']}"
    times = []
    for turn in range(CHANGES):
        row = {"padding": str(4 + turn)}
        page.session_state[key] = {"edited_rows": {0: row}, "added_rows": [], "deleted_rows": []}
        times.append(_milliseconds(page.run))
    _sound(page)
    return times


def _stack() -> dict[str, Any]:
    """Edits of AlexNet and of a residual network of 200 layers; the published networks have been counted before."""
    found: dict[str, Any] = {}
    text = write(deep())
    pages = {
        "alexnet": _visit(conv_section=STACK),
        f"{LAYERS}_layers": _visit(conv_section=STACK, conv_stack_text=text),
    }
    for name, page in pages.items():
        ranks = page.selectbox(key="conv_stack_rank").options
        rank: list[float] = []
        for turn in range(CHANGES):
            control = page.selectbox(key="conv_stack_rank").set_value(ranks[turn % len(ranks)])
            rank.append(_milliseconds(control.run))
        found[name] = {
            "nothing_changed": _summary([_milliseconds(page.run) for _ in range(CHANGES)]),
            "another_ranking": _summary(rank),
            "table_edited": _summary(_edits(page)),
        }
    analysis = analyse(deep(), SHAPE)
    found["parts_of_200_layers"] = {
        "analyse": _summary([_milliseconds(lambda: analyse(deep(), SHAPE)) for _ in range(CHANGES)]),
        "volumes": _summary([_milliseconds(lambda: volumes(analysis)) for _ in range(CHANGES)]),
        "results": _summary([_milliseconds(lambda: results(analysis)) for _ in range(CHANGES)]),
    }
    return found


def measure() -> dict[str, Any]:
    """All of it; the published networks first, since they are counted once a process."""
    return {"published": _published(), "size": _size(), "stack": _stack()}


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
