"""Prose in Markdown files: every part that a section asks for is there, and every value that it wants is given."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from core.ui.framework import content
from core.ui.framework.content import FOLDER, HOW, parts, prose

ROOT = Path(__file__).parents[4]
FILES = sorted(path.relative_to(FOLDER).with_suffix("").as_posix() for path in FOLDER.rglob("*.md"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(content, "FOLDER", tmp_path)
    parts.cache_clear()
    yield tmp_path
    parts.cache_clear()


def test_parts_stand_under_their_headings(folder: Path) -> None:
    (folder / "size.md").write_text(
        "# How this works\n1. One.\n2. Two.\n\n# Same padding\nA *word*.\n", encoding="utf-8"
    )
    assert dict(parts("size")) == {"How this works": "1. One.\n2. Two.", "Same padding": "A *word*."}
    assert prose("size", "Same padding") == "A *word*."


@pytest.mark.parametrize(
    ("text", "values", "told"),
    [
        ("{{ n }} windows", {"n": 3}, "3 windows"),
        ("{{ n:,}} windows", {"n": 12_345}, "12,345 windows"),
        ("{{ share:.1%}} of {{ name }}", {"share": 0.1234, "name": "all"}, "12.3% of all"),
        (r"$\frac{a}{b^{10}} = {{ n }}$", {"n": 2}, r"$\frac{a}{b^{10}} = 2$"),
        ("{{ name }}", {"name": "{{ n }}"}, "{{ n }}"),
    ],
)
def test_values_take_their_places(folder: Path, text: str, values: dict[str, object], told: str) -> None:
    (folder / "x.md").write_text(f"# {HOW}\n{text}\n", encoding="utf-8")
    assert prose("x", **values) == told


def test_what_is_missing_is_an_error_and_no_gap_in_the_text(folder: Path) -> None:
    (folder / "x.md").write_text(f"# {HOW}\n{{{{ n }}}}\n", encoding="utf-8")
    with pytest.raises(KeyError):
        prose("x")
    with pytest.raises(KeyError):
        prose("x", "No such part", n=1)


def test_a_value_that_no_place_wants_is_an_error(folder: Path) -> None:
    (folder / "x.md").write_text(f"# {HOW}\nNothing.\n", encoding="utf-8")
    with pytest.raises(KeyError):
        prose("x", n=1)


def calls() -> dict[tuple[str, str], set[str]]:
    """(file, part) -> names of the values, of every call of `prose` and `how` whose arguments the source says."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in (ROOT / "core" / "ui").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = ast.unparse(node.func).rpartition(".")[2]
            if name == "Section":
                help_ = next((word.value for word in node.keywords if word.arg == "help"), None)
                if isinstance(help_, ast.Constant) and help_.value:
                    found[help_.value, HOW] = set()
            if name not in ("prose", "how") or not node.args:
                continue
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            if len(texts) == len(node.args):
                given = {word.arg for word in node.keywords if word.arg not in ("icon", "part")}
                found[texts[0], texts[1] if len(texts) > 1 else HOW] = {name for name in given if name}
    return found


def test_every_part_that_is_asked_for_is_there() -> None:
    asked = calls()
    assert asked, "no section has prose: this test looks at nothing"
    for (name, part), values in asked.items():
        assert part in parts(name), (name, part)
        wanted = {found[1] for found in content._VALUE.finditer(parts(name)[part])}
        assert wanted == values, (name, part)


@pytest.mark.parametrize("name", FILES)
def test_files_are_whole(name: str) -> None:
    text = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    assert text.startswith("# "), "words before the first heading are never shown"
    assert all(parts(name).values()), "a heading without words"
    assert "{{" not in content._VALUE.sub("", text), "braces that are no value"


def test_numbers_are_explained_by_the_prose(folder: Path) -> None:
    text = "# Numbers\n- **Purity**: The share, of {{ of }}.\n- **Precision@{{ of }}**: Another **share**.\n"
    (folder / "toy.md").write_text(text, encoding="utf-8")
    script = """
from core.ui.framework.content import metrics

metrics("toy", {"Precision@7": "0.5", "Purity": "1"}, of=7)
"""
    at = AppTest.from_string(script).run()
    assert not at.exception
    assert [(box.label, box.value, box.help) for box in at.metric] == [
        ("Precision@7", "0.5", "Another **share**."),
        ("Purity", "1", "The share, of 7."),
    ]
