"""What a view of *Proposals* costs, beside running the network again, as is the usual practice.

Run from the project's root: `python -m tests.bench.bench_proposals`. Prints one JSON object. The bundled detector and a
sample photograph; views, the second stage alone and the whole network take turns, and figures are medians. A view is
all that a slider move makes: proposals chosen anew, recall, heat maps, boxes and chart, as they go to the browser.
"""

from __future__ import annotations

import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch is imported: else busy neighbours decide the times

import streamlit as st
import torch
from streamlit.dataframe_util import convert_anything_to_arrow_bytes
from streamlit.testing.v1 import AppTest

from core import device
from core.detection import StagedDetector, load
from core.detection.inside import Inside
from core.detection.proposing.again import in_image, propose_again
from core.detection.proposing.objectness import objectness_maps
from core.detection.proposing.origins import origins
from core.detection.proposing.recall import hits
from core.figures.detection import proposals as figures
from core.figures.detection.proposals import Colour, Objects
from core.figures.detection.proposals_charts import recall_curve
from core.images import data_uri, decode, shrink, to_jpeg
from core.samples import SAMPLES, ground_truth
from core.ui.cache import DISPLAY_SIDE
from tests.bench.server import report

PICTURE = "motorcycle"
THRESHOLDS = (0.1, 0.3, 0.5, 0.7, 0.9, 1.0)
COUNTS = (20, 300)
ROUNDS = 7

Times = dict[str, list[float]]  # what was timed -> milliseconds of each time


def _timed(times: Times, name: str, make: Callable[[], Any]) -> Any:
    """Call and note how long it took."""
    start = time.perf_counter()
    result = make()
    times.setdefault(name, []).append((time.perf_counter() - start) * 1e3)
    return result


def _view(times: Times, uri: str, size: tuple[int, int], rpn: Any, inside: Inside, iou: float, count: int) -> int:
    """Everything the section makes of a threshold and an N; returns bytes to the browser."""
    seen = ground_truth(SAMPLES[PICTURE])
    objects = Objects(tuple(box.label for box in seen), tuple(box.xyxy for box in seen))
    proposals = _timed(times, "proposals", lambda: propose_again(rpn, inside, iou))
    boxes = in_image(inside, proposals.boxes)
    against = _timed(times, "hits", lambda: hits(torch.tensor(objects.boxes), boxes, 0.5))
    shown = proposals.first(count)

    def panel() -> str:
        corners = [(x1, y1, x2, y2) for x1, y1, x2, y2 in boxes[:count].tolist()]
        where = origins(inside, shown)
        total = len(proposals)
        picture = figures.on_picture(
            uri, size, corners, shown, where, objects, against, Colour.OBJECTNESS, total
        )  # fmt: skip
        return json.dumps(picture.as_data())

    def maps() -> str:
        drawings = [
            figures.heat_map(uri, inside.network_size, inside.padded_size, found, number, swatch=False)
            for number, found in enumerate(objectness_maps(inside))
        ]
        return json.dumps([drawing.as_data() for drawing in drawings])

    def curve() -> bytes:
        figure = recall_curve(against, len(shown))
        return json.dumps(dict(figure.spec)).encode() + convert_anything_to_arrow_bytes(figure.data)

    made = [_timed(times, "boxes", panel), _timed(times, "heat_maps", maps), _timed(times, "recall", curve)]
    return sum(len(part) for part in made)


def parts(repeats: int = ROUNDS) -> dict[str, Any]:
    """Views, the second stage and the network in turn, in this process."""
    image = decode(SAMPLES[PICTURE].read())
    uri = data_uri(to_jpeg(shrink(image, DISPLAY_SIDE)))
    detector = load()
    assert isinstance(detector, StagedDetector)
    inside, rpn = detector.inside(image), detector.model.rpn
    for _ in range(2):  # what is done but once is no part of a slider move, nor of a second run
        detector.inside(image)
        detector.heads_again(inside, _run_view({}, uri, image.size, rpn, inside))

    pieces: Times = {}
    views: list[float] = []
    heads: list[float] = []
    network: list[float] = []
    sent = 0
    for _ in range(repeats):
        for iou in THRESHOLDS:
            for count in COUNTS:
                start = time.perf_counter()
                sent = _view(pieces, uri, image.size, rpn, inside, iou, count)
                views.append((time.perf_counter() - start) * 1e3)
        proposals = propose_again(rpn, inside, 0.5)
        for times, run in (
            (heads, lambda chosen=proposals: detector.heads_again(inside, chosen)),
            (network, lambda: detector.inside(image)),
        ):
            start = time.perf_counter()
            run()
            times.append((time.perf_counter() - start) * 1e3)
    view_ms, heads_ms, network_ms = (statistics.median(values) for values in (views, heads, network))
    return {
        "device": str(device.best()),
        "view_ms": round(view_ms, 2),
        "slowest_view_ms": round(max(views), 2),
        "view_parts_ms": {name: round(statistics.median(values), 2) for name, values in pieces.items()},
        "heads_ms": round(heads_ms, 1),
        "network_ms": round(network_ms, 1),
        "ratio_network_over_view": round(network_ms / view_ms, 1),
        "ratio_network_over_heads": round(network_ms / heads_ms, 2),
        "to_browser_kb": round(sent / 1e3, 1),
    }


def _run_view(times: Times, uri: str, size: tuple[int, int], rpn: Any, inside: Inside) -> Any:
    _view(times, uri, size, rpn, inside, 0.5, COUNTS[-1])
    return propose_again(rpn, inside, 0.5)


def app_test(repeats: int = 3) -> dict[str, Any]:
    """The whole section run again by AppTest after a slider move."""
    st.cache_resource.clear()
    script = "import streamlit as st; from core.ui.detector.proposals.view import section; section()"
    page = AppTest.from_string(script, default_timeout=120).run()
    times: list[float] = []
    for _ in range(repeats):
        for iou in THRESHOLDS:
            slider = page.slider(key="rcnn_proposals_iou").set_value(iou)
            start = time.perf_counter()
            slider.run()
            times.append((time.perf_counter() - start) * 1e3)
    if page.exception or page.error:
        raise RuntimeError(f"the section says: {[*page.exception, *page.error]}")
    return {"rerun_ms": round(statistics.median(times), 1), "slowest_rerun_ms": round(max(times), 1)}


def measure() -> dict[str, Any]:
    """The parts by themselves, and the section by AppTest."""
    return {"parts": parts(), "app_test": app_test()}


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
