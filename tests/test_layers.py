"""The house's one rule, walked import by import: arrows point downwards only."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
DOMAINS = ("conv", "detection", "metrics", "transfer")
GROUND = ("models", "images", "image_checks", "device", "jobs", "errors", "samples")
# who may import whom, by the second part of the module's name
ALLOWED: dict[str, tuple[str, ...]] = {
    "ui": ("ui", "figures", *DOMAINS, *GROUND),
    "figures": ("figures", *DOMAINS, *GROUND),
    **{domain: (domain, *GROUND) for domain in DOMAINS},
    "models": ("models", "device", "jobs", "errors"),
    "images": ("image_checks", "errors"),
    "image_checks": ("errors",),
    "samples": ("errors",),
    "jobs": ("errors",),
    "device": ("errors",),
    "errors": (),
}
HEAVY = ("torch", "torchvision", "timm", "sklearn", "skimage", "numpy")


def imports(file: Path) -> set[str]:
    """Every module a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: relative import"
            module = node.module or ""
            names |= {f"{module}.{alias.name}" for alias in node.names} if module == "core" else {module}
    return names


CORE = sorted((ROOT / "core").rglob("*.py"))
PAGES = [*sorted((ROOT / "pages").glob("*.py")), ROOT / "app.py"]


def test_there_is_something_to_walk() -> None:
    assert len(CORE) > 15
    assert len(PAGES) >= 3


@pytest.mark.parametrize("file", CORE, ids=lambda file: str(file.relative_to(ROOT)))
def test_core_imports_point_downwards(file: Path) -> None:
    parts = file.relative_to(ROOT / "core").with_suffix("").parts
    for name in imports(file):
        if name.startswith("streamlit"):
            assert parts[0] == "ui", f"{file} imports {name}: only core.ui may"
        if name.startswith("core."):
            assert parts[0] in ALLOWED, f"{file}: say in this test where it belongs"
            assert name.split(".")[1] in ALLOWED[parts[0]], f"{file} imports {name}"
        assert not name.startswith(("pages", "app", "tests")), f"{file} imports {name}"


@pytest.mark.parametrize("file", PAGES, ids=lambda file: file.name)
def test_pages_only_read_call_and_draw(file: Path) -> None:
    for name in imports(file):
        assert name.split(".")[0] not in HEAVY, f"{file} computes: it imports {name}"
        assert not name.startswith(("core.models.weights", "core.images", "core.device")), f"{file} imports {name}"


def test_every_page_calls_the_guard_before_it_draws() -> None:
    for file in sorted((ROOT / "pages").glob("*.py")):
        calls = [
            ast.unparse(node.value)
            for node in ast.parse(file.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        ]
        assert calls[0] == "guard(__file__)", f"{file}: {calls[0]} comes first"


def test_top_level_is_what_the_readme_says() -> None:
    allowed = {"README.md", "requirements.txt", "app.py", "pages", "core", "tests", "LICENSE", "pyproject.toml"}
    here = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "__pycache__"))}
    assert here <= allowed | {"packages.txt"}
