"""A class opens the app: many first visits to the detector page at once, and what the class does next.

Run from the project's root: `python -m tests.bench.bench_class`. Prints one JSON object. Every visitor is a websocket
of its own on a thread of its own, with a session, widgets and a store of messages that it shares with nobody; the
server has had one visitor before. Seconds of a visit count from the moment when all may go, those of a rerun from the
slider. The same app with Streamlit's file watcher on, which is Streamlit's default, stands beside it in one run.
"""

from __future__ import annotations

import statistics
import sys
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from websockets.exceptions import WebSocketException

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.server import Server, Visitor, report, serve

CLASS = 20
LECTURE = 60
RERUNS = 5
DETECTOR = "faster_rcnn"
WATCHED = ("--server.fileWatcherType=auto",)
BROKEN = (WebSocketException, OSError, EOFError, TimeoutError)
"""What a visitor meets whose connection breaks, or who waits longer than `tests.bench.server.RUN_LIMIT_S`."""


def summary(seconds: Sequence[float], broken: int) -> dict[str, Any]:
    """What to say of some visits or reruns.

    Returns:
        p50_s, p95_s and max_s of those that were answered, None where there was none; broken, how many were not.
    """
    if not seconds:
        return {"p50_s": None, "p95_s": None, "max_s": None, "broken": broken}
    ranked = sorted(seconds)
    late = ranked[min(len(ranked) - 1, round(0.95 * len(ranked)))]
    middle = statistics.median(ranked)
    return {"p50_s": round(middle, 3), "p95_s": round(late, 3), "max_s": round(ranked[-1], 3), "broken": broken}


def _attend(server: Server, number: int, gate: threading.Barrier, reruns: int) -> tuple[list[float], int]:
    """One visitor: waits for the others, opens the page, then moves the slider.

    Returns:
        Seconds of the first visit and of each rerun, as far as the connection held; how many of these it did not hold.
    """
    seconds: list[float] = []
    gate.wait()
    start = time.perf_counter()
    try:
        with Visitor(server) as visitor:
            visitor.open(DETECTOR)
            seconds.append(time.perf_counter() - start)
            for turn in range(reruns):
                seconds.append(visitor.slide("rcnn_iou", 0.05 + 0.9 * ((number + 7 * turn) % 50) / 50).seconds)
    except BROKEN:
        pass
    return seconds, 1 + reruns - len(seconds)


def attend(server: Server, visitors: int, reruns: int = 0) -> dict[str, Any]:
    """Let visitors come at once.

    Returns:
        first_visit, and rerun where there are any: see `summary`.
    """
    gate = threading.Barrier(visitors)
    with ThreadPoolExecutor(visitors) as pool:
        each = list(pool.map(lambda number: _attend(server, number, gate, reruns), range(visitors)))
    first = [seconds[0] for seconds, _ in each if seconds]
    result = {"visitors": visitors, "first_visit": summary(first, visitors - len(first))}
    if reruns:
        later = [one for seconds, _ in each for one in seconds[1:]]
        result["rerun"] = summary(later, visitors * reruns - len(later))
    return result


def on_a_warm_server(visitors: int, reruns: int = 0, options: Sequence[str] = ()) -> dict[str, Any]:
    """As `attend`, on a server of its own that has had one visitor."""
    with serve(options=options) as server:
        with Visitor(server) as before:
            before.open(DETECTOR)
        return attend(server, visitors, reruns)


def measure() -> dict[str, Any]:
    """A class with the watcher on and as the app is, then a lecture.

    Returns:
        watched, ours -> first visits of a class; ours also with reruns; lecture -> first visits; ratio of the first
        visits' medians, watched over ours, None where nobody was answered.
    """
    watched = on_a_warm_server(CLASS, options=WATCHED)
    ours = on_a_warm_server(CLASS, RERUNS)
    slow, fast = watched["first_visit"]["p50_s"], ours["first_visit"]["p50_s"]
    return {
        "watched": watched,
        "ours": ours,
        "lecture": on_a_warm_server(LECTURE),
        "ratio_watched_over_ours_first_visit_p50": None if None in (slow, fast) else round(slow / fast, 1),
    }


def main() -> None:
    """Measure and print."""
    report(measure())


if __name__ == "__main__":
    main()
