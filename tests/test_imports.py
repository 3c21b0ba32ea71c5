"""Heavy libraries are imported by those who need them: a page draws its first words before seconds of imports."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TORCH = ("torch", "torchvision", "timm")
SOME = ("captum", "umap", "onnx", "onnxscript", "vl_convert")  # of which only some sections make something

# what is imported, in one process one after the other, and what nobody may have imported by then
STEPS = {
    "core.ui, core.ui.framework.router, core.ui.framework.frame": (*TORCH, *SOME, "sklearn"),
    "core.ui.conv, core.ui.detector, core.ui.transfer, core.ui.metrics": (*TORCH, *SOME, "sklearn"),
    "core.metrics.challenges.catalogue": (*TORCH, *SOME),
    "core.ui.metrics.challenges.view": (*TORCH, *SOME),
    "core.ui.metrics.multilabel.view, core.ui.metrics.predictions.compare": (*TORCH, *SOME),
    "core.ui.transfer.subject, core.ui.transfer.features": SOME,
}
CODE = """
import json, sys
for modules, forbidden in json.loads(sys.argv[1]).items():
    exec(f"import {modules}")
    print(json.dumps([name for name in forbidden if name in sys.modules]))
"""


def test_heavy_libraries_are_imported_by_those_who_need_them(subtests: pytest.Subtests) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, json.dumps(STEPS)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for modules, found in zip(STEPS, done.stdout.splitlines(), strict=True):
        with subtests.test(modules):
            assert json.loads(found) == []
