"""Where the tests' time goes: seconds a folder, and the slowest tests.

Run from the project's root: `python -m tests.bench.suite [-n 2] [FOLDER ...]`; whatever stands behind the name goes to
pytest. Prints pytest's own lines to stderr and one JSON object to stdout. Seconds of a test are those of set-up, call
and tear-down, in whichever process it ran; `wall_s` is what somebody waits for all of them.
"""

from __future__ import annotations

import sys
import time
from collections import defaultdict
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

import pytest

if __package__ in (None, ""):  # run by its path
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.bench.server import report
from tests.examples import PROFILE

SLOWEST = 20
ALONE = ("-n", "0")


class Stopwatch:
    """A plugin of pytest that adds up what each test took.

    Attributes:
        seconds: test -> seconds.
        outcomes: how many tests passed, failed, were skipped.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self.outcomes: dict[str, int] = defaultdict(int)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Called for each of the three parts of a test, in the first process also for tests of the others."""
        if hasattr(report, "context"):  # a part of a test that lists all its failures: the whole is told as well
            return
        self.seconds[report.nodeid] += report.duration
        if report.when == "call" or report.outcome != "passed":
            self.outcomes[report.outcome] += 1

    def by_folder(self) -> dict[str, dict[str, float]]:
        """Folder -> its tests and their seconds, without those of folders below it; the slowest folder first."""
        found: dict[str, list[float]] = defaultdict(list)
        for test, seconds in self.seconds.items():
            found[str(Path(test.partition("::")[0]).parent)].append(seconds)
        ranked = sorted(found.items(), key=lambda item: -sum(item[1]))
        return {folder: {"tests": len(each), "seconds": round(sum(each), 1)} for folder, each in ranked}

    def slowest(self, count: int) -> dict[str, float]:
        """The slowest tests and their seconds."""
        ranked = sorted(self.seconds.items(), key=lambda item: -item[1])
        return {test: round(seconds, 2) for test, seconds in ranked[:count]}


class Examples:
    """A plugin that counts the examples of properties: how many hypothesis tries at most."""

    def __init__(self) -> None:
        self.count = 0

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Called when all tests are known."""
        for item in items:
            chosen = getattr(getattr(item, "obj", None), "_hypothesis_internal_use_settings", None)
            self.count += 0 if chosen is None else chosen.max_examples


def measure(arguments: list[str]) -> dict[str, Any]:
    """Run the tests.

    Args:
        arguments: of pytest.
    """
    watch, properties = Stopwatch(), Examples()
    with redirect_stdout(sys.stderr):
        started = time.perf_counter()
        status = pytest.main(["-q", *arguments], plugins=[watch])
        wall = time.perf_counter() - started
        paths = [each for each in arguments if (Path(each.partition("::")[0])).exists()]
        pytest.main(["-qq", "--collect-only", "--no-summary", *ALONE, *paths], plugins=[properties])
    return {
        "command": ["pytest", *arguments],
        "status": int(status),
        "wall_s": round(wall, 1),
        "seconds": round(sum(watch.seconds.values()), 1),
        "tests": dict(watch.outcomes),
        "hypothesis_profile": PROFILE,
        "examples_at_most": properties.count,
        "folders": watch.by_folder(),
        "slowest": watch.slowest(SLOWEST),
    }


if __name__ == "__main__":
    report(measure(sys.argv[1:]))
