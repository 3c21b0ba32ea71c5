"""Heavy libraries are imported by those who need them: a page draws its first words before seconds of imports."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.import_graph import imports, name_of

ROOT = Path(__file__).parent.parent
TORCH = ("torch", "torchvision", "timm")
SOME = (
    "captum",
    "cv2",
    "umap",
    "onnx",
    "onnxscript",
    "vl_convert",
    "ensemble_boxes",
)  # of which only some sections make something
# Streamlit itself imports a part of Plotly, for its theme: what is more than that is ours
PLOTLY = ("core.figures.plots", "more of plotly")

# what is imported, in one process one after the other, and what nobody may have imported by then
STEPS = {
    "core.ui, core.ui.framework.router, core.ui.framework.frame": (*TORCH, *SOME, *PLOTLY, "sklearn"),
    "core.ui.pages, core.ui.gallery, core.ui.framework": (*TORCH, *SOME, *PLOTLY, "sklearn"),  # all that home needs
    "core.ui.conv, core.ui.detector, core.ui.transfer, core.ui.metrics": (*TORCH, *SOME, *PLOTLY, "sklearn"),
    "core.metrics.challenges.catalogue": (*TORCH, *SOME),
    "core.ui.metrics.challenges.view": (*TORCH, *SOME),
    "core.ui.metrics.multilabel.view, core.ui.metrics.predictions.compare": (*TORCH, *SOME),
    "core.ui.transfer.subject, core.ui.transfer.features": SOME,
}
CODE = """
import json, sys
import streamlit
def plotly():
    return {name for name in sys.modules if name.partition(".")[0] == "plotly"}
streamlits = plotly()
for modules, forbidden in json.loads(sys.argv[1]).items():
    exec(f"import {modules}")
    loaded = {*sys.modules, *(["more of plotly"] if plotly() - streamlits else [])}
    print(json.dumps([name for name in forbidden if name in loaded]))
"""


def test_heavy_libraries_are_imported_by_those_who_need_them(subtests: pytest.Subtests) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CODE, json.dumps(STEPS)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for modules, found in zip(STEPS, done.stdout.splitlines(), strict=True):
        with subtests.test(modules):
            assert json.loads(found) == []


def test_plotly_is_imported_by_the_figures_of_settled_charts_alone() -> None:
    found = {
        name_of(file, ROOT): set(imports(ast.parse(file.read_text(encoding="utf-8"))))
        for file in sorted((ROOT / "core").rglob("*.py"))
    }
    users = {name for name, all_of in found.items() if any(one.partition(".")[0] == "plotly" for one in all_of)}
    assert "core.figures.plots" in users
    assert len(users) > 5, "there are settled charts"
    for name in users - {"core.figures.plots"}:
        assert name.startswith("core.figures."), f"{name} draws by itself: that is what core.figures is for"
        assert any(one.startswith("core.figures.plots") for one in found[name]), f"{name} has a style of its own"
