"""Which module imports which, read from the source, and the circles in that."""

from __future__ import annotations

import ast
import fnmatch
import re
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

Graph = Mapping[str, set[str]]
"""Module -> those it imports."""


def name_of(file: Path, root: Path) -> str:
    """What a file below `root` is imported as: a folder by its `__init__.py`."""
    parts = file.relative_to(root).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(tree: ast.AST) -> set[str]:
    """Every module that is imported, at the top, in a function or for a type checker's eyes only.

    `from a import b` gives `a.b`, as b may be a module. What `import_module` is given in part, as in f"a.{b}.c", is
    a pattern, `a.*.c`; where it is given a variable, the name stands as a string elsewhere, so that every string which
    names a module of `core` counts.
    """
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"a relative import: {ast.unparse(node)}"
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names |= _pattern(node.args[0])
        elif isinstance(node, ast.Constant) and re.fullmatch(r"core(\.\w+)+", str(node.value)):
            names.add(str(node.value))
    return names


def _pattern(argument: ast.expr) -> set[str]:
    if isinstance(argument, ast.Constant | ast.Name):
        return {str(argument.value)} if isinstance(argument, ast.Constant) else set()
    assert isinstance(argument, ast.JoinedStr), f"import_module({ast.unparse(argument)}) cannot be followed"
    return {"".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in argument.values)}


def graph(sources: Mapping[str, ast.AST]) -> dict[str, set[str]]:
    """The arrows among some modules, given the source of each.

    `from a import b` is an arrow to the module `a.b` if there is one, else to `a`. Importing a package means its
    `__init__`: the arrow to it that an import of `a.b` implies is none of `a.b`'s doing and does not count.
    """
    return {name: set(_arrows(name, tree, sources)) for name, tree in sources.items()}


def _arrows(name: str, tree: ast.AST, sources: Mapping[str, ast.AST]) -> Iterator[str]:
    for imported in imports(tree):
        if "*" in imported:
            yield from (other for other in fnmatch.filter(sources, imported) if other != name)
        elif imported in sources:
            yield imported
        elif (package := imported.rpartition(".")[0]) in sources:
            yield package


def circles(modules: Graph) -> list[list[str]]:
    """Circles of imports, each as the way round, [a, b, a]; empty where all arrows point one way.

    Where circles share arrows, not each is named, but cutting those that are leaves none.
    """
    found, left = [], {name: set(others) for name, others in modules.items()}
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            way = error.args[1][::-1]  # it goes from what is imported to who imports it
            found.append(way)
            left[way[0]].discard(way[1])
        else:
            return found


def own_packages(modules: Graph) -> list[str]:
    """Modules that import a package they are in: its `__init__` has to run before them, so it cannot need them."""
    return [f"{name} imports {of}" for name, others in modules.items() for of in others if name.startswith(f"{of}.")]
