"""What a slider move costs on the detector page, beside running the network again, as is the usual practice.

Run from the project's root: `python -m tests.bench.bench_slider`. Prints one JSON object. 600 made-up candidates, all
of which take part; thresholds, view and network take turns, and figures are medians.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import streamlit as st
from streamlit.dataframe_util import convert_anything_to_arrow_bytes
from streamlit.testing.v1 import AppTest

from core import device
from core.detection import Candidates, Detections, Detector, NmsStatus, load
from core.detection.rounds import overlap, rounds
from core.figures.detection import suppression as figures
from core.images import data_uri, decode, shrink, to_jpeg
from core.samples import SAMPLES
from core.ui.cache import DISPLAY_SIDE
from tests import synthetic
from tests.bench.server import ROOT, Visitor, report, serve

COUNT = 600
THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9)
SCORE = 0.02
ROUNDS = 7
TURN = 1  # the round of NMS that the page shows at first

Times = dict[str, list[float]]  # what was timed -> milliseconds of each time


def _timed(times: Times, name: str, make: Callable[[], Any]) -> Any:
    """Call and note how long it took."""
    start = time.perf_counter()
    result = make()
    times.setdefault(name, []).append((time.perf_counter() - start) * 1e3)
    return result


def _view(times: Times, uri: str, size: tuple[int, int], found: Candidates, kept: Detections) -> dict[str, int]:
    """Everything the page makes of a suppression, as it goes to the browser; returns bytes by part."""

    def timed(name: str, make: Callable[[], Any]) -> Any:
        return _timed(times, name, make)

    sent: dict[str, str | bytes] = {}
    boxes = timed("before_and_after", lambda: figures.before_and_after(uri, size, found, kept))
    sent["before_and_after"] = timed("before_and_after_json", lambda: json.dumps(boxes.as_data()))
    turns = timed("rounds", lambda: rounds(found, kept))
    turn = turns[min(TURN, len(turns) - 1)]
    if turn.winner is not None and turn.victims:
        timed("overlap", lambda: overlap(found, turn.winner, turn.victims[0]))
    boxes = timed("nms_round", lambda: figures.nms_round(uri, size, found, kept, turn))
    sent["nms_round"] = timed("nms_round_json", lambda: json.dumps(boxes.as_data()))
    table = timed("table", lambda: figures.table(found, kept))
    sent["table"] = timed("table_arrow", lambda: convert_anything_to_arrow_bytes(table))
    funnel = timed("funnel", lambda: figures.funnel(found, kept, SCORE))
    spec, rows = timed(
        "funnel_json", lambda: (json.dumps(dict(funnel.spec)), convert_anything_to_arrow_bytes(funnel.data))
    )
    sent["funnel"] = spec.encode() + rows
    return {name: len(data) for name, data in sent.items()}


def parts(count: int = COUNT, repeats: int = ROUNDS) -> dict[str, Any]:
    """Suppression, view and network in turn, in this process.

    Returns:
        Medians in ms, ratios to the network, bytes to the browser; of suppression and network also the fastest, which
        a busy machine changes least.
    """
    image = decode(SAMPLES["motorcycle"].read())
    uri = data_uri(to_jpeg(shrink(image, DISPLAY_SIDE)))
    found = synthetic.candidates(count, size=(image.height, image.width))
    detector = load()
    for _ in range(2):  # what is done but once is no part of a slider move, nor of a second run
        detector.candidates(image)
        _view({}, uri, image.size, found, found.suppress(0.5, SCORE))

    suppress: Times = {}
    pieces: Times = {}
    views: list[float] = []
    network: list[float] = []
    main_figure: list[float] = []
    left_by, sent = {}, {}
    for _ in range(repeats):
        for iou in THRESHOLDS:
            start = time.perf_counter()
            kept = _timed(suppress, f"{iou:g}", lambda iou=iou: found.suppress(iou, SCORE))
            sent = _view(pieces, uri, image.size, found, kept)
            views.append((time.perf_counter() - start) * 1e3)
            main_figure.append(
                suppress[f"{iou:g}"][-1] + pieces["before_and_after"][-1] + pieces["before_and_after_json"][-1]
            )
            left_by[f"{iou:g}"] = kept.count(NmsStatus.KEPT, NmsStatus.OVER_LIMIT)
        start = time.perf_counter()
        detector.candidates(image)
        network.append((time.perf_counter() - start) * 1e3)

    every = [value for values in suppress.values() for value in values]
    network_ms, suppress_ms, view_ms = (statistics.median(values) for values in (network, every, views))
    return {
        "device": str(device.best()),
        "candidates": count,
        "left_by_nms_at_iou": left_by,
        "suppress_ms_at_iou": {name: round(statistics.median(values), 3) for name, values in suppress.items()},
        "suppress_ms": round(suppress_ms, 3),
        "suppress_and_main_figure_ms": round(statistics.median(main_figure), 3),
        "whole_view_ms": round(view_ms, 3),
        "view_parts_ms": {name: round(statistics.median(values), 3) for name, values in pieces.items()},
        "fastest": {
            "suppress_ms": round(min(every), 3),
            "suppress_and_main_figure_ms": round(min(main_figure), 3),
            "whole_view_ms": round(min(views), 3),
            "network_ms": round(min(network), 1),
        },
        "network_ms": round(network_ms, 1),
        "ratio_network_over_suppress": round(network_ms / suppress_ms, 1),
        "ratio_network_over_suppress_fastest": round(min(network) / min(every), 1),
        "ratio_network_over_whole_view": round(network_ms / view_ms, 1),
        "ratio_network_over_whole_view_fastest": round(min(network) / min(views), 1),
        "to_browser_kb": {name: round(size / 1e3, 1) for name, size in sent.items()},
        "of_which_picture_kb": round(2 * len(uri) / 1e3, 1),
    }


def app_test(count: int = COUNT, repeats: int = 3) -> dict[str, Any]:
    """The whole page run again by AppTest after a slider move, on made-up candidates."""
    image = decode(SAMPLES["motorcycle"].read())
    found = synthetic.candidates(count, size=(image.height, image.width))
    st.cache_resource.clear()
    with patch.object(Detector, "candidates", lambda *_, **__: found):
        page = AppTest.from_file(str(ROOT / "app.py"), default_timeout=120).run()
        page.switch_page("pages/faster_rcnn.py").run()
        page.slider(key="rcnn_score").set_value(SCORE).run()
        times: list[float] = []
        for _ in range(repeats):
            for iou in THRESHOLDS:
                slider = page.slider(key="rcnn_iou").set_value(iou)
                start = time.perf_counter()
                slider.run()
                times.append((time.perf_counter() - start) * 1e3)
    st.cache_resource.clear()
    if page.exception or page.error:
        raise RuntimeError(f"the page says: {[*page.exception, *page.error]}")
    return {"candidates": count, "rerun_ms": round(statistics.median(times), 1)}


def real_server(repeats: int = 3) -> dict[str, Any]:
    """The whole page run again in a real server after a slider move, on the motorcycle's own candidates."""
    with serve() as server, Visitor(server) as visitor:
        visitor.open()
        visitor.open("faster_rcnn")
        visitor.slide("rcnn_score", SCORE)
        # thresholds never asked for before, as a browser keeps what it has seen of late
        moves = [visitor.slide("rcnn_iou", iou + turn / 100) for turn in range(repeats) for iou in THRESHOLDS]
    return {
        "rerun_ms": round(statistics.median(move.seconds for move in moves) * 1e3, 1),
        "sent_kb": round(statistics.median(move.sent_bytes for move in moves) / 1e3, 1),
        "sent_kb_of_last_by_element": {name: round(size / 1e3, 1) for name, size in moves[-1].by_element.items()},
    }


def measure() -> dict[str, Any]:
    """All three: the parts by themselves, the page by AppTest, the page in a real server."""
    return {"parts": parts(), "app_test": app_test(), "real_server": real_server()}


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
