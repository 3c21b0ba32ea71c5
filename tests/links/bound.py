"""Which keys the source binds to the address bar, as far as the source alone says them."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import reduce
from pathlib import Path
from types import SimpleNamespace

ROOT = Path(__file__).parents[2]
_ANY = ".+"


def patterns() -> dict[str, str]:
    """Pattern of a key -> where it stands.

    In a pattern any text stands for what only a running page knows, a parameter of a function for example. A key of
    which nothing else is known is left out: those who call that function say it, not in a way that is looked for here.
    """
    found: dict[str, str] = {}
    for path in sorted([*(ROOT / "pages").glob("*.py"), *(ROOT / "core" / "ui").rglob("*.py")]):
        module = _module(path)
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for call in _binding(tree):
            key = next((word.value for word in call.keywords if word.arg == "key"), None)
            pattern = _pattern(key, module)
            if pattern != _ANY:
                found.setdefault(pattern, f"{path.relative_to(ROOT)}:{call.lineno}")
        for pattern in _of_forms(tree, module):
            found.setdefault(pattern, str(path.relative_to(ROOT)))
    return found


def _of_forms(tree: ast.AST, module: object) -> Iterator[str]:
    """The keys of a module's forms, see `core.ui.framework.controls`, behind what it draws them with."""
    names = ("draw", "ui.draw", "defaults", "ui.defaults")  # those of a module may be drawn by another one
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) in names]
    drawn = [(ast.unparse(call.args[0]), _pattern(call.args[1], module)) for call in calls if len(call.args) == 2]
    for form in vars(module).values():
        if not (is_dataclass(form) and isinstance(form, type) and form.__module__ == module.__name__):  # type: ignore[attr-defined]
            continue
        declared = [one for one in fields(form) if "control" in one.metadata]
        own = {prefix for name, prefix in drawn if name == form.__name__}
        prefixes = own or {prefix for _, prefix in drawn}
        for one in declared:
            control = one.metadata["control"]
            by_framework = control.labels or control.opening is not None  # it writes these menus into the link
            if control.linked and not by_framework:
                yield from (f"{prefix}_{re.escape(control.key or one.name)}" for prefix in prefixes)


def _module(path: Path) -> object:
    """For its constants; a page is a script whose keys are literal."""
    if path.parent.name == "pages":
        return SimpleNamespace()
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return importlib.import_module(name.removesuffix(".__init__"))


def _binding(tree: ast.AST) -> Iterator[ast.Call]:
    """Calls that bind, be it under a condition."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            how = next((word.value for word in node.keywords if word.arg == "bind"), None)
            if how is not None and (isinstance(how, ast.Attribute) or "query-params" in ast.unparse(how)):
                yield node


def _pattern(node: ast.expr | None, module: object) -> str:
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    if isinstance(node, ast.JoinedStr):
        parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
        return "".join(_pattern(part, module) for part in parts)
    if isinstance(node, (ast.Name, ast.Attribute)):
        value = reduce(lambda thing, name: getattr(thing, name, None), ast.unparse(node).split("."), module)
        return re.escape(value) if isinstance(value, str) else _ANY
    return _ANY
