"""What a move of a slider costs in each section of the detector's page, beside running the network again.

Run from the project's root: `python -m tests.bench.bench_detector_page`. Prints one JSON object. Each section is run as
a script, on a sample photograph; one of its sliders goes to and fro, and the whole rerun is timed, from the changed
value to the last element. The usual practice is taken in turns with it: the network anew, for each move.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch is imported: else busy neighbours decide the times
os.environ["CLASSROOM_WARM"] = "0"

from streamlit.testing.v1 import AppTest

from core.detection import load
from core.images import decode
from core.samples import SAMPLES
from core.ui.pages import DETECTOR
from tests.bench.server import report

PICTURE = "motorcycle"
MOVES = 12
MOVED: Mapping[str, tuple[str, str, tuple[Any, Any], Mapping[str, str]]] = {
    "Detect": ("slider", "rcnn_iou", (0.3, 0.6), {}),
    "2013 to 2016": ("select_slider", "rcnn_ladder_method", ("R-CNN", "Faster R-CNN"), {}),
    "Anchors": ("slider", "rcnn_anchors_positive", (0.6, 0.8), {}),
    "Scale": ("slider", "rcnn_scale_score", (0.3, 0.6), {}),
    "Proposals": ("slider", "rcnn_proposals_iou", (0.3, 0.6), {}),
    "One detection": ("select_slider", "rcnn_walk_step", ("anchor", "features"), {}),
    "Box regression": (
        "select_slider", "rcnn_regress_fit_strength", (0.01, 1000.0), {"rcnn_regress_part": "Learned"}
    ),
    "RoI pooling": ("slider", "rcnn_roi_shift", (-0.5, 0.5), {"rcnn_roi_source": "This picture"}),
    "NMS in depth": ("slider", "rcnn_nms_iou", (0.3, 0.6), {"rcnn_nms_example": "A picture"}),
    "Your boxes": ("slider", "rcnn_truth_nms", (0.3, 0.6), {}),
    "Several pictures": ("slider", "rcnn_gallery_score", (0.3, 0.6), {}),
    "Where it fails": ("slider", "rcnn_fails_score", (0.3, 0.6), {}),
}  # fmt: skip
"""Section -> the kind of slider that is moved, its key, its values, and what else the link says."""
APP = str(Path(__file__).parents[2] / "app.py")


def opened(section: str, link: Mapping[str, str]) -> AppTest:
    """A section, as it is once all it computes is there."""
    at = AppTest.from_file(APP, default_timeout=120).run()
    for name, value in {"rcnn_section": section, "rcnn_picture": PICTURE, **link}.items():
        at.query_params[name] = value
    at.switch_page(DETECTOR.file).run()
    while at.get("progress"):
        at.run()
    assert not at.exception, section
    return at


def main() -> None:
    """Measure and print."""
    detector, image = load(), decode(SAMPLES[PICTURE].read())
    found = {}
    for section in DETECTOR.modules:
        kind, key, values, link = MOVED[section]
        at = opened(section, link)
        moves, passes = [], []
        for number in range(MOVES):
            began = time.perf_counter()
            getattr(at, kind)(key=key).set_value(values[number % 2]).run()
            moves.append((time.perf_counter() - began) * 1e3)
            assert not at.exception, section
            began = time.perf_counter()
            detector.candidates(image)
            passes.append((time.perf_counter() - began) * 1e3)
        later = moves[2:]  # each value once: what it computes first is kept
        found[section] = {
            "slider": key,
            "rerun_ms": round(statistics.median(later), 1),
            "slowest_ms": round(max(later), 1),
            "first_ms": round(max(moves[:2]), 1),
            "network_again_ms": round(statistics.median(passes), 1),
        }
    report({"picture": PICTURE, "moves": MOVES, "sections": found})


if __name__ == "__main__":
    main()
