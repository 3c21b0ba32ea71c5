"""The finder of import circles, on sources made for it."""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path

import pytest

from tests.import_graph import circles, graph, name_of, own_packages


def among(**sources: str) -> dict[str, set[str]]:
    """The graph of modules called like `a__b` for `a.b`."""
    return graph({name.replace("__", "."): ast.parse(source) for name, source in sources.items()})


def test_a_name_from_a_package_is_its_module_where_it_has_one() -> None:
    sources = {
        "a": "from a.b import thing",
        "a__b": "import os, numpy.linalg",
        "a__c": "from a import b, other",
        "d": "import a.b\nfrom a.c import f",
    }
    assert among(**sources) == {"a": {"a.b"}, "a.b": set(), "a.c": {"a", "a.b"}, "d": {"a.b", "a.c"}}


@pytest.mark.parametrize(
    "hidden",
    [
        "def f():\n    from a import g",
        "class A:\n    def f(self):\n        import a",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import A",
        "import importlib\nimportlib.import_module('a')",
        "try:\n    import a\nexcept ImportError:\n    a = None",
    ],
)
def test_no_arrow_can_be_hidden(hidden: str) -> None:
    modules = among(a="from b import f", b=hidden)
    assert circles(modules) in ([["a", "b", "a"]], [["b", "a", "b"]])


def test_a_name_made_at_run_time_is_all_modules_that_it_may_be() -> None:
    modules = among(
        p="from importlib import import_module\nimport_module(f'p.{which}.section')",
        p__x__section="from p import NAMES",
        p__y__section="",
        p__y__other="",
    )
    assert modules["p"] == {"p.x.section", "p.y.section"}
    assert sorted(circles(modules)[0][:-1]) == ["p", "p.x.section"]
    with pytest.raises(AssertionError, match="cannot be followed"):
        among(p="import_module(names[which])")


def test_a_name_that_a_variable_brings_stands_somewhere_as_a_string() -> None:
    modules = among(
        core__p="NAMES = {'X': 'core.p.x', 'Y': 'no module'}",
        core__open="def opened(name):\n    return import_module(name)",
        core__p__x="",
    )
    assert modules == {"core.p": {"core.p.x"}, "core.open": set(), "core.p.x": set()}


def test_a_way_round_is_told_in_the_order_of_its_imports() -> None:
    modules = among(a="import b", b="import c", c="import d", d="import b", e="import a")
    (way,) = circles(modules)
    assert way[0] == way[-1]
    assert all(imported in modules[name] for name, imported in pairwise(way))
    assert sorted(way[1:]) == ["b", "c", "d"]


def test_every_circle_is_found_at_once() -> None:
    modules = among(a="import b", b="import a", c="import d", d="import e", e="import c", f="import f, a, c")
    assert sorted(sorted(way[1:]) for way in circles(modules)) == [["a", "b"], ["c", "d", "e"], ["f"]]


def test_arrows_that_meet_again_are_no_circle() -> None:
    assert circles(among(a="import b, c", b="import d", c="import d", d="")) == []


def test_a_module_that_imports_its_own_package_is_told() -> None:
    modules = among(a="", a__b="from a import NAME", a__b__c="from a import b", ab="from a import NAME")
    assert own_packages(modules) == ["a.b imports a", "a.b.c imports a.b"]


def test_a_folder_is_named_by_its_init() -> None:
    root = Path("/house")
    assert name_of(root / "core" / "ui" / "__init__.py", root) == "core.ui"
    assert name_of(root / "core" / "ui" / "framework" / "show.py", root) == "core.ui.framework.show"
    assert name_of(root / "app.py", root) == "app"
