"""Format, lint and types, beside the other tests: of the processors they take what those leave idle.

`start` is called where a run by several processes begins, `outcome` by the tests that judge, at its end.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
TOOLS = {
    "format": ("ruff", "format", "--check", "."),
    "lint": ("ruff", "check", "."),
    "scripts": ("oxlint", "--config", "tests/oxlint.json", "--deny-warnings", "core", "tests"),
    "types": ("mypy",),
}
"""mypy keeps what it has found in `.mypy_cache`: a second run takes a moment. oxlint reads JavaScript."""
FOLDER = "CLASSROOM_TOOLS"  # environment variable: where the tools that were started leave what they said


class Outcome(NamedTuple):
    """How a tool ended.

    Attributes:
        status: 0 where it found nothing.
        said: what it printed.
    """

    status: int
    said: str


def run(tool: str) -> Outcome:
    """Run one now."""
    return call(*TOOLS[tool])


def call(name: str, *given: str) -> Outcome:
    """Call a tool by its name, as it is installed beside this interpreter; one that is not there has failed."""
    program = [sys.executable, "-m", name]
    if name == "oxlint":  # a program, no module
        found = shutil.which(name, path=sysconfig.get_path("scripts"))
        if found is None:
            return Outcome(127, f"{name} is missing: pip install -r tests/requirements.txt")
        program = [found]
    command = [*program, *given]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
    return Outcome(done.returncode, done.stdout)


def start() -> None:
    """Start all of them in the background, as modestly as the system allows."""
    folder = os.environ[FOLDER] = tempfile.mkdtemp(prefix="classroom-tools-")
    for tool in TOOLS:
        subprocess.Popen([sys.executable, "-m", __name__, tool, folder], cwd=ROOT)


def outcome(tool: str) -> Outcome:
    """What came of one: waits for it where it was started, else runs it."""
    if FOLDER not in os.environ:
        return run(tool)
    file = Path(os.environ[FOLDER], tool)
    while not file.exists():
        time.sleep(0.2)
    return Outcome(*json.loads(file.read_text(encoding="utf-8")))


def _in_background(tool: str, folder: str) -> None:
    if hasattr(os, "nice"):
        os.nice(19)
    text = json.dumps(run(tool))
    unfinished = Path(folder, f"{tool}.part")
    unfinished.write_text(text, encoding="utf-8")
    unfinished.rename(Path(folder, tool))  # all of it at once


if __name__ == "__main__":
    _in_background(*sys.argv[1:])
